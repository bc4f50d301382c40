"""Warnings of a schedule with a gate: tasks of its window that the gate does not hold back, or that delay it."""

from typing import Final

from aws_cdk import Annotations
from constructs import Construct

from patching_constructs.constructs._window_tasks import CreatedTask
from patching_constructs.properties.gate import START_WITHIN, PatchGate
from patching_constructs.properties.task_actions import Automation, RunCommand
from patching_constructs.ssm.reboot import Reboot

UNGATED: Final = "patching-constructs:taskWithoutGate"
DELAYED: Final = "patching-constructs:delayedGate"
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
