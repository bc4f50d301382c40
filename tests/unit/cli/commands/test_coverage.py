"""``patching-constructs coverage``: which nodes are patched, by which baseline, and when."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from patching_constructs.cli.app import app
from tests.unit.cli.formats.schemas import validated
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

FROM = ("--from", "2026-11-23")
IN_WEB = {"tag:Patch Group": ["web"]}
COUNTED_NOW = "a rate counts from the deployment, which is not known here; assumed to be deployed now"
STACK = {"Inner": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://example.com/x.yaml"}}}


def rows(folder: Path, *parts: Resources, options: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    file = written(folder, *parts)
    found: list[dict[str, Any]] = validated("coverage", "coverage", file, *FROM, *options, "--format", "json")[
        "nodeGroups"
    ]
    return found


def gaps(row: dict[str, Any]) -> list[str]:
    return [each["kind"] for each in row["gaps"]]


def names(listed: list[dict[str, Any]]) -> list[str]:
    return [each["logicalId"] for each in listed]


def text(file: Path, *options: str) -> str:
    result = CliRunner().invoke(app, ["coverage", str(file), *FROM, *options])
    assert result.exit_code == 0, result.output
    return "\n".join(line.rstrip() for line in result.stdout.splitlines()) + "\n"


def test_a_row_has_all_that_patches_a_node(tmp_path: Path) -> None:
    parts = (
        window("Sunday", IN_WEB),
        window("Monday", IN_WEB, "Scan", schedule="cron(0 5 ? * MON *)"),
        association("Daily", IN_WEB, AssociationName="daily"),
        instance("Node", WEB),
        baseline("Linux", ["web"]),
        baseline("Default", [], DefaultBaseline=True),
    )
    assert rows(tmp_path, *parts) == [
        {
            "stacks": ["fleet"],
            "filters": [{"key": "tag:Patch Group", "values": ["web"]}],
            "patchGroup": "web",
            "nodes": [
                {
                    "stack": "fleet",
                    "logicalId": "Node",
                    "resourceType": "AWS::EC2::Instance",
                    "constructPath": None,
                    "replacedBy": None,
                }
            ],
            "baselines": [
                {
                    "stack": "fleet",
                    "logicalId": "Linux",
                    "name": "linux",
                    "operatingSystem": "AMAZON_LINUX_2023",
                    "isDefault": False,
                }
            ],
            "scans": [
                {
                    "kind": "maintenanceWindow",
                    "stack": "fleet",
                    "logicalId": "Monday",
                    "name": "monday",
                    "nextExecution": "2026-11-23T05:00:00+00:00",
                    "assumptions": [],
                },
                {
                    "kind": "association",
                    "stack": "fleet",
                    "logicalId": "Daily",
                    "name": "daily",
                    "nextExecution": "2026-11-23T00:00:00+00:00",
                    "assumptions": [COUNTED_NOW],
                },
            ],
            "installs": [
                {
                    "kind": "maintenanceWindow",
                    "stack": "fleet",
                    "logicalId": "Sunday",
                    "name": "sunday",
                    "nextExecution": "2026-11-29T03:00:00+00:00",
                    "assumptions": [],
                }
            ],
            "unknownOperations": [],
            "uncertainOperations": [],
            "frozen": [],
            "nextExecution": "2026-11-23T00:00:00+00:00",
            "gaps": [],
        }
    ]


def test_nodes_with_the_same_tags_are_one_row(tmp_path: Path) -> None:
    nodes = instance("One", WEB | {"Name": "one"}), instance("Two", WEB | {"Name": "two"}), group("Group", WEB)
    (row,) = rows(tmp_path, window("Sunday", IN_WEB), *nodes)
    assert names(row["nodes"]) == ["One", "Two", "Group"]


def test_nodes_that_a_target_tells_apart_are_rows_of_their_own(tmp_path: Path) -> None:
    filters = IN_WEB | {"tag:Env": ["prod"]}
    nodes = [instance(env, WEB | {"Env": env}) for env in ("prod", "dev")]
    prod, dev = rows(tmp_path, window("Sunday", filters), *nodes)
    assert (names(prod["nodes"]), gaps(prod)) == (["prod"], ["noScan", "noBaseline"])
    assert (names(dev["nodes"]), gaps(dev)) == (["dev"], ["notSelected", "noBaseline"])
    assert prod["filters"][1] == {"key": "tag:Env", "values": ["prod"]}


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((window("Sunday", IN_WEB, "Scan"),), ["noInstall", "noBaseline"]),
        ((window("Sunday", IN_WEB), baseline("Linux", ["web"])), ["noScan"]),
        ((window("Sunday", IN_WEB), baseline("Default", [], DefaultBaseline=True)), ["noScan"]),
        ((window("Sunday", IN_WEB, REF),), ["unknownOperation", "noBaseline"]),
        ((window("Sunday", IN_WEB, "Restart"),), ["invalidOperation", "noBaseline"]),
        ((window("Sunday", {"tag:Patch Group": [REF]}),), ["unknown", "noBaseline"]),
        ((window("Sunday", IN_WEB, schedule=REF),), ["noScan", "noExecution", "noBaseline"]),
        ((window("Sunday", IN_WEB, schedule="cron(0 3 ? * SUN 2020)"),), ["noScan", "noExecution", "noBaseline"]),
        ((), ["notSelected", "noBaseline"]),
    ],
)
def test_gaps_are_listed(tmp_path: Path, parts: tuple[Resources, ...], expected: list[str]) -> None:
    assert gaps(rows(tmp_path, *parts, instance("Node", WEB))[0]) == expected


def test_nodes_without_a_patch_group_have_the_default_baseline(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, window("Sunday", {"tag-key": ["Env"]}), instance("Node", {"Env": "prod"}))
    assert (row["patchGroup"], gaps(row)) == (None, ["noScan", "noPatchGroup"])


def test_both_tags_with_one_value_are_one_group(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, window("Sunday", {"tag:PatchGroup": ["web"]}), instance("N", WEB | {"PatchGroup": "web"}))
    assert (row["patchGroup"], gaps(row)) == ("web", ["noScan", "noBaseline"])


def test_nodes_of_other_templates_have_rows_too(tmp_path: Path) -> None:
    several = window("Sunday", {"tag:Patch Group": ["db", "web", REF], "tag-key": ["Env"]})
    parts = (
        several,
        window("Monday", {"tag:Role": ["x"]}),
        instance("Node", WEB | {"Env": "prod"}),
        baseline("A", ["q"]),
    )
    web, db, unknown, role, queue = rows(tmp_path, *parts)
    assert names(web["nodes"]) == ["Node"]
    assert (db["patchGroup"], db["nodes"], names(db["installs"])) == ("db", [], ["Sunday"])
    assert db["filters"] == [{"key": "tag:Patch Group", "values": ["db"]}, {"key": "tag-key", "values": ["Env"]}]
    assert unknown["patchGroup"] == "unknown until deployment"
    assert (role["patchGroup"], role["filters"]) == (None, [{"key": "tag:Role", "values": ["x"]}])
    assert (queue["patchGroup"], gaps(queue), names(queue["baselines"])) == ("q", ["unknown"], ["A"])


def test_the_operation_of_a_run_can_be_unknown(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, window("Sunday", IN_WEB, REF))
    assert (names(row["unknownOperations"]), row["installs"], row["scans"]) == (["Sunday"], [], [])


def test_defaults_of_parameters_can_be_used(tmp_path: Path) -> None:
    file = written(tmp_path, window("Sunday", {"tag:Patch Group": [REF]}), instance("Node", WEB))
    content = json.loads(file.read_text(encoding="utf-8"))
    content["Parameters"] = {"Parameter": {"Type": "String", "Default": "web"}}
    file.write_text(json.dumps(content), encoding="utf-8")
    found = validated("coverage", "coverage", file, *FROM, "--format", "json", "--use-defaults")["nodeGroups"]
    assert [names(row["installs"]) for row in found] == [["Sunday"]]


def replaced(folder: Path, *parts: Resources) -> dict[str, str | None]:
    return {each["logicalId"]: each["replacedBy"] for row in rows(folder, *parts) for each in row["nodes"]}


def test_what_replaces_nodes_is_named(tmp_path: Path) -> None:
    provider = {"AutoScalingGroupProvider": {"AutoScalingGroupArn": {"Ref": "Ecs"}}}
    parts = (
        group("Group"),
        group("Ecs"),
        {"Provider": {"Type": "AWS::ECS::CapacityProvider", "Properties": provider}},
        {"Eks": {"Type": "AWS::EKS::Nodegroup", "Properties": {}}},
        instance("Node"),
    )
    expected = {"Group": "autoScaling", "Ecs": "ecs", "Eks": "eks", "Node": None}
    assert replaced(tmp_path, *parts) == expected


def test_a_launch_template_that_is_not_used_is_a_row(tmp_path: Path) -> None:
    parts = launch_template("Used", WEB), launch_template("Unused", WEB), group("Group", LaunchTemplate=by_ref("Used"))
    assert replaced(tmp_path, *parts) == {"Unused": None, "Group": "autoScaling"}


@pytest.mark.parametrize("tags", [REF, [REF], [{"Key": REF, "Value": "web"}]])
def test_unknown_tags_may_be_those_of_a_target(tmp_path: Path, tags: object) -> None:
    parts = window("Sunday", IN_WEB), instance("Node", tags), launch_template("Template", tags)
    (row, _) = rows(tmp_path, *parts)
    assert (names(row["nodes"]), gaps(row)) == (["Node", "Template"], ["unknown"])


def test_the_table_lists_gaps_and_what_is_replaced(tmp_path: Path) -> None:
    parts = (
        window("Sunday", IN_WEB),
        association("Scan", {"tag-key": ["Patch Group"]}),
        group("Group", WEB),
        instance("Bastion", {"Name": "bastion"}),
        baseline("Linux", ["web"]),
        window("Other", {"tag:Role": ["db", "queue"], "tag:Env": ["prod"]}, "Scan"),
        STACK,
    )
    file = written(tmp_path, *parts)
    lines = text(file).splitlines()
    assert [line.split("  ")[0] for line in lines[:5]] == [
        "nodes",
        "Patch Group = web (Group)",
        "without tags that a target names (Bastion)",
        "Role = db | queue and Env = prod",
        "",
    ]
    assert [re.split("  +", line)[1:] for line in lines[:4]] == [
        ["baseline", "scan", "install", "next execution", "gaps"],
        ["linux", "Scan", "sunday", "Mon 2026-11-23 00:00 UTC", "-"],
        ["-", "-", "-", "-", "2"],
        ["-", "other", "unknown", "Sun 2026-11-29 03:00 UTC", "unknown"],
    ]
    assert lines[5:] == [
        "gaps",
        "  without tags that a target names: no window or association selects these nodes; no patch group, so "
        "the default baseline applies",
        "  Role = db | queue and Env = prod: the templates do not show whether another target selects these nodes",
        "",
        "assumptions",
        f"  Scan: {COUNTED_NOW}",
        "",
        "nodes that are replaced",
        "  Group: Auto Scaling replaces instances with new ones from the image, without the patches that were "
        "installed in place. Update the image, and refresh the",
        "  instances.",
        "",
        "templates that are not read",
        "  Inner: 'https://example.com/x.yaml' is not a file beside the template",
    ]


def test_a_target_by_a_tag_s_key_is_described(tmp_path: Path) -> None:
    file = written(tmp_path, window("Sunday", {"tag-key": ["Env"]}))
    assert text(file).splitlines()[1].startswith("has a tag Env  ")


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["AWS::EC2::Volume"], []),
        (["AWS::EC2::Volume", "AWS::EC2::Instance"], ["Frozen"]),
        ([{"Ref": "Kind"}], ["Frozen"]),
    ],
)
def test_a_frozen_window_has_rows_for_its_nodes_alone(tmp_path: Path, kinds: list[object], expected: list[str]) -> None:
    frozen = window("Frozen", {"resource-groups:Name": ["vols"], "resource-groups:ResourceTypeFilters": kinds})
    del frozen["FrozenTask"]
    frozen["Frozen"]["Metadata"] = {"PatchingConstructs": {"Frozen": True}}
    frozen["FrozenTarget"]["Properties"]["ResourceType"] = "RESOURCE_GROUP"
    assert [each["logicalId"] for row in rows(tmp_path, frozen) for each in row["frozen"]] == expected


def test_a_template_without_nodes_has_none(tmp_path: Path) -> None:
    file = written(tmp_path, {"Topic": {"Type": "AWS::SNS::Topic"}})
    assert text(file).replace("\n", "").endswith("fleet.json: no nodes")


def test_it_is_written_to_a_file(tmp_path: Path) -> None:
    out = tmp_path / "coverage.txt"
    assert text(written(tmp_path, window("Sunday", IN_WEB)), "-o", str(out)) == "\n"
    assert "Patch Group = web" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        (["--from", "soon"], "--from must be an ISO 8601 date or time such as 2027-01-31, got 'soon'"),
        (["--from", "1969-01-01"], "--from must be in the years 1970-2199, got '1969-01-01'"),
    ],
)
def test_a_wrong_time_is_refused(tmp_path: Path, options: list[str], refusal: str) -> None:
    result = CliRunner().invoke(app, ["coverage", str(written(tmp_path, window("Sunday", IN_WEB))), *options])
    assert (result.exit_code, result.stderr) == (2, f"{refusal}\n")


def test_what_reaches_no_row_of_an_unread_stack_is_listed(tmp_path: Path) -> None:
    document = validated("coverage", "coverage", written(tmp_path, STACK), *FROM, "--format", "json")
    assert document["unread"] == [
        {
            "stack": "fleet",
            "logicalId": "Inner",
            "reason": "'https://example.com/x.yaml' is not a file beside the template",
        }
    ]
    assert document["from"] == "2026-11-23T00:00:00+00:00"


@pytest.mark.parametrize(
    ("starter", "kind"),
    [
        (
            {
                "Type": "AWS::Scheduler::Schedule",
                "Properties": {
                    "Name": "nightly",
                    "ScheduleExpression": "cron(0 2 * * ? *)",
                    "FlexibleTimeWindow": {"Mode": "OFF"},
                    "Target": {
                        "Arn": "arn:aws:scheduler:::aws-sdk:ssm:sendCommand",
                        "RoleArn": "arn:aws:iam::111122223333:role/scheduler",
                        "Input": json.dumps(
                            {
                                "DocumentName": "AWS-RunPatchBaseline",
                                "Parameters": {"Operation": ["Install"]},
                                "Targets": [{"Key": "tag:Patch Group", "Values": ["web"]}],
                            }
                        ),
                    },
                },
            },
            "schedule",
        ),
    ],
)
def test_a_schedule_outside_of_windows_patches_nodes(tmp_path: Path, starter: dict[str, Any], kind: str) -> None:
    (row,) = rows(tmp_path, {"Nightly": starter}, instance("Node", WEB))
    assert row["installs"] == [
        {
            "kind": kind,
            "stack": "fleet",
            "logicalId": "Nightly",
            "name": "nightly",
            "nextExecution": "2026-11-23T02:00:00+00:00",
            "assumptions": [],
        }
    ]


def test_a_rate_of_a_window_counts_from_now(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, window("Sunday", IN_WEB, schedule="rate(7 days)"), instance("Node", WEB))
    assert row["installs"][0]["assumptions"] == [
        "a rate counts from the creation of the window, which is unknown until deployment; assumed to be created now"
    ]


# --- Which templates ----------------------------------------------------------------------------------


def test_a_directory_with_templates_is_read(tmp_path: Path) -> None:
    for name in ("one", "two"):
        written(tmp_path, instance("Node", WEB), name=f"{name}.template.json")
    written(tmp_path, instance("Node", WEB), name="package.json")
    result = CliRunner().invoke(app, ["coverage", str(tmp_path), "--format", "json"])
    assert [row["stacks"] for row in json.loads(result.stdout)["nodeGroups"]] == [["one"], ["two"]]


def test_standard_input_is_read(tmp_path: Path) -> None:
    content = written(tmp_path, window("Sunday", IN_WEB), instance("Node", WEB)).read_bytes()
    result = CliRunner().invoke(app, ["coverage", "-", "--format", "json", *FROM], input=content)
    (row,) = json.loads(result.stdout)["nodeGroups"]
    assert (row["stacks"], names(row["installs"])) == (["stdin"], ["Sunday"])


def test_a_directory_without_templates_is_an_error(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["coverage", str(tmp_path)])
    assert (result.exit_code, result.stderr) == (
        2,
        f"{tmp_path}: it contains no template; name a file, or rename the templates such as "
        "*.template.json, *.cfn.yaml or template.yaml\n",
    )
