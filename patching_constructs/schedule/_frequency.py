"""How often a schedule opens its window.

AWS documents: "Cron expressions that lead to rates faster than five minutes aren't supported", with the example
``cron(* */2 * * ? *)``. There is no such sentence about ``rate(...)``.

https://docs.aws.amazon.com/systems-manager/latest/userguide/reference-cron-and-rate-expressions.html
"""

from functools import lru_cache
from itertools import pairwise
from typing import Final

from patching_constructs._errors import refusal
from patching_constructs.schedule._cron import CronExpression, Every
from patching_constructs.schedule._rule import Rate, Rule
from patching_constructs.schedule._timetable import Timetable, timetable
from patching_constructs.ssm import limits

_AN_HOUR: Final = 60 * 60
_SHORTEST: Final = limits.SHORTEST_INTERVAL_MINUTES * 60


@lru_cache(maxsize=1024)
def is_faster_than_supported(rule: Rule) -> bool:
    """Return whether a window would open more often than every five minutes on any day, in local time."""
    match rule:
        case Rate(count, "minute"):
            return count < limits.SHORTEST_INTERVAL_MINUTES
        case CronExpression():
            return is_faster_than(rule, _SHORTEST)
        case _:
            return False


def is_faster_than(cron: CronExpression, seconds: int) -> bool:
    """Return whether a cron fires twice within fewer seconds in local time; the seconds are an hour at most."""
    table = timetable(cron)
    return _is_fast(table, seconds) and not table.is_empty


def _is_fast(table: Timetable, shortest: int) -> bool:
    hours, minutes, seconds = table.times
    in_an_hour = [60 * minute + second for minute in minutes for second in seconds]
    if any(later - earlier < shortest for earlier, later in pairwise(in_an_hour)):
        return True
    if in_an_hour[0] + _AN_HOUR - in_an_hour[-1] >= shortest:
        return False
    one_after_another = any(later - earlier == 1 for earlier, later in pairwise(hours))
    around_midnight = hours[0] == 0 and hours[-1] == 23  # noqa: PLR2004 - the first and the last hour of a day
    return one_after_another or (around_midnight and table.has_consecutive_days())


def check_frequency(rule: Rule) -> None:
    """Check that a cron does not run more often than AWS supports.

    Raises:
        PatchingError: it does, on some day.
    """
    if isinstance(rule, CronExpression) and is_faster_than_supported(rule):
        fix = "to run once an hour, write 0 in minutes" if rule.minute.atoms == (Every(),) else ""
        shortest = limits.SHORTEST_INTERVAL_MINUTES
        raise refusal("schedule", f"must not run more often than every {shortest} minutes", repr(str(rule)), fix)
