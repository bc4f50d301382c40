"""When a maintenance window opens: a rule, its time zone and its offset, with a factory for every way to say so.

https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows-schedule-options.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, Self, get_args

from patching_constructs._errors import refusal, shown
from patching_constructs._tokens import as_text, is_unresolved, is_unresolved_scalar
from patching_constructs._validation import check_list_of, check_literal, check_type
from patching_constructs.schedule._cron import DAY, HOUR, MINUTE, MONTH, SECOND, WEEKDAY, YEAR, parse_field
from patching_constructs.schedule._frequency import check_frequency, is_faster_than_supported
from patching_constructs.schedule._options import check_lengths, check_offset, check_time_zone
from patching_constructs.schedule._rule import At, Rate, Rule, Unresolved, check_rate, parse_rule
from patching_constructs.schedule._time_zone import TimeZone, check_moment, zone_name
from patching_constructs.schedule.occurrence import Occurrence
from patching_constructs.schedule.occurrences import occurrences

_DAYS_IN_EVERY_MONTH: Final = 28
_LAST_DAY_AFTER_PATCH_TUESDAY: Final = 20


class DayOfWeek(StrEnum):
    """A day of the week, in the service's words. Names, because 1 is Sunday here and Monday in Unix cron."""

    SUNDAY = "SUN"
    MONDAY = "MON"
    TUESDAY = "TUE"
    WEDNESDAY = "WED"
    THURSDAY = "THU"
    FRIDAY = "FRI"
    SATURDAY = "SAT"


@dataclass(frozen=True, slots=True, repr=False)
class ScheduleExpression:
    """When a maintenance window opens.

    Make one with a factory (`daily`, `weekly`, `monthly`, `nth_weekday`, `last_weekday`, `patch_tuesday`, `cron`,
    `rate`, `at`) or from a string that you have (`expression`). It is checked when it is made, and prints itself
    back: ``str(schedule)`` is the string that the service gets.

    Every factory that speaks of a time of day takes ``time_zone``: an IANA name, a ``zoneinfo.ZoneInfo`` or an
    ``aws_cdk.TimeZone``. Default: UTC. What the service does with a time that a daylight saving switch skips or
    repeats is not documented; a time outside 00:00-04:00 is beyond doubt in nearly every zone.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows-schedule-options.html
    """

    rule: Rule
    time_zone: str | None = None
    schedule_offset: float | None = None

    def __post_init__(self) -> None:
        fix = f"write ScheduleExpression.expression({self.rule!r})" if isinstance(self.rule, str) else ""
        check_type("ScheduleExpression rule", self.rule, get_args(Rule), fix)
        # A rule that prints what the service would refuse is refused as the string would be.
        parse_rule(str(self.rule))
        object.__setattr__(self, "time_zone", zone_name(self.time_zone))
        check_time_zone(self.rule, self.time_zone)
        check_offset(self.rule, self.schedule_offset)

    def __str__(self) -> str:
        return str(self.rule)

    def __repr__(self) -> str:
        zone, offset = f"time_zone={self.time_zone!r}", f"schedule_offset={self.schedule_offset!r}"
        return f"ScheduleExpression.expression({str(self)!r}, {zone}, {offset})"

    @property
    def is_unresolved(self) -> bool:
        """Whether a CDK token leaves it to the deployment when the window opens."""
        return isinstance(self.rule, Unresolved) or is_unresolved((self.time_zone, self.schedule_offset))

    @property
    def is_faster_than_supported(self) -> bool:
        """Whether the window would open more often than every five minutes, which AWS does not support of a cron.

        The factories refuse such a cron. Of a rate AWS says nothing, so it is taken.
        """
        return is_faster_than_supported(self.rule)

    @property
    def expression_string(self) -> str:
        """The string that the service gets, such as ``cron(30 2 ? * TUE#2 *)``."""
        return str(self.rule)

    def occurrences(
        self,
        *,
        after: datetime,
        duration: timedelta = timedelta(hours=4),
        cutoff: timedelta = timedelta(hours=1),
        start_date: datetime | None = None,
        end_date: datetime | None = None,
    ) -> Iterator[Occurrence]:
        """Return the upcoming executions of a window with this schedule, one after the other.

        The iterator is lazy and ends with the schedule, at the latest with the year 2199: take as many as you need,
        such as with ``itertools.islice``. What AWS does not document is assumed as in decision 0009: a wall time that
        a daylight saving switch skips opens the window later by the jump, one that it repeats opens it the first time.

        Args:
            after: an aware datetime, the first instant at which the window may open.
            duration: how long the window is open, 1-24 whole hours. Default: 4 hours, as with `PatchSchedule`.
            cutoff: how long before the end the cutoff is, 0-23 whole hours, shorter than ``duration``.
                Default: 1 hour, as with `PatchSchedule`.
            start_date: the window does not open before; a rate counts from it. Default: none; a rate counts from
                ``after``, which is an assumption: the service counts from the window's creation or update.
            end_date: the window does not open after. Default: none.

        Raises:
            PatchingError: a datetime is naive, a length is not what the service takes, or the schedule holds a CDK
                token, so that it is known only at deployment.

        https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows-schedule-options.html
        """
        check_lengths(duration, cutoff)
        return occurrences(
            self, after=after, duration=duration, cutoff=cutoff, start_date=start_date, end_date=end_date
        )

    @classmethod
    def expression(
        cls, expression: str, *, time_zone: TimeZone | None = None, schedule_offset: float | None = None
    ) -> Self:
        """Take a string that someone already has: ``cron(...)``, ``rate(...)`` or ``at(...)``.

        It is printed back as it was written, in one case, with single spaces and without leading zeros. A string
        with a CDK token in it passes unchecked.

        Args:
            expression: the string, at most 256 characters.
            time_zone: the time zone of a cron, or one beside a rate, where it moves nothing. Default: UTC.
            schedule_offset: days to wait after the day that a cron names, 1-6. Default: none.

        Raises:
            PatchingError: the service would refuse the string, or read it otherwise than it looks, or it is a cron
                that fires more often than every five minutes.
        """
        check_type("schedule expression", expression, str)
        rule = parse_rule(expression)
        check_frequency(rule)
        return cls(rule, zone_name(time_zone), schedule_offset)

    @classmethod
    def cron(
        cls,
        *,
        minute: int | str,
        hour: int | str,
        day: int | str | None = None,
        month: int | str = "*",
        week_day: str | None = None,
        year: int | str = "*",
        second: int | str | None = None,
        time_zone: TimeZone | None = None,
        schedule_offset: float | None = None,
    ) -> Self:
        """Open by the fields of a cron expression; each takes a number or the dialect's own text.

        Args:
            minute: 0-59.
            hour: 0-23.
            day: day of the month: 1-31, ``L``, ``LW``, ``15W``. Default: every day, or as ``week_day`` says.
            month: 1-12 or JAN-DEC. Default: every month.
            week_day: SUN-SAT, ``FRI#2``, ``6L``; a `DayOfWeek` is one. Default: as ``day`` says.
            year: 1970-2199. Default: every year.
            second: 0-59. Default: the field is left out, which means 0.
            time_zone: Default: UTC.
            schedule_offset: days to wait after the day that the fields name, 1-6. Default: none.

        Raises:
            PatchingError: a field is not of the dialect, day and week_day both decide, or the cron fires more often
                than every five minutes.
        """
        if week_day is not None and not isinstance(week_day, str):
            fix = "write a name such as MON: 1 is Sunday here and Monday in Unix cron"
            raise refusal("schedule week_day", "must be a string or a DayOfWeek", shown(week_day), fix)
        given = {"minute": minute, "hour": hour, "day": day, "month": month, "year": year, "second": second}
        for name, value in given.items():
            if value is not None or name not in ("day", "second"):
                check_type(f"schedule {name}", value, (int, str))
        day = day if day is not None else ("*" if week_day is None else "?")
        week_day = week_day if week_day is not None else "?"
        fields = [(MINUTE, minute), (HOUR, hour), (DAY, day), (MONTH, month), (WEEKDAY, week_day), (YEAR, year)]
        if second is not None:
            fields.insert(0, (SECOND, second))
        texts = [as_text(value) for _, value in fields]
        if is_unresolved(texts) or " ".join(texts).split() != texts:
            # The expression as a whole would pass unread, or with its fields counted otherwise than they were given.
            for (rule, _), text in zip(fields, texts, strict=True):
                if not is_unresolved(text):
                    parse_field(rule, text)
        return cls.expression(f"cron({' '.join(texts)})", time_zone=time_zone, schedule_offset=schedule_offset)

    @classmethod
    def daily(cls, *, hour: int, minute: int = 0, time_zone: TimeZone | None = None) -> Self:
        """Open every day at ``hour``:``minute``."""
        _check_whole_numbers(hour=hour, minute=minute)
        return cls.cron(minute=minute, hour=hour, time_zone=time_zone)

    @classmethod
    def weekly(cls, *week_days: DayOfWeek, hour: int, minute: int = 0, time_zone: TimeZone | None = None) -> Self:
        """Open on one or more days of every week.

        Raises:
            PatchingError: no day is given, or one twice.
        """
        check_list_of("schedule week_days", week_days, DayOfWeek)
        _check_whole_numbers(hour=hour, minute=minute)
        if not week_days or len(set(week_days)) < len(week_days):
            raise refusal("schedule week_days", "must be one or more different days", _listed(week_days))
        return cls.cron(minute=minute, hour=hour, week_day=",".join(week_days), time_zone=time_zone)

    @classmethod
    def monthly(
        cls,
        *,
        day: int,
        hour: int,
        minute: int = 0,
        time_zone: TimeZone | None = None,
        schedule_offset: float | None = None,
    ) -> Self:
        """Open on one day of every month, 1-28.

        Raises:
            PatchingError: the day is not in every month.
        """
        fix = "for the last day use .cron(day='L', ...)" if isinstance(day, str) else ""
        check_type("schedule day", day, int, fix)
        _check_whole_numbers(hour=hour, minute=minute)
        if not is_unresolved(day) and not 1 <= day <= _DAYS_IN_EVERY_MONTH:
            fix = (
                f"for the last day use .cron(day='L', ...), for the months that have a day {day} .cron(day={day}, ...)"
            )
            raise refusal("schedule day", "must be in every month, 1-28", day, fix if 1 <= day <= DAY.maximum else "")
        return cls.cron(minute=minute, hour=hour, day=day, time_zone=time_zone, schedule_offset=schedule_offset)

    @classmethod
    def nth_weekday(
        cls,
        nth: int,
        week_day: DayOfWeek,
        *,
        hour: int,
        minute: int = 0,
        time_zone: TimeZone | None = None,
        schedule_offset: float | None = None,
    ) -> Self:
        """Open on the first to fourth such day of every month.

        Raises:
            PatchingError: ``nth`` is not 1-4. No day of the week comes five times in every month.
        """
        _check_whole_numbers(nth=nth, hour=hour, minute=minute)
        if nth not in (1, 2, 3, 4) and not is_unresolved(nth):
            fix = "for the last one use .last_weekday(...)"
            raise refusal("schedule nth", "must be in every month, 1-4", nth, fix)
        check_literal("schedule week_day", week_day, DayOfWeek)
        return cls.cron(
            minute=minute,
            hour=hour,
            week_day=f"{week_day}#{as_text(nth)}",
            time_zone=time_zone,
            schedule_offset=schedule_offset,
        )

    @classmethod
    def last_weekday(
        cls,
        week_day: DayOfWeek,
        *,
        hour: int,
        minute: int = 0,
        time_zone: TimeZone | None = None,
        schedule_offset: float | None = None,
    ) -> Self:
        """Open on the last such day of every month: ``last_weekday(DayOfWeek.FRIDAY, ...)``."""
        check_literal("schedule week_day", week_day, DayOfWeek)
        _check_whole_numbers(hour=hour, minute=minute)
        number = week_day if is_unresolved(week_day) else list(DayOfWeek).index(week_day) + 1
        return cls.cron(
            minute=minute, hour=hour, week_day=f"{number}L", time_zone=time_zone, schedule_offset=schedule_offset
        )

    @classmethod
    def patch_tuesday(
        cls, *, hour: int, days_after: int = 0, minute: int = 0, time_zone: TimeZone | None = None
    ) -> Self:
        """Open a number of days after Patch Tuesday, the second Tuesday of a month, when Microsoft publishes.

        Args:
            hour: 0-23.
            days_after: whole days to wait, 0-20. It is always counted from the second Tuesday, even where a
                weekday of that number would come first (``FRI#2`` can come before ``TUE#2``).
            minute: 0-59.
            time_zone: Default: UTC. Microsoft publishes at 10:00 in Redmond; Tuesday may be over where you are.

        Raises:
            PatchingError: ``days_after`` is not 0-20. Beyond that the month of the window would depend on the year.
        """
        _check_whole_numbers(hour=hour, days_after=days_after, minute=minute)
        if days_after not in range(_LAST_DAY_AFTER_PATCH_TUESDAY + 1):
            got = "a token: it decides the expression" if is_unresolved(days_after) else repr(days_after)
            raise refusal("schedule days_after", f"must be 0-{_LAST_DAY_AFTER_PATCH_TUESDAY}", got)
        weeks, days = divmod(days_after, 7)
        tuesday = f"{DayOfWeek.TUESDAY}#{2 + weeks}"
        return cls.cron(minute=minute, hour=hour, week_day=tuesday, time_zone=time_zone, schedule_offset=days or None)

    @classmethod
    def rate(
        cls,
        *,
        days: int | None = None,
        hours: int | None = None,
        minutes: int | None = None,
        time_zone: TimeZone | None = None,
    ) -> Self:
        """Open again and again, a fixed time apart: exactly one of days, hours and minutes, at least 1.

        Args:
            days: whole days, of 24 hours.
            hours: whole hours.
            minutes: whole minutes. AWS calls a cron faster than every 5 minutes not supported and says nothing of a
                rate, so a schedule with one below 5 minutes is warned of.
            time_zone: a zone to write beside the rate; it moves nothing. Default: none.

        Raises:
            PatchingError: none or several are given, or a number is not whole or below 1.
        """
        given = [(unit, n) for unit, n in (("day", days), ("hour", hours), ("minute", minutes)) if n is not None]
        for unit, number in given:
            check_type(f"schedule {unit}s", number, int)
        if len(given) != 1:
            got = ", ".join(f"{unit}s={number}" for unit, number in given) or "none"
            raise refusal("schedule rate", "takes exactly one of days, hours and minutes", got)
        unit, count = given[0]
        is_token = is_unresolved_scalar(count)
        rule = Unresolved(f"rate({as_text(count)} {unit}s)") if is_token else check_rate(Rate(count, unit))
        return cls(rule, zone_name(time_zone))

    @classmethod
    def at(cls, moment: datetime) -> Self:
        """Open once. The moment is written in UTC and no time zone is set, so it can be read in one way only.

        Args:
            moment: an aware datetime in whole seconds.

        Raises:
            PatchingError: the datetime is naive, has a fraction of a second, or is not in the years 1970-2199.
        """
        checked = check_moment("schedule at", moment)
        if not YEAR.minimum <= checked.year <= YEAR.maximum:
            raise refusal("schedule at", f"must be in the years {YEAR}", checked.isoformat())
        return cls(At(checked.astimezone(UTC)))


def _check_whole_numbers(**fields: int) -> None:
    for name, value in fields.items():
        check_type(f"schedule {name}", value, int)


def _listed(values: tuple[object, ...]) -> str:
    return ", ".join(str(value) for value in values) or "none"
