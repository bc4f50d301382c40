"""The upcoming executions of the windows of templates, as far as they are known before deployment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from patching_constructs._errors import PatchingError
from patching_constructs.planning.coverage import Selection, selection_of
from patching_constructs.planning.executions import Execution, Plan, plan
from patching_constructs.planning.windows import Owner, PlannedWindow, WindowTimes
from patching_constructs.template.intrinsics import Deferred, Text
from patching_constructs.template.records import TargetRecord, WindowRecord


@dataclass(frozen=True, slots=True)
class Unknown:
    """A window whose executions are not known, and why."""

    window: WindowRecord
    reason: str
    is_invalid: bool = False
    """Whether the service would refuse it. Otherwise only the deployment knows."""


@dataclass(frozen=True)
class Upcoming:
    """The executions of all windows in order, and the windows whose executions are not known."""

    plan: Plan[WindowRecord]
    unknown: tuple[Unknown, ...]

    @cached_property
    def executions(self) -> tuple[Execution[WindowRecord], ...]:
        """The executions in the order in which they begin, and of those that begin together by their names."""
        return tuple(sorted(self.plan.executions, key=_order))

    @property
    def computed_until(self) -> datetime | None:
        """Until when overlaps were computed, None where they were for all executions."""
        return self.plan.computed_until


def upcoming_executions(
    windows: Sequence[WindowRecord], *, after: datetime, until: datetime | None = None, count: int | None = None
) -> Upcoming:
    """Return the upcoming executions of windows, with what needs attention.

    Args:
        windows: the windows, such as `patching_constructs.template.read_windows` returns them.
        after: an aware datetime; no execution that begins before it is listed.
        until: an aware datetime; no execution that begins then or later is listed. Default: no end, and then ``count``
            is needed.
        count: how many executions of every window are listed at most. Default: all of them.
    """
    read = [planned(window, owner=window) for window in windows]
    known = [each for each in read if isinstance(each, PlannedWindow)]
    unknown = tuple(each for each in read if isinstance(each, Unknown))
    return Upcoming(plan(known, after=after, until=until, count=count), unknown)


def planned(window: WindowRecord, *, owner: Owner) -> PlannedWindow[Owner] | Unknown:
    """Return a window as the planner knows it, or why it cannot be planned.

    Args:
        window: the window.
        owner: what the planner's answers shall name instead of it.
    """
    names = ("schedule", "time_zone", "schedule_offset", "duration", "start_date", "end_date")
    values: dict[str, Text] = {name: getattr(window, name) for name in names}
    for name, value in values.items():
        if isinstance(value, Deferred):
            return Unknown(window, f"its {name.replace('_', ' ')} is not known before deployment")
    try:
        times = WindowTimes.read(
            **{name: value for name, value in values.items() if not isinstance(value, Deferred)},
            cutoff=None if isinstance(window.cutoff, Deferred) else window.cutoff,
            is_cutoff_known=not isinstance(window.cutoff, Deferred),
        )
    except PatchingError as error:
        return Unknown(window, f"invalid: {error}", is_invalid=True)
    selections = [selection for target in window.targets if (selection := _selection(target)) is not None]
    return PlannedWindow(
        label=window.label,
        place=window.place,
        deployment=window.deployment,
        times=times,
        selections=tuple(selections),
        is_idle=window.is_frozen,
        owner=owner,
    )


def _selection(target: TargetRecord) -> Selection | None:
    """Return what a target selects, None where only the deployment knows by which keys."""
    entries: list[tuple[str, list[str | Deferred]]] = []
    for key, values in target.filters:
        if isinstance(key, Deferred):
            return None
        entries.append((key or "", [value for value in values if value is not None]))
    return selection_of(entries)


def _order(execution: Execution[WindowRecord]) -> tuple[datetime, str, str]:
    return execution.occurrence.start, execution.owner.stack, execution.owner.logical_id
