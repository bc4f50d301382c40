"""The dates between which a window opens, checked with its schedule."""

from datetime import UTC, datetime
from typing import Final

from patching_constructs._errors import refusal
from patching_constructs.schedule.expression import ScheduleExpression
from patching_constructs.schedule.occurrences import first_start

_FIRST_MOMENT: Final = datetime(1970, 1, 1, tzinfo=UTC)
_WHERE: Final = {
    (True, True): "between start_date and end_date",
    (True, False): "after start_date",
    (False, True): "before end_date",
}


def check_window_dates(
    schedule: ScheduleExpression, start_date: datetime | str | None, end_date: datetime | str | None
) -> None:
    """Check that a window opens between its dates. A date that is a token does not limit the executions.

    Raises:
        PatchingError: the end is not after the start, or the window would never open.
    """
    start = start_date if isinstance(start_date, datetime) else None
    end = end_date if isinstance(end_date, datetime) else None
    if start is not None and end is not None and end <= start:
        got = f"start_date={start.isoformat()}, end_date={end.isoformat()}"
        raise refusal("end_date", "must be after start_date", got)
    if schedule.is_unresolved or (start is None and end is None):
        return
    if first_start(schedule, after=start or _FIRST_MOMENT, end_date=end) is None:
        bounds = {"start_date": start, "end_date": end}
        given = [f"{name}={moment.isoformat()}" for name, moment in bounds.items() if moment]
        rule = f"must have an execution {_WHERE[start is not None, end is not None]}"
        raise refusal("schedule", rule, f"{str(schedule)!r} with {', '.join(given)}")
