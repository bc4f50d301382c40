"""The function for real: Systems Manager is an endpoint that validates, the topic is moto's."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.core.config import DefaultConfig
from moto.sns.models import sns_backends

from patching_constructs.constructs.monitoring_functions.notify.handler import handle
from tests.unit.gate.service import Endpoint, serving
from tests.unit.notify.service import TOPIC, Monitored


@dataclass(frozen=True)
class Sent:
    """What the topic was given."""

    subject: str
    text: str
    chat: dict[str, Any]


Send = Callable[[Mapping[str, Any]], Sent]


@pytest.fixture
def service() -> Monitored:
    return Monitored()


@pytest.fixture
def endpoint(service: Monitored, monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-2")
    monkeypatch.setenv("TOPIC_ARN", TOPIC)
    for served in serving(service):
        monkeypatch.setenv("AWS_ENDPOINT_URL_SSM", served.url)
        yield served


@pytest.fixture
def topic(endpoint: Endpoint) -> Iterator[str]:
    assert endpoint.url
    # Moto leaves the endpoint alone, and the session, so that the models of the services are read once.
    config: DefaultConfig = {
        "core": {"passthrough": {"urls": [r"http://127\.0\.0\.1"], "services": []}, "reset_boto3_session": False}
    }
    with mock_aws(config=config):
        yield boto3.client("sns").create_topic(Name="patching")["TopicArn"]


@pytest.fixture
def send(topic: str) -> Send:
    """Return what the function sends about an event, as subscribers by mail and by chat receive it."""
    assert topic == TOPIC
    return _sent


def _sent(event: Mapping[str, Any]) -> Sent:
    handle(event, None)
    notifications = sns_backends["123456789012"]["us-east-2"].topics[TOPIC].sent_notifications
    _, message, subject, _, _ = notifications[-1]
    forms = json.loads(message)
    assert set(forms) == {"default", "https"}
    assert all(isinstance(each, str) for each in forms.values())
    assert subject is not None
    return Sent(subject, forms["default"], json.loads(forms["https"]))
