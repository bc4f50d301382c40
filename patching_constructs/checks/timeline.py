"""When the windows of an estate are open: which at once, and which together with one that shares a target.

It looks at the year that is ahead, and at the first 10,000 openings of it.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cached_property
from heapq import heappop, heappush, merge
from itertools import takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from patching_constructs import _limits
from patching_constructs.assembly.selection import Selection, SelectionIndex
from patching_constructs.checks.finding import UndecidableError
from patching_constructs.schedule.expression import ScheduleExpression
from patching_constructs.schedule.occurrences import occurrences

if TYPE_CHECKING:
    from patching_constructs.checks.model import Window

_AHEAD: Final = timedelta(days=366)
_MOST_OPENINGS: Final = 10_000


class _Opening(NamedTuple):
    """One opening of windows that open at the same times."""

    start: datetime
    end: datetime
    windows: "tuple[Window, ...]"


class _Times(NamedTuple):
    """When windows open, and for how long; windows that have it in common open together."""

    schedule: ScheduleExpression
    length: timedelta
    start: datetime | None
    end: datetime | None


class Timeline:
    """When windows are open. What is not known or no schedule is left out."""

    def __init__(self, windows: "Sequence[Window]", now: datetime) -> None:
        """Take the windows of one account and Region, and the moment to look from."""
        self._windows = windows
        self._now = now

    def overlap(self, window: "Window") -> "tuple[Window, datetime] | None":
        """Return an earlier window of the estate that shares a target, and when both are open.

        Raises:
            UndecidableError: only the deployment knows when it opens or what it is aimed at.
        """
        if len(self._windows) == 1:
            return None
        _times(window)
        found = self._overlaps.get(id(window))
        if found is None:
            _check_targets_known(window)
        return found

    def crowd(self, window: "Window") -> datetime | None:
        """Return when the window opens while as many as the service runs are open already.

        Raises:
            UndecidableError: only the deployment knows when it opens.
        """
        if len(self._windows) <= _limits.CONCURRENT_EXECUTIONS:
            return None
        _times(window)
        return self._crowds.get(id(window))

    @cached_property
    def _openings(self) -> list[_Opening]:
        """The openings of all windows in order; windows that open at the same times are told together."""
        groups: dict[_Times, list[Window]] = {}
        for window in self._windows:
            with suppress(UndecidableError):
                times = _times(window)
                if times is not None:
                    groups.setdefault(times, []).append(window)
        found: list[_Opening] = []
        count = 0
        for opening in merge(*(_told(times, tuple(group), self._now) for times, group in groups.items()), key=_start):
            count += len(opening.windows)
            if count > _MOST_OPENINGS:
                break
            found.append(opening)
        return found

    @cached_property
    def _crowds(self) -> dict[int, datetime]:
        """When a window opens as one too many, for the first time."""
        crowds: dict[int, datetime] = {}
        closing: list[tuple[datetime, int]] = []
        open_now = 0
        for opening in self._openings:
            while closing and closing[0][0] <= opening.start:
                open_now -= heappop(closing)[1]
            for window in opening.windows[max(_limits.CONCURRENT_EXECUTIONS - open_now, 0) :]:
                crowds.setdefault(id(window), opening.start)
            open_now += len(opening.windows)
            heappush(closing, (opening.end, len(opening.windows)))
        return crowds

    @cached_property
    def _overlaps(self) -> "dict[int, tuple[Window, datetime]]":
        """Which earlier window, in the order of the files, is open together with one and shares a target."""
        company = _Company(self._windows)
        closing: list[tuple[datetime, int, Window]] = []
        for opening in self._openings:
            while closing and closing[0][0] <= opening.start:
                company.leave(heappop(closing)[2])
            for window in opening.windows:
                company.join(window, opening.start)
                heappush(closing, (opening.end, id(window), window))
        return company.overlaps


class _Company:
    """The windows that are open at a moment, by what they are aimed at."""

    def __init__(self, windows: "Sequence[Window]") -> None:
        self.overlaps: dict[int, tuple[Window, datetime]] = {}
        self._places = {id(window): place for place, window in enumerate(windows)}
        self._choices = {id(window): _choices(window) for window in windows}
        self._open: SelectionIndex[Window] = SelectionIndex()
        # Those that have met no earlier one yet: few, soon, of many that share a target.
        self._unmet: SelectionIndex[Window] = SelectionIndex()

    def join(self, window: "Window", moment: datetime) -> None:
        """Let a window open."""
        for choice in self._choices[id(window)]:
            for other in self._unmet.sharing(choice):
                self._meet(other, window, moment)
            if id(window) not in self.overlaps:
                # The first one, and not any, so that two runs say the same.
                earliest = min(self._open.sharing(choice), key=self._place, default=window)
                self._meet(window, earliest, moment)
        for choice in self._choices[id(window)]:
            self._open.add(choice, window)
            if id(window) not in self.overlaps:
                self._unmet.add(choice, window)

    def leave(self, window: "Window") -> None:
        """Let a window close."""
        for choice in self._choices[id(window)]:
            self._open.remove(choice, window)
            self._unmet.remove(choice, window)

    def _meet(self, later: "Window", earlier: "Window", moment: datetime) -> None:
        if self._place(earlier) < self._place(later) and id(later) not in self.overlaps:
            self.overlaps[id(later)] = earlier, moment
            for choice in self._choices[id(later)]:
                self._unmet.remove(choice, later)

    def _place(self, window: "Window") -> int:
        return self._places[id(window)]


def _start(opening: _Opening) -> datetime:
    return opening.start


def _told(times: _Times, windows: "tuple[Window, ...]", now: datetime) -> Iterator[_Opening]:
    due = occurrences(
        times.schedule,
        after=now,
        duration=times.length,
        cutoff=timedelta(0),
        start_date=times.start,
        end_date=times.end,
    )
    for each in takewhile(lambda occurrence: occurrence.start < now + _AHEAD, due):
        yield _Opening(each.start, each.end, windows)


def _choices(window: "Window") -> list[Selection]:
    """Return what the targets of a window choose, as far as it is known."""
    found = []
    for target in window.targets:
        with suppress(UndecidableError):
            found.append(target.selection)
    return found


def _check_targets_known(window: "Window") -> None:
    for target in window.targets:
        for entry in target.filters:
            for value in entry["Values"].items():
                value.known()


def _times(window: "Window") -> _Times | None:
    """Return when a window opens, None where that is no schedule.

    Raises:
        UndecidableError: only the deployment knows.
    """
    schedule, hours = window.schedule, window["Duration"].number()
    start, end = window.moment("StartDate"), window.moment("EndDate")
    first, last = _limits.DURATION_HOURS
    if schedule is None or hours is None or not first <= hours <= last:
        return None
    return _Times(schedule, timedelta(hours=hours), start, end)
