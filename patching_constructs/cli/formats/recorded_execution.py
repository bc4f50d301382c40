"""An execution that Systems Manager has recorded as JSON, for `report` and `calendar --save-results` alike."""

from collections.abc import Mapping
from typing import Any

from patching_constructs.cli.json_values import json_time, moment, optional, text
from patching_constructs.planning.recorded_executions import RecordedExecution, Result


def recorded_json(execution: RecordedExecution) -> dict[str, Any]:
    """Write an execution without the id of its window."""
    return {
        "id": execution.id,
        "status": execution.status,
        "start": json_time(execution.started),
        "end": json_time(execution.ended),
        "details": execution.details,
        "result": execution.result.value,
        "reason": execution.reason,
    }


def read_recorded(content: Mapping[str, Any], window_id: str) -> RecordedExecution:
    """Return an execution that `recorded_json` wrote.

    Raises:
        KeyError, TypeError, ValueError: it is none.
    """
    return RecordedExecution(
        window_id=window_id,
        id=text(content["id"]),
        status=text(content["status"]),
        started=moment(content["start"]),
        ended=optional(content["end"], moment),
        details=text(content["details"]),
        result=Result(content["result"]),
        reason=text(content["reason"]),
    )
