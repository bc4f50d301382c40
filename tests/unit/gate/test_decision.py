"""The decision of a gate against an endpoint: open only if everything is in order, with the reason if not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from patching_constructs.constructs.gate_scripts.decide import GateClosedError, decide
from tests.unit.gate.service import (
    AUTOMATION,
    BEFORE,
    COMMAND,
    DOCUMENT,
    EXECUTION,
    INVOCATION,
    NODES,
    NOW,
    OTHER,
    OTHER_COMMAND,
    OTHER_TASK,
    OWN,
    OWN_EXECUTION,
    STARTED,
    Service,
    command,
    events,
    execution,
    state,
)

pytestmark = pytest.mark.usefixtures("endpoint")
Change = Callable[[Service], object]
LAST = f"the execution {EXECUTION} of {BEFORE}, which began at 2027-01-15 03:05 UTC,"


def reason(**changed: Any) -> str:
    with pytest.raises(GateClosedError) as closed:
        decide(events(**changed), None)
    return str(closed.value).removeprefix("The gate is closed: ")


def test_everything_in_order_opens_the_gate(service: Service) -> None:
    assert decide(events(), None) == {
        "Message": f"The gate is open: open calendars: freezes; {LAST} patched 3 nodes; failed: 0; pending reboots: 0"
    }
    assert service.operations[0] == "GetCalendarState"
    assert service.operations[-1] == "DescribeMaintenanceWindowExecutions"


def test_only_calendars(service: Service) -> None:
    service.calendars["regional"] = {"State": "OPEN", "NextTransitionTime": "2027-01-19T05:50:00Z"}
    message = decide(events(AfterWindowIds=[], Calendars=["freezes", "regional"]), None)["Message"]
    assert message == "The gate is open: open calendars: freezes, regional"
    assert "ListCommandInvocations" not in service.operations


def test_only_a_window_before() -> None:
    assert decide(events(Calendars=[]), None)["Message"].startswith(f"The gate is open: {LAST}")


def test_without_a_condition_it_is_closed() -> None:
    with pytest.raises(GateClosedError, match=r"^the gate has no condition$"):
        decide(events(Calendars=[], AfterWindowIds=[]), None)


def test_an_input_that_is_missing_closes() -> None:
    given = events()
    del given["MaxFailed"]
    with pytest.raises(GateClosedError, match="has no 'MaxFailed'"):
        decide(given, None)


def changed(**attributes: Any) -> Change:
    return lambda service: vars(service).update(attributes)


def last(**values: Any) -> Change:
    return lambda service: service.executions[BEFORE][0].update(values)


def without_end(service: Service) -> None:
    del service.executions[BEFORE][0]["EndTime"]


def calendar(**answer: str) -> Change:
    return changed(calendars={"freezes": answer})


def error(operation: str, code: str) -> Change:
    return changed(errors={operation: code})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        # Calendars
        (calendar(State="CLOSED"), "the calendar freezes is CLOSED"),
        (
            calendar(State="OPEN", NextTransitionTime="2027-01-19T04:00:00Z"),
            "the calendar freezes closes at 2027-01-19T04:00:00Z, before the patching has to end",
        ),
        (
            calendar(State="OPEN", NextTransitionTime="2027-01-19T04:00:00"),
            "the calendar freezes closes at 2027-01-19T04:00:00, before the patching has to end",
        ),
        (
            calendar(State="OPEN", NextTransitionTime="soon"),
            "unexpected ValueError: Invalid isoformat string: 'soon'",
        ),
        (calendar(AtTime="2027"), "an answer of Systems Manager has no 'State'"),
        (
            changed(calendars={}),
            "Systems Manager did not answer: An error occurred (InvalidDocument) when calling the GetCalendarState "
            "operation: refused",
        ),
        # The window before: when it ran
        (
            lambda service: service.executions[BEFORE].clear(),
            f"{BEFORE} has not run since 2026-12-22 03:05 UTC, in the last 28 d",
        ),
        (
            last(StartTime=NOW - timedelta(days=29)),
            f"{BEFORE} has not run since 2026-12-22 03:05 UTC, in the last 28 d",
        ),
        (last(Status="FAILED"), f"{LAST} has the status FAILED"),
        (last(Status="IN_PROGRESS"), f"{LAST} has the status IN_PROGRESS"),
        (last(Status="SKIPPED_OVERLAPPING"), f"{LAST} has the status SKIPPED_OVERLAPPING"),
        (last(EndTime=NOW - timedelta(days=1)), f"{LAST} ended at 2027-01-18 03:05 UTC, less than 2 d ago"),
        (without_end, "an answer of Systems Manager has no 'EndTime'"),
        (
            last(EndTime=NOW + timedelta(minutes=10)),
            f"the clocks differ: {LAST} ended at 2027-01-19 03:15 UTC, and it is 2027-01-19 03:05 UTC",
        ),
        (last(WindowId=OTHER), f"the service answered with {OTHER} for {BEFORE}"),
        # What it ran
        (changed(tasks=[]), f"the execution {EXECUTION} of {BEFORE} ran no task"),
        (changed(invocations=[]), f"{LAST} ran no patch command with Install on a node"),
        (changed(nodes={}), f"{LAST} ran no patch command with Install on a node"),
        (
            changed(nodes={NODES[0]: {"DocumentName": "AWS-RunShellScript", "Status": "Success"}}),
            f"{LAST} ran no patch command with Install on a node",
        ),
        (changed(invocations=[{"InvocationId": INVOCATION}]), "an answer of Systems Manager has no 'ExecutionId'"),
        (changed(commands=[]), f"{LAST} ran no patch command with Install on a node"),
        (
            changed(commands=[{"CommandId": COMMAND, "DocumentName": DOCUMENT}]),
            f"{LAST} ran no patch command with Install on a node",
        ),
        (
            changed(commands=[command(COMMAND, operation="Scan")]),
            f"{LAST} ran no patch command with Install on a node",
        ),
        (
            lambda service: service.tasks[0].update(TaskType="LAMBDA"),
            f"{LAST} ran no patch command with Install on a node",
        ),
        (
            lambda service: service.tasks[0].update(Status="TIMED_OUT"),
            f"the task AWS-RunPatchBaseline of {EXECUTION} is TIMED_OUT",
        ),
        # What the nodes report
        (
            lambda service: service.nodes[NODES[1]].update(Status="Failed"),
            f"{LAST} failed, or did not report, on 1 node ({NODES[1]}), more than the limit of 0",
        ),
        (
            lambda service: service.states.update({NODES[0]: state(NODES[0], failed=2)}),
            f"{LAST} failed, or did not report, on 1 node ({NODES[0]}), more than the limit of 0",
        ),
        (
            lambda service: service.states.pop(NODES[2]),
            f"{LAST} failed, or did not report, on 1 node ({NODES[2]}), more than the limit of 0",
        ),
        (
            lambda service: service.states.update({NODES[0]: state(NODES[0], ended=STARTED - timedelta(days=1))}),
            f"{LAST} failed, or did not report, on 1 node ({NODES[0]}), more than the limit of 0",
        ),
        (
            lambda service: service.states.update({NODES[0]: state(NODES[0], pending=1)}),
            f"after {LAST} a reboot is pending on 1 node ({NODES[0]}), more than the limit of 0",
        ),
        (
            lambda service: service.states[NODES[0]].pop("InstalledPendingRebootCount"),
            "an answer of Systems Manager has no 'InstalledPendingRebootCount'",
        ),
        # The service
        (
            error("DescribeMaintenanceWindowExecutionTasks", "InternalServerError"),
            "Systems Manager did not answer: An error occurred (InternalServerError) when calling the "
            "DescribeMaintenanceWindowExecutionTasks operation: refused",
        ),
        (
            error("ListCommandInvocations", "ThrottlingException"),
            "Systems Manager did not answer: An error occurred (ThrottlingException) when calling the "
            "ListCommandInvocations operation (reached max retries: 4): refused",
        ),
        (
            error("DescribeInstancePatchStates", "AccessDeniedException"),
            "Systems Manager did not answer: An error occurred (AccessDeniedException) when calling the "
            "DescribeInstancePatchStates operation: refused",
        ),
        # The window itself
        (
            lambda service: service.executions[OWN][0].update(StartTime=NOW - timedelta(minutes=16)),
            "the window opened at 2027-01-19 02:49 UTC, and it is 2027-01-19 03:05 UTC: patching must begin within "
            "15 min to end before the cutoff",
        ),
        (
            lambda service: service.executions[OWN][0].update(StartTime=NOW + timedelta(minutes=1)),
            "the clocks differ: the window opens at 2027-01-19 03:06 UTC, and it is 2027-01-19 03:05 UTC",
        ),
        (
            lambda service: service.executions[OWN].clear(),
            f"{OWN_EXECUTION} is no current execution of {OWN}",
        ),
    ],
)
def test_what_is_not_in_order_closes_the_gate(change: Change, expected: str, service: Service) -> None:
    change(service)
    assert reason() == expected


def test_another_window_that_starts_it_closes() -> None:
    assert reason(WindowId=OTHER) == f"it was started by {OTHER} instead of {OWN}"


def test_every_reason_is_reported(service: Service) -> None:
    service.calendars["freezes"]["State"] = "CLOSED"
    service.executions[BEFORE][0]["Status"] = "FAILED"
    assert reason(WindowId=OTHER) == (
        f"the calendar freezes is CLOSED; {LAST} has the status FAILED; it was started by {OTHER} instead of {OWN}"
    )


def test_an_endpoint_that_is_down_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    down = 'Systems Manager did not answer: Could not connect to the endpoint URL: "http://127.0.0.1:1/"'
    assert reason() == "; ".join([down] * 3)


def test_a_throttled_request_is_repeated(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    answer, refused = service.answer, iter(["ThrottlingException", "ThrottlingException"])

    def throttled(operation: str, given: dict[str, Any]) -> dict[str, Any]:
        code = next(refused, None)
        service.errors = {} if code is None else {operation: code}
        return answer(operation, given)

    monkeypatch.setattr(service, "answer", throttled)
    assert decide(events(), None)["Message"].startswith("The gate is open")
    assert service.operations.count("GetCalendarState") == 3


def test_limits_allow_failures_and_pending_reboots(service: Service) -> None:
    service.states[NODES[0]] = state(NODES[0], failed=1, pending=1)
    service.states[NODES[1]] = state(NODES[1], pending=2)
    message = decide(events(MaxFailed=1, MaxPendingReboots=2), None)["Message"]
    assert message.endswith("patched 3 nodes; failed: 1; pending reboots: 2")
    assert "2 nodes" in reason(MaxFailed=1, MaxPendingReboots=1)


def test_numbers_can_be_texts(service: Service) -> None:
    service.states[NODES[0]] = state(NODES[0], failed=1)
    texts = {name: str(value) for name, value in events(MaxFailed=1).items() if isinstance(value, int)}
    assert decide(events(**texts), None)["Message"].endswith("failed: 1; pending reboots: 0")


def test_many_nodes_are_read_page_by_page_and_not_all_listed(service: Service) -> None:
    nodes = [f"i-{number:017x}" for number in range(120)]
    service.nodes = {node: {"DocumentName": "AWS-RunPatchBaselineWithHooks", "Status": "Success"} for node in nodes}
    service.states = {node: state(node) for node in nodes}
    service.page = 50
    assert "patched 120 nodes" in decide(events(), None)["Message"]
    # Three groups of nodes.
    assert service.operations.count("DescribeInstancePatchStates") == 3
    assert service.operations.count("ListCommandInvocations") == 3
    service.states = {}
    listed = ", ".join(nodes[:10])
    assert reason() == f"{LAST} failed, or did not report, on 120 nodes ({listed}, ...), more than the limit of 0"


def test_the_last_execution_counts_on_whatever_page_it_is(service: Service) -> None:
    earlier = [
        execution(BEFORE, OWN_EXECUTION, "SUCCESS", STARTED - timedelta(days=number), timedelta(hours=1))
        for number in range(1, 4)
    ]
    failed = execution(BEFORE, EXECUTION, "FAILED", STARTED, timedelta(hours=1))
    service.executions[BEFORE], service.page = [*earlier, failed], 1
    assert reason() == f"{LAST} has the status FAILED"
    service.executions[BEFORE] = [failed, *earlier]
    assert reason() == f"{LAST} has the status FAILED"


def test_of_several_windows_before_the_last_execution_counts(service: Service) -> None:
    service.executions[OTHER] = [execution(OTHER, EXECUTION, "FAILED", STARTED + timedelta(days=1), timedelta(hours=1))]
    assert f"of {OTHER}" in reason(AfterWindowIds=[BEFORE, OTHER])


def test_a_command_without_success_is_not_hidden_by_another_one(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [
        {"InstanceId": NODES[0], "CommandId": COMMAND, "DocumentName": "AWS-RunPatchBaseline", "Status": status}
        for status in ("Failed", "Success")
    ]
    monkeypatch.setattr(service, "ListCommandInvocations", lambda _: {"CommandInvocations": both})
    assert reason() == f"{LAST} failed, or did not report, on 1 node ({NODES[0]}), more than the limit of 0"


def test_a_window_before_that_has_a_gate_of_its_own(service: Service) -> None:
    service.tasks[0]["TaskType"] = "AUTOMATION"
    service.invocations[0]["ExecutionId"] = AUTOMATION
    service.commands = [command(COMMAND, snapshot=EXECUTION)]
    assert reason() == f"{LAST} ran no patch command with Install on a node"
    service.commands = [command(INVOCATION, snapshot=EXECUTION), command(COMMAND)]
    assert "patched 3 nodes" in decide(events(), None)["Message"]


def test_a_scan_counts_only_for_a_scan(service: Service) -> None:
    service.commands = [command(COMMAND, operation="Scan")]
    assert reason() == f"{LAST} ran no patch command with Install on a node"
    assert "patched 3 nodes" in decide(events(Operation="Scan"), None)["Message"]
    service.commands = []
    assert reason(Operation="Scan") == f"{LAST} ran no patch command with Install or Scan on a node"


def test_an_installation_without_nodes_is_not_hidden_by_a_scan(service: Service) -> None:
    service.invocations = [{"InvocationId": INVOCATION, "ExecutionId": each} for each in (OTHER_COMMAND, COMMAND)]
    service.commands = [command(OTHER_COMMAND), command(COMMAND, operation="Scan")]
    service.nodes_of[OTHER_COMMAND] = {}
    assert reason() == f"{LAST} ran no patch command with Install on a node"


def test_what_other_tasks_have_started_does_not_matter(service: Service) -> None:
    service.tasks.append(service.tasks[0] | {"TaskType": "LAMBDA", "TaskExecutionId": OTHER_TASK})
    service.invocations_of[OTHER_TASK] = [{"InvocationId": INVOCATION}]
    assert "patched 3 nodes" in decide(events(), None)["Message"]
    assert service.operations.count("DescribeMaintenanceWindowExecutionTaskInvocations") == 1
