"""The occurrences of a schedule, computed only from the rule and a first instant.

AWS documents the dialect, but not everything that a scheduler needs. This module assumes the following:

- A cron has the meaning that it has in Quartz, which has the same fields, letters and weekday numbers. ``31W`` does
  not match in a month without a 31st.
- If a daylight saving change skips the local time of an execution, the window opens later by the length of the change:
  at 03:30 instead of 02:30 in Berlin. If another execution starts at that time, there is only one.
- If a daylight saving change repeats the local time, the window opens once, the first time.
- ``rate(...)`` has executions at its anchor and then at a fixed interval; a day has 24 hours, and a time zone has no
  effect.
- The start date and the end date are included, to the second.
- Every schedule ends with the year 2199, the last one that a cron supports.

https://docs.aws.amazon.com/systems-manager/latest/userguide/reference-cron-and-rate-expressions.html
"""

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import dropwhile, takewhile
from typing import Final, NamedTuple, Protocol

from patching_constructs._errors import refusal
from patching_constructs.schedule._cron import YEAR, CronExpression
from patching_constructs.schedule._rule import At, Rate, Rule, Unresolved
from patching_constructs.schedule._time_zone import check_aware, zone_info
from patching_constructs.schedule._timetable import timetable
from patching_constructs.schedule.occurrence import Occurrence, local_time, wall_time_of

_DAY: Final = timedelta(days=1)

# A few days more than the years of a cron: time zones differ by a day, and an offset adds up to six days.
_EARLIEST: Final = datetime(YEAR.minimum - 1, 12, 25, tzinfo=UTC)
_LATEST: Final = datetime(YEAR.maximum + 1, 1, 15, tzinfo=UTC)


class Schedule(Protocol):
    """The properties of a `patching_constructs.ScheduleExpression` that determine its occurrences."""

    @property
    def rule(self) -> Rule:
        """A cron, a rate or a moment."""
        ...  # pragma: no cover

    @property
    def time_zone(self) -> str | None:
        """The IANA name of the time zone of a cron; None for UTC."""
        ...  # pragma: no cover

    @property
    def schedule_offset(self) -> float | None:
        """The number of days after the date of a cron."""
        ...  # pragma: no cover

    @property
    def is_unresolved(self) -> bool:
        """Whether a CDK token makes the schedule unknown until deployment."""
        ...  # pragma: no cover


def occurrences(
    schedule: Schedule,
    *,
    after: datetime,
    duration: timedelta,
    cutoff: timedelta,
    start_date: datetime | None = None,
    end_date: datetime | None = None,
    anchor: datetime | None = None,
) -> Iterator[Occurrence]:
    """Return the executions of a window with this schedule, each one later than the previous one.

    The iterator is lazy and can be long. It ends with the schedule, at the latest with the year 2199. For a schedule
    without executions, it is empty.

    Args:
        schedule: when the window opens.
        after: an aware datetime, the first instant at which the window can open.
        duration: how long the window is open, in elapsed time. It is not checked here.
        cutoff: how long before the end the last task can start, in elapsed time. It is not checked here.
        start_date: the first instant at which the window can open. Default: none.
        end_date: the last instant at which the window can open. Default: none.
        anchor: the first execution of a ``rate(...)``; other rules ignore it. Default: ``start_date`` if it is given,
            otherwise ``after``. This is an assumption: AWS does not document when the first execution is.

    Returns:
        An iterator over the occurrences with ``start_date <= start <= end_date``.

    Raises:
        PatchingError: a datetime is naive, or the schedule contains a CDK token, which is unknown until deployment.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows-schedule-options.html
    """
    check_aware("after", after)
    moments = {"start_date": start_date, "end_date": end_date, "anchor": anchor}
    for name, moment in moments.items():
        if moment is not None:
            check_aware(name, moment)
    begin = max(in_utc(moment) for moment in (after, start_date) if moment is not None)
    first = in_utc(start_date or after) if anchor is None else _anchor_in_utc(anchor)
    starts = _starts(schedule, begin, first)
    due = takewhile(lambda each: end_date is None or each.instant <= end_date, starts)
    zone = zone_of(schedule)
    return (Occurrence(start, start + duration - cutoff, start + duration, zone, wall_time) for start, wall_time in due)


@lru_cache(maxsize=1024)
def has_no_executions(schedule: Schedule) -> bool:
    """Return whether a schedule matches no date at all, such as ``cron(0 0 31 2 ? *)``.

    All years of the service, 1970-2199, count: a schedule whose years are in the past did have executions. A schedule
    with a CDK token is unknown until deployment, so that the result is False.
    """
    match schedule.rule:
        case CronExpression() as cron:
            return timetable(cron).is_empty
        case At(moment):
            return not _is_in_range(moment)
        case _:
            return False


def first_start(
    schedule: Schedule,
    *,
    after: datetime,
    start_date: datetime | None = None,
    end_date: datetime | None = None,
) -> datetime | None:
    """Return the start of the first occurrence, None if there is none; see `occurrences`.

    Raises:
        PatchingError: a datetime is naive, or the schedule contains a CDK token, which is unknown until deployment.
    """
    no_time = timedelta(0)
    found = occurrences(
        schedule, after=after, duration=no_time, cutoff=no_time, start_date=start_date, end_date=end_date
    )
    return next((each.start for each in found), None)


# --- The rules ----------------------------------------------------------------------------------------


class _Start(NamedTuple):
    """The start of an execution: the instant, and the local time in the schedule."""

    instant: datetime
    wall_time: datetime


def _starts(schedule: Schedule, begin: datetime, first: datetime) -> Iterator[_Start]:
    match _known_rule(schedule):
        case At(moment):
            return _at_utc([moment] if begin <= moment and _is_in_range(moment) else [])
        case Rate() as rate:
            return _at_utc(_rate_starts(rate, begin, first))
        case cron:
            return _cron_starts(cron, zone_of(schedule), timedelta(days=schedule.schedule_offset or 0), begin)


def _known_rule(schedule: Schedule) -> CronExpression | Rate | At:
    rule = schedule.rule
    if isinstance(rule, Unresolved) or schedule.is_unresolved:
        raise refusal("schedule", "must be known to compute executions", f"a token in {schedule!r}")
    return rule


def in_utc(moment: datetime) -> datetime:
    """Return an aware datetime in UTC, limited to the years of schedules and a few days more."""
    # Python compares two datetimes of one time zone in local time, which is wrong around a daylight saving change.
    # The limits prevent an overflow near the first and the last datetime of Python.
    return min(max(moment, _EARLIEST), _LATEST).astimezone(UTC)


def _anchor_in_utc(anchor: datetime) -> datetime:
    try:
        return anchor.astimezone(UTC)
    except OverflowError:
        return in_utc(anchor)


def zone_of(schedule: Schedule) -> tzinfo:
    """Return the time zone of a schedule; UTC without one, and for a rate."""
    has_wall_times = isinstance(schedule.rule, CronExpression)
    return zone_info(schedule.time_zone) if schedule.time_zone and has_wall_times else UTC


def _is_in_range(moment: datetime) -> bool:
    return YEAR.minimum <= moment.year <= YEAR.maximum


def _at_utc(instants: Iterable[datetime]) -> Iterator[_Start]:
    return (_Start(instant, instant.replace(tzinfo=None)) for instant in instants)


def _rate_starts(rate: Rate, begin: datetime, first: datetime) -> Iterator[datetime]:
    step = rate.step
    numbers = range(max(0, -((first - begin) // step)), (_LATEST - first) // step + 1)
    starts = (first + number * step for number in numbers)
    return takewhile(lambda start: start.year <= YEAR.maximum, starts)


def _cron_starts(cron: CronExpression, zone: tzinfo, offset: timedelta, begin: datetime) -> Iterator[_Start]:
    floor = _wall_floor(begin, zone) - offset
    wall_times = (wall_time + offset for wall_time in timetable(cron).wall_times(floor))
    return dropwhile(lambda each: each.instant < begin, _in_order(wall_times, zone))


# --- From local time to UTC ---------------------------------------------------------------------------


def _wall_floor(begin: datetime, zone: tzinfo) -> datetime:
    # A skipped wall time is earlier than the local time at which its window opens. The UTC offset of the day before
    # includes it, because no time zone has ever skipped more than a day.
    return min(wall_time_of(begin, zone), wall_time_of(begin - _DAY, zone) + _DAY)


def _in_order(wall_times: Iterable[datetime], zone: tzinfo) -> Iterator[_Start]:
    """Return the start for each wall time, in order of instants: a skipped wall time can follow later ones."""
    skipped: deque[_Start] = deque()
    for wall_time in wall_times:
        local = local_time(wall_time, zone)
        instant = local.astimezone(UTC)
        if instant.astimezone(zone) != local:
            skipped.append(_Start(instant, wall_time))
            continue
        while skipped and skipped[0].instant <= instant:
            earlier = skipped.popleft()
            if earlier.instant < instant:
                yield earlier
        yield _Start(instant, wall_time)
    yield from skipped
