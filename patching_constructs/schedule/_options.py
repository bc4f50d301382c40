"""The options of a schedule: time zone, offset, duration and cutoff.

https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows-schedule-options.html
"""

from datetime import timedelta
from typing import Final

from patching_constructs._errors import refusal, shown
from patching_constructs._tokens import is_unresolved, is_unresolved_scalar
from patching_constructs.schedule._rule import At, Rate, Rule
from patching_constructs.schedule._time_zone import check_zone_exists
from patching_constructs.ssm import limits

_HOUR: Final = timedelta(hours=1)


def check_time_zone(rule: Rule, name: str | None) -> None:
    """Check that a time zone exists and that the rule is not at(...). None and a token pass.

    Raises:
        PatchingError: the time zone is invalid for the rule.
    """
    if name is None or is_unresolved(name):
        return
    if isinstance(rule, At):
        fix = "leave it out: use ScheduleExpression.at(aware datetime), which is written in UTC"
        raise refusal("time_zone", "cannot be used with at(...), which AWS documents as UTC", repr(name), fix)
    check_zone_exists(name)


def check_offset(rule: Rule, days: float | None) -> None:
    """Check that an offset is 1-6 days and that the rule is cron(...). None and a token pass.

    Raises:
        PatchingError: the offset is invalid for the rule.
    """
    if days is None or is_unresolved_scalar(days):
        return
    if isinstance(rule, Rate | At):
        raise refusal("schedule_offset", "requires cron(...)", f"{days} for {rule}", "leave it out")
    first, last = limits.SCHEDULE_OFFSET_DAYS
    if isinstance(days, bool) or days not in range(first, last + 1):
        raise refusal("schedule_offset", f"must be {first}-{last} whole days", shown(days))


def check_lengths(duration: timedelta, cutoff: timedelta) -> None:
    """Check the duration and the cutoff of a window.

    Raises:
        PatchingError: one of them is not in whole hours or not within the limits, or the cutoff is not shorter.
    """
    _check_length("duration", duration, limits.DURATION_HOURS)
    _check_length("cutoff", cutoff, limits.CUTOFF_HOURS)
    check_cutoff(cutoff // _HOUR, duration // _HOUR)


def check_cutoff(cutoff: float, duration: float, *, names: tuple[str, str] = ("cutoff", "duration")) -> None:
    """Check that a cutoff, in hours, is shorter than the duration. Tokens pass.

    Raises:
        PatchingError: it is not, so that no task could start in the window.
    """
    if is_unresolved((cutoff, duration)) or limits.leaves_time(cutoff, duration):
        return
    shorter, longer = names
    raise refusal(shorter, f"must be shorter than {longer}", f"{shorter}={cutoff} h, {longer}={duration} h")


def _check_length(what: str, length: timedelta, hours: tuple[int, int]) -> None:
    first, last = hours
    if not isinstance(length, timedelta):
        raise refusal(what, "must be a datetime.timedelta", repr(length))
    if length % _HOUR or not first <= length // _HOUR <= last:
        raise refusal(what, f"must be {first}-{last} whole hours", f"{length / _HOUR:.10g} hours")
