"""Templates with StackSets, written as files."""

import json
from pathlib import Path
from typing import Any

STACK_SET = "AWS::CloudFormation::StackSet"
WINDOW = "AWS::SSM::MaintenanceWindow"
ZONES = {"eu-central-1": "Europe/Berlin", "us-east-1": "America/New_York"}


def window(**properties: object) -> dict[str, Any]:
    given = {
        "Name": "weekly",
        "Schedule": "cron(0 3 ? * SUN *)",
        "ScheduleTimezone": {"Fn::FindInMap": ["Zones", {"Ref": "AWS::Region"}, "Zone"]},
        "Duration": 4,
        "Cutoff": 1,
        "AllowUnassociatedTargets": False,
    }
    return {"Type": WINDOW, "Properties": given | properties}


def inner(**more: Any) -> dict[str, Any]:
    """Return the template of a StackSet, with a time zone for each Region."""
    zones = {region: {"Zone": zone} for region, zone in ZONES.items()}
    return {"Mappings": {"Zones": zones}, "Resources": {"Window": window()}} | more


def group(*regions: object, **overrides: object) -> dict[str, Any]:
    given: dict[str, Any] = {"DeploymentTargets": {"OrganizationalUnitIds": ["ou-ab12-11112222"]}, "Regions": regions}
    if overrides:
        given["ParameterOverrides"] = parameters(**overrides)
    return given


def parameters(**given: object) -> list[dict[str, object]]:
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()]


def stack_set(*groups: object, **properties: object) -> dict[str, Any]:
    given = {"StackInstancesGroup": list(groups), "TemplateURL": "inner.json"} | properties
    return {"Type": STACK_SET, "Properties": given}


def written(folder: Path, resources: dict[str, Any], template: dict[str, Any] | None = None) -> Path:
    """Write the template of a StackSet, and beside it the template with the StackSet; return the latter."""
    (folder / "inner.json").write_text(json.dumps(template or inner(), indent=1), encoding="utf-8")
    outer = folder / "outer.json"
    outer.write_text(json.dumps({"Resources": resources}, indent=1), encoding="utf-8")
    return outer
