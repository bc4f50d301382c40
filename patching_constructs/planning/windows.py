"""A window in the planner: when and for how long it is open, where it is deployed, and which nodes it selects.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateMaintenanceWindow.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Self, TypeVar

from patching_constructs._errors import PatchingError, UndocumentedError, refusal
from patching_constructs._validation import read_whole_number
from patching_constructs.planning.coverage import Selection
from patching_constructs.schedule._cron import CronExpression
from patching_constructs.schedule._options import check_cutoff
from patching_constructs.schedule._rule import At, Rate, parse_rule
from patching_constructs.schedule._time_zone import check_zone_exists
from patching_constructs.schedule.expression import ScheduleExpression
from patching_constructs.schedule.occurrence import Occurrence, wall_time_of
from patching_constructs.schedule.occurrences import in_utc, occurrences, zone_of
from patching_constructs.ssm import limits

Owner = TypeVar("Owner")


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowTimes:
    """When and for how long a window is open. Windows with equal times open and close together."""

    schedule: ScheduleExpression
    duration: timedelta
    cutoff: timedelta | None
    """The time between the cutoff and the end; None if it is unknown until deployment."""
    start_date: datetime | None = None
    end_date: datetime | None = None
    ignored_time_zone: str | None = None
    """The time zone of at(...), which AWS documents as UTC."""

    @classmethod
    def read(
        cls,
        *,
        schedule: str | None,
        time_zone: str | None,
        schedule_offset: str | None,
        duration: str | None,
        cutoff: str | None,
        start_date: str | None,
        end_date: str | None,
        is_cutoff_known: bool = True,
    ) -> Self:
        """Parse the properties of a window in a template. An empty string counts as absent, as in CloudFormation.

        Raises:
            PatchingError: a value is invalid, ambiguous, or unknown until deployment.
        """
        offset = read_whole_number("ScheduleOffset", schedule_offset, limits.SCHEDULE_OFFSET_DAYS, "days")
        expression = read_schedule(_required("Schedule", schedule), time_zone, offset)
        if time_zone:
            check_zone_exists(time_zone)
        hours = read_whole_number("Duration", _required("Duration", duration), limits.DURATION_HOURS, "hours") or 0
        times = cls(
            schedule=expression,
            duration=timedelta(hours=hours),
            cutoff=_cutoff(cutoff, hours) if is_cutoff_known else None,
            start_date=read_moment("StartDate", start_date),
            end_date=read_moment("EndDate", end_date),
            ignored_time_zone=time_zone or None if isinstance(expression.rule, At) else None,
        )
        check_dates(times.start_date, times.end_date)
        if times.schedule.is_unresolved:
            raise PatchingError("Schedule is unknown until deployment")
        return times

    def occurrences(self, *, after: datetime, anchor: datetime | None = None) -> Iterator[Occurrence]:
        """Return the executions that start at or after an aware datetime.

        Args:
            after: the first instant at which an execution can start.
            anchor: the instant from which a rate without a start date counts. Default: ``after``.

        Raises:
            PatchingError: ``after`` is naive, or the schedule contains a CDK token.
        """
        return occurrences(
            self.schedule,
            after=after,
            anchor=self.start_date or anchor,
            duration=self.duration,
            cutoff=self.cutoff or timedelta(0),
            start_date=self.start_date,
            end_date=self.end_date,
        )

    def occurrence_at(self, start: datetime) -> Occurrence:
        """Return an execution that starts at an aware datetime, whether or not the schedule has one then."""
        start, zone = in_utc(start), zone_of(self.schedule)
        end = start + self.duration
        return Occurrence(start, end - (self.cutoff or timedelta(0)), end, zone, wall_time_of(start, zone))

    def opens_at(self, moment: datetime) -> bool:
        """Return whether the schedule has an execution that starts at an aware datetime."""
        first = next(self.occurrences(after=moment), None)
        return first is not None and first.start == moment

    @property
    def is_first_start_known(self) -> bool:
        """Whether it is no rate that counts from the window's creation."""
        return self.start_date is not None or not isinstance(self.schedule.rule, Rate)

    def is_open(self, moment: datetime) -> bool:
        """Return whether the window is open at an aware datetime; False if its earlier executions are not known."""
        if not self.is_first_start_known:
            return False
        first = next(self.occurrences(after=moment - self.duration + datetime.resolution), None)
        return first is not None and first.start <= moment

    def is_start_assumed(self, after: datetime) -> bool:
        """Return whether it is a rate that counts from the window's creation or update, which is unknown here."""
        return isinstance(self.schedule.rule, Rate) and (self.start_date is None or self.start_date < after)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlannedWindow(Generic[Owner]):
    """A window of a plan. Windows are compared by object identity."""

    label: str
    """The name of the window in messages."""
    place: str
    """Equal for windows that are, or can be, in the same account and Region."""
    certain_place: str = ""
    """Equal for windows that are certainly in the same account and Region."""
    times: WindowTimes
    selections: tuple[Selection, ...] = ()
    """Which nodes its targets select."""
    is_idle: bool = False
    """Whether nothing runs in the window, as in a frozen schedule, so that it has no conflicts."""
    owner: Owner
    """The source of the window, for the caller."""


# --- One property -------------------------------------------------------------------------------------


def read_schedule(expression: str, time_zone: str | None, offset: float | None) -> ScheduleExpression:
    """Read a schedule expression with its time zone and offset.

    Raises:
        PatchingError: a value is invalid.
    """
    rule = parse_rule(expression)
    # Beside a rate a time zone changes nothing: a day is 24 hours. Beside at(...) it is not settled what it means.
    return ScheduleExpression(rule, time_zone or None if isinstance(rule, CronExpression) else None, offset)


def read_moment(name: str, text: str | None) -> datetime | None:
    """Read a start or end date; None where there is none. An empty text counts as absent, as with CloudFormation.

    Raises:
        PatchingError: it is not an ISO 8601 timestamp.
        UndocumentedError: it has no UTC offset, and AWS does not document the time zone of such a timestamp.
    """
    moment = parse_moment(name, text)
    if moment is not None and moment.utcoffset() is None:
        raise UndocumentedError(f"{name} should have a UTC offset, got {text!r}", what=name)
    return moment


def parse_moment(name: str, text: str | None) -> datetime | None:
    """Parse a start or end date, which can be naive; None where there is none.

    Raises:
        PatchingError: it is not an ISO 8601 timestamp.
    """
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        raise refusal(name, "must be an ISO 8601 timestamp", repr(text)) from None


def check_dates(start: datetime | None, end: datetime | None) -> None:
    """Refuse an end that is not after the start.

    Raises:
        PatchingError: it is not.
    """
    if start is not None and end is not None and end <= start:
        raise refusal(
            "EndDate", "must be after StartDate", f"StartDate: {start.isoformat()}, EndDate: {end.isoformat()}"
        )


def _required(name: str, text: str | None) -> str:
    if text is None:
        raise PatchingError(f"{name} is required")
    return text


def _cutoff(text: str | None, duration: int) -> timedelta:
    hours = read_whole_number("Cutoff", _required("Cutoff", text), limits.CUTOFF_HOURS, "hours") or 0
    check_cutoff(hours, duration, names=("Cutoff", "Duration"))
    return timedelta(hours=hours)
