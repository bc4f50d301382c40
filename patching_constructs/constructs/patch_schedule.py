"""PatchSchedule: a maintenance window, its targets, and the task that patches them.

https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-patch-scheduletasks.html
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from aws_cdk import aws_iam as iam
from aws_cdk.aws_ssm import CfnDocument, CfnMaintenanceWindowTask
from aws_cdk.interfaces.aws_iam import IRoleRef
from constructs import Construct

from patching_constructs._errors import located, refusal
from patching_constructs._validation import check_list_of, check_type
from patching_constructs.constructs._capacity import capacity_metadata, warn_of_capacity
from patching_constructs.constructs._gate import ScheduleGate
from patching_constructs.constructs._gate_runbook import check_gated_task
from patching_constructs.constructs._gate_warnings import warn_of_ungated
from patching_constructs.constructs._maintenance_window import Window
from patching_constructs.constructs._regions import check_window_before
from patching_constructs.constructs._scopes import creating
from patching_constructs.constructs._window_by_id import IMaintenanceWindow
from patching_constructs.constructs._window_targets import check_required_targets
from patching_constructs.constructs._window_tasks import CreatedTask
from patching_constructs.constructs.maintenance_window import TASK_FACTORY, MaintenanceWindow
from patching_constructs.constructs.overrides import BaselineOverride, InstallOverrideList
from patching_constructs.properties._durations import Length
from patching_constructs.properties.capacity import PatchCapacity
from patching_constructs.properties.command import PatchCommand, PatchHooks, PatchOperation, RebootOption
from patching_constructs.properties.cutoff import CutoffBehavior
from patching_constructs.properties.freeze import PatchFreeze
from patching_constructs.properties.gate import PatchGate, check_conditions
from patching_constructs.properties.notification import CommandNotification
from patching_constructs.properties.output import CommandOutput
from patching_constructs.properties.rate_control import RateControl
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.properties.task_actions import RunCommand
from patching_constructs.properties.task_options import TaskOptions, whole_seconds
from patching_constructs.properties.window_tasks import WindowTask
from patching_constructs.schedule.expression import ScheduleExpression
from patching_constructs.ssm import limits

TASK_ID: Final = "Task"
"""The id of the task that patches."""
_CAPACITY_FIX: Final = "write PatchCapacity(nodes=..., minutes_per_node=...)"


class IPatchSchedule(IMaintenanceWindow, Protocol):
    """A schedule, created here or imported."""


class PatchSchedule(MaintenanceWindow):
    """Patch a fleet on a schedule: one maintenance window, its targets, and one task that patches them.

    The window is the child ``Resource``, the targets are ``Target``, ``Target2``, ..., and the task is ``Task``. It is
    a `MaintenanceWindow`, in which other tasks can run before and after the patching.

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
            every node is scanned. Not CONTINUE_TASK with a gate, which always cancels.
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
        role: the role that runs the task. Policies in this stack grant it what the task requires, and with a
            notification ``iam:PassRole`` on the publishing role, unless it was imported as immutable.
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
        before: tasks that start before the patching, in order. AWS does not document that a failed task stops the
            patching: to stop it, use ``hooks``. Default: none.
        after: tasks that start after the patching, in order. Default: none.
        capacity: the number of nodes and the time that patching takes on one, which are written into the metadata of
            the window; there is a warning if not all nodes fit. Default: none.
        gate: conditions that must hold when the window opens, so that anything is patched: the window before has
            succeeded, change calendars are open. The task is then a runbook that fails, without patching, if they do
            not hold. Only with one target, and without ``{{`` in texts. Default: none.
        freezes: when nothing is patched, known in advance. The window ends before the first freeze, and after each one
            another window continues, with the same targets and tasks: see `windows`. Not with a rate. Default: only
            those of `PatchFreezes` for a scope.

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
        before: Sequence[WindowTask] = (),
        after: Sequence[WindowTask] = (),
        capacity: PatchCapacity | None = None,
        gate: PatchGate | None = None,
        freezes: Sequence[PatchFreeze] = (),
    ) -> None:
        with creating(scope, id):
            check_required_targets(targets)
            if capacity is not None:
                check_type("capacity", capacity, PatchCapacity, _CAPACITY_FIX)
            if gate is not None:
                check_type("gate", gate, PatchGate, "write PatchGate(after=...) or PatchGate(calendars=[...])")
                check_conditions(gate)
                if gate.after is not None:
                    check_window_before(scope, gate.after)
            tasks = [
                *check_list_of("before", before, WindowTask, TASK_FACTORY),
                _patch_task(
                    PatchCommand(
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
                    hooks=hooks,
                    document_version=document_version,
                    comment=comment,
                    start_timeout_seconds=whole_seconds("start_timeout", start_timeout, limits.START_TIMEOUT_SECONDS),
                    output=output,
                    notification=notification,
                    max_concurrency=_required_rate("max_concurrency", max_concurrency),
                    max_errors=_required_rate("max_errors", max_errors),
                    cutoff_behavior=cutoff_behavior,
                    role=role,
                    task_name=task_name,
                    task_description=task_description,
                ),
                *check_list_of("after", after, WindowTask, TASK_FACTORY),
            ]
        # The metadata of the window contains it.
        self._capacity = capacity
        self._gate = None if gate is None else ScheduleGate(gate)
        super().__init__(
            scope,
            id,
            schedule=schedule,
            targets=targets,
            tasks=tasks,
            duration=duration,
            cutoff=cutoff,
            window_name=window_name,
            description=description,
            start_date=start_date,
            end_date=end_date,
            enabled=enabled,
            freezes=freezes,
        )
        self._warn_of_capacity()
        if self._gate and enabled:
            self._gate.warn(self)

    def add_target(self, target: PatchTarget) -> None:
        """Add a target to the window, for all tasks that do not have their own. Its nodes follow those of the others.

        Args:
            target: the target. The nodes of ``capacity`` are those of all targets.

        Raises:
            PatchingError: the argument is not a `PatchTarget`, the window already has 10 targets, or there is a gate.
        """
        if self._gate:
            with located(self):
                check_gated_task(self._created[TASK_ID].options, (*self._window_targets, target))
        super().add_target(target)
        self._warn_of_capacity()

    def _window_metadata(self) -> dict[str, object]:
        return super()._window_metadata() | capacity_metadata(self._capacity)

    def _warn_of_capacity(self) -> None:
        task = self._created[TASK_ID]
        if self._enabled and task.options.max_concurrency is not None:
            warn_of_capacity(
                self,
                self._capacity,
                self._checked_window,
                max_concurrency=task.options.max_concurrency,
                behavior=task.options.cutoff_behavior,
                targets=len(self._window_targets),
                is_preceded=any(each.priority < task.priority for each in self._created.values()),
                gate=None if self._gate is None else self._gate.gate,
            )

    @property
    def maintenance_window_task_id(self) -> str | None:
        """The id of the task that patches; None with ``enabled=False``."""
        return self.task.ref if self.task else None

    @property
    def task_role(self) -> iam.Role | None:
        """The created role that runs the task that patches; with a gate, the role that starts its runbook.

        None if a role was given, or if the service-linked role runs it.
        """
        return self._created[TASK_ID].roles.created_runner

    @property
    def notification_role(self) -> iam.Role | None:
        """The created role that publishes to the topic; None if a role was given, or if there is no notification."""
        return (self._gate and self._gate.created_publisher) or self._created[TASK_ID].roles.created_publisher

    @property
    def task(self) -> CfnMaintenanceWindowTask | None:
        """The L1 construct of the task that patches; None with ``enabled=False``."""
        return self._created[TASK_ID].resource

    # --- The gate -------------------------------------------------------------------------------------

    @property
    def gate_document(self) -> CfnDocument | None:
        """The L1 construct of the runbook that the gate consists of; None without a gate."""
        return self._gate.document if self._gate else None

    @property
    def gate_role(self) -> iam.Role | None:
        """The created role that the runbook of the gate runs with; None without a gate."""
        return self._gate.role if self._gate else None

    def _check(self, window: Window, targets: Sequence[PatchTarget], tasks: Sequence[TaskOptions]) -> None:
        if self._gate:
            self._gate.check(window, targets, next(task for task in tasks if task.id == TASK_ID))

    def _started(self, task: TaskOptions) -> TaskOptions:
        if self._gate is None or task.id != TASK_ID:
            return task
        return self._gate.create(self, task, self._window_targets[0], self._roles)

    def _warn_of(self, *tasks: CreatedTask) -> None:
        super()._warn_of(*tasks)
        if self._gate and self._enabled:
            for task in tasks:
                warn_of_ungated(self, self._gate.gate, task, self._created[TASK_ID])

    def _prefix_of(self, task: TaskOptions) -> str:
        # The ids of the roles of this task are a public contract.
        return "" if task.id == TASK_ID else super()._prefix_of(task)


def _patch_task(
    command: PatchCommand,
    *,
    hooks: PatchHooks | None,
    document_version: str | None,
    comment: str | None,
    start_timeout_seconds: float | None,
    output: CommandOutput | None,
    notification: CommandNotification | None,
    cutoff_behavior: CutoffBehavior | None,
    role: IRoleRef | None,
    **options: Any,  # noqa: ANN401 - options of the task, which checks them
) -> WindowTask:
    """Return the task that patches. Without a role and a notification, the service-linked role runs it."""
    action = RunCommand(
        document=command.document_name,
        parameters=tuple((name, tuple(values)) for name, values in command.parameters.items()),
        document_version=document_version,
        comment=comment,
        start_timeout_seconds=start_timeout_seconds,
        output=output,
        notification=notification,
        hooks=tuple((f"PatchHooks {name}", hook) for name, hook in hooks.given.items()) if hooks else (),
    )
    return WindowTask(
        id=TASK_ID,
        action=action,
        cutoff_behavior=action.default_cutoff_behavior if cutoff_behavior is None else cutoff_behavior,
        role=role,
        service_linked_role=role is None and notification is None,
        **options,
    )


def _required_rate(what: str, limit: RateControl) -> RateControl:
    check_type(what, limit, RateControl, "write RateControl.count(...) or RateControl.percentage(...)")
    return limit


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
