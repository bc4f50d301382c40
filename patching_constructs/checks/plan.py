"""What the planner says of the windows of an estate: which overlap, and which are too many at once."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from patching_constructs.checks.finding import UndecidableError
from patching_constructs.planning.conflicts import Conflicts, conflicts
from patching_constructs.planning.windows import PlannedWindow
from patching_constructs.ssm import limits
from patching_constructs.template.records import windows_of
from patching_constructs.template.sources import Template
from patching_constructs.template.upcoming import planned

if TYPE_CHECKING:
    from patching_constructs.checks.model import Window

_Found = TypeVar("_Found")


class WindowPlan:
    """What the windows of one account and Region do to each other in the year ahead. Invalid ones are left out."""

    def __init__(self, templates: Sequence[Template], windows: "Sequence[Window]", now: datetime) -> None:
        """Take the windows with the templates that they stand in, and the moment to look from."""
        self._templates = templates
        self._windows = windows
        self._now = now

    def overlap(self, window: "Window") -> "tuple[Window, datetime] | None":
        """Return an earlier window of the estate that can share nodes, and when both are open.

        Raises:
            UndecidableError: when it opens or what it is aimed at is known only at deployment, or the windows open so
                often that a year of them is not looked at.
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

    def excess(self, window: "Window") -> datetime | None:
        """Return when the window opens while as many as the service runs are open already.

        Raises:
            UndecidableError: when it opens is known only at deployment, or the windows open so often that a year of
                them is not looked at.
        """
        if len(self._windows) <= limits.CONCURRENT_EXECUTIONS:
            return None
        _check_times_known(window)
        found = self._found(self._conflicts.excess, window)
        if found is None:
            self._check_computed("concurrency is", self._conflicts.excess_until)
        return found

    def _found(self, by_window: "Mapping[PlannedWindow[Window], _Found]", window: "Window") -> "_Found | None":
        planned_window = self._planned.get(id(window))
        return None if planned_window is None else by_window.get(planned_window)

    @cached_property
    def _conflicts(self) -> "Conflicts[Window]":
        return conflicts(list(self._planned.values()), after=self._now)

    @cached_property
    def _planned(self) -> "dict[int, PlannedWindow[Window]]":
        """What the planner is asked about: the windows whose times are known and valid, as `calendar` reads them."""
        records = {
            (id(template), record.logical_id): record for template in self._templates for record in windows_of(template)
        }
        found: dict[int, PlannedWindow[Window]] = {}
        for window in self._windows:
            read = planned(records[id(window.template), window.logical_id], owner=window)
            if isinstance(read, PlannedWindow):
                found[id(window)] = read
        return found

    def _check_computed(self, what: str, until: datetime | None) -> None:
        if until is not None:
            # The same for all windows, so that it is told once, at the first.
            reason = f"The windows open so often that {what} not computed beyond {until.astimezone(UTC):%Y-%m-%d}"
            raise UndecidableError(self._windows[0]["Schedule"], reason)


def _check_times_known(window: "Window") -> None:
    """Ask for all that decides when a window opens.

    Raises:
        UndecidableError: something is known only at deployment.
    """
    _ = window.schedule, window["Duration"].number(), window.moment("StartDate"), window.moment("EndDate")


def _check_targets_known(window: "Window") -> None:
    for target in window.targets:
        for entry in target.filters:
            for value in entry["Values"].items():
                value.known()
