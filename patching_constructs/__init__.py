"""Patch a fleet on AWS on a schedule: AWS CDK constructs over Systems Manager.

Each public name is imported when it is first asked for, so that what does not need the CDK (the command line, the
schedules) does not wait for it. ``__init__.pyi`` says the same to type checkers and editors; a test compares the two.
"""

from importlib import import_module
from importlib.util import find_spec

from patching_constructs._errors import PatchingError

# The module of every public name.
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
    "Occurrence": "schedule.occurrence",
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
# What needs an extra.
_EXTRAS = {"PatchingChecks"}


def __getattr__(name: str) -> object:
    if name == "__all__":
        # Asked for when it is needed: ``import *`` takes every name in it, and one without its extra is missing.
        return [each for each in _HOMES if each not in _EXTRAS or _has_nag_extra()]
    missing = f"module {__name__!r} has no attribute {name!r}"
    if name not in _HOMES:
        raise AttributeError(missing)
    try:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    except PatchingError as error:
        raise AttributeError(f"{missing}: {error}") from error


def __dir__() -> list[str]:
    return __getattr__("__all__")  # type: ignore[return-value]


def _has_nag_extra() -> bool:
    from patching_constructs.checks._cdk_version import check_cdk_version  # noqa: PLC0415 - asked for with __all__ only

    if find_spec("cdk_nag") is None:
        return False
    try:
        check_cdk_version()
    except PatchingError:
        return False
    return True
