"""Patch a fleet on AWS on a schedule: AWS CDK constructs over Systems Manager.

Each public name is imported when it is first asked for, so that what does not need the CDK (the command line, the
schedules) does not wait for it. ``__init__.pyi`` says the same to type checkers and editors; a test compares the two.
"""

from importlib import import_module
from importlib.util import find_spec

from patching_constructs._errors import PatchingError

# The module of every public name.
_HOMES = {
    "BaselineOverride": "constructs.overrides",
    "CommandNotification": "properties.notification",
    "CommandOutput": "properties.output",
    "ComplianceLevel": "ssm.compliance",
    "CutoffBehavior": "properties.cutoff",
    "DayOfWeek": "schedule.expression",
    "IPatchBaseline": "constructs.patch_baseline",
    "IPatchSchedule": "constructs.patch_schedule",
    "InstallOverrideList": "constructs.overrides",
    "NotificationEvent": "properties.notification",
    "NotificationType": "properties.notification",
    "Occurrence": "schedule.occurrence",
    "OperatingSystem": "ssm.operating_systems",
    "OverridePatch": "properties.override_files",
    "PatchBaseline": "constructs.patch_baseline",
    "PatchComplianceStatus": "ssm.compliance",
    "PatchFilter": "properties.approval",
    "PatchGroup": "properties.patch_group",
    "PatchHooks": "properties.command",
    "PatchNodes": "constructs.patch_nodes",
    "PatchOperation": "properties.command",
    "PatchRule": "properties.approval",
    "PatchSchedule": "constructs.patch_schedule",
    "PatchSource": "properties.approval",
    "PatchTarget": "properties.targets",
    "PatchingChecks": "checks.nag",
    "PatchingError": "_errors",
    "RateControl": "properties.rate_control",
    "RebootOption": "properties.command",
    "RejectedPatchesAction": "ssm.compliance",
    "ScheduleExpression": "schedule.expression",
    "Severity": "checks.severity",
    "WallClock": "schedule.occurrence",
}
# What needs an extra.
_EXTRAS = {"PatchingChecks"}
# What may be missing where only the command line is installed.
_CDK = {"aws_cdk", "constructs", "jsii"}


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
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _CDK:
            raise
        # Not an AttributeError, whose text ``from patching_constructs import ...`` would drop.
        words = f"{name} requires the AWS CDK: run pip install patching-constructs"
        raise ModuleNotFoundError(words, name=error.name) from error


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
