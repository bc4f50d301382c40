"""The function for real: how long windows have been overdue."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from patching_constructs.evidence.watch import WatchError
from tests.unit.evidence.conftest import Function
from tests.unit.evidence.service import (
    DAY,
    EXPRESSION,
    HOUR,
    Monitored,
    execution_id,
    invocation,
    run,
    task,
    window,
)
from tests.unit.gate.service import AUTOMATION, BEFORE, COMMAND, NOW, OWN, TASK, command

MINUTE = timedelta(minutes=1)
WEEK = 7 * DAY
DUE = NOW - 5 * MINUTE
"""When the next execution after that of a week ago is due."""
SCHEDULE = {"name": "Stack/Install", "windows": [OWN]}
KNOWN = SCHEDULE | {"longest_wait_seconds": WEEK // timedelta(seconds=1), "expression": EXPRESSION}


def overdue(published: dict[tuple[str, str], float], window: str = OWN) -> float:
    return round(published["HoursOverdue", window], 2)


def missed(service: Monitored, watch: Function, clock: time_machine.Traveller, hours: float = 6) -> float:
    """Run before the next execution is due, and hours after that it has not run."""
    at_the_due_time(service, watch, clock)
    clock.move_to(DUE + hours * HOUR)
    return overdue(watch(SCHEDULE))


def at_the_due_time(service: Monitored, watch: Function, clock: time_machine.Traveller) -> None:
    clock.move_to(DUE - 5 * MINUTE)
    service.windows[OWN]["NextExecutionTime"] = f"{DUE:%Y-%m-%dT%H:%MZ}"
    assert overdue(watch(SCHEDULE)) == 0
    service.windows[OWN]["NextExecutionTime"] = f"{DUE + WEEK:%Y-%m-%dT%H:%M}-00:00"


def test_a_healthy_window(watch: Function) -> None:
    published = watch(SCHEDULE)
    assert {name for name, _ in published} == {"HoursOverdue", "HoursSinceSuccess"}
    assert overdue(published) == 0
    assert published["HoursSinceSuccess", OWN] == pytest.approx(WEEK / HOUR - 1, abs=0.1)
    assert watch.units == {"HoursOverdue": "None", "HoursSinceSuccess": "None"}


def test_an_execution_that_was_due_did_not_run(
    service: Monitored, watch: Function, clock: time_machine.Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    assert missed(service, watch, clock) == 2
    assert caplog.messages == [f"{OWN} has been overdue for 2.0 hours"]
    clock.move_to(DUE + 9 * HOUR)
    assert overdue(watch(SCHEDULE)) == 5
    service.executions[OWN].append(run(1, DUE + 8 * HOUR))
    assert overdue(watch(SCHEDULE)) == 0


@pytest.mark.parametrize("status", ["FAILED", "TIMED_OUT", "CANCELLED", "SKIPPED_OVERLAPPING", "IN_PROGRESS"])
def test_an_execution_without_success(
    status: str, service: Monitored, watch: Function, clock: time_machine.Traveller
) -> None:
    service.executions[OWN].append(run(2, DUE, status))
    assert missed(service, watch, clock) == 2


def no_task(service: Monitored) -> None:
    service.tasks_of[execution_id(2)] = []


def no_node(service: Monitored) -> None:
    service.nodes = {}


def failed_task(service: Monitored) -> None:
    service.tasks_of[execution_id(2)] = [task(), task(status="FAILED")]


def no_command(service: Monitored) -> None:
    service.invocations = [{"InvocationId": TASK, "Status": "SUCCESS"}]


@pytest.mark.parametrize("change", [no_task, no_node, failed_task, no_command])
def test_a_success_that_is_none(
    change: Any, service: Monitored, watch: Function, clock: time_machine.Traveller
) -> None:
    at_the_due_time(service, watch, clock)
    clock.move_to(DUE + 6 * HOUR)
    service.executions[OWN].append(run(2, DUE))
    service.tasks_of[execution_id(2)] = [task()]
    change(service)
    assert overdue(watch(SCHEDULE)) == 2


@pytest.mark.parametrize("kind", ["LAMBDA", "STEP_FUNCTIONS", "AUTOMATION"])
def test_tasks_without_nodes(kind: str, service: Monitored, watch: Function, clock: time_machine.Traveller) -> None:
    at_the_due_time(service, watch, clock)
    clock.move_to(DUE + 6 * HOUR)
    service.executions[OWN].append(run(2, DUE))
    service.tasks_of[execution_id(2)] = [task(kind, "Other")]
    service.commands = []
    assert overdue(watch(SCHEDULE)) == 0


@pytest.mark.parametrize(("nodes", "hours"), [(True, 0), (False, 2)])
def test_the_gate_of_a_schedule(
    *, nodes: bool, hours: float, service: Monitored, watch: Function, clock: time_machine.Traveller
) -> None:
    at_the_due_time(service, watch, clock)
    clock.move_to(DUE + 6 * HOUR)
    service.executions[OWN].append(run(2, DUE))
    service.tasks_of[execution_id(2)] = [task("AUTOMATION", "Stack-InstallGate")]
    service.invocations = [invocation(AUTOMATION)]
    service.commands = [command(COMMAND, snapshot=AUTOMATION), command(TASK, snapshot=TASK)]
    service.nodes = service.nodes if nodes else {}
    assert overdue(watch(SCHEDULE)) == hours


# What any change of the window can move, or what did change.
@pytest.mark.parametrize(
    "changed",
    [
        {"Schedule": "cron(0 5 ? * TUE *)"},
        {"ScheduleTimezone": "Europe/Berlin"},
        {"StartDate": f"{NOW + DAY:%Y-%m-%dT%H:%M:%SZ}"},
        {"Enabled": False},
        {"ScheduleOffset": 1},
        {"Schedule": "rate(7 days)"},
    ],
    ids=str,
)
def test_a_schedule_that_was_changed_before_it_was_due(
    service: Monitored, watch: Function, clock: time_machine.Traveller, changed: dict[str, Any]
) -> None:
    at_the_due_time(service, watch, clock)
    service.windows[OWN] |= {"ModifiedDate": DUE - MINUTE, **changed}
    clock.move_to(DUE + 6 * HOUR)
    assert overdue(watch(SCHEDULE)) == 0


@pytest.mark.parametrize("always", [{"ScheduleOffset": 1}, {"Schedule": "rate(7 days)"}], ids=str)
def test_a_window_whose_next_execution_any_change_can_move(
    service: Monitored, watch: Function, clock: time_machine.Traveller, always: dict[str, Any]
) -> None:
    service.windows[OWN] |= always
    at_the_due_time(service, watch, clock)
    service.windows[OWN]["ModifiedDate"] = DUE - MINUTE
    clock.move_to(DUE + 6 * HOUR)
    assert overdue(watch(SCHEDULE)) == 0


def test_a_window_of_which_something_else_was_changed_before_it_was_due(
    service: Monitored, watch: Function, clock: time_machine.Traveller
) -> None:
    at_the_due_time(service, watch, clock)
    service.windows[OWN] |= {"ModifiedDate": DUE - MINUTE, "Duration": 3, "Description": "Patches of the web servers"}
    clock.move_to(DUE + 6 * HOUR)
    assert overdue(watch(SCHEDULE)) == 3


def test_a_window_that_has_ended(service: Monitored, watch: Function, clock: time_machine.Traveller) -> None:
    del service.windows[OWN]["NextExecutionTime"]
    clock.move_to(NOW + 300 * DAY)
    assert overdue(watch(KNOWN)) == 0


# --- Without what was known before --------------------------------------------------------------------


def test_the_first_run_uses_the_longest_wait(watch: Function, clock: time_machine.Traveller) -> None:
    clock.move_to(NOW - WEEK + HOUR + WEEK + 10 * HOUR)
    assert overdue(watch(KNOWN)) == 6
    assert overdue(watch(SCHEDULE)) == 0


def test_a_success_counts_when_its_command_is_not_kept_any_more(
    service: Monitored, watch: Function, clock: time_machine.Traveller
) -> None:
    # As for a quarterly window, 40 days after its last execution.
    service.nodes = {}
    clock.move_to(NOW + 33 * DAY)
    assert overdue(watch(KNOWN | {"longest_wait_seconds": 92 * 24 * 3600})) == 0


def test_a_schedule_that_was_changed_by_hand_has_no_known_wait(
    service: Monitored, watch: Function, clock: time_machine.Traveller
) -> None:
    service.windows[OWN]["Schedule"] = "cron(0 3 ? * TUE#1 *)"
    clock.move_to(NOW + 10 * DAY)
    assert overdue(watch(KNOWN)) == 0


def test_the_offset_of_a_schedule_is_allowed_for(
    service: Monitored, watch: Function, clock: time_machine.Traveller
) -> None:
    service.windows[OWN] |= {"ScheduleOffset": 2, "Schedule": EXPRESSION.upper().replace(" ", "  ")}
    clock.move_to(NOW + 10 * HOUR + HOUR + 2 * DAY)
    assert overdue(watch(KNOWN)) == 6


def test_a_window_that_starts_in_the_future(service: Monitored, watch: Function) -> None:
    service.executions[OWN] = []
    service.windows[OWN]["StartDate"] = f"{NOW + 30 * DAY:%Y-%m-%dT%H:%M:%SZ}"
    published = watch(KNOWN)
    assert overdue(published) == 0
    assert ("HoursSinceSuccess", OWN) not in published


def test_a_disabled_window(service: Monitored, watch: Function, clock: time_machine.Traveller) -> None:
    service.windows[OWN] = window(OWN, Enabled=False, ModifiedDate=NOW)
    del service.windows[OWN]["NextExecutionTime"]
    clock.move_to(NOW + WEEK + 4 * HOUR)
    assert overdue(watch(KNOWN)) == 0
    clock.move_to(NOW + WEEK + 7 * HOUR)
    assert overdue(watch(KNOWN)) == 3


def test_a_disabled_window_whose_longest_wait_is_unknown(
    service: Monitored, watch: Function, clock: time_machine.Traveller
) -> None:
    service.windows[OWN] = window(OWN, Enabled=False, ModifiedDate=NOW)
    del service.windows[OWN]["NextExecutionTime"]
    clock.move_to(NOW + 35 * DAY + 7 * HOUR)
    assert overdue(watch(SCHEDULE)) == 3
    # None that opens only once, or that has ended by then.
    service.windows[OWN]["EndDate"] = f"{NOW + 34 * DAY:%Y-%m-%dT%H:%M:%SZ}"
    assert overdue(watch(SCHEDULE)) == 0
    service.windows[OWN] |= {"EndDate": "", "Schedule": "at(2026-03-01T03:00:00)"}
    assert overdue(watch(SCHEDULE)) == 0


def test_a_paused_schedule(service: Monitored, watch: Function, clock: time_machine.Traveller) -> None:
    assert missed(service, watch, clock) == 2
    clock.move_to(DUE + 100 * DAY)
    assert overdue(watch(KNOWN | {"paused": True})) == 0
    clock.move_to(DUE + 101 * DAY)
    assert overdue(watch(KNOWN)) == 0


# --- Several windows ----------------------------------------------------------------------------------


def test_a_success_counts_for_all_windows_of_a_schedule(
    service: Monitored, watch: Function, clock: time_machine.Traveller
) -> None:
    service.windows[BEFORE] = window(BEFORE)
    service.executions[BEFORE] = []
    assert missed(service, watch, clock) == 2
    both = SCHEDULE | {"windows": [OWN, BEFORE]}
    service.executions[BEFORE] = [run(3, DUE + HOUR, of=BEFORE)]
    service.tasks_of[execution_id(3)] = [task()]
    published = watch(both)
    assert (overdue(published), overdue(published, BEFORE)) == (0, 0)
    # When the freeze is over, the window after it is removed.
    assert watch(SCHEDULE)["HoursSinceSuccess", OWN] == pytest.approx(4, abs=0.1)


def test_what_cannot_be_read_has_no_data_and_the_run_fails(watch: Function) -> None:
    gone = {"name": "Stack/Gone", "windows": [BEFORE]}
    with pytest.raises(WatchError) as error:
        watch(gone, SCHEDULE)
    assert str(error.value) == (
        f"{BEFORE}: DoesNotExistException: An error occurred (DoesNotExistException) when calling the "
        "GetMaintenanceWindow operation: refused"
    )
    assert {name for _, name in watch.published} == {OWN}


def test_what_cannot_be_written_is_published(watch: Function, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("patching_constructs.evidence.table.Table._write", lambda *_: 1 / 0)
    reason = "ZeroDivisionError: division by zero"
    with pytest.raises(WatchError, match=f"^{OWN}: {reason}; nodes: {reason}$"):
        watch(SCHEDULE, check="executions")
    assert overdue(watch.published) == 0


def test_there_is_no_time_left(watch: Function) -> None:
    with pytest.raises(WatchError, match=f"^{OWN}: TimeoutError: there was no time left to read it$"):
        watch(SCHEDULE, milliseconds=30_000)
    assert watch.published == {}


# --- Reading ------------------------------------------------------------------------------------------


def requests(service: Monitored, operation: str) -> list[dict[str, Any]]:
    return [dict(given) for name, given in service.given if name == operation]


def test_executions_are_read_once(service: Monitored, watch: Function) -> None:
    service.executions[OWN] = [run(1, NOW - number * WEEK) for number in range(5, 0, -1)]
    watch(SCHEDULE)
    # Only the last one is examined.
    assert len(requests(service, "DescribeMaintenanceWindowExecutionTasks")) == 1
    service.given.clear()
    watch(SCHEDULE)
    (request,) = requests(service, "DescribeMaintenanceWindowExecutions")
    assert request["Filters"] == [{"Key": "ExecutedAfter", "Values": [f"{NOW - WEEK:%Y-%m-%dT%H:%M:%SZ}"]}]
    assert requests(service, "DescribeMaintenanceWindowExecutionTasks") == []


def test_an_execution_that_still_runs_is_read_again(service: Monitored, watch: Function) -> None:
    service.executions[OWN] += [run(2, NOW - DAY, "IN_PROGRESS"), run(3, NOW - HOUR, "SKIPPED_OVERLAPPING")]
    assert watch(SCHEDULE)["HoursSinceSuccess", OWN] > 24
    service.executions[OWN][1] = run(1, NOW - DAY)
    assert watch(SCHEDULE)["HoursSinceSuccess", OWN] == pytest.approx(23, abs=0.1)


def test_pages(service: Monitored, watch: Function) -> None:
    service.page = 1
    service.executions[OWN] = [run(number, NOW - number * WEEK, "FAILED") for number in range(2, 5)]
    service.executions[OWN].append(run(1, NOW - WEEK))
    service.tasks_of[execution_id(1)] = [task("LAMBDA", "Other"), task()]
    assert watch(SCHEDULE)["HoursSinceSuccess", OWN] == pytest.approx(WEEK / HOUR - 1, abs=0.1)


def test_of_many_executions_without_a_node_only_some_are_examined(service: Monitored, watch: Function) -> None:
    service.nodes = {}
    service.executions[OWN] = [run(1, NOW - number * HOUR) for number in range(150)]
    watch(SCHEDULE)
    assert len(requests(service, "DescribeMaintenanceWindowExecutionTasks")) == 100


def test_an_execution_that_has_not_begun(service: Monitored, watch: Function) -> None:
    pending = run(2, NOW, "PENDING")
    del pending["StartTime"]
    service.executions[OWN].append(pending)
    assert overdue(watch(SCHEDULE)) == 0


def test_throttled_requests_are_repeated(service: Monitored, watch: Function) -> None:
    service.errors["GetMaintenanceWindow"] = "ThrottlingException"
    service.answered["GetMaintenanceWindow"] = 2
    assert overdue(watch(SCHEDULE)) == 0
    assert len(requests(service, "GetMaintenanceWindow")) == 2
