"""Schedules to monitor, and what a template contains of their monitoring."""

import json
from typing import Any

import aws_cdk as cdk
from aws_cdk.assertions import Template
from constructs import Construct

from patching_constructs import (
    DayOfWeek,
    MaintenanceWindow,
    PatchMonitoring,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
)

NIGHTLY = ScheduleExpression.daily(hour=2)
WEEKLY = ScheduleExpression.weekly(DayOfWeek.SUNDAY, hour=4)
TUESDAY = ScheduleExpression.patch_tuesday(days_after=5, hour=4)
WEB, API = PatchTarget.tag("Role", "web"), PatchTarget.tag("Role", "api")
SCAN, INSTALL = PatchOperation.SCAN, PatchOperation.INSTALL
ALARM, RULE = "AWS::CloudWatch::Alarm", "AWS::Events::Rule"
WINDOW_ID = "mw-0123456789abcdef0"


def schedule(scope: Construct, name: str = "Install", **properties: Any) -> PatchSchedule:
    minimal: dict[str, Any] = {"schedule": TUESDAY, "targets": [WEB], "operation": INSTALL}
    return PatchSchedule(scope, name, **minimal | properties)


def imported(scope: cdk.Stack, name: str = "Imported", window_id: str = WINDOW_ID) -> Any:
    return MaintenanceWindow.from_maintenance_window_id(scope, name, window_id)


def monitoring(stack: cdk.Stack, *schedules: Any, **properties: Any) -> PatchMonitoring:
    return PatchMonitoring(stack, "Monitoring", schedules=schedules, **properties)


def found(stack: cdk.Stack, kind: str) -> dict[str, dict[str, Any]]:
    """Return the properties of the resources of a type by their logical ids, without prefix and hash."""
    resources = Template.from_stack(stack).find_resources(kind)
    return {
        name.removeprefix("Monitoring")[:-8]: each.get("Properties", {})
        for name, each in resources.items()
        if name.startswith("Monitoring")
    }


def text_of(value: Any, ids: dict[str, str]) -> str:
    """Return a text of a template, with references as the ids of the construct."""
    if isinstance(value, str):
        return value
    if "Ref" in value:
        name: str = value["Ref"]
        return ids.get(name, name)
    if "Fn::ImportValue" in value:
        return str(value["Fn::ImportValue"])
    if "Fn::GetAtt" in value:
        return f"{value['Fn::GetAtt'][0]}.{value['Fn::GetAtt'][1]}"
    return "".join(text_of(each, ids) for each in value["Fn::Join"][1])


def windows_by_ref(stack: cdk.Stack) -> dict[str, str]:
    """Return short names of the windows by their logical ids."""
    return {
        name: name[:-8] or name for name in Template.from_stack(stack).find_resources("AWS::SSM::MaintenanceWindow")
    }


def inputs(stack: cdk.Stack, check: str) -> list[dict[str, Any]]:
    """Return what the watch function gets for a check, of all rules and targets."""
    ids = windows_by_ref(stack)
    every = [
        json.loads(text_of(target["Input"], ids))
        for rule in found(stack, RULE).values()
        for target in rule["Targets"]
        if "ScheduleExpression" in rule
    ]
    return [entry for each in every if each["check"] == check for entry in each["schedules"]]


def alarm_names(stack: cdk.Stack) -> list[str]:
    return sorted(text_of(each["AlarmName"], {}) for each in found(stack, ALARM).values())
