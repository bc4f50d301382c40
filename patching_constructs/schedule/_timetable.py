"""The dates and times of day of a cron, in local time."""

import calendar
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache, partial
from itertools import chain, pairwise, product
from typing import Final, NamedTuple

from patching_constructs.schedule._cron import (
    DAY,
    HOUR,
    MINUTE,
    MONTH,
    SECOND,
    WEEKDAY,
    YEAR,
    Atom,
    CronExpression,
    Field,
    FieldRule,
    LastDay,
    LastWeekday,
    LastWorkday,
    NearestWorkday,
    NthWeekday,
    Range,
    Step,
    Value,
)

_SUNDAY: Final = 1
_SATURDAY: Final = 7


class Month(NamedTuple):
    """The first weekday and the length of a month, which determine its days: there are only 28 such months."""

    first_weekday: int
    length: int

    def days_on(self, weekday: int) -> range:
        """Return the days of the month that are a given day of the week."""
        return range(1 + (weekday - self.first_weekday) % 7, self.length + 1, 7)

    def workday_nearest(self, day: int) -> int:
        """Return the day from Monday to Friday within the month that is nearest to a day."""
        if day in self.days_on(_SATURDAY):
            return day - 1 if day > 1 else day + 2
        if day in self.days_on(_SUNDAY):
            return day + 1 if day < self.length else day - 2
        return day


@cache
def month_of(year: int, month: int) -> Month:
    """Return a month of a year."""
    monday_is_0, length = calendar.monthrange(year, month)
    return Month((monday_is_0 + 1) % 7 + 1, length)


@dataclass(frozen=True, slots=True)
class Timetable:
    """The values of a cron, field by field."""

    years: Sequence[int]
    months: Sequence[int]
    days: Callable[[Month], Sequence[int]]
    times: tuple[Sequence[int], Sequence[int], Sequence[int]]

    @property
    def is_empty(self) -> bool:
        """Whether no year has a date that matches."""
        return next(self.dates(date.min), None) is None

    def dates(self, floor: date) -> Iterator[date]:
        """Return the dates from ``floor`` on, in order."""
        for year, month in _combinations((self.years, self.months), (floor.year, floor.month)):
            for number in self.days(month_of(year, month)):
                day = date(year, month, number)
                if day >= floor:
                    yield day

    def has_consecutive_days(self) -> bool:
        """Return whether two of the dates are one day apart."""
        return any(self._is_followed(year, month) for year in self._different_years() for month in self.months)

    def _different_years(self) -> Iterable[int]:
        """Return one year for each of the 14 possible calendars, with and without the following year."""
        years = set(self.years)
        calendars = {(month_of(year, 1), month_of(year, 2), year + 1 in years): year for year in self.years}
        return calendars.values()

    def _is_followed(self, year: int, month: int) -> bool:
        """Return whether two consecutive days match, the second of which can be the first day of the next month."""
        shape = month_of(year, month)
        days = self.days(shape)
        if any(later - earlier == 1 for earlier, later in pairwise(days)):
            return True
        next_year, next_month = (year, month + 1) if month < MONTH.maximum else (year + 1, 1)
        is_named = next_year in self.years and next_month in self.months
        return is_named and shape.length in days and 1 in self.days(month_of(next_year, next_month))

    def wall_times(self, floor: datetime) -> Iterator[datetime]:
        """Return the wall times from ``floor`` on, in order."""
        for day in self.dates(floor.date()):
            times = product(*self.times) if day > floor.date() else _combinations(self.times, floor.timetuple()[3:6])
            for hour, minute, second in times:
                yield datetime(day.year, day.month, day.day, hour, minute, second)  # noqa: DTZ001 - wall times are naive


@lru_cache(maxsize=1024)
def timetable(cron: CronExpression) -> Timetable:
    """Return the timetable of a cron."""
    return Timetable(
        years=field_values(YEAR, cron.year),
        months=field_values(MONTH, cron.month),
        days=cache(partial(_days, cron)),
        times=(field_values(HOUR, cron.hour), field_values(MINUTE, cron.minute), field_values(SECOND, cron.second)),
    )


def _combinations(fields: Sequence[Sequence[int]], floor: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Return the combinations of one value per field, in order, from ``floor`` on."""
    if not fields:
        yield ()
        return
    values, *rest = fields
    position = bisect_left(values, floor[0])
    if floor[0] in values[position : position + 1]:
        yield from ((floor[0], *others) for others in _combinations(rest, floor[1:]))
        position += 1
    yield from product(values[position:], *rest)


def _days(cron: CronExpression, month: Month) -> Sequence[int]:
    return _days_by_weekday(cron.weekday, month) if cron.day.is_unspecified else _days_by_number(cron.day, month)


def _days_by_number(days: Field, month: Month) -> Sequence[int]:
    match days.atoms[0]:
        case LastDay():
            return (month.length,)
        case LastWorkday():
            return (month.workday_nearest(month.length),)
        case NearestWorkday(day):
            return (month.workday_nearest(day),) if day <= month.length else ()
        case _:
            return [day for day in field_values(DAY, days) if day <= month.length]


def _days_by_weekday(weekdays: Field, month: Month) -> Sequence[int]:
    match weekdays.atoms[0]:
        case LastDay():
            return month.days_on(_SATURDAY)
        case LastWeekday(weekday):
            return month.days_on(weekday.number)[-1:]
        case NthWeekday(weekday, nth):
            return month.days_on(weekday.number)[nth - 1 : nth]
        case _:
            return sorted(chain.from_iterable(map(month.days_on, field_values(WEEKDAY, weekdays))))


def field_values(rule: FieldRule, cron_field: Field | None) -> Sequence[int]:
    """Return the values of a field of values, ranges and steps, in order; 0 for a missing field."""
    if cron_field is None:
        return (0,)
    return sorted({value for atom in cron_field.atoms for value in _run(rule, atom)})


def _run(rule: FieldRule, atom: Atom) -> range:
    match atom:
        case Value(number):
            return range(number, number + 1)
        case Range(first, last):
            return range(first.number, last.number + 1)
        case Step(Value(number), step):
            return range(number, rule.maximum + 1, step)
        case Step(start, step):
            return _run(rule, start)[::step]
        case _:
            return range(rule.minimum, rule.maximum + 1)
