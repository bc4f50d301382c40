"""The upcoming executions of the schedules that a command shows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from patching_constructs.planning.conflicts import LOOK_BACK
from patching_constructs.planning.executions import Execution, Plan
from patching_constructs.template import MaintenanceWindow
from patching_constructs.template.scheduled_runs import ScheduledRun
from patching_constructs.template.upcoming import Upcoming, upcoming_executions
from patching_constructs.template.upcoming_runs import Schedules, UpcomingRuns, upcoming_runs


@dataclass(frozen=True, slots=True)
class Extent:
    """Which executions of each schedule are listed."""

    until: datetime | None = None
    """The aware datetime before which they start. None: there is a count."""
    count: int | None = None
    """How many they are at most. None: there is no such limit."""
    at_least_one: bool = False
    """Whether the next execution is listed even if it starts later."""


def upcoming_windows(every: Schedules, shown: Schedules, after: datetime, extent: Extent) -> Upcoming:
    """Return the executions of the windows that are shown.

    Args:
        every: all schedules; windows that are not shown can overlap with those that are.
        shown: the schedules that are shown.
        after: an aware datetime; no execution that begins before it is listed.
        extent: which executions are listed.
    """
    found = upcoming_executions(every.windows, after=after, until=extent.until, count=extent.count)
    listed = _of(found, shown.windows)
    if not extent.at_least_one:
        return listed
    begun = {id(each.owner) for each in listed.plan.executions}
    later = [window for window in shown.windows if id(window) not in begun]
    if not later:
        return listed
    next_of_later = _of(upcoming_executions(every.windows, after=after, count=1), later)
    return Upcoming(_joined(listed.plan, next_of_later.plan), listed.unknown)


def with_open_windows(listed: Upcoming, every: Schedules, shown: Schedules, after: datetime) -> Upcoming:
    """Return the executions, preceded by those during which a window is still open.

    A rate that counts from the creation of its window is left out, because its executions in the past are not known.

    Args:
        listed: the executions that start at or after ``after``.
        every: all schedules; see `upcoming_windows`.
        shown: the schedules that are shown.
        after: an aware datetime.
    """
    day = _of(upcoming_executions(every.windows, after=after - LOOK_BACK, until=after), shown.windows)
    still_open = tuple(each for each in day.plan.executions if _is_open(each, after))
    return preceded_by(replace(day.plan, executions=still_open), listed)


def preceded_by(earlier: Plan[MaintenanceWindow], listed: Upcoming) -> Upcoming:
    """Return earlier executions, followed by the listed ones."""
    return Upcoming(_joined(earlier, listed.plan), listed.unknown)


def _is_open(execution: Execution[MaintenanceWindow], after: datetime) -> bool:
    return execution.occurrence.end > after and execution.window.times.is_first_start_known


def upcoming_shown_runs(shown: Sequence[ScheduledRun], after: datetime, extent: Extent) -> UpcomingRuns:
    """Return the executions of what runs outside of maintenance windows."""
    found = upcoming_runs(shown, after=after, until=extent.until, count=extent.count)
    if not extent.at_least_one:
        return found
    begun = {id(each.run) for each in found.executions}
    later = upcoming_runs([run for run in shown if id(run) not in begun], after=after, count=1)
    return UpcomingRuns((*found.executions, *later.executions), found.unknown)


def _of(found: Upcoming, windows: Collection[MaintenanceWindow]) -> Upcoming:
    """Return the executions of some windows."""
    ids = {id(window) for window in windows}
    executions = tuple(each for each in found.plan.executions if id(each.owner) in ids)
    unknown = tuple(each for each in found.unknown if id(each.window) in ids)
    return Upcoming(replace(found.plan, executions=executions), unknown)


def _joined(first: Plan[MaintenanceWindow], later: Plan[MaintenanceWindow]) -> Plan[MaintenanceWindow]:
    limits = [each for each in (first.computed_until, later.computed_until) if each is not None]
    return Plan((*first.executions, *later.executions), min(limits, default=None))
