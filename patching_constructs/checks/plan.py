"""The planner's results for the windows of a deployment: overlaps, and too many open windows."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TypeVar

from patching_constructs.planning.conflicts import Conflicts, conflicts
from patching_constructs.planning.windows import PlannedWindow
from patching_constructs.ssm import limits
from patching_constructs.template.maintenance_windows import MaintenanceWindow
from patching_constructs.template.upcoming import planned
from patching_constructs.template.value import UnknownError

_Found = TypeVar("_Found")


class WindowPlan:
    """The conflicts between the windows of an account and Region in the next year. Invalid windows are omitted."""

    def __init__(self, windows: Sequence[MaintenanceWindow], now: datetime) -> None:
        """Take the windows, and the current time."""
        self._windows = windows
        self._now = now

    def overlap(self, window: MaintenanceWindow) -> tuple[MaintenanceWindow, datetime] | None:
        """Return an earlier window that can share nodes, and when both are open.

        Raises:
            UnknownError: the times or targets of the window are unknown until deployment, or the windows run so
                often that not all of the year is computed.
        """
        if len(self._windows) == 1:
            return None
        _check_times_known(window)
        found = self._found(self._conflicts.overlaps, window)
        if found is None:
            _check_targets_known(window)
            self._check_computed("overlaps are", self._conflicts.overlaps_until)
            return None
        earlier, moment = found
        return earlier.owner, moment

    def excess(self, window: MaintenanceWindow) -> datetime | None:
        """Return when the window starts while the maximum number of windows is already open.

        Raises:
            UnknownError: the times of the window are unknown until deployment, or the windows run so often that
                not all of the year is computed.
        """
        if len(self._windows) <= limits.CONCURRENT_EXECUTIONS:
            return None
        _check_times_known(window)
        found = self._found(self._conflicts.excess, window)
        if found is None:
            self._check_computed("concurrency is", self._conflicts.excess_until)
        return found

    def _found(
        self, by_window: Mapping[PlannedWindow[MaintenanceWindow], _Found], window: MaintenanceWindow
    ) -> _Found | None:
        planned_window = self._planned.get(id(window))
        return None if planned_window is None else by_window.get(planned_window)

    @cached_property
    def _conflicts(self) -> Conflicts[MaintenanceWindow]:
        return conflicts(list(self._planned.values()), after=self._now)

    @cached_property
    def _planned(self) -> dict[int, PlannedWindow[MaintenanceWindow]]:
        """The windows with known and valid times, as `calendar` reads them."""
        read = {id(window): planned(window, owner=window) for window in self._windows}
        return {name: window for name, window in read.items() if isinstance(window, PlannedWindow)}

    def _check_computed(self, what: str, until: datetime | None) -> None:
        if until is not None:
            # It applies to all windows, so it is reported only once, at the first.
            reason = f"The windows run so often that {what} not computed beyond {until.astimezone(UTC):%Y-%m-%d}"
            raise UnknownError(self._windows[0]["Schedule"], reason)


def _check_times_known(window: MaintenanceWindow) -> None:
    """Check that the times of a window are known.

    Raises:
        UnknownError: a time is unknown until deployment.
    """
    _ = window.expression, window["Duration"].number(), window.starts, window.ends


def _check_targets_known(window: MaintenanceWindow) -> None:
    for target in window.targets:
        for entry in target.filters:
            for value in entry["Values"].items():
                value.known()
