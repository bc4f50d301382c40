"""The entry of the watch function: a rule, and the request of a custom resource, answered over HTTP."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from patching_constructs.evidence import deployment

INPUTS = [{"check": "executions", "schedules": [{"name": name}]} for name in ("Install", "Scan")]


class Context:
    """The time that is left."""

    def __init__(self, seconds: float = 600) -> None:
        self.seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


class CloudFormation:
    """The service, which waits for an answer."""

    def __init__(self) -> None:
        self.answers: list[dict[str, Any]] = []
        self.types: list[str | None] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                service.types.append(self.headers["Content-Type"])
                service.answers.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Write nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)

    def request(self, kind: str) -> dict[str, Any]:
        return {
            "RequestType": kind,
            "ResponseURL": f"http://127.0.0.1:{self.server.server_port}/answer?X-Amz-Signature=abc",
            "StackId": "arn:aws:cloudformation:eu-central-1:111111111111:stack/Stack/guid",
            "RequestId": "request",
            "LogicalResourceId": "FirstRun",
            "ResourceProperties": {"Inputs": [json.dumps(each) for each in INPUTS]},
        }


@pytest.fixture
def service() -> Iterator[CloudFormation]:
    made = CloudFormation()
    thread = Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


class Watch:
    """The watch function, which fails some times."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.events: list[Any] = []

    def __call__(self, event: Any, _: object) -> None:
        self.events.append(event)
        if self.failures:
            self.failures -= 1
            raise PermissionError("not yet")


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    made: list[float] = []
    monkeypatch.setattr("time.sleep", made.append)
    return made


def watching(monkeypatch: pytest.MonkeyPatch, failures: int = 0) -> Watch:
    made = Watch(failures)
    monkeypatch.setattr(deployment, "watch", made)
    return made


def answer(reason: str = "") -> dict[str, Any]:
    return {
        "Status": "SUCCESS",
        "Reason": reason,
        "PhysicalResourceId": "first-run",
        "StackId": "arn:aws:cloudformation:eu-central-1:111111111111:stack/Stack/guid",
        "RequestId": "request",
        "LogicalResourceId": "FirstRun",
    }


def test_a_rule_runs_the_function(monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    watch = watching(monkeypatch)
    deployment.handle(INPUTS[0], Context())
    assert (watch.events, pauses) == ([INPUTS[0]], [])


def test_an_error_of_the_function_is_one_of_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    watching(monkeypatch, failures=1)
    with pytest.raises(PermissionError, match="not yet"):
        deployment.handle(INPUTS[0], Context())


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_a_deployment_waits_for_the_first_values(
    monkeypatch: pytest.MonkeyPatch, service: CloudFormation, pauses: list[float], kind: str
) -> None:
    watch = watching(monkeypatch)
    deployment.handle(service.request(kind), Context())
    assert (watch.events, pauses, service.answers, service.types) == (INPUTS, [60], [answer()], [""])


def test_nothing_runs_when_the_resource_is_deleted(
    monkeypatch: pytest.MonkeyPatch, service: CloudFormation, pauses: list[float]
) -> None:
    watch = watching(monkeypatch)
    deployment.handle(service.request("Delete"), Context())
    assert (watch.events, pauses, service.answers) == ([], [], [answer()])


def test_a_role_that_is_too_new_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, service: CloudFormation, pauses: list[float]
) -> None:
    watch = watching(monkeypatch, failures=2)
    deployment.handle(service.request("Create"), Context())
    assert (len(watch.events), pauses, service.answers) == (4, [15, 15, 60], [answer()])


def test_a_deployment_succeeds_if_the_function_fails(
    monkeypatch: pytest.MonkeyPatch, service: CloudFormation, pauses: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    watching(monkeypatch, failures=4)
    deployment.handle(service.request("Create"), Context())
    assert service.answers == [answer("PermissionError: not yet")]
    assert pauses == [15, 15, 15, 60]
    assert capsys.readouterr().out == "PermissionError: not yet\n" * 4


def test_it_does_not_wait_longer_than_it_can_run(
    monkeypatch: pytest.MonkeyPatch, service: CloudFormation, pauses: list[float]
) -> None:
    watching(monkeypatch, failures=8)
    deployment.handle(service.request("Create"), Context(35))
    assert (pauses, service.answers) == ([5], [answer("PermissionError: not yet; PermissionError: not yet")])


def test_a_request_that_cannot_be_read_is_answered(service: CloudFormation) -> None:
    request = service.request("Create") | {"ResourceProperties": {}}
    with pytest.raises(KeyError):
        deployment.handle(request, Context())
    assert service.answers == [answer()]
