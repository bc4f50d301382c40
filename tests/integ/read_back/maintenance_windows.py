"""Maintenance windows, their targets and their tasks, as the emulator returns them."""

from typing import Any

from tests.integ.emulator.process import Emulator
from tests.integ.stacks import Resource


def window(emulator: Emulator, resource: Resource) -> dict[str, Any]:
    answer: dict[str, Any] = emulator.client("ssm").get_maintenance_window(WindowId=resource.physical_id)
    return answer


def target(emulator: Emulator, resource: Resource) -> dict[str, Any]:
    window_id = resource.properties["WindowId"]
    listed = emulator.client("ssm").describe_maintenance_window_targets(WindowId=window_id)["Targets"]
    return _only(listed, "WindowTargetId", resource)


def task(emulator: Emulator, resource: Resource) -> dict[str, Any]:
    window_id = resource.properties["WindowId"]
    listed = emulator.client("ssm").describe_maintenance_window_tasks(WindowId=window_id)["Tasks"]
    found = _only(listed, "WindowTaskId", resource)
    return {"TaskType" if name == "Type" else name: value for name, value in found.items()}


def _only(listed: list[dict[str, Any]], key: str, resource: Resource) -> dict[str, Any]:
    (found,) = (each for each in listed if each[key] == resource.physical_id)
    return found
