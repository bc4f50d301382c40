"""Messages about executions of maintenance windows."""

from pathlib import Path

import pytest

from tests.unit.gate.service import AUTOMATION, COMMAND, NODES, TASK
from tests.unit.notify.conftest import Send
from tests.unit.notify.service import WINDOW, Monitored, execution_event

SAMPLE = Path(__file__).parents[3] / "docs/samples/message.txt"


def test_a_failed_execution(send: Send) -> None:
    """The message is also in the documentation."""
    sent = send(execution_event())
    assert sent.subject == "Patching failed: web-install"
    assert sent.text == SAMPLE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("status", "end", "steps"),
    [
        ("TIMED_OUT", "timed out", 3),
        ("CANCELLED", "was canceled", 2),
        ("SKIPPED_OVERLAPPING", "was skipped", 2),
        ("CANCELLING", "has the status CANCELLING", 0),
        ("REPLACED", "has the status REPLACED", 0),
    ],
)
def test_each_status(send: Send, status: str, end: str, steps: int) -> None:
    sent = send(execution_event(status))
    assert sent.subject == f"Patching {end}: web-install"
    assert f"An execution of the maintenance window web-install ({WINDOW}) {end} ({status})." in sent.text
    assert len(sent.chat["content"]["nextSteps"]) == steps + 1


def test_a_success_has_no_reason(send: Send, service: Monitored) -> None:
    sent = send(execution_event("SUCCESS"))
    assert sent.subject == "Patching succeeded: web-install"
    assert "Why" not in sent.text
    assert service.operations == ["GetMaintenanceWindow"]


@pytest.mark.parametrize(
    ("without", "when", "since"),
    [
        (["end-time"], "started 2025-06-02 14:48 UTC", "2025-06-02T14:47:28Z"),
        (["start-time", "end-time"], "2025-06-02 14:52 UTC", "2025-06-01T13:52:18Z"),
    ],
)
def test_an_event_without_times(send: Send, service: Monitored, without: list[str], when: str, since: str) -> None:
    sent = send(execution_event(without=without))
    assert f"When: {when}\n" in sent.text
    assert service.given["DescribeMaintenanceWindowExecutions"]["Filters"] == [
        {"Key": "ExecutedAfter", "Values": [since]}
    ]


def test_another_execution_is_not_the_reason(send: Send, service: Monitored) -> None:
    service.executions[WINDOW][0]["WindowExecutionId"] = AUTOMATION
    assert "One or more tasks failed" not in send(execution_event()).text


def test_the_reason_why_a_gate_is_closed(send: Send, service: Monitored) -> None:
    service.closed_gate(FailureMessage="Step fails:\n  The gate is closed: the calendar freezes is CLOSED")
    assert (
        f"- The automation {AUTOMATION} has the status Failed: "
        "Step fails: The gate is closed: the calendar freezes is CLOSED\n"
    ) in send(execution_event()).text


def test_the_end_of_a_long_failure_message_is_kept(send: Send, service: Monitored) -> None:
    service.closed_gate(FailureMessage="Traceback " * 500 + "GateClosedError: The gate is closed")
    (line,) = (each for each in send(execution_event()).text.splitlines() if "automation" in each)
    assert len(line) == len("- ") + 600
    assert line.endswith("GateClosedError: The gate is closed")


@pytest.mark.parametrize(
    ("action", "status", "outputs", "shown"),
    [
        ("aws:runCommand", "Failed", {"CommandId": [COMMAND]}, True),
        ("aws:runCommand", "Success", {"CommandId": [COMMAND]}, False),
        ("aws:runCommand", "Failed", {}, False),
        ("aws:executeScript", "Failed", {"CommandId": [COMMAND]}, False),
    ],
)
def test_the_nodes_on_which_the_runbook_of_a_gate_failed(
    send: Send, service: Monitored, action: str, status: str, outputs: dict[str, list[str]], *, shown: bool
) -> None:
    step = {"StepName": "Patch", "Action": action, "StepStatus": status, "Outputs": outputs}
    service.closed_gate(FailureMessage="The patch command did not succeed", StepExecutions=[step])
    text = send(execution_event()).text
    assert (f"- Nodes: {NODES[0]} (Failed), {NODES[1]} (DeliveryTimedOut)\n" in text) is shown


def test_an_automation_without_a_message(send: Send, service: Monitored) -> None:
    service.closed_gate()
    assert f"- The automation {AUTOMATION} has the status Failed: no message\n" in send(execution_event()).text


@pytest.mark.parametrize("values", [{"TaskType": "LAMBDA"}, {"TaskType": "STEP_FUNCTIONS"}])
def test_a_task_of_another_type(send: Send, service: Monitored, values: dict[str, str]) -> None:
    service.tasks = [service.tasks[0] | values]
    service.invocations = [{"Status": "FAILED", "StatusDetails": "The function failed"}]
    assert "- An invocation has the status FAILED: The function failed\n" in send(execution_event()).text


@pytest.mark.parametrize("task_type", ["RUN_COMMAND", "AUTOMATION"])
def test_an_invocation_that_has_started_nothing(send: Send, service: Monitored, task_type: str) -> None:
    service.tasks = [service.tasks[0] | {"TaskType": task_type}]
    service.invocations = [{"Status": "CANCELLED"}]
    assert "- An invocation has the status CANCELLED.\n" in send(execution_event()).text


def test_an_execution_without_a_task(send: Send, service: Monitored) -> None:
    service.tasks = []
    assert "- The execution has run no task.\n" in send(execution_event()).text


def test_a_task_without_a_node(send: Send, service: Monitored) -> None:
    service.invocations = []
    assert "- It ran on no node.\n" in send(execution_event()).text


def test_only_tasks_that_did_not_succeed_are_listed(send: Send, service: Monitored) -> None:
    tasks = [service.tasks[0] | {"TaskArn": f"Task{number}"} for number in range(7)]
    service.tasks = [tasks[0] | {"Status": "SUCCESS"}, *tasks[1:]]
    text = send(execution_event()).text
    assert "Task0" not in text
    assert "Task5" in text
    assert "Task6" not in text
    assert "- 1 more task did not succeed.\n" in text
    service.tasks = [*tasks, *tasks]
    assert "- 9 more tasks did not succeed.\n" in send(execution_event()).text


def test_only_commands_that_did_not_succeed_are_listed(send: Send, service: Monitored) -> None:
    service.invocations_of[TASK] = [service.invocations[0] | {"Status": "SUCCESS"}]
    assert "The command" not in send(execution_event()).text


def test_many_failed_nodes(send: Send, service: Monitored) -> None:
    failed = service.nodes[NODES[0]]
    service.nodes = {f"i-{number:017x}": failed for number in range(2000)}
    (line,) = (each for each in send(execution_event()).text.splitlines() if each.startswith("- Nodes"))
    assert line.count("(Failed)") == 5
    assert line.endswith(", ...")


def test_a_command_that_is_gone(send: Send, service: Monitored) -> None:
    service.commands = []
    service.nodes = {}
    assert "The command" not in send(execution_event()).text


def test_one_node(send: Send, service: Monitored) -> None:
    service.commands[0] |= {"TargetCount": 1, "ErrorCount": 1, "DeliveryTimedOutCount": 0}
    assert "has the status Failed: of 1 node, 1 failed and 0 could not be reached." in send(execution_event()).text


def test_a_window_without_a_next_execution(send: Send, service: Monitored) -> None:
    del service.windows[WINDOW]["NextExecutionTime"]
    assert "Next execution" not in send(execution_event()).text


def test_a_next_execution_in_local_time(send: Send, service: Monitored) -> None:
    service.windows[WINDOW]["NextExecutionTime"] = "2025-06-09T16:48+02:00"
    assert "Next execution: 2025-06-09 14:48 UTC\n" in send(execution_event()).text


@pytest.mark.parametrize("text", ["2025-06-09T16:48", "tomorrow"])
def test_a_time_in_another_form_is_shown_as_it_is(send: Send, service: Monitored, text: str) -> None:
    service.windows[WINDOW]["NextExecutionTime"] = text
    assert f"Next execution: {text}\n" in send(execution_event()).text


def test_many_reasons_stay_within_limits(send: Send, service: Monitored) -> None:
    service.executions[WINDOW][0]["StatusDetails"] = "x" * 250
    service.tasks = [service.tasks[0] | {"StatusDetails": "y" * 5000} for _ in range(5)]
    sent = send(execution_event())
    assert len(sent.text) < 8200
    assert len(sent.chat["content"]["description"]) <= 2000
