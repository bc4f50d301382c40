"""Rules of a window's tasks: what they aim at, how they are run, and what the service would not read."""

from collections.abc import Iterator

from patching_constructs.checks.finding import Answer, Fault, Severity, UndecidableError, shown
from patching_constructs.checks.model import Association, Command, Target, Task, Window, is_by_id
from patching_constructs.checks.rule import API, CLOUDFORMATION, GUIDE, rule
from patching_constructs.checks.rules._asking import blaming, count, for_each, length, literal, whole
from patching_constructs.checks.value import Value
from patching_constructs.properties.command import PATCH_DOCUMENTS
from patching_constructs.properties.cutoff import CutoffBehavior
from patching_constructs.properties.rate_control import RateControl
from patching_constructs.ssm import limits
from patching_constructs.ssm.target_keys import INSTANCE_IDS, WINDOW_TARGET_IDS
from patching_constructs.template.intrinsics import Deferred

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
    mend="Write RUN_COMMAND, with MaintenanceWindowRunCommandParameters.",
    page=_TASK,
)
def task_type(task: Task) -> Iterator[Answer]:
    """A patch document is run by a RUN_COMMAND task, and a task is given the parameters of its type."""
    kind = task["TaskType"]
    text = kind.text()
    if text is not None and text != "RUN_COMMAND" and Command(task).document_name in PATCH_DOCUMENTS:
        yield Fault(kind, f"TaskType must be RUN_COMMAND to run {Command(task).document_name}, got {shown(text)}.")
    for name, value in task["TaskInvocationParameters"].entries():
        if text in _KINDS.values() and _KINDS.get(name, text) != text:
            yield Fault(value, f"{name} are not read by a task of the type {text}.", f"Write the parameters of {text}.")


@rule("TaskTargets", Severity.ERROR, of="tasks", mend="Aim it at WindowTargetIds or InstanceIds.", page=_REGISTER)
def task_targets(task: Task) -> Iterator[Answer]:
    """A run command is aimed at nodes."""
    targets = task["Targets"]
    if task.runs_command and not targets.items():
        at = targets if targets.is_given else task.properties
        yield Fault(at, "Targets must be given: a run command needs nodes to run on.")


@rule(
    "TaskTargetKey",
    Severity.ERROR,
    of="tasks",
    mend="Register a target with the window, and aim at its id.",
    page=_TASK,
)
def task_target_key(task: Task) -> Iterator[Answer]:
    """A task aims at targets of its window or at nodes by their ids, never at tags."""
    yield from for_each([entry["Key"] for entry in task.filters], _task_key)


def _task_key(key: Value) -> Iterator[Answer]:
    text = key.text()
    if text is not None and text not in {WINDOW_TARGET_IDS, INSTANCE_IDS}:
        yield Fault(key, f"Key must be WindowTargetIds or InstanceIds in a task, got {shown(text)}.")


@rule("TaskTargetCount", Severity.ERROR, of="tasks", mend="Make a second task of equal priority.", page=_TASK)
def task_target_count(task: Task) -> Iterator[Answer]:
    """A task aims at 1-10 targets, or at 1-50 nodes."""
    yield from for_each(task.filters, _task_count)


def _task_count(entry: Value) -> Iterator[Answer]:
    most = {WINDOW_TARGET_IDS: limits.TASK_TARGETS, INSTANCE_IDS: limits.TARGET_VALUES}.get(entry["Key"].text() or "")
    if most is not None:
        yield from count(entry["Values"], 1, most)


@rule(
    "TaskTargetKind",
    Severity.ERROR,
    of="tasks",
    mend="Write the Ref of an AWS::SSM::MaintenanceWindowTarget.",
    page=_TASK,
)
def task_target_kind(task: Task) -> Iterator[Answer]:
    """WindowTargetIds names targets of windows, not the window itself."""
    yield from for_each(task.target_ids, _target_kind)


def _target_kind(value: Value) -> Iterator[Answer]:
    found = value.refers_to
    if isinstance(found, Window):
        yield Fault(value, f"WindowTargetIds names the window {found.logical_id} itself, so that no node is reached.")
    elif found and not isinstance(found, Target):
        yield Fault(value, f"WindowTargetIds names {found.logical_id}, which is no target of a window.")
    elif not found and not limits.TARGET_ID.fullmatch(value.text() or ""):
        yield Fault(value, f"WindowTargetIds must be ids of 36 characters, got {shown(value.content)}.")


@rule("TaskTargetWindow", Severity.ERROR, of="tasks", mend="Aim at a target of the task's own window.", page=_TASK)
def task_target_window(task: Task) -> Iterator[Answer]:
    """A task aims at targets of its own window."""
    for value in task.target_ids:
        found = value.refers_to
        if found is None and value.is_deferred:
            yield UndecidableError(value)
        elif isinstance(found, Target) and found.window and task.window and found.window is not task.window:
            theirs, ours = found.window.logical_id, task.window.logical_id
            yield Fault(value, f"{found.logical_id} is a target of {theirs}, and the task is of {ours}.")


@rule(
    "UnassociatedTargets",
    Severity.WARNING,
    of="tasks",
    mend="Register the nodes as a target, or set AllowUnassociatedTargets to true.",
    page=f"{API}API_CreateMaintenanceWindow.html",
)
def unassociated_targets(task: Task) -> Iterator[Answer]:
    """A window that allows registered targets only is not aimed at other nodes."""
    window = task.window
    own = [value for each in task.filters if is_by_id(each) for value in each["Values"].items()]
    if window is None or not own:
        return
    with blaming(own[0]):
        if window["AllowUnassociatedTargets"].is_true():
            return
        registered = window.node_ids
    if registered is None:
        raise UndecidableError(own[0], "Whether the node is among the window's targets is not seen here")
    for value in own:
        if (value.content if isinstance(value.content, Deferred) else value.text()) not in registered:
            problem = f"The window allows registered targets only, and {shown(value.content)} is in none of them."
            yield Fault(value, problem)


@rule(
    "RateControl",
    Severity.ERROR,
    of="runners",
    mend="Write a count such as 10, or a share such as 10%.",
    page=_REGISTER,
)
def rate_control(runner: Task | Association) -> Iterator[Answer]:
    """A run command says how many nodes at once, at least 1, and after how many errors it stops."""
    if isinstance(runner, Task) and not runner.runs_command:
        return
    yield from for_each([runner["MaxConcurrency"], runner["MaxErrors"]], _rate_form)
    # An association can do without; the service requires both of a task that has targets.
    if isinstance(runner, Task) and runner["Targets"].is_given:
        missing = [name for name in ("MaxConcurrency", "MaxErrors") if not runner[name].is_given]
        if missing:
            yield Fault(runner.properties, f"{' and '.join(missing)} must be given where a task has targets.")


def _rate_form(value: Value) -> Iterator[Answer]:
    if not value.is_given:
        return
    name, text = value.path[-1], value.text() or ""
    rate = RateControl.parsed(text)
    if rate is None:
        yield Fault(value, f"{name} must be a count or a share of 0-100%, got {shown(value.content)}.")
    elif name == "MaxConcurrency" and rate.number == 0:
        yield Fault(value, f"{name} must be at least 1, got {shown(value.content)}.")


@rule("CutoffBehavior", Severity.ERROR, of="tasks", mend="Write CONTINUE_TASK or CANCEL_TASK.", page=_REGISTER)
def cutoff_behavior(task: Task) -> Iterator[Answer]:
    """What happens at the cutoff is one of the service's words."""
    yield from literal(task["CutoffBehavior"], CutoffBehavior)


@rule(
    "LegacyTaskParameters",
    Severity.ERROR,
    of="tasks",
    mend="Write TaskInvocationParameters.MaintenanceWindowRunCommandParameters.Parameters.",
    page=_TASK,
)
def legacy_task_parameters(task: Task) -> Iterator[Answer]:
    """A run command's parameters are its invocation's: TaskParameters are of the past."""
    if task.runs_command and task["TaskParameters"].is_given:
        yield Fault(task["TaskParameters"], "A run command does not read TaskParameters.")


@rule(
    "LegacyLoggingInfo",
    Severity.WARNING,
    of="tasks",
    mend="Write OutputS3BucketName, or CloudWatchOutputConfig, in MaintenanceWindowRunCommandParameters.",
    page=_TASK,
)
def legacy_logging_info(task: Task) -> Iterator[Answer]:
    """A run command's output goes where its invocation says: LoggingInfo does nothing."""
    if task.runs_command and task["LoggingInfo"].is_given:
        yield Fault(task["LoggingInfo"], "LoggingInfo does nothing for a run command, and its output is kept nowhere.")


@rule(
    "StartTimeout",
    Severity.ERROR,
    of="tasks",
    mend="Write the seconds in which a node must start: 30-2592000.",
    page=_RUN_COMMAND,
)
def start_timeout(task: Task) -> Iterator[Answer]:
    """The time for a node to start a command is 30 seconds to 30 days."""
    yield from whole(task.invocation["TimeoutSeconds"], limits.START_TIMEOUT_SECONDS, "seconds")


@rule("CommandTexts", Severity.ERROR, of="tasks", mend="Make it shorter, or leave it out.", page=_RUN_COMMAND)
def command_texts(task: Task) -> Iterator[Answer]:
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
    mend="Give it a role of its own: PatchSchedule(role=...), or ServiceRoleArn.",
    page=f"{GUIDE}configuring-maintenance-window-permissions-console.html",
)
def task_role(task: Task) -> Iterator[Answer]:
    """A run command has a role of its own; AWS no longer recommends the service-linked one."""
    if task.runs_command and not task["ServiceRoleArn"].is_given:
        yield Fault(task.properties, "ServiceRoleArn is not given, so the task runs with the service-linked role.")
