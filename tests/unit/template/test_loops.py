"""Loops of a template: what they make is checked, on the line where it is written."""

from pathlib import Path
from typing import Any

import pytest

from patching_constructs.checks.engine import check_paths
from patching_constructs.checks.finding import Finding
from patching_constructs.template import read_windows
from tests.unit.checks.test_engine import TODAY, window, written

LANGUAGE = {"Transform": "AWS::LanguageExtensions"}
TEMPLATE = """\
Transform: AWS::LanguageExtensions
Parameters:
  Teams: {Type: CommaDelimitedList, Default: "Web,Data"}
Resources:
  Fn::ForEach::Windows:
    - Team
    - [Web, Data-Lake]
    - Window&{Team}:
        Type: AWS::SSM::MaintenanceWindow
        Properties:
          Name: !Sub "weekly-${Team}"
          Schedule: cron(0 4 * * 0)
          Duration: 4
          Cutoff: 1
          AllowUnassociatedTargets: false
          Description: !Ref Team
      Fn::ForEach::Stages:
        - Stage
        - [a, b]
        - ${Team}${Stage}:
            Type: AWS::SNS::Topic
            Properties:
              DisplayName: !Join ["-", ["${Team}", !Ref Stage]]
"""


def findings(file: Path, **options: Any) -> list[Finding]:
    return check_paths([file], now=TODAY, **options)


def test_what_a_loop_makes_is_checked_where_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / "loop.yaml"
    file.write_text(TEMPLATE, encoding="utf-8")
    found = [each for each in findings(file) if each.rule.id == "Patching-ScheduleExpression"]
    assert [(each.logical_id, each.line) for each in found] == [("WindowWeb", 12), ("WindowDataLake", 12)]
    windows = read_windows(file)
    assert [(each.label, each["Description"].text()) for each in windows] == [
        ("weekly-Web", "Web"),
        ("weekly-Data-Lake", "Data-Lake"),
    ]
    assert windows[0].duration.line == 13


def loop(collection: object, made: object, **sections: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    return {"Fn::ForEach::Loop": ["Each", collection, made]}, LANGUAGE | sections


TOPIC = {"${Each}Topic": {"Type": "AWS::SNS::Topic"}}
TEAM_WINDOW = {"${Each}Window": {"Type": "AWS::SSM::MaintenanceWindow", "Properties": {"Name": "${Each}"}}}
TEAMS = {"Parameters": {"Teams": {"Type": "CommaDelimitedList", "Default": "Web,Data"}}}
ENDLESS: Any = TEAM_WINDOW
for depth in range(9):
    ENDLESS = {f"Fn::ForEach::L{depth}": [f"V{depth}", [str(item) for item in range(9)], ENDLESS]}
EMPTY: Any = {}
for depth in range(9):
    EMPTY = {f"Fn::ForEach::L{depth}": [f"V{depth}", [str(item) for item in range(99)], EMPTY]}
LONG = {"${Each}": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "${Each}" * 9_000}}}
UNSEEN: dict[str, tuple[tuple[dict[str, Any], dict[str, Any]], list[str]]] = {
    "a loop of topics over a parameter": (loop({"Ref": "Teams"}, TOPIC), []),
    "a loop of windows over a parameter": (loop({"Ref": "Teams"}, TEAM_WINDOW), ["Fn::ForEach::Loop"]),
    "a loop of windows over functions": (loop([{"Ref": "AWS::Region"}], TEAM_WINDOW), ["Fn::ForEach::Loop"]),
    "a loop of windows over a text": (loop("Web", TEAM_WINDOW), ["Fn::ForEach::Loop"]),
    "a loop within a loop": (
        loop({"Ref": "Teams"}, {"Fn::ForEach::In": ["X", ["a"], TEAM_WINDOW]}),
        ["Fn::ForEach::Loop"],
    ),
    "a loop of topics within a loop": (loop({"Ref": "Teams"}, {"Fn::ForEach::In": ["X", ["a"], TOPIC]}), []),
    "a loop of what another parameter says": (
        loop({"Ref": "Teams"}, {"A": {"Type": {"Ref": "T"}}}),
        ["Fn::ForEach::Loop"],
    ),
    "a loop of a custom resource": (loop({"Ref": "Teams"}, {"A": {"Type": "Custom::Any"}}), ["Fn::ForEach::Loop"]),
    "a loop of a nested stack": (
        loop({"Ref": "Teams"}, {"A": {"Type": "AWS::CloudFormation::Stack"}}),
        ["Fn::ForEach::Loop"],
    ),
    "a loop of nothing": (loop({"Ref": "Teams"}, {}), ["Fn::ForEach::Loop"]),
    "a loop that is none": (({"Fn::ForEach::Loop": "Each"}, LANGUAGE), ["Fn::ForEach::Loop"]),
    "a loop of billions": (({"Fn::ForEach::Loop": ["Each", ["a"], ENDLESS]}, LANGUAGE), ["Fn::ForEach::Loop"]),
    "a loop of billions of nothing": (({"Fn::ForEach::Loop": ["Each", ["a"], EMPTY]}, LANGUAGE), ["Fn::ForEach::Loop"]),
    "a loop of megabytes": (loop(["x" * 1_000], LONG | TEAM_WINDOW), ["Fn::ForEach::Loop"]),
    "a macro among the resources": (({"Fn::Transform": {"Name": "Any"}}, {}), ["Fn::Transform"]),
    "a loop without the transform": (({"Fn::ForEach::Loop": ["Each", ["a"], TOPIC]}, {}), []),
}


@pytest.mark.parametrize(("template", "unseen"), UNSEEN.values(), ids=UNSEEN.keys())
def test_what_cannot_be_seen_is_said_where_it_may_patch(
    tmp_path: Path, template: tuple[dict[str, Any], dict[str, Any]], unseen: list[str]
) -> None:
    resources, sections = template
    found = findings(written(tmp_path / "a.json", resources, **sections))
    assert [each.property_path[-1] for each in found if each.rule.id == "Patching-GeneratedResources"] == unseen


def test_a_loop_over_a_parameter_is_expanded_by_its_default_when_asked_for(tmp_path: Path) -> None:
    resources, sections = loop({"Ref": "Teams"}, TEAM_WINDOW, **TEAMS)
    file = written(tmp_path / "a.json", resources, **sections)
    assert read_windows(file) == []
    assert [each.label for each in read_windows(file, use_defaults=True)] == ["Web", "Data"]


def test_a_loop_among_properties_is_expanded(tmp_path: Path) -> None:
    resources = window("web")
    resources["Window"]["Properties"]["Fn::ForEach::Own"] = ["Name", ["Duration", "Cutoff"], {"${Name}": 30}]
    found = {each.rule.id for each in findings(written(tmp_path / "a.json", resources, **LANGUAGE))}
    assert {"Patching-WindowDuration", "Patching-WindowCutoff"} <= found


@pytest.mark.parametrize(
    "maker",
    [
        {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://bucket/file"}}},
        {"Fn::ForEach::Own": ["Name", {"Ref": "Names"}, {"${Name}": 30}]},
    ],
    ids=["an include", "a loop"],
)
def test_properties_that_are_made_elsewhere_are_not_missing(tmp_path: Path, maker: dict[str, Any]) -> None:
    resources = window("web")
    del resources["Window"]["Properties"]["Schedule"]
    resources["Window"]["Properties"] |= maker
    file = written(tmp_path / "a.json", resources, **LANGUAGE)
    found = [each for each in findings(file) if each.rule.id == "Patching-RequiredProperty"]
    assert [(each.status.value, each.logical_id) for each in found] == [("unknown", "Window")]
    (read,) = read_windows(file)
    assert [name for name, _ in read.properties.entries()] == ["Name", "Duration", "Cutoff", "AllowUnassociatedTargets"]
