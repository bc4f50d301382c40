"""Conditions under which a schedule patches: the window before has succeeded, and change calendars are open.

https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-automation.html
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Final

from patching_constructs._errors import refusal, shown
from patching_constructs._tokens import is_unresolved, is_unresolved_scalar
from patching_constructs._validation import check_reference
from patching_constructs.properties._durations import Length, length_in_seconds
from patching_constructs.properties.document_parameters import document_of_app
from patching_constructs.schedule.expression import ScheduleExpression
from patching_constructs.ssm import limits

if TYPE_CHECKING:
    from aws_cdk.interfaces.aws_ssm import IDocumentRef, IMaintenanceWindowRef

_CALENDAR: Final = "ChangeCalendar"
_OF_THE_WINDOW_BEFORE: Final = ("max_age", "max_failed", "max_pending_reboots")
_BAKE_TIME: Final = (timedelta(0), timedelta(days=31))
_MAX_AGE: Final = (timedelta(seconds=1), timedelta(days=366))
START_WITHIN: Final = timedelta(minutes=15)
_START_WITHIN: Final = (timedelta(minutes=1), timedelta(hours=12))
_FIRST_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)
_COMPARED: Final = 400
"""The executions whose distances are compared: more than a year of daily ones, with its daylight saving changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchGate:
    """Conditions that must hold when the window opens, so that the schedule patches. Otherwise, it patches nothing.

    The task of the window is then a runbook, which belongs to the schedule: it checks the conditions, runs the patch
    command with the targets and the rate control of the schedule, and waits until it has ended. An error, a missing
    answer or an unexpected one closes the gate. A schedule requires at least ``after`` or one of ``calendars``; in a
    `PatchRollout` with ``gated``, a gate without ``after`` follows the ring before.

    The window before has succeeded if its last execution and all of its tasks have the status SUCCESS, if a patch
    command installed on at least one node, and if the nodes have reported their patch states since. A scan counts only
    for a schedule that scans.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-automation.html

    Raises:
        PatchingError: a property is invalid, or there is a ``bake_time`` without ``after``. That there is a condition
            is checked when the schedule is created.
    """

    after: "IMaintenanceWindowRef | None" = None
    """The window whose success is required: a schedule, also of another stack, or an imported window of the same
    account and Region. Default: none."""
    bake_time: Length | None = None
    """The time since the end of that success, at most 31 days. Default: none, it must have ended."""
    max_age: Length | None = None
    """The time since the beginning of that success, at most 366 days, so that a success of an earlier period does not
    count. Default: the shortest time between two executions of the schedule with the gate."""
    max_failed: float = 0
    """The number of nodes on which patching may have failed, or which may have reported no patch state since, although
    the execution of the window has the status SUCCESS. With any other status, the gate is closed whatever the number
    is. Default: 0."""
    max_pending_reboots: float = 0
    """The number of nodes that may wait for a reboot. Default: 0."""
    calendars: "Sequence[str | IDocumentRef]" = ()
    """Change calendars that must be open, and stay so until the cutoff: a `ChangeCalendar`, or the name or ARN of a
    calendar. Default: none."""
    start_within: Length = START_WITHIN
    """The time after the window has opened within which the patching must begin, from 1 minute to 12 hours. The
    patching is canceled so much before the cutoff that it ends in time even if it begins as late as this; other tasks
    of the window that run before it count. Default: 15 minutes."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "calendars", _checked_calendars(self.calendars))
        if self.after is not None:
            fix = "pass a PatchSchedule, or use MaintenanceWindow.from_maintenance_window_id(...)"
            check_reference("PatchGate after", self.after, "IMaintenanceWindowRef", fix)
        for name in ("max_failed", "max_pending_reboots"):
            _check_nodes(f"PatchGate {name}", getattr(self, name))
        _ = bake_seconds(self), start_within_seconds(self), _given_max_age(self)
        if self.after is None and self.bake_time is not None:
            fix = "set after, or in a rollout bake_time of the ring"
            raise refusal("PatchGate bake_time", "requires after", shown(self.bake_time), fix)


# --- What it is for a schedule ------------------------------------------------------------------------


def check_conditions(gate: PatchGate) -> None:
    """Check that the gate of a schedule has a condition, and the window before that its properties are about.

    Raises:
        PatchingError: it has not.
    """
    if gate.after is not None:
        return
    if not gate.calendars:
        raise refusal("PatchGate", "requires after, calendars, or both", "neither")
    given = [name for name in _OF_THE_WINDOW_BEFORE if getattr(gate, name) not in (None, 0)]
    if given:
        raise refusal(f"PatchGate {given[0]}", "requires after", shown(getattr(gate, given[0])), "set after")


def bake_seconds(gate: PatchGate) -> float:
    """Return the bake time in seconds.

    Raises:
        PatchingError: it is invalid.
    """
    return (
        0 if gate.bake_time is None else length_in_seconds("PatchGate bake_time", gate.bake_time, _BAKE_TIME, "hours")
    )


def start_within_seconds(gate: PatchGate) -> float:
    """Return the time within which the patching must begin, in seconds.

    Raises:
        PatchingError: it is invalid.
    """
    return length_in_seconds("PatchGate start_within", gate.start_within, _START_WITHIN, "minutes")


def max_age_seconds(gate: PatchGate, schedule: ScheduleExpression) -> float:
    """Return the maximum age of a success in seconds; 0 without a window before.

    Args:
        gate: the gate.
        schedule: the schedule with the gate.

    Raises:
        PatchingError: it is not given, and the schedule is a token or has only one execution, or it is not longer than
            the bake time.
    """
    if gate.after is None:
        return 0
    given = _given_max_age(gate)
    seconds = _shortest_period(schedule) if given is None else given
    bake = bake_seconds(gate)
    if not is_unresolved((seconds, bake)) and bake >= seconds:
        longest = "max_age" if given is not None else "the time between two executions, the default of max_age"
        rule = f"must be shorter than {longest}, so that a success can be old enough"
        got = f"bake_time={timedelta(seconds=bake)}, max_age={timedelta(seconds=seconds)}"
        raise refusal("PatchGate bake_time", rule, got)
    return seconds


def run_seconds(gate: PatchGate, duration_hours: float, cutoff_hours: float) -> int:
    """Return how long the patching can run in a window.

    Raises:
        PatchingError: no time is left, or a duration is a token.
    """
    start = start_within_seconds(gate)
    known = (("duration", duration_hours), ("cutoff", cutoff_hours), ("PatchGate start_within", start))
    for name, length in known:
        if is_unresolved(length):
            rule = "must be known at synthesis with a gate, because it determines the timeout of the runbook"
            raise refusal(name, rule, "a token")
    seconds = (duration_hours - cutoff_hours) * 3600 - start
    if seconds <= 0:
        rule = "must be shorter than the time from the start of the window to its cutoff"
        got = f"{timedelta(seconds=start)} with duration={duration_hours} h, cutoff={cutoff_hours} h"
        raise refusal("PatchGate start_within", rule, got)
    return int(seconds)


def _given_max_age(gate: PatchGate) -> float | None:
    return None if gate.max_age is None else length_in_seconds("PatchGate max_age", gate.max_age, _MAX_AGE, "days")


def _checked_calendars(calendars: "Sequence[str | IDocumentRef]") -> "tuple[str | IDocumentRef, ...]":
    what, fix = "PatchGate calendars", "pass a ChangeCalendar, or the name or ARN of a calendar"
    if isinstance(calendars, str) or not isinstance(calendars, Sequence):
        raise refusal(what, "must be a list of strings or IDocumentRef", shown(calendars), fix)
    for each in calendars:
        if not isinstance(each, str):
            check_reference(what, each, "IDocumentRef", fix)
            _check_kind(what, each)
        elif not is_unresolved(each) and not limits.DOCUMENT_NAME.fullmatch(each):
            raise refusal(what, "must be the names or ARNs of change calendars", repr(each))
    return tuple(calendars)


def _check_kind(what: str, document: "IDocumentRef") -> None:
    """Check the type of a document of the app, as far as it is known."""
    known = document_of_app(document)
    if known is not None and known.kind != _CALENDAR:
        raise refusal(what, f"must be documents of type {_CALENDAR}", f"the type {known.kind}", "pass a ChangeCalendar")


def _check_nodes(what: str, number: float) -> None:
    if is_unresolved_scalar(number):
        return
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise refusal(what, "must be a whole number of at least 0", shown(number))


def _shortest_period(schedule: ScheduleExpression) -> float:
    """Return the shortest time between two executions, in seconds."""
    starts = () if schedule.is_unresolved else islice(schedule.occurrences(after=_FIRST_TIME), _COMPARED)
    gaps = [later.start - earlier.start for earlier, later in pairwise(starts)]
    if not gaps:
        got = "a token" if schedule.is_unresolved else repr(str(schedule))
        rule = "is required with a schedule that is a token, or that has only one execution"
        raise refusal("PatchGate max_age", rule, got, "set max_age")
    return min(gaps).total_seconds()
