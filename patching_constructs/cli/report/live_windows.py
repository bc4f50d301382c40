"""Read the windows of accounts and Regions, with their targets and executions."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeVar

from patching_constructs.cli.live.client import LiveReader
from patching_constructs.cli.live.executions import read_executions, recorded, with_result, without_tasks
from patching_constructs.cli.live.reading import Job, Reading
from patching_constructs.cli.live.request import Answer, Request
from patching_constructs.cli.live.windows import read_windows
from patching_constructs.planning.coverage import Selection, selection_of
from patching_constructs.planning.live_windows import LiveWindow
from patching_constructs.planning.recorded_executions import RecordedExecution, result_of_status
from patching_constructs.reporting.windows import ReportWindow

_Read = TypeVar("_Read")
_Wanted = tuple[LiveReader, LiveWindow]

# A window that runs each quarter has an execution in this time.
_LOOK_BACK: Final = timedelta(days=93)
_OLDER: Final = "only the newest execution is examined"


def read_report_windows(readers: Sequence[LiveReader], reading: Reading, *, now: datetime) -> tuple[ReportWindow, ...]:
    """Return the windows. What cannot be read is noted.

    Args:
        readers: the accounts and Regions.
        reading: what reads many things at the same time.
        now: an aware datetime.
    """
    jobs = [Job(read=partial(read_windows, each), what="maintenance windows", place=each.place) for each in readers]
    listed = reading.each("Reading maintenance windows", jobs)
    wanted = [(reader, window) for reader, windows in zip(readers, listed, strict=True) for window in windows or ()]
    targets = reading.each(
        "Reading targets",
        [_job(reader, partial(_read_targets, reader, window.id), "targets of windows") for reader, window in wanted],
    )
    executions = _executions(wanted, reading, now)
    return tuple(
        _window(reader, window, own_targets, own_executions)
        for (reader, window), own_targets, own_executions in zip(wanted, targets, executions, strict=True)
    )


def _job(reader: LiveReader, read: "partial[_Read]", what: str) -> Job[_Read]:
    return Job(read=read, what=what, place=reader.place)


def _read_targets(reader: LiveReader, window: str) -> tuple[Selection, ...]:
    request = Request(
        operation="describe_maintenance_window_targets",
        result="Targets",
        parameters={"WindowId": window},
        page_size=100,
    )
    return tuple(
        selection_of((entry["Key"], entry["Values"]) for entry in each.get("Targets", ()))
        for each in reader.read(request)
    )


def _executions(
    wanted: Sequence[_Wanted], reading: Reading, now: datetime
) -> list[tuple[RecordedExecution, ...] | None]:
    """Return the executions of each window, newest first, of which the newest is examined."""
    after = now - _LOOK_BACK
    listed = reading.each(
        "Reading executions",
        [
            _job(reader, partial(read_executions, reader, window.id, after=after), "executions of windows")
            for reader, window in wanted
        ],
    )
    ordered = [None if each is None else sorted(each, key=_start, reverse=True) for each in listed]
    newest = [(reader, executions[0]) for (reader, _), executions in zip(wanted, ordered, strict=True) if executions]
    found = reading.each(
        "Reading results",
        [_job(reader, partial(with_result, reader, each, now=now), "results of executions") for reader, each in newest],
    )
    by_id = {
        each["WindowExecutionId"]: result or without_tasks(each)
        for (_, each), result in zip(newest, found, strict=True)
    }
    return [None if each is None else tuple(_recorded(each, by_id)) for each in ordered]


def _start(execution: Answer) -> datetime:
    start: datetime = execution["StartTime"]
    return start


def _recorded(executions: Iterable[Answer], known: dict[str, RecordedExecution]) -> Iterable[RecordedExecution]:
    for each in executions:
        found = known.get(each["WindowExecutionId"])
        yield found or recorded(each, result_of_status(each["Status"]), _OLDER)


def _window(
    reader: LiveReader,
    window: LiveWindow,
    targets: tuple[Selection, ...] | None,
    executions: tuple[RecordedExecution, ...] | None,
) -> ReportWindow:
    return ReportWindow(
        id=window.id,
        place=reader.place,
        name=window.name,
        is_enabled=window.is_enabled,
        schedule=window.schedule,
        time_zone=window.time_zone,
        duration_hours=window.duration,
        next_execution=window.next_execution,
        targets=targets,
        executions=executions,
    )
