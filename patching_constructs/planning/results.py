"""What became of planned executions, from what Systems Manager has recorded.

An execution without a record "did not run" only if that is certain. Otherwise its result is unknown, with the reason.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from patching_constructs.planning.executions import Execution, NoteKind
from patching_constructs.planning.live_windows import LiveWindow
from patching_constructs.planning.recorded_executions import ExecutionResult, RecordedExecution, Result
from patching_constructs.planning.windows import Owner, PlannedWindow

# A record never starts before its window opens; clocks can differ.
_EARLY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is known of the windows of one schedule. A schedule with freezes has several."""

    windows: Sequence[LiveWindow]
    executions: Sequence[RecordedExecution] = ()
    begins: datetime | None = None
    """The start of the earliest execution that is recorded in the account and Region; None if there is none.

    AWS does not document how long executions are kept. Whether they are removed by age or by number, what started after
    one that is still recorded has not been removed.
    """
    read_at: datetime
    """An aware datetime."""


def executions_with_results(
    window: PlannedWindow[Owner],
    planned: Sequence[Execution[Owner]],
    history: History,
    *,
    after: datetime,
) -> list[Execution[Owner]]:
    """Return the past executions of one schedule with their results, also those that its schedule does not have.

    Args:
        window: the window, or one of the windows of the schedule.
        planned: the executions of the schedule that start before now, in order. Their results are set.
        history: what is known of the schedule.
        after: an aware datetime, from which on recorded executions are returned.
    """
    # Where the planner assumes a start, only the records show when executions have started.
    certain = [each for each in planned if not each.has(NoteKind.START_ASSUMED)]
    is_certain = bool(certain) or not planned
    records, others = _assigned(certain, history.executions)
    found = [_with(each, _result(each, record, history)) for each, record in zip(certain, records, strict=True)]
    for record in others:
        if record.started >= after - _EARLY:
            result = ExecutionResult.of(record, is_scheduled=not is_certain)
            found.append(Execution(window, window.times.occurrence_at(record.started), result=result))
    return sorted(found, key=lambda each: each.occurrence.start)


def _with(execution: Execution[Owner], result: ExecutionResult) -> Execution[Owner]:
    execution.result = result
    return execution


def _assigned(
    planned: Sequence[Execution[Owner]], recorded: Sequence[RecordedExecution]
) -> tuple[list[RecordedExecution | None], list[RecordedExecution]]:
    """Return the record of each planned execution, and the records of none.

    A window can start late, because only five run at the same time, but not after it has closed.
    """
    starts = [each.occurrence.start for each in planned]
    records: list[RecordedExecution | None] = [None] * len(planned)
    others = []
    for record in sorted(recorded, key=lambda each: each.started):
        place = bisect_right(starts, record.started + _EARLY) - 1
        if place >= 0 and records[place] is None and record.started < planned[place].occurrence.end:
            records[place] = record
        else:
            others.append(record)
    return records, others


def _result(execution: Execution[Owner], record: RecordedExecution | None, history: History) -> ExecutionResult:
    if record is not None:
        return ExecutionResult.of(record)
    doubt = next(_doubts(execution, history), None)
    if doubt is not None:
        return ExecutionResult.unknown(doubt)
    if not any(each.is_enabled for each in _opened(execution, history)):
        return ExecutionResult(result=Result.DID_NOT_RUN, reason="the window is disabled")
    unrecorded = _unrecorded(execution.occurrence.start, history.begins)
    if unrecorded:
        return ExecutionResult.unknown(unrecorded)
    return ExecutionResult(result=Result.DID_NOT_RUN, reason="no execution is recorded")


def _doubts(execution: Execution[Owner], history: History) -> Iterator[str]:
    """Return why it is unknown whether an execution without a record should have taken place."""
    start = execution.occurrence.start
    if execution.occurrence.end > history.read_at:
        yield "the results were read before the window closed"
    if execution.has(NoteKind.OPEN_ALREADY):
        yield "the window was still open from its previous execution"
    opened = _opened(execution, history)
    if not opened:
        schedules = " and ".join(dict.fromkeys(each.schedule for each in history.windows))
        yield f"the deployed schedule, {schedules}, has no execution at this time"
    for window in opened:
        yield from _changes_after(window, start)


def _unrecorded(start: datetime, begins: datetime | None) -> str:
    """Return why an execution can have taken place without a record; empty if it cannot."""
    if begins is None:
        return "the account and Region have no recorded execution, and AWS does not document how long they are kept"
    return f"the recorded executions begin at {_shown(begins)}" if begins > start else ""


def _opened(execution: Execution[Owner], history: History) -> list[LiveWindow]:
    """Return the windows of a schedule that have an execution at this time; its windows after freezes do not."""
    return [each for each in history.windows if each.opens_at(execution.occurrence.start)]


def _changes_after(window: LiveWindow, start: datetime) -> Iterator[str]:
    if window.created is None or window.modified is None:
        yield "when the window was created and changed is unknown"
    elif window.created > start:
        yield f"the window was created at {_shown(window.created)}"
    elif window.modified > start:
        yield f"the window was changed at {_shown(window.modified)}, and how it was before is unknown"


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
