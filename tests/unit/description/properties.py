"""Every property of the resources that are described, from the schemas of CloudFormation that cfn-lint contains."""

import json
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from itertools import pairwise
from typing import Any, Final

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

Path = tuple[str, ...]

WINDOW: Final = {"Name": "weekly", "Schedule": "cron(0 4 ? * SUN *)", "Duration": 4, "Cutoff": 1}
COMMAND: Final = "MaintenanceWindowRunCommandParameters"
# Each type with a resource that is described. The second item of a list is the one that is changed.
RESOURCES: Final[dict[str, dict[str, Any]]] = {
    "AWS::SSM::MaintenanceWindow": WINDOW,
    "AWS::SSM::MaintenanceWindowTarget": {
        "WindowId": {"Ref": "Window"},
        "ResourceType": "INSTANCE",
        "Targets": [{"Key": "tag:Patch Group", "Values": ["web"]}],
    },
    "AWS::SSM::MaintenanceWindowTask": {
        "WindowId": {"Ref": "Window"},
        "TaskType": "RUN_COMMAND",
        "TaskArn": "AWS-RunPatchBaseline",
        "TaskInvocationParameters": {COMMAND: {"Parameters": {"Operation": ["Install"]}}},
    },
    "AWS::SSM::PatchBaseline": {
        "Name": "baseline",
        "ApprovalRules": {"PatchRules": [{"PatchFilterGroup": {"PatchFilters": []}}]},
    },
    "AWS::SSM::Association": {
        "Name": "AWS-RunPatchBaseline",
        "Parameters": {"Operation": ["Install"]},
        "ScheduleExpression": "rate(1 day)",
    },
    "AWS::SSM::Document": {"Content": {"schemaVersion": "2.2"}},
    "AWS::Events::Rule": {
        "ScheduleExpression": "rate(1 day)",
        "Targets": [
            {
                "Id": "patch",
                "Arn": "arn:aws:ssm:eu-west-1::document/AWS-RunPatchBaseline",
                "Input": '{"Operation": ["Scan"]}',
            },
            {"Id": "notify", "Arn": "arn:aws:sns:eu-west-1:111122223333:topic"},
        ],
    },
    "AWS::Scheduler::Schedule": {
        "ScheduleExpression": "rate(1 day)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {
            "Arn": "arn:aws:scheduler:::aws-sdk:ssm:sendCommand",
            "Input": '{"DocumentName": "AWS-RunPatchBaseline", "Parameters": {"Operation": ["Scan"]}}',
        },
    },
    "AWS::SSMQuickSetup::ConfigurationManager": {
        "ConfigurationDefinitions": [
            {
                "Type": "AWSQuickSetupType-PatchPolicy",
                "Parameters": {
                    "ConfigurationOptionsPatchOperation": "ScanAndInstall",
                    "ConfigurationOptionsScanValue": "cron(0 1 * * ? *)",
                    "ConfigurationOptionsInstallValue": "cron(0 2 ? * SAT *)",
                    "TargetType": "*",
                },
            },
            {"Type": "AWSQuickSetupType-DHMC"},
        ]
    },
    "AWS::CloudFormation::StackSet": {
        "StackSetName": "patching",
        "PermissionModel": "SERVICE_MANAGED",
        "TemplateBody": json.dumps(
            {"Resources": {"Daily": {"Type": "AWS::SSM::MaintenanceWindow", "Properties": WINDOW}}}
        ),
        "StackInstancesGroup": [{"Regions": ["eu-central-1"]}],
    },
}
_LISTS_WITH_A_SECOND_ITEM: Final = {
    ("AWS::Events::Rule", "Targets"),
    ("AWS::SSMQuickSetup::ConfigurationManager", "ConfigurationDefinitions"),
}
# Values with which the resource still patches, and by which what it does differs.
_VALUES: Final[dict[str, tuple[Any, Any]]] = {
    "AWS::SSM::MaintenanceWindow.Schedule": ("cron(0 4 ? * SUN *)", "cron(0 5 ? * SUN *)"),
    "AWS::SSM::MaintenanceWindow.ScheduleTimezone": ("Europe/Berlin", "Asia/Tokyo"),
    "AWS::SSM::MaintenanceWindow.AllowUnassociatedTargets": (False, True),
    "AWS::SSM::MaintenanceWindowTarget.WindowId": ({"Ref": "Window"}, "mw-0123456789abcdef0"),
    "AWS::SSM::MaintenanceWindowTask.WindowId": ({"Ref": "Window"}, "mw-0123456789abcdef0"),
    "AWS::SSM::MaintenanceWindowTask.TaskArn": ("AWS-RunPatchBaseline", "AWS-RunPatchBaselineWithHooks"),
    "AWS::SSM::MaintenanceWindowTask.TaskParameters": (
        {"Operation": {"Values": ["Scan"]}},
        {"Operation": {"Values": ["Install"]}},
    ),
    "AWS::SSM::Association.Name": ("AWS-RunPatchBaseline", "AWS-RunPatchBaselineAssociation"),
    "AWS::SSM::Association.ScheduleExpression": ("rate(1 day)", "rate(2 days)"),
    "AWS::Events::Rule.ScheduleExpression": ("rate(1 day)", "rate(2 days)"),
    "AWS::Scheduler::Schedule.ScheduleExpression": ("rate(1 day)", "rate(2 days)"),
    "AWS::Scheduler::Schedule.ScheduleExpressionTimezone": ("Europe/Berlin", "Asia/Tokyo"),
    "AWS::Scheduler::Schedule.StartDate": ("2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z"),
    "AWS::Scheduler::Schedule.EndDate": ("2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z"),
    "AWS::Scheduler::Schedule.Target.Arn": (
        "arn:aws:scheduler:::aws-sdk:ssm:sendCommand",
        "arn:aws-cn:scheduler:::aws-sdk:ssm:sendCommand",
    ),
    "AWS::Scheduler::Schedule.Target.Input": (
        '{"DocumentName": "AWS-RunPatchBaseline", "Parameters": {"Operation": ["Scan"]}}',
        '{"DocumentName": "AWS-RunPatchBaseline", "Parameters": {"Operation": ["Install"]}}',
    ),
}
for _type in ("MaintenanceWindowRunCommandParameters", "MaintenanceWindowAutomationParameters"):
    _VALUES[f"AWS::SSM::MaintenanceWindowTask.TaskInvocationParameters.{_type}.Parameters"] = (
        {"Operation": ["Scan"]},
        {"Operation": ["Install"]},
    )


@cache
def schema_of(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    return found


def names(kind: str, section: str) -> frozenset[str]:
    """Return the properties in a section of the schema, such as ``readOnlyProperties``."""
    return frozenset(each.removeprefix("/properties/").replace("/", ".") for each in schema_of(kind).get(section, ()))


def leaves(kind: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Return every property of a type that is not a list or mapping, with its schema."""
    yield from _below(kind, schema_of(kind), ())


def _below(kind: str, node: dict[str, Any], path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    while "$ref" in node:
        found: Any = schema_of(kind)
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    if "properties" in node:
        for name, each in node["properties"].items():
            yield from _below(kind, each, (*path, name))
    elif "items" in node:
        yield from _below(kind, node["items"], (*path, "*"))
    elif "patternProperties" in node:
        (each,) = node["patternProperties"].values()
        yield from _below(kind, each, (*path, "{}"))
    else:
        yield path, node


def values_of(kind: str, path: Path, schema: dict[str, Any]) -> tuple[Any, Any]:
    """Return two values of a property."""
    special = _VALUES.get(f"{kind}.{'.'.join(path)}")
    if special is not None:
        return special
    if enumerated := schema.get("enum"):
        return enumerated[0], enumerated[1] if len(enumerated) > 1 else "OTHER"
    types = schema.get("type")
    if types == "boolean":
        return True, False
    return (2, 3) if types in ("integer", "number") else ("value-one", "value-two")


def template_with(kind: str, path: Path, value: object) -> dict[str, Any]:
    """Return a template with a window, and a resource of a type with the value of a property."""
    properties = deepcopy(RESOURCES[kind])
    _set(kind, properties, path, value)
    resources = {"Window": {"Type": "AWS::SSM::MaintenanceWindow", "Properties": WINDOW}}
    name = "Window" if kind == "AWS::SSM::MaintenanceWindow" else "Resource"
    return {"Resources": resources | {name: {"Type": kind, "Properties": properties}}}


def _set(kind: str, holder: Any, path: Path, value: object) -> None:
    place: Any = holder
    for number, (step, following) in enumerate(pairwise(path)):
        new: Any = [] if following == "*" else {}
        place = _step(kind, place, path, number, step, new)
    last = path[-1]
    if last == "*":
        place[:] = [value]
    else:
        place["Operation" if last == "{}" and "HttpParameters" not in path else last] = value


def _step(kind: str, place: Any, path: Path, number: int, step: str, new: Any) -> Any:
    if step != "*":
        key = "Operation" if step == "{}" else step
        if not isinstance(place.get(key), type(new)):
            place[key] = new
        return place[key]
    wanted = 1 if (kind, path[number - 1]) in _LISTS_WITH_A_SECOND_ITEM else 0
    while len(place) <= wanted:
        place.append(new)
    return place[wanted]
