"""The windows of a schedule with freezes: one until the first freeze, and one after each.

A window ends before a freeze by its end date, and the next one begins after it by its start date, so that nothing has
to be deployed on either date.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Final

from patching_constructs.planning.windows import WindowTimes
from patching_constructs.properties.freeze import PatchFreeze
from patching_constructs.schedule._rule import Rate
from patching_constructs.schedule.occurrence import Occurrence, local_time

# Whether a date includes its own instant is not documented.
_APART: Final = timedelta(minutes=1)
_TICK: Final = datetime.resolution


@dataclass(frozen=True, slots=True)
class Span:
    """A time, from an instant on and up to another one."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class FreezePart:
    """One of the windows of a schedule with freezes."""

    times: WindowTimes
    follows: datetime | None = None
    """The end of the freeze that it follows; None if no freeze is before it."""

    @property
    def stamp(self) -> str:
        """The end of that freeze in UTC, as a part of an id, so that it stays the same if other freezes change."""
        return "" if self.follows is None else f"{self.follows.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def merged_freezes(freezes: Iterable[PatchFreeze]) -> list[Span]:
    """Return when there is a freeze, in order, in UTC. Freezes that overlap or adjoin are one."""
    merged: list[Span] = []
    for start, end in sorted((each.start.astimezone(UTC), each.end.astimezone(UTC)) for each in freezes):
        if merged and start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(end, merged[-1].end))
        else:
            merged.append(Span(start, end))
    return merged


def is_within_dates(freeze: Span | PatchFreeze, times: WindowTimes) -> bool:
    """Return whether a freeze overlaps with the time in which the window can be open, by its dates."""
    begins_too_late = times.end_date is not None and freeze.start >= times.end_date + times.duration
    return not begins_too_late and (times.start_date is None or freeze.end > times.start_date)


def execution_during(freeze: Span | PatchFreeze, times: WindowTimes) -> Occurrence | None:
    """Return the first execution of a window that is open during a freeze; None if there is none."""
    start, end = freeze.start.astimezone(UTC), freeze.end.astimezone(UTC)
    first = next(times.occurrences(after=start - times.duration + _TICK), None)
    return first if first is not None and first.start < end else None


def parts_around(times: WindowTimes, freezes: Iterable[PatchFreeze]) -> tuple[FreezePart, ...]:
    """Return the windows of a schedule, none of which is open during a freeze, in order.

    A freeze without an execution divides nothing, and a window without an execution is left out. All executions of a
    schedule that is unknown until deployment are possible.

    Args:
        times: when the window would be open without the freezes: no rate, unless no freeze is within its dates.
        freezes: the freezes.

    Returns:
        The windows; none if every execution is in a freeze.
    """
    within = (each for each in merged_freezes(freezes) if is_within_dates(each, times))
    frozen = [each for each in within if times.schedule.is_unresolved or execution_during(each, times)]
    return tuple(part for part in _between(times, frozen) if _has_execution(part.times))


def executions_of(parts: Sequence[FreezePart], *, after: datetime) -> Iterator[Occurrence]:
    """Return the executions of the windows of a schedule that start at or after an aware datetime, in order."""
    return chain.from_iterable(part.times.occurrences(after=after) for part in parts)


def _between(times: WindowTimes, frozen: Sequence[Span]) -> Iterator[FreezePart]:
    """Return what is between the freezes, before the first one and after the last one."""
    follows: datetime | None = None
    for freeze in frozen:
        yield FreezePart(replace(times, start_date=_start(times, follows), end_date=_end(times, freeze)), follows)
        follows = freeze.end
    yield FreezePart(replace(times, start_date=_start(times, follows)), follows)


def _has_execution(times: WindowTimes) -> bool:
    if times.start_date is not None and times.end_date is not None and times.start_date >= times.end_date:
        return False
    if times.schedule.is_unresolved or isinstance(times.schedule.rule, Rate):
        return True
    return next(times.occurrences(after=times.start_date or datetime.min.replace(tzinfo=UTC)), None) is not None


# --- The dates of a window ----------------------------------------------------------------------------
# AWS does not document whether StartDate and EndDate limit the date of the cron expression or, with an offset, that of
# the execution. So where they are a freeze apart, the dates are chosen so that it makes no difference.


def _end(times: WindowTimes, freeze: Span) -> datetime:
    """Return the end date of a window: the last instant at which it can open and is closed when the freeze starts."""
    end = freeze.start - times.duration
    first = _first(times, end + _TICK)
    named = None if first is None else _named_by_cron(times, first) - _APART
    if named is None or named >= end or _first_before(times, named, end + _TICK) is not None:
        return end
    return named


def _start(times: WindowTimes, follows: datetime | None) -> datetime | None:
    """Return the start date of a window: the end of the freeze, or the earlier date that the cron expression names."""
    if follows is None:
        return times.start_date
    first = _first(times, follows)
    named = None if first is None else _named_by_cron(times, first) - _APART
    if named is None or named >= follows or _first_before(times, named, follows) is not None:
        return follows
    return named


def _first(times: WindowTimes, after: datetime) -> Occurrence | None:
    if times.schedule.is_unresolved or not times.schedule.schedule_offset:
        return None
    return next(times.occurrences(after=after), None)


def _first_before(times: WindowTimes, after: datetime, before: datetime) -> Occurrence | None:
    first = next(times.occurrences(after=after), None)
    return first if first is not None and first.start < before else None


def _named_by_cron(times: WindowTimes, execution: Occurrence) -> datetime:
    """Return the instant that the cron expression names for an execution: the offset earlier."""
    wall_time = execution.wall_time - timedelta(days=times.schedule.schedule_offset or 0)
    return local_time(wall_time, execution.zone).astimezone(UTC)
