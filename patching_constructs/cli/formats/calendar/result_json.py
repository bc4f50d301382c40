"""The results of past executions as JSON."""

from typing import Any

from patching_constructs.cli.formats.window_identity import identity_json
from patching_constructs.cli.json_values import json_time
from patching_constructs.cli.results.past import PastExecutions
from patching_constructs.planning.recorded_executions import ExecutionResult


def result_json(result: ExecutionResult | None) -> dict[str, Any] | None:
    """Write a result; None for an upcoming execution."""
    if result is None:
        return None
    recorded = result.recorded
    return {
        "result": result.result.value,
        "reason": result.reason,
        "isScheduled": result.is_scheduled,
        "windowId": recorded and recorded.window_id,
        "executionId": recorded and recorded.id,
        "status": recorded and recorded.status,
        "start": recorded and json_time(recorded.started),
        "end": recorded and json_time(recorded.ended),
    }


def results_json(past: PastExecutions | None) -> dict[str, Any] | None:
    """Write where the results are from, and the schedules of which nothing is known; None without results."""
    if past is None:
        return None
    return {
        "places": [
            {
                "account": place.account,
                "region": place.region,
                "readAt": json_time(place.read_at),
                "earliestExecution": json_time(place.begins),
                "failure": place.failure or None,
            }
            for place in past.places
        ],
        "unknown": [identity_json(window) | {"reason": reason} for window, reason in past.without_history],
    }
