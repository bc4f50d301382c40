"""The function for real: Systems Manager and Resource Groups are an endpoint, DynamoDB and CloudWatch are moto's."""

from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest
import time_machine
from moto import mock_aws
from moto.cloudwatch.models import MetricDatum, cloudwatch_backends
from moto.core.config import DefaultConfig

from patching_constructs.evidence.names import NAMESPACE
from patching_constructs.evidence.watch import handle
from tests.unit.evidence.service import Monitored
from tests.unit.gate.service import NOW, Endpoint, serving

ACCOUNT, REGION = "123456789012", "eu-central-1"
MONITORING = "Prod/Monitoring"
Published = dict[tuple[str, str], float]
"""The values by the names of the metrics and of the window or the schedule."""


class Context:
    """What Lambda gives to the function."""

    def __init__(self, milliseconds: int) -> None:
        self._milliseconds = milliseconds

    def get_remaining_time_in_millis(self) -> int:
        return self._milliseconds


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def service() -> Monitored:
    return Monitored()


@pytest.fixture
def endpoint(service: Monitored, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    assert clock
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("TABLE_NAME", "watched")
    monkeypatch.setenv("MONITORING_NAME", MONITORING)
    for served in serving(service):
        monkeypatch.setenv("AWS_ENDPOINT_URL_SSM", served.url)
        monkeypatch.setenv("AWS_ENDPOINT_URL_RESOURCE_GROUPS", served.url)
        yield served


@pytest.fixture
def table(endpoint: Endpoint) -> Iterator[Any]:
    assert endpoint.url
    # Moto leaves the endpoint alone, and the session, so that the models of the services are read once.
    config: DefaultConfig = {
        "core": {"passthrough": {"urls": [r"http://127\.0\.0\.1"], "services": []}, "reset_boto3_session": False}
    }
    with mock_aws(config=config):
        yield boto3.resource("dynamodb").create_table(
            TableName="watched",
            KeySchema=[{"AttributeName": "Id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "Id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )


class Function:
    """The function, and the metrics of its last run."""

    def __init__(self) -> None:
        self.published: Published = {}
        self.units: dict[str, str] = {}
        self.dimensions: dict[str, dict[str, str]] = {}

    def __call__(self, *schedules: Mapping[str, Any], milliseconds: int = 600_000, **event: Any) -> Published:
        """Run it for schedules and return what it published."""
        backend = cloudwatch_backends[ACCOUNT][REGION]
        backend.metric_data.clear()
        try:
            handle({"schedules": list(schedules), **event}, Context(milliseconds))
        finally:
            found = [each for each in backend.metric_data if isinstance(each, MetricDatum)]
            assert {each.namespace for each in found} <= {NAMESPACE}
            self.published = {(each.name, str(each.dimensions[0].value)): each.value for each in found}
            self.dimensions = {each.name: {str(one.name): str(one.value) for one in each.dimensions} for each in found}
            self.units = {each.name: str(each.unit) for each in found}
        return self.published


@pytest.fixture
def watch(table: Any) -> Function:
    assert table.table_name == "watched"
    return Function()
