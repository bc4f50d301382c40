"""The script of a gate in front of a service: by the stubs of botocore, or by an endpoint."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.unit.gate.service import NOW, Endpoint, Service, serving


@pytest.fixture(autouse=True)
def at_the_start_of_the_window() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def endpoint(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "eu-central-1"}
    for name, value in credentials.items():
        monkeypatch.setenv(name, value)
    for served in serving(service):
        monkeypatch.setenv("AWS_ENDPOINT_URL", served.url)
        yield served
