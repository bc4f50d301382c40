"""Rules of a window's tasks: what they aim at, how they are run, and what the service would not read."""

from collections.abc import Iterator
from functools import partial

from patching_constructs.checks.context import Context
from patching_constructs.checks.rule import API, CLOUDFORMATION, GUIDE, rule
from patching_constructs.checks.rules._value_checks import count, for_each, length, literal, reported_at, whole
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.properties.command import PATCH_DOCUMENTS
from patching_constructs.properties.cutoff import CutoffBehavior
from patching_constructs.properties.rate_control import RateControl
from patching_constructs.ssm import limits
from patching_constructs.ssm.target_keys import INSTANCE_IDS, WINDOW_TARGET_IDS
from patching_constructs.template.associations import Association
from patching_constructs.template.deployment import Deployment
from patching_constructs.template.maintenance_windows import MaintenanceWindow, WindowTarget, WindowTask
from patching_constructs.template.node_filters import is_by_id
from patching_constructs.template.value import UnknownError, Value, shown

_TASK = f"{CLOUDFORMATION}aws-resource-ssm-maintenancewindowtask.html"
_RUN_COMMAND = f"{API}API_MaintenanceWindowRunCommandParameters.html"
_REGISTER = f"{API}API_RegisterTaskWithMaintenanceWindow.html"
_KINDS = {
    "MaintenanceWindowRunCommandParameters": "RUN_COMMAND",
    "MaintenanceWindowAutomationParameters": "AUTOMATION",
    "MaintenanceWindowLambdaParameters": "LAMBDA",
    "MaintenanceWindowStepFunctionsParameters": "STEP_FUNCTIONS",
}


@rule(
    "TaskType",
    Severity.ERROR,
    of="tasks",
    fix="Write RUN_COMMAND, with MaintenanceWindowRunCommandParameters.",
    page=_TASK,
)
def task_type(task: WindowTask, deployment: Context) -> Iterator[Outcome]:
    """A patch document is run by a RUN_COMMAND task, and a task is given the parameters of its type."""
    kind = task["TaskType"]
    text = kind.text()
    if text is not None and text != "RUN_COMMAND" and deployment.command_of(task).document_name in PATCH_DOCUMENTS:
        yield Violation(
            kind, f"TaskType must be RUN_COMMAND to run {deployment.command_of(task).document_name}, got {shown(text)}."
        )
    for name, value in task["TaskInvocationParameters"].entries():
        if text in _KINDS.values() and _KINDS.get(name, text) != text:
            yield Violation(
                value, f"{name} are not read by a task of the type {text}.", f"Write the parameters of {text}."
            )


@rule("TaskTargets", Severity.ERROR, of="tasks", fix="Aim it at WindowTargetIds or InstanceIds.", page=_REGISTER)
def task_targets(task: WindowTask, _: Context) -> Iterator[Outcome]:
    """A run command is aimed at nodes."""
    targets = task["Targets"]
    if task.runs_command and not targets.items():
        at = targets if targets.is_given else task.properties
        yield Violation(at, "Targets must be given: a run command needs nodes to run on.")


@rule(
    "TaskTargetKey",
    Severity.ERROR,
    of="tasks",
    fix="Register a target with the window, and aim at its id.",
    page=_TASK,
)
def task_target_key(task: WindowTask, _: Context) -> Iterator[Outcome]:
    """A task aims at targets of its window or at nodes by their ids, never at tags."""
    yield from for_each([entry["Key"] for entry in task.filters], _task_key)


def _task_key(key: Value) -> Iterator[Outcome]:
    text = key.text()
    if text is not None and text not in {WINDOW_TARGET_IDS, INSTANCE_IDS}:
        yield Violation(key, f"Key must be WindowTargetIds or InstanceIds in a task, got {shown(text)}.")


@rule("TaskTargetCount", Severity.ERROR, of="tasks", fix="Make a second task of equal priority.", page=_TASK)
def task_target_count(task: WindowTask, _: Context) -> Iterator[Outcome]:
    """A task aims at 1-10 targets, or at 1-50 nodes."""
    yield from for_each(task.filters, _task_count)


def _task_count(entry: Value) -> Iterator[Outcome]:
    most = {WINDOW_TARGET_IDS: limits.TASK_TARGETS, INSTANCE_IDS: limits.TARGET_VALUES}.get(entry["Key"].text() or "")
    if most is not None:
        yield from count(entry["Values"], 1, most)


@rule(
    "TaskTargetId",
    Severity.ERROR,
    of="tasks",
    fix="Write the Ref of an AWS::SSM::MaintenanceWindowTarget.",
    page=_TASK,
)
def task_target_id(task: WindowTask, deployment: Context) -> Iterator[Outcome]:
    """WindowTargetIds names targets of windows, not the window itself."""
    yield from for_each(task.target_ids, partial(_target_kind, deployment))


def _target_kind(deployment: Deployment, value: Value) -> Iterator[Outcome]:
    found = deployment.resolve(value)
    if isinstance(found, MaintenanceWindow):
        yield Violation(
            value, f"WindowTargetIds names the window {found.logical_id} itself, so that no node is reached."
        )
    elif found and not isinstance(found, WindowTarget):
        yield Violation(value, f"WindowTargetIds names {found.logical_id}, which is no target of a window.")
    elif not found and not limits.TARGET_ID.fullmatch(value.text() or ""):
        yield Violation(value, f"WindowTargetIds must be ids of 36 characters, got {shown(value.content)}.")


@rule("TaskTargetWindow", Severity.ERROR, of="tasks", fix="Aim at a target of the task's own window.", page=_TASK)
def task_target_window(task: WindowTask, deployment: Context) -> Iterator[Outcome]:
    """A task aims at targets of its own window."""
    own = deployment.window_of(task)
    for value in task.target_ids:
        found = deployment.resolve(value, WindowTarget)
        other = deployment.window_of(found) if found else None
        if value.is_unknown and not value.reference:
            yield UnknownError(value)
        elif found and other and own and other is not own:
            theirs, ours = other.logical_id, own.logical_id
            yield Violation(value, f"{found.logical_id} is a target of {theirs}, and the task is of {ours}.")


@rule(
    "UnassociatedTargets",
    Severity.WARNING,
    of="tasks",
    fix="Register the nodes as a target, or set AllowUnassociatedTargets to true.",
    page=f"{API}API_CreateMaintenanceWindow.html",
)
def unassociated_targets(task: WindowTask, deployment: Context) -> Iterator[Outcome]:
    """A window that allows registered targets only is not aimed at other nodes."""
    window = deployment.window_of(task)
    own = [value for each in task.filters if is_by_id(each) for value in each["Values"].items()]
    if window is None or not own:
        return
    with reported_at(own[0]):
        if window["AllowUnassociatedTargets"].is_true():
            return
        registered = window.node_ids
    if registered is None:
        raise UnknownError(own[0], "Whether the node is among the window's targets is not seen here")
    for value in own:
        if value.identity not in registered:
            problem = f"The window allows registered targets only, and {shown(value.content)} is in none of them."
            yield Violation(value, problem)


@rule(
    "RateControl",
    Severity.ERROR,
    of="runners",
    fix="Write a count such as 10, or a share such as 10%.",
    page=_REGISTER,
)
def rate_control(runner: WindowTask | Association, _: Context) -> Iterator[Outcome]:
    """A run command says how many nodes at once, at least 1, and after how many errors it stops."""
    if isinstance(runner, WindowTask) and not runner.runs_command:
        return
    yield from for_each([runner["MaxConcurrency"], runner["MaxErrors"]], _rate_form)
    # An association can do without; the service requires both of a task that has targets.
    if isinstance(runner, WindowTask) and runner["Targets"].is_given:
        missing = [name for name in ("MaxConcurrency", "MaxErrors") if not runner[name].is_given]
        if missing:
            yield Violation(runner.properties, f"{' and '.join(missing)} must be given where a task has targets.")


def _rate_form(value: Value) -> Iterator[Outcome]:
    if not value.is_given:
        return
    name, text = value.path[-1], value.text() or ""
    rate = RateControl.parsed(text)
    if rate is None:
        yield Violation(value, f"{name} must be a count or a share of 0-100%, got {shown(value.content)}.")
    elif name == "MaxConcurrency" and rate.number == 0:
        yield Violation(value, f"{name} must be at least 1, got {shown(value.content)}.")


@rule("CutoffBehavior", Severity.ERROR, of="tasks", fix="Write CONTINUE_TASK or CANCEL_TASK.", page=_REGISTER)
def cutoff_behavior(task: WindowTask, _: Context) -> Iterator[Outcome]:
    """What happens at the cutoff is one of the service's words."""
    yield from literal(task["CutoffBehavior"], CutoffBehavior)


@rule(
    "LegacyTaskParameters",
    Severity.ERROR,
    of="tasks",
    fix="Write TaskInvocationParameters.MaintenanceWindowRunCommandParameters.Parameters.",
    page=_TASK,
)
def legacy_task_parameters(task: WindowTask, _: Context) -> Iterator[Outcome]:
    """A run command's parameters are its invocation's: TaskParameters are of the past."""
    if task.runs_command and task["TaskParameters"].is_given:
        yield Violation(task["TaskParameters"], "A run command does not read TaskParameters.")


@rule(
    "LegacyLoggingInfo",
    Severity.WARNING,
    of="tasks",
    fix="Write OutputS3BucketName, or CloudWatchOutputConfig, in MaintenanceWindowRunCommandParameters.",
    page=_TASK,
)
def legacy_logging_info(task: WindowTask, _: Context) -> Iterator[Outcome]:
    """A run command's output goes where its invocation says: LoggingInfo does nothing."""
    if task.runs_command and task["LoggingInfo"].is_given:
        yield Violation(
            task["LoggingInfo"], "LoggingInfo does nothing for a run command, and its output is kept nowhere."
        )


@rule(
    "StartTimeout",
    Severity.ERROR,
    of="tasks",
    fix="Write the seconds in which a node must start: 30-2592000.",
    page=_RUN_COMMAND,
)
def start_timeout(task: WindowTask, _: Context) -> Iterator[Outcome]:
    """The time for a node to start a command is 30 seconds to 30 days."""
    yield from whole(task.invocation["TimeoutSeconds"], limits.START_TIMEOUT_SECONDS, "seconds")


@rule("CommandTextLength", Severity.ERROR, of="tasks", fix="Make it shorter, or leave it out.", page=_RUN_COMMAND)
def command_text_length(task: WindowTask, _: Context) -> Iterator[Outcome]:
    """Comment, OutputS3KeyPrefix and CloudWatchLogGroupName have a length that the service takes."""
    invocation = task.invocation
    group = invocation["CloudWatchOutputConfig"]["CloudWatchLogGroupName"]
    yield from length(invocation["Comment"], limits.COMMENT_LENGTH, least=0)
    yield from length(invocation["OutputS3KeyPrefix"], limits.KEY_PREFIX_LENGTH, least=0)
    yield from length(group, limits.LOG_GROUP_LENGTH)


@rule(
    "TaskRole",
    Severity.NOTE,
    of="tasks",
    fix="Give it a role of its own: PatchSchedule(role=...), or ServiceRoleArn.",
    page=f"{GUIDE}configuring-maintenance-window-permissions-console.html",
)
def task_role(task: WindowTask, _: Context) -> Iterator[Outcome]:
    """A run command has a role of its own; AWS no longer recommends the service-linked one."""
    if task.runs_command and not task["ServiceRoleArn"].is_given:
        yield Violation(task.properties, "ServiceRoleArn is not given, so the task runs with the service-linked role.")
