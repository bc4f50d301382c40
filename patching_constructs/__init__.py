"""Patch a fleet on AWS on a schedule: AWS CDK constructs over Systems Manager.

Each public name is imported when it is first used, so that code without constructs (the command line, schedules) never
loads the CDK. ``__init__.pyi`` lists the same names for type checkers and editors; a test compares the two.
"""

from importlib import import_module
from importlib.util import find_spec

from patching_constructs._errors import PatchingError

# The module of every public name.
_MODULES = {
    "ApprovalAlignment": "constructs.approval_alignment",
    "BaselineOverride": "constructs.overrides",
    "CalendarEvent": "properties.calendar_events",
    "CalendarType": "properties.calendar_events",
    "ChangeCalendar": "constructs.change_calendar",
    "CommandNotification": "properties.notification",
    "CommandOutput": "properties.output",
    "ComplianceLevel": "ssm.compliance",
    "CutoffBehavior": "properties.cutoff",
    "DayOfWeek": "schedule.days_of_week",
    "EventFrequency": "properties.calendar_events",
    "ExecutionStatus": "ssm.events",
    "FleetRollout": "constructs.fleet_schedule",
    "FleetSchedule": "constructs.fleet_schedule",
    "HookDocument": "constructs.hook_document",
    "IChangeCalendar": "constructs.change_calendar",
    "IMaintenanceWindow": "constructs._window_by_id",
    "IPatchBaseline": "constructs.patch_baseline",
    "IPatchSchedule": "constructs.patch_schedule",
    "InstallOverrideList": "constructs.overrides",
    "MaintenanceWindow": "constructs.maintenance_window",
    "MaintenanceWindowEvents": "constructs.maintenance_window_events",
    "MaintenanceWindowGrants": "constructs.maintenance_window_grants",
    "MaintenanceWindowMetrics": "constructs.maintenance_window_metrics",
    "NotificationEvent": "properties.notification",
    "NotificationType": "properties.notification",
    "Occurrence": "schedule.occurrence",
    "OperatingSystem": "ssm.operating_systems",
    "OverridePatch": "properties.override_files",
    "PatchBaseline": "constructs.patch_baseline",
    "PatchCapacity": "properties.capacity",
    "PatchComplianceReport": "constructs.patch_compliance_report",
    "PatchComplianceRule": "constructs.patch_compliance_rule",
    "PatchComplianceStatus": "ssm.compliance",
    "PatchDataSync": "constructs.patch_data_sync",
    "PatchFilter": "properties.approval",
    "PatchFleet": "constructs.patch_fleet",
    "PatchFreeze": "properties.freeze",
    "PatchFreezes": "constructs.patch_freezes",
    "PatchGate": "properties.gate",
    "PatchGroup": "properties.patch_group",
    "PatchHooks": "properties.command",
    "PatchMonitoring": "constructs.patch_monitoring",
    "PatchNodes": "constructs.patch_nodes",
    "PatchOperation": "properties.command",
    "PatchOrganization": "constructs.patch_organization",
    "PatchPolicyBaseline": "constructs.patch_policy_baseline",
    "PatchRing": "constructs.patch_ring",
    "PatchRollout": "constructs.patch_rollout",
    "PatchRule": "properties.approval",
    "PatchSchedule": "constructs.patch_schedule",
    "PatchSource": "properties.approval",
    "PatchTarget": "properties.targets",
    "PatchingChecks": "checks.nag",
    "PatchingError": "_errors",
    "PseudoParameter": "properties.pseudo_parameters",
    "QuickSetupPatchPolicy": "constructs.quick_setup_patch_policy",
    "RateControl": "properties.rate_control",
    "RebootOption": "properties.command",
    "RejectedPatchesAction": "ssm.compliance",
    "ScheduleExpression": "schedule.expression",
    "Severity": "checks.severity",
    "TaskType": "properties.task_actions",
    "WallClock": "schedule.occurrence",
    "WindowState": "ssm.events",
    "WindowTask": "properties.window_tasks",
}
# The names that require an extra.
_EXTRAS = {"PatchOrganization": "organizations", "PatchingChecks": "nag"}
# What can be missing if only the command line is installed.
_CDK = {"aws_cdk", "constructs", "jsii"}
_STACK_SETS = "cdk_stacksets"


def __getattr__(name: str) -> object:
    if name == "__all__":
        # Computed on demand: ``import *`` imports every name in it, and a name without its extra cannot be imported.
        return [each for each in _MODULES if each not in _EXTRAS or _has_extra(_EXTRAS[each])]
    missing = f"module {__name__!r} has no attribute {name!r}"
    if name not in _MODULES:
        raise AttributeError(missing)
    try:
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    except PatchingError as error:
        raise AttributeError(f"{missing}: {error}") from error
    except ModuleNotFoundError as error:
        words = _missing(name, (error.name or "").partition(".")[0])
        if words is None:
            raise
        # Not an AttributeError, whose text ``from patching_constructs import ...`` would drop.
        raise ModuleNotFoundError(words, name=error.name) from error


def __dir__() -> list[str]:
    return __getattr__("__all__")  # type: ignore[return-value]


def _missing(name: str, module: str) -> str | None:
    """Return what a name requires if a module is missing; None for a module that no installation lacks."""
    if module in _CDK:
        return f"{name} requires the AWS CDK: run pip install patching-constructs"
    if module == _STACK_SETS:
        extra = _EXTRAS[name]
        return f"{name} requires the extra {extra}: run pip install 'patching-constructs[{extra}]'"
    return None


def _has_extra(extra: str) -> bool:
    return _has_nag_extra() if extra == "nag" else find_spec(_STACK_SETS) is not None


def _has_nag_extra() -> bool:
    from patching_constructs.checks._cdk_version import check_cdk_version  # noqa: PLC0415 - only for __all__

    if find_spec("cdk_nag") is None:
        return False
    try:
        check_cdk_version()
    except PatchingError:
        return False
    return True
