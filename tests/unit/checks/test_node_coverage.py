"""Rules of nodes, targets and baselines together: what is found, and what is left alone."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from patching_constructs.checks.engine import check_paths
from patching_constructs.checks.finding import Finding
from patching_constructs.template.deployment import Deployment
from patching_constructs.template.reading import read_templates
from tests.steps import counted
from tests.unit.nodes import (
    REF,
    WEB,
    Resources,
    association,
    baseline,
    by_ref,
    group,
    instance,
    launch_template,
    window,
    written,
)

NOW = datetime(2026, 11, 23, tzinfo=UTC)
RULES = (
    "MisspelledNodeTag",
    "UnselectedNode",
    "TargetWithoutNodes",
    "MisspelledPatchGroup",
    "PatchGroupWithoutBaseline",
    "UnpropagatedTag",
    "OutputPermission",
    "InstanceMetadataTags",
    "MultiplePatchGroupTags",
)
IN_WEB = {"tag:Patch Group": ["web"]}


def findings(folder: Path, *parts: Resources) -> list[Finding]:
    found = check_paths([written(folder, *parts)], now=NOW)
    return [each for each in found if each.rule.id.removeprefix("Patching-") in RULES]


def found(folder: Path, *parts: Resources) -> list[tuple[str, str | None]]:
    return [(each.rule.id.removeprefix("Patching-"), each.logical_id) for each in findings(folder, *parts)]


# --- Tags that are spelled alike ----------------------------------------------------------------------


def test_both_sides_are_named(tmp_path: Path) -> None:
    (near,) = [
        each
        for each in findings(tmp_path, window("Sunday", IN_WEB), instance("Node", {"PatchGroup": "Web"}))
        if each.rule.id == "Patching-MisspelledNodeTag"
    ]
    assert near.property_path == ("Properties", "Tags", 0, "Key")
    assert near.problem == (
        "Node has the tag 'PatchGroup' with the value 'Web', and SundayTarget selects 'Patch Group' with 'web', so "
        "no target in the templates selects the node. Tags are case-sensitive."
    )


@pytest.mark.parametrize(
    "filters",
    [
        {"tag:Patch Group": ["web", "WEB"]},
        {"tag-key": ["patchgroup"]},
        {"InstanceIds": [{"Ref": "Node"}]},
        {"tag:Patch Group": [REF]},
        {"tag:Patch Group": REF},
        {"resource-groups:Name": ["fleet"]},
        [{"Key": REF, "Values": ["web"]}],
        REF,
    ],
)
def test_what_reaches_a_node_or_may_is_no_near_miss(tmp_path: Path, filters: object) -> None:
    tags = {"Patch Group": "Web", "patchgroup": "web"}
    parts = window("Sunday", IN_WEB), window("Monday", filters), instance("Node", tags)
    is_unreached = isinstance(filters, dict) and filters.get("tag:Patch Group") == ["web", "WEB"]
    assert (("MisspelledNodeTag", "Node") in found(tmp_path, *parts)) is is_unreached


def test_the_other_tags_of_the_target_must_match(tmp_path: Path) -> None:
    filters = {"tag:Patch Group": ["web"], "tag:Env": ["prod"]}
    for env, expected in (("prod", "MisspelledNodeTag"), ("dev", "UnselectedNode")):
        assert (expected, "Node") in found(
            tmp_path, window("Sunday", filters), instance("Node", {"Patch Group": "Web", "Env": env})
        )


def test_a_target_that_reaches_other_nodes_is_no_typo(tmp_path: Path) -> None:
    parts = window("Sunday", {"tag:Patch Group": ["store"]}), instance("Node", {"Patch Group": "stores"})
    assert ("MisspelledNodeTag", "Node") in found(tmp_path, *parts)
    assert found(tmp_path, *parts, instance("Other", {"Patch Group": "store"})) == [("UnselectedNode", "Node")]


@pytest.mark.parametrize("conditions", [("One", "Two"), ("One", "One"), ("One", None)])
def test_resources_under_different_conditions_are_not_compared(
    tmp_path: Path, conditions: tuple[str, str | None]
) -> None:
    sunday, node = window("Sunday", IN_WEB), instance("Node", {"Patch Group": "Web"})
    node["Node"]["Condition"] = conditions[0]
    if conditions[1]:
        sunday["SundayTarget"]["Condition"] = conditions[1]
    assert (("MisspelledNodeTag", "Node") in found(tmp_path, sunday, node)) is (conditions != ("One", "Two"))


def test_a_tag_without_a_value_that_is_known_is_compared_with_nothing(tmp_path: Path) -> None:
    parts = window("Sunday", IN_WEB), instance("Node", {"patch group": REF, "Patch Group": "db"})
    assert ("UnselectedNode", "Node") in found(tmp_path, *parts)


def test_a_selection_by_one_tag_is_not_that_of_another_account(tmp_path: Path) -> None:
    sunday, node = window("Sunday", IN_WEB), instance("Node", {"Patch Group": "Web", "patchgroup": "db"})
    node["Node"]["Condition"], sunday["SundayTarget"]["Condition"] = "One", "Two"
    assert ("UnselectedNode", "Node") in found(tmp_path, sunday, node)


def test_a_value_that_is_unknown_is_no_near_miss(tmp_path: Path) -> None:
    assert found(tmp_path, window("Sunday", IN_WEB), instance("Node", {"Patch Group": REF, "Name": "Web"})) == []


def test_an_unknown_document_may_patch_any_node(tmp_path: Path) -> None:
    other = window("Monday", IN_WEB)
    other["MondayTask"]["Properties"]["TaskArn"] = REF
    parts = window("Sunday", IN_WEB), other, instance("Node", {"Patch Group": "Web"})
    assert found(tmp_path, *parts) == [("TargetWithoutNodes", "SundayTarget")]


def test_without_patching_no_node_is_missed(tmp_path: Path) -> None:
    assert found(tmp_path, instance("Node", WEB)) == []


def test_a_window_is_not_asked_for_nodes_where_none_has_a_patch_group(tmp_path: Path) -> None:
    assert found(tmp_path, window("Sunday", IN_WEB), instance("Node", {"Name": "bastion"})) == []


def test_tasks_and_associations_select_nodes_too(tmp_path: Path) -> None:
    own = window("Sunday", IN_WEB)
    own["SundayTask"]["Properties"]["Targets"] = [{"Key": "InstanceIds", "Values": [{"Ref": "Node"}]}]
    assert found(tmp_path, own, instance("Node", {"Patch Group": "Web"})) == []
    everywhere = association("Scan", {"InstanceIds": ["*"]})
    assert found(tmp_path, everywhere, instance("Node", {"Patch Group": "Web"})) == []


# --- Auto Scaling -------------------------------------------------------------------------------------


@pytest.mark.parametrize("propagate", [False, "false"])
def test_a_tag_that_is_kept_is_found(tmp_path: Path, propagate: object) -> None:
    (kept,) = findings(tmp_path, group("Group", WEB, propagate=propagate, LaunchTemplate={"LaunchTemplateId": "lt-1"}))
    assert kept.property_path == ("Properties", "Tags", 0, "PropagateAtLaunch")


@pytest.mark.parametrize("propagate", [True, "true", REF, None])
def test_a_tag_that_is_or_may_be_passed_on_is_left_alone(tmp_path: Path, propagate: object) -> None:
    assert found(tmp_path, group("Group", WEB, propagate=propagate)) == []


def test_other_tags_may_be_kept(tmp_path: Path) -> None:
    assert found(tmp_path, group("Group", {"Name": "web"}, propagate=False)) == []
    assert found(tmp_path, group("Group", propagate=False, Tags=[{"Key": REF, "PropagateAtLaunch": False}])) == []


TEMPLATES: dict[str, dict[str, Any]] = {
    "by id": {"LaunchTemplate": by_ref("Template")},
    "by first version": {"LaunchTemplate": by_ref("Template", "1")},
    "by name": {"LaunchTemplate": {"LaunchTemplateName": "Template-name", "Version": "$Default"}},
    "mixed": {"MixedInstancesPolicy": {"LaunchTemplate": {"LaunchTemplateSpecification": by_ref("Template")}}},
}


@pytest.mark.parametrize("properties", TEMPLATES.values(), ids=TEMPLATES)
def test_the_launch_template_of_a_group_counts(tmp_path: Path, properties: dict[str, Any]) -> None:
    metadata = {"MetadataOptions": {"InstanceMetadataTags": "enabled"}}
    shows = launch_template("Template", **metadata)
    assert found(tmp_path, shows, group("Group", WEB, **properties)) == [("InstanceMetadataTags", "Group")]
    tags = launch_template("Template", WEB)
    assert found(tmp_path, tags, group("Group", WEB, propagate=False, **properties)) == []


@pytest.mark.parametrize(
    "properties",
    [
        {"LaunchTemplate": by_ref("Template", "4")},
        {"LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "1"}},
        {"LaunchTemplate": {"LaunchTemplateName": REF, "Version": "1"}},
        {"LaunchTemplate": REF},
        {"LaunchConfigurationName": "old"},
    ],
)
def test_another_launch_template_does_not_count(tmp_path: Path, properties: dict[str, Any]) -> None:
    shows = launch_template("Template", MetadataOptions={"InstanceMetadataTags": "enabled"})
    assert found(tmp_path, shows, group("Group", WEB, **properties)) == []


def test_an_instance_shows_the_tags_of_its_launch_template(tmp_path: Path) -> None:
    options = {"MetadataOptions": {"InstanceMetadataTags": "enabled"}}
    node = instance("Node", LaunchTemplate=by_ref("Template"), **options)
    assert found(tmp_path, launch_template("Template", WEB), node) == [("InstanceMetadataTags", "Template")]


def test_a_launch_template_is_reported_once(tmp_path: Path) -> None:
    shows = launch_template("Template", WEB, MetadataOptions={"InstanceMetadataTags": "enabled"})
    groups = group("One", LaunchTemplate=by_ref("Template")), group("Two", LaunchTemplate=by_ref("Template"))
    assert found(tmp_path, shows, *groups) == [("InstanceMetadataTags", "Template")]


def test_the_group_s_value_counts_before_that_of_its_launch_template(tmp_path: Path) -> None:
    parts = launch_template("Template", {"Patch Group": "Web"}), group("Group", WEB, LaunchTemplate=by_ref("Template"))
    assert found(tmp_path, window("Sunday", IN_WEB), *parts) == []


def test_the_tags_of_a_node_group_of_eks_are_those_of_its_launch_template(tmp_path: Path) -> None:
    nodes = {"Nodes": {"Type": "AWS::EKS::Nodegroup", "Properties": {"LaunchTemplate": {"Id": {"Ref": "Template"}}}}}
    template = launch_template("Template", {"Patch Group": "Web"})
    assert found(tmp_path, window("Sunday", IN_WEB), template, nodes) == [
        ("TargetWithoutNodes", "SundayTarget"),
        ("MisspelledNodeTag", "Template"),
    ]


# --- Baselines ----------------------------------------------------------------------------------------


def test_a_patch_group_without_a_baseline_is_found_wherever_it_is_named(tmp_path: Path) -> None:
    parts = window("Sunday", IN_WEB), association("Daily", IN_WEB), instance("Node", WEB)
    assert found(tmp_path, *parts, baseline("Linux", ["database"])) == [
        ("PatchGroupWithoutBaseline", name) for name in ("SundayTarget", "Daily", "Node")
    ]


def test_a_target_of_two_commands_is_reported_once(tmp_path: Path) -> None:
    parts = window("Sunday", IN_WEB), window("Monday", IN_WEB, "Scan")
    parts[1]["MondayTask"]["Properties"]["Targets"] = [{"Key": "WindowTargetIds", "Values": [{"Ref": "SundayTarget"}]}]
    del parts[1]["MondayTarget"]
    assert found(tmp_path, *parts, baseline("Linux", ["database"])) == [("PatchGroupWithoutBaseline", "SundayTarget")]


@pytest.mark.parametrize(
    "other",
    [
        baseline("Default", [], DefaultBaseline=True),
        baseline("Default", ["db"], DefaultBaseline=REF),
        baseline("Other", [REF]),
        baseline("Other", REF),
        baseline("Other", ["web"], "UBUNTU"),
    ],
)
def test_what_may_be_the_baseline_is_left_alone(tmp_path: Path, other: Resources) -> None:
    assert found(tmp_path, window("Sunday", IN_WEB), baseline("Linux", ["database"]), other) == []


@pytest.mark.parametrize("override", ["s3://bucket/baselines.json", REF])
def test_a_command_with_a_baseline_of_its_own_needs_no_other(tmp_path: Path, override: object) -> None:
    parameters = {"Parameters": {"Operation": ["Scan"], "BaselineOverride": [override]}}
    parts = window("Sunday", IN_WEB, invocation=parameters), baseline("Linux", ["database"])
    assert found(tmp_path, *parts) == []


def test_parameters_that_are_unknown_may_have_a_baseline(tmp_path: Path) -> None:
    parts = window("Sunday", IN_WEB, invocation={"Parameters": REF}), baseline("Linux", ["database"])
    assert found(tmp_path, *parts) == []


def test_a_patch_group_that_is_unknown_is_left_alone(tmp_path: Path) -> None:
    parts = window("Sunday", {"tag:Patch Group": [REF]}), instance("Node", {"Patch Group": REF})
    assert found(tmp_path, *parts, baseline("Linux", ["database"])) == []


def test_a_group_of_a_baseline_that_is_used_is_no_typo(tmp_path: Path) -> None:
    parts = window("Sunday", {"tag:Patch Group": ["store", "stores"]}), baseline("Linux", ["store"])
    assert found(tmp_path, *parts) == [("PatchGroupWithoutBaseline", "SundayTarget")]


# --- Output -------------------------------------------------------------------------------------------


def role(*actions: str, **properties: Any) -> Resources:
    document = {"Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}
    given = {"Policies": [{"PolicyName": "own", "PolicyDocument": document}]} | properties
    return {
        "Role": {"Type": "AWS::IAM::Role", "Properties": given},
        "Profile": {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": [{"Ref": "Role"}]}},
    }


TO_BUCKET = window("Sunday", IN_WEB, invocation={"OutputS3BucketName": "logs"})
NODE = instance("Node", WEB, IamInstanceProfile={"Ref": "Profile"})


def test_a_role_that_may_not_write_is_found(tmp_path: Path) -> None:
    (lost,) = findings(tmp_path, TO_BUCKET, NODE, role("s3:GetObject"))
    assert lost.problem == "Role, the role of Node, is not allowed s3:PutObject, so the output is lost."
    assert lost.property_path[-1] == "OutputS3BucketName"


@pytest.mark.parametrize(
    "parts",
    [
        (TO_BUCKET, NODE, role("s3:*")),
        (window("Sunday", IN_WEB), NODE, role("s3:GetObject")),
        (TO_BUCKET, instance("Node", WEB), role("s3:GetObject")),
        (TO_BUCKET, instance("Node", WEB, IamInstanceProfile=None), role("s3:GetObject")),
        (TO_BUCKET, instance("Node", WEB, IamInstanceProfile={"Fn::If": ["A", "a", {"Ref": "AWS::NoValue"}]})),
        (
            TO_BUCKET,
            NODE,
            role("s3:GetObject"),
            {"Policy": {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": "logs"}}},
        ),
    ],
)
def test_a_role_that_may_write_or_is_not_seen_is_left_alone(tmp_path: Path, parts: tuple[Resources, ...]) -> None:
    assert [each for each in found(tmp_path, *parts) if each[0] == "OutputPermission"] == []


def test_the_policies_of_buckets_are_looked_at_once(tmp_path: Path) -> None:
    """The cost of a task with an output bucket does not grow with the number of resources."""
    few, many = (steps_with_buckets(tmp_path, number) for number in (20, 80))
    assert many < 5 * few


def steps_with_buckets(folder: Path, number: int) -> int:
    """Return the steps of finding whether each of some buckets has a policy, among as many policies."""
    bucket = {"Type": "AWS::S3::Bucket"}
    policies = {
        f"Policy{place}": {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": {"Ref": f"Bucket{place}"}}}
        for place in range(number)
    }
    buckets = {f"Bucket{place}": bucket for place in range(number)}
    deployment = Deployment(read_templates(written(folder, buckets | policies)))
    values = [each["Bucket"] for each in deployment.resources if each.type == "AWS::S3::BucketPolicy"]
    with counted() as steps:
        assert all(map(deployment.has_bucket_policy, values))
    return steps.count
