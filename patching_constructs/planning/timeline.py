"""The starts and ends of the executions of windows in one account and Region, in order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from itertools import groupby, islice
from operator import itemgetter
from typing import Final, Generic

from patching_constructs.planning.coverage import SharingIndex
from patching_constructs.planning.spans import Span
from patching_constructs.planning.windows import Owner, PlannedWindow, WindowTimes
from patching_constructs.ssm import limits

MOST_OPEN: Final = limits.CONCURRENT_EXECUTIONS
Member = tuple[int, PlannedWindow[Owner]]
"""A window with its position in the list of all windows."""


@dataclass(slots=True, eq=False)
class Group(Generic[Owner]):
    """Windows with equal times, which open and close together."""

    times: WindowTimes
    members: list[Member[Owner]] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    """When the windows are open."""


@dataclass(slots=True)
class Moment(Generic[Owner]):
    """The groups that close, and then those that open, at one instant."""

    start: datetime
    closed: list[Group[Owner]]
    opened: list[Group[Owner]]
    reopened: list[Group[Owner]]
    """The groups that start again while they are open."""


def by_place(windows: Sequence[PlannedWindow[Owner]]) -> list[list[Member[Owner]]]:
    """Return the windows in which something runs, for every account and Region, with their positions."""
    places: dict[str, list[Member[Owner]]] = {}
    for position, window in enumerate(windows):
        if not window.is_idle:
            places.setdefault(window.place, []).append((position, window))
    return list(places.values())


def grouped(members: Iterable[Member[Owner]]) -> list[Group[Owner]]:
    """Return the windows, grouped by equal times."""
    groups: dict[WindowTimes, Group[Owner]] = {}
    for position, window in members:
        groups.setdefault(window.times, Group(window.times)).members.append((position, window))
    return list(groups.values())


def sharing_with_one_before(members: Sequence[Member[Owner]]) -> set[int]:
    """Return the positions of the windows that can share nodes with an earlier one in the list."""
    found: set[int] = set()
    before: SharingIndex[PlannedWindow[Owner]] = SharingIndex()
    for position, window in members:
        if next(before.sharing(window.selections), None) is not None:
            found.add(position)
        before.add(window.selections, window)
    return found


def timeline(groups: Sequence[Group[Owner]], stops: Iterable[datetime] = ()) -> Iterator[Moment[Owner]]:
    """Return the moments at which groups open, in order.

    Args:
        groups: the groups.
        stops: additional instants, at which no group needs to open.
    """
    events = [(span.start, number, span.end) for number, group in enumerate(groups) for span in group.spans]
    events += [(stop, -1, stop) for stop in stops]
    events.sort()
    open_until: dict[int, datetime] = {}
    closing: list[tuple[datetime, int]] = []

    def close(end: datetime, number: int) -> Iterator[Group[Owner]]:
        # A group that was reopened has a later end.
        if open_until.get(number) == end:
            del open_until[number]
            yield groups[number]

    for start, batch in groupby(events, key=itemgetter(0)):
        closed: list[Group[Owner]] = []
        opened: list[Group[Owner]] = []
        reopened: list[Group[Owner]] = []
        while closing and closing[0][0] < start:
            closed += close(*heappop(closing))
        for _, number, end in batch:
            if number < 0:
                continue
            (reopened if number in open_until else opened).append(groups[number])
            open_until[number] = max(end, open_until.get(number, end))
            heappush(closing, (open_until[number], number))
        while closing and closing[0][0] <= start:
            closed += close(*heappop(closing))
        yield Moment(start, closed, opened, reopened)


class Queue:
    """The open windows in the order in which they opened. The service runs the first five."""

    def __init__(self) -> None:
        self._open: dict[int, None] = {}

    def __len__(self) -> int:
        return len(self._open)

    def update(self, moment: Moment[Owner]) -> None:
        """Remove closed windows and add opened ones; those that open at the same instant are added by position."""
        for group in moment.closed:
            for position, _ in group.members:
                del self._open[position]
        for position in sorted(position for group in moment.opened for position, _ in group.members):
            self._open[position] = None

    def waiting(self, positions: Iterable[int]) -> list[int]:
        """Return the positions of the windows that the service does not run, because it runs the maximum already."""
        running = set(islice(self._open, MOST_OPEN))
        return [position for position in positions if position not in running]
