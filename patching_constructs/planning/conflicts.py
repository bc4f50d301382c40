"""Which windows get into each other's way in the time ahead: for every window the first one that does, and when.

It is what a linter asks, so its cost does not grow with the number of pairs, and is bounded: where the windows open
more often than can be looked at, it says how far it got.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Final, Generic

from patching_constructs.planning.coverage import SharingIndex
from patching_constructs.planning.spans import SpanWalk, walk_together
from patching_constructs.planning.timeline import (
    MOST_OPEN,
    Group,
    Member,
    Moment,
    Queue,
    by_place,
    grouped,
    sharing_with_one_before,
    timeline,
)
from patching_constructs.planning.windows import Owner, PlannedWindow
from patching_constructs.schedule.occurrences import in_utc
from patching_constructs.ssm import limits

LOOK_BACK: Final = timedelta(hours=limits.DURATION_HOURS[1])
"""What began earlier is over."""
# To count a window costs so many times less than to compare it.
_CHEAP: Final = 20
_SOON: Final = timedelta(days=8)
# Of a fleet in one account and Region: about a second. Fifty windows, which is the quota, can open twenty times a week.
_STEPS: Final = 50_000


@dataclass(slots=True)
class Conflicts(Generic[Owner]):
    """What was found."""

    overlaps: dict[PlannedWindow[Owner], tuple[PlannedWindow[Owner], datetime]] = field(default_factory=dict)
    """For a window one that was given before it, shares nodes with it and is open together with it, and the first
    instant when both are."""
    excess: dict[PlannedWindow[Owner], datetime] = field(default_factory=dict)
    """When a window opens for the first time while as many as the service runs are open already."""
    overlaps_until: datetime | None = None
    """Until when overlaps were computed, None where they were for all the time that was asked for."""
    excess_until: datetime | None = None
    """Until when it was computed how many windows are open at once, None where it was for all the time."""


def conflicts(
    windows: Sequence[PlannedWindow[Owner]], *, after: datetime, ahead: timedelta = timedelta(days=366)
) -> Conflicts[Owner]:
    """Look for windows of one account and Region that are open together.

    Args:
        windows: the windows.
        after: an aware datetime; an execution that began before it counts while the window is open.
        ahead: how far to look. Default: a year.
    """
    found: Conflicts[Owner] = Conflicts()
    begin = in_utc(after)
    for members in by_place(windows):
        if len(members) > 1:
            _look_at(members, begin, begin + ahead, found)
    return found


def _look_at(members: Sequence[Member[Owner]], after: datetime, until: datetime, found: Conflicts[Owner]) -> None:
    found.overlaps_until = _earliest(found.overlaps_until, _find_overlaps(members, after, until, found))
    if len(members) > MOST_OPEN:
        groups = grouped(members)
        reached = _find_spans(groups, after, until), _find_excess(groups, after, found)
        found.excess_until = _earliest(found.excess_until, *reached)


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _find_spans(groups: Sequence[Group[Owner]], after: datetime, until: datetime) -> datetime | None:
    # What begins within the time that is looked at is kept apart from what has begun before: it may meet the others.
    before = [SpanWalk(group.times, [(after - LOOK_BACK, after)], anchor=after) for group in groups]
    ahead = [SpanWalk(group.times, [(after, until)], anchor=after) for group in groups]
    reached = [walk_together(walks, _STEPS) for walks in (before, ahead)]
    for group, earlier, later in zip(groups, before, ahead, strict=True):
        group.spans = [*earlier.spans, *later.spans]
    return _earliest(*reached)


def _find_overlaps(
    members: Sequence[Member[Owner]], after: datetime, until: datetime, found: Conflicts[Owner]
) -> datetime | None:
    """Find the first overlap of every window; return until when that was computed, if not until the end."""
    positions = sharing_with_one_before(members)
    unmet = [member for member in members if member[0] in positions]
    reached = None
    # Most windows that can meet an earlier one do so within a few days, and only the rest is looked for longer.
    for end in (min(after + _SOON, until), until):
        if unmet:
            involved = _involved(members, unmet)
            groups = grouped(involved)
            reached = _earliest(
                _find_spans(groups, after, end), _FirstOverlaps(involved, unmet, found).find(groups, after)
            )
            unmet = [member for member in unmet if member[1] not in found.overlaps]
    return reached if unmet else None


def _involved(members: Sequence[Member[Owner]], unmet: Sequence[Member[Owner]]) -> list[Member[Owner]]:
    """Return the windows that have met no earlier one, and the earlier ones that they can meet."""
    index: SharingIndex[PlannedWindow[Owner]] = SharingIndex()
    for _, window in unmet:
        index.add(window.selections, window)
    return [
        member
        for member in members
        if member[0] <= unmet[-1][0] and next(index.sharing(member[1].selections), None) is not None
    ]


def _find_excess(groups: Sequence[Group[Owner]], after: datetime, found: Conflicts[Owner]) -> datetime | None:
    """Find when windows open as one too many; return until when that was computed, if not until the end."""
    windows = {position: window for group in groups for position, window in group.members}
    queue, steps = Queue(), _STEPS * _CHEAP
    for moment in timeline(groups):
        if steps <= 0:
            return moment.start
        queue.go_on(moment)
        opening = [position for group in (*moment.opened, *moment.going_on) for position, _ in group.members]
        steps -= len(opening)
        if moment.start >= after and len(queue) > MOST_OPEN:
            for position in queue.waiting(opening):
                found.excess.setdefault(windows[position], moment.start)
    return None


class _FirstOverlaps(Generic[Owner]):
    """The windows that are open at a moment, by what they select."""

    def __init__(
        self, members: Sequence[Member[Owner]], unmet: Sequence[Member[Owner]], found: Conflicts[Owner]
    ) -> None:
        self._overlaps = found.overlaps
        self._positions = {window: position for position, window in members}
        self._open: SharingIndex[PlannedWindow[Owner]] = SharingIndex()
        # Those that have met no earlier one yet: few, soon, of many that share a target.
        self._unmet: SharingIndex[PlannedWindow[Owner]] = SharingIndex()
        # How many can still meet one: when there are none, there is nothing more to look for.
        self._left = len(unmet)

    def find(self, groups: Sequence[Group[Owner]], after: datetime) -> datetime | None:
        """Go through the time, and return where it ended before everything was seen."""
        steps = _STEPS
        for moment in timeline(groups):
            if not self._left:
                return None
            if steps <= 0:
                return moment.start
            steps -= self._pass(moment, is_asked_for=moment.start >= after)
        return None

    def _pass(self, moment: Moment[Owner], *, is_asked_for: bool) -> int:
        for group in moment.closed:
            for _, window in group.members:
                self._leave(window)
        joining = [member for group in (*moment.opened, *moment.going_on) for member in group.members]
        # The first one, and not any, so that two runs say the same.
        for _, window in sorted(joining, key=itemgetter(0)):
            if is_asked_for:
                self._meet_all(window, moment.start)
            self._join(window)
        return len(joining)

    def _meet_all(self, window: PlannedWindow[Owner], moment: datetime) -> None:
        for other in list(self._unmet.sharing(window.selections)):
            self._meet(other, window, moment)
        if window not in self._overlaps:
            earliest = min(self._open.sharing(window.selections), key=self._positions.__getitem__, default=window)
            self._meet(window, earliest, moment)

    def _meet(self, later: PlannedWindow[Owner], earlier: PlannedWindow[Owner], moment: datetime) -> None:
        if self._positions[earlier] < self._positions[later] and later not in self._overlaps:
            self._overlaps[later] = earlier, moment
            self._left -= 1
            self._unmet.remove(later.selections, later)

    def _join(self, window: PlannedWindow[Owner]) -> None:
        self._open.add(window.selections, window)
        if window not in self._overlaps:
            self._unmet.add(window.selections, window)

    def _leave(self, window: PlannedWindow[Owner]) -> None:
        self._open.remove(window.selections, window)
        self._unmet.remove(window.selections, window)
