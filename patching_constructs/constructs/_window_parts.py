"""The windows of a schedule, each with its targets and tasks: one, and one more after each freeze.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateMaintenanceWindow.html
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from aws_cdk.aws_ssm import CfnMaintenanceWindow, CfnMaintenanceWindowTarget, CfnMaintenanceWindowTask
from constructs import Construct

from patching_constructs._errors import located, refusal
from patching_constructs._template_metadata import FREEZES, METADATA_KEY, PART_OF
from patching_constructs._tokens import is_unresolved
from patching_constructs.constructs._child_ids import AFTER_FREEZE
from patching_constructs.constructs._freezes import (
    divided,
    freezes_as_metadata,
    freezes_of_scopes,
    frozen_by,
    only_scans,
)
from patching_constructs.constructs._maintenance_window import Window
from patching_constructs.constructs._task_roles import TaskRoles
from patching_constructs.constructs._window_targets import render_target, render_targets
from patching_constructs.constructs._window_tasks import CreatedTask, add_targets, render_task
from patching_constructs.planning.freeze_gaps import longest_gap_with_freezes
from patching_constructs.planning.freezes import FreezePart, executions_of
from patching_constructs.planning.longest_gap import longest_wait
from patching_constructs.properties.freeze import PatchFreeze
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.properties.task_options import TaskOptions
from patching_constructs.schedule.occurrence import Occurrence
from patching_constructs.ssm import limits


class WindowPart:
    """One window with its targets and tasks."""

    def __init__(self, scope: Construct, window: Window) -> None:
        """Create the window as a child of the scope."""
        self._scope = scope
        self.resource: CfnMaintenanceWindow = window.render(scope)
        self.window_id: str = self.resource.ref
        self.targets: tuple[CfnMaintenanceWindowTarget, ...] = ()
        self.target_ids: tuple[str, ...] = ()
        self.tasks: dict[str, CfnMaintenanceWindowTask] = {}

    def add_target(self, target: PatchTarget) -> None:
        """Create a target after the others."""
        added = render_target(self._scope, len(self.targets) + 1, target, self.window_id)
        self.targets = (*self.targets, added)
        self.target_ids = (*self.target_ids, added.ref)

    def add_target_to_tasks(self, tasks: Sequence[TaskOptions]) -> None:
        """Give the targets of the window to some of its tasks."""
        for task in tasks:
            add_targets(self.tasks[task.id], task, self.target_ids)

    def add_task(self, task: TaskOptions, priority: int, roles: TaskRoles, *, enabled: bool) -> None:
        """Create a task with its own targets. A disabled one has only targets."""
        target_ids = self.target_ids
        if task.targets is not None:
            own = render_targets(self._scope, task.targets, self.window_id, task.id)
            target_ids = tuple(target.ref for target in own)
        if enabled:
            self.tasks[task.id] = render_task(
                self._scope, task, window_id=self.window_id, target_ids=target_ids, priority=priority, roles=roles
            )


class WindowParts:
    """The windows of a schedule. What is added to one is added to all, so that a freeze changes only when they open."""

    def __init__(self, scope: Construct, window: Window, freezes: Sequence[PatchFreeze], *, enabled: bool) -> None:
        """Create the windows.

        Args:
            scope: the schedule.
            window: the properties of the window.
            freezes: the freezes, which `divided` has checked.
            enabled: whether there are tasks.
        """
        self._scope = scope
        self.window = window
        self._freezes = tuple(freezes)
        self.is_enabled = enabled
        self._targets: list[PatchTarget] = []
        self._tasks: list[tuple[CreatedTask, TaskOptions]] = []
        self._later: dict[str, WindowPart] = {}
        self._is_listed = False
        self._followers: list[Callable[[], None]] = []
        self._followers_of_contents: list[Callable[[], None]] = []
        self._metadata: dict[str, object] = {}
        parts = divided(window, freezes)
        self.first = WindowPart(scope, window.within(parts[0].times) if parts else window)
        for part in parts[1:]:
            self._create(part)

    @property
    def all(self) -> tuple[WindowPart, ...]:
        """The windows in the order in which they open."""
        return self.first, *(part for _, part in sorted(self._later.items()))

    def listed(self) -> tuple[WindowPart, ...]:
        """Return the same for use elsewhere, where a window that a freeze adds later would be missing."""
        self._is_listed = True
        return self.all

    def follow(self, changed: Callable[[], None]) -> None:
        """Call a function whenever a freeze has added windows."""
        self._followers.append(changed)

    def follow_contents(self, changed: Callable[[], None]) -> None:
        """Call a function whenever a target or a task has been added."""
        self._followers_of_contents.append(changed)

    # --- What every window has ------------------------------------------------------------------------

    def write_metadata(self, metadata: dict[str, object]) -> None:
        """Write what the template reader cannot see in the properties, all of it: what is there is replaced."""
        self._metadata = metadata
        freezes = {FREEZES: freezes_as_metadata(self._freezes)} if self._freezes else {}
        written = {**metadata, **freezes}
        if not written:
            return
        self.first.resource.add_metadata(METADATA_KEY, written)
        for part in self._later.values():
            part.resource.add_metadata(METADATA_KEY, {**written, PART_OF: self.first.resource.logical_id})

    def add_target(self, target: PatchTarget) -> None:
        """Create a target in every window."""
        self._targets.append(target)
        for part in self.all:
            part.add_target(target)
        _call(self._followers_of_contents)

    def add_target_to_tasks(self, tasks: Sequence[TaskOptions]) -> None:
        """Give the targets to some of the tasks."""
        for part in self.all:
            part.add_target_to_tasks(tasks)

    def add_task(self, task: TaskOptions, started: TaskOptions, priority: int, roles: TaskRoles) -> CreatedTask:
        """Create a task in every window.

        Args:
            task: the task.
            started: what the windows start so that the task is done.
            priority: its priority.
            roles: the roles of what they start.
        """
        for part in self.all:
            part.add_task(started, priority, roles, enabled=self.is_enabled)
        created = CreatedTask(task, priority, roles, self.first.tasks.get(task.id))
        self._tasks.append((created, started))
        _call(self._followers_of_contents)
        return created

    # --- Freezes --------------------------------------------------------------------------------------

    def plan_freezes(self, *added: TaskOptions) -> Callable[[], None]:
        """Check the freezes of the scopes with the tasks and added ones, and return what applies those that are new.

        Raises:
            PatchingError: a window that was created would have to be removed, or see `divided`.
        """
        tasks = [*self.options, *added]
        freezes = frozen_by(self._freezes, freezes_of_scopes(self._scope), only_scans=only_scans(tasks))
        with located(self._scope):
            parts = self._divided(freezes)
        return partial(self._apply_freezes, freezes, parts)

    def _apply_freezes(self, freezes: tuple[PatchFreeze, ...], parts: Sequence[FreezePart]) -> None:
        if freezes == self._freezes:
            return
        self._freezes = freezes
        self._set_dates(self.first, parts[0])
        for part in parts[1:]:
            created = self._later.get(_id_of(part))
            if created is None:
                self._create(part)
            else:
                self._set_dates(created, part)
        self.write_metadata(self._metadata)
        _call(self._followers)

    def longest_wait(self) -> timedelta | None:
        """Return the longest time that a window waits for an execution without freezes, as far as it is known."""
        return longest_wait(self.window.dated_times()) if self._are_dates_known else None

    def longest_gap_with_freezes(self) -> timedelta | None:
        """Return the longest time between two executions, some of which freezes leave out."""
        if not self._are_dates_known:
            return None
        return longest_gap_with_freezes(self.window.dated_times(), divided(self.window, self._freezes))

    @property
    def _are_dates_known(self) -> bool:
        window = self.window
        return not is_unresolved((window.duration_hours, window.start_date, window.end_date))

    @property
    def are_times_known(self) -> bool:
        """Whether all executions are known: no property is a token, and it is no rate that counts from creation."""
        window = self.window
        values = (window.duration_hours, window.cutoff_hours, window.start_date, window.end_date)
        is_known = not window.schedule.is_unresolved and not any(map(is_unresolved, values))
        return is_known and window.times().is_first_start_known

    def executions(self, *, after: datetime) -> Iterator[Occurrence]:
        """Return the executions of all windows.

        Raises:
            PatchingError: a property is unknown until deployment.
        """
        whole = FreezePart(self.window.times())
        return executions_of(divided(self.window, self._freezes) or [whole], after=after)

    @property
    def options(self) -> list[TaskOptions]:
        """The tasks of each window."""
        return [task.options for task, _ in self._tasks]

    @property
    def all_targets(self) -> frozenset[PatchTarget]:
        """The targets of the windows, and those that tasks have for themselves."""
        return frozenset([*self._targets, *(target for task in self.options for target in task.targets or ())])

    def _divided(self, freezes: Sequence[PatchFreeze]) -> tuple[FreezePart, ...]:
        parts = divided(self.window, freezes)
        ids = {_id_of(part) for part in parts[1:]}
        if removed := self._later.keys() - ids:
            fix = "add all freezes before the schedule is created, or merge them into one"
            raise refusal("freezes", "must not remove a window that was created", min(removed), fix)
        added = ids - self._later.keys()
        if self._is_listed and added:
            rule = "must not add a window after the windows of the schedule were listed"
            raise refusal("freezes", rule, min(added), "add all freezes before the schedule is created")
        return parts

    def _create(self, part: FreezePart) -> None:
        id_ = _id_of(part)
        window = self.window.within(part.times)
        if window.name is not None:
            window = replace(window, name=_name_after_freeze(window.name, id_))
        self._later[id_] = created = WindowPart(Construct(self._scope, id_), window)
        for target in self._targets:
            created.add_target(target)
        for task, started in self._tasks:
            created.add_task(started, task.priority, task.roles, enabled=self.is_enabled)

    def _set_dates(self, created: WindowPart, part: FreezePart) -> None:
        window = self.window.within(part.times)
        created.resource.start_date, created.resource.end_date = window.start_date, window.end_date


class HasWindowParts:
    """A construct that creates the windows of a schedule."""

    _parts: WindowParts


def parts_of(construct: HasWindowParts) -> WindowParts:
    """Return the windows of a schedule, for those who follow what a freeze adds later."""
    return construct._parts  # noqa: SLF001 - both are in this module


def _call(followers: Sequence[Callable[[], None]]) -> None:
    for changed in followers:
        changed()


def _id_of(part: FreezePart) -> str:
    return f"{AFTER_FREEZE}{part.stamp}"


def _name_after_freeze(name: str, id_: str) -> str:
    """Return the name of a window after a freeze: of a given name, as much as fits."""
    suffix = f"-{id_}"
    return f"{name if is_unresolved(name) else name[: limits.WINDOW_NAME_LENGTH - len(suffix)]}{suffix}"
