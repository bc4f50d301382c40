"""The upcoming executions of windows, with notes about overlaps, concurrency, daylight saving changes and assumptions.

The cost depends on the executions that are shown: other windows are processed only while such an execution is open, and
for the longest duration before it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from heapq import heappop, heappush
from itertools import islice, takewhile
from typing import Final, Generic

from patching_constructs.planning.conflicts import LOOK_BACK
from patching_constructs.planning.coverage import SharingIndex
from patching_constructs.planning.recorded_executions import ExecutionResult
from patching_constructs.planning.spans import SpanWalk, merged, walk_together
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
from patching_constructs.schedule.occurrence import Occurrence, WallClock
from patching_constructs.schedule.occurrences import in_utc

# The limit of steps for other windows: a base, and an amount for every execution that is shown.
_STEPS: Final = 50_000
_STEPS_PER_EXECUTION: Final = 20
# The default quota of windows in an account and Region, and more than a person reads.
_MOST_OTHERS: Final = 50


class NoteKind(StrEnum):
    """Why an execution needs attention."""

    OVERLAP = "overlap"
    """The execution overlaps with another window that can share nodes."""
    CONCURRENCY = "concurrencyLimit"
    """The service already runs the maximum number of executions in the account and Region."""
    CLOCK_CHANGE = "daylightSaving"
    """A daylight saving change moves the start, or occurs while the window is open."""
    START_ASSUMED = "assumedStart"
    """The start depends on something that is unknown here, or not documented."""
    OPEN_ALREADY = "stillOpen"
    """The window is still open from its previous execution."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that needs attention, with an explanation."""

    kind: NoteKind
    text: str


@dataclass(slots=True, eq=False)
class Execution(Generic[Owner]):
    """One execution of one window."""

    window: PlannedWindow[Owner]
    occurrence: Occurrence
    notes: list[Note] = field(default_factory=list)
    overlaps: dict[PlannedWindow[Owner], datetime] = field(default_factory=dict)
    """At most 50 other windows that can share nodes and overlap, with the start of each overlap."""
    result: ExecutionResult | None = None
    """What became of it; None where that was not asked for, as it is upcoming."""

    @property
    def owner(self) -> Owner:
        """The source of the window."""
        return self.window.owner

    @property
    def cutoff(self) -> datetime | None:
        """The instant of the cutoff; None if it is unknown until deployment."""
        return None if self.window.times.cutoff is None else self.occurrence.cutoff

    def has(self, kind: NoteKind) -> bool:
        """Return whether there is a note of a kind."""
        return any(note.kind is kind for note in self.notes)


@dataclass(frozen=True)
class Plan(Generic[Owner]):
    """The executions of all windows, in order of their starts."""

    executions: tuple[Execution[Owner], ...]
    computed_until: datetime | None = None
    """Until when overlaps and concurrency were computed; None if they were computed for all executions."""

    @cached_property
    def overlaps(self) -> dict[frozenset[PlannedWindow[Owner]], datetime]:
        """The pairs of windows that overlap and can share nodes, with the start of the first overlap."""
        found: dict[frozenset[PlannedWindow[Owner]], datetime] = {}
        for execution in self.executions:
            for other, moment in execution.overlaps.items():
                pair = frozenset((execution.window, other))
                found[pair] = min(moment, found.get(pair, moment))
        return found

    @cached_property
    def excess(self) -> dict[PlannedWindow[Owner], datetime]:
        """The windows with excess concurrency, with the first such start."""
        found: dict[PlannedWindow[Owner], datetime] = {}
        for execution in self.executions:
            if execution.has(NoteKind.CONCURRENCY):
                found.setdefault(execution.window, execution.occurrence.start)
        return found


def plan(
    windows: Sequence[PlannedWindow[Owner]],
    *,
    after: datetime,
    until: datetime | None = None,
    count: int | None = None,
) -> Plan[Owner]:
    """Return the upcoming executions, with notes about what needs attention.

    Args:
        windows: the windows. Executions with the same start are listed in this order.
        after: an aware datetime, the first instant at which an execution can start.
        until: an aware datetime, before which an execution must start. Default: none; then ``count`` is required.
        count: the maximum number of executions per window. Default: no maximum.

    Raises:
        PatchingError: a datetime is naive.
    """
    shown = {window: list(islice(_executions(window, after, until), count)) for window in windows}
    reached = [_Place(members, shown, after).look() for members in by_place(windows) if len(members) > 1]
    # Sorting is stable, so executions with the same start stay in the order of the windows.
    executions = sorted((each for found in shown.values() for each in found), key=_start)
    return Plan(tuple(executions), min((moment for moment in reached if moment is not None), default=None))


def _executions(window: PlannedWindow[Owner], after: datetime, until: datetime | None) -> Iterator[Execution[Owner]]:
    times = window.times
    assumptions = [Note(NoteKind.START_ASSUMED, text) for text in _assumptions(window, after)]
    due = times.occurrences(after=after, anchor=after)
    earlier: Occurrence | None = None
    for occurrence in takewhile(lambda each: until is None or each.start < until, due):
        if earlier is None:
            just_before = occurrence.start - times.duration + datetime.resolution
            earlier = next(times.occurrences(after=just_before, anchor=after), occurrence)
        notes = [*assumptions, *_clock_notes(occurrence), *_open_already(earlier, occurrence)]
        yield Execution(window, occurrence, notes)
        earlier = occurrence


def _assumptions(window: PlannedWindow[Owner], after: datetime) -> Iterator[str]:
    times = window.times
    if times.is_start_assumed(after):
        if times.start_date is None:
            yield (
                "a rate counts from the creation of the window, which is unknown until deployment; assumed to be "
                "created now"
            )
        else:
            yield (
                "a rate with a start date in the past counts from the creation or update of the window, which is "
                "unknown until deployment; assumed to count from the start date"
            )
    if times.ignored_time_zone is not None:
        yield (
            f"at(...) is in UTC; the effect of ScheduleTimezone={times.ignored_time_zone} on it is not documented; "
            "assumed to have none"
        )


def _clock_notes(occurrence: Occurrence) -> Iterator[Note]:
    wall_clock = occurrence.wall_clock
    if wall_clock is WallClock.SKIPPED:
        skipped, shown = f"{occurrence.wall_time:%H:%M}", f"{occurrence.local_start:%H:%M}"
        yield Note(
            NoteKind.CLOCK_CHANGE,
            f"{skipped} does not exist on this day (daylight saving time); assumed to start at {shown}",
        )
    elif wall_clock is WallClock.REPEATED:
        repeated = f"{occurrence.wall_time:%H:%M} occurs twice on this day (daylight saving time)"
        yield Note(NoteKind.CLOCK_CHANGE, f"{repeated}; assumed to start at the first")
    change = occurrence.utc_offset_change
    if change:
        direction = "forward" if change > timedelta(0) else "back"
        minutes = abs(change) // timedelta(minutes=1)
        yield Note(NoteKind.CLOCK_CHANGE, f"the clock moves {direction} by {minutes} minutes while the window is open")


def _open_already(earlier: Occurrence, occurrence: Occurrence) -> Iterator[Note]:
    if earlier.start < occurrence.start < earlier.end:
        yield Note(
            NoteKind.OPEN_ALREADY,
            "the window is still open from the previous execution; assumed to be skipped with the status "
            "SKIPPED_OVERLAPPING",
        )


def _start(execution: Execution[Owner]) -> datetime:
    return execution.occurrence.start


# --- Other windows ------------------------------------------------------------------------------------


class _Place(Generic[Owner]):
    """The windows in one account and Region, and their executions that are shown."""

    def __init__(
        self,
        members: Sequence[Member[Owner]],
        shown: dict[PlannedWindow[Owner], list[Execution[Owner]]],
        after: datetime,
    ) -> None:
        self._members = members
        self._after = in_utc(after)
        self._positions = {window: position for position, window in members}
        self._shown = sorted((each for _, window in members for each in shown[window]), key=_start)
        sharing = sharing_with_one_before(members) | sharing_with_one_before(members[::-1])
        self._sharing = {window for position, window in members if position in sharing}
        self._open: SharingIndex[PlannedWindow[Owner]] = SharingIndex()
        self._executing: SharingIndex[Execution[Owner]] = SharingIndex()
        self._ending: list[tuple[datetime, int, Execution[Owner]]] = []
        self._full: set[int] = set()
        self._queue = Queue()

    def look(self) -> datetime | None:
        """Add notes about other windows; return until when they were computed, None for the whole time."""
        can_exceed = len(self._members) > MOST_OPEN
        groups = grouped(member for member in self._members if can_exceed or member[1] in self._sharing)
        if not groups or not self._shown:
            return None
        reached = self._find_spans(groups)
        next_shown = 0
        for moment in timeline(groups, {_start(each) for each in self._shown}):
            self._open_and_close(moment)
            while next_shown < len(self._shown) and _start(self._shown[next_shown]) == moment.start:
                self._begin(self._shown[next_shown], moment.start)
                next_shown += 1
        return reached

    def _find_spans(self, groups: Sequence[Group[Owner]]) -> datetime | None:
        steps = _STEPS + _STEPS_PER_EXECUTION * len(self._shown)
        intervals = [(_start(each) - LOOK_BACK, each.occurrence.end) for each in self._shown]
        intervals = merged([(self._after - LOOK_BACK, self._after), *intervals], gap=LOOK_BACK)
        walks = [SpanWalk(group.times, intervals, anchor=self._after) for group in groups]
        reached = walk_together(walks, steps)
        for group, walk in zip(groups, walks, strict=True):
            group.spans = walk.spans
        return reached

    def _open_and_close(self, moment: Moment[Owner]) -> None:
        self._queue.update(moment)
        while self._ending and self._ending[0][0] <= moment.start:
            self._forget(heappop(self._ending)[2])
        for window in self._sharing_of(moment.closed):
            self._open.remove(window.selections, window)
        for window in self._sharing_of(moment.opened):
            for execution in list(self._executing.sharing(window.selections)):
                self._note(execution, window, moment.start)
            self._open.add(window.selections, window)

    def _sharing_of(self, groups: Iterable[Group[Owner]]) -> list[PlannedWindow[Owner]]:
        return [window for group in groups for _, window in group.members if window in self._sharing]

    def _begin(self, execution: Execution[Owner], moment: datetime) -> None:
        window = execution.window
        if window in self._sharing:
            self._executing.add(window.selections, execution)
            heappush(self._ending, (execution.occurrence.end, id(execution), execution))
            # One more than the maximum, and the window itself.
            for other in islice(self._open.sharing(window.selections), _MOST_OTHERS + 2):
                self._note(execution, other, moment)
        if len(self._queue) > MOST_OPEN and self._queue.waiting([self._positions[window]]):
            execution.notes.append(Note(NoteKind.CONCURRENCY, _excess_text(len(self._queue))))

    def _note(self, execution: Execution[Owner], other: PlannedWindow[Owner], moment: datetime) -> None:
        if other is execution.window or other in execution.overlaps or id(execution) in self._full:
            return
        text = f"{other.label} is open at the same time and can select the same nodes"
        if other.certain_place != execution.window.certain_place:
            text = f"{text}, if both are deployed to the same account and Region"
        if len(execution.overlaps) < _MOST_OTHERS:
            execution.overlaps[other] = moment
        else:
            text = f"more than {_MOST_OTHERS} windows that can select the same nodes are open at the same time"
            self._full.add(id(execution))
            self._forget(execution)
        execution.notes.append(Note(NoteKind.OVERLAP, text))

    def _forget(self, execution: Execution[Owner]) -> None:
        self._executing.remove(execution.window.selections, execution)


def _excess_text(count: int) -> str:
    return f"{count} windows are open at the same time; Systems Manager runs at most {MOST_OPEN}"
