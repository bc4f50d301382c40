"""The schedules of State Manager associations: a dialect of their own, narrower than that of maintenance windows.

An association has no time zone: a cron and at(...) are in UTC. AWS names the few crons that are supported, and the
rates: from 30 minutes to less than 31 days. Months are not supported, and seconds only as 0.

Only an expression without any meaning is invalid here; what AWS does not support or document is a doubt.

https://docs.aws.amazon.com/systems-manager/latest/userguide/reference-cron-and-rate-expressions.html
"""

import re
from datetime import timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from patching_constructs._errors import PatchingError, refusal
from patching_constructs.schedule._cron import (
    DAY,
    WEEKDAY,
    CronExpression,
    Every,
    Field,
    LastWeekday,
    NthWeekday,
    Range,
    Step,
    Value,
    parse_cron,
)
from patching_constructs.schedule._frequency import is_faster_than
from patching_constructs.schedule._rare_forms import has_rare_forms_only
from patching_constructs.schedule._rule import Rate, Rule, check_length, parse_rule
from patching_constructs.schedule._timetable import field_values, timetable

SHORTEST: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(days=31)
"""A rate is shorter than this."""
_INTERVALS: Final = frozenset({30, 60, 120, 240, 480, 720})
"""In minutes."""
_MINUTES_OF_A_DAY: Final = 24 * 60
_CRON: Final = re.compile(r"\s*cron\((.*)\)\s*", re.DOTALL | re.IGNORECASE)
_WITHOUT_MONTHS: Final = 5
_EVERY: Final = Field((Every(),))
_PLAIN_FORM: Final = "write six fields, as in cron(0 2 ? * SUN *)"


class Doubt(NamedTuple):
    """Why an expression may not run as it says, and what to write instead."""

    problem: str
    fix: str


@lru_cache(maxsize=1024)
def parse_association_schedule(text: str) -> Rule | None:
    """Parse the schedule of an association; None for one whose meaning no source settles, see `doubt_of`.

    Raises:
        PatchingError: it is no schedule of an association.
    """
    check_length(text)
    wrapped = _CRON.fullmatch(text)
    if wrapped is None:
        return _parse_bare(text)
    parts = wrapped[1].split()
    if len(parts) == _WITHOUT_MONTHS and parts[2:4].count("?") == 1:
        return None
    try:
        return parse_rule(text)
    except PatchingError:
        if has_rare_forms_only(parts):
            return None
        raise


def _parse_bare(text: str) -> Rule:
    try:
        return parse_rule(text)
    except PatchingError as error:
        if re.fullmatch(r"\s*(?:rate|at)\(.*\)\s*", text, re.DOTALL | re.IGNORECASE):
            raise
        rule, fix = "must be cron(...), rate(...) or at(...)", _unix_fix(text) or error.fix
        raise refusal("schedule", rule, repr(text), fix) from None


def _unix_fix(text: str) -> str:
    """Return what was meant by the fields of a crontab, or of a cron without the word."""
    try:
        return f"write {parse_cron(text)}"
    except PatchingError as error:
        return error.fix


# --- Doubts -------------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def doubt_of(text: str) -> Doubt | None:
    """Return why AWS does not support a valid schedule, or None.

    Raises:
        PatchingError: it is no schedule of an association.
    """
    rule = parse_association_schedule(text)
    match rule:
        case None:
            return Doubt("has a form that AWS does not document for associations", _PLAIN_FORM)
        case Rate():
            return _doubt_of_rate(rule)
        case CronExpression():
            return _doubt_of_cron(rule)
        case _:
            return None


def _doubt_of_rate(rate: Rate) -> Doubt | None:
    if rate.step < SHORTEST:
        return Doubt("runs more often than every 30 minutes", "write a rate of 30 minutes or more")
    if rate.step >= LONGEST:
        return Doubt("has a rate of 31 days or more", "write a rate of less than 31 days, or a cron")
    return None


def _doubt_of_cron(cron: CronExpression) -> Doubt | None:
    if cron.month != _EVERY:
        return Doubt("names months, which associations do not support", "write * in month")
    if cron.second not in (None, Field((Value(0, "0"),))):
        return Doubt("has seconds other than 0, which associations do not support", "leave the seconds out")
    if is_faster_than(cron, SHORTEST // timedelta(seconds=1)):
        return Doubt("runs more often than every 30 minutes", "write 0/30 or a single value in minutes")
    return None


def is_listed(rule: Rule) -> bool:
    """Return whether AWS lists such a cron: every 1/2, 1, 2, 4, 8 or 12 hours, or at one time of a day or a week.

    The numbered and the last weekday of a month count: AWS's example of an offset has one.
    """
    if not isinstance(rule, CronExpression):
        return True
    if rule.year != _EVERY:
        return False
    hours, minutes, _ = timetable(rule).times
    times = [60 * hour + minute for hour in hours for minute in minutes]
    every_day = _is_every_day(rule)
    if len(times) == 1:
        weekday = rule.weekday.atoms
        return every_day or (len(weekday) == 1 and isinstance(weekday[0], Value | NthWeekday | LastWeekday))
    gaps = {later - earlier for earlier, later in pairwise([*times, times[0] + _MINUTES_OF_A_DAY])}
    return every_day and len(gaps) == 1 and gaps <= _INTERVALS


def _is_every_day(cron: CronExpression) -> bool:
    days, rule = (cron.weekday, WEEKDAY) if cron.day.is_unspecified else (cron.day, DAY)
    is_plain = all(isinstance(atom, Every | Value | Range | Step) for atom in days.atoms)
    return is_plain and len(field_values(rule, days)) == rule.maximum
