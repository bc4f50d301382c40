"""Templates of nodes, and of windows and associations that patch them."""

import json
from pathlib import Path
from typing import Any

from patching_constructs.template import TARGET, TASK, WINDOW

REF = {"Ref": "Parameter"}
WEB = {"Patch Group": "web"}
ASSOCIATION = "AWS::SSM::Association"
LAUNCH_TEMPLATE = "AWS::EC2::LaunchTemplate"
GROUP = "AWS::AutoScaling::AutoScalingGroup"

Resources = dict[str, Any]


def written(folder: Path, *parts: Resources, name: str = "fleet.json") -> Path:
    file = folder / name
    resources = {key: value for part in parts for key, value in part.items()}
    file.write_text(json.dumps({"Resources": resources}, indent=1), encoding="utf-8")
    return file


def listed(tags: object) -> object:
    """Write tags; what is no mapping of keys to values, or is a function, is written as it is."""
    if not isinstance(tags, dict) or tags == REF or "Fn::If" in tags:
        return tags
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def instance(name: str, tags: object = None, **properties: Any) -> Resources:
    given = {"IamInstanceProfile": "profile", "Tags": listed(tags)}
    return {name: {"Type": "AWS::EC2::Instance", "Properties": given | properties}}


def launch_template(name: str, tags: object = None, **data: Any) -> Resources:
    content = {"TagSpecifications": [{"ResourceType": "instance", "Tags": listed(tags)}]} if tags else {}
    return {
        name: {
            "Type": LAUNCH_TEMPLATE,
            "Properties": {"LaunchTemplateName": f"{name}-name", "LaunchTemplateData": content | data},
        }
    }


def group(name: str, tags: dict[str, Any] | None = None, *, propagate: object = True, **properties: Any) -> Resources:
    given = [{"Key": key, "Value": value, "PropagateAtLaunch": propagate} for key, value in (tags or {}).items()]
    return {name: {"Type": GROUP, "Properties": {"Tags": given} | properties}}


def by_ref(name: str, version: object = "$Latest") -> dict[str, Any]:
    return {"LaunchTemplateId": {"Ref": name}, "Version": version}


def window(
    name: str,
    filters: object,
    operation: object = "Install",
    *,
    schedule: object = "cron(0 3 ? * SUN *)",
    invocation: dict[str, Any] | None = None,
) -> Resources:
    """Write a window with a target, `{key: value}` or entries, and a patch task."""
    entries = (
        [{"Key": key, "Values": value} for key, value in filters.items()] if isinstance(filters, dict) else filters
    )
    ref = {"WindowId": {"Ref": name}}
    times = {"Schedule": schedule, "Duration": 2, "Cutoff": 1, "AllowUnassociatedTargets": False}
    command = {"Parameters": {"Operation": [operation]}} | (invocation or {})
    task = {
        "TaskType": "RUN_COMMAND",
        "TaskArn": "AWS-RunPatchBaseline",
        "Priority": 1,
        "MaxConcurrency": "1",
        "MaxErrors": "1",
        "Targets": [{"Key": "WindowTargetIds", "Values": [{"Ref": f"{name}Target"}]}],
        "TaskInvocationParameters": {"MaintenanceWindowRunCommandParameters": command},
    }
    return {
        name: {"Type": WINDOW, "Properties": {"Name": name.lower()} | times},
        f"{name}Target": {"Type": TARGET, "Properties": ref | {"ResourceType": "INSTANCE", "Targets": entries}},
        f"{name}Task": {"Type": TASK, "Properties": ref | task},
    }


def association(name: str, filters: object, operation: str = "Scan", **properties: Any) -> Resources:
    entries = (
        [{"Key": key, "Values": value} for key, value in filters.items()] if isinstance(filters, dict) else filters
    )
    given = {"Name": "AWS-RunPatchBaseline", "Targets": entries, "Parameters": {"Operation": [operation]}}
    return {name: {"Type": ASSOCIATION, "Properties": given | {"ScheduleExpression": "rate(1 day)"} | properties}}


def baseline(name: str, groups: object, system: str = "AMAZON_LINUX_2023", **properties: Any) -> Resources:
    given = {"Name": name.lower(), "OperatingSystem": system, "PatchGroups": groups}
    return {name: {"Type": "AWS::SSM::PatchBaseline", "Properties": given | properties}}
