"""What needs attention in a change: reboots, installs, other times, more nodes."""

from pathlib import Path
from typing import Any

import pytest

from patching_constructs.template import TASK, WINDOW
from tests.unit.cli.commands.diffs import (
    ASSOCIATION,
    SCAN,
    changes,
    effects,
    lines,
    tag,
    weekly,
)
from tests.unit.cli.commands.test_describe import INSTALL, WEB, WEEKLY, resources

# --- What needs attention -----------------------------------------------------------------------------


def targets(*filters: dict[str, Any]) -> dict[str, Any]:
    content = weekly()
    content["Target0"]["Properties"]["Targets"] = list(filters)
    return content


WIDENED: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]], bool]] = {
    "another value": ([tag("tag:Env", "dev")], [tag("tag:Env", "dev", "prod")], True),
    "one value less": ([tag("tag:Env", "dev", "prod")], [tag("tag:Env", "dev")], False),
    "one filter less": ([tag("tag:Env", "dev"), tag("tag:Role", "web")], [tag("tag:Env", "dev")], True),
    "one filter more": ([tag("tag:Env", "dev")], [tag("tag:Env", "dev"), tag("tag:Role", "web")], False),
    "any value of a tag": ([tag("tag:Env", "dev")], [tag("tag-key", "Env")], True),
    "one value of a tag": ([tag("tag-key", "Env")], [tag("tag:Env", "dev")], False),
    "other ids": ([tag("InstanceIds", "i-01234567")], [tag("InstanceIds", "i-01234568")], True),
    "another unknown value": ([tag("tag:Env", {"Ref": "One"})], [tag("tag:Env", {"Ref": "Two"})], True),
    "an unknown key": ([tag("tag:Env", "dev")], [{"Key": {"Ref": "Key"}, "Values": ["dev"]}], True),
    "an unknown key and one filter more": (
        [{"Key": {"Ref": "Key"}, "Values": ["dev"]}],
        [{"Key": {"Ref": "Key"}, "Values": ["dev"]}, tag("tag:Env", "dev")],
        True,
    ),
}


@pytest.mark.parametrize(("old", "new", "is_widened"), WIDENED.values(), ids=WIDENED.keys())
def test_targets_that_select_more(
    tmp_path: Path, old: list[dict[str, Any]], new: list[dict[str, Any]], is_widened: object
) -> None:
    assert effects(tmp_path, targets(*old), targets(*new)) == (["widened"] if is_widened else [])


def test_the_order_of_values_and_filters_is_no_difference(tmp_path: Path) -> None:
    one, other = [tag("tag:Env", "dev", "prod"), tag("tag:Role", "web")], [tag("tag:Role", "web")]
    assert changes(tmp_path, targets(*one), targets(*other, tag("tag:Env", "prod", "dev"))) == []


def test_the_order_of_the_targets_of_a_task_is_a_difference(tmp_path: Path) -> None:
    def content(*names: str) -> dict[str, Any]:
        found = resources(WEEKLY, targets=[WEB, [tag("tag:Env", "dev")]], parameters=SCAN)
        references = [{"Ref": name} for name in names]
        found["Task"]["Properties"]["Targets"] = [{"Key": "WindowTargetIds", "Values": references}]
        return found

    assert changes(tmp_path, content("Target0", "Target1"), content("Target1", "Target0")) != []


def test_a_task_that_names_more_nodes(tmp_path: Path) -> None:
    def content(*ids: str) -> dict[str, Any]:
        found = weekly()
        found["Task"]["Properties"]["Targets"] = [tag("InstanceIds", *ids)]
        return found

    assert effects(tmp_path, content("i-01234567"), content("i-01234567", "i-01234568")) == ["widened"]


def associated(**properties: Any) -> dict[str, Any]:
    return {"Daily": ASSOCIATION | {"Properties": ASSOCIATION["Properties"] | properties}}


ASSOCIATIONS: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    "another time": ({}, {"ScheduleExpression": "cron(0 4 * * ? *)"}, ["moved"]),
    "an install": ({}, {"Parameters": INSTALL}, ["reboots", "installs"]),
    "an install that may be": ({}, {"Parameters": {"Operation": [{"Ref": "Op"}]}}, ["reboots", "installs"]),
    "an install that was possible": ({"Parameters": {"Operation": [{"Ref": "Op"}]}}, {"Parameters": INSTALL}, []),
    "all nodes": ({}, {"Targets": [tag("InstanceIds", "*")]}, ["widened"]),
    "fewer nodes": ({"Targets": [tag("InstanceIds", "*")]}, {}, []),
    "no schedule": ({}, {"ScheduleExpression": None}, ["moved"]),
}


@pytest.mark.parametrize(("old", "new", "expected"), ASSOCIATIONS.values(), ids=ASSOCIATIONS.keys())
def test_a_change_of_an_association(
    tmp_path: Path, old: dict[str, Any], new: dict[str, Any], expected: list[str]
) -> None:
    assert effects(tmp_path, associated(**old), associated(**new)) == expected


def test_a_schedule_that_is_not_frozen_any_more(tmp_path: Path) -> None:
    frozen = {name: each for name, each in weekly(INSTALL).items() if name != "Task"}
    frozen["Window"] = frozen["Window"] | {"Metadata": {"PatchingConstructs": {"Frozen": True}}}
    (change,) = changes(tmp_path, frozen, weekly(INSTALL))
    assert change["effects"] == ["reboots", "installs"]
    assert [(each["type"], each["status"]) for each in change["resources"]] == [(WINDOW, "changed"), (TASK, "added")]


def test_the_same_times_in_another_form_are_not_moved(tmp_path: Path) -> None:
    (change,) = changes(tmp_path, weekly(), weekly(Schedule="cron(0 4 ? * 1 *)"))
    assert (change["effects"], change["executionsBefore"]) == ([], None)


FROZEN = {"Window": weekly()["Window"] | {"Metadata": {"PatchingConstructs": {"Frozen": True}}}}
ENDED: dict[str, Any] = {"EndDate": "2026-11-01T00:00:00Z"}
RULE: dict[str, Any] = {
    "Type": "AWS::Events::Rule",
    "Properties": {
        "ScheduleExpression": "rate(1 day)",
        "Targets": [
            {
                "Id": "Patch",
                "Arn": "arn:aws:ssm:eu-west-3::document/AWS-RunPatchBaseline",
                "RoleArn": "arn:aws:iam::111111111111:role/Events",
                "Input": '{"Operation": ["Install"]}',
                "RunCommandParameters": {"RunCommandTargets": WEB},
            }
        ],
    },
}


def rule(state: object) -> dict[str, Any]:
    return {"Rule": RULE | {"Properties": RULE["Properties"] | {"State": state}}}


STOPPED: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    "a removed install": (weekly(INSTALL), {}, ["unpatched"]),
    "a removed scan": (weekly(), {}, ["unscanned"]),
    "a frozen install": (weekly(INSTALL), FROZEN, ["unpatched"]),
    "an ended install": (weekly(INSTALL), weekly(INSTALL, **ENDED), ["unpatched"]),
    "an ended scan": (weekly(), weekly(**ENDED), ["unscanned"]),
    "an install that becomes a scan": (weekly(INSTALL), weekly(), ["unpatched"]),
    "a scan that becomes an install": (weekly(), weekly(INSTALL), ["reboots", "installs"]),
    "a scan that can become an install": (
        weekly(),
        weekly({"Operation": [{"Ref": "Op"}]}),
        ["reboots", "installs"],
    ),
    "a schedule that had ended": (weekly(INSTALL, **ENDED), {}, []),
    "an ended schedule that starts again": (weekly(INSTALL, **ENDED), weekly(INSTALL), ["reboots", "installs"]),
    "a new schedule that has ended": ({}, weekly(INSTALL, **ENDED), []),
    "an end that is unknown": (weekly(INSTALL), weekly(INSTALL, EndDate={"Ref": "End"}), ["moved"]),
    "a disabled rule": (rule("ENABLED"), rule("DISABLED"), ["unpatched"]),
    "a rule that may be disabled": (rule("ENABLED"), rule({"Ref": "State"}), ["moved"]),
}


@pytest.mark.parametrize(("old", "new", "expected"), STOPPED.values(), ids=STOPPED.keys())
def test_a_schedule_that_stops(tmp_path: Path, old: dict[str, Any], new: dict[str, Any], expected: list[str]) -> None:
    assert effects(tmp_path, old, new) == expected


def test_what_stops_comes_first(tmp_path: Path) -> None:
    text = lines(tmp_path, weekly(INSTALL) | associated(), associated(Parameters=INSTALL))
    assert text[0].startswith("- maintenance window")
    assert text[1] == "  unpatched: this schedule no longer installs patches"
    assert "  reboots: nodes can reboot, which they could not before" in text[2:]


def test_times_that_are_assumed(tmp_path: Path) -> None:
    old, new = weekly(), weekly(Schedule="rate(7 days)")
    assumption = (
        "a rate counts from the creation of the window, which is unknown until deployment; assumed to be created now"
    )
    (change,) = changes(tmp_path, old, new)
    assert (change["executionsBefore"]["assumptions"], change["executionsAfter"]["assumptions"]) == ([], [assumption])
    (line,) = [each for each in lines(tmp_path, old, new) if each.startswith("  next executions")]
    assert line.endswith(f"Fri 2027-01-15 00:00 UTC ({assumption})")


def test_what_is_assumed_of_a_run(tmp_path: Path) -> None:
    (change,) = changes(tmp_path, {}, associated(ScheduleExpression="rate(1 day)"))
    assert change["executionsAfter"]["assumptions"] == [
        "a rate counts from the deployment, which is not known here; assumed to be deployed now"
    ]
