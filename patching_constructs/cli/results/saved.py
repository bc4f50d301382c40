"""The file that `calendar --save-results` writes; see docs/reference/results.schema.json."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from patching_constructs.cli.formats.json_text import VERSION, json_text
from patching_constructs.cli.formats.recorded_execution import read_recorded, recorded_json
from patching_constructs.cli.json_values import flag, json_time, moment, optional, text
from patching_constructs.cli.results.recorded_place import RecordedPlace, WindowRecord
from patching_constructs.planning.live_windows import LiveWindow
from patching_constructs.template.content import mapping
from patching_constructs.template.document import read_document, refuse

# Of ten thousand windows, with a month of executions each.
_LARGEST: Final = 500_000_000


def saved_text(places: Sequence[RecordedPlace]) -> str:
    """Return the content of a file with what was read."""
    return json_text({"places": [_place_json(place) for place in places]})


def read_saved(file: Path) -> list[RecordedPlace]:
    """Read a file that `saved_text` wrote.

    Raises:
        PatchingError: it cannot be read, or is no such file.
    """
    content = mapping(read_document(file, largest_json=_LARGEST).content)
    places: Any = content.get("places") if content.get("version") == VERSION else None
    try:
        return [_place(each) for each in places]
    except (AttributeError, KeyError, TypeError, ValueError):
        raise refuse(file, f"it is not a file of --save-results of version {VERSION}") from None


# --- An account and Region ----------------------------------------------------------------------------


def _place_json(place: RecordedPlace) -> dict[str, Any]:
    return {
        "account": place.account,
        "region": place.region,
        "readAt": json_time(place.read_at),
        "failure": place.failure,
        "windows": [_window_json(window) for window in place.windows],
        "stacks": {stack: dict(ids) for stack, ids in place.stacks.items()},
        "records": {
            window: {"failure": record.failure, "executions": [recorded_json(each) for each in record.executions]}
            for window, record in place.records.items()
        },
    }


def _place(content: Mapping[str, Any]) -> RecordedPlace:
    return RecordedPlace(
        account=optional(content["account"], text),
        region=text(content["region"]),
        read_at=moment(content["readAt"]),
        failure=text(content["failure"]),
        windows=tuple(_window(each, content) for each in content["windows"]),
        stacks={
            text(stack): {text(name): text(window) for name, window in ids.items()}
            for stack, ids in content["stacks"].items()
        },
        records={
            text(window): WindowRecord(
                failure=text(record["failure"]),
                executions=tuple(read_recorded(each, window) for each in record["executions"]),
            )
            for window, record in content["records"].items()
        },
    )


# --- A window -----------------------------------------------------------------------------------------


def _window_json(window: LiveWindow) -> dict[str, Any]:
    return {
        "id": window.id,
        "name": window.name,
        "isEnabled": window.is_enabled,
        "schedule": window.schedule,
        "timeZone": window.time_zone,
        "scheduleOffsetDays": window.schedule_offset,
        "durationHours": window.duration,
        "cutoffHours": window.cutoff,
        "startDate": window.start_date,
        "endDate": window.end_date,
        "nextExecution": json_time(window.next_execution),
        "createdAt": json_time(window.created),
        "modifiedAt": json_time(window.modified),
    }


def _window(content: Mapping[str, Any], place: Mapping[str, Any]) -> LiveWindow:
    return LiveWindow(
        id=text(content["id"]),
        name=text(content["name"]),
        account=place["account"],
        region=place["region"],
        is_enabled=flag(content["isEnabled"]),
        schedule=text(content["schedule"]),
        time_zone=optional(content["timeZone"], text),
        schedule_offset=optional(content["scheduleOffsetDays"], int),
        duration=int(content["durationHours"]),
        cutoff=int(content["cutoffHours"]),
        start_date=optional(content["startDate"], text),
        end_date=optional(content["endDate"], text),
        next_execution=optional(content["nextExecution"], moment),
        created=optional(content["createdAt"], moment),
        modified=optional(content["modifiedAt"], moment),
    )
