"""Upcoming executions as JSON, for programs; see docs/reference/calendar.schema.json."""

from datetime import UTC, datetime, tzinfo
from typing import Any

from patching_constructs.cli import descriptions
from patching_constructs.cli.ended_schedules import EndedSchedule
from patching_constructs.cli.formats.calendar.calendar import Calendar, CalendarFreeze
from patching_constructs.cli.formats.calendar.result_json import result_json, results_json
from patching_constructs.cli.formats.freezes import freeze_json
from patching_constructs.cli.formats.json_text import json_text
from patching_constructs.cli.formats.ring import ring_json
from patching_constructs.cli.formats.runs import condition_json, execution_json, unknown_json
from patching_constructs.cli.formats.targets import targets_json, value_json
from patching_constructs.cli.formats.unread import unread_json
from patching_constructs.cli.formats.window_identity import identity_json
from patching_constructs.planning.executions import Execution
from patching_constructs.properties.command import OPERATION
from patching_constructs.template import MaintenanceWindow
from patching_constructs.template.upcoming import UnplannedWindow


def render(calendar: Calendar) -> str:
    """Write the executions, and the windows whose executions are unknown, as one JSON object."""
    upcoming = calendar.upcoming
    return json_text(
        {
            "from": calendar.after.isoformat(),
            "until": calendar.until and calendar.until.isoformat(),
            "overlapsComputedUntil": upcoming.computed_until and upcoming.computed_until.isoformat(),
            "executions": [_execution(execution, calendar.zone) for execution in upcoming.executions],
            "unknown": [_unknown(each) for each in upcoming.unknown],
            "runs": [execution_json(each, calendar.zone) for each in calendar.runs.executions],
            "unknownRuns": [unknown_json(each) for each in calendar.runs.unknown],
            "freezes": [_freeze(each, window) for each in calendar.freezes for window in each.windows],
            "ended": [_ended(each) for each in calendar.ended],
            "unread": [unread_json(each) for each in calendar.unread],
            "results": results_json(calendar.past),
        }
    )


def _execution(execution: Execution[MaintenanceWindow], zone: tzinfo | None) -> dict[str, Any]:
    occurrence, window = execution.occurrence, execution.owner
    shown = zone or occurrence.zone
    return identity_json(window) | {
        "start": occurrence.start.isoformat(),
        "cutoff": _moment(execution.cutoff, UTC),
        "end": occurrence.end.isoformat(),
        "timeZone": str(shown),
        "localStart": _moment(occurrence.start, shown),
        "localCutoff": _moment(execution.cutoff, shown),
        "localEnd": _moment(occurrence.end, shown),
        "condition": condition_json(window),
        "isFrozen": window.is_frozen,
        "ring": ring_json(window),
        "operations": [value_json(task.parameter(OPERATION)) for task in window.tasks],
        "cutoffDescription": descriptions.cutoff_in_words(window),
        "rebootDescriptions": [descriptions.reboot_in_words(task) for task in window.tasks],
        "targets": targets_json(window),
        "notes": [{"kind": note.kind, "message": note.text} for note in execution.notes],
        "result": result_json(execution.result),
    }


def _unknown(unknown: UnplannedWindow) -> dict[str, Any]:
    status = "invalid" if unknown.is_invalid else "unknown"
    return identity_json(unknown.window) | {"status": status, "reason": unknown.reason.removeprefix("invalid: ")}


def _freeze(frozen: CalendarFreeze, window: MaintenanceWindow) -> dict[str, Any]:
    return identity_json(window) | freeze_json(frozen.freeze)


def _ended(ended: EndedSchedule) -> dict[str, Any]:
    resource = ended.resource
    return {
        "stack": resource.stack,
        "logicalId": resource.logical_id,
        "constructPath": resource.construct_path and resource.construct_path.removesuffix("/Resource"),
        "name": ended.owner.label,
        "status": ended.kind.value,
        "reason": ended.reason,
    }


def _moment(moment: datetime | None, zone: tzinfo) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat()
