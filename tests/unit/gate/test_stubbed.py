"""The decision of a gate with the stubs of botocore: each request, in order, and what closes the gate."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from patching_constructs.constructs.gate_scripts.decide import GateClosedError, decide
from tests.unit.gate.service import (
    BEFORE,
    COMMAND,
    EXECUTION,
    NODES,
    NOW,
    OTHER,
    OWN,
    OWN_EXECUTION,
    STARTED,
    TASK,
    Service,
    command,
    events,
    state,
)


@pytest.fixture
def stubber(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    client = boto3.client("ssm", "eu-central-1", aws_access_key_id="test", aws_secret_access_key="test")  # noqa: S106
    monkeypatch.setattr(boto3, "client", lambda *_, **__: client)
    with Stubber(client) as stubbed:
        yield stubbed
        stubbed.assert_no_pending_responses()


def calendar(stubber: Stubber, answer: str = "OPEN") -> None:
    stubber.add_response("get_calendar_state", {"State": answer}, {"CalendarNames": ["freezes"]})


def executions(stubber: Stubber, window: str, listed: list[dict[str, Any]], since: str, **token: str) -> None:
    """Expect a request for one page, and answer with it."""
    given = {"WindowId": window, "Filters": [{"Key": "ExecutedAfter", "Values": [since]}], **token}
    next_token = {} if token else {"NextToken": "2"} if len(listed) > 1 else {}
    answer = {"WindowExecutions": listed[-1:] if token else listed[:1], **next_token}
    stubber.add_response("describe_maintenance_window_executions", answer, given)


def window_before(stubber: Stubber, **values: Any) -> None:
    last = Service().executions[BEFORE][0] | values
    executions(stubber, BEFORE, [last], "2026-12-22T03:05:00Z")


def own_window(stubber: Stubber, **values: Any) -> None:
    executions(stubber, OWN, [Service().executions[OWN][0] | values], "2027-01-18T02:05:00Z")


def tasks(stubber: Stubber, *listed: dict[str, Any]) -> None:
    answer = {"WindowExecutionTaskIdentities": list(listed)}
    stubber.add_response("describe_maintenance_window_execution_tasks", answer, {"WindowExecutionId": EXECUTION})


def invocations(stubber: Stubber) -> None:
    answer = {"WindowExecutionTaskInvocationIdentities": [{"ExecutionId": COMMAND}]}
    given = {"WindowExecutionId": EXECUTION, "TaskId": TASK}
    stubber.add_response("describe_maintenance_window_execution_task_invocations", answer, given)


def nodes(stubber: Stubber, *pages: list[str]) -> None:
    for place, page in enumerate(pages):
        found = [{"InstanceId": node, "DocumentName": "AWS-RunPatchBaseline", "Status": "Success"} for node in page]
        later = {"NextToken": str(place + 1)} if place + 1 < len(pages) else {}
        given = {"CommandId": COMMAND} | ({"NextToken": str(place)} if place else {})
        stubber.add_response("list_command_invocations", {"CommandInvocations": found, **later}, given)


def commands(stubber: Stubber) -> None:
    stubber.add_response("list_commands", {"Commands": [command(COMMAND)]}, {"CommandId": COMMAND})


def states(stubber: Stubber, *found: dict[str, Any], asked: tuple[str, ...] = NODES) -> None:
    answer = {"InstancePatchStates": list(found)}
    stubber.add_response("describe_instance_patch_states", answer, {"InstanceIds": list(asked)})


def patched(stubber: Stubber) -> None:
    tasks(stubber, Service().tasks[0])
    invocations(stubber)
    commands(stubber)
    nodes(stubber, list(NODES))


def closed() -> str:
    with pytest.raises(GateClosedError) as error:
        decide(events(), None)
    return str(error.value)


def test_healthy(stubber: Stubber) -> None:
    calendar(stubber)
    window_before(stubber)
    patched(stubber)
    states(stubber, *map(state, NODES))
    own_window(stubber)
    assert decide(events(), None)["Message"].endswith("patched 3 nodes; failed: 0; pending reboots: 0")


def test_paginated_answers(stubber: Stubber) -> None:
    calendar(stubber)
    listed = [
        Service().executions[BEFORE][0] | {"WindowExecutionId": OWN_EXECUTION, "StartTime": STARTED.replace(day=1)}
    ]
    listed += Service().executions[BEFORE]
    executions(stubber, BEFORE, listed, "2026-12-22T03:05:00Z")
    executions(stubber, BEFORE, listed, "2026-12-22T03:05:00Z", NextToken="2")
    tasks(stubber, Service().tasks[0])
    invocations(stubber)
    commands(stubber)
    nodes(stubber, [NODES[0]], [NODES[1]], [NODES[2]])
    states(stubber, *map(state, NODES))
    own_window(stubber)
    assert "patched 3 nodes" in decide(events(), None)["Message"]


def test_failed(stubber: Stubber) -> None:
    calendar(stubber)
    window_before(stubber, Status="FAILED")
    own_window(stubber)
    assert closed().endswith("has the status FAILED")


def test_failed_nodes(stubber: Stubber) -> None:
    calendar(stubber)
    window_before(stubber)
    patched(stubber)
    states(stubber, state(NODES[0], failed=1), *map(state, NODES[1:]))
    own_window(stubber)
    assert closed().endswith(f"failed, or did not report, on 1 node ({NODES[0]}), more than the limit of 0")


def test_pending_reboots(stubber: Stubber) -> None:
    calendar(stubber)
    window_before(stubber)
    patched(stubber)
    states(stubber, *(state(node, pending=1) for node in NODES))
    own_window(stubber)
    assert closed().endswith(f"a reboot is pending on 3 nodes ({', '.join(NODES)}), more than the limit of 0")


def test_never_ran(stubber: Stubber) -> None:
    calendar(stubber)
    stubber.add_response("describe_maintenance_window_executions", {"WindowExecutions": []})
    own_window(stubber)
    assert closed() == f"The gate is closed: {BEFORE} has not run since 2026-12-22 03:05 UTC, in the last 28 d"


def test_ran_empty(stubber: Stubber) -> None:
    calendar(stubber)
    window_before(stubber)
    tasks(stubber)
    own_window(stubber)
    assert closed() == f"The gate is closed: the execution {EXECUTION} of {BEFORE} ran no task"


@pytest.mark.parametrize("code", ["InternalServerError", "AccessDeniedException", "ServiceUnavailable"])
def test_api_down(code: str, stubber: Stubber) -> None:
    for operation in ("get_calendar_state", *["describe_maintenance_window_executions"] * 2):
        stubber.add_client_error(operation, code)
    assert closed().count(f"({code})") == 3


def test_throttled(stubber: Stubber) -> None:
    calendar(stubber)
    window_before(stubber)
    stubber.add_client_error("describe_maintenance_window_execution_tasks", "ThrottlingException", http_status_code=400)
    own_window(stubber)
    assert "(ThrottlingException)" in closed()


def test_wrong_window(stubber: Stubber) -> None:
    calendar(stubber)
    window_before(stubber, WindowId=OTHER)
    own_window(stubber)
    assert closed() == f"The gate is closed: the service answered with {OTHER} for {BEFORE}"


def test_clock_skew(stubber: Stubber) -> None:
    calendar(stubber)
    window_before(stubber, EndTime=NOW.replace(hour=5))
    own_window(stubber, StartTime=NOW.replace(hour=4))
    assert closed().count("the clocks differ") == 2


def test_calendar_closed(stubber: Stubber) -> None:
    calendar(stubber, "CLOSED")
    window_before(stubber)
    patched(stubber)
    states(stubber, *map(state, NODES))
    own_window(stubber)
    assert closed() == "The gate is closed: the calendar freezes is CLOSED"
