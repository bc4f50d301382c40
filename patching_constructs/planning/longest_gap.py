"""The longest time between two executions of a window, one after the other.

A window that has not succeeded for this time, and for the time that an execution takes, has missed an execution. Every
execution from 2026 to 2199 counts, so that leap days, daylight saving changes and years are included.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import islice, pairwise, product
from typing import Final, NamedTuple

from patching_constructs.planning.windows import WindowTimes
from patching_constructs.schedule._cron import CronExpression
from patching_constructs.schedule._rule import Rate
from patching_constructs.schedule._time_zone import zone_info
from patching_constructs.schedule._timetable import timetable
from patching_constructs.schedule.occurrence import local_time
from patching_constructs.schedule.occurrences import in_utc

# A fixed time, so that the result never changes.
_FIRST: Final = datetime(2026, 1, 1, tzinfo=UTC)
_LAST: Final = datetime.max.replace(tzinfo=UTC)
_DAY: Final = timedelta(days=1)
_NO_TIME: Final = timedelta(0)


def longest_gap(times: WindowTimes) -> timedelta | None:
    """Return the longest time from the start of an execution to the start of the next one.

    Returns:
        None if there is no second execution from 2026 on, or if it is unknown until deployment.
    """
    schedule = times.schedule
    if schedule.is_unresolved:
        return None
    begin = max(_FIRST, in_utc(times.start_date or _FIRST))
    end = in_utc(times.end_date or _LAST)
    match schedule.rule:
        case Rate() as rate:
            has_second = next(islice(times.occurrences(after=begin), 1, None), None) is not None
            return rate.step if has_second else None
        case CronExpression() as cron:
            zone = zone_info(schedule.time_zone) if schedule.time_zone else UTC
            return _of_cron(cron, zone, timedelta(days=schedule.schedule_offset or 0), begin, end)
        case _:
            return None


def longest_wait(times: WindowTimes) -> timedelta | None:
    """Return the longest time that a window waits for an execution: for the next one, or for the first one.

    The first one can be later than any gap, as with a daily cron for a later year. No window is older than 2026.

    Returns:
        None if `longest_gap` is.
    """
    gap = longest_gap(times)
    if gap is None:
        return None
    begin = max(_FIRST, in_utc(times.start_date or _FIRST))
    return max(gap, next(times.occurrences(after=begin)).start - begin)


@lru_cache(maxsize=1024)
def _of_cron(cron: CronExpression, zone: tzinfo, offset: timedelta, begin: datetime, end: datetime) -> timedelta | None:
    longest, latest = _NO_TIME, None
    for day in _Days(cron, zone, offset, begin, end):
        longest = max(longest, day.longest)
        if latest is not None:
            longest = max(longest, day.first - latest)
        # A start that daylight saving moves to the next day can be later than the first one of that day.
        latest = day.last if latest is None else max(latest, day.last)
    return longest or None


class _Day(NamedTuple):
    """The executions on one date."""

    first: datetime
    last: datetime
    longest: timedelta
    """The longest time between two of them."""


class _Days:
    """The dates of a cron, with a few of the executions on each date: there can be hundreds."""

    def __init__(self, cron: CronExpression, zone: tzinfo, offset: timedelta, begin: datetime, end: datetime) -> None:
        self._dates = timetable(cron).dates
        self._times = [timedelta(hours=h, minutes=m, seconds=s) for h, m, s in product(*timetable(cron).times)]
        self._longest = max((later - earlier for earlier, later in pairwise(self._times)), default=_NO_TIME)
        self._zone = zone
        self._offset = offset
        self._begin, self._end = begin, end

    def __iter__(self) -> Iterator[_Day]:
        # A local date and the date in UTC differ by a day at most.
        first, last = self._begin.date() - _DAY, min(self._end.date(), date.max - 2 * _DAY) + _DAY
        for each in self._dates(first - self._offset):
            day = each + self._offset
            if day > last:
                return
            is_at_a_limit = day <= first + 2 * _DAY or day >= last - 2 * _DAY
            found = self._all(day) if is_at_a_limit else self._ordinary(day) or self._all(day)
            if found:
                yield found

    def _ordinary(self, day: date) -> _Day | None:
        """Return the executions on a date on which the UTC offset does not change."""
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a local time
        ahead = self._zone.utcoffset(midnight) or _NO_TIME
        if self._zone.utcoffset(midnight + _DAY) != ahead:
            return None
        begin = midnight.replace(tzinfo=UTC) - ahead
        return _Day(begin + self._times[0], begin + self._times[-1], self._longest)

    def _all(self, day: date) -> _Day | None:
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a local time
        found = {local_time(midnight + each, self._zone).astimezone(UTC) for each in self._times}
        instants = sorted(each for each in found if self._begin <= each <= self._end)
        return _of_instants(instants) if instants else None


def _of_instants(instants: Sequence[datetime]) -> _Day:
    longest = max((later - earlier for earlier, later in pairwise(instants)), default=_NO_TIME)
    return _Day(instants[0], instants[-1], longest)
