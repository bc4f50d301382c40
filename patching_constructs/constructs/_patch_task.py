"""The task of a schedule: its command, its rate control, its timeouts and its roles.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTaskWithMaintenanceWindow.html
"""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk.aws_ssm import CfnMaintenanceWindowTask
from aws_cdk.interfaces.aws_iam import IRoleRef
from constructs import Construct

from patching_constructs._errors import refusal
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import check_length, check_literal, check_reference, check_type
from patching_constructs.constructs._task_roles import TaskRoles
from patching_constructs.properties._durations import Length, whole
from patching_constructs.properties._resource_names import check_resource_name
from patching_constructs.properties.command import PatchCommand, PatchOperation
from patching_constructs.properties.cutoff import CutoffBehavior
from patching_constructs.properties.notification import CommandNotification
from patching_constructs.properties.output import CommandOutput
from patching_constructs.properties.rate_control import RateControl
from patching_constructs.ssm import limits
from patching_constructs.ssm.target_keys import WINDOW_TARGET_IDS


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchTask:
    """The checked properties of a task.

    Raises:
        PatchingError: a property is invalid, or nothing would be patched.
    """

    command: PatchCommand
    role: IRoleRef | None
    name: str | None
    description: str | None
    comment: str | None
    document_version: str | None
    max_concurrency: RateControl
    max_errors: RateControl
    cutoff_behavior: CutoffBehavior | None
    start_timeout_seconds: float | None
    output: CommandOutput | None
    notification: CommandNotification | None

    def __post_init__(self) -> None:
        _check_types(self)
        check_resource_name("task_name", self.name)
        if self.description is not None:
            check_length("task_description", self.description, limits.DESCRIPTION_LENGTH)
        if self.comment is not None:
            check_length("comment", self.comment, limits.COMMENT_LENGTH)
        _check_document_version(self.document_version)
        _check_rate("max_concurrency", self.max_concurrency)
        _check_rate("max_errors", self.max_errors)
        if self.max_concurrency.number == 0:
            fix = "to pause patching, use enabled=False"
            raise refusal("max_concurrency", "must be at least 1", repr(str(self.max_concurrency)), fix)
        if self.cutoff_behavior is not None:
            check_literal("cutoff_behavior", self.cutoff_behavior, CutoffBehavior)

    def render(
        self, scope: Construct, window_id: str, target_ids: Sequence[str], roles: TaskRoles
    ) -> CfnMaintenanceWindowTask:
        """Create the task, with dependencies on the policies that it requires."""
        task = CfnMaintenanceWindowTask(
            scope,
            "Task",
            window_id=window_id,
            name=self.name,
            description=self.description,
            task_type="RUN_COMMAND",
            task_arn=self.command.document_name,
            priority=1,
            targets=[window_targets(target_ids)],
            max_concurrency=str(self.max_concurrency),
            max_errors=str(self.max_errors),
            cutoff_behavior=self._cutoff_behavior,
            service_role_arn=roles.runner.role_ref.role_arn if roles.runner else None,
            task_invocation_parameters=CfnMaintenanceWindowTask.TaskInvocationParametersProperty(
                maintenance_window_run_command_parameters=self._run_command_parameters(roles.publisher)
            ),
        )
        roles.precede(task)
        return task

    @property
    def _cutoff_behavior(self) -> CutoffBehavior | None:
        # An operation that is unknown until deployment can be INSTALL.
        if self.cutoff_behavior is None and self.command.operation != PatchOperation.SCAN:
            return CutoffBehavior.CANCEL_TASK
        return self.cutoff_behavior

    def _run_command_parameters(
        self, publisher: IRoleRef | None
    ) -> CfnMaintenanceWindowTask.MaintenanceWindowRunCommandParametersProperty:
        bucket = self.output.bucket if self.output else None
        return CfnMaintenanceWindowTask.MaintenanceWindowRunCommandParametersProperty(
            parameters=self.command.parameters,
            comment=self.comment,
            document_version=self.document_version,
            timeout_seconds=self.start_timeout_seconds,
            output_s3_bucket_name=bucket.bucket_ref.bucket_name if bucket else None,
            output_s3_key_prefix=self.output.key_prefix if self.output else None,
            cloud_watch_output_config=_log_output(self.output),
            notification_config=_notification_config(self.notification),
            service_role_arn=publisher.role_ref.role_arn if publisher else None,
        )


def window_targets(target_ids: Sequence[str]) -> CfnMaintenanceWindowTask.TargetProperty:
    """Return the target property of a task that runs on targets of its window."""
    return CfnMaintenanceWindowTask.TargetProperty(key=WINDOW_TARGET_IDS, values=list(target_ids))


def whole_seconds(what: str, length: Length | None, bounds: tuple[int, int]) -> float | None:
    """Return a duration in seconds; None if it is not given.

    Raises:
        PatchingError: the duration is not within the bounds, or not in whole seconds.
    """
    return None if length is None else whole(what, length, "seconds", bounds)


def _check_document_version(version: str | None) -> None:
    if version is None:
        return
    check_type("document_version", version, str)
    if not is_unresolved(version) and not limits.DOCUMENT_VERSION.fullmatch(version):
        raise refusal("document_version", "must be '$DEFAULT', '$LATEST' or a number such as '1'", repr(version))


def _check_types(task: PatchTask) -> None:
    if task.output is not None:
        check_type("output", task.output, CommandOutput, "write CommandOutput(bucket=...)")
    if task.notification is not None:
        check_type("notification", task.notification, CommandNotification, "write CommandNotification(topic=...)")
    if task.role is not None:
        check_reference("role", task.role, "IRoleRef", "pass an iam.Role, or use iam.Role.from_role_arn(...)")


def _check_rate(what: str, limit: RateControl) -> None:
    check_type(what, limit, RateControl, "write RateControl.count(...) or RateControl.percentage(...)")


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
