"""The dates of a schedule at another local time."""

from datetime import UTC, time

from patching_constructs._errors import refusal
from patching_constructs._tokens import is_unresolved
from patching_constructs.schedule._cron import CronExpression
from patching_constructs.schedule._rule import At
from patching_constructs.schedule._time_zone import zone_info
from patching_constructs.schedule.expression import ScheduleExpression
from patching_constructs.schedule.occurrence import local_time


def at_local_time(
    schedule: ScheduleExpression, *, hour: int | None, minute: int, time_zone: str | None
) -> ScheduleExpression:
    """Return the schedule on the same local dates, at another time or in another time zone.

    Args:
        schedule: a cron, or one moment, whose date is that in UTC.
        hour: 0-23. None: the time of the schedule.
        minute: 0-59, if there is an hour.
        time_zone: the time zone. None: that of the schedule.

    Raises:
        PatchingError: the schedule has no dates, because it is a rate or unknown, or a number is invalid.
    """
    if hour is None and time_zone is None:
        return schedule
    if isinstance(schedule.rule, At) and is_unresolved((hour, minute, time_zone)):
        raise refusal("schedule", "must have a known time and time zone to use at(...)", "a token")
    match schedule.rule:
        case CronExpression() as cron:
            return ScheduleExpression.cron(
                second=None if cron.second is None else str(cron.second),
                minute=str(cron.minute) if hour is None else minute,
                hour=str(cron.hour) if hour is None else hour,
                day=str(cron.day),
                month=str(cron.month),
                week_day=str(cron.weekday),
                year=str(cron.year),
                time_zone=time_zone or schedule.time_zone,
                schedule_offset=schedule.schedule_offset,
            )
        case At(moment):
            local = moment.replace(tzinfo=None)
            local = local if hour is None else local.combine(local.date(), time(hour, minute))
            zone = zone_info(time_zone or "UTC")
            return ScheduleExpression.at(local_time(local, zone).astimezone(UTC))
        case _:
            rule = "requires cron(...) or at(...) to use another time or time zone"
            raise refusal("schedule", rule, "a token" if schedule.is_unresolved else repr(str(schedule)))
