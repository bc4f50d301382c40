"""Schedules of EventBridge Scheduler, as the emulator returns them."""

from typing import Any

from tests.integ.emulator.process import Emulator
from tests.integ.stacks import Resource


def schedule(emulator: Emulator, resource: Resource) -> dict[str, Any]:
    answer: dict[str, Any] = emulator.client("scheduler").get_schedule(Name=resource.physical_id)
    return answer
