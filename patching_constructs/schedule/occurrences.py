"""When the windows of a schedule open: a pure function of the rule and of the instant to look from.

AWS documents the dialect, but not everything that a clock needs. What this module assumes:

- A cron means what Quartz means by it: its fields, letters and weekday numbers are Quartz's. ``31W`` is no day
  of a month without a 31st.
- A wall time that a daylight saving switch skips opens the window as much later as the clock jumped: 02:30
  becomes 03:30 in Berlin. If a window opens then anyway, there is one window, not two.
- A wall time that a switch repeats opens the window once, the first time.
- ``rate(...)`` runs at its anchor and then again and again, a fixed time apart; a day is 24 hours, and a time zone
  beside it moves nothing.
- A window opens on its start date and on its end date too, to the second.
- The clock ends with the last year that a cron can name, 2199, for every rule.

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

# A few days wider than the years of a cron: zones differ by a day, and an offset moves a window by up to six.
_DAWN: Final = datetime(YEAR.minimum - 1, 12, 25, tzinfo=UTC)
_DUSK: Final = datetime(YEAR.maximum + 1, 1, 15, tzinfo=UTC)


class Schedule(Protocol):
    """What of a `patching_constructs.ScheduleExpression` decides when windows open."""

    @property
    def rule(self) -> Rule:
        """A cron, a rate or a moment."""
        ...  # pragma: no cover

    @property
    def time_zone(self) -> str | None:
        """The IANA name of the zone of a cron; None for UTC."""
        ...  # pragma: no cover

    @property
    def schedule_offset(self) -> float | None:
        """How many days after the day of a cron."""
        ...  # pragma: no cover

    @property
    def is_unresolved(self) -> bool:
        """Whether a CDK token leaves it to the deployment."""
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
    """Tell when the windows of a schedule open: one after the other, each later than the one before.

    It is lazy and can be long: take what you need. It ends where the schedule ends, at the latest with the year
    2199, and at once for a schedule that never fires. The module says what is assumed where AWS is silent.

    Args:
        schedule: when the window opens.
        after: an aware datetime, the first instant at which a window may open. It is never the time of day now,
            unless you say so.
        duration: how long a window is open, in elapsed time. It is not checked here.
        cutoff: how long before the end the last task may start, in elapsed time. It is not checked here.
        start_date: no window opens before. Default: none.
        end_date: no window opens after. Default: none.
        anchor: the first run of a ``rate(...)``; other rules do not look at it. Default: ``start_date``, or
            ``after`` without one. An assumption: AWS does not document when the first run is.

    Returns:
        An iterator over the occurrences with ``start_date <= start <= end_date``.

    Raises:
        PatchingError: a datetime is naive, or the schedule holds a CDK token, which only the deployment resolves.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows-schedule-options.html
    """
    check_aware("after", after)
    moments = {"start_date": start_date, "end_date": end_date, "anchor": anchor}
    for name, moment in moments.items():
        if moment is not None:
            check_aware(name, moment)
    begin = max(in_utc(moment) for moment in (after, start_date) if moment is not None)
    first_run = in_utc(start_date or after) if anchor is None else _first_run(anchor)
    openings = _openings(schedule, begin, first_run)
    due = takewhile(lambda opening: end_date is None or opening.start <= end_date, openings)
    zone = _zone(schedule)
    return (Occurrence(start, start + duration - cutoff, start + duration, zone, wall_time) for start, wall_time in due)


@lru_cache(maxsize=1024)
def never_fires(schedule: Schedule) -> bool:
    """Tell whether no window of a schedule can ever open: ``cron(0 0 31 2 ? *)`` names a day that no year has.

    It looks at the years that the service knows, 1970-2199, and not at the time now: a schedule whose years are
    over has fired. A schedule with a CDK token in it may fire: only the deployment knows.
    """
    match schedule.rule:
        case CronExpression() as cron:
            return timetable(cron).is_empty
        case At(moment):
            return not _is_in_range(moment)
        case _:
            return False


def first_opening(
    schedule: Schedule,
    *,
    after: datetime,
    start_date: datetime | None = None,
    end_date: datetime | None = None,
) -> datetime | None:
    """Return the first instant at which a window opens, None where it opens no more; see `occurrences`.

    Raises:
        PatchingError: a datetime is naive, or the schedule holds a CDK token, which only the deployment resolves.
    """
    no_time = timedelta(0)
    found = occurrences(
        schedule, after=after, duration=no_time, cutoff=no_time, start_date=start_date, end_date=end_date
    )
    return next((each.start for each in found), None)


# --- The rules ----------------------------------------------------------------------------------------


class _Opening(NamedTuple):
    """The start of a window: the instant, and the wall time that the schedule names."""

    start: datetime
    wall_time: datetime


def _openings(schedule: Schedule, begin: datetime, first_run: datetime) -> Iterator[_Opening]:
    match _known_rule(schedule):
        case At(moment):
            return _at_utc([moment] if begin <= moment and _is_in_range(moment) else [])
        case Rate() as rate:
            return _at_utc(_rate_runs(rate, begin, first_run))
        case cron:
            return _cron_openings(cron, _zone(schedule), timedelta(days=schedule.schedule_offset or 0), begin)


def _known_rule(schedule: Schedule) -> CronExpression | Rate | At:
    rule = schedule.rule
    if isinstance(rule, Unresolved) or schedule.is_unresolved:
        raise refusal(
            "schedule", "must be known before deployment to tell when its windows open", f"a token in {schedule!r}"
        )
    return rule


def in_utc(moment: datetime) -> datetime:
    """Return an aware datetime in UTC, within the years that schedules know and a few days more."""
    # Two datetimes of one time zone compare and subtract by the clock on the wall, which is wrong around a switch.
    # The first and the last instants of Python overflow there; nothing opens before dawn or after dusk.
    return min(max(moment, _DAWN), _DUSK).astimezone(UTC)


def _first_run(anchor: datetime) -> datetime:
    try:
        return anchor.astimezone(UTC)
    except OverflowError:
        return in_utc(anchor)


def _zone(schedule: Schedule) -> tzinfo:
    has_wall_times = isinstance(schedule.rule, CronExpression)
    return zone_info(schedule.time_zone) if schedule.time_zone and has_wall_times else UTC


def _is_in_range(moment: datetime) -> bool:
    return YEAR.minimum <= moment.year <= YEAR.maximum


def _at_utc(starts: Iterable[datetime]) -> Iterator[_Opening]:
    return (_Opening(start, start.replace(tzinfo=None)) for start in starts)


def _rate_runs(rate: Rate, begin: datetime, first_run: datetime) -> Iterator[datetime]:
    step = rate.step
    first = max(0, -((first_run - begin) // step))
    last = (_DUSK - first_run) // step
    runs = (first_run + number * step for number in range(first, last + 1))
    return takewhile(lambda run: run.year <= YEAR.maximum, runs)


def _cron_openings(cron: CronExpression, zone: tzinfo, offset: timedelta, begin: datetime) -> Iterator[_Opening]:
    floor = _wall_floor(begin, zone) - offset
    wall_times = (wall_time + offset for wall_time in timetable(cron).wall_times(floor))
    return dropwhile(lambda opening: opening.start < begin, _in_order(wall_times, zone))


# --- From the clock on the wall to UTC ----------------------------------------------------------------


def _wall_floor(begin: datetime, zone: tzinfo) -> datetime:
    # A wall time that was skipped lies before the time that the clock shows when its window opens. The offset of
    # a day ago still finds it: no zone has ever skipped more than a day.
    return min(wall_time_of(begin, zone), wall_time_of(begin - _DAY, zone) + _DAY)


def _in_order(wall_times: Iterable[datetime], zone: tzinfo) -> Iterator[_Opening]:
    """Give each wall time its instant; one that the clock skips waits until the others have caught up with it."""
    waiting: deque[_Opening] = deque()
    for wall_time in wall_times:
        local = local_time(wall_time, zone)
        start = local.astimezone(UTC)
        if start.astimezone(zone) != local:
            waiting.append(_Opening(start, wall_time))
            continue
        while waiting and waiting[0].start <= start:
            skipped = waiting.popleft()
            if skipped.start < start:
                yield skipped
        yield _Opening(start, wall_time)
    yield from waiting
