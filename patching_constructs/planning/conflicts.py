"""Conflicts between windows in the year ahead: for every window, its first overlap and the first excess concurrency.

The linter uses it, so its cost is bounded and does not grow with the number of pairs. If there are too many executions,
the result contains the instant until which it was computed.
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
"""The longest duration: an execution that started earlier has ended."""
# Counting a window is this many times cheaper than comparing it.
_CHEAP: Final = 20
_SOON: Final = timedelta(days=8)
# About a second for an account and Region. Enough for 50 windows, which is the quota, that open 20 times a week.
_STEPS: Final = 50_000


@dataclass(slots=True)
class Conflicts(Generic[Owner]):
    """The conflicts, and until when they were computed."""

    overlaps: dict[PlannedWindow[Owner], tuple[PlannedWindow[Owner], datetime]] = field(default_factory=dict)
    """For a window, an earlier one in the list that shares nodes and overlaps with it, and the start of the overlap."""
    excess: dict[PlannedWindow[Owner], datetime] = field(default_factory=dict)
    """For a window, the first start at which the service already runs the maximum number of executions."""
    overlaps_until: datetime | None = None
    """Until when overlaps were computed; None if they were computed for the whole time."""
    excess_until: datetime | None = None
    """Until when concurrency was computed; None if it was computed for the whole time."""


def conflicts(
    windows: Sequence[PlannedWindow[Owner]], *, after: datetime, ahead: timedelta = timedelta(days=366)
) -> Conflicts[Owner]:
    """Return the conflicts between windows in the same account and Region.

    Args:
        windows: the windows.
        after: an aware datetime; an earlier execution counts while its window is open.
        ahead: the time to compute conflicts for. Default: a year.
    """
    found: Conflicts[Owner] = Conflicts()
    begin = in_utc(after)
    for members in by_place(windows):
        if len(members) > 1:
            _find_in_place(members, begin, begin + ahead, found)
    return found


def _find_in_place(members: Sequence[Member[Owner]], after: datetime, until: datetime, found: Conflicts[Owner]) -> None:
    found.overlaps_until = _earliest(found.overlaps_until, _find_overlaps(members, after, until, found))
    if len(members) > MOST_OPEN:
        groups = grouped(members)
        reached = _find_spans(groups, after, until), _find_excess(groups, after, found)
        found.excess_until = _earliest(found.excess_until, *reached)


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _find_spans(groups: Sequence[Group[Owner]], after: datetime, until: datetime) -> datetime | None:
    # Executions that started earlier have their own limit of steps, because they can overlap with the later ones.
    before = [SpanWalk(group.times, [(after - LOOK_BACK, after)], anchor=after) for group in groups]
    ahead = [SpanWalk(group.times, [(after, until)], anchor=after) for group in groups]
    reached = [walk_together(walks, _STEPS) for walks in (before, ahead)]
    for group, earlier, later in zip(groups, before, ahead, strict=True):
        group.spans = [*earlier.spans, *later.spans]
    return _earliest(*reached)


def _find_overlaps(
    members: Sequence[Member[Owner]], after: datetime, until: datetime, found: Conflicts[Owner]
) -> datetime | None:
    """Find the first overlap of every window; return until when it was computed, None for the whole time."""
    positions = sharing_with_one_before(members)
    pending = [member for member in members if member[0] in positions]
    reached = None
    # Most windows with an overlap have one within a few days, so only the others need the whole time.
    for end in (min(after + _SOON, until), until):
        if pending:
            involved = _involved(members, pending)
            groups = grouped(involved)
            reached = _earliest(
                _find_spans(groups, after, end), _FirstOverlaps(involved, pending, found).find(groups, after)
            )
            pending = [member for member in pending if member[1] not in found.overlaps]
    return reached if pending else None


def _involved(members: Sequence[Member[Owner]], pending: Sequence[Member[Owner]]) -> list[Member[Owner]]:
    """Return the windows without an overlap, and the earlier ones in the list that share nodes with them."""
    index: SharingIndex[PlannedWindow[Owner]] = SharingIndex()
    for _, window in pending:
        index.add(window.selections, window)
    return [
        member
        for member in members
        if member[0] <= pending[-1][0] and next(index.sharing(member[1].selections), None) is not None
    ]


def _find_excess(groups: Sequence[Group[Owner]], after: datetime, found: Conflicts[Owner]) -> datetime | None:
    """Find excess concurrency; return until when it was computed, None for the whole time."""
    windows = {position: window for group in groups for position, window in group.members}
    queue, steps = Queue(), _STEPS * _CHEAP
    for moment in timeline(groups):
        if steps <= 0:
            return moment.start
        queue.update(moment)
        starting = [position for group in (*moment.opened, *moment.reopened) for position, _ in group.members]
        steps -= len(starting)
        if moment.start >= after and len(queue) > MOST_OPEN:
            for position in queue.waiting(starting):
                found.excess.setdefault(windows[position], moment.start)
    return None


class _FirstOverlaps(Generic[Owner]):
    """The windows that are open at an instant, indexed by the nodes that they select."""

    def __init__(
        self, members: Sequence[Member[Owner]], pending: Sequence[Member[Owner]], found: Conflicts[Owner]
    ) -> None:
        self._overlaps = found.overlaps
        self._positions = {window: position for position, window in members}
        self._open: SharingIndex[PlannedWindow[Owner]] = SharingIndex()
        # The open windows without an overlap. Of many windows that share a target, few are left after a short time.
        self._pending: SharingIndex[PlannedWindow[Owner]] = SharingIndex()
        # The number of windows without an overlap. If it is 0, the search ends.
        self._left = len(pending)

    def find(self, groups: Sequence[Group[Owner]], after: datetime) -> datetime | None:
        """Find the overlaps; return until when they were computed, None for the whole time."""
        steps = _STEPS
        for moment in timeline(groups):
            if not self._left:
                return None
            if steps <= 0:
                return moment.start
            steps -= self._process(moment, is_in_range=moment.start >= after)
        return None

    def _process(self, moment: Moment[Owner], *, is_in_range: bool) -> int:
        for group in moment.closed:
            for _, window in group.members:
                self._close(window)
        starting = [member for group in (*moment.opened, *moment.reopened) for member in group.members]
        # In order, so that the result is deterministic.
        for _, window in sorted(starting, key=itemgetter(0)):
            if is_in_range:
                self._record_overlaps(window, moment.start)
            self._open_window(window)
        return len(starting)

    def _record_overlaps(self, window: PlannedWindow[Owner], moment: datetime) -> None:
        for other in list(self._pending.sharing(window.selections)):
            self._record(other, window, moment)
        if window not in self._overlaps:
            earliest = min(self._open.sharing(window.selections), key=self._positions.__getitem__, default=window)
            self._record(window, earliest, moment)

    def _record(self, later: PlannedWindow[Owner], earlier: PlannedWindow[Owner], moment: datetime) -> None:
        if self._positions[earlier] < self._positions[later] and later not in self._overlaps:
            self._overlaps[later] = earlier, moment
            self._left -= 1
            self._pending.remove(later.selections, later)

    def _open_window(self, window: PlannedWindow[Owner]) -> None:
        self._open.add(window.selections, window)
        if window not in self._overlaps:
            self._pending.add(window.selections, window)

    def _close(self, window: PlannedWindow[Owner]) -> None:
        self._open.remove(window.selections, window)
        self._pending.remove(window.selections, window)
