"""Windows as JSON, for programs; see docs/reference/describe.schema.json."""

import re
from typing import Any

from patching_constructs.cli import descriptions
from patching_constructs.cli.formats.json_text import json_text
from patching_constructs.cli.formats.runs import run_json
from patching_constructs.cli.formats.targets import targets_json, value_json
from patching_constructs.cli.formats.unread import unread_json
from patching_constructs.cli.formats.windows.window_list import WindowList, idle_because, invalid_because
from patching_constructs.properties.command import EXECUTION_TIMEOUT, OPERATION
from patching_constructs.template import MaintenanceWindow, Value, WindowTask


def render(listed: WindowList) -> str:
    """Describe every window in one JSON object."""
    return json_text(
        {
            "windows": [*map(_window, listed.windows)],
            "runs": [*map(run_json, listed.runs)],
            "unread": [*map(unread_json, listed.unread)],
        }
    )


def _window(window: MaintenanceWindow) -> dict[str, Any]:
    return {
        "stack": window.stack,
        "logicalId": window.logical_id,
        "constructPath": window.schedule_path,
        "name": value_json(window.name),
        "schedule": value_json(window.schedule),
        "scheduleDescription": descriptions.schedule_in_words(window),
        "scheduleOffsetDays": _number(window.schedule_offset),
        "timeZone": None if window.time_zone.is_unknown else descriptions.time_zone_in_words(window),
        "durationHours": _number(window.duration),
        "cutoffHours": _number(window.cutoff),
        "cutoffDescription": descriptions.cutoff_in_words(window),
        "targets": targets_json(window),
        "targetsDescription": descriptions.targets_in_words(window),
        "tasks": [_task(each) for each in window.tasks],
        "idleReason": idle_because(window),
        "invalidReason": invalid_because(window),
    }


def _task(task: WindowTask) -> dict[str, Any]:
    return {
        "logicalId": task.logical_id,
        "document": value_json(task.document),
        "operation": value_json(task.parameter(OPERATION)),
        "operationDescription": descriptions.operation_in_words(task),
        "rebootDescription": descriptions.reboot_in_words(task),
        "startTimeoutSeconds": _number(task.start_timeout),
        "executionTimeoutSeconds": _number(task.parameter(EXECUTION_TIMEOUT)),
        "timeoutsDescription": descriptions.timeouts_in_words(task) or None,
    }


def _number(value: Value) -> int | None:
    """Return a whole number, None where there is none, or an invalid one, or one that is unknown until deployment."""
    written = value_json(value) or ""
    return int(written) if re.fullmatch("[0-9]{1,12}", written) else None
