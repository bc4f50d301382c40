"""MaintenanceWindow: when it opens, its targets, and its tasks.

https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-maintenance.html
"""

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from types import MappingProxyType
from typing import Final

import jsii
from aws_cdk import aws_iam as iam
from aws_cdk.aws_ssm import CfnMaintenanceWindow, CfnMaintenanceWindowTarget, CfnMaintenanceWindowTask
from aws_cdk.interfaces import ResourceEnvironment
from aws_cdk.interfaces.aws_ssm import IMaintenanceWindowRef, MaintenanceWindowReference
from constructs import Construct

from patching_constructs._errors import located, refusal
from patching_constructs._template_metadata import FROZEN
from patching_constructs._validation import check_flag, check_list_of, check_type
from patching_constructs.constructs._child_ids import check_ids
from patching_constructs.constructs._freezes import (
    FREEZE_FACTORY,
    divided,
    freezes_of_scopes,
    frozen_by,
    only_scans,
    register_schedule,
)
from patching_constructs.constructs._maintenance_window import Window, checked_window
from patching_constructs.constructs._order_warnings import OrderWarnings
from patching_constructs.constructs._regions import check_regions
from patching_constructs.constructs._schedule_warnings import (
    warn_of_freezes,
    warn_of_targets,
    warn_of_task,
    warn_of_task_count,
    warn_of_window,
)
from patching_constructs.constructs._scopes import creating
from patching_constructs.constructs._task_roles import WindowRoles
from patching_constructs.constructs._window_by_id import IMaintenanceWindow, imported_window
from patching_constructs.constructs._window_parts import HasWindowParts, WindowParts
from patching_constructs.constructs._window_targets import check_required_targets, check_targets
from patching_constructs.constructs._window_tasks import CreatedTask, check_priority
from patching_constructs.constructs._with_facades import WithFacades
from patching_constructs.properties._durations import Length
from patching_constructs.properties.freeze import PatchFreeze
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.properties.task_actions import TaskType
from patching_constructs.properties.task_options import TaskOptions, check_task_targets
from patching_constructs.properties.window_tasks import WindowTask
from patching_constructs.schedule.expression import ScheduleExpression
from patching_constructs.schedule.occurrence import Occurrence

TASK_FACTORY: Final = "use a factory such as WindowTask.run_command(document)"


@jsii.implements(IMaintenanceWindowRef)
class MaintenanceWindow(HasWindowParts, WithFacades, Construct):
    """Run tasks on a schedule: one maintenance window, its targets, and its tasks. To patch, use `PatchSchedule`.

    The window is the child ``Resource``, the targets are ``Target``, ``Target2``, ..., and each task has its id. The
    tasks of each type have one new role, with the permissions that AWS documents for what they run, and a runbook
    whose permissions AWS documents has another: see `task_roles` and `runbook_roles`.

    Args:
        scope: the construct that this one belongs to.
        id: the construct's id, unique within the scope.
        schedule: when the window opens.
        targets: the targets of the tasks that do not have their own, at most 10. Several run one after another.
            Default: none.
        tasks: the tasks, in order: their priorities are 1, 2, ... AWS does not document that a failed task stops later
            ones. `add_task` adds a task with any priority. Default: none.
        duration: how long the window stays open, 1-24 whole hours. Default: 4 hours.
        cutoff: the time between the cutoff and the end of the window, 0-23 whole hours, shorter than ``duration``.
            No task starts after the cutoff. Default: 1 hour.
        window_name: the window's name, 3-128 letters, digits, ``_``, ``-`` and ``.``.
            Default: a name generated from the construct's path.
        description: the window's description, 1-128 characters. Default: none.
        start_date: the first instant at which the window can open, as an aware datetime or a string token.
            Default: its creation.
        end_date: the last instant at which the window can open, as an aware datetime or a string token. Default: none.
        enabled: False freezes the window: it and its targets remain, but there are no tasks. CloudFormation cannot
            disable a window. Default: True.
        freezes: when the window is not open, known in advance. It ends before the first freeze, and after each one
            another window continues, with the same targets and tasks: see `windows`. Not with a rate. Default: only
            those of `PatchFreezes` for a scope.

    Raises:
        PatchingError: a property is invalid.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-maintenance.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        schedule: ScheduleExpression,
        targets: Sequence[PatchTarget] = (),
        tasks: Sequence[WindowTask] = (),
        duration: Length = timedelta(hours=4),
        cutoff: Length = timedelta(hours=1),
        window_name: str | None = None,
        description: str | None = None,
        start_date: datetime | str | None = None,
        end_date: datetime | str | None = None,
        enabled: bool = True,
        freezes: Sequence[PatchFreeze] = (),
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
            check_list_of("tasks", tasks, WindowTask, TASK_FACTORY)
            _check_targets(targets, tasks)
            self._check_ids(tasks, "set another one with .with_options(id=...)")
            check_flag("enabled", enabled, "convert a context value, for example with value == 'true'")
            check_list_of("freezes", freezes, PatchFreeze, FREEZE_FACTORY)
            frozen = frozen_by(freezes, freezes_of_scopes(scope), only_scans=only_scans(tasks))
            divided(window, frozen)
            self._check(window, targets, tasks)
            check_regions(scope, tasks)
        super().__init__(scope, id)
        self._checked_window = window
        self._enabled = enabled
        self._parts = WindowParts(self, window, frozen, enabled=enabled)
        self._window_targets = tuple(targets)
        for target in targets:
            self._parts.add_target(target)
        # A frozen window keeps its roles, so that a freeze removes only the tasks, and its end adds the same tasks.
        self._roles = WindowRoles(self)
        self._created: dict[str, CreatedTask] = {}
        self._parts.write_metadata(self._window_metadata())
        warn_of_window(self, window)
        warn_of_freezes(self, window, freezes)
        for priority, task in enumerate(tasks, start=1):
            self._create_task(task, priority)
        self._order_warnings = OrderWarnings(self)
        self._warn_of(*self._created.values())
        register_schedule(self, scope, self._parts.plan_freezes)

    @staticmethod
    def from_maintenance_window_id(scope: Construct, id: str, maintenance_window_id: str) -> IMaintenanceWindow:  # noqa: A002
        """Import an existing window by its id, to refer to it. Targets and tasks cannot be added to it.

        Args:
            scope: the construct that the import belongs to.
            id: the construct's id.
            maintenance_window_id: ``mw-`` and 17 hexadecimal digits.

        Raises:
            PatchingError: the id is invalid.
        """
        return imported_window(scope, id, maintenance_window_id)

    # --- What refers to it ----------------------------------------------------------------------------

    @property
    def maintenance_window_id(self) -> str:
        """The window's id, ``mw-`` and 17 hexadecimal digits."""
        return self._parts.first.window_id

    @property
    def maintenance_window_ids(self) -> tuple[str, ...]:
        """The ids of all windows, in the order in which they open: one, and one more after each freeze.

        A freeze that would add another window after they were read is an error.
        """
        return tuple(part.window_id for part in self._parts.listed())

    @property
    def maintenance_window_ref(self) -> MaintenanceWindowReference:
        """A reference to the window, as in ``IMaintenanceWindowRef``."""
        return MaintenanceWindowReference(window_id=self._parts.first.window_id)

    @property
    def env(self) -> ResourceEnvironment:
        """The account and Region of the window."""
        return self.window.env

    @property
    def maintenance_window_target_ids(self) -> tuple[str, ...]:
        """The ids of the window's targets, in the order of ``targets``."""
        return self._parts.first.target_ids

    # --- What can be added ----------------------------------------------------------------------------

    def add_target(self, target: PatchTarget) -> None:
        """Add a target to the window, for all tasks that do not have their own. Its nodes follow those of the others.

        Args:
            target: the target.

        Raises:
            PatchingError: the argument is not a `PatchTarget`, or the window already has 10 targets.
        """
        targets = (*self._window_targets, target)
        with located(self):
            check_required_targets(targets)
            for task in self._with_targets_of_the_window():
                check_task_targets(task.options, targets)
        self._window_targets = targets
        self._parts.add_target(target)
        with_targets = self._with_targets_of_the_window()
        for task in with_targets:
            self._roles.allow_targets(task.options, task.roles)
        if self._enabled:
            self._parts.add_target_to_tasks([task.options for task in with_targets])
        self._warn_of(*self._created.values())

    def add_task(self, id: str, task: WindowTask, *, priority: int | None = None) -> None:  # noqa: A002
        """Add a task to the window. In a window with ``enabled=False``, only its roles are created.

        Args:
            id: the id of the task, unique in the window. It replaces that of ``task``.
            task: the task.
            priority: tasks with a lower number start first, tasks with the same number run concurrently.
                Default: after all existing tasks.

        Raises:
            PatchingError: an argument is invalid, or the id is in use.
        """
        with located(self):
            check_type("task", task, WindowTask, TASK_FACTORY)
            check_type("id", id, str)
            task = task.with_options(id=id)
            self._check_ids([*(each.options for each in self._created.values()), task], "pass another one")
            if task.targets is None:
                check_task_targets(task, self._window_targets)
            if priority is not None:
                check_priority(priority)
            check_regions(self, [task])
            self._parts.plan_freezes(task)()
        last = max((each.priority for each in self._created.values()), default=0)
        self._warn_of(self._create_task(task, last + 1 if priority is None else priority))

    def _warn_of(self, *tasks: CreatedTask) -> None:
        """Warn about tasks, again if their targets have changed: the CDK keeps one of equal warnings."""
        if not self._enabled:
            return
        self._order_warnings.update(self._created.values(), self._window_targets)
        for task in tasks:
            warn_of_task(self, self._checked_window, task.options)
            warn_of_targets(self, task.options, self._window_targets)
        warn_of_task_count(self, len(self._created))

    def _check_ids(self, tasks: Sequence[TaskOptions], fix: str) -> None:
        check_ids([(task.id, self._prefix_of(task)) for task in tasks], fix)

    def _create_task(self, task: TaskOptions, priority: int) -> CreatedTask:
        started = self._started(task)
        has_targets = bool(self._window_targets if started.targets is None else started.targets)
        roles = self._roles.roles_of(started, prefix=self._prefix_of(task), has_targets=has_targets)
        self._created[task.id] = self._parts.add_task(task, started, priority, roles)
        return self._created[task.id]

    def _window_metadata(self) -> dict[str, object]:
        """Return what the template reader cannot see in the properties; ``add_metadata`` would replace a part of it."""
        return {} if self._enabled else {FROZEN: True}

    def _check(self, window: Window, targets: Sequence[PatchTarget], tasks: Sequence[TaskOptions]) -> None:
        """Check further properties, before the first resource is created."""

    def _started(self, task: TaskOptions) -> TaskOptions:
        """Return what the window starts so that a task is done."""
        return task

    def _prefix_of(self, task: TaskOptions) -> str:
        """Return what the ids of the task's own roles and policies begin with."""
        return task.id

    def _with_targets_of_the_window(self) -> list[CreatedTask]:
        return [each for each in self._created.values() if each.options.targets is None]

    # --- When it opens, and what it consists of -------------------------------------------------------

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
            return tuple(islice(self._parts.executions(after=after), min(count, sys.maxsize)))

    @property
    def window(self) -> CfnMaintenanceWindow:
        """The L1 construct of the window."""
        return self._parts.first.resource

    @property
    def windows(self) -> tuple[CfnMaintenanceWindow, ...]:
        """The L1 constructs of all windows, in the order in which they open: one, and one more after each freeze.

        A freeze that would add another window after they were read is an error.
        """
        return tuple(part.resource for part in self._parts.listed())

    @property
    def window_targets(self) -> tuple[CfnMaintenanceWindowTarget, ...]:
        """The L1 constructs of the window's targets, in the order in which they were added."""
        return self._parts.first.targets

    @property
    def tasks(self) -> Mapping[str, CfnMaintenanceWindowTask]:
        """The L1 constructs of the tasks by their ids, in the order in which they were added; none if it is frozen."""
        created = {name: task.resource for name, task in self._created.items()}
        return MappingProxyType({name: resource for name, resource in created.items() if resource is not None})

    @property
    def task_roles(self) -> Mapping[TaskType, iam.Role]:
        """The created roles that run the tasks, by the type of the tasks."""
        return MappingProxyType(self._roles.runners)

    @property
    def runbook_roles(self) -> Mapping[str, iam.Role]:
        """The created roles that runbooks run with, by the name of the runbook."""
        return MappingProxyType(self._roles.runbooks)


def _check_targets(targets: Sequence[PatchTarget], tasks: Sequence[TaskOptions]) -> None:
    """Check the targets of a window, and each task with the targets that it runs on."""
    check_targets(targets)
    for task in tasks:
        if task.targets is None:
            check_task_targets(task, targets)
