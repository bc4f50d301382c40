"""When a schedule runs next, to compare it before and after a change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from patching_constructs.description.described import Subject
from patching_constructs.planning.executions import Execution, NoteKind
from patching_constructs.schedule.occurrence import WallClock
from patching_constructs.template.maintenance_windows import MaintenanceWindow
from patching_constructs.template.scheduled_runs import ScheduledRun
from patching_constructs.template.upcoming import upcoming_executions
from patching_constructs.template.upcoming_runs import upcoming_runs
from patching_constructs.template.value import UnknownError

_FORESEEN: Final = timedelta(days=366)
# Those of a window that runs every day.
_MOST_FORESEEN: Final = 366


@dataclass(frozen=True, slots=True)
class NextExecutions:
    """The next executions of a schedule, in its time zone."""

    starts: tuple[datetime, ...] = ()
    reasons: tuple[str, ...] = ()
    """Why some are not known."""
    assumptions: tuple[str, ...] = field(default=(), compare=False)
    """What is assumed of their times."""


def next_executions(subject: Subject | None, *, after: datetime, count: int) -> NextExecutions:
    """Return when a schedule runs next; nothing of what is no schedule."""
    if subject is None:
        return NextExecutions()
    found = sorted(_starts(subject, after, count), key=lambda each: each[0])[:count]
    assumptions = dict.fromkeys(text for _, texts in found for text in texts)
    return NextExecutions(
        tuple(start for start, _ in found), tuple(_reasons(subject, after)), assumptions=tuple(assumptions)
    )


def assumptions_of(subject: Subject, *, after: datetime) -> tuple[str, ...]:
    """Return what is assumed of the starts of a schedule within a year: the notes that `calendar` shows."""
    until = after + _FORESEEN
    found: dict[str, None] = {}
    if isinstance(subject.resource, MaintenanceWindow):
        planned = upcoming_executions([subject.resource], after=after, until=until, count=_MOST_FORESEEN)
        for execution in planned.executions:
            found |= dict.fromkeys(_assumed(execution))
    for run in upcoming_runs(subject.runs, after=after, until=until, count=1).executions:
        found |= dict.fromkeys(run.notes)
    return tuple(found)


def _assumed(execution: Execution[MaintenanceWindow]) -> Iterator[str]:
    yield from (note.text for note in execution.notes if note.kind is NoteKind.START_ASSUMED)
    if execution.occurrence.wall_clock is not WallClock.ONCE:
        text = next(note.text for note in execution.notes if note.kind is NoteKind.CLOCK_CHANGE)
        yield f"{execution.occurrence.local_start:%Y-%m-%d}: {text}"


def has_ended(subject: Subject, at: datetime) -> bool:
    """Return whether a schedule certainly has no execution from a time on."""
    enabled = [run for run in subject.runs if not _is_disabled(run)]
    return next_executions(replace(subject, runs=enabled), after=at, count=1) == NextExecutions()


def _is_disabled(run: ScheduledRun) -> bool:
    try:
        return run.is_disabled
    except UnknownError:
        return False


def _starts(subject: Subject, after: datetime, count: int) -> Iterator[tuple[datetime, Sequence[str]]]:
    """Return the starts of the executions, with what is assumed of each."""
    if isinstance(subject.resource, MaintenanceWindow):
        for execution in upcoming_executions([subject.resource], after=after, count=count).executions:
            assumed = [note.text for note in execution.notes if note.kind is NoteKind.START_ASSUMED]
            yield execution.occurrence.start.astimezone(execution.occurrence.zone), assumed
    for run in upcoming_runs(subject.runs, after=after, count=count).executions:
        yield run.occurrence.start.astimezone(run.occurrence.zone), run.notes


def _reasons(subject: Subject, after: datetime) -> Iterator[str]:
    if isinstance(subject.resource, MaintenanceWindow):
        yield from (each.reason for each in upcoming_executions([subject.resource], after=after, count=1).unknown)
    yield from (each.reason for each in upcoming_runs(subject.runs, after=after, count=1).unknown)
