"""The calendar as JSON, for programs."""

import json
from datetime import datetime, tzinfo
from typing import Any

from patching_constructs.cli import _words
from patching_constructs.command import OPERATION
from patching_constructs.openings import Forecast, Opening


def as_json(forecast: Forecast, *, after: datetime, zone: tzinfo | None) -> str:
    """Write the openings, and the windows that cannot be told, as one JSON object."""
    document = {
        "from": after.isoformat(),
        "openings": [_opening(opening, zone) for opening in forecast.openings],
        "unknown": [
            {
                "stack": each.window.stack,
                "logicalId": each.window.logical_id,
                "constructPath": each.window.construct_path,
                "reason": each.reason,
            }
            for each in forecast.unknown
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _opening(opening: Opening, zone: tzinfo | None) -> dict[str, Any]:
    occurrence, window = opening.occurrence, opening.window
    shown = zone or occurrence.zone
    return {
        "stack": window.stack,
        "logicalId": window.logical_id,
        "constructPath": window.construct_path,
        "window": window.label,
        "start": occurrence.start.isoformat(),
        "cutoff": occurrence.cutoff.isoformat(),
        "end": occurrence.end.isoformat(),
        "timeZone": str(shown),
        "localStart": occurrence.start.astimezone(shown).isoformat(),
        "localCutoff": occurrence.cutoff.astimezone(shown).isoformat(),
        "localEnd": occurrence.end.astimezone(shown).isoformat(),
        "operations": [_words.text(task.parameter(OPERATION)) for task in window.tasks],
        "atCutoff": _words.cutoff_in_words(window),
        "reboots": [_words.reboot_in_words(task) for task in window.tasks],
        "targets": [
            {_words.text(key): [_words.text(value) for value in values] for key, values in target.filters}
            for target in window.targets
        ],
        "notes": [{"mark": note.mark, "text": note.text} for note in opening.notes],
    }
