"""The calendar as JSON, for programs."""

import json
from datetime import UTC, datetime, tzinfo
from typing import Any

from patching_constructs.cli import descriptions
from patching_constructs.cli.formats.calendar.calendar import Calendar
from patching_constructs.planning.executions import Execution
from patching_constructs.properties.command import OPERATION
from patching_constructs.template import MaintenanceWindow


def render(calendar: Calendar) -> str:
    """Write the openings, and the windows that cannot be told, as one JSON object."""
    upcoming = calendar.upcoming
    document = {
        "from": calendar.after.isoformat(),
        "overlapsComputedUntil": upcoming.computed_until and upcoming.computed_until.isoformat(),
        "openings": [_opening(execution, calendar.zone) for execution in upcoming.executions],
        "unknown": [
            {
                "stack": each.window.stack,
                "logicalId": each.window.logical_id,
                "constructPath": each.window.schedule_path,
                "reason": each.reason,
            }
            for each in upcoming.unknown
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _opening(execution: Execution[MaintenanceWindow], zone: tzinfo | None) -> dict[str, Any]:
    occurrence, window = execution.occurrence, execution.owner
    shown = zone or occurrence.zone
    return {
        "stack": window.stack,
        "logicalId": window.logical_id,
        "constructPath": window.schedule_path,
        "window": window.label,
        "start": occurrence.start.isoformat(),
        "cutoff": _shown(execution.cutoff, UTC),
        "end": occurrence.end.isoformat(),
        "timeZone": str(shown),
        "localStart": occurrence.start.astimezone(shown).isoformat(),
        "localCutoff": _shown(execution.cutoff, shown),
        "localEnd": occurrence.end.astimezone(shown).isoformat(),
        "operations": [descriptions.text(task.parameter(OPERATION)) for task in window.tasks],
        "atCutoff": descriptions.cutoff_in_words(window),
        "reboots": [descriptions.reboot_in_words(task) for task in window.tasks],
        "targets": [
            {
                descriptions.text(key): [descriptions.text(value) for value in values]
                for key, values in target.filters_as_written
            }
            for target in window.targets
        ],
        "notes": [{"mark": note.kind, "text": note.text} for note in execution.notes],
    }


def _shown(moment: datetime | None, zone: tzinfo) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat()
