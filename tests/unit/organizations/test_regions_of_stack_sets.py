"""The template of a StackSet is read once for each of its Regions, by every command."""

import json
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from patching_constructs.checks.engine import check_paths
from patching_constructs.checks.repeated_findings import first_of_regions
from patching_constructs.template import read_windows
from patching_constructs.template.given_templates import read_inputs
from patching_constructs.template.reading import MOST_EMBEDDED, read_templates
from tests.unit.organizations.sets import ZONES, group, inner, parameters, stack_set, window, written

NOW = datetime(2026, 11, 23, tzinfo=UTC)
BOTH = group(*ZONES)
REF: dict[str, Any] = {"Ref": "Parameter"}


def stacks(path: Path) -> list[str]:
    return [each.source.stack for each in read_templates(path)]


def zones(path: Path) -> list[str | None]:
    return [None if each.time_zone.is_unknown else each.time_zone.text() for each in read_windows(path)]


def test_one_template_for_each_region(tmp_path: Path) -> None:
    path = written(tmp_path, {"Set": stack_set(BOTH)})
    assert stacks(path) == ["outer", "outer/Set/eu-central-1", "outer/Set/us-east-1"]
    assert zones(path) == list(ZONES.values())


def test_each_region_is_another_place(tmp_path: Path) -> None:
    sources = [each.source for each in read_templates(written(tmp_path, {"Set": stack_set(BOTH)}))]
    assert len({each.place for each in sources}) == 3
    assert [each.region for each in sources] == ["", *ZONES]
    windows = read_windows(tmp_path / "outer.json")
    assert [each.environment for each in windows] == [f"aws://unknown-account/{region}" for region in ZONES]


def test_an_inline_template(tmp_path: Path) -> None:
    given = stack_set(BOTH) | {"Properties": {"StackInstancesGroup": [BOTH], "TemplateBody": inner()}}
    path = written(tmp_path, {"Set": given})
    assert zones(path) == list(ZONES.values())
    assert [each.template.source.qualified(each.logical_id) for each in read_windows(path)] == ["Set/Window"] * 2


def test_a_listed_file_is_read_as_that_of_its_stack_set(tmp_path: Path) -> None:
    written(tmp_path, {"Set": stack_set(BOTH)}).rename(tmp_path / "outer.template.json")
    (tmp_path / "inner.json").rename(tmp_path / "inner.template.json")
    text = (tmp_path / "outer.template.json").read_text(encoding="utf-8")
    (tmp_path / "outer.template.json").write_text(text.replace("inner.json", "inner.template.json"), encoding="utf-8")
    found = read_inputs([tmp_path], BytesIO())
    assert [each.source.stack for each in found.templates] == ["outer", "outer/Set/eu-central-1", "outer/Set/us-east-1"]


@pytest.mark.parametrize("value", [["a", "b"], {"a": "b"}])
def test_a_parameter_that_is_no_text_is_unknown(value: object, tmp_path: Path) -> None:
    template = inner(Parameters={"Name": {"Type": "String", "Default": "weekly"}})
    template["Resources"] = {"Window": window(Name={"Ref": "Name"})}
    for place, given in enumerate(
        [stack_set(BOTH, Parameters=parameters(Name=value)), stack_set(group(*ZONES, Name=value))]
    ):
        (folder := tmp_path / str(place)).mkdir()
        path = written(folder, {"Set": given}, template)
        assert zones(path) == list(ZONES.values())
        assert [each["Name"].is_unknown for each in read_windows(path)] == [True, True]


def test_several_stack_sets_deploy_one_file(tmp_path: Path) -> None:
    path = written(tmp_path, {"One": stack_set(group("eu-central-1")), "Two": stack_set(BOTH)})
    assert stacks(path) == [
        "outer",
        "outer/One/eu-central-1",
        "outer/Two/eu-central-1",
        "outer/Two/us-east-1",
    ]


@pytest.mark.parametrize(
    "given",
    [
        stack_set(),
        stack_set(group(REF)),
        stack_set(group()),
        stack_set(group("", ["eu-central-1"])),
        stack_set(BOTH, REF),
        stack_set(StackInstancesGroup=REF),
        stack_set({"Regions": "eu-central-1"}),
    ],
)
def test_regions_that_are_unknown_are_one_template(tmp_path: Path, given: dict[str, Any]) -> None:
    path = written(tmp_path, {"Set": given})
    assert stacks(path) == ["outer", "outer/Set"]
    assert zones(path) == [None]


def test_a_region_of_several_groups_is_read_once(tmp_path: Path) -> None:
    path = written(tmp_path, {"Set": stack_set(group("us-east-1"), BOTH)})
    assert stacks(path) == ["outer", "outer/Set/us-east-1", "outer/Set/eu-central-1"]


def test_a_region_that_the_mapping_does_not_have(tmp_path: Path) -> None:
    (one,) = read_windows(written(tmp_path, {"Set": stack_set(group("eu-north-1"))}))
    assert one.time_zone.is_impossible


# --- Parameters ---------------------------------------------------------------------------------------

HOUR = {"Type": "String", "Default": "4"}
WITH_HOUR = inner(
    Parameters={"Hour": HOUR},
    Resources={"Window": window(Schedule={"Fn::Sub": "cron(0 ${Hour} ? * SUN *)"})},
)


def schedules(path: Path) -> list[str | None]:
    return [None if each.schedule.is_unknown else each.schedule.text() for each in read_windows(path)]


@pytest.mark.parametrize(
    ("given", "hour"),
    [
        (stack_set(group("us-east-1")), "4"),
        (stack_set(group("us-east-1"), Parameters=parameters(Hour="5")), "5"),
        (stack_set(group("us-east-1", Hour="6"), Parameters=parameters(Hour="5")), "6"),
        (stack_set(group("us-east-1", Other="6"), Parameters=parameters(Hour=5)), "5"),
        (stack_set(group("us-east-1"), Parameters=parameters(Hour=REF)), None),
        (stack_set(group("us-east-1"), Parameters=REF), None),
        (stack_set(group("us-east-1"), Parameters=[{"ParameterKey": REF}]), None),
        (stack_set(group("us-east-1") | {"ParameterOverrides": REF}), None),
    ],
)
def test_parameters_of_a_stack_set(tmp_path: Path, given: dict[str, Any], hour: str | None) -> None:
    path = written(tmp_path, {"Set": given}, WITH_HOUR)
    assert schedules(path) == [hour and f"cron(0 {hour} ? * SUN *)"]


def test_a_region_with_different_parameters_is_two_templates(tmp_path: Path) -> None:
    given = stack_set(group("us-east-1"), group("us-east-1", Hour="6"))
    path = written(tmp_path, {"Set": given}, WITH_HOUR)
    assert stacks(path) == ["outer", "outer/Set/us-east-1", "outer/Set/us-east-1 (2)"]
    assert schedules(path) == ["cron(0 4 ? * SUN *)", "cron(0 6 ? * SUN *)"]


# --- Templates that the template of a StackSet deploys ------------------------------------------------


def test_a_nested_stack_is_deployed_to_each_region(tmp_path: Path) -> None:
    nested = {
        "Resources": {"Nested": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "leaf.json"}}}
    }
    (tmp_path / "leaf.json").write_text(json.dumps(inner()), encoding="utf-8")
    path = written(tmp_path, {"Set": stack_set(BOTH)}, nested)
    assert stacks(path) == [
        "outer",
        "outer/Set/eu-central-1",
        "outer/Set/eu-central-1/Nested",
        "outer/Set/us-east-1",
        "outer/Set/us-east-1/Nested",
    ]
    assert zones(path) == list(ZONES.values())


def test_templates_without_end_are_bounded(tmp_path: Path) -> None:
    given = {"Set": stack_set(BOTH)}
    itself = {"Resources": given}
    assert len(read_templates(written(tmp_path, given, itself))) <= MOST_EMBEDDED + 1


def test_a_file_that_is_missing_is_not_read(tmp_path: Path) -> None:
    path = written(tmp_path, {"Set": stack_set(BOTH, TemplateURL="missing.json")})
    (outer,) = read_templates(path)
    assert [each.reason for each in outer.unread] == ["there is no file 'missing.json' beside the template"]


def test_a_stack_set_that_is_not_created_deploys_nothing(tmp_path: Path) -> None:
    path = tmp_path / "outer.json"
    written(tmp_path, {})
    content = {
        "Conditions": {"Never": {"Fn::Equals": ["a", "b"]}},
        "Resources": {"Set": stack_set(BOTH) | {"Condition": "Never"}},
    }
    path.write_text(json.dumps(content), encoding="utf-8")
    assert stacks(path) == ["outer"]


# --- Findings -----------------------------------------------------------------------------------------


def problems(path: Path) -> list[tuple[str, str]]:
    found = first_of_regions(check_paths([path], now=NOW))
    return [(each.source.stack, each.rule.id) for each in found if each.rule.id == "Patching-WindowDuration"]


def test_a_finding_of_all_regions_is_reported_once(tmp_path: Path) -> None:
    path = written(tmp_path, {"Set": stack_set(BOTH)}, inner(Resources={"Window": window(Duration=25)}))
    every = [each for each in check_paths([path], now=NOW) if each.rule.id == "Patching-WindowDuration"]
    assert len(every) == 2
    assert problems(path) == [("outer/Set/eu-central-1", "Patching-WindowDuration")]


def test_a_finding_of_one_region_names_it(tmp_path: Path) -> None:
    zones = {"eu-central-1": {"Zone": "Europe/Berlin"}, "us-east-1": {"Zone": "America/New_Yrok"}}
    path = written(tmp_path, {"Set": stack_set(BOTH)}, inner(Mappings={"Zones": zones}))
    found = [each for each in first_of_regions(check_paths([path], now=NOW)) if "New_Yrok" in each.problem]
    assert [(each.source.stack, each.rule.id) for each in found] == [
        ("outer/Set/us-east-1", "Patching-ScheduleTimezone")
    ]
