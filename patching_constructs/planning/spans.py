"""When a window is continuously open: a span is the time of one execution, or of several without a gap.

An execution that starts before the previous one ends, or when it ends, belongs to the same span. Overlaps and
concurrency are computed from spans, which are fewer than executions: a window that opens every five minutes for an hour
is always open.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Final

from patching_constructs.planning.windows import WindowTimes
from patching_constructs.schedule._cron import MINUTE, SECOND, YEAR, CronExpression, Field, Value
from patching_constructs.schedule._rule import Rate
from patching_constructs.schedule._time_zone import zone_info
from patching_constructs.schedule._timetable import field_values
from patching_constructs.schedule.expression import ScheduleExpression
from patching_constructs.schedule.occurrences import occurrences

_HOUR: Final = timedelta(hours=1)
# Skipping a few executions is faster than computing the next one from scratch.
_NEAR: Final = 16

Interval = tuple[datetime, datetime]
"""The first instant, and the first instant after the interval."""


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which a window is continuously open."""

    start: datetime
    end: datetime


class SpanWalk:
    """The spans of a window in some intervals, computed in steps, so that the number of steps can be limited."""

    def __init__(self, times: WindowTimes, intervals: Sequence[Interval], *, anchor: datetime) -> None:
        """Prepare the computation.

        Args:
            times: when the window opens.
            intervals: ordered, disjoint intervals. An execution belongs to the interval that it starts in.
            anchor: the instant from which a rate without a start date counts.
        """
        self.spans: list[Span] = []
        """The spans so far, ordered and disjoint."""
        self.reached: datetime | None = None
        """Until when the spans are complete; None for all intervals."""
        self._found = _pieces(times, intervals, anchor)
        self._is_over = not intervals
        if intervals:
            self.reached = intervals[0][0]

    @property
    def is_over(self) -> bool:
        """Whether the spans are complete."""
        return self._is_over

    def advance(self, steps: int) -> int:
        """Compute at most this number of steps, and return the number of steps that were needed."""
        taken = 0
        for piece in islice(self._found, steps):
            taken += 1
            if piece is None:
                continue
            self.reached = piece.start
            if self.spans and piece.start <= self.spans[-1].end:
                last = self.spans[-1]
                self.spans[-1] = Span(last.start, max(last.end, piece.end))
            else:
                self.spans.append(piece)
        if taken < steps:
            self._is_over, self.reached = True, None
        return taken


def walk_together(walks: Sequence[SpanWalk], steps: int) -> datetime | None:
    """Divide a number of steps among walks; steps that one walk does not need are used for the others.

    Returns:
        Until when all spans are complete; None for all intervals.
    """
    going = [walk for walk in walks if not walk.is_over]
    while going and steps >= len(going):
        share = steps // len(going)
        steps -= sum(walk.advance(share) for walk in going)
        going = [walk for walk in going if not walk.is_over]
    return min((walk.reached for walk in going if walk.reached is not None), default=None)


def merged(intervals: Sequence[Interval], *, gap: timedelta) -> list[Interval]:
    """Return ordered, disjoint intervals; intervals with at most a gap between them are merged."""
    found: list[Interval] = []
    for start, end in sorted(intervals):
        if found and start <= found[-1][1] + gap:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found


# --- Pieces of spans ----------------------------------------------------------------------------------


def _pieces(times: WindowTimes, intervals: Sequence[Interval], anchor: datetime) -> Iterator[Span | None]:
    """Return the executions that form the spans, in order; None for a step without one."""
    starts = _Starts(times, anchor)
    for begin, end in intervals:
        yield from starts.seek(begin)
        while starts.next is not None and starts.next.start < end:
            yield starts.next
            starts.advance()


class _Starts:
    """An iterator over pieces that can skip to the next interval."""

    def __init__(self, times: WindowTimes, anchor: datetime) -> None:
        self._times = times
        self._anchor = anchor
        self._upcoming: Iterator[Span] | None = None
        self.next: Span | None = None

    def seek(self, begin: datetime) -> Iterator[None]:
        """Skip to the first piece in an interval, and return None for every step."""
        if self._upcoming is not None:
            for _ in range(_NEAR):
                if self.next is None or self.next.start >= begin:
                    return
                self.advance()
                yield None
        self._upcoming = _upcoming_spans(self._times, begin, self._anchor)
        self.advance()
        yield None

    def advance(self) -> None:
        self.next = next(self._upcoming or iter(()), None)


def _upcoming_spans(times: WindowTimes, begin: datetime, anchor: datetime) -> Iterator[Span]:
    rule = times.schedule.rule
    if isinstance(rule, Rate) and rule.step <= times.duration:
        return _unbroken(times, rule.step, begin, anchor)
    thinned = _thinned(times.schedule)
    if thinned is None:
        return _exact(times, begin, anchor)
    return _first_and_last_of_every_hour(times, thinned, begin)


def _exact(times: WindowTimes, begin: datetime, anchor: datetime) -> Iterator[Span]:
    return (Span(each.start, each.end) for each in times.occurrences(after=begin, anchor=anchor))


def _unbroken(times: WindowTimes, step: timedelta, begin: datetime, anchor: datetime) -> Iterator[Span]:
    """Return the single span of a rate whose interval is not longer than the duration."""
    first = next(times.occurrences(after=begin, anchor=anchor), None)
    if first is not None:
        last = first.start + (_limit(times) - first.start) // step * step
        yield Span(first.start, last + times.duration)


def _limit(times: WindowTimes) -> datetime:
    end = datetime(YEAR.maximum, 12, 31, 23, 59, 59, tzinfo=UTC)
    return end if times.end_date is None else min(end, times.end_date)


@dataclass(frozen=True, slots=True)
class _HourlyEnds:
    """The schedule of a cron, reduced to the first and the last time of every hour."""

    rule: CronExpression
    time_zone: str | None
    schedule_offset: float | None
    is_unresolved: bool = False


def _first_and_last_of_every_hour(times: WindowTimes, thinned: _HourlyEnds, begin: datetime) -> Iterator[Span]:
    """Skip the executions between the first and the last one of an hour, because a window is open for at least an hour.

    Nothing is skipped in the first and the last hour of the schedule, which can be incomplete.
    """
    first = next(_exact(times, begin, begin), None)
    if first is None:
        return
    yield first
    last_hour = None if times.end_date is None else times.end_date - _HOUR
    found = occurrences(thinned, after=first.start, duration=times.duration, cutoff=timedelta(0), end_date=last_hour)
    yield from (Span(each.start, each.end) for each in found)
    if last_hour is not None:
        yield from _exact(times, max(first.start, last_hour), begin)


@lru_cache(maxsize=1024)
def _thinned(schedule: ScheduleExpression) -> _HourlyEnds | None:
    """Return the schedule reduced to the first and the last time of every hour; None if there are no others."""
    rule = schedule.rule
    if not isinstance(rule, CronExpression):
        return None
    minutes, seconds = field_values(MINUTE, rule.minute), field_values(SECOND, rule.second)
    # A change by half an hour, as on Lord Howe Island, reorders the times of an hour.
    block = 60 if _jumps_by_hours(schedule) else 30
    kept = {end for each in range(0, 60, block) for end in _ends([m for m in minutes if each <= m < each + block])}
    kept_seconds = _ends(seconds)
    if len(kept) == len(minutes) and len(kept_seconds) == len(seconds):
        return None
    second = rule.second and _field(kept_seconds)
    return _HourlyEnds(replace(rule, minute=_field(kept), second=second), schedule.time_zone, schedule.schedule_offset)


def _field(values: set[int]) -> Field:
    return Field(tuple(Value(value, str(value)) for value in sorted(values)))


def _ends(values: Sequence[int]) -> set[int]:
    return {values[0], values[-1]} if values else set()


def _jumps_by_hours(schedule: ScheduleExpression) -> bool:
    if schedule.time_zone is None:
        return True
    zone = zone_info(schedule.time_zone)
    offsets = {datetime(2026, month, 1, tzinfo=zone).utcoffset() or timedelta(0) for month in range(1, 13)}
    return not (max(offsets) - min(offsets)) % _HOUR
