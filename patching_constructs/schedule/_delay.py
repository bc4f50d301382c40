"""Delaying a schedule: the rule and the offset whose dates are a number of days after those of another schedule.

A date moves as far as it can within the cron, and the rest is the schedule offset, which has at most 6 days. Both are
exact only where every month has the old and the new date, so other delays are errors.

https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows-schedule-options.html
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final, NamedTuple

from patching_constructs._errors import PatchingError, refusal
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import check_type
from patching_constructs.schedule._cron import (
    DAY,
    MONTH,
    WEEKDAY,
    WEEKDAYS,
    YEAR,
    CronExpression,
    Every,
    Field,
    LastDay,
    LastWeekday,
    LastWorkday,
    NearestWorkday,
    NthWeekday,
    Value,
)
from patching_constructs.schedule._rule import At, Rule, Unresolved
from patching_constructs.schedule._timetable import field_values, timetable
from patching_constructs.ssm import limits

LONGEST_DELAY: Final = 366
"""The longest delay in days: a year."""
_A_WEEK: Final = 7
# Every month has this day, and this many of each weekday.
_LAST_COMMON_DAY: Final = 28
_LAST_COMMON_WEEK: Final = 4
_LONGEST_OFFSET: Final = limits.SCHEDULE_OFFSET_DAYS[1]


class _Moved(NamedTuple):
    """A cron, and by how many days its dates are later than before."""

    cron: CronExpression
    days: int


def delayed(rule: Rule, offset: float | None, days: int) -> tuple[Rule, float | None]:
    """Return the rule and the offset of a schedule whose dates are a number of days later, in local time.

    Raises:
        PatchingError: no schedule has exactly these dates, or the rule or the number is invalid or unknown.
    """
    _check_days(days)
    if days == 0:
        return rule, offset
    match rule:
        case Unresolved() | CronExpression() if is_unresolved((str(rule), offset)):
            raise refusal("delayed_by", "requires a schedule that is known at synthesis", "a token")
        case At():
            return _later(rule, days), offset
        case CronExpression():
            return _delayed_cron(rule, int(offset or 0), days)
        case _:
            fix = "use a cron, for example ScheduleExpression.weekly(...)"
            rule_of_dates = "requires cron(...) or at(...), because a rate counts from the creation of the window"
            raise refusal("delayed_by", rule_of_dates, repr(str(rule)), fix)


def _check_days(days: int) -> None:
    check_type("delayed_by days", days, int)
    if is_unresolved(days):
        rule = "must be known at synthesis, because it determines the expression"
        raise refusal("delayed_by days", rule, "a token")
    if not 0 <= days <= LONGEST_DELAY:
        raise refusal("delayed_by days", f"must be 0-{LONGEST_DELAY}", repr(days))


def _later(rule: At, days: int) -> At:
    moment = rule.moment + timedelta(days=days)
    if moment.year > YEAR.maximum:
        raise refusal("delayed_by", f"must end in the years {YEAR}", moment.replace(tzinfo=None).isoformat())
    return At(moment)


def _delayed_cron(cron: CronExpression, offset: int, days: int) -> tuple[CronExpression, float | None]:
    moved = _moved(cron, offset + days)
    rest = offset + days - moved.days
    if rest > _LONGEST_OFFSET:
        longest = moved.days + _LONGEST_OFFSET - offset
        rule = f"must be at most {longest} days for {str(cron)!r}{_with(offset)}, to be exact in every month"
        raise refusal("delayed_by", rule, f"{days} days")
    if rest and any(len(values) > 1 for values in timetable(cron).times):
        rule = "requires one time of day, because AWS does not document an offset that is longer than the interval"
        raise refusal("delayed_by", rule, repr(str(cron)), "create one schedule per time")
    return moved.cron, rest or None


def _with(offset: int) -> str:
    return f" with schedule_offset={offset}" if offset else ""


# --- How far each shape of a cron can move ------------------------------------------------------------


def _moved(cron: CronExpression, days: int) -> _Moved:
    """Return the cron, moved by at most a number of days."""
    return _moved_weekday(cron, days) if cron.day.is_unspecified else _moved_day(cron, days)


def _moved_weekday(cron: CronExpression, days: int) -> _Moved:
    match cron.weekday.atoms[0]:
        case NthWeekday(weekday, nth):
            weeks = min(days // _A_WEEK, max(_LAST_COMMON_WEEK - nth, 0))
            return _Moved(replace(cron, weekday=Field((NthWeekday(weekday, nth + weeks),))), weeks * _A_WEEK)
        case LastWeekday(weekday) if days >= _A_WEEK and _is_unlimited(cron):
            # A week after the last Friday of a month is the first Friday of the next month.
            weeks = min(days // _A_WEEK, _LAST_COMMON_WEEK)
            return _Moved(replace(cron, weekday=Field((NthWeekday(weekday, weeks),))), weeks * _A_WEEK)
        case LastWeekday():
            return _Moved(cron, 0)
        case LastDay():
            return _rotated(cron, [WEEKDAY.maximum], days)
        case _:
            return _rotated(cron, field_values(WEEKDAY, cron.weekday), days)


def _rotated(cron: CronExpression, weekdays: Sequence[int], days: int) -> _Moved:
    if not _is_unlimited(cron):
        raise _of_some_months(cron, "weekly")
    if days % _A_WEEK == 0 or len(weekdays) == _A_WEEK:
        return _Moved(cron, days)
    later = sorted((weekday - 1 + days) % _A_WEEK for weekday in weekdays)
    names = tuple(Value(number + 1, WEEKDAYS[number]) for number in later)
    return _Moved(replace(cron, weekday=Field(names)), days)


def _moved_day(cron: CronExpression, days: int) -> _Moved:
    match cron.day.atoms[0]:
        case LastDay() if _is_unlimited(cron):
            # A day after the last day of a month is the first day of the next month.
            return _on_day(cron, 0, days)
        case LastDay() | LastWorkday() | NearestWorkday():
            return _Moved(cron, 0)
    numbers = field_values(DAY, cron.day)
    if len(numbers) == 1:
        return _on_day(cron, numbers[0], days)
    if len(numbers) < DAY.maximum:
        rule = "requires a schedule that is daily, weekly, or on one day of a month"
        raise refusal("delayed_by", rule, repr(str(cron)), "create one schedule per day")
    if not _is_unlimited(cron):
        raise _of_some_months(cron, "daily")
    return _Moved(cron, days)


def _on_day(cron: CronExpression, day: int, days: int) -> _Moved:
    """Move a day of the month up to the last one that every month has."""
    moved = min(days, max(_LAST_COMMON_DAY - day, 0))
    return _Moved(replace(cron, day=Field((_number(day + moved),))) if moved else cron, moved)


def _number(value: int) -> Value:
    return Value(value, str(value))


def _is_unlimited(cron: CronExpression) -> bool:
    """Return whether the cron matches dates in every month of every year."""
    return all(
        cron_field.atoms == (Every(),) or len(field_values(rule, cron_field)) == rule.maximum - rule.minimum + 1
        for rule, cron_field in ((MONTH, cron.month), (YEAR, cron.year))
    )


def _of_some_months(cron: CronExpression, kind: str) -> PatchingError:
    rule = f"requires a {kind} schedule of every month and year, because a later date can be in another month"
    return refusal("delayed_by", rule, repr(str(cron)))
