"""What a property says, and how it is described."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from patching_constructs.description.content import Content, Declaration, Unresolved, as_json, content_of
from patching_constructs.template import read_windows
from tests.steps import counted
from tests.unit.cli.commands.test_describe import WEEKLY, described, resources, rows

BASELINE = "AWS::SSM::PatchBaseline"


def write(file: Path, content: dict[str, Any], **sections: Any) -> Path:
    file.write_text(json.dumps(sections | {"Resources": content}), encoding="utf-8")
    return file


def content(file: Path, value: object, name: str = "Description", **sections: Any) -> Content:
    (window,) = read_windows(write(file, resources(WEEKLY | {name: value}), **sections))
    return content_of(window.at(name))


CONTENTS: dict[str, tuple[object, Content]] = {
    "a text": ("weekly", "weekly"),
    "a number": (4, "4"),
    "a flag": (True, "true"),
    "a mapping": ({"A": 1, "B": None}, {"A": "1"}),
    "a list": ([2, 1], ["2", "1"]),
    "a function": ({"Ref": "Other"}, Unresolved('{"Ref":"Other"}')),
    "a mapping with an unknown part": (
        {"A": "x", "Fn::Transform": {"Name": "AWS::Include"}},
        {"A": "x", "Fn::Transform": '{"Name":"AWS::Include"}'},
    ),
    "a dynamic reference": ("{{resolve:ssm:name}}", Unresolved("{{resolve:ssm:name}}")),
}


@pytest.mark.parametrize(("value", "expected"), CONTENTS.values(), ids=CONTENTS.keys())
def test_the_content_of_a_value(tmp_path: Path, value: object, expected: Content) -> None:
    assert content(tmp_path / "a.json", value) == expected


TEXTS_OF_JSON: dict[str, tuple[object, Content]] = {
    "a mapping": ('{"A": [true, 1, null], "B": null}', {"A": ["true", "1", None]}),
    "no JSON": ("{", "{"),
    "nested too deeply": ("[" * 100_000, "[" * 100_000),
}


@pytest.mark.parametrize(("value", "expected"), TEXTS_OF_JSON.values(), ids=TEXTS_OF_JSON.keys())
def test_a_text_of_json_is_what_it_says(tmp_path: Path, value: object, expected: Content) -> None:
    assert content(tmp_path / "a.json", value, name="Input") == expected


def test_a_list_without_order_is_sorted(tmp_path: Path) -> None:
    assert content(tmp_path / "a.json", ["b", "a"], name="PatchGroups") == ["a", "b"]
    ordered = [{"Key": "WindowTargetIds", "Values": ["b", "a"]}]
    assert content(tmp_path / "a.json", ordered, name="Targets") == ordered


LARGE: dict[str, tuple[object, object]] = {
    "a list": ([str(number) for number in range(1_100)], [*map(str, range(1_099)), "x"]),
    "a list of lists": ([[str(number) for number in range(100)]] * 100, [["0"] * 100] * 99 + [["1"]]),
    "a list of functions": ([{"Ref": f"P{number}"} for number in range(1_100)], [{"Ref": "P"}] * 1_100),
}


@pytest.mark.parametrize(("value", "other"), LARGE.values(), ids=LARGE.keys())
def test_a_large_value_is_cut_off_and_still_another_one(tmp_path: Path, value: Any, other: Any) -> None:
    found, again, different = (content(tmp_path / "a.json", each) for each in (value, value, [*value[:-1], other[-1]]))
    assert isinstance(found, list)
    assert isinstance(found[-1], str)
    assert re.fullmatch(r"\.\.\. \([0-9a-f]{12}\)", found[-1])
    assert found == again != different


def test_a_large_text_of_json_with_unknown_parts_is_itself(tmp_path: Path) -> None:
    text = {"Fn::Sub": json.dumps([["${P}"] * 100] * 100)}
    assert content(tmp_path / "a.json", text, "Content") == content(tmp_path / "a.json", text, "Content")


def test_a_large_mapping_is_declared_in_short_and_read_once(tmp_path: Path) -> None:
    few, many = (steps_with_mapping(tmp_path / "a.json", windows) for windows in (10, 40))
    assert many < 5 * few


def steps_with_mapping(file: Path, windows: int) -> int:
    """Return the steps of reading a property of some windows that uses a mapping with ten keys for each of them."""
    description = {"Fn::FindInMap": ["Names", {"Ref": "Stage"}, "name"]}
    fleet = {f"Window{place}": resources(WEEKLY | {"Description": description})["Window"] for place in range(windows)}
    names = {f"stage{place}": {"name": f"name {place}"} for place in range(10 * windows)}
    read = read_windows(write(file, fleet, Mappings={"Names": names}, Parameters={"Stage": {"Type": "String"}}))
    with counted() as steps:
        found = [content_of(window.at("Description")) for window in read]
    assert len(found) == windows
    assert all(isinstance(each, Unresolved) and len(str(each)) < 500 for each in found)
    return steps.count


def test_a_function_has_what_the_template_declares_for_it(tmp_path: Path) -> None:
    found = content(
        tmp_path / "a.json",
        {"Fn::If": ["IsProd", {"Fn::Sub": "${Name}-${AWS::Region}"}, "other"]},
        Conditions={"IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}, "Unused": {"Fn::Equals": ["a", "b"]}},
        Parameters={"Stage": {"Type": "String", "Description": "Stage."}, "Name": {"Type": "String", "Default": "x"}},
    )
    assert isinstance(found, Unresolved)
    assert sorted(found.declarations, key=lambda each: each.name) == [
        Declaration("Conditions", "IsProd", '{"Fn::Equals":[{"Ref":"Stage"},"prod"]}'),
        Declaration("Parameters", "Name", '{"Default":"x","Type":"String"}'),
        Declaration("Parameters", "Stage", '{"Type":"String"}'),
    ]


def test_content_as_json() -> None:
    unresolved = Unresolved("f", (Declaration("Parameters", "P", "{}"),))
    assert as_json({"b": unresolved, "a": 1}) == (
        '{"a":1,"b":{"declarations":[["Parameters","P","{}"]],"function":"f"}}'
    )
    assert as_json({1.5}) == '"{1.5}"'


# --- In words -----------------------------------------------------------------------------------------

FUNCTIONS: dict[str, tuple[object, str]] = {
    "a resource": ({"Ref": "Topic"}, "Topic"),
    "an attribute": ({"Fn::GetAtt": ["Role", "Arn"]}, "Role.Arn"),
    "an attribute in one text": ({"Fn::GetAtt": "Role.Arn"}, "Role.Arn"),
    "an export": ({"Fn::ImportValue": "Shared"}, "export Shared"),
    "a join": ({"Fn::Join": ["-", ["a", {"Ref": "AWS::Region"}]]}, "a-${AWS::Region}"),
    "a substitution": ({"Fn::Sub": "${AWS::StackName}-x"}, "${AWS::StackName}-x"),
    "a choice": (
        {"Fn::If": ["IsOdd", {"Ref": "AWS::NoValue"}, ["a"]]},
        "one of none, ['a'] (depends on condition IsOdd): none if IsOdd, otherwise [\"a\"]",
    ),
    "a choice of texts": (
        {"Fn::If": ["IsOdd", "a", {"Ref": "Name"}]},
        "one of a, a value that is unknown until deployment (depends on condition IsOdd): "
        "a if IsOdd, otherwise parameter Name (AllowedPattern ^[a-z]+$, MaxLength 9)",
    ),
    "a parameter": ({"Ref": "Name"}, "unknown until deployment: parameter Name (AllowedPattern ^[a-z]+$, MaxLength 9)"),
    "another function": ({"Fn::Base64": "x"}, '{"Fn::Base64":"x"}'),
    "a dynamic reference": ("{{resolve:ssm:name}}", "{{resolve:ssm:name}}"),
    "a mapping with an unknown part": ({"A": [{"B": {"Ref": "Topic"}}]}, 'A: [{"B":"<Topic>"}]'),
}


@pytest.mark.parametrize(("value", "words"), FUNCTIONS.values(), ids=FUNCTIONS.keys())
def test_a_value_that_is_unknown_until_deployment_in_words(template: Path, value: object, words: str) -> None:
    write(
        template,
        resources(WEEKLY | {"Description": value}),
        Parameters={"Name": {"Type": "String", "AllowedPattern": "^[a-z]+$", "MaxLength": 9}},
        Conditions={"IsOdd": {"Fn::Equals": [{"Fn::GetAtt": ["Role", "Odd"]}, "yes"]}},
    )
    _, lines, _ = described(str(template), "--format", "json")
    (window,) = json.loads("\n".join(lines))["windows"]
    found = {each["property"]: each["description"] for each in window["settings"]}
    assert words in (found.get("Description"), f"A: {found.get('Description.A')}")


BASELINES: dict[str, tuple[dict[str, Any], str, str]] = {
    "a rule": (
        {
            "ApprovalRules": {
                "PatchRules": [
                    {
                        "PatchFilterGroup": {"PatchFilters": [{"Key": "PRODUCT", "Values": ["*"]}]},
                        "ApproveUntilDate": "2027-01-01",
                        "ComplianceLevel": "HIGH",
                        "EnableNonSecurity": True,
                    }
                ]
            }
        },
        "rule 1",
        "PRODUCT = *; approved if released until 2027-01-01; compliance level HIGH; non-security updates: true",
    ),
    "a rule for all patches": (
        {"ApprovalRules": {"PatchRules": [{"ApproveAfterDays": 7}]}},
        "rule 1",
        "all patches; approved 7 days after release",
    ),
    "a rule with other keys": (
        {"ApprovalRules": {"PatchRules": [{"Other": "x", "PatchFilterGroup": {"PatchFilters": [], "More": "y"}}]}},
        "rule 1",
        '; {"More":"y","PatchFilters":[]}; Other: x',
    ),
    "a rule that is a parameter": ({"ApprovalRules": {"PatchRules": [{"Ref": "Rule"}]}}, "rule 1", "Rule"),
    "a rule that is a text": ({"ApprovalRules": {"PatchRules": ["all"]}}, "rule 1", "all"),
    "a source": (
        {"Sources": [{"Name": "main", "Products": ["*"], "Configuration": "[main]\nenabled=1", "Other": "x"}]},
        "source 1",
        "main; products *; configuration [main] enabled=1; Other: x",
    ),
    "a source without a name": (
        {"Sources": [{"Configuration": "x"}]},
        "source 1",
        "none; products none; configuration x",
    ),
    "a source that is a text": ({"Sources": ["main"]}, "source 1", "main"),
    "tags": ({"Tags": [{"Key": "Stage", "Value": "prod"}]}, "tags", "Stage = prod"),
    "tags in another form": ({"Tags": [{"Name": "Stage"}]}, "tags", '[{"Name":"Stage"}]'),
    "filters": (
        {"GlobalFilters": {"PatchFilters": [{"Key": "PRODUCT", "Values": ["*"]}, {"Key": "SEVERITY", "Other": "x"}]}},
        "global filters",
        'PRODUCT = * and SEVERITY = none {"Other":"x"}',
    ),
    "filters in another form": ({"GlobalFilters": {"PatchFilters": ["all"]}}, "global filters", "all"),
}


@pytest.mark.parametrize(("properties", "label", "words"), BASELINES.values(), ids=BASELINES.keys())
def test_a_baseline_in_words(template: Path, properties: dict[str, Any], label: str, words: str) -> None:
    write(template, {"Base": {"Type": BASELINE, "Properties": {"Name": "base"} | properties}})
    _, lines, _ = described(str(template))
    assert lines[0] == f"{template}: no maintenance windows"
    (line,) = [line for line in lines if line.startswith(f"{label} ")]
    assert line.removeprefix(label).strip() == words


def test_a_resource_without_properties(template: Path) -> None:
    write(template, {"Doc": {"Type": "AWS::SSM::Document", "DeletionPolicy": "Retain", "Condition": "IsProd"}})
    assert (
        dict(rows(str(template))[1:])
        if False
        else described(str(template))[1][1:4]
        == [
            "document        Doc (stack Patching)",
            "created if      condition IsProd",
            "DeletionPolicy  Retain",
        ]
    )


def test_every_type_of_task_is_described(template: Path) -> None:
    content = resources(WEEKLY, targets=[[{"Key": "tag:Env", "Values": ["dev"]}]], parameters={})
    window: dict[str, Any] = {"WindowId": {"Ref": "Window"}, "MaxConcurrency": "1", "MaxErrors": "0"}
    function: dict[str, Any] = {
        "TaskType": "LAMBDA",
        "TaskArn": "arn:aws:lambda:eu-west-1:111122223333:function:SSMNotify",
    }
    machine: dict[str, Any] = {
        "TaskType": "STEP_FUNCTIONS",
        "TaskArn": "arn:aws:states:eu-west-1:111122223333:stateMachine:report",
        "TaskInvocationParameters": {"MaintenanceWindowStepFunctionsParameters": {"Name": "run"}},
    }
    legacy: dict[str, Any] = {
        "TaskType": "RUN_COMMAND",
        "TaskArn": "AWS-RunPatchBaseline",
        "TaskParameters": {"Operation": {"Values": ["Scan"]}},
        "Targets": [{"Key": "WindowTargetIds", "Values": [{"Ref": "Target0"}]}],
    }
    unknown: dict[str, Any] = {
        "TaskType": "RUN_COMMAND",
        "TaskArn": "AWS-UpdateSSMAgent",
        "Targets": {"Ref": "Targets"},
    }
    del content["Task"]
    for place, task in enumerate((function, machine, legacy, unknown)):
        priority = {"Ref": "Last"} if place == 0 else 9 - place
        properties = window | task | {"Priority": priority}
        content[f"Task{place}"] = {"Type": "AWS::SSM::MaintenanceWindowTask", "Properties": properties}
    found = rows(str(write(template, content)))
    assert [words for name, words in found if name == "task"] == [
        "Task3: AWS-UpdateSSMAgent, priority 6",
        "Task2: AWS-RunPatchBaseline, priority 7",
        f"Task1: {machine['TaskArn']}, priority 8",
        f"Task0: {function['TaskArn']}, priority unknown until deployment",
    ]
    assert [words for name, words in found if name == "operation"] == ["Scan: report missing patches"]
    assert [words for name, words in found if name == "reboot"] == ["no", "no"]
    assert ("execution name", "run") in found
    assert ("unknown", "priority: Last") in found


def test_a_document_that_is_unknown_until_deployment(template: Path) -> None:
    content = resources(WEEKLY, parameters={"Operation": ["Scan"]}, document={"Fn::Sub": "${Document}"})
    found = rows(str(write(template, content, Parameters={"Document": {"Type": "String"}})))
    assert ("unknown", "document: ${Document}") in found
    assert ("operation", "Scan: report missing patches") in found


def test_what_an_include_adds_is_named(template: Path) -> None:
    include = {"Name": "AWS::Include", "Parameters": {"Location": "s3://bucket/window.yaml"}}
    content = resources(WEEKLY | {"Fn::Transform": include})
    _, lines, _ = described(str(write(template, content)))
    assert any(line.startswith("Fn::Transform") for line in lines)


def test_a_value_that_cannot_be_deployed_is_no_possible_value(template: Path) -> None:
    mappings = {"Hours": {"dev": {"Duration": 2}, "prod": {"Duration": 4}}}
    duration = {"Fn::FindInMap": ["Hours", {"Ref": "Stage"}, "Duration"]}
    content = resources(WEEKLY | {"Duration": duration})
    stage = {"Stage": {"Type": "String", "AllowedValues": ["dev", "prod", "test"]}}
    _, lines, _ = described(str(write(template, content, Mappings=mappings, Parameters=stage)))
    assert "duration   one of 2 h, 4 h (depends on parameter Stage)" in lines


def test_a_list_that_the_deployment_decides(template: Path) -> None:
    values = {"Fn::If": ["IsOdd", ["dev", {"Ref": "Name"}], {"Ref": "AWS::NoValue"}]}
    targets = {"Fn::If": ["IsOdd", [{"Key": "tag:Env", "Values": values}], {"Ref": "AWS::NoValue"}]}
    content = resources(WEEKLY, targets=[[]])
    content["Target0"]["Properties"]["Targets"] = targets
    conditions = {"IsOdd": {"Fn::Equals": [{"Fn::GetAtt": ["Role", "Odd"]}, "yes"]}}
    _, lines, _ = described(str(write(template, content, Conditions=conditions)))
    (line,) = [line for line in lines if line.startswith("targets ")]
    assert line.split(maxsplit=1)[1] == "unknown until deployment = unknown until deployment"
