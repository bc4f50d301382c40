"""What stacks of a cdk.out hand to each other."""

import json
from pathlib import Path
from typing import Any

import pytest

from patching_constructs.checks.engine import check_paths
from patching_constructs.template import read_windows
from tests.unit.checks.test_engine import TODAY, window, written

HERE = "aws://111111111111/eu-central-1"
ROLE = {
    "Role": {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {
                "Statement": {
                    "Effect": "Allow",
                    "Principal": {"Service": "ssm.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            }
        },
    }
}
EXPORT: dict[str, Any] = {"Value": {"Fn::GetAtt": ["Role", "Arn"]}, "Export": {"Name": "role"}}


def assembled(folder: Path, environment: str = HERE, **stacks: dict[str, Any]) -> Path:
    artifacts = {}
    for name, sections in stacks.items():
        written(folder / f"{name}.template.json", **sections)
        properties = {"templateFile": f"{name}.template.json"}
        artifacts[name] = {"type": "aws:cloudformation:stack", "environment": environment, "properties": properties}
    (folder / "manifest.json").write_text(json.dumps({"artifacts": artifacts}), encoding="utf-8")
    return folder


def consumer(role: object) -> dict[str, Any]:
    resources = window("web")
    resources["Task"]["Properties"]["ServiceRoleArn"] = role
    return {"resources": resources}


def producer(**output: Any) -> dict[str, Any]:
    return {"resources": ROLE, "Outputs": {"RoleArn": EXPORT | output}}


OUTPUT = {"StackName": "Shared", "OutputName": "RoleArn"}
ARN = "arn:aws:iam::111111111111:role/patching"
# What is said of a role that may not send commands, where the role is seen.
SEEN, UNSEEN = ["fail"], list[str]()
FOLLOWED: dict[str, tuple[object, dict[str, Any], list[str]]] = {
    "an export": ({"Fn::ImportValue": "role"}, {}, SEEN),
    "an export by a joined name": ({"Fn::ImportValue": {"Fn::Join": ["", ["ro", "le"]]}}, {}, SEEN),
    "an export with a name that is joined": (
        {"Fn::ImportValue": "role"},
        {"Export": {"Name": {"Fn::Join": ["", ["ro", "le"]]}}},
        SEEN,
    ),
    "another export": ({"Fn::ImportValue": "roles"}, {}, UNSEEN),
    "an export by a parameter's name": ({"Fn::ImportValue": {"Ref": "P"}}, {}, UNSEEN),
    "an exported text": ({"Fn::ImportValue": "role"}, {"Value": ARN}, UNSEEN),
    "an exported list": ({"Fn::ImportValue": "role"}, {"Value": [ARN]}, UNSEEN),
    "an output": ({"Fn::GetStackOutput": OUTPUT}, {}, SEEN),
    "an output of the Region": ({"Fn::GetStackOutput": OUTPUT | {"Region": "eu-central-1"}}, {}, SEEN),
    "an output of another Region": ({"Fn::GetStackOutput": OUTPUT | {"Region": "eu-west-1"}}, {}, UNSEEN),
    "an output of another account": ({"Fn::GetStackOutput": OUTPUT | {"RoleArn": ARN}}, {}, UNSEEN),
    "an output of a stack that a parameter names": (
        {"Fn::GetStackOutput": OUTPUT | {"StackName": {"Ref": "P"}}},
        {},
        UNSEEN,
    ),
    "an output that is missing": ({"Fn::GetStackOutput": OUTPUT | {"OutputName": "Arn"}}, {}, UNSEEN),
}


@pytest.mark.parametrize(("reference", "output", "statuses"), FOLLOWED.values(), ids=FOLLOWED.keys())
def test_a_role_of_another_stack(
    tmp_path: Path, reference: object, output: dict[str, Any], statuses: list[str]
) -> None:
    folder = assembled(tmp_path, Shared=producer(**output), App=consumer(reference))
    found = [each for each in check_paths([folder], now=TODAY) if each.rule.id == "Patching-SendCommandPermission"]
    assert [each.status.value for each in found] == statuses


def test_stacks_of_which_the_region_is_unknown_are_of_one_stage(tmp_path: Path) -> None:
    reference = {"Fn::GetStackOutput": OUTPUT | {"Region": "eu-central-1"}}
    folder = assembled(tmp_path, "aws://unknown-account/unknown-region", Shared=producer(), App=consumer(reference))
    assert [each.rule.id for each in check_paths([folder], now=TODAY) if each.status == "unknown"] == []


def test_a_window_has_the_tasks_of_other_stacks(tmp_path: Path) -> None:
    own = window("web")
    exported = {"Window": {"Value": {"Ref": "Window"}, "Export": {"Name": "window"}}}
    others = {name: own[name] for name in ("Target", "Task")}
    for each in others.values():
        each["Properties"]["WindowId"] = {"Fn::ImportValue": "window"}
    folder = assembled(
        tmp_path,
        Shared={"resources": {"Window": own["Window"]}, "Outputs": exported},
        App={"resources": others},
    )
    (read,) = read_windows(folder)
    assert [each.logical_id for each in (*read.targets, *read.tasks)] == ["Target", "Task"]
    assert [each.rule.id for each in check_paths([folder], now=TODAY) if each.severity != "note"] == []


def test_what_stacks_import_from_each_other_in_a_circle_is_unknown(tmp_path: Path) -> None:
    stacks: dict[str, dict[str, Any]] = {
        name: {
            "resources": window(name, Schedule={"Fn::ImportValue": name}),
            "Outputs": {"Out": {"Value": {"Fn::ImportValue": other}, "Export": {"Name": name}}},
        }
        for name, other in (("One", "Two"), ("Two", "One"))
    }
    one, two = read_windows(assembled(tmp_path, HERE, **stacks))
    assert (one.schedule.is_unknown, two.schedule.is_unknown) == (True, True)


def test_a_choice_of_the_stack_that_exports_is_followed(tmp_path: Path) -> None:
    shared = {
        "resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Parameters": {"P": {"Type": "String", "AllowedValues": ["rate(7 days)", "a"]}},
        "Outputs": {"Out": {"Value": {"Ref": "P"}, "Export": {"Name": "schedule"}}},
    }
    app = {"resources": window("web", Schedule={"Fn::ImportValue": "schedule"})}
    folder = assembled(tmp_path, Shared=shared, App=app)
    (found,) = (each for each in check_paths([folder], now=TODAY) if each.rule.id == "Patching-ScheduleExpression")
    assert found.source.stack == "App"
    assert found.reason.startswith("If P=a: Schedule must be ")
