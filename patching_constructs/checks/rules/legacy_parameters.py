"""Rules for the deprecated parameters of tasks: TaskParameters and LoggingInfo.

For a Run Command task, Systems Manager uses them only if TaskInvocationParameters has no values. For Lambda and Step
Functions tasks, it ignores them.
"""

from collections.abc import Iterator
from typing import Final

from patching_constructs.checks.context import Context
from patching_constructs.checks.rule import API, CLOUDFORMATION, rule
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.template.maintenance_windows import WindowTask
from patching_constructs.template.value import Value

_TASK: Final = f"{CLOUDFORMATION}aws-resource-ssm-maintenancewindowtask.html"
_LEGACY: Final = ("TaskParameters", "LoggingInfo")
_WITHOUT_LEGACY: Final = ("LAMBDA", "STEP_FUNCTIONS")


@rule(
    "LegacyTaskParameters",
    Severity.WARNING,
    of="tasks",
    fix="Move the parameters to TaskInvocationParameters.MaintenanceWindowRunCommandParameters.Parameters.",
    page=_TASK,
)
def legacy_task_parameters(task: WindowTask, _: Context) -> Iterator[Outcome]:
    """A Run Command task should set its parameters in TaskInvocationParameters."""
    yield from _deprecated(task, "TaskParameters")


@rule(
    "LegacyLoggingInfo",
    Severity.WARNING,
    of="tasks",
    fix="Set OutputS3BucketName or CloudWatchOutputConfig in MaintenanceWindowRunCommandParameters.",
    page=_TASK,
)
def legacy_logging_info(task: WindowTask, _: Context) -> Iterator[Outcome]:
    """A Run Command task should configure its output in TaskInvocationParameters."""
    yield from _deprecated(task, "LoggingInfo")


def _deprecated(task: WindowTask, name: str) -> Iterator[Outcome]:
    if task.runs_command and _is_set(task[name]) and not _has_invocation_parameters(task):
        yield Violation(task[name], f"{name} is deprecated.")


@rule(
    "IgnoredTaskParameters",
    Severity.ERROR,
    of="tasks",
    fix="Move the values to TaskInvocationParameters, or remove the property.",
    page=f"{API}API_RegisterTaskWithMaintenanceWindow.html",
)
def ignored_task_parameters(task: WindowTask, _: Context) -> Iterator[Outcome]:
    """TaskParameters and LoggingInfo must not be set where Systems Manager ignores them."""
    for name in _LEGACY:
        if not _is_set(task[name]):
            continue
        if task["TaskType"].text() in _WITHOUT_LEGACY:
            yield Violation(task[name], f"Systems Manager ignores {name} of a {task['TaskType'].text()} task.")
        elif task.runs_command and _has_invocation_parameters(task):
            yield Violation(task[name], f"Systems Manager ignores {name}, because TaskInvocationParameters has values.")


def _is_set(value: Value) -> bool:
    return value.is_given and value.content not in ({}, "")


def _has_invocation_parameters(task: WindowTask) -> bool:
    return any(_is_set(value) for _, value in task["TaskInvocationParameters"].entries())
