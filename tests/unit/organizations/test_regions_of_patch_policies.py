"""A patch policy of Quick Setup patches nodes in its own Regions, which that of its stack need not be one of."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from patching_constructs.cli.app import app
from tests.unit.organizations.sets import ZONES, group, inner, stack_set, written

SUNDAYS = "cron(0 3 ? * SUN *)"
ASSOCIATION = {
    "Type": "AWS::SSM::Association",
    "Properties": {
        "AssociationName": "sundays",
        "Name": "AWS-RunPatchBaseline",
        "ScheduleExpression": SUNDAYS,
        "ApplyOnlyAtCronInterval": True,
        "Parameters": {"Operation": ["Install"]},
        "Targets": [{"Key": "tag:Env", "Values": ["prod"]}],
    },
}


def policy(regions: object, **more: str) -> dict[str, Any]:
    given = {
        "PatchPolicyName": "weekly",
        "SelectedPatchBaselines": "{}",
        "ConfigurationOptionsPatchOperation": "ScanAndInstall",
        "ConfigurationOptionsScanValue": "cron(0 1 * * ? *)",
        "ConfigurationOptionsInstallValue": SUNDAYS,
        "TargetType": "Tags",
        "TargetTagKey": "Env",
        "TargetTagValue": "prod",
        "TargetRegions": regions,
    }
    definition = {"Type": "AWSQuickSetupType-PatchPolicy", "Parameters": given | (more or {"TargetAccounts": "1"})}
    properties = {"Name": "weekly", "ConfigurationDefinitions": [definition]}
    return {"Type": "AWS::SSMQuickSetup::ConfigurationManager", "Properties": properties}


def cloud_assembly(folder: Path, *, environment: str, **resources: object) -> Path:
    stack = {
        "type": "aws:cloudformation:stack",
        "environment": environment,
        "properties": {"templateFile": "Stack.template.json"},
    }
    (folder / "manifest.json").write_text(json.dumps({"artifacts": {"Stack": stack}}), encoding="utf-8")
    template = {"Parameters": {"Regions": {"Type": "String"}}, "Resources": resources}
    (folder / "Stack.template.json").write_text(json.dumps(template), encoding="utf-8")
    return folder


def run(*arguments: object) -> Any:
    result = CliRunner().invoke(app, [*map(str, arguments), "--format", "json"])
    assert result.exit_code in (0, 1), result.output
    return json.loads(result.stdout)


def rules(path: Path) -> set[str]:
    found = run("check", path, "--no-config", "--severity", "note")["findings"]
    return {each["rule"] for each in found if each["status"] == "fail"}


HERE = "aws://111122223333/eu-central-1"


@pytest.mark.parametrize("regions", ["us-east-1", "us-east-1, eu-west-1"])
def test_a_policy_of_other_regions_selects_no_nodes_of_its_stack(tmp_path: Path, regions: str) -> None:
    path = cloud_assembly(tmp_path, environment=HERE, Policy=policy(regions), Association=ASSOCIATION)
    found = run("coverage", path)
    assert [[each["name"] for each in row["installs"]] for row in found["nodeGroups"]] == [["sundays"]]
    reason = f"it patches nodes in {regions}, not in eu-central-1"
    assert found["unresolved"] == [{"stack": "Stack", "logicalId": "Policy", "reason": reason}]
    assert "Patching-InstallsAtOnce" not in rules(path)


@pytest.mark.parametrize("is_here", [True, False])
def test_a_reboot_after_its_installs_is_expected_in_its_regions(tmp_path: Path, *, is_here: bool) -> None:
    of = policy("eu-central-1" if is_here else "us-east-1", RebootOption="NoReboot")
    path = cloud_assembly(tmp_path, environment=HERE, Policy=of)
    found = rules(path) & {"Patching-InstallWithoutScan", "Patching-InstallWithoutReboot"}
    assert found == ({"Patching-InstallWithoutReboot"} if is_here else set())


@pytest.mark.parametrize(
    ("environment", "regions"),
    [
        (HERE, "us-east-1,eu-central-1"),
        (HERE, "us-east-1, eu-central-1"),
        (HERE, ""),
        (HERE, {"Ref": "Regions"}),
        (HERE, {"Fn::Sub": "us-east-1,${Regions}"}),
        ("aws://unknown-account/unknown-region", "us-east-1"),
    ],
)
def test_a_policy_that_may_be_of_the_region_selects_nodes(tmp_path: Path, environment: str, regions: object) -> None:
    path = cloud_assembly(tmp_path, environment=environment, Policy=policy(regions), Association=ASSOCIATION)
    (row,) = run("coverage", path)["nodeGroups"]
    assert [each["name"] for each in row["installs"]] == ["sundays", "weekly"]
    assert "Patching-InstallsAtOnce" in rules(path)


def test_a_stack_set_deploys_a_policy_to_regions_that_it_does_not_patch(tmp_path: Path) -> None:
    template = inner(Resources={"Policy": policy("eu-central-1")})
    path = written(tmp_path, {"Set": stack_set(group(*ZONES))}, template)
    shown = CliRunner().invoke(app, ["coverage", str(path)]).stdout
    assert "Env = prod  -         weekly (eu-central-1)  weekly (eu-central-1)" in shown
    assert "  weekly (us-east-1): it patches nodes in eu-central-1, not in us-east-1\n" in shown
    described = {each["stack"]: each["targetsDescription"] for each in run("describe", path)["runs"]}
    assert described == {
        "outer/Set/eu-central-1": "Env = prod",
        "outer/Set/us-east-1": "Env = prod, in eu-central-1",
    }


def test_a_policy_of_organizational_units_has_the_name_that_other_commands_show(tmp_path: Path) -> None:
    of = policy("eu-central-1", TargetOrganizationalUnits="ou-ab12-11112222")
    path = cloud_assembly(tmp_path, environment=HERE, Policy=of)
    shown = CliRunner().invoke(app, ["coverage", str(path)]).stdout
    assert "  weekly: The nodes of a patch policy of organizational units are in other accounts\n" in shown


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (policy("eu-central-1"), policy("eu-central-1,us-east-1")),
        (policy("us-east-1", TargetOrganizationalUnits="ou-1"), policy("us-east-1", TargetOrganizationalUnits="ou-2")),
    ],
)
def test_other_accounts_or_regions_of_a_policy_need_attention(
    tmp_path: Path, before: dict[str, Any], after: dict[str, Any]
) -> None:
    sides = [tmp_path / "before", tmp_path / "after"]
    for side, of in zip(sides, (before, after), strict=True):
        side.mkdir()
        cloud_assembly(side, environment=HERE, Policy=of)
    assert [each["effects"] for each in run("diff", *sides)["changes"]] == [["retargeted"]]
    assert run("diff", sides[0], sides[0])["changes"] == []
