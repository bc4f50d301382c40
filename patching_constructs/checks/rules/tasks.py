"""Rules for tasks: their targets, rate control, and invocation parameters."""

import re
from collections.abc import Iterator
from functools import partial

from patching_constructs._validation import nearest
from patching_constructs.checks.context import Context
from patching_constructs.checks.rule import API, CLOUDFORMATION, GUIDE, rule
from patching_constructs.checks.rules._value_checks import count, for_each, length, literal, reported_at, whole
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.properties.command import PATCH_DOCUMENTS
from patching_constructs.properties.cutoff import CutoffBehavior
from patching_constructs.properties.rate_control import RateControl
from patching_constructs.ssm import limits
from patching_constructs.ssm.documents import find_document
from patching_constructs.ssm.target_keys import INSTANCE_IDS, WINDOW_TARGET_IDS
from patching_constructs.template.associations import Association
from patching_constructs.template.deployment import Deployment
from patching_constructs.template.maintenance_windows import (
    INVOCATION_PARAMETERS,
    MaintenanceWindow,
    WindowTarget,
    WindowTask,
)
from patching_constructs.template.node_filters import is_by_id
from patching_constructs.template.value import UnknownError, Value, shown

_TASK = f"{CLOUDFORMATION}aws-resource-ssm-maintenancewindowtask.html"
_RUN_COMMAND = f"{API}API_MaintenanceWindowRunCommandParameters.html"
_REGISTER = f"{API}API_RegisterTaskWithMaintenanceWindow.html"
_QUOTAS = "https://docs.aws.amazon.com/general/latest/gr/ssm.html"
_KINDS = {parameters: kind for kind, parameters in INVOCATION_PARAMETERS.items()}


@rule(
    "TaskType",
    Severity.ERROR,
    of="tasks",
    fix="Set TaskType to RUN_COMMAND, and use MaintenanceWindowRunCommandParameters.",
    page=_TASK,
)
def task_type(task: WindowTask, deployment: Context) -> Iterator[Outcome]:
    """TaskType must match the document and the invocation parameters."""
    kind = task["TaskType"]
    text = kind.text()
    is_document = text not in (None, "RUN_COMMAND") and task.may_run_document
    if is_document and deployment.command_of(task).document_name in PATCH_DOCUMENTS:
        yield Violation(
            kind, f"TaskType must be RUN_COMMAND to run {deployment.command_of(task).document_name}, got {shown(text)}."
        )
    elif text is not None and text not in _KINDS.values():
        near = nearest(text, _KINDS.values())
        problem = f"TaskType must be one of {', '.join(_KINDS.values())}, got {shown(text)}."
        yield Violation(kind, problem, f"Use {near}." if near else "Use one of these values.")
    for name, value in task["TaskInvocationParameters"].entries():
        if text in _KINDS.values() and _KINDS.get(name, text) != text:
            yield Violation(
                value, f"{name} cannot be used with TaskType: {text}.", f"Use the invocation parameters for {text}."
            )
    if text == "RUN_COMMAND":
        yield from _as_command(kind, deployment.command_of(task).document_name)


def _as_command(kind: Value, name: str | None) -> Iterator[Outcome]:
    document = find_document(name)
    if document and document.kind == "Automation":
        problem = f"TaskType must be AUTOMATION to run {name}, got {shown(kind.content)}."
        yield Violation(kind, problem, "Set TaskType to AUTOMATION, and use MaintenanceWindowAutomationParameters.")


@rule("TaskTargets", Severity.ERROR, of="tasks", fix="Add Targets with WindowTargetIds or InstanceIds.", page=_REGISTER)
def task_targets(task: WindowTask, _: Context) -> Iterator[Outcome]:
    """A Run Command task must have targets."""
    targets = task["Targets"]
    if task.runs_command and not targets.count():
        at = targets if targets.is_given else task.properties
        yield Violation(at, "Targets is required for a Run Command task.")


@rule(
    "TaskTargetKey",
    Severity.ERROR,
    of="tasks",
    fix="Register a target with the window, and use its ID.",
    page=_TASK,
)
def task_target_key(task: WindowTask, _: Context) -> Iterator[Outcome]:
    """A task must select its targets by WindowTargetIds or InstanceIds."""
    yield from for_each([entry["Key"] for entry in task.filters], _task_key)


def _task_key(key: Value) -> Iterator[Outcome]:
    text = key.text()
    if text is not None and text not in {WINDOW_TARGET_IDS, INSTANCE_IDS}:
        yield Violation(key, f"Key must be WindowTargetIds or InstanceIds in a task, got {shown(text)}.")


@rule("TaskTargetCount", Severity.ERROR, of="tasks", fix="Add a second task with the same priority.", page=_TASK)
def task_target_count(task: WindowTask, _: Context) -> Iterator[Outcome]:
    """A task must have 1-50 window targets or node IDs."""
    yield from for_each(task.filters, _task_count)


def _task_count(entry: Value) -> Iterator[Outcome]:
    if entry["Key"].text() in (WINDOW_TARGET_IDS, INSTANCE_IDS):
        yield from count(entry["Values"], 1, limits.TARGET_VALUES)


@rule(
    "TaskTargetQuota",
    Severity.WARNING,
    of="tasks",
    fix="Request a quota increase, or add a second task with the same priority.",
    page=_QUOTAS,
)
def task_target_quota(task: WindowTask, _: Context) -> Iterator[Outcome]:
    """A task should not have more than 10 window targets without a quota increase."""
    yield from for_each(task.filters, _beyond_quota)


def _beyond_quota(entry: Value) -> Iterator[Outcome]:
    if entry["Key"].text() == WINDOW_TARGET_IDS:
        targets = 0 if entry["Values"].is_unknown else entry["Values"].count()
        if limits.TASK_TARGETS < targets <= limits.TARGET_VALUES:
            yield Violation(
                entry["Values"], f"The task has {targets} window targets; the quota is {limits.TASK_TARGETS}."
            )


@rule(
    "TaskTargetId",
    Severity.ERROR,
    of="tasks",
    fix="Use the Ref of an AWS::SSM::MaintenanceWindowTarget.",
    page=_TASK,
)
def task_target_id(task: WindowTask, deployment: Context) -> Iterator[Outcome]:
    """WindowTargetIds must contain IDs of window targets."""
    yield from for_each(task.target_ids, partial(_target_kind, deployment))


def _target_kind(deployment: Deployment, value: Value) -> Iterator[Outcome]:
    found = deployment.resolve(value)
    if isinstance(found, MaintenanceWindow):
        yield Violation(
            value, f"WindowTargetIds must contain window targets, got the maintenance window {found.logical_id}."
        )
    elif found and not isinstance(found, WindowTarget):
        yield Violation(value, f"WindowTargetIds must contain window targets, got {found.logical_id}.")
    elif not found and not limits.TARGET_ID.fullmatch(value.text() or ""):
        yield Violation(value, f"WindowTargetIds must contain IDs of 36 characters, got {shown(value.content)}.")


@rule(
    "TaskTargetWindow",
    Severity.ERROR,
    of="tasks",
    fix="Use a target that is registered with the window of the task.",
    page=_TASK,
)
def task_target_window(task: WindowTask, deployment: Context) -> Iterator[Outcome]:
    """A task must use targets of its own maintenance window."""
    own = deployment.window_of(task)
    for value in task.target_ids:
        found = deployment.resolve(value, WindowTarget)
        other = deployment.window_of(found) if found else None
        if value.is_unknown and not value.reference:
            yield UnknownError(value)
        elif found and other and own and other is not own:
            theirs, ours = other.logical_id, own.logical_id
            yield Violation(
                value, f"The target {found.logical_id} belongs to {theirs}, but the task belongs to {ours}."
            )


@rule(
    "UnassociatedTargets",
    Severity.WARNING,
    of="tasks",
    fix="Register the nodes as a target, or set AllowUnassociatedTargets to true.",
    page=f"{API}API_CreateMaintenanceWindow.html",
)
def unassociated_targets(task: WindowTask, deployment: Context) -> Iterator[Outcome]:
    """A task should use only registered targets, unless its window allows unassociated targets."""
    window = deployment.window_of(task)
    own = [value for each in task.filters if is_by_id(each) for value in each["Values"].items()]
    if window is None or not own:
        return
    with reported_at(own[0]):
        if window["AllowUnassociatedTargets"].is_true():
            return
        registered = window.node_ids
    if registered is None:
        raise UnknownError(own[0], "The template does not show whether the node is in a target of the window")
    for value in own:
        if value.identity not in registered:
            problem = (
                f"AllowUnassociatedTargets is not true, but {shown(value.content)} is not in a target of the window."
            )
            yield Violation(value, problem)


@rule(
    "RateControl",
    Severity.ERROR,
    of="runners",
    fix="Use a count such as 10, or a percentage such as 10%.",
    page=_REGISTER,
)
def rate_control(runner: WindowTask | Association, _: Context) -> Iterator[Outcome]:
    """MaxConcurrency and MaxErrors must be valid, and both are required on a task with targets."""
    yield from for_each([runner["MaxConcurrency"], runner["MaxErrors"]], _rate_form)
    # They are optional for an association; the service requires both for a task with targets.
    if isinstance(runner, WindowTask) and runner.runs_command and runner["Targets"].is_given:
        missing = [name for name in ("MaxConcurrency", "MaxErrors") if not runner[name].is_given]
        if missing:
            yield Violation(runner.properties, f"{' and '.join(missing)} must be set on a task with targets.")


def _rate_form(value: Value) -> Iterator[Outcome]:
    if not value.is_given:
        return
    name, text = value.path[-1], value.text() or ""
    rate = RateControl.parsed(text)
    if rate is None and RateControl.parsed(re.sub("^0+(?=[0-9])", "", text)):
        yield Violation(value, f"{name} must not have leading zeros, got {shown(value.content)}.")
    elif rate is None:
        yield Violation(value, f"{name} must be a count or a percentage of 0-100%, got {shown(value.content)}.")
    elif name == "MaxConcurrency" and rate.number == 0:
        yield Violation(value, f"{name} must be at least 1, got {shown(value.content)}.")


@rule(
    "CutoffBehavior",
    Severity.ERROR,
    of="tasks",
    fix="Set CutoffBehavior to CONTINUE_TASK or CANCEL_TASK.",
    page=_REGISTER,
)
def cutoff_behavior(task: WindowTask, _: Context) -> Iterator[Outcome]:
    """CutoffBehavior must be CONTINUE_TASK or CANCEL_TASK."""
    yield from literal(task["CutoffBehavior"], CutoffBehavior)


@rule(
    "StartTimeout",
    Severity.ERROR,
    of="tasks",
    fix="Set TimeoutSeconds to 30-2592000, the time within which a node must start the command.",
    page=_RUN_COMMAND,
)
def start_timeout(task: WindowTask, _: Context) -> Iterator[Outcome]:
    """TimeoutSeconds of a command must be 30-2592000 seconds."""
    yield from whole(task.invocation["TimeoutSeconds"], limits.START_TIMEOUT_SECONDS, "seconds")


@rule(
    "CommandTextLength", Severity.ERROR, of="tasks", fix="Shorten the text, or remove the property.", page=_RUN_COMMAND
)
def command_text_length(task: WindowTask, _: Context) -> Iterator[Outcome]:
    """Comment, OutputS3KeyPrefix, and CloudWatchLogGroupName must be within their length limits."""
    invocation = task.invocation
    group = invocation["CloudWatchOutputConfig"]["CloudWatchLogGroupName"]
    yield from length(invocation["Comment"], limits.COMMENT_LENGTH, least=0)
    yield from length(invocation["OutputS3KeyPrefix"], limits.KEY_PREFIX_LENGTH, least=0)
    yield from length(group, limits.LOG_GROUP_LENGTH)


@rule(
    "TaskRole",
    Severity.NOTE,
    of="tasks",
    fix="Set ServiceRoleArn: PatchSchedule(role=...), or with_options(role=...) of a WindowTask.",
    page=f"{GUIDE}configuring-maintenance-window-permissions-console.html",
)
def task_role(task: WindowTask, _: Context) -> Iterator[Outcome]:
    """A Run Command task should have its own role; AWS no longer recommends the service-linked role."""
    if task.runs_command and not task["ServiceRoleArn"].is_given:
        yield Violation(task.properties, "ServiceRoleArn is not set, so the task uses the service-linked role.")
