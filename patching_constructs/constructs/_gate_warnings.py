"""Warnings of a schedule with a gate: tasks that it does not hold back or that delay it, and why it cannot open."""

from datetime import timedelta
from typing import Final

from aws_cdk import Annotations
from constructs import Construct

from patching_constructs._tokens import is_unresolved
from patching_constructs.constructs._gate_runbook import CheckedGate
from patching_constructs.constructs._window_parts import WindowParts
from patching_constructs.constructs._window_tasks import CreatedTask
from patching_constructs.planning.gates import GateTimes, Outlook, outlook
from patching_constructs.properties.command import BASELINE_OVERRIDE, PatchOperation
from patching_constructs.properties.gate import START_WITHIN, PatchGate, bake_seconds, start_within_seconds
from patching_constructs.properties.task_actions import Automation, RunCommand
from patching_constructs.ssm.reboot import Reboot

UNGATED: Final = "patching-constructs:taskWithoutGate"
DELAYED: Final = "patching-constructs:delayedGate"
NEVER_OPENS: Final = "patching-constructs:gateNeverOpens"
OPENS_EARLY_ONLY: Final = "patching-constructs:gateBeforeEnd"
_MINUTES: Final = START_WITHIN.total_seconds() / 60


def warn_of_ungated(scope: Construct, gate: PatchGate, task: CreatedTask, patching: CreatedTask) -> None:
    """Warn about another task of the window that patches or reboots nodes, or that runs before the gate decides."""
    if task is patching:
        return
    name, action = task.options.id, task.options.action
    run = action.run if isinstance(action, RunCommand | Automation) else None
    patches = run is not None and (run.is_patching or run.installs)
    if patches or (run is not None and run.reboot is Reboot.CERTAIN):
        does = "patches" if patches else "reboots"
        problem = f"{name} {does} nodes even if the gate is closed, because only {patching.options.id} has the gate"
        Annotations.of(scope).add_warning_v2(UNGATED, f"{problem}; use a schedule with a gate of its own")
    if task.priority < patching.priority and gate.start_within == START_WITHIN:
        problem = f"{name} runs first, and the gate is closed if patching does not begin within {_MINUTES:g} minutes"
        Annotations.of(scope).add_warning_v2(DELAYED, f"{problem}; set start_within=... of the gate")


def warn_of_closed(scope: Construct, checked: CheckedGate, path: str, own: WindowParts, before: WindowParts) -> None:
    """Warn about a gate that cannot open, whatever happens in the window before.

    Args:
        scope: the schedule with the gate.
        checked: the gate.
        path: the path of the schedule before.
        own: the windows of the schedule.
        before: the windows of the schedule before.
    """
    if reason := _without_patches(checked, before):
        Annotations.of(scope).add_warning_v2(NEVER_OPENS, f"the gate never opens, because {path} {reason}")
        return
    found = _outlook(checked, own, before)
    if found is Outlook.NEVER:
        text = (
            f"the gate never opens: whenever the window does, the last execution of {path} began less than bake_time "
            "ago, or more than max_age ago; change the days or hours of one of the schedules, bake_time, or max_age"
        )
        Annotations.of(scope).add_warning_v2(NEVER_OPENS, text)
    elif found is Outlook.IF_SHORTER:
        text = (
            f"the gate opens only if the execution of {path} ends before its duration is over, because the window "
            "opens before bake_time has passed since; open it later, or reduce bake_time or the duration of the other"
        )
        Annotations.of(scope).add_warning_v2(OPENS_EARLY_ONLY, text)


def _without_patches(checked: CheckedGate, before: WindowParts) -> str:
    """Return why a schedule does not patch what the gate requires; empty if it does, or if that is unknown."""
    if not before.is_enabled:
        return "has enabled=False, so its window has no task; set enabled=True, or remove the gate"
    actions = [task.action for task in before.options]
    if not all(isinstance(action, RunCommand) for action in actions):
        return ""
    patching = [action for action in actions if isinstance(action, RunCommand) and action.run.is_patching]
    if patching and checked.operation == PatchOperation.INSTALL and all(action.run.scans for action in patching):
        return "only scans, which shows nothing about an installation; use a schedule that installs"
    if patching and checked.gate.max_failed == 0 and all(action.parameter(BASELINE_OVERRIDE) for action in patching):
        return "uses baseline_override, with which nodes report no patch state, so each of them counts as failed"
    return ""


def _outlook(checked: CheckedGate, own: WindowParts, before: WindowParts) -> Outlook:
    """Return whether the times of two schedules let the gate open."""
    gate = checked.gate
    seconds = (bake_seconds(gate), checked.max_age_seconds, start_within_seconds(gate))
    if is_unresolved(seconds) or not (own.are_times_known and before.are_times_known):
        return Outlook.POSSIBLE
    bake_time, max_age, start_within = (timedelta(seconds=each) for each in seconds)
    times = GateTimes(bake_time=bake_time, max_age=max_age, start_within=start_within)
    return outlook(lambda after: own.executions(after=after), lambda after: before.executions(after=after), times)
