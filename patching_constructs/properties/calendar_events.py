"""The events of a change calendar: once, or repeated by a rule.

https://www.rfc-editor.org/rfc/rfc5545#section-3.3.10
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from patching_constructs._errors import refusal, shown
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import check_length, check_list_of, check_literal, check_type
from patching_constructs.properties._durations import Length, length_in_seconds
from patching_constructs.schedule._time_zone import check_moment
from patching_constructs.schedule.days_of_week import DayOfWeek
from patching_constructs.ssm import limits

_DURATION: Final = (timedelta(minutes=1), timedelta(days=366))
_DAYS_IN_EVERY_MONTH: Final = 28
_ZONE_FIX: Final = "use datetime.UTC or zoneinfo.ZoneInfo('Europe/Berlin')"
_WEEK: Final = 7
_WITH_WEEK_DAYS: Final = ("WEEKLY", "MONTHLY")


class CalendarType(StrEnum):
    """What a change calendar is without an event."""

    DEFAULT_OPEN = "DEFAULT_OPEN"
    """It is open, and closed during events, such as freezes."""
    DEFAULT_CLOSED = "DEFAULT_CLOSED"
    """It is closed, and open during events, such as maintenance windows."""


class EventFrequency(StrEnum):
    """How often an event is repeated."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


_LONGEST_PERIODS: Final = {
    EventFrequency.DAILY: timedelta(days=1),
    EventFrequency.WEEKLY: timedelta(days=7),
    EventFrequency.MONTHLY: timedelta(days=31),
    EventFrequency.YEARLY: timedelta(days=366),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEvent:
    """An event of a change calendar: once, or repeated.

    Raises:
        PatchingError: a property is invalid, or the first event is not one that the rule describes.
    """

    summary: str
    """What it is, 1-128 characters."""
    start: datetime
    """When the first event starts: a datetime in UTC, or in the time zone in which it repeats at this local time."""
    duration: Length
    """How long it lasts, from 1 minute to 366 days."""
    frequency: EventFrequency | None = None
    """How often it is repeated. Default: not at all."""
    interval: int = 1
    """Every how many days, weeks, months or years it is repeated. Default: 1."""
    week_days: Sequence[DayOfWeek] = ()
    """The days of the week of a WEEKLY event, or the one of a MONTHLY event, with ``nth``. Default: that of ``start``,
    or in a MONTHLY event the day of the month."""
    nth: int | None = None
    """Which weekday of the month it is in a MONTHLY event: 1-4, or -1 for the last one. Default: none."""
    until: datetime | None = None
    """The last instant at which it can start, as an aware datetime. Default: none."""
    count: int | None = None
    """How often it takes place. Default: no limit."""

    def __post_init__(self) -> None:
        check_length("summary", self.summary, limits.DESCRIPTION_LENGTH)
        check_moment("start", self.start)
        if self.start.tzinfo is not UTC and not getattr(self.start.tzinfo, "key", None):
            raise refusal("start", "must be in UTC or in a time zone with a name", self.start.isoformat(), _ZONE_FIX)
        object.__setattr__(self, "duration", timedelta(seconds=_seconds(self.duration)))
        object.__setattr__(self, "week_days", check_list_of("week_days", self.week_days, DayOfWeek))
        if self.frequency is not None:
            check_literal("frequency", self.frequency, EventFrequency)
        _check_whole("interval", self.interval)
        if self.nth is not None:
            check_type("nth", self.nth, int)
        _check_limits(self)
        _check_repeated(self)
        _check_days(self)

    @property
    def length(self) -> timedelta:
        """How long it lasts."""
        return timedelta(seconds=_seconds(self.duration))

    @property
    def has_no_gap(self) -> bool:
        """Whether it lasts until it starts again, in the longest period of its frequency."""
        if self.frequency is None or self.count == 1:
            return False
        # The frequency can be a token.
        period = _LONGEST_PERIODS.get(self.frequency)
        return period is not None and self.length >= period * self.interval

    @property
    def zone(self) -> str | None:
        """The name of its time zone; None for UTC."""
        name = self.start.tzinfo.key if isinstance(self.start.tzinfo, ZoneInfo) else None
        return None if name == "UTC" else name


def _seconds(duration: Length) -> float:
    seconds = length_in_seconds("duration", duration, _DURATION, "hours")
    if is_unresolved(seconds):
        raise refusal("duration", "must be known at synthesis, because it is a part of the calendar", "a token")
    return seconds


def _check_whole(what: str, number: object) -> None:
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise refusal(what, "must be a whole number of at least 1", shown(number))


def _check_limits(event: CalendarEvent) -> None:
    if event.count is not None:
        _check_whole("count", event.count)
    if event.until is None:
        return
    check_moment("until", event.until)
    if event.count is not None:
        raise refusal("until", "cannot be used with count", f"until={event.until.isoformat()}, count={event.count}")
    if event.until.astimezone(UTC) < event.start.astimezone(UTC):
        got = f"start={event.start.isoformat()}, until={event.until.isoformat()}"
        raise refusal("until", "must not be before start", got)


def _check_repeated(event: CalendarEvent) -> None:
    if event.frequency is not None:
        return
    given = {
        "interval": event.interval != 1,
        "week_days": event.week_days,
        "nth": event.nth is not None,
        "until": event.until is not None,
        "count": event.count is not None,
    }
    name = next((name for name, is_given in given.items() if is_given), None)
    if name is not None:
        raise refusal(name, "requires frequency", shown(getattr(event, name)), "set frequency=EventFrequency.WEEKLY")


def _check_days(event: CalendarEvent) -> None:
    """Check the days: the first event of a rule is its start, and RFC 5545 does not define it if it is another day."""
    if event.week_days and event.frequency not in _WITH_WEEK_DAYS:
        raise refusal("week_days", "requires the frequency WEEKLY or MONTHLY", shown(event.frequency))
    is_monthly = event.frequency == EventFrequency.MONTHLY
    if event.nth is not None and not (is_monthly and len(event.week_days) == 1):
        got = f"{shown(event.frequency)} with {len(event.week_days)} week_days"
        raise refusal("nth", "requires the frequency MONTHLY and one of week_days", got)
    if event.nth is None and is_monthly and event.week_days:
        raise refusal("week_days", "requires nth in a MONTHLY event", _listed(event.week_days), "set nth=2")
    day = _week_day(event.start)
    if event.week_days and day not in event.week_days:
        raise refusal("start", "must be on one of week_days", f"{event.start.isoformat()}, {shown(day)}")
    if event.nth is not None and event.nth not in (_place(event.start), _place_from_end(event.start)):
        got = f"{event.start.isoformat()} with nth={event.nth}"
        raise refusal("start", "must be the nth weekday of its month, 1-4 or -1", got)
    if is_monthly and event.nth is None and event.start.day > _DAYS_IN_EVERY_MONTH:
        fix = "for the last weekday of the month, set nth=-1 and week_days"
        raise refusal("start", f"must be on a day that every month has, 1-{_DAYS_IN_EVERY_MONTH}", event.start.day, fix)
    if event.frequency == EventFrequency.YEARLY and (event.start.month, event.start.day) == (2, 29):
        raise refusal("start", "must be on a day that every year has", f"{event.start:%d %B}")


def _listed(days: Sequence[DayOfWeek]) -> str:
    return ", ".join(shown(day) for day in days)


def _week_day(moment: datetime) -> DayOfWeek:
    # Monday is 0 in Python; the first member is Sunday.
    return list(DayOfWeek)[(moment.weekday() + 1) % _WEEK]


def _place(moment: datetime) -> int | None:
    place = (moment.day - 1) // _WEEK + 1
    return place if place * _WEEK <= _DAYS_IN_EVERY_MONTH else None


def _place_from_end(moment: datetime) -> int | None:
    return -1 if (moment + timedelta(days=_WEEK)).month != moment.month else None
