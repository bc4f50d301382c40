"""The schedules that have no upcoming execution, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from patching_constructs.planning.windows import PlannedWindow
from patching_constructs.schedule._rule import At
from patching_constructs.schedule.expression import ScheduleExpression
from patching_constructs.schedule.occurrences import first_start, has_no_executions
from patching_constructs.template.maintenance_windows import MaintenanceWindow
from patching_constructs.template.resource import Resource
from patching_constructs.template.scheduled_runs import RunTimes, ScheduledRun
from patching_constructs.template.upcoming import planned
from patching_constructs.template.upcoming_runs import Schedules, planned_run


class EndKind(StrEnum):
    """Whether a schedule had executions."""

    ENDED = "ended"
    """It has none any more."""
    NEVER = "never"
    """Its schedule matches no date."""


@dataclass(frozen=True, slots=True)
class EndedSchedule:
    """A schedule that has no execution from a time on."""

    owner: MaintenanceWindow | ScheduledRun
    kind: EndKind
    reason: str

    @property
    def resource(self) -> Resource:
        """The resource of the schedule."""
        return self.owner.resource if isinstance(self.owner, ScheduledRun) else self.owner


def ended_schedules(shown: Schedules, after: datetime) -> list[EndedSchedule]:
    """Return the schedules without an execution from an aware datetime on; none whose executions are unknown."""
    return [*_ended_windows(shown.windows, after), *_ended_runs(shown.runs, after)]


def _ended_windows(windows: Sequence[MaintenanceWindow], after: datetime) -> Iterator[EndedSchedule]:
    for window in windows:
        read = [planned(each, owner=window) for each in window.of_schedule]
        # A schedule with freezes ends with its last window.
        times = [each.times for each in read if isinstance(each, PlannedWindow)]
        if len(times) == len(read):
            ended = [list(_ended(window, each.schedule, each.start_date, each.end_date, after)) for each in times]
            yield from ended[-1] if all(ended) else ()


def _ended_runs(runs: Sequence[ScheduledRun], after: datetime) -> Iterator[EndedSchedule]:
    for run in runs:
        times = planned_run(run)
        if isinstance(times, RunTimes):
            yield from _ended(run, times.schedule, times.start_date, times.end_date, after)


def _ended(
    owner: MaintenanceWindow | ScheduledRun,
    schedule: ScheduleExpression,
    start_date: datetime | None,
    end_date: datetime | None,
    after: datetime,
) -> Iterator[EndedSchedule]:
    if first_start(schedule, after=after, start_date=start_date, end_date=end_date) is not None:
        return
    if has_no_executions(schedule):
        yield EndedSchedule(owner, EndKind.NEVER, "the schedule matches no date")
    elif end_date is not None and end_date < after:
        yield EndedSchedule(owner, EndKind.ENDED, f"the end date is {end_date:%Y-%m-%d %H:%M %Z}")
    elif isinstance(schedule.rule, At):
        yield EndedSchedule(owner, EndKind.ENDED, f"the only execution was {schedule.rule.moment:%Y-%m-%d %H:%M} UTC")
    else:
        yield EndedSchedule(owner, EndKind.ENDED, "the schedule matches no later date")
