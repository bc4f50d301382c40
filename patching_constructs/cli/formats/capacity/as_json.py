"""Forecasts as JSON, for programs; see docs/reference/capacity.schema.json."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from patching_constructs.cli.forecasts import WindowForecast
from patching_constructs.cli.formats.capacity.capacity_report import CapacityReport
from patching_constructs.cli.formats.json_text import json_text
from patching_constructs.cli.formats.targets import value_json
from patching_constructs.cli.formats.unread import unread_json
from patching_constructs.planning.capacity import PERCENTILES, Forecast
from patching_constructs.planning.capacity_words import assumptions_of
from patching_constructs.template import MaintenanceWindow

_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)


def render(report: CapacityReport) -> str:
    """Write the forecasts as one JSON object."""
    return json_text(
        {
            "windows": [_window(each) for each in report.windows],
            "unread": [*map(unread_json, report.unread)],
        }
    )


def _window(found: WindowForecast) -> dict[str, Any]:
    return _identity(found.window) | {
        "status": found.status,
        "reason": found.reason or None,
        "forecast": None if found.forecast is None else _forecast(found.forecast),
    }


def _identity(window: MaintenanceWindow | None) -> dict[str, str | None]:
    return {
        "stack": None if window is None else window.stack,
        "logicalId": None if window is None else window.logical_id,
        "constructPath": None if window is None else window.schedule_path,
        "windowName": None if window is None else value_json(window.name),
    }


def _forecast(forecast: Forecast) -> dict[str, Any]:
    window, estimate, capacity = forecast.window, forecast.estimate, forecast.capacity
    concurrency, duration = forecast.smallest_concurrency, forecast.smallest_duration
    cutoff = min(window.cutoff_at, window.deadline)
    return {
        "nodes": capacity.nodes,
        "minutesPerNode": capacity.minutes_per_node,
        "minutesPerNodeP95": capacity.minutes_per_node_p95,
        "maxConcurrency": str(forecast.max_concurrency),
        "targets": [{"nodes": batch.nodes, "concurrentNodes": batch.slots} for batch in estimate.batches],
        "durationHours": window.duration // _HOUR,
        "cutoffHours": window.cutoff // _HOUR,
        "cutoffBehavior": window.behavior,
        "deadlineMinutes": window.deadline // _MINUTE,
        "simulatedExecutions": len(estimate.executions) if estimate.is_simulated else 0,
        "waves": estimate.waves,
        "lastStartMinutes": _percentiles(lambda each: _minutes(estimate.last_start(each))),
        "lastEndMinutes": _percentiles(lambda each: _minutes(estimate.last_end(each))),
        "notStartedAtCutoff": _percentiles(lambda each: estimate.not_started(cutoff, each)),
        "notFinishedAtCutoff": _percentiles(lambda each: estimate.not_ended(cutoff, each)),
        # Nothing changes after what ends the patching.
        "notStartedAtEnd": _percentiles(lambda each: estimate.not_started(window.deadline, each)),
        "notFinishedAtEnd": _percentiles(lambda each: estimate.not_ended(window.deadline, each)),
        "smallestMaxConcurrency": None if concurrency is None else str(concurrency),
        "smallestDurationHours": None if duration is None else duration // _HOUR,
        "assumptions": list(assumptions_of(forecast)),
    }


def _percentiles(measured: Callable[[int], float]) -> dict[str, float]:
    return {f"p{each}": measured(each) for each in PERCENTILES}


def _minutes(length: timedelta) -> float:
    return round(length / _MINUTE, 2)
