"""The freezes of a schedule: its own, and those of the scopes that it is in.

The freezes of scopes and the windows are kept for the whole process, so that a freeze applies to windows that are
created before and after it. Without a freeze for a scope, this costs no jsii round trip; with one, a round trip for
each construct that schedules are created in.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from constructs import IConstruct

from patching_constructs._errors import PatchingError, refusal
from patching_constructs._template_metadata import FREEZE_END, FREEZE_REASON, FREEZE_START
from patching_constructs._tokens import is_unresolved
from patching_constructs.constructs._maintenance_window import Window
from patching_constructs.planning.freezes import FreezePart, is_within_dates, merged_freezes, parts_around
from patching_constructs.properties.freeze import PatchFreeze
from patching_constructs.properties.task_actions import RunCommand
from patching_constructs.properties.task_options import TaskOptions
from patching_constructs.schedule._rule import Rate

FREEZE_FACTORY: Final = "write PatchFreeze(start, end, reason)"
PlanFreezes = Callable[[], Callable[[], None]]
"""Checks the freezes of the scopes of a schedule, and returns what applies those that were added."""


@dataclass(frozen=True, slots=True)
class ScopedFreeze:
    """A freeze of a scope."""

    freeze: PatchFreeze
    include_scans: bool


_freezes: Final[dict[IConstruct, list[ScopedFreeze]]] = {}
_plans: Final[dict[IConstruct, list[PlanFreezes]]] = {}
"""What depends on the freezes of each schedule."""
_parents: Final[dict[IConstruct, IConstruct]] = {}
"""The construct that each schedule was created in."""
_scopes: Final[dict[IConstruct, tuple[IConstruct, ...]]] = {}


def register_schedule(schedule: IConstruct, parent: IConstruct, plan: PlanFreezes) -> None:
    """Remember what depends on the freezes of a schedule, for freezes that are added later.

    Args:
        schedule: the schedule.
        parent: the construct that it was created in.
        plan: plans what depends on its freezes; called once, also if it is remembered for several schedules.
    """
    _parents[schedule] = parent
    _plans.setdefault(schedule, []).append(plan)


def add_freezes(scope: IConstruct, freezes: Sequence[ScopedFreeze]) -> None:
    """Add freezes to a scope, and apply them to the windows in it.

    Raises:
        PatchingError: they cannot be applied to one of the windows; then they are not added.
    """
    inside = chain.from_iterable(plans for schedule, plans in _plans.items() if scope in _scopes_of(schedule))
    of_scope = _freezes.setdefault(scope, [])
    of_scope.extend(freezes)
    try:
        planned = [plan() for plan in dict.fromkeys(inside)]
    except PatchingError:
        del of_scope[-len(freezes) :]
        raise
    for apply in planned:
        apply()


def freezes_of_scopes(scope: IConstruct) -> tuple[ScopedFreeze, ...]:
    """Return the freezes of a construct and of all scopes that it is in."""
    if not _freezes:
        return ()
    return tuple(freeze for each in _scopes_of(scope) for freeze in _freezes.get(each, ()))


def forget() -> None:
    """Forget all windows and all freezes of scopes, for a process with several apps, such as one that runs tests."""
    _freezes.clear()
    _plans.clear()
    _parents.clear()
    _scopes.clear()


def _scopes_of(construct: IConstruct) -> tuple[IConstruct, ...]:
    """Return the scopes of a construct and itself, which never change."""
    if construct in _parents:
        return (*_scopes_of(_parents[construct]), construct)
    if construct not in _scopes:
        _scopes[construct] = tuple(construct.node.scopes)
    return _scopes[construct]


# --- Which of them apply to a window, and how -----------------------------------------------------------


def only_scans(tasks: Sequence[TaskOptions]) -> bool:
    """Return whether there are tasks, and all of them are scans."""
    return bool(tasks) and all(isinstance(task.action, RunCommand) and task.action.run.scans for task in tasks)


def frozen_by(
    freezes: Iterable[PatchFreeze], scoped: Iterable[ScopedFreeze], *, only_scans: bool
) -> tuple[PatchFreeze, ...]:
    """Return all freezes of a window. One that only scans continues during the freeze of a scope without scans."""
    applying = (each.freeze for each in scoped if each.include_scans or not only_scans)
    return tuple(dict.fromkeys([*freezes, *applying]))


def divided(window: Window, freezes: Sequence[PatchFreeze]) -> tuple[FreezePart, ...]:
    """Return the windows that freezes divide a window into; empty without freezes.

    Raises:
        PatchingError: a property that has to be known is unknown until deployment, the schedule is a rate, or all
            executions are in the freezes.
    """
    if not freezes:
        return ()
    _check_known(window)
    times = window.dated_times()
    if isinstance(times.schedule.rule, Rate) and any(is_within_dates(each, times) for each in merged_freezes(freezes)):
        rule = "cannot be used with rate(...), which counts from the creation or the start date of a window"
        raise refusal("freezes", rule, str(window.schedule), "use cron(...)")
    parts = parts_around(times, freezes)
    if not parts:
        got = f"{str(window.schedule)!r} with {', '.join(map(_shown, freezes))}"
        raise refusal("schedule", "must have an execution outside of its freezes", got)
    return parts


def _check_known(window: Window) -> None:
    values = {"duration": window.duration_hours, "start_date": window.start_date, "end_date": window.end_date}
    for name, value in values.items():
        if is_unresolved(value):
            raise refusal(name, "must be known at synthesis to use freezes", "a token")


def _shown(freeze: PatchFreeze) -> str:
    return f"a freeze from {freeze.start.isoformat()} to {freeze.end.isoformat()}"


def freezes_outside(window: Window, freezes: Iterable[PatchFreeze]) -> list[str]:
    """Return the freezes that have no effect, because the dates of the window do not overlap with them."""
    return [_shown(each) for each in freezes if not is_within_dates(each, window.dated_times())]


def freezes_as_metadata(freezes: Iterable[PatchFreeze]) -> list[dict[str, str]]:
    """Return freezes as they are written into the metadata of a window."""
    return [
        {FREEZE_START: each.start.isoformat(), FREEZE_END: each.end.isoformat(), FREEZE_REASON: each.reason}
        for each in freezes
    ]
