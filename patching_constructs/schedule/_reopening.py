"""Whether a window would open again while it is still open."""

from datetime import timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final

from patching_constructs.schedule._cron import CronExpression
from patching_constructs.schedule._rule import Rate, Rule
from patching_constructs.schedule._timetable import Timetable, timetable

_AN_HOUR: Final = timedelta(hours=1)
_A_DAY: Final = timedelta(days=1)


def opens_while_open(rule: Rule, duration: timedelta) -> bool:
    """Return whether two executions are closer together than the duration of at most a day, in local time."""
    interval = shortest_interval(rule)
    return interval is not None and interval < duration


@lru_cache(maxsize=1024)
def shortest_interval(rule: Rule) -> timedelta | None:
    """Return the shortest time between two executions; None if it is more than a day, or there is only one."""
    match rule:
        case Rate() as rate:
            return rate.step if rate.step <= _A_DAY else None
        case CronExpression() as cron:
            table = timetable(cron)
            return None if table.is_empty else _shortest(table)
        case _:
            return None


def _shortest(table: Timetable) -> timedelta | None:
    hours, minutes, seconds = table.times
    in_an_hour = [timedelta(minutes=minute, seconds=second) for minute in minutes for second in seconds]
    starts = [timedelta(hours=hour) for hour in hours]
    span = in_an_hour[-1] - in_an_hour[0]
    found = [later - earlier for earlier, later in pairwise(in_an_hour)]
    found += [later - earlier - span for earlier, later in pairwise(starts)]
    if table.has_consecutive_days():
        found.append(_A_DAY - (starts[-1] - starts[0]) - span)
    return min(found, default=None)
