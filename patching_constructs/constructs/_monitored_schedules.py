"""The schedules that a `PatchMonitoring` covers, and what its function must know about them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, cast

from aws_cdk.interfaces.aws_ssm import IMaintenanceWindowRef
from constructs import Construct

from patching_constructs._errors import refusal, shown
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import has_property
from patching_constructs.constructs._child_ids import WINDOW
from patching_constructs.constructs._evidence_metrics import dimension_value
from patching_constructs.constructs._regions import check_monitored_window
from patching_constructs.constructs._window_parts import HasWindowParts, WindowParts, parts_of
from patching_constructs.constructs.maintenance_window_metrics import MaintenanceWindowMetrics
from patching_constructs.constructs.patch_fleet import PatchFleet
from patching_constructs.constructs.patch_rollout import PatchRollout, listed_rings
from patching_constructs.properties.targets import PatchTarget, TargetResourceType
from patching_constructs.properties.task_actions import Automation, RunCommand, TaskAction

Monitored = IMaintenanceWindowRef | PatchRollout | PatchFleet
_KINDS: Final = "PatchSchedule, MaintenanceWindow, PatchRollout, PatchFleet or IMaintenanceWindowRef"
_MOST_WINDOWS: Final = 90
"""A policy with the ARNs of more would exceed the 10,240 characters of the inline policies of a role.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""
_FIX: Final = "import a window by its id with MaintenanceWindow.from_maintenance_window_id(...)"


@dataclass(frozen=True, slots=True)
class MonitoredWindow:
    """One window of a schedule."""

    reference: IMaintenanceWindowRef
    path: str
    """The path of the schedule, and after a freeze also that of the window in it."""

    @property
    def id(self) -> str:
        """The ID of the window."""
        return self.reference.maintenance_window_ref.window_id

    @property
    def metrics(self) -> MaintenanceWindowMetrics:
        """Its metrics."""
        return MaintenanceWindowMetrics.from_maintenance_window(self.reference)


class MonitoredSchedule:
    """A schedule: one window, or several around freezes."""

    def __init__(self, window: IMaintenanceWindowRef) -> None:
        """Take the schedule, or any other window."""
        self.window = window
        self.path: Final[str] = cast("Construct", window).node.path
        self.parts: Final[WindowParts | None] = parts_of(window) if isinstance(window, HasWindowParts) else None

    @property
    def name(self) -> str:
        """The path as it can be in a dimension of a metric."""
        return dimension_value(self.path)

    @property
    def windows(self) -> list[MonitoredWindow]:
        """All windows, in the order in which they open."""
        if self.parts is None:
            return [MonitoredWindow(self.window, self.path)]
        resources = [part.resource for part in self.parts.all]
        return [MonitoredWindow(each, each.node.path.removesuffix(f"/{WINDOW}")) for each in resources]

    @property
    def is_paused(self) -> bool:
        """Whether nothing is patched until it is enabled again."""
        return self.parts is not None and not self.parts.is_enabled

    @property
    def is_patching(self) -> bool:
        """Whether a task patches; True where the tasks are unknown."""
        if self.parts is None:
            return True
        return any(_patches(task.action) for task in self.parts.options)

    @property
    def targets(self) -> frozenset[PatchTarget] | None:
        """All targets of its windows; None where they are unknown."""
        return None if self.parts is None else frozenset(self.parts.all_targets)

    @property
    def can_select_groups(self) -> bool:
        """Whether a target can be a resource group."""
        return self.targets is None or any(
            target.resource_type != TargetResourceType.INSTANCE for target in self.targets
        )

    @property
    def expression(self) -> str | None:
        """The expression of its schedule; None if it is unknown until deployment."""
        expression = None if self.parts is None else self.parts.window.schedule.expression_string
        return None if is_unresolved(expression) else expression

    @property
    def longest_wait(self) -> timedelta | None:
        """The longest time until an execution; None if it is unknown, or if there is only one."""
        return None if self.parts is None else self.parts.longest_wait()

    @property
    def longest_time_without_state(self) -> timedelta | None:
        """The longest time between the starts of two executions and the end of the later one, freezes included."""
        if self.parts is None or self.is_paused:
            return None
        gap = self.parts.longest_gap_with_freezes()
        return None if gap is None else gap + timedelta(hours=self.parts.window.duration_hours)


def monitored_schedules(scope: Construct, schedules: Sequence[Monitored]) -> tuple[MonitoredSchedule, ...]:
    """Return all schedules of a list that can contain fleets and rollouts.

    Raises:
        PatchingError: there is none, one is of another type, in another account or Region, or twice in the list.
    """
    if isinstance(schedules, str) or not isinstance(schedules, Sequence):
        raise refusal("schedules", f"must be a list of {_KINDS}", shown(schedules), "wrap it in [...]")
    found = [MonitoredSchedule(window) for each in schedules for window in _windows_of(each)]
    if not found:
        raise refusal("schedules", "must contain at least 1 schedule", 0)
    for each in found:
        check_monitored_window(scope, each.window)
    _check_different(found)
    return tuple(found)


def _patches(action: TaskAction) -> bool:
    """Return whether a task scans for, or installs, the patches of a baseline."""
    match action:
        case RunCommand():
            return action.run.is_patching
        case Automation():
            return action.run.installs
        case _:
            return False


def _windows_of(monitored: Monitored) -> Iterator[IMaintenanceWindowRef]:
    match monitored:
        case PatchFleet():
            yield monitored.scan_schedule
            if monitored.install_schedule is not None:
                yield monitored.install_schedule
            if monitored.rollout is not None:
                yield from listed_rings(monitored.rollout)
        case PatchRollout():
            yield from listed_rings(monitored)
        case _ if has_property(monitored, "maintenance_window_ref"):
            yield monitored
        case _:
            raise refusal("schedules", f"must be a list of {_KINDS}", shown(monitored), _FIX)


def _check_different(schedules: Iterable[MonitoredSchedule]) -> None:
    ids: set[str] = set()
    for each in schedules:
        own = {window.id for window in each.windows}
        if own & ids:
            fix = "a fleet contains its schedules, and a rollout its rings"
            raise refusal("schedules", "must not contain a window twice", each.path, fix)
        ids |= own
    check_number_of_windows(len(ids))


def check_number_of_windows(number: int) -> None:
    """Check that a monitoring can cover a number of windows.

    Raises:
        PatchingError: it cannot.
    """
    if number > _MOST_WINDOWS:
        fix = "create several PatchMonitoring, each for some of the schedules"
        raise refusal("schedules", f"must have at most {_MOST_WINDOWS} windows", number, fix)
