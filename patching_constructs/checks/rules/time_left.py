"""Rules for the time that a window has: it should close before it opens again, and its commands should fit."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

from patching_constructs._errors import PatchingError
from patching_constructs.checks.context import Context
from patching_constructs.checks.rule import API, GUIDE, rule
from patching_constructs.checks.rules._value_checks import reported_at
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.planning.capacity_remedies import remedy_of_template
from patching_constructs.planning.capacity_words import assumptions_of, overrun_in_words
from patching_constructs.planning.coverage import Selection
from patching_constructs.properties.command import EXECUTION_TIMEOUT
from patching_constructs.properties.cutoff import CutoffBehavior
from patching_constructs.schedule._frequency import is_faster_than_supported
from patching_constructs.schedule._reopening import opens_while_open, shortest_interval
from patching_constructs.ssm import limits
from patching_constructs.ssm.target_keys import INSTANCE_IDS
from patching_constructs.template.capacity import capacity_metadata, capacity_of, forecast_of, patch_run_of
from patching_constructs.template.maintenance_windows import MaintenanceWindow, WindowTask
from patching_constructs.template.unknown import Unknown
from patching_constructs.template.value import Value, shown

_EXECUTION: Final = f"{API}API_MaintenanceWindowExecution.html"
_REGISTER: Final = f"{API}API_RegisterTaskWithMaintenanceWindow.html"
_RUN_COMMAND: Final = f"{API}API_MaintenanceWindowRunCommandParameters.html"
_RATE_CONTROLS: Final = f"{GUIDE}send-commands-multiple.html"
_DOCUMENT: Final = f"{GUIDE}patch-manager-aws-runpatchbaseline.html"
_SECONDS_PER_HOUR: Final = 3600


@rule(
    "WindowOpenAtNextStart",
    Severity.WARNING,
    of="windows",
    fix="Run the window less often, or shorten Duration.",
    page=_EXECUTION,
)
def window_open_at_next_start(window: MaintenanceWindow, _: Context) -> Iterator[Outcome]:
    """A maintenance window should close before its next execution, which might be skipped otherwise."""
    schedule, longest = window.expression, timedelta(hours=limits.DURATION_HOURS[1])
    # `ScheduleFrequency` reports a schedule that runs too often for any duration.
    if schedule is None or is_faster_than_supported(schedule.rule) or not opens_while_open(schedule.rule, longest):
        return
    hours = _hours(window)
    if hours is not None and opens_while_open(schedule.rule, timedelta(hours=hours)):
        at, interval = window["Schedule"], shortest_interval(schedule.rule)
        problem = f"Schedule {shown(at.content)} repeats after {_shown(interval)}, but Duration is {hours:g} h."
        yield Violation(at, problem)


def _shown(interval: timedelta | None) -> str:
    minutes = (interval or timedelta(0)) / timedelta(minutes=1)
    return f"{minutes:g} min" if minutes % 60 else f"{minutes / 60:g} h"


@rule(
    "StartTimeoutBeyondWindow",
    Severity.WARNING,
    of="tasks",
    fix="Set TimeoutSeconds to at most the duration of the window.",
    page=_RUN_COMMAND,
)
def start_timeout_beyond_window(task: WindowTask, deployment: Context) -> Iterator[Outcome]:
    """TimeoutSeconds should not exceed the duration of the window."""
    timeout = task.invocation["TimeoutSeconds"]
    if task.runs_command and timeout.is_given and not deployment.command_of(task).scans:
        yield from _beyond(timeout, timeout.number(), task, deployment, "a node can start the command")


@rule(
    "ExecutionTimeoutBeyondWindow",
    Severity.WARNING,
    of="tasks",
    fix="Set StepTimeoutSeconds to at most the duration of the window.",
    page=_DOCUMENT,
)
def execution_timeout_beyond_window(task: WindowTask, deployment: Context) -> Iterator[Outcome]:
    """StepTimeoutSeconds should not exceed the duration of the window."""
    command = deployment.command_of(task)
    if not task.may_run_document or not command.installs:
        return
    timeout = command.given(EXECUTION_TIMEOUT)
    if timeout is not None:
        seconds = task.parameter(EXECUTION_TIMEOUT).number()
        yield from _beyond(timeout, seconds, task, deployment, "patching can continue")


def _beyond(
    at: Value, seconds: float | None, task: WindowTask, deployment: Context, consequence: str
) -> Iterator[Outcome]:
    window = deployment.window_of(task)
    if window is None or seconds is None:
        return
    with reported_at(at):
        hours = _hours(window)
    if hours is not None and seconds > hours * _SECONDS_PER_HOUR:
        length = f"{seconds / _SECONDS_PER_HOUR:.3g} h"
        problem = f"{at.name} is {length}, Duration is {hours:g} h: {consequence} after the window closes."
        yield Violation(at, problem)


def _hours(window: MaintenanceWindow) -> float | None:
    """Return a valid duration; `WindowDuration` reports an invalid one."""
    hours = window["Duration"].number()
    shortest, longest = limits.DURATION_HOURS
    return hours if hours is not None and shortest <= hours <= longest else None


@rule(
    "InstallAfterCutoff",
    Severity.NOTE,
    of="tasks",
    fix="Set CutoffBehavior to CANCEL_TASK.",
    page=_REGISTER,
)
def install_after_cutoff(task: WindowTask, deployment: Context) -> Iterator[Outcome]:
    """An install on some nodes at a time should not start on further nodes after the cutoff."""
    behavior, command = task["CutoffBehavior"], deployment.command_of(task)
    if not task.may_run_document or not command.installs or behavior.text() not in (None, CutoffBehavior.CONTINUE_TASK):
        return
    at_a_time = task["MaxConcurrency"]
    if at_a_time.is_given and not _reaches_all_at_once(at_a_time, deployment.selections_of(command)):
        at = behavior if behavior.is_given else task.properties
        yield Violation(
            at,
            f"With MaxConcurrency: {at_a_time.text()} and without CANCEL_TASK, "
            "the install starts on further nodes after the cutoff, until all nodes are patched.",
        )


def _reaches_all_at_once(at_a_time: Value, selections: Sequence[Selection]) -> bool:
    """Return whether a task certainly runs on all of its nodes at the same time.

    The targets of a task run one after the other, so only a task with one target can.
    """
    if at_a_time.text() == "100%":
        return True
    if len(selections) != 1 or INSTANCE_IDS not in selections[0]:
        return False
    nodes, number = selections[0][INSTANCE_IDS], at_a_time.number()
    # A parameter can be a list of nodes.
    is_counted = all(isinstance(node, str) or (isinstance(node, Unknown) and node.reference) for node in nodes)
    return is_counted and (len(nodes) == 1 or (number is not None and number >= len(nodes)))


@rule(
    "CapacityExceedsWindow",
    Severity.WARNING,
    of="windows",
    fix="Set a higher MaxConcurrency or a longer Duration, or divide the nodes between several windows.",
    page=_RATE_CONTROLS,
)
def capacity_exceeds_window(window: MaintenanceWindow, _: Context) -> Iterator[Outcome]:
    """The capacity in the metadata of a maintenance window should be valid, and its nodes should fit."""
    at = capacity_metadata(window)
    try:
        capacity = capacity_of(window)
    except PatchingError as error:
        yield Violation(at, f"{error}.", "Correct the metadata.")
        return
    run = None if capacity is None else patch_run_of(window)
    # The windows after a freeze are the same at other times.
    if capacity is None or run is None or window.first is not None:
        return
    # Other rules report properties that are invalid.
    with suppress(PatchingError):
        forecast = forecast_of(window, run, capacity)
        if not forecast.fits:
            assumed, fix = "; ".join(assumptions_of(forecast)), remedy_of_template(forecast)
            yield Violation(at, f"{overrun_in_words(forecast)}. Assumed: {assumed}.", f"{fix[0].upper()}{fix[1:]}.")
