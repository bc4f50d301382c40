"""The past executions of the schedules that `calendar` shows, with their results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from patching_constructs.cli.results.matching import Match, NoHistory, matches
from patching_constructs.cli.results.recorded_place import RecordedPlace
from patching_constructs.cli.upcoming_schedules import Extent, upcoming_windows, with_open_windows
from patching_constructs.planning.executions import Execution, Plan
from patching_constructs.planning.results import History, executions_with_results
from patching_constructs.planning.windows import PlannedWindow
from patching_constructs.template import MaintenanceWindow
from patching_constructs.template.upcoming import planned
from patching_constructs.template.upcoming_runs import Schedules


@dataclass(frozen=True, slots=True, kw_only=True)
class PastExecutions:
    """The past executions of the schedules that are shown."""

    places: Sequence[RecordedPlace]
    """What was read."""
    plan: Plan[MaintenanceWindow]
    """The executions with their results."""
    without_history: Sequence[tuple[MaintenanceWindow, str]] = ()
    """The schedules of which nothing is known, each with the reason."""


def past_executions(
    every: Schedules, shown: Schedules, places: Sequence[RecordedPlace], *, after: datetime, until: datetime
) -> PastExecutions:
    """Return the executions that were planned or recorded between two instants.

    Args:
        every: all schedules of the templates.
        shown: the schedules that are shown.
        places: what was read.
        after: an aware datetime.
        until: an aware datetime, which is not later than now.
    """
    histories = _histories(every, shown, places)
    listed = with_open_windows(upcoming_windows(every, shown, after, Extent(until)), every, shown, after).plan
    planned_of: dict[int, list[Execution[MaintenanceWindow]]] = {}
    for execution in listed.executions:
        planned_of.setdefault(id(execution.owner), []).append(execution)
    executions = [
        each
        for window in shown.windows
        for each in _with_results(window, planned_of.get(id(window), []), histories[id(window)], after)
        if each.occurrence.start < until
    ]
    return PastExecutions(
        places=places,
        plan=Plan(tuple(executions), listed.computed_until),
        without_history=[
            (window, history.reason)
            for window in shown.windows
            if isinstance(history := histories[id(window)], NoHistory)
        ],
    )


def _histories(
    every: Schedules, shown: Schedules, places: Sequence[RecordedPlace]
) -> Mapping[int, History | NoHistory]:
    found = matches(every.windows, places)
    return {
        id(window): match.history if isinstance(match := found[id(window)], Match) else match
        for window in shown.windows
    }


def _with_results(
    window: MaintenanceWindow,
    executions: Sequence[Execution[MaintenanceWindow]],
    history: History | NoHistory,
    after: datetime,
) -> list[Execution[MaintenanceWindow]]:
    """Return the executions of a schedule; none of one that is not known to be deployed."""
    if isinstance(history, NoHistory):
        return []
    read = _as_planned(window, history)
    return [] if read is None else executions_with_results(read, executions, history, after=after)


def _as_planned(window: MaintenanceWindow, history: History) -> PlannedWindow[MaintenanceWindow] | None:
    """Return a window as the planner takes it: as the template describes it, or else as it is deployed."""
    read = planned(window, owner=window)
    if isinstance(read, PlannedWindow):
        return read
    times = history.windows[0].times
    if times is None:
        return None
    place = window.template.source.place
    return PlannedWindow(label=window.label, place=place, times=times, owner=window)
