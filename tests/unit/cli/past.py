"""Calendars with the results of past executions."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from patching_constructs.cli.formats.calendar.calendar import Calendar
from patching_constructs.cli.results.past import PastExecutions
from patching_constructs.cli.results.recorded_place import RecordedPlace
from patching_constructs.planning.executions import Plan
from patching_constructs.planning.recorded_executions import ExecutionResult, RecordedExecution, Result
from patching_constructs.template import MaintenanceWindow
from tests.unit.cli.fleet import AFTER, UNTIL, forecast_of

NOW = AFTER + timedelta(days=20)
Results = Mapping[Result, str]
"""The results with their reasons, which executions have in turn."""
EVERY: Results = {
    Result.SUCCEEDED: "",
    Result.FAILED: "the status of its task AWS-RunPatchBaseline is FAILED",
    Result.DID_NOT_RUN: "no execution is recorded",
    Result.NOTHING_RAN: "its patch command ran on no node",
    Result.SKIPPED: "",
    Result.UNKNOWN: "the window was changed at 2026-03-01 10:00 UTC, and how it was before is unknown",
}


def result_of(result: Result, reason: str, start: datetime) -> ExecutionResult:
    if result in (Result.DID_NOT_RUN, Result.UNKNOWN):
        return ExecutionResult(result=result, reason=reason)
    recorded = RecordedExecution(
        window_id="mw-0123456789abcdef0",
        id="00000000-0000-4000-8000-000000000001",
        status="SUCCESS",
        started=start + timedelta(seconds=20),
        ended=None if result is Result.RUNNING else start + timedelta(minutes=40),
        result=result,
        reason=reason,
    )
    return ExecutionResult.of(recorded)


def calendar_with_results(
    *windows: MaintenanceWindow,
    results: Results = EVERY,
    now: datetime = NOW,
    without: Mapping[MaintenanceWindow, str] | None = None,
    is_scheduled: bool = True,
) -> Calendar:
    """Return a calendar in which the executions before now have results, in turn."""
    upcoming = forecast_of(*windows)
    past = [each for each in upcoming.plan.executions if each.occurrence.start < now]
    for place, execution in enumerate(past):
        result, reason = list(results.items())[place % len(results)]
        found = result_of(result, reason, execution.occurrence.start)
        execution.result = replace(found, is_scheduled=is_scheduled)
    return Calendar(
        upcoming=upcoming,
        windows=windows,
        made_at=now,
        after=AFTER,
        until=UNTIL,
        past=PastExecutions(
            places=[RecordedPlace(account="111122223333", region="eu-central-1", read_at=now)],
            plan=Plan(tuple(past)),
            without_history=list((without or {}).items()),
        ),
    )
