"""When a maintenance window opens: a rule, its time zone and its offset, with a factory for each kind of schedule.

https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows-schedule-options.html
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Self, get_args

from patching_constructs._errors import refusal, shown
from patching_constructs._tokens import as_text, is_unresolved, is_unresolved_scalar
from patching_constructs._validation import check_list_of, check_literal, check_type
from patching_constructs.schedule._cron import DAY, HOUR, MINUTE, MONTH, SECOND, WEEKDAY, YEAR, parse_field
from patching_constructs.schedule._delay import delayed
from patching_constructs.schedule._frequency import check_frequency, is_faster_than_supported
from patching_constructs.schedule._options import check_lengths, check_offset, check_time_zone
from patching_constructs.schedule._rule import At, Rate, Rule, Unresolved, check_rate, parse_rule
from patching_constructs.schedule._time_zone import TimeZone, check_moment, zone_name
from patching_constructs.schedule.days_of_week import DayOfWeek
from patching_constructs.schedule.occurrence import Occurrence
from patching_constructs.schedule.occurrences import occurrences

_DAYS_IN_EVERY_MONTH: Final = 28
_LAST_DAY_AFTER_PATCH_TUESDAY: Final = 20


@dataclass(frozen=True, slots=True, repr=False)
class ScheduleExpression:
    """When a maintenance window opens.

    Create a schedule with a factory (`daily`, `weekly`, `monthly`, `nth_weekday`, `last_weekday`, `patch_tuesday`,
    `cron`, `rate`, `at`) or from an existing string (`expression`). It is checked when it is created.
    ``str(schedule)`` is the string that the service gets.

    Every factory with a time of day takes ``time_zone``: an IANA name, a ``zoneinfo.ZoneInfo`` or an
    ``aws_cdk.TimeZone``. Default: UTC. AWS does not document what happens at a time that a daylight saving change
    skips or repeats. To avoid such times in nearly every time zone, choose a time outside 00:00-04:00.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows-schedule-options.html
    """

    rule: Rule
    time_zone: str | None = None
    schedule_offset: float | None = None

    def __post_init__(self) -> None:
        fix = f"write ScheduleExpression.expression({self.rule!r})" if isinstance(self.rule, str) else ""
        check_type("ScheduleExpression rule", self.rule, get_args(Rule), fix)
        # A rule is valid only if its string is valid.
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
        """Whether a CDK token makes the schedule unknown until deployment."""
        return isinstance(self.rule, Unresolved) or is_unresolved((self.time_zone, self.schedule_offset))

    @property
    def is_faster_than_supported(self) -> bool:
        """Whether the window would open more often than every five minutes, which AWS does not support for a cron.

        The factories raise an error for such a cron. AWS does not mention rates, so such a rate is accepted.
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
        """Return the upcoming executions of a window with this schedule, in order.

        The iterator is lazy and ends with the schedule, at the latest with the year 2199. To limit it, use
        ``itertools.islice``. AWS does not document daylight saving changes, so this is assumed: if a change skips the
        time of an execution, the window opens later by the length of the change; if it repeats the time, the window
        opens the first time.

        Args:
            after: an aware datetime, the first instant at which the window may open.
            duration: how long the window is open, 1-24 whole hours. Default: 4 hours, as with `PatchSchedule`.
            cutoff: the time between the cutoff and the end, 0-23 whole hours, shorter than ``duration``.
                Default: 1 hour, as with `PatchSchedule`.
            start_date: the first instant at which the window can open; a rate counts from it. Default: none; a rate
                counts from ``after``, which is an assumption: the service counts from the window's creation or update.
            end_date: the last instant at which the window can open. Default: none.

        Raises:
            PatchingError: a datetime is naive, a length is invalid, or the schedule contains a CDK token, so that it is
                unknown until deployment.

        https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows-schedule-options.html
        """
        check_lengths(duration, cutoff)
        return occurrences(
            self, after=after, duration=duration, cutoff=cutoff, start_date=start_date, end_date=end_date
        )

    def delayed_by(self, days: int) -> Self:
        """Return the schedule that opens the window a number of days later, at the same local time.

        It is exact for every month and year, or an error:

        - a daily or weekly schedule of all months: 0-366 days
        - the nth weekday of a month: 27 days from the first one, 20 from the second, 13 from the third, and 6 from the
          fourth or fifth
        - one day of a month: 0-33 days from the 1st, a day fewer from each later day, 6 from the 28th and from days
          that not every month has
        - the last day or the last given weekday of every month: 0-34 days
        - any other single day of a month, such as ``LW``: 0-6 days
        - ``at(...)``: 0-366 days of 24 hours

        An existing ``schedule_offset`` counts. The result can have a ``schedule_offset``, for which AWS documents: if
        the date of the cron has passed when the window is created, the first execution is that of the next period.

        Args:
            days: whole days, 0-366.

        Raises:
            PatchingError: no schedule has exactly these dates, such as that of a ``rate(...)``, of several days of a
                month, or of a CDK token.

        https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows-schedule-options.html
        """
        rule, offset = delayed(self.rule, self.schedule_offset, days)
        return replace(self, rule=rule, schedule_offset=offset)

    @classmethod
    def expression(
        cls, expression: str, *, time_zone: TimeZone | None = None, schedule_offset: float | None = None
    ) -> Self:
        """Create a schedule from an existing string: ``cron(...)``, ``rate(...)`` or ``at(...)``.

        The string is normalized: uppercase names, single spaces and no leading zeros. A string with a CDK token is not
        checked.

        Args:
            expression: the string, at most 256 characters.
            time_zone: the time zone of a cron; it has no effect on a rate. Default: UTC.
            schedule_offset: the number of days after the date of a cron, 1-6. Default: none.

        Raises:
            PatchingError: the string is invalid, or it is a cron that runs more often than every five minutes.
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
        """Open the window by the fields of a cron expression, each a number or a string.

        Args:
            minute: 0-59.
            hour: 0-23.
            day: day of the month: 1-31, ``L``, ``LW``, ``15W``. Default: every day, unless ``week_day`` is given.
            month: 1-12 or JAN-DEC. Default: every month.
            week_day: a `DayOfWeek`, SUN-SAT, ``FRI#2`` or ``6L``. Default: every day, unless ``day`` is given.
            year: 1970-2199. Default: every year.
            second: 0-59. Default: no such field, which means 0.
            time_zone: Default: UTC.
            schedule_offset: the number of days after the date that the fields match, 1-6. Default: none.

        Raises:
            PatchingError: a field is invalid, both day and week_day are given, or the cron runs more often than every
                five minutes.
        """
        if week_day is not None and not isinstance(week_day, str):
            fix = "write a name such as MON, because 1 is Sunday here and Monday in Unix cron"
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
            # As a whole, the expression would not be parsed, or would be split into other fields.
            for (rule, _), text in zip(fields, texts, strict=True):
                if not is_unresolved(text):
                    parse_field(rule, text)
        return cls.expression(f"cron({' '.join(texts)})", time_zone=time_zone, schedule_offset=schedule_offset)

    @classmethod
    def daily(cls, *, hour: int, minute: int = 0, time_zone: TimeZone | None = None) -> Self:
        """Open the window every day at ``hour``:``minute``."""
        _check_whole_numbers(hour=hour, minute=minute)
        return cls.cron(minute=minute, hour=hour, time_zone=time_zone)

    @classmethod
    def weekly(cls, *week_days: DayOfWeek, hour: int, minute: int = 0, time_zone: TimeZone | None = None) -> Self:
        """Open the window on one or more days of every week.

        Raises:
            PatchingError: no day is given, or a day is repeated.
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
        """Open the window on one day of every month, 1-28.

        Raises:
            PatchingError: the day is not 1-28.
        """
        fix = "for the last day, use .cron(day='L', ...)" if isinstance(day, str) else ""
        check_type("schedule day", day, int, fix)
        _check_whole_numbers(hour=hour, minute=minute)
        if not is_unresolved(day) and not 1 <= day <= _DAYS_IN_EVERY_MONTH:
            fix = f"for the last day, use .cron(day='L', ...); to skip shorter months, use .cron(day={day}, ...)"
            rule = f"must be 1-{_DAYS_IN_EVERY_MONTH}, so that every month has it"
            raise refusal("schedule day", rule, day, fix if 1 <= day <= DAY.maximum else "")
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
        """Open the window on the first to fourth given weekday of every month.

        Raises:
            PatchingError: ``nth`` is not 1-4. Not every month has a fifth one.
        """
        _check_whole_numbers(nth=nth, hour=hour, minute=minute)
        if nth not in (1, 2, 3, 4) and not is_unresolved(nth):
            fix = "for the last one, use .last_weekday(...)"
            raise refusal("schedule nth", "must be 1-4, so that every month has it", nth, fix)
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
        """Open the window on the last given weekday of every month: ``last_weekday(DayOfWeek.FRIDAY, ...)``."""
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
        """Open the window a number of days after Patch Tuesday, the second Tuesday of every month.

        Args:
            hour: 0-23.
            days_after: whole days after the second Tuesday, 0-20. For example, 3 is always the Friday after Patch
                Tuesday, while ``FRI#2`` can be before it.
            minute: 0-59.
            time_zone: Default: UTC. Microsoft publishes at 10:00 Pacific Time, which can be Wednesday in your time
                zone.

        Raises:
            PatchingError: ``days_after`` is not 0-20.
        """
        _check_whole_numbers(hour=hour, days_after=days_after, minute=minute)
        if is_unresolved(days_after):
            rule = "must be known at synthesis, because it determines the expression"
            raise refusal("schedule days_after", rule, "a token")
        if days_after not in range(_LAST_DAY_AFTER_PATCH_TUESDAY + 1):
            raise refusal("schedule days_after", f"must be 0-{_LAST_DAY_AFTER_PATCH_TUESDAY}", repr(days_after))
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
        """Open the window at a fixed interval: exactly one of days, hours and minutes, at least 1.

        Args:
            days: whole days, of 24 hours.
            hours: whole hours.
            minutes: whole minutes. AWS does not support a cron faster than every 5 minutes and does not mention rates,
                so a rate below 5 minutes is a warning.
            time_zone: a time zone, which has no effect on a rate. Default: none.

        Raises:
            PatchingError: none or several of them are given, or a number is not a whole number of at least 1.
        """
        given = [(unit, n) for unit, n in (("day", days), ("hour", hours), ("minute", minutes)) if n is not None]
        for unit, number in given:
            check_type(f"schedule {unit}s", number, int)
        if len(given) != 1:
            got = ", ".join(f"{unit}s={number}" for unit, number in given) or "none"
            raise refusal("schedule rate", "must have exactly one of days, hours and minutes", got)
        unit, count = given[0]
        is_token = is_unresolved_scalar(count)
        rule = Unresolved(f"rate({as_text(count)} {unit}s)") if is_token else check_rate(Rate(count, unit))
        return cls(rule, zone_name(time_zone))

    @classmethod
    def at(cls, moment: datetime) -> Self:
        """Open the window once. The moment is written in UTC and no time zone is set, so it is unambiguous.

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
