"""The ways in which templates write nodes, targets and baselines: which rules of nodes are violated, and where."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from patching_constructs.checks.engine import check_paths
from tests.unit.checks.test_node_coverage import RULES
from tests.unit.nodes import (
    WEB,
    Resources,
    association,
    baseline,
    by_ref,
    group,
    instance,
    launch_template,
    listed,
    window,
)

NOW = datetime(2026, 11, 23, tzinfo=UTC)
IN_WEB = {"tag:Patch Group": ["web"]}
SUNDAY = window("Sunday", IN_WEB)
UPPER = {"Patch Group": "WEB"}
LATEST = {"Fn::GetAtt": ["Template", "LatestVersionNumber"]}
SHOWS = {"MetadataOptions": {"InstanceMetadataTags": "enabled"}}
OUTPUT = window("Sunday", IN_WEB, invocation={"OutputS3BucketName": "logs"})
NODE = instance("Node", WEB, IamInstanceProfile={"Ref": "Profile"})
CORE = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
PARAMETERS = {
    "Any": {"Type": "String"},
    "Stage": {"Type": "String"},
    "Some": {"Type": "String", "AllowedValues": ["web", "Web"]},
    "None": {"Type": "String", "AllowedValues": ["WEB", "Web"]},
    "All": {"Type": "String", "AllowedValues": ["web", "db"]},
}
CONDITIONS = {"Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}}
UNUSED = "TargetWithoutNodes SundayTarget"


def if_prod(one: object, other: object) -> dict[str, Any]:
    return {"Fn::If": ["Prod", one, other]}


def role(*policies: object, allowed: str = "ssm:*") -> Resources:
    statement = {"Effect": "Allow", "Action": [allowed], "Resource": "*"}
    inline = {"PolicyName": "own", "PolicyDocument": {"Statement": [statement]}}
    return {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"ManagedPolicyArns": [*policies], "Policies": [inline]}},
        "Profile": {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": [{"Ref": "Role"}]}},
    }


def with_document(name: object) -> Resources:
    parts = window("Sunday", IN_WEB)
    parts["SundayTask"]["Properties"]["TaskArn"] = name
    return parts


def mixed(*overrides: object) -> dict[str, Any]:
    template = {"LaunchTemplateSpecification": by_ref("Template", LATEST), "Overrides": [*overrides]}
    return {"MixedInstancesPolicy": {"LaunchTemplate": template}}


VARIATIONS: dict[str, tuple[tuple[Resources, ...], list[str]]] = {
    # --- Launch templates ---
    "a launch template by Ref and its latest version": (
        (SUNDAY, launch_template("Template", UPPER), group("Group", LaunchTemplate=by_ref("Template", LATEST))),
        [UNUSED, "MisspelledNodeTag Template"],
    ),
    "a launch template by GetAtt": (
        (
            SUNDAY,
            launch_template("Template", UPPER),
            group("Group", LaunchTemplate={"LaunchTemplateId": {"Fn::GetAtt": ["Template", "LaunchTemplateId"]}}),
        ),
        [UNUSED, "MisspelledNodeTag Template"],
    ),
    "a launch template of an instance": (
        (SUNDAY, launch_template("Template", UPPER), instance("Node", LaunchTemplate=by_ref("Template", LATEST))),
        [UNUSED, "MisspelledNodeTag Template"],
    ),
    "tags of volumes": (
        (
            SUNDAY,
            {
                "Template": {
                    "Type": "AWS::EC2::LaunchTemplate",
                    "Properties": {
                        "LaunchTemplateData": {
                            "TagSpecifications": [
                                {"ResourceType": "volume", "Tags": [{"Key": "Patch Group", "Value": "WEB"}]}
                            ]
                        }
                    },
                }
            },
            group("Group", WEB, LaunchTemplate=by_ref("Template", LATEST)),
        ),
        [],
    ),
    "mixed instances": (
        (SUNDAY, launch_template("Template", UPPER), group("Group", **mixed({"InstanceType": "m7g.large"}))),
        [UNUSED, "MisspelledNodeTag Template"],
    ),
    "mixed instances with another launch template": (
        (
            SUNDAY,
            launch_template("Template", UPPER),
            launch_template("Arm", WEB),
            group("Group", **mixed({"LaunchTemplateSpecification": by_ref("Arm")})),
        ),
        ["MisspelledNodeTag Template"],
    ),
    "a node group of Amazon EKS by the name of its launch template": (
        (
            SUNDAY,
            launch_template("Template", WEB),
            {
                "Nodes": {
                    "Type": "AWS::EKS::Nodegroup",
                    "Properties": {"LaunchTemplate": {"Name": "Template-name"}, "Tags": UPPER},
                }
            },
        ),
        [],
    ),
    # --- Auto Scaling groups ---
    "the key in another case": (
        (SUNDAY, group("Group", {"patch group": "web"})),
        ["MisspelledNodeTag Group"],
    ),
    "a value that replaces that of the launch template": (
        (SUNDAY, launch_template("Template", {"Patch Group": "old"}), group("Group", WEB, **mixed())),
        [],
    ),
    "a tag that is not passed on and is in the launch template": (
        (SUNDAY, launch_template("Template", WEB), group("Group", WEB, propagate=False, **mixed())),
        [],
    ),
    "a tag that is not passed on": (
        (SUNDAY, group("Group", WEB, propagate="false", LaunchConfigurationName="old")),
        ["UnpropagatedTag Group"],
    ),
    # --- Both keys, and instance metadata ---
    "both keys with one value": ((SUNDAY, instance("Node", {**WEB, "PatchGroup": "web"})), []),
    "both keys with two values": (
        (SUNDAY, instance("Node", {**WEB, "PatchGroup": "db"})),
        ["MultiplePatchGroupTags Node"],
    ),
    "the second key of the launch template": (
        (SUNDAY, launch_template("Template", WEB), group("Group", {"PatchGroup": "db"}, **mixed())),
        ["MultiplePatchGroupTags Group"],
    ),
    "metadata with the key of the group": (
        (SUNDAY, launch_template("Template", **SHOWS), group("Group", WEB, **mixed())),
        ["InstanceMetadataTags Group"],
    ),
    "metadata without a space": (
        (
            window("Sunday", {"tag:PatchGroup": ["web"]}),
            launch_template("Template", {"PatchGroup": "web"}, **SHOWS),
            group("Group", **mixed()),
        ),
        [],
    ),
    # --- Targets ---
    "several patch groups of one target": (
        (
            window("Sunday", {"tag:Patch Group": ["web", "db", "app"]}),
            instance("Node", {"Patch Group": "db"}),
            instance("Near", {"Patch Group": "App"}),
        ),
        ["MisspelledNodeTag Near"],
    ),
    "a space at the end": ((SUNDAY, instance("Node", {"Patch Group": "web "})), [UNUSED, "MisspelledNodeTag Node"]),
    "another tag in another case": (
        (window("Sunday", {"tag:Role": ["web"]}), instance("Node", {"role": "web"})),
        ["MisspelledNodeTag Node"],
    ),
    "another value of a short tag": (
        (window("Sunday", {"tag:Env": ["prod"]}), instance("Node", {"Env": "dev"}), instance("Two", {"Env": "prod2"})),
        [],
    ),
    "every node": ((association("Daily", {"InstanceIds": ["*"]}), instance("Node", UPPER)), []),
    "any value of the key": ((window("Sunday", {"tag-key": ["Patch Group"]}), instance("Node", UPPER)), []),
    # --- Baselines ---
    "a baseline of another operating system": (
        (SUNDAY, instance("Node", WEB), baseline("Other", ["web"], "UBUNTU")),
        [],
    ),
    "a baseline of an operating system that is unknown": (
        (
            SUNDAY,
            instance("Node", WEB),
            baseline("One", ["db"]),
            baseline("Two", ["web"], OperatingSystem={"Ref": "Any"}),
        ),
        [],
    ),
    "a baseline in another spelling": (
        (
            window("Sunday", {"tag:Patch Group": ["web-servers"]}),
            instance("Node", {"Patch Group": "web-servers"}),
            baseline("Linux", ["WebServers"]),
        ),
        ["MisspelledPatchGroup SundayTarget", "MisspelledPatchGroup Node"],
    ),
    # --- The bucket of the output ---
    "an inline policy": ((OUTPUT, NODE, role(CORE, allowed="s3:PutObject")), []),
    "a managed policy of the template": (
        (
            OUTPUT,
            NODE,
            role({"Ref": "Own"}),
            {
                "Own": {
                    "Type": "AWS::IAM::ManagedPolicy",
                    "Properties": {
                        "PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "s3:Put*", "Resource": "*"}]}
                    },
                }
            },
        ),
        [],
    ),
    "a managed policy of AWS": ((OUTPUT, NODE, role(CORE, "arn:aws:iam::aws:policy/AmazonS3FullAccess")), []),
    "a managed policy of AWS that allows to read": (
        (OUTPUT, NODE, role(CORE, "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")),
        ["OutputPermission SundayTask"],
    ),
    "a managed policy of somebody": (
        (OUTPUT, NODE, role("arn:aws:iam::111122223333:policy/logs")),
        ["OutputPermission SundayTask?"],
    ),
    "the policy of another bucket": (
        (OUTPUT, NODE, role(CORE), {"Other": {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": "other"}}}),
        ["OutputPermission SundayTask"],
    ),
    "the policy of a bucket that a parameter names": (
        (
            OUTPUT,
            NODE,
            role(CORE),
            {"Other": {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": if_prod("logs", "other")}}},
        ),
        ["OutputPermission SundayTask?"],
    ),
    # --- Parameters and conditions ---
    "one branch of Fn::If": (
        (SUNDAY, instance("Node", {"Patch Group": if_prod("web", "Web")})),
        [f"{UNUSED}?", "MisspelledNodeTag Node?"],
    ),
    "both branches of Fn::If": (
        (SUNDAY, instance("Node", {"Patch Group": if_prod("WEB", "Web")})),
        [UNUSED, "MisspelledNodeTag Node"],
    ),
    "some values of a parameter": (
        (SUNDAY, instance("Node", {"Patch Group": {"Ref": "Some"}})),
        [f"{UNUSED}?", "MisspelledNodeTag Node?"],
    ),
    "no value of a parameter": (
        (SUNDAY, instance("Node", {"Patch Group": {"Ref": "None"}})),
        [UNUSED, "MisspelledNodeTag Node"],
    ),
    "the same parameter on both sides": (
        (window("Sunday", {"tag:Patch Group": [{"Ref": "All"}]}), instance("Node", {"Patch Group": {"Ref": "All"}})),
        [],
    ),
    "a value of a parameter that no target selects": (
        (SUNDAY, instance("Node", {"Patch Group": {"Ref": "All"}}), instance("Web", WEB)),
        ["UnselectedNode Node?"],
    ),
    "a value of a parameter that another target selects": (
        (SUNDAY, window("Monday", {"tag:Patch Group": ["db"]}), instance("Node", {"Patch Group": {"Ref": "All"}})),
        [f"{UNUSED}?", "TargetWithoutNodes MondayTarget?"],
    ),
    "a parameter of which no value is the tag of a node": (
        (window("Sunday", {"tag:Patch Group": [{"Ref": "None"}]}), instance("Node", WEB)),
        [UNUSED, "MisspelledNodeTag Node"],
    ),
    "a parameter of which one value is the tag of a node": (
        (window("Sunday", {"tag:Patch Group": [{"Ref": "Some"}]}), instance("Node", WEB)),
        [f"{UNUSED}?", "MisspelledNodeTag Node?"],
    ),
    "tags that a condition decides": (
        (SUNDAY, instance("Node", if_prod(listed(WEB), listed(UPPER)))),
        [f"{UNUSED}?", "MisspelledNodeTag Node?"],
    ),
    "a launch template that a condition decides": (
        (
            SUNDAY,
            launch_template("Template", WEB),
            launch_template("Other", UPPER),
            group("Group", LaunchTemplate={"LaunchTemplateId": if_prod({"Ref": "Template"}, {"Ref": "Other"})}),
        ),
        ["MisspelledNodeTag Other", "MisspelledNodeTag Other?"],
    ),
    "a launch template by one of its names": (
        (
            SUNDAY,
            launch_template("Template", UPPER)
            | {
                "Named": {
                    "Type": "AWS::EC2::LaunchTemplate",
                    "Properties": {"LaunchTemplateName": if_prod("first", "second"), "LaunchTemplateData": SHOWS},
                }
            },
            group("Group", WEB, LaunchTemplate={"LaunchTemplateName": "first"}),
        ),
        ["InstanceMetadataTags Group?", "MisspelledNodeTag Template"],
    ),
    "a tag that a condition passes on": (
        (SUNDAY, group("Group", WEB, propagate=if_prod("true", "false"))),
        ["UnpropagatedTag Group?"],
    ),
    "a document that a condition decides": (
        (with_document(if_prod("AWS-RunPatchBaseline", "AWS-RunShellScript")), instance("Node", UPPER)),
        [f"{UNUSED}?", "MisspelledNodeTag Node?"],
    ),
}


@pytest.mark.parametrize(("parts", "expected"), VARIATIONS.values(), ids=VARIATIONS.keys())
def test_a_variation(tmp_path: Path, parts: tuple[Resources, ...], expected: list[str]) -> None:
    resources = {key: value for part in parts for key, value in part.items()}
    file = tmp_path / "fleet.json"
    content = {"Parameters": PARAMETERS, "Conditions": CONDITIONS, "Resources": resources}
    file.write_text(json.dumps(content), encoding="utf-8")
    found = [
        f"{rule} {each.logical_id}{'?' if each.status.value == 'unknown' else ''}"
        for each in check_paths([file], now=NOW)
        if (rule := each.rule.id.removeprefix("Patching-")) in RULES
    ]
    assert sorted(found) == sorted(expected)
