"""The upcoming executions of the windows of templates, unless they are unknown until deployment."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from patching_constructs._errors import PatchingError, UndocumentedError
from patching_constructs.planning.coverage import Selection
from patching_constructs.planning.executions import Execution, Plan, plan
from patching_constructs.planning.windows import Owner, PlannedWindow, WindowTimes
from patching_constructs.template.maintenance_windows import MaintenanceWindow, WindowTarget
from patching_constructs.template.node_filters import selection
from patching_constructs.template.value import UnknownError


@dataclass(frozen=True, slots=True)
class UnplannedWindow:
    """A window whose executions are unknown, and the reason."""

    window: MaintenanceWindow
    reason: str
    is_invalid: bool = False
    """Whether a value is invalid. Otherwise a value is unknown until deployment, or AWS does not document it."""


@dataclass(frozen=True)
class Upcoming:
    """The executions of all windows in order, and the windows whose executions are not known."""

    plan: Plan[MaintenanceWindow]
    unknown: tuple[UnplannedWindow, ...]

    @cached_property
    def executions(self) -> tuple[Execution[MaintenanceWindow], ...]:
        """The executions in the order in which they begin, and of those that begin together by their names."""
        return tuple(sorted(self.plan.executions, key=_order))

    @property
    def computed_until(self) -> datetime | None:
        """The end of the period for which overlaps were computed; None if it covers all executions."""
        return self.plan.computed_until


def upcoming_executions(
    windows: Sequence[MaintenanceWindow], *, after: datetime, until: datetime | None = None, count: int | None = None
) -> Upcoming:
    """Return the upcoming executions of windows, with what needs attention.

    Args:
        windows: the windows, as `patching_constructs.template.read_windows` returns them. The executions of a window
            include those of the windows that continue it after freezes.
        after: an aware datetime; no execution that begins before it is listed.
        until: an aware datetime; no execution that begins then or later is listed. Default: no end, and then ``count``
            is needed.
        count: how many executions of every window are listed at most. Default: all of them.
    """
    read = [planned(part, owner=window) for window in windows for part in (window, *window.later)]
    known = [each for each in read if isinstance(each, PlannedWindow)]
    # The windows of a schedule with freezes are unknown for the same reason.
    unknown = tuple(each for each in read if isinstance(each, UnplannedWindow) and each.window.first is None)
    found = plan(known, after=after, until=until, count=count)
    return Upcoming(found if count is None else _first_of_each(found, count), unknown)


def _first_of_each(found: Plan[MaintenanceWindow], count: int) -> Plan[MaintenanceWindow]:
    """Return a plan without what follows a number of executions of a schedule, which can have several windows."""
    seen: Counter[int] = Counter()
    executions = []
    for execution in found.executions:
        seen[id(execution.owner)] += 1
        if seen[id(execution.owner)] <= count:
            executions.append(execution)
    return replace(found, executions=tuple(executions))


def planned(window: MaintenanceWindow, *, owner: Owner) -> PlannedWindow[Owner] | UnplannedWindow:
    """Return a window as the planner takes it, or why it cannot be planned.

    Args:
        window: the window.
        owner: what the planner's results refer to.
    """
    values = {
        "schedule": window.schedule,
        "time_zone": window.time_zone,
        "schedule_offset": window.schedule_offset,
        "duration": window.duration,
        "start_date": window.start_date,
        "end_date": window.end_date,
    }
    for name, value in values.items():
        if value.is_unknown:
            return UnplannedWindow(window, f"the {name.replace('_', ' ')} is unknown until deployment")
    is_cutoff_known = not window.cutoff.is_unknown
    try:
        times = WindowTimes.read(
            **{name: value.written() for name, value in values.items()},
            cutoff=window.cutoff.written() if is_cutoff_known else None,
            is_cutoff_known=is_cutoff_known,
        )
    except UndocumentedError as error:
        return UnplannedWindow(window, str(error))
    except PatchingError as error:
        return UnplannedWindow(window, f"invalid: {error}", is_invalid=True)
    source = window.template.source
    return PlannedWindow(
        label=(window.first or window).label,
        place=source.place,
        certain_place=source.certain_place,
        times=times,
        selections=tuple(_selections(window.targets)),
        is_idle=window.is_frozen,
        owner=owner,
    )


def _selections(targets: Iterable[WindowTarget]) -> Iterator[Selection]:
    for target in targets:
        # What is unknown until deployment is not known to share nodes with anything.
        with suppress(UnknownError):
            yield selection(target.filters)


def _order(execution: Execution[MaintenanceWindow]) -> tuple[datetime, str, str]:
    return execution.occurrence.start, execution.owner.stack, execution.owner.logical_id
