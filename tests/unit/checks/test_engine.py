"""The engine as a whole: which templates are compared, what a finding contains, and what is unknown."""

import gc
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from patching_constructs import PatchingError
from patching_constructs.checks.engine import check_paths
from patching_constructs.checks.finding import Finding, Status
from patching_constructs.checks.rules import RULES
from patching_constructs.checks.severity import Severity
from tests.refusals import refused

TODAY = datetime(2026, 11, 23, tzinfo=UTC)


def baseline(**properties: Any) -> dict[str, Any]:
    rules = {"PatchRules": [{"ApproveAfterDays": 7, "PatchFilterGroup": {"PatchFilters": [EVERYTHING]}}]}
    return {"Type": "AWS::SSM::PatchBaseline", "Properties": {"Name": "web", "ApprovalRules": rules} | properties}


EVERYTHING = {"Key": "PRODUCT", "Values": ["*"]}


def window(group: object, **properties: Any) -> dict[str, Any]:
    """Write a window with its target and task."""
    opens = {"Name": "web", "Schedule": "cron(0 4 ? * SUN *)", "Duration": 4, "Cutoff": 1}
    target = [{"Key": "tag:Patch Group", "Values": [group]}]
    return {
        "Window": {
            "Type": "AWS::SSM::MaintenanceWindow",
            "Properties": opens | {"AllowUnassociatedTargets": False} | properties,
        },
        "Target": {
            "Type": "AWS::SSM::MaintenanceWindowTarget",
            "Properties": {"WindowId": {"Ref": "Window"}, "ResourceType": "INSTANCE", "Targets": target},
        },
        "Task": {
            "Type": "AWS::SSM::MaintenanceWindowTask",
            "Properties": {
                "WindowId": {"Ref": "Window"},
                "TaskType": "RUN_COMMAND",
                "TaskArn": "AWS-RunPatchBaseline",
                "Priority": 1,
                "MaxConcurrency": "10%",
                "MaxErrors": "10%",
                "Targets": [{"Key": "WindowTargetIds", "Values": [{"Ref": "Target"}]}],
                "TaskInvocationParameters": {
                    "MaintenanceWindowRunCommandParameters": {"Parameters": {"Operation": ["Scan"]}}
                },
            },
        },
    }


def written(file: Path, resources: dict[str, Any], **sections: Any) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"Resources": resources} | sections, indent=1), encoding="utf-8")
    return file


def assembled(folder: Path, environments: dict[str, str], **stacks: dict[str, Any]) -> Path:
    """Write a ``cdk.out`` of stacks."""
    for name, resources in stacks.items():
        written(folder / f"{name}.template.json", resources)
    artifacts = {
        name: {
            "type": "aws:cloudformation:stack",
            "environment": environments[name],
            "properties": {"templateFile": f"{name}.template.json"},
        }
        for name in stacks
    }
    (folder / "manifest.json").write_text(json.dumps({"artifacts": artifacts}), encoding="utf-8")
    return folder


def findings_of(*paths: Path, **options: Any) -> list[Finding]:
    return [each for each in check_paths(paths, now=TODAY, **options) if each.rule.severity is not Severity.NOTE]


def ids(findings: list[Finding]) -> list[str]:
    return [each.rule.id for each in findings]


# --- Side by side -------------------------------------------------------------------------------------

HERE, THERE = "aws://111111111111/eu-central-1", "aws://111111111111/us-east-1"
ONE, OTHER = {"One": baseline(PatchGroups=["web"])}, {"Other": baseline(PatchGroups=["web"])}


def test_stacks_of_one_account_and_region_are_laid_side_by_side(tmp_path: Path) -> None:
    (found,) = findings_of(assembled(tmp_path, {"A": HERE, "B": HERE}, A=ONE, B=OTHER))
    assert found.rule.id == "Patching-DuplicateBaseline"
    assert (found.source.stack, found.logical_id) == ("B", "Other")
    assert found.problem == "A/One is already registered for the patch group 'web' on WINDOWS."


def test_stacks_of_other_regions_are_not(tmp_path: Path) -> None:
    assert findings_of(assembled(tmp_path, {"A": HERE, "B": THERE}, A=ONE, B=OTHER)) == []


def test_templates_by_themselves_are_not(tmp_path: Path) -> None:
    assert findings_of(written(tmp_path / "a.json", ONE), written(tmp_path / "b.json", OTHER)) == []


NOWHERE = "aws://unknown-account/unknown-region"


def test_whether_stacks_of_one_stage_are_neighbours_is_not_decided_where_the_region_is_not_known(
    tmp_path: Path,
) -> None:
    (found,) = findings_of(assembled(tmp_path, {"A": NOWHERE, "B": NOWHERE}, A=ONE, B=OTHER))
    assert (found.rule.id, found.status) == ("Patching-DuplicateBaseline", Status.UNKNOWN)
    assert found.reason == "Whether A/One is in the same account and Region is unknown until deployment"


def test_stages_are_not_neighbours_where_the_region_is_not_known(tmp_path: Path) -> None:
    assembled(tmp_path / "assembly-dev", {"A": NOWHERE}, A=ONE)
    assembled(tmp_path / "assembly-prod", {"B": NOWHERE}, B=OTHER)
    stages = {
        name: {"type": "cdk:cloud-assembly", "properties": {"directoryName": name}}
        for name in ("assembly-dev", "assembly-prod")
    }
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": stages}), encoding="utf-8")
    assert findings_of(tmp_path) == []


def test_a_stack_without_resources_is_clean(tmp_path: Path) -> None:
    out = assembled(tmp_path, {"Empty": HERE}, Empty={})
    (out / "Empty.template.json").write_text('{"Rules": {}}', encoding="utf-8")
    assert findings_of(out) == []


def test_windows_of_two_stacks_overlap(tmp_path: Path) -> None:
    out = assembled(tmp_path, {"A": HERE, "B": HERE}, A=window("web"), B=window("web", Schedule="cron(0 6 ? * SUN *)"))
    (found,) = findings_of(out)
    assert found.rule.id == "Patching-OverlappingWindows"
    assert found.problem == (
        "The window overlaps with A/Window, which can run on the same nodes, on 2026-11-29 at 06:00 UTC."
    )


def test_a_condition_may_make_only_one_of_two(tmp_path: Path) -> None:
    resources = {"One": ONE["One"] | {"Condition": "Old"}, **OTHER}
    (found,) = findings_of(written(tmp_path / "a.json", resources))
    assert found.status is Status.UNKNOWN
    assert found.problem.startswith("One and Other have different conditions, so they might not be created together. ")


# --- What is reported -------------------------------------------------------------------------------------


def test_findings_come_in_the_order_of_files_and_lines(tmp_path: Path) -> None:
    second = written(tmp_path / "a.json", window("web", Cutoff=4, Name="x"))
    first = written(tmp_path / "b.json", window("web", Duration=40))
    found = findings_of(first, second)
    assert [(Path(each.file).name, each.rule.id) for each in found] == [
        ("b.json", "Patching-WindowDuration"),
        ("a.json", "Patching-ResourceName"),
        ("a.json", "Patching-CutoffBelowDuration"),
    ]
    assert found[1].line < found[2].line


def test_a_finding_knows_its_construct(tmp_path: Path) -> None:
    resources = window("web", Duration=40)
    resources["Window"]["Metadata"] = {"aws:cdk:path": "Patching/Weekly/Resource"}
    (found,) = findings_of(written(tmp_path / "a.json", resources))
    assert found.construct_path == "Patching/Weekly/Resource"


def test_a_finding_knows_its_construct_from_the_cdk_out(tmp_path: Path) -> None:
    out = assembled(tmp_path, {"A": HERE}, A=window("web", Duration=40))
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    manifest["artifacts"]["A"]["metadata"] = {
        "/Patching": [{"type": "aws:cdk:templateFile", "data": "A.template.json"}],
        "/Patching/Weekly/Resource": [{"type": "aws:cdk:logicalId", "data": "Window"}],
    }
    (out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (found,) = findings_of(out)
    assert found.construct_path == "Patching/Weekly/Resource"


def test_a_long_value_is_quoted_in_a_short_line(tmp_path: Path) -> None:
    (found,) = findings_of(written(tmp_path / "a.json", window("web", Name="!" * 100_000)))
    assert len(found.problem) < 200


def test_only_the_rules_that_were_asked_for_are_checked(tmp_path: Path) -> None:
    file = written(tmp_path / "a.json", window("web", Cutoff=4, Name="x"))
    asked = [rule for rule in RULES if rule.id == "Patching-ResourceName"]
    assert ids(findings_of(file, rules=asked)) == ["Patching-ResourceName"]


# --- Unknown until deployment ------------------------------------------------------------------------------


def test_what_only_the_deployment_knows_is_not_decided(tmp_path: Path) -> None:
    file = written(tmp_path / "a.json", window("web", Duration={"Ref": "Hours"}), Parameters={"Hours": {}})
    found = findings_of(file)
    assert ids(found) == ["Patching-CutoffBelowDuration", "Patching-WindowDuration"]
    assert {each.status for each in found} == {Status.UNKNOWN}
    assert {each.severity for each in found} == {Severity.NOTE}
    assert found[1].problem == (
        'Duration is unknown until deployment: \'{"Ref":"Hours"}\'. Requirement: Duration must be 1-24 whole hours.'
    )


@pytest.mark.parametrize(
    ("lines", "parameters", "expected"),
    [
        ({"Ref": "Lines"}, {"Lines": {"Type": "CommaDelimitedList"}}, []),
        ({"Ref": "Lines"}, {"Lines": {"Type": "AWS::SSM::Parameter::Value<List<String>>"}}, []),
        ({"Fn::Split": [";", {"Ref": "Lines"}]}, {"Lines": {"Type": "String"}}, []),
        ({"Ref": "Lines"}, {"Lines": {"Type": "String"}}, [Status.UNKNOWN]),
    ],
)
def test_a_list_of_unknown_items_is_a_list(
    tmp_path: Path, lines: object, parameters: dict[str, Any], expected: list[Status]
) -> None:
    invocation = {"MaintenanceWindowRunCommandParameters": {"Parameters": {"commands": lines}}}
    resources = window("web")
    resources["Task"]["Properties"] |= {"TaskArn": "AWS-RunShellScript", "TaskInvocationParameters": invocation}
    found = findings_of(written(tmp_path / "a.json", resources, Parameters=parameters))
    assert [each.status for each in found if each.rule.id == "Patching-ParameterList"] == expected


def test_an_unknown_value_of_another_resource_is_reported_with_its_resource(tmp_path: Path) -> None:
    resources = window("web")
    resources["Task"]["Properties"]["TaskInvocationParameters"] = {
        "MaintenanceWindowRunCommandParameters": {"Parameters": {"Operation": ["Install"]}}
    }
    other = window("web")["Task"]
    other["Properties"] |= {"TaskArn": {"Ref": "Document"}}
    others = {"Other": other}
    asked = [rule for rule in RULES if rule.id == "Patching-InstallWithoutScan"]
    reason = 'Other: TaskArn is unknown until deployment: \'{"Ref":"Document"}\''
    alone = written(tmp_path / "alone" / "a.json", resources | others)
    assert check_paths([alone], now=TODAY, rules=asked)[0].reason == reason
    assembly = assembled(tmp_path / "cdk.out", {"A": HERE, "B": HERE}, A=resources, B=window("db") | others)
    assert check_paths([assembly], now=TODAY, rules=asked)[0].reason == f"B/{reason}"


@pytest.mark.parametrize(("default", "expected"), [(4, []), (40, ["Patching-WindowDuration"])])
def test_a_default_decides_when_asked_for(tmp_path: Path, default: int, expected: list[str]) -> None:
    parameters = {"Hours": {"Type": "Number", "Default": default}}
    file = written(tmp_path / "a.json", window("web", Duration={"Ref": "Hours"}), Parameters=parameters)
    assert ids(findings_of(file, use_defaults=True)) == expected


def test_a_mapping_decides(tmp_path: Path) -> None:
    found = {"Fn::FindInMap": ["Hours", "web", "open"]}
    file = written(tmp_path / "a.json", window("web", Duration=found), Mappings={"Hours": {"web": {"open": 40}}})
    assert ids(findings_of(file)) == ["Patching-WindowDuration"]


def test_properties_that_a_macro_makes_are_not_decided(tmp_path: Path) -> None:
    made = {"Type": "AWS::SSM::MaintenanceWindowTask", "Properties": {"Fn::Transform": {"Name": "Tasks"}}}
    found = findings_of(written(tmp_path / "a.json", {"Task": made}))
    assert found
    assert {each.status for each in found} == {Status.UNKNOWN}


def test_one_unknown_item_hides_no_fault_of_another(tmp_path: Path) -> None:
    resources = window("web")
    resources["Target"]["Properties"]["Targets"][0]["Values"] = [{"Ref": "Group"}, "web*", "a,b"]
    found = findings_of(written(tmp_path / "a.json", resources))
    violations = [each.rule.id for each in found if each.status is Status.FAIL]
    assert violations == ["Patching-TargetWildcard", "Patching-TargetComma"]


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_left_as_it_was(tmp_path: Path, enabled: bool) -> None:  # noqa: FBT001
    (gc.enable if enabled else gc.disable)()
    try:
        findings_of(written(tmp_path / "a.json", window("web")))
        assert gc.isenabled() is enabled
    finally:
        gc.enable()


# --- What cannot be read ------------------------------------------------------------------------------


def test_one_unreadable_path_is_one_refusal(tmp_path: Path) -> None:
    good, bad = written(tmp_path / "a.json", window("web")), tmp_path / "b.json"
    bad.write_text("{}", encoding="utf-8")
    assert refused(lambda: check_paths([good, bad], now=TODAY)) == (
        f"{bad}: it is not a CloudFormation template: it has no Resources"
    )
    with pytest.raises(PatchingError):
        check_paths([tmp_path / "missing"], now=TODAY)


def test_unreadable_metadata_of_constructs_is_a_refusal(tmp_path: Path) -> None:
    out = assembled(tmp_path, {"A": HERE}, A=window("web", Duration=40))
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    manifest["artifacts"]["A"]["additionalMetadataFile"] = "A.metadata.json"
    (out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (out / "A.metadata.json").write_text("{", encoding="utf-8")
    message = refused(lambda: check_paths([out], now=TODAY))
    assert message.startswith(f"{out / 'A.metadata.json'}:1: it is not valid JSON: ")
