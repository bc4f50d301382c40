"""The tasks of a maintenance window: how they are checked together, and created.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTaskWithMaintenanceWindow.html
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import Fn
from aws_cdk.aws_ssm import CfnMaintenanceWindowTask
from constructs import Construct

from patching_constructs._errors import refusal, shown
from patching_constructs._tokens import is_unresolved
from patching_constructs.constructs._task_roles import TaskRoles
from patching_constructs.properties._document_names import document_name
from patching_constructs.properties.document_parameters import Given
from patching_constructs.properties.notification import CommandNotification
from patching_constructs.properties.output import CommandOutput
from patching_constructs.properties.task_actions import (
    Automation,
    LambdaFunction,
    RunCommand,
    TaskAction,
)
from patching_constructs.properties.task_options import DEFAULT_RATE, TaskOptions
from patching_constructs.ssm.target_keys import WINDOW_TARGET_IDS

_Parameters = CfnMaintenanceWindowTask.TaskInvocationParametersProperty
_RunCommand = CfnMaintenanceWindowTask.MaintenanceWindowRunCommandParametersProperty
_Automation = CfnMaintenanceWindowTask.MaintenanceWindowAutomationParametersProperty
_Lambda = CfnMaintenanceWindowTask.MaintenanceWindowLambdaParametersProperty
_StepFunctions = CfnMaintenanceWindowTask.MaintenanceWindowStepFunctionsParametersProperty


@dataclass(frozen=True, slots=True)
class CreatedTask:
    """A task of a window."""

    options: TaskOptions
    """What it does; with a gate, the window starts a runbook that does it."""
    priority: int
    roles: TaskRoles
    resource: CfnMaintenanceWindowTask | None
    """None in a frozen window."""


def check_priority(priority: int) -> None:
    """Check the priority of a task.

    Raises:
        PatchingError: it is not a whole number of at least 0.
    """
    if isinstance(priority, bool) or not isinstance(priority, int) or priority < 0:
        raise refusal("priority", "must be a whole number of at least 0", shown(priority))


def render_task(
    scope: Construct, task: TaskOptions, *, window_id: str, target_ids: Sequence[str], priority: int, roles: TaskRoles
) -> CfnMaintenanceWindowTask:
    """Create the task, with dependencies on the policies that it requires."""
    rates = rates_of(task) if target_ids else (None, None)
    created = CfnMaintenanceWindowTask(
        scope,
        task.id,
        window_id=window_id,
        name=task.task_name,
        description=task.task_description,
        task_type=task.action.type,
        task_arn=_arn(task.action),
        priority=priority,
        targets=[window_targets(target_ids)] if target_ids else None,
        max_concurrency=rates[0],
        max_errors=rates[1],
        cutoff_behavior=task.cutoff_behavior,
        service_role_arn=roles.runner.role_ref.role_arn if roles.runner else None,
        task_invocation_parameters=_invocation(task.action, roles),
    )
    roles.precede(created)
    return created


def add_targets(created: CfnMaintenanceWindowTask, task: TaskOptions, target_ids: Sequence[str]) -> None:
    """Change the targets of a task; the first one adds rate control."""
    created.targets = [window_targets(target_ids)]
    if len(target_ids) == 1:
        created.max_concurrency, created.max_errors = rates_of(task)


def window_targets(target_ids: Sequence[str]) -> CfnMaintenanceWindowTask.TargetProperty:
    """Return the target property of a task that runs on targets of its window."""
    return CfnMaintenanceWindowTask.TargetProperty(key=WINDOW_TARGET_IDS, values=list(target_ids))


def rates_of(task: TaskOptions) -> tuple[str, str]:
    """Return the rate control of a task with targets, which the service requires."""
    return str(task.max_concurrency or DEFAULT_RATE), str(task.max_errors or DEFAULT_RATE)


# --- What it runs -------------------------------------------------------------------------------------


def _arn(action: TaskAction) -> str:
    match action:
        case RunCommand() | Automation():
            return document_name("document", action.document)
        case LambdaFunction():
            return action.function.function_ref.function_arn
        case _:
            return action.state_machine.state_machine_ref.state_machine_arn


def _invocation(action: TaskAction, roles: TaskRoles) -> _Parameters | None:
    """Return the parameters of the type of the task; None if it has none."""
    name, kind, properties = _properties(action, roles)
    given = {name: value for name, value in properties.items() if value}
    return _Parameters(**{name: kind(**given)}) if given else None


def _properties(action: TaskAction, roles: TaskRoles) -> tuple[str, type, dict[str, Any]]:
    """Return the property of a type of task, its class, and what it has."""
    match action:
        case RunCommand():
            return "maintenance_window_run_command_parameters", _RunCommand, _command(action, roles)
        case Automation():
            runbook = {"parameters": _runbook(action, roles), "document_version": action.document_version}
            return "maintenance_window_automation_parameters", _Automation, runbook
        case LambdaFunction():
            payload, context = _base64(action.payload), _base64(action.client_context)
            invocation = {"payload": payload, "client_context": context, "qualifier": action.qualifier}
            return "maintenance_window_lambda_parameters", _Lambda, invocation
        case _:
            execution = {"input": action.input, "name": action.execution_name}
            return "maintenance_window_step_functions_parameters", _StepFunctions, execution


def _command(action: RunCommand, roles: TaskRoles) -> dict[str, Any]:
    bucket = action.output.bucket if action.output else None
    return {
        "parameters": _lists(action.parameters),
        "comment": action.comment,
        "document_version": action.document_version,
        "timeout_seconds": action.start_timeout_seconds,
        "output_s3_bucket_name": bucket.bucket_ref.bucket_name if bucket else None,
        "output_s3_key_prefix": action.output.key_prefix if action.output else None,
        "cloud_watch_output_config": _log_output(action.output),
        "notification_config": _notification_config(action.notification),
        "service_role_arn": roles.publisher.role_ref.role_arn if roles.publisher else None,
    }


def _runbook(action: Automation, roles: TaskRoles) -> dict[str, list[str]]:
    parameters = _lists(action.parameters)
    if roles.runbook is not None and action.role_parameter is not None:
        parameters[action.role_parameter] = [roles.runbook.role_ref.role_arn]
    return parameters


def _lists(parameters: Given) -> dict[str, list[str]]:
    return {name: list(values) for name, values in parameters}


def _base64(text: str | None) -> str | None:
    """Return a text as the service requires it: a blob, encoded in base64."""
    if text is None:
        return None
    return Fn.base64(text) if is_unresolved(text) else b64encode(text.encode()).decode()


def _log_output(output: CommandOutput | None) -> CfnMaintenanceWindowTask.CloudWatchOutputConfigProperty | None:
    if output is None or output.log_group is None:
        return None
    return CfnMaintenanceWindowTask.CloudWatchOutputConfigProperty(
        cloud_watch_log_group_name=output.log_group.log_group_ref.log_group_name, cloud_watch_output_enabled=True
    )


def _notification_config(
    notification: CommandNotification | None,
) -> CfnMaintenanceWindowTask.NotificationConfigProperty | None:
    if notification is None:
        return None
    return CfnMaintenanceWindowTask.NotificationConfigProperty(
        notification_arn=notification.topic.topic_ref.topic_arn,
        notification_events=list(notification.events),
        notification_type=notification.notification_type,
    )
