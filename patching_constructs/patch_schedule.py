"""PatchSchedule: a maintenance window, its targets, and the task that patches them.

https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-patch-scheduletasks.html
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

import jsii
from aws_cdk import Annotations, Resource
from aws_cdk.aws_ssm import CfnMaintenanceWindow, CfnMaintenanceWindowTarget, CfnMaintenanceWindowTask
from aws_cdk.interfaces import ResourceEnvironment
from aws_cdk.interfaces.aws_iam import IRoleRef
from aws_cdk.interfaces.aws_ssm import IMaintenanceWindowRef, MaintenanceWindowReference
from constructs import Construct

from patching_constructs import _limits
from patching_constructs._errors import refusal
from patching_constructs._lengths import Length, whole
from patching_constructs._literals import check_literal
from patching_constructs._names import generated_name
from patching_constructs._notification_roles import allow_passing, publishing_role, task_role
from patching_constructs._sizes import check_description
from patching_constructs._tokens import is_unresolved
from patching_constructs.command import PatchCommand, PatchHooks, PatchOperation, RebootOption
from patching_constructs.cutoff import CutoffBehavior
from patching_constructs.override_list import BaselineOverride, InstallOverrideList
from patching_constructs.rate_control import RateControl
from patching_constructs.reporting import CommandNotification, CommandOutput
from patching_constructs.schedule._time_zone import check_moment
from patching_constructs.schedule.expression import ScheduleExpression
from patching_constructs.schedule.occurrences import first_opening, never_fires
from patching_constructs.targets import PatchTarget

NO_REBOOT_WARNING: Final = "patching-constructs:noReboot"


class IPatchSchedule(IMaintenanceWindowRef, Protocol):
    """A schedule, made here or imported."""

    @property
    def maintenance_window_id(self) -> str:
        """The window's id, ``mw-`` and 17 hexadecimal digits."""
        ...  # pragma: no cover


@jsii.implements(IMaintenanceWindowRef)
class PatchSchedule(Construct):
    """Patch a fleet on a schedule: one maintenance window, its targets, and one task that patches them.

    The window is the child ``Resource``, the targets are ``Target``, ``Target2``, ..., the task is ``Task``.

    Without ``role`` and without ``notification`` no role is made and the task runs with Systems Manager's
    service-linked role, which AWS creates when it is missing and no longer recommends.

    Args:
        scope: the construct that this one belongs to.
        id: the construct's id, unique within the scope.
        schedule: when the window opens.
        targets: which nodes are patched, 1-10 targets. Several run one after another.
        operation: whether missing patches are reported (SCAN) or installed (INSTALL). There is no default: neither
            scanning nor rebooting is a thing to get by surprise.
        reboot_option: what follows an install. Only with INSTALL.
            Default: the node reboots when a patch was installed.
        duration: how long the window stays open, 1-24 whole hours. Default: 4 hours.
        cutoff: how long before its end the window starts nothing new, 0-23 whole hours, shorter than ``duration``.
            Default: 1 hour.
        cutoff_behavior: what happens to a command that still runs when the cutoff is reached.
            Default: it runs on.
        max_concurrency: how many nodes are patched at once, at least 1. Default: 10 percent of them.
        max_errors: after how many errors the remaining nodes are left alone. Default: 10 percent of the nodes.
        hooks: documents that run on every node around an install. Only with INSTALL. Default: none.
        baseline_override: a JSON file of baselines to use instead of the registered ones: a `BaselineOverride`, or
            ``https://host/path`` or ``s3://bucket/key``. Default: the node's registered baseline.
        install_override_list: a YAML file of the very patches to install: an `InstallOverrideList`, or
            ``https://host/path`` or ``s3://bucket/key``. Only with INSTALL, without hooks, without
            baseline_override.
            Default: what the baseline approves.
        output: where the nodes write what the document prints. Default: nowhere; Systems Manager keeps the first
            24,000 characters.
        notification: whom the service tells how a run goes. Default: nobody.
        role: the role that runs the task. With a notification it is granted ``iam:PassRole`` on the publishing
            role, unless it was imported as immutable.
            Default: with a notification a new role with the permissions that AWS documents for
            it; otherwise none, and the service-linked role applies.
        window_name: the window's name, 3-128 letters, digits, ``_``, ``-`` and ``.``.
            Default: a name made from the construct's path.
        description: the window's description, 1-128 characters. Default: none.
        start_date: the window does not open before this aware datetime (or string token).
            Default: it opens from its creation on.
        end_date: the window does not open after this aware datetime (or string token). Default: it never ends.
        timeout: how long a node may take to **start** the command, from 30 seconds to 30 days; not how long it may
            run. Default: the service's.
        enabled: False keeps the window and its targets and registers no task, so nothing is patched: a freeze is
            one word. CloudFormation cannot disable a window. Default: True.

    Raises:
        PatchingError: the service would refuse a property, or take it and do something else than it looks.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-patch-scheduletasks.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        schedule: ScheduleExpression,
        targets: Sequence[PatchTarget],
        operation: PatchOperation,
        reboot_option: RebootOption | None = None,
        duration: Length = timedelta(hours=4),
        cutoff: Length = timedelta(hours=1),
        cutoff_behavior: CutoffBehavior | None = None,
        max_concurrency: RateControl = RateControl.percentage(10),
        max_errors: RateControl = RateControl.percentage(10),
        hooks: PatchHooks | None = None,
        baseline_override: str | BaselineOverride | None = None,
        install_override_list: str | InstallOverrideList | None = None,
        output: CommandOutput | None = None,
        notification: CommandNotification | None = None,
        role: IRoleRef | None = None,
        window_name: str | None = None,
        description: str | None = None,
        start_date: datetime | str | None = None,
        end_date: datetime | str | None = None,
        timeout: Length | None = None,
        enabled: bool = True,
    ) -> None:
        window = _checked_window(
            schedule=schedule,
            duration=duration,
            cutoff=cutoff,
            name=window_name,
            description=description,
            start_date=start_date,
            end_date=end_date,
        )
        task = _Task(
            command=PatchCommand(
                operation=operation,
                reboot_option=reboot_option,
                hooks=hooks,
                baseline_override=_override_url("baseline_override", baseline_override, BaselineOverride),
                install_override_list=_override_url(
                    "install_override_list", install_override_list, InstallOverrideList
                ),
            ),
            max_concurrency=max_concurrency,
            max_errors=max_errors,
            cutoff_behavior=cutoff_behavior,
            start_timeout_seconds=_start_timeout(timeout),
            output=output,
            notification=notification,
            role=role,
        )
        _check_task(task)
        _check_targets(targets)
        super().__init__(scope, id)
        self._window = window.render(self)
        self._window_id = self._window.ref
        self._targets = tuple(
            _render_target(self, place, target, self._window_id) for place, target in enumerate(targets, start=1)
        )
        self._target_ids = tuple(target.ref for target in self._targets)
        # A freeze keeps the roles too: it takes one resource away, and thawing puts the same one back.
        roles = task.roles(self)
        self._task = task.render(self, self._window_id, self._target_ids, roles) if enabled else None
        if enabled and task.command.leaves_reboot_pending:
            _warn_of_no_reboot(self)

    @staticmethod
    def from_maintenance_window_id(scope: Construct, id: str, maintenance_window_id: str) -> IPatchSchedule:  # noqa: A002
        """Import a window that exists by its id.

        Args:
            scope: the construct that the import belongs to.
            id: the construct's id.
            maintenance_window_id: ``mw-`` and 17 hexadecimal digits; it is passed through and nothing is invented.

        Raises:
            PatchingError: that is no window's id.
        """
        if not is_unresolved(maintenance_window_id) and not _limits.WINDOW_ID.fullmatch(maintenance_window_id):
            raise refusal("maintenance_window_id", "must be like mw-0123456789abcdef0", repr(maintenance_window_id))
        return _ImportedSchedule(scope, id, maintenance_window_id)

    @property
    def maintenance_window_id(self) -> str:
        """The window's id, ``mw-`` and 17 hexadecimal digits."""
        return self._window_id

    @property
    def maintenance_window_ref(self) -> MaintenanceWindowReference:
        """A reference to the window, for whatever takes an ``IMaintenanceWindowRef``."""
        return MaintenanceWindowReference(window_id=self._window_id)

    @property
    def env(self) -> ResourceEnvironment:
        """The account and Region that the window belongs to."""
        return self._window.env

    @property
    def maintenance_window_target_ids(self) -> tuple[str, ...]:
        """The targets' ids, in the order in which the targets were given."""
        return self._target_ids

    @property
    def maintenance_window_task_id(self) -> str | None:
        """The task's id, or None where ``enabled=False`` left it out."""
        return self._task.ref if self._task else None

    @property
    def window(self) -> CfnMaintenanceWindow:
        """The window's L1 construct."""
        return self._window

    @property
    def targets(self) -> tuple[CfnMaintenanceWindowTarget, ...]:
        """The targets' L1 constructs."""
        return self._targets

    @property
    def task(self) -> CfnMaintenanceWindowTask | None:
        """The task's L1 construct, or None where ``enabled=False`` left it out."""
        return self._task


@jsii.implements(IMaintenanceWindowRef)
class _ImportedSchedule(Resource):
    def __init__(self, scope: Construct, id: str, maintenance_window_id: str) -> None:  # noqa: A002
        super().__init__(scope, id)
        self._window_id = maintenance_window_id

    @property
    def maintenance_window_id(self) -> str:
        return self._window_id

    @property
    def maintenance_window_ref(self) -> MaintenanceWindowReference:
        return MaintenanceWindowReference(window_id=self._window_id)


# --- The window ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    schedule: ScheduleExpression
    duration_hours: float
    cutoff_hours: float
    name: str | None
    description: str | None
    start_date: str | None
    end_date: str | None

    def render(self, scope: Construct) -> CfnMaintenanceWindow:
        return CfnMaintenanceWindow(
            scope,
            "Resource",
            name=self.name or generated_name(scope, _limits.WINDOW_NAME_LENGTH),
            schedule=self.schedule.expression_string,
            schedule_timezone=self.schedule.time_zone,
            schedule_offset=self.schedule.schedule_offset,
            duration=self.duration_hours,
            cutoff=self.cutoff_hours,
            allow_unassociated_targets=False,
            description=self.description,
            start_date=self.start_date,
            end_date=self.end_date,
        )


def _checked_window(
    *,
    schedule: ScheduleExpression,
    duration: Length,
    cutoff: Length,
    name: str | None,
    description: str | None,
    start_date: datetime | str | None,
    end_date: datetime | str | None,
) -> _Window:
    if not isinstance(schedule, ScheduleExpression):
        fix = f"write ScheduleExpression.expression({schedule!r})" if isinstance(schedule, str) else ""
        raise refusal("schedule", "must be a ScheduleExpression", repr(schedule), fix)
    if never_fires(schedule):
        raise refusal("schedule", "must name a day that comes", repr(str(schedule)), "its window would never open")
    _check_name(name)
    check_description(description, _limits.DESCRIPTION_LENGTH)
    duration_hours = whole("duration", duration, "hours", _limits.DURATION_HOURS)
    cutoff_hours = whole("cutoff", cutoff, "hours", _limits.CUTOFF_HOURS)
    _check_cutoff(cutoff_hours, duration_hours)
    start, end = _moment("start_date", start_date), _moment("end_date", end_date)
    if isinstance(start_date, datetime) and isinstance(end_date, datetime) and end_date <= start_date:
        raise refusal("end_date", "must be after start_date", f"start_date={start} and end_date={end}")
    _check_opens(schedule, start_date, end_date)
    return _Window(
        schedule=schedule,
        duration_hours=duration_hours,
        cutoff_hours=cutoff_hours,
        name=name,
        description=description,
        start_date=start,
        end_date=end,
    )


def _check_opens(
    schedule: ScheduleExpression, start_date: datetime | str | None, end_date: datetime | str | None
) -> None:
    if not isinstance(start_date, datetime) or not isinstance(end_date, datetime) or schedule.is_unresolved:
        return
    if first_opening(schedule, after=start_date, end_date=end_date) is None:
        got = f"{str(schedule)!r} from {start_date.isoformat()} to {end_date.isoformat()}"
        raise refusal("schedule", "must open between start_date and end_date", got, "its window would never open")


def _check_name(name: str | None) -> None:
    if name is not None and not is_unresolved(name) and not _limits.WINDOW_NAME.fullmatch(name):
        raise refusal("window_name", "must be 3-128 letters, digits, _, - and .", repr(name))


def _check_cutoff(cutoff: float, duration: float) -> None:
    if not is_unresolved(cutoff) and not is_unresolved(duration) and not _limits.leaves_time(cutoff, duration):
        raise refusal("cutoff", "must be shorter than duration", f"cutoff={cutoff} h and duration={duration} h")


def _moment(what: str, moment: datetime | str | None) -> str | None:
    if moment is None or (isinstance(moment, str) and is_unresolved(moment)):
        return moment
    return check_moment(what, moment).isoformat()


# --- The targets --------------------------------------------------------------------------------------


def _render_target(scope: Construct, place: int, target: PatchTarget, window_id: str) -> CfnMaintenanceWindowTarget:
    return CfnMaintenanceWindowTarget(
        scope,
        "Target" if place == 1 else f"Target{place}",
        resource_type=target.resource_type,
        targets=[
            CfnMaintenanceWindowTarget.TargetsProperty(key=each.key, values=list(each.values))
            for each in target.filters
        ],
        window_id=window_id,
    )


def _check_targets(targets: Sequence[PatchTarget]) -> None:
    if isinstance(targets, PatchTarget):
        raise refusal("targets", "must be a list of PatchTarget", repr(targets), "put [...] around it")
    if not 1 <= len(targets) <= _limits.TASK_TARGETS:
        fix = "split the schedule, or choose more nodes by one tag" if targets else "nothing would be patched"
        raise refusal("targets", f"must be 1-{_limits.TASK_TARGETS}", len(targets), fix)
    stranger = next((each for each in targets if not isinstance(each, PatchTarget)), None)
    if stranger is not None:
        raise refusal("targets", "must be a list of PatchTarget", repr(stranger), "write PatchTarget.tag(key, value)")


# --- The task -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Roles:
    """Who runs the task, and who publishes its news."""

    runner: IRoleRef | None
    publisher: IRoleRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    command: PatchCommand
    max_concurrency: RateControl
    max_errors: RateControl
    cutoff_behavior: CutoffBehavior | None
    start_timeout_seconds: float | None
    output: CommandOutput | None
    notification: CommandNotification | None
    role: IRoleRef | None

    def roles(self, scope: Construct) -> _Roles:
        if self.notification is None:
            return _Roles(runner=self.role)
        publisher = publishing_role(scope, self.notification)
        if self.role is None:
            return _Roles(task_role(scope, self.command.document_name, publisher), publisher)
        allow_passing(scope, self.role, publisher)
        return _Roles(self.role, publisher)

    def render(
        self, scope: Construct, window_id: str, target_ids: Sequence[str], roles: _Roles
    ) -> CfnMaintenanceWindowTask:
        return CfnMaintenanceWindowTask(
            scope,
            "Task",
            window_id=window_id,
            task_type="RUN_COMMAND",
            task_arn=self.command.document_name,
            priority=1,
            targets=[CfnMaintenanceWindowTask.TargetProperty(key="WindowTargetIds", values=list(target_ids))],
            max_concurrency=str(self.max_concurrency),
            max_errors=str(self.max_errors),
            cutoff_behavior=self.cutoff_behavior,
            service_role_arn=roles.runner.role_ref.role_arn if roles.runner else None,
            task_invocation_parameters=CfnMaintenanceWindowTask.TaskInvocationParametersProperty(
                maintenance_window_run_command_parameters=self._run_command_parameters(roles.publisher)
            ),
        )

    def _run_command_parameters(
        self, publisher: IRoleRef | None
    ) -> CfnMaintenanceWindowTask.MaintenanceWindowRunCommandParametersProperty:
        bucket = self.output.bucket if self.output else None
        return CfnMaintenanceWindowTask.MaintenanceWindowRunCommandParametersProperty(
            parameters=self.command.parameters,
            timeout_seconds=self.start_timeout_seconds,
            output_s3_bucket_name=bucket.bucket_ref.bucket_name if bucket else None,
            output_s3_key_prefix=self.output.key_prefix if self.output else None,
            cloud_watch_output_config=_log_output(self.output),
            notification_config=_notification_config(self.notification),
            service_role_arn=publisher.role_ref.role_arn if publisher else None,
        )


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


def _override_url(
    what: str,
    override: str | BaselineOverride | InstallOverrideList | None,
    kind: type[BaselineOverride | InstallOverrideList],
) -> str | None:
    if isinstance(override, kind):
        return override.s3_url
    if override is None or isinstance(override, str):
        return override
    raise refusal(what, f"must be a URL or of type {kind.__name__}", type(override).__name__)


def _start_timeout(timeout: Length | None) -> float | None:
    return None if timeout is None else whole("timeout", timeout, "seconds", _limits.START_TIMEOUT_SECONDS)


def _check_task(task: _Task) -> None:
    for what, limit in (("max_concurrency", task.max_concurrency), ("max_errors", task.max_errors)):
        if not isinstance(limit, RateControl):
            fix = "write RateControl.count(...) or RateControl.percentage(...)"
            raise refusal(what, "must be a RateControl", repr(limit), fix)
    if task.max_concurrency.number == 0:
        fix = "to patch nothing for a while, use enabled=False"
        raise refusal("max_concurrency", "must be at least 1", repr(str(task.max_concurrency)), fix)
    if task.cutoff_behavior is not None:
        check_literal("cutoff_behavior", task.cutoff_behavior, CutoffBehavior)


def _warn_of_no_reboot(scope: Construct) -> None:
    Annotations.of(scope).add_warning_v2(
        NO_REBOOT_WARNING,
        "with RebootOption.NO_REBOOT the nodes stay non-compliant until they are rebooted and scanned again; "
        "see that both happen",
    )
