"""A freeze: a time in which nothing is patched."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo

from patching_constructs._errors import refusal, shown
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import check_length
from patching_constructs.schedule._cron import YEAR
from patching_constructs.schedule._time_zone import TimeZone, aware_fix, check_moment, zone_info, zone_name
from patching_constructs.ssm import limits


@dataclass(frozen=True, slots=True, init=False)
class PatchFreeze:
    """A time in which no maintenance window is open, known in advance: a peak season, or a holiday.

    A schedule with a freeze ends before it and continues after it, without a deployment on either date. An execution
    that would still be open when the freeze starts does not start.

    Args:
        start: when the freeze starts: an aware datetime, or a date, which is its first instant in ``time_zone``.
        end: when patching is allowed again, in the same form: a date is **not** part of the freeze.
        reason: why, for ``describe``, ``diff`` and the calendar, 1-128 characters.
        time_zone: the time zone of dates: an IANA name, a ``ZoneInfo`` or an ``aws_cdk.TimeZone``.
            Default: none; then ``start`` and ``end`` are aware datetimes.

    Raises:
        PatchingError: a property is invalid, or the end is not after the start.
    """

    start: datetime
    """When it starts."""
    end: datetime
    """When patching is allowed again."""
    reason: str
    """Why nothing is patched."""

    def __init__(self, start: date, end: date, reason: str, *, time_zone: TimeZone | None = None) -> None:
        name = zone_name(time_zone)
        if name is not None and is_unresolved(name):
            fix = "write a name such as 'Europe/Berlin'"
            raise refusal("time_zone", "of a freeze must be known when the app is synthesized", "a token", fix)
        zone = None if name is None else zone_info(name)
        check_length("reason", reason, limits.DESCRIPTION_LENGTH)
        first, last = _moment("start", start, zone), _moment("end", end, zone)
        if zone is not None and isinstance(start, datetime) and isinstance(end, datetime):
            raise refusal("time_zone", "can be used only with dates", repr(name), "leave it out")
        # Two datetimes of one time zone would be compared in local time.
        if last.astimezone(UTC) <= first.astimezone(UTC):
            raise refusal("end", "must be after start", f"start={first.isoformat()}, end={last.isoformat()}")
        object.__setattr__(self, "start", first)
        object.__setattr__(self, "end", last)
        object.__setattr__(self, "reason", reason)


def _moment(what: str, moment: date, zone: tzinfo | None) -> datetime:
    if isinstance(moment, date) and not YEAR.minimum <= moment.year <= YEAR.maximum:
        raise refusal(what, f"must be in the years {YEAR}", moment.isoformat())
    if isinstance(moment, datetime):
        return check_moment(what, moment)
    if not isinstance(moment, date):
        fix = f"{aware_fix(moment)}, or a date with time_zone"
        raise refusal(what, "must be an aware datetime or a datetime.date", shown(moment), fix)
    if zone is None:
        raise refusal(what, "of type date requires time_zone", shown(moment), "add time_zone='Europe/Berlin'")
    return datetime.combine(moment, time(), zone)
