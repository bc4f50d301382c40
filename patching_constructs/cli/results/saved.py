"""The file that `calendar --save-results` writes; see docs/reference/results.schema.json."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from patching_constructs.cli.formats.json_text import VERSION, json_text
from patching_constructs.cli.json_values import moment, optional
from patching_constructs.cli.results.recorded_place import RecordedPlace, WindowRecord
from patching_constructs.planning.live_windows import LiveWindow
from patching_constructs.planning.recorded_executions import RecordedExecution, Result
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
        "readAt": place.read_at.isoformat(),
        "failure": place.failure,
        "windows": [_window_json(window) for window in place.windows],
        "stacks": {stack: dict(ids) for stack, ids in place.stacks.items()},
        "records": {
            window: {"failure": record.failure, "executions": [_execution_json(each) for each in record.executions]}
            for window, record in place.records.items()
        },
    }


def _place(content: Mapping[str, Any]) -> RecordedPlace:
    return RecordedPlace(
        account=optional(content["account"], _text),
        region=_text(content["region"]),
        read_at=moment(content["readAt"]),
        failure=_text(content["failure"]),
        windows=tuple(_window(each, content) for each in content["windows"]),
        stacks={
            _text(stack): {_text(name): _text(window) for name, window in ids.items()}
            for stack, ids in content["stacks"].items()
        },
        records={
            _text(window): WindowRecord(
                failure=_text(record["failure"]),
                executions=tuple(_execution(each, window) for each in record["executions"]),
            )
            for window, record in content["records"].items()
        },
    )


# --- A window -----------------------------------------------------------------------------------------


def _window_json(window: LiveWindow) -> dict[str, Any]:
    return {
        "id": window.id,
        "name": window.name,
        "enabled": window.is_enabled,
        "schedule": window.schedule,
        "timeZone": window.time_zone,
        "scheduleOffset": window.schedule_offset,
        "duration": window.duration,
        "cutoff": window.cutoff,
        "startDate": window.start_date,
        "endDate": window.end_date,
        "nextExecution": _moment_json(window.next_execution),
        "created": _moment_json(window.created),
        "modified": _moment_json(window.modified),
    }


def _window(content: Mapping[str, Any], place: Mapping[str, Any]) -> LiveWindow:
    return LiveWindow(
        id=_text(content["id"]),
        name=_text(content["name"]),
        account=place["account"],
        region=place["region"],
        is_enabled=_is_true(content["enabled"]),
        schedule=_text(content["schedule"]),
        time_zone=optional(content["timeZone"], _text),
        schedule_offset=optional(content["scheduleOffset"], int),
        duration=int(content["duration"]),
        cutoff=int(content["cutoff"]),
        start_date=optional(content["startDate"], _text),
        end_date=optional(content["endDate"], _text),
        next_execution=optional(content["nextExecution"], moment),
        created=optional(content["created"], moment),
        modified=optional(content["modified"], moment),
    )


# --- An execution -------------------------------------------------------------------------------------


def _execution_json(execution: RecordedExecution) -> dict[str, Any]:
    return {
        "id": execution.id,
        "status": execution.status,
        "started": execution.started.isoformat(),
        "ended": _moment_json(execution.ended),
        "details": execution.details,
        "result": execution.result.value,
        "reason": execution.reason,
    }


def _execution(content: Mapping[str, Any], window: str) -> RecordedExecution:
    return RecordedExecution(
        window_id=window,
        id=_text(content["id"]),
        status=_text(content["status"]),
        started=moment(content["started"]),
        ended=optional(content["ended"], moment),
        details=_text(content["details"]),
        result=Result(content["result"]),
        reason=_text(content["reason"]),
    )


# --- Values -------------------------------------------------------------------------------------------


def _moment_json(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _is_true(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value
