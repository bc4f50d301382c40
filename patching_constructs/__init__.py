"""Patch a fleet on AWS on a schedule: AWS CDK constructs over Systems Manager.

Every public name is here. Each is imported when it is first asked for, so that what does not need the CDK (the
command line, the clock) does not wait for it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from patching_constructs._errors import PatchingError
    from patching_constructs.approval import PatchFilter, PatchRule, PatchSource
    from patching_constructs.checks.nag import PatchingChecks
    from patching_constructs.command import PatchHooks, PatchOperation, RebootOption
    from patching_constructs.compliance import ComplianceLevel, PatchComplianceStatus, RejectedPatchesAction
    from patching_constructs.cutoff import CutoffBehavior
    from patching_constructs.operating_system import OperatingSystem
    from patching_constructs.override_content import OverridePatch
    from patching_constructs.override_list import BaselineOverride, InstallOverrideList
    from patching_constructs.patch_baseline import IPatchBaseline, PatchBaseline
    from patching_constructs.patch_group import PatchGroup
    from patching_constructs.patch_nodes import PatchNodes
    from patching_constructs.patch_schedule import IPatchSchedule, PatchSchedule
    from patching_constructs.rate_control import RateControl
    from patching_constructs.reporting import CommandNotification, CommandOutput, NotificationEvent, NotificationType
    from patching_constructs.schedule.expression import DayOfWeek, ScheduleExpression
    from patching_constructs.targets import PatchTarget

_HOMES = {
    "BaselineOverride": "override_list",
    "CommandNotification": "reporting",
    "CommandOutput": "reporting",
    "ComplianceLevel": "compliance",
    "CutoffBehavior": "cutoff",
    "DayOfWeek": "schedule.expression",
    "IPatchBaseline": "patch_baseline",
    "IPatchSchedule": "patch_schedule",
    "InstallOverrideList": "override_list",
    "NotificationEvent": "reporting",
    "NotificationType": "reporting",
    "OperatingSystem": "operating_system",
    "OverridePatch": "override_content",
    "PatchBaseline": "patch_baseline",
    "PatchComplianceStatus": "compliance",
    "PatchFilter": "approval",
    "PatchGroup": "patch_group",
    "PatchHooks": "command",
    "PatchNodes": "patch_nodes",
    "PatchOperation": "command",
    "PatchRule": "approval",
    "PatchSchedule": "patch_schedule",
    "PatchSource": "approval",
    "PatchTarget": "targets",
    "PatchingChecks": "checks.nag",
    "PatchingError": "_errors",
    "RateControl": "rate_control",
    "RebootOption": "command",
    "RejectedPatchesAction": "compliance",
    "ScheduleExpression": "schedule.expression",
}

__all__ = [
    "BaselineOverride",
    "CommandNotification",
    "CommandOutput",
    "ComplianceLevel",
    "CutoffBehavior",
    "DayOfWeek",
    "IPatchBaseline",
    "IPatchSchedule",
    "InstallOverrideList",
    "NotificationEvent",
    "NotificationType",
    "OperatingSystem",
    "OverridePatch",
    "PatchBaseline",
    "PatchComplianceStatus",
    "PatchFilter",
    "PatchGroup",
    "PatchHooks",
    "PatchNodes",
    "PatchOperation",
    "PatchRule",
    "PatchSchedule",
    "PatchSource",
    "PatchTarget",
    "PatchingChecks",
    "PatchingError",
    "RateControl",
    "RebootOption",
    "RejectedPatchesAction",
    "ScheduleExpression",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
