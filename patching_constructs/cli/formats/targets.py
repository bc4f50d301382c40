"""Targets as JSON, for `calendar` and `describe` alike."""

from typing import Any

from patching_constructs.template import MaintenanceWindow, Value


def targets_json(window: MaintenanceWindow) -> list[dict[str, Any]]:
    """Return the targets of a window; a key or a value that is unknown until deployment is None."""
    return [
        {
            "logicalId": target.logical_id,
            "filters": [
                {"key": value_json(key), "values": [value_json(each) for each in values]}
                for key, values in target.filters_as_written
            ],
        }
        for target in window.targets
    ]


def value_json(value: Value) -> str | None:
    """Return a value of the template, None where there is none or it is unknown until deployment."""
    return None if value.is_unknown else value.written()
