"""The executions of the rings of a rollout: what belongs to one cycle, and what is wrong with the order.

A cycle begins with a date of the schedule of the rollout. The date of a ring's execution in its local time, less its
days after that schedule, is the date of the cycle, so that executions are assigned exactly in months of all lengths.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from heapq import merge
from itertools import groupby
from typing import Final

from patching_constructs.planning.windows import WindowTimes
from patching_constructs.schedule._rule import At
from patching_constructs.schedule.occurrence import Occurrence, WallClock
from patching_constructs.schedule.occurrences import in_utc

# Dates, weekdays and daylight saving changes repeat after 28 years. A fixed date, so that the result never changes.
_FIRST: Final = datetime(2026, 1, 1, tzinfo=UTC)
_AHEAD: Final = timedelta(days=28 * 365 + 7)
# Less than a tenth of a second, and enough for 28 years of a weekly rollout with four rings, or 5 of a daily one.
_STEPS: Final = 6_000
# Local dates of the same execution differ by at most this much between time zones.
_ZONES: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class RingTimes:
    """When the windows of a ring are open."""

    name: str
    days_after: int
    windows: tuple[WindowTimes, ...]
    """Its windows: one, several around freezes, or none if nothing runs in it."""
    bake_time: timedelta = timedelta(0)
    """The time between its end and the start of the next ring."""


@dataclass(frozen=True, slots=True)
class RingExecution:
    """An execution of a ring, in the cycle of a date."""

    cycle: date
    position: int
    ring: RingTimes
    occurrence: Occurrence

    @property
    def is_assumed(self) -> bool:
        """Whether a daylight saving change skips or repeats its local time, so that its start is an assumption."""
        return self.occurrence.wall_clock is not WallClock.ONCE


class ProblemKind(StrEnum):
    """What is wrong with the order of two rings."""

    ORDER = "order"
    """A ring starts before a ring that is before it."""
    OVERLAP = "overlap"
    """Two rings are open at the same time."""
    BAKE_TIME = "bakeTime"
    """A ring starts before the bake time of a ring before it has passed."""
    NEXT_CYCLE = "nextCycle"
    """A ring starts after the next cycle has begun."""
    SKIPPED = "skipped"
    """A ring has an execution in a cycle in which the ring before it has none."""


@dataclass(frozen=True, slots=True)
class RolloutProblem:
    """Something wrong with the order of two rings."""

    kind: ProblemKind
    ring: RingTimes
    """The ring that is, or should be, earlier."""
    other: RingExecution
    """The execution that is, or should be, later."""
    execution: RingExecution | None = None
    """The execution of the earlier ring; None if it has none in the cycle."""

    @property
    def is_certain(self) -> bool:
        """Whether no start is an assumption."""
        return not self.other.is_assumed and (self.execution is None or not self.execution.is_assumed)


def rollout_problems(rings: Sequence[RingTimes]) -> list[RolloutProblem]:
    """Return the first problem of each kind for every two rings, for 28 years, or for some thousand executions.

    Args:
        rings: the rings in order, none of which has the schedule of a rate.
    """
    found: dict[tuple[ProblemKind, str, str], RolloutProblem] = {}
    for problem in _problems(rings) if len(rings) > 1 else ():
        key = problem.kind, problem.ring.name, problem.other.ring.name
        known = found.get(key)
        if known is None or (problem.is_certain and not known.is_certain):
            found[key] = problem
    return list(found.values())


def _problems(rings: Sequence[RingTimes]) -> Iterator[RolloutProblem]:
    pending: list[RingExecution] = []
    steps = _STEPS
    for cycle in cycles(rings):
        yield from _skipped(rings, cycle)
        for position, later in enumerate(cycle):
            yield from (problem for earlier in cycle[:position] for problem in _within(earlier, later))
        begin = min(each.occurrence.start for each in cycle)
        pending = [each for each in pending if each.occurrence.end > begin]
        for one in cycle:
            yield from (problem for earlier in pending for problem in _between(earlier, one))
        steps -= len(cycle) * (1 + len(pending))
        if steps <= 0:
            return
        pending += cycle


def _skipped(rings: Sequence[RingTimes], cycle: Sequence[RingExecution]) -> Iterator[RolloutProblem]:
    running = {each.position for each in cycle}
    for each in cycle:
        if each.position > 0 and each.position - 1 not in running:
            yield RolloutProblem(ProblemKind.SKIPPED, rings[each.position - 1], each)


def _within(earlier: RingExecution, later: RingExecution) -> Iterator[RolloutProblem]:
    """Compare two executions of one cycle."""
    first, second = earlier.occurrence, later.occurrence
    if second.start < first.start:
        kind = ProblemKind.ORDER
    elif second.start < first.end:
        kind = ProblemKind.OVERLAP
    elif second.start < first.end + earlier.ring.bake_time:
        kind = ProblemKind.BAKE_TIME
    else:
        return
    yield RolloutProblem(kind, earlier.ring, later, earlier)


def _between(earlier: RingExecution, later: RingExecution) -> Iterator[RolloutProblem]:
    """Compare an execution of a cycle with one of a later cycle."""
    if earlier.position == later.position:
        return
    first, second = earlier.occurrence, later.occurrence
    if first.start < second.end and second.start < first.end:
        yield RolloutProblem(ProblemKind.OVERLAP, earlier.ring, later, earlier)
    elif second.end <= first.start:
        yield RolloutProblem(ProblemKind.NEXT_CYCLE, later.ring, earlier, later)


# --- Cycles -------------------------------------------------------------------------------------------


def cycles(rings: Sequence[RingTimes]) -> Iterator[list[RingExecution]]:
    """Return the executions of each cycle, in the order of the rings, for 28 years from the first cycle on."""
    first = (_FIRST + _ZONES).date()
    upcoming = [_executions(position, ring, first) for position, ring in enumerate(rings)]
    last: date | None = None
    for cycle, executions in groupby(merge(*upcoming, key=_cycle), key=_cycle):
        if cycle < first:
            continue
        last = last or cycle + _AHEAD
        if cycle > last:
            return
        yield sorted(executions, key=_position)


def cycle_of(times: WindowTimes, occurrence: Occurrence, days_after: int) -> date | None:
    """Return the date of the cycle that an execution of a ring belongs to; None for at(...), which has one cycle."""
    return None if isinstance(times.schedule.rule, At) else occurrence.wall_time.date() - timedelta(days=days_after)


def _executions(position: int, ring: RingTimes, first: date) -> Iterator[RingExecution]:
    """Return the executions of a ring. All executions of at(...) belong to one cycle."""
    found: Iterable[tuple[WindowTimes, Occurrence]] = merge(
        *(_occurrences(window) for window in ring.windows), key=lambda each: each[1].start
    )
    for window, occurrence in found:
        cycle = cycle_of(window, occurrence, ring.days_after)
        yield RingExecution(first if cycle is None else cycle, position, ring, occurrence)


def _occurrences(window: WindowTimes) -> Iterator[tuple[WindowTimes, Occurrence]]:
    after = in_utc(datetime.min.replace(tzinfo=UTC)) if isinstance(window.schedule.rule, At) else _FIRST
    return ((window, occurrence) for occurrence in window.occurrences(after=after))


def _cycle(execution: RingExecution) -> date:
    return execution.cycle


def _position(execution: RingExecution) -> int:
    return execution.position
