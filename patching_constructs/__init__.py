"""Patch a fleet on AWS on a schedule: AWS CDK constructs over Systems Manager.

Every public name is here. Each is imported when it is first asked for, so that what does not need the CDK (the
command line, the clock) does not wait for it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from patching_constructs._errors import PatchingError
    from patching_constructs.command import PatchHooks, PatchOperation, RebootOption
    from patching_constructs.patch_schedule import CutoffBehavior, IPatchSchedule, PatchSchedule
    from patching_constructs.rate_control import RateControl
    from patching_constructs.reporting import (
        CommandNotification,
        CommandOutput,
        NotificationEvent,
        NotificationType,
    )
    from patching_constructs.schedule.expression import DayOfWeek, ScheduleExpression
    from patching_constructs.targets import PatchTarget

_HOMES = {
    "CommandNotification": "reporting",
    "CommandOutput": "reporting",
    "CutoffBehavior": "patch_schedule",
    "DayOfWeek": "schedule.expression",
    "IPatchSchedule": "patch_schedule",
    "NotificationEvent": "reporting",
    "NotificationType": "reporting",
    "PatchHooks": "command",
    "PatchOperation": "command",
    "PatchSchedule": "patch_schedule",
    "PatchTarget": "targets",
    "PatchingError": "_errors",
    "RateControl": "rate_control",
    "RebootOption": "command",
    "ScheduleExpression": "schedule.expression",
}

__all__ = [
    "CommandNotification",
    "CommandOutput",
    "CutoffBehavior",
    "DayOfWeek",
    "IPatchSchedule",
    "NotificationEvent",
    "NotificationType",
    "PatchHooks",
    "PatchOperation",
    "PatchSchedule",
    "PatchTarget",
    "PatchingError",
    "RateControl",
    "RebootOption",
    "ScheduleExpression",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
