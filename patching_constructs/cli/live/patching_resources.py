"""The windows with their targets and tasks, and the baselines, of an account and Region, as the API describes them."""

from collections.abc import Collection
from typing import Any, Final

from patching_constructs.adoption.live import LiveBaseline, LiveResources, LiveWindowParts
from patching_constructs.cli.live.client import LiveReader
from patching_constructs.cli.live.request import Request

_PAGE: Final = 100


def read_patching_resources(reader: LiveReader, windows: Collection[str] = ()) -> LiveResources:
    """Return the windows, or some of them by id; without ids, the baselines of the account too.

    Raises:
        AwsError: they cannot be read.
    """
    if windows:
        return LiveResources(windows=[_window(reader, each) for each in dict.fromkeys(windows)], baselines=[])
    return LiveResources(windows=[_window(reader, each) for each in _ids(reader)], baselines=_baselines(reader))


def _ids(reader: LiveReader) -> list[str]:
    found = _each(reader, "describe_maintenance_windows", "WindowIdentities")
    return sorted(each["WindowId"] for each in found)


def _window(reader: LiveReader, window_id: str) -> LiveWindowParts:
    of_window = {"WindowId": window_id}
    tasks = _each(reader, "describe_maintenance_window_tasks", "Tasks", of_window)
    return LiveWindowParts(
        window=_one(reader, "get_maintenance_window", of_window),
        targets=_each(reader, "describe_maintenance_window_targets", "Targets", of_window),
        tasks=[
            _one(reader, "get_maintenance_window_task", of_window | {"WindowTaskId": each["WindowTaskId"]})
            for each in tasks
        ],
        tags=_tags(reader, "MaintenanceWindow", window_id),
    )


def _baselines(reader: LiveReader) -> list[LiveBaseline]:
    own = {"Filters": [{"Key": "OWNER", "Values": ["Self"]}]}
    identities = _each(reader, "describe_patch_baselines", "BaselineIdentities", own)
    return [
        LiveBaseline(
            baseline=_one(reader, "get_patch_baseline", {"BaselineId": each["BaselineId"]}),
            is_default=each.get("DefaultBaseline", False),
            tags=_tags(reader, "PatchBaseline", each["BaselineId"]),
        )
        for each in identities
    ]


def _tags(reader: LiveReader, kind: str, resource: str) -> dict[str, str]:
    request = Request(
        operation="list_tags_for_resource",
        result="TagList",
        parameters={"ResourceType": kind, "ResourceId": resource},
    )
    return {each["Key"]: each["Value"] for each in reader.read(request)}


def _each(
    reader: LiveReader, operation: str, result: str, parameters: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    return reader.read(Request(operation=operation, result=result, parameters=parameters or {}, page_size=_PAGE))


def _one(reader: LiveReader, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
    (found,) = reader.read(Request(operation=operation, result=None, parameters=parameters))
    return found
