"""The maintenance window of a schedule.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateMaintenanceWindow.html
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from aws_cdk.aws_ssm import CfnMaintenanceWindow
from constructs import Construct

from patching_constructs._errors import refusal
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import check_description
from patching_constructs.constructs._child_ids import WINDOW
from patching_constructs.constructs._names import generated_name
from patching_constructs.planning.windows import WindowTimes
from patching_constructs.properties._durations import Length, whole
from patching_constructs.properties._resource_names import check_resource_name
from patching_constructs.schedule._cron import YEAR
from patching_constructs.schedule._options import check_cutoff
from patching_constructs.schedule._schedule_argument import check_schedule
from patching_constructs.schedule._time_zone import check_moment
from patching_constructs.schedule._window_dates import check_window_dates
from patching_constructs.schedule.expression import ScheduleExpression
from patching_constructs.schedule.occurrences import has_no_executions
from patching_constructs.ssm import limits

DEFAULT_DURATION: Final = timedelta(hours=4)
DEFAULT_CUTOFF: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The checked properties of a window."""

    schedule: ScheduleExpression
    duration_hours: float
    cutoff_hours: float
    name: str | None
    description: str | None
    start_date: str | None
    end_date: str | None

    def render(self, scope: Construct) -> CfnMaintenanceWindow:
        """Create the window, with a generated name if none is given."""
        return CfnMaintenanceWindow(
            scope,
            WINDOW,
            name=self.name or generated_name(scope, limits.WINDOW_NAME_LENGTH),
            schedule=self.schedule.expression_string,
            schedule_timezone=self.schedule.time_zone,
            schedule_offset=self.schedule.schedule_offset,
            duration=self.duration_hours,
            cutoff=self.cutoff_hours,
            allow_unassociated_targets=False,
            description=self.description,
            start_date=self.start_date,
            end_date=self.end_date,
        )

    def within(self, times: WindowTimes) -> "Window":
        """Return the window with the dates of one of the windows that freezes divide it into."""
        return replace(self, start_date=_text(times.start_date), end_date=_text(times.end_date))

    def times(self) -> WindowTimes:
        """Return when and for how long the window is open.

        Raises:
            PatchingError: a property is unknown until deployment.
        """
        values = {
            "schedule": self.schedule.is_unresolved,
            "duration": is_unresolved(self.duration_hours),
            "cutoff": is_unresolved(self.cutoff_hours),
            "start_date": is_unresolved(self.start_date),
            "end_date": is_unresolved(self.end_date),
        }
        for name, is_token in values.items():
            if is_token:
                fix = "after deployment, call DescribeMaintenanceWindowSchedule"
                raise refusal(name, "must be known to compute executions", "a token", fix)
        return self.dated_times()

    def dated_times(self) -> WindowTimes:
        """Return the same for a window whose duration and dates are known, whatever its schedule and cutoff are."""
        return WindowTimes(
            schedule=self.schedule,
            duration=timedelta(hours=self.duration_hours),
            cutoff=None if is_unresolved(self.cutoff_hours) else timedelta(hours=self.cutoff_hours),
            start_date=None if self.start_date is None else datetime.fromisoformat(self.start_date),
            end_date=None if self.end_date is None else datetime.fromisoformat(self.end_date),
        )


def checked_window(
    *,
    schedule: ScheduleExpression,
    duration: Length,
    cutoff: Length,
    name: str | None,
    description: str | None,
    start_date: datetime | str | None,
    end_date: datetime | str | None,
) -> Window:
    """Return the properties of a window in the service's units.

    Raises:
        PatchingError: a property is invalid, or the window would never open.
    """
    _check_schedule(schedule)
    check_resource_name("window_name", name)
    check_description(description, limits.DESCRIPTION_LENGTH)
    duration_hours = whole("duration", duration, "hours", limits.DURATION_HOURS)
    cutoff_hours = whole("cutoff", cutoff, "hours", limits.CUTOFF_HOURS)
    check_cutoff(cutoff_hours, duration_hours)
    start, end = _moment("start_date", start_date), _moment("end_date", end_date)
    check_window_dates(schedule, start_date, end_date)
    return Window(
        schedule=schedule,
        duration_hours=duration_hours,
        cutoff_hours=cutoff_hours,
        name=name,
        description=description,
        start_date=start,
        end_date=end,
    )


def _check_schedule(schedule: ScheduleExpression) -> None:
    check_schedule("schedule", schedule)
    if has_no_executions(schedule):
        raise refusal("schedule", f"must match a date in the years {YEAR}", repr(str(schedule)))


def _moment(what: str, moment: datetime | str | None) -> str | None:
    if moment is None or (isinstance(moment, str) and is_unresolved(moment)):
        return moment
    return check_moment(what, moment).isoformat()


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
