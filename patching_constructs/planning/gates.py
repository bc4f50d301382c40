"""Whether a gate can open, by the executions of its window and of the window before."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from typing import Final

from patching_constructs.schedule.occurrence import Occurrence

Executions = Callable[[datetime], Iterator[Occurrence]]
"""Returns the executions that start at or after an instant."""
# A fixed time, so that the result never changes.
_FIRST: Final = datetime(2026, 1, 1, tzinfo=UTC)
# Enough for years of a daily window and a monthly one. A gate that can open is found after a few executions.
_STEPS: Final = 1_500
_ENOUGH: Final = 12
"""As many executions of both windows are compared at least, if they have so many."""


class Outlook(Enum):
    """Whether a gate can open."""

    POSSIBLE = auto()
    """It can, or it is unknown."""
    IF_SHORTER = auto()
    """Only if an execution of the window before ends before its window does."""
    NEVER = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class GateTimes:
    """The conditions of a gate that are lengths of time."""

    bake_time: timedelta
    max_age: timedelta
    start_within: timedelta

    def outlook(self, own: datetime, last: Occurrence, following: Occurrence | None) -> Outlook:
        """Return whether it can open for an execution, after one that is the last one until another follows."""
        latest = min(own + self.start_within, last.start + self.max_age)
        if following is not None:
            latest = min(latest, following.start - datetime.resolution)
        if max(own, last.end + self.bake_time) <= latest:
            return Outlook.POSSIBLE
        return Outlook.IF_SHORTER if max(own, last.start + self.bake_time) <= latest else Outlook.NEVER


class _Counted:
    """Executions, and how many of them there were."""

    def __init__(self, executions: Iterator[Occurrence]) -> None:
        self._executions = executions
        self.count = 0
        self.is_over = False

    def next(self) -> Occurrence | None:
        found = next(self._executions, None)
        self.is_over = found is None
        self.count += found is not None
        return found

    @property
    def is_enough(self) -> bool:
        return self.is_over or self.count >= _ENOUGH


def outlook(own: Executions, before: Executions, gate: GateTimes) -> Outlook:
    """Return whether a gate can open.

    Args:
        own: returns the executions of the window with the gate.
        before: returns those of the window before.
        gate: its conditions.
    """
    first, first_before = next(own(_FIRST), None), next(before(_FIRST), None)
    if first is None or first_before is None:
        return Outlook.POSSIBLE
    begin = max(first.start, first_before.start) - gate.start_within
    owns, befores = _Counted(own(begin)), _Counted(before(begin - gate.max_age))
    is_possible = False
    for found in _compared(owns, befores, gate):
        if found is Outlook.POSSIBLE:
            return found
        is_possible = is_possible or found is Outlook.IF_SHORTER
    if not (owns.is_enough and befores.is_enough):
        return Outlook.POSSIBLE
    return Outlook.IF_SHORTER if is_possible else Outlook.NEVER


def _compared(owns: _Counted, befores: _Counted, gate: GateTimes) -> Iterator[Outlook]:
    """Compare each execution with those of the window before that can be the last one when it decides."""
    last, following = None, befores.next()
    while each := owns.next():
        while True:
            if last is not None:
                yield gate.outlook(each.start, last, following)
            if owns.count + befores.count >= _STEPS:
                return
            if following is None or following.start > each.start + gate.start_within:
                break
            last, following = following, befores.next()
