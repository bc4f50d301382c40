"""PatchSchedule: a maintenance window, its targets, and the task that patches them.

https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-patch-scheduletasks.html
"""

import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol

import jsii
from aws_cdk import Resource
from aws_cdk import aws_iam as iam
from aws_cdk.aws_ssm import CfnMaintenanceWindow, CfnMaintenanceWindowTarget, CfnMaintenanceWindowTask
from aws_cdk.interfaces import ResourceEnvironment
from aws_cdk.interfaces.aws_iam import IRoleRef
from aws_cdk.interfaces.aws_ssm import IMaintenanceWindowRef, MaintenanceWindowReference
from constructs import Construct

from patching_constructs._errors import located, refusal
from patching_constructs._template_metadata import FROZEN, METADATA_KEY
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import check_flag, check_type
from patching_constructs.constructs._maintenance_window import checked_window
from patching_constructs.constructs._patch_task import PatchTask, whole_seconds, window_targets
from patching_constructs.constructs._schedule_warnings import warn_of_targets, warn_of_task, warn_of_window
from patching_constructs.constructs._scopes import creating
from patching_constructs.constructs._task_roles import task_roles
from patching_constructs.constructs._window_targets import check_targets, render_target, render_targets
from patching_constructs.constructs.overrides import BaselineOverride, InstallOverrideList
from patching_constructs.properties._durations import Length
from patching_constructs.properties.command import PatchCommand, PatchHooks, PatchOperation, RebootOption
from patching_constructs.properties.cutoff import CutoffBehavior
from patching_constructs.properties.notification import CommandNotification
from patching_constructs.properties.output import CommandOutput
from patching_constructs.properties.rate_control import RateControl
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.schedule.expression import ScheduleExpression
from patching_constructs.schedule.occurrence import Occurrence
from patching_constructs.ssm import limits


class IPatchSchedule(IMaintenanceWindowRef, Protocol):
    """A schedule, created here or imported."""

    @property
    def maintenance_window_id(self) -> str:
        """The window's id, ``mw-`` and 17 hexadecimal digits."""
        ...  # pragma: no cover


@jsii.implements(IMaintenanceWindowRef)
class PatchSchedule(Construct):
    """Patch a fleet on a schedule: one maintenance window, its targets, and one task that patches them.

    The window is the child ``Resource``, the targets are ``Target``, ``Target2``, ..., and the task is ``Task``.

    Without ``role`` and ``notification``, no role is created, and the task runs with the service-linked role of Systems
    Manager. AWS creates this role if it does not exist, and no longer recommends it.

    Args:
        scope: the construct that this one belongs to.
        id: the construct's id, unique within the scope.
        schedule: when the window opens.
        targets: which nodes are patched, 1-10 targets. Several run one after another.
        operation: whether missing patches are reported (SCAN) or installed (INSTALL), or the value of a stack
            parameter. Required, so that neither a scan nor a reboot is unexpected.
        reboot_option: whether nodes reboot after patches were installed, or the value of a stack parameter. Only with
            INSTALL. Default: a node reboots if a patch was installed.
        duration: how long the window stays open, 1-24 whole hours. Default: 4 hours.
        cutoff: the time between the cutoff and the end of the window, 0-23 whole hours, shorter than ``duration``.
            ``cutoff_behavior`` determines what happens at the cutoff. Default: 1 hour.
        cutoff_behavior: what happens at the cutoff to a running command, and to the nodes on which it has not started.
            Default: CANCEL_TASK with INSTALL, so that no further node is patched and rebooted after the cutoff, and
            with an operation that is unknown until deployment; with SCAN, the service's default, which continues until
            every node is scanned.
        max_concurrency: how many nodes are patched concurrently, at least 1. Default: 10 percent of them.
        max_errors: the number of errors after which patching stops on the remaining nodes. Default: 10 percent of the
            nodes.
        hooks: documents that run on every node before and after patches are installed. Only with INSTALL, and without
            overrides and ``execution_timeout``, which the document with hooks does not support. Default: none.
        baseline_override: a JSON file of baselines to use instead of the registered ones: a `BaselineOverride`, or
            ``https://host/path`` or ``s3://bucket/key``. Only without hooks. Default: the node's registered baseline.
        install_override_list: a YAML file of the exact patches to install: an `InstallOverrideList`, or
            ``https://host/path`` or ``s3://bucket/key``. Only with INSTALL, without ``baseline_override``.
            Default: what the baseline approves.
        output: where the nodes write the output of the document. Default: none; Systems Manager keeps the first 24,000
            characters.
        notification: the topic for changes of the command's status. Default: none.
        role: the role that runs the task. With a notification, a policy in this stack grants it ``iam:PassRole`` on the
            publishing role, unless it was imported as immutable.
            Default: with a notification, a new role with the permissions that AWS documents; otherwise, the
            service-linked role.
        window_name: the window's name, 3-128 letters, digits, ``_``, ``-`` and ``.``.
            Default: a name generated from the construct's path.
        description: the window's description, 1-128 characters. Default: none.
        start_date: the first instant at which the window can open, as an aware datetime or a string token.
            Default: its creation.
        end_date: the last instant at which the window can open, as an aware datetime or a string token. Default: none.
        start_timeout: the time within which a node must **start** the command, from 30 seconds to 30 days. An offline
            node can still start it until then. Default: the service's.
        execution_timeout: how long patching can **run** on a node, from 1 second to 10 hours. Default: that of the
            document, 3 hours.
        task_name: the task's name, 3-128 letters, digits, ``_``, ``-`` and ``.``. Default: none.
        task_description: the task's description, 1-128 characters. Default: none.
        comment: a comment on every command that the window sends, 1-100 characters. Default: none.
        document_version: the version of the AWS document: ``$DEFAULT``, ``$LATEST`` or a number.
            Default: the default version of the document.
        enabled: False freezes the schedule: the window and its targets remain, but there is no task, so nothing is
            patched. CloudFormation cannot disable a window. Default: True.

    Raises:
        PatchingError: a property is invalid.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-patch-scheduletasks.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        schedule: ScheduleExpression,
        targets: Sequence[PatchTarget],
        operation: PatchOperation | str,
        reboot_option: RebootOption | str | None = None,
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
        start_timeout: Length | None = None,
        execution_timeout: Length | None = None,
        task_name: str | None = None,
        task_description: str | None = None,
        comment: str | None = None,
        document_version: str | None = None,
        enabled: bool = True,
    ) -> None:
        with creating(scope, id):
            window = checked_window(
                schedule=schedule,
                duration=duration,
                cutoff=cutoff,
                name=window_name,
                description=description,
                start_date=start_date,
                end_date=end_date,
            )
            task = PatchTask(
                command=PatchCommand(
                    operation=operation,
                    reboot_option=reboot_option,
                    hooks=hooks,
                    baseline_override=_override_url("baseline_override", baseline_override, BaselineOverride),
                    install_override_list=_override_url(
                        "install_override_list", install_override_list, InstallOverrideList
                    ),
                    execution_timeout_seconds=whole_seconds(
                        "execution_timeout", execution_timeout, limits.EXECUTION_TIMEOUT_SECONDS
                    ),
                ),
                role=role,
                name=task_name,
                description=task_description,
                comment=comment,
                document_version=document_version,
                max_concurrency=max_concurrency,
                max_errors=max_errors,
                cutoff_behavior=cutoff_behavior,
                start_timeout_seconds=whole_seconds("start_timeout", start_timeout, limits.START_TIMEOUT_SECONDS),
                output=output,
                notification=notification,
            )
            check_targets(targets)
            check_flag("enabled", enabled, "convert a context value, for example with value == 'true'")
        super().__init__(scope, id)
        self._checked_window = window
        self._window = window.render(self)
        self._window_id = self._window.ref
        self._patch_targets = tuple(targets)
        self._targets = render_targets(self, targets, self._window_id)
        self._target_ids = tuple(target.ref for target in self._targets)
        # A frozen schedule keeps its roles, so that a freeze removes only the task, and its end adds the same task.
        self._roles = task_roles(
            self, document_name=task.command.document_name, role=task.role, notification=task.notification
        )
        self._task = task.render(self, self._window_id, self._target_ids, self._roles) if enabled else None
        if not enabled:
            self._window.add_metadata(METADATA_KEY, {FROZEN: True})
        warn_of_window(self, window)
        warn_of_targets(self, targets)
        if enabled:
            warn_of_task(self, window, task)

    @staticmethod
    def from_maintenance_window_id(scope: Construct, id: str, maintenance_window_id: str) -> IPatchSchedule:  # noqa: A002
        """Import an existing window by its id.

        Args:
            scope: the construct that the import belongs to.
            id: the construct's id.
            maintenance_window_id: ``mw-`` and 17 hexadecimal digits.

        Raises:
            PatchingError: the id is invalid.
        """
        with creating(scope, id):
            _check_window_id(maintenance_window_id)
        return _ImportedSchedule(scope, id, maintenance_window_id)

    @property
    def maintenance_window_id(self) -> str:
        """The window's id, ``mw-`` and 17 hexadecimal digits."""
        return self._window_id

    @property
    def maintenance_window_ref(self) -> MaintenanceWindowReference:
        """A reference to the window, as in ``IMaintenanceWindowRef``."""
        return MaintenanceWindowReference(window_id=self._window_id)

    @property
    def env(self) -> ResourceEnvironment:
        """The account and Region of the window."""
        return self._window.env

    @property
    def maintenance_window_target_ids(self) -> tuple[str, ...]:
        """The ids of the targets, in the order of ``targets``."""
        return self._target_ids

    @property
    def maintenance_window_task_id(self) -> str | None:
        """The id of the task; None with ``enabled=False``."""
        return self._task.ref if self._task else None

    @property
    def task_role(self) -> iam.Role | None:
        """The created role that runs the task; None if a role was given, or if the service-linked role runs it."""
        return self._roles.created_runner

    @property
    def notification_role(self) -> iam.Role | None:
        """The created role that publishes to the topic; None if a role was given, or if there is no notification."""
        return self._roles.created_publisher

    def add_target(self, target: PatchTarget) -> None:
        """Add a target to the schedule. Its nodes are patched after those of the existing targets.

        Args:
            target: the target.

        Raises:
            PatchingError: the argument is not a `PatchTarget`, or the schedule already has 10 targets.
        """
        targets = (*self._patch_targets, target)
        with located(self):
            check_targets(targets)
        added = render_target(self, len(targets), target, self._window_id)
        self._patch_targets = targets
        self._targets = (*self._targets, added)
        self._target_ids = (*self._target_ids, added.ref)
        if self._task:
            self._task.targets = [window_targets(self._target_ids)]
        warn_of_targets(self, [target])

    def next_executions(self, *, after: datetime, count: int = 5) -> tuple[Occurrence, ...]:
        """Return the upcoming executions of the window, in order: at most ``count``, fewer if the schedule ends.

        The window of a schedule with ``enabled=False`` also has executions, in which nothing is patched.

        AWS does not document the following, which is assumed: a rate counts from its start date, or from ``after`` if
        there is none. If a daylight saving change skips the time of an execution, it starts later by the length of the
        change; if it repeats the time, the execution starts the first time. The result includes executions that start
        while the window is still open, which the service may skip.

        Args:
            after: an aware datetime, the first instant at which an execution can start.
            count: the maximum number of executions, at least 1. Default: 5.

        Raises:
            PatchingError: ``after`` is naive, ``count`` is not a whole number of at least 1, or the schedule, a
                duration or a date is a token, which is unknown until deployment.

        https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows-schedule-options.html
        """
        with located(self):
            if isinstance(count, bool) or not isinstance(count, int) or count < 1:
                raise refusal("count", "must be a whole number of at least 1", repr(count))
            return tuple(islice(self._checked_window.times().occurrences(after=after), min(count, sys.maxsize)))

    @property
    def window(self) -> CfnMaintenanceWindow:
        """The L1 construct of the window."""
        return self._window

    @property
    def window_targets(self) -> tuple[CfnMaintenanceWindowTarget, ...]:
        """The L1 constructs of the targets, in the order in which the targets were added."""
        return self._targets

    @property
    def task(self) -> CfnMaintenanceWindowTask | None:
        """The L1 construct of the task; None with ``enabled=False``."""
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


def _check_window_id(window_id: str) -> None:
    check_type("maintenance_window_id", window_id, str)
    if not is_unresolved(window_id) and not limits.WINDOW_ID.fullmatch(window_id):
        raise refusal("maintenance_window_id", "must be like mw-0123456789abcdef0", repr(window_id))


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
