"""What is decided under every value that parameters and conditions can have, and what stays unknown."""

import json
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patching_constructs.checks import alternatives, assumed_deployments
from patching_constructs.checks.engine import check_paths, result_of
from patching_constructs.checks.finding import Finding, Status
from patching_constructs.template import read_windows
from patching_constructs.template.reading import read_templates
from tests.steps import counted
from tests.unit.checks.test_engine import TODAY, baseline, window, written
from tests.unit.checks.test_hostile_templates import FLEET, at, places, planted

FAIL, UNKNOWN = Status.FAIL, Status.UNKNOWN
Template = dict[str, Any]


def text(**bounds: Any) -> dict[str, Any]:
    return {"Parameters": {"P": {"Type": "String"} | bounds}}


def number(**bounds: Any) -> dict[str, Any]:
    return {"Parameters": {"P": {"Type": "Number"} | bounds}}


def mapped(**values: object) -> dict[str, Any]:
    return {"Mappings": {"M": {key: {"value": value} for key, value in values.items()}}}


def condition(content: object, **sections: Any) -> dict[str, Any]:
    return {"Conditions": {"C": content}} | sections


P: Template = {"Ref": "P"}
Q: Template = {"Ref": "Q"}
EITHER = {"Fn::Equals": [P, "x"]}


def chained(length: int) -> Template:
    """Write conditions of which each is the next one."""
    others = {f"C{place}": {"Condition": f"C{place + 1}"} for place in range(length)}
    return {"C": {"Condition": "C0"}, f"C{length}": EITHER} | others


def of(findings: list[Finding], rule: str) -> list[Finding]:
    return [each for each in findings if each.rule.id == f"Patching-{rule}"]


def checked(folder: Path, resources: Template, sections: Template, *, use_defaults: bool = False) -> list[Finding]:
    file = written(folder / "a.json", resources, **sections)
    return check_paths([file], now=TODAY, use_defaults=use_defaults)


# --- One property -------------------------------------------------------------------------------------

CASES: dict[str, tuple[Template, Template, str, list[Status]]] = {
    "allowed values that all are right": ({"Duration": P}, text(AllowedValues=["2", "3"]), "WindowDuration", []),
    "allowed numbers that all are right": ({"Duration": P}, number(AllowedValues=[2, 3]), "WindowDuration", []),
    "allowed values that all are wrong": ({"Duration": P}, text(AllowedValues=["0", "25"]), "WindowDuration", [FAIL]),
    "allowed values of which one is wrong": (
        {"Duration": P},
        text(AllowedValues=["2", "0"]),
        "WindowDuration",
        [UNKNOWN],
    ),
    "a value that a length shuts out": (
        {"Duration": P},
        text(AllowedValues=["2", "100"], MaxLength=2),
        "WindowDuration",
        [],
    ),
    "allowed values of a list": (
        {"Duration": P},
        {"Parameters": {"P": {"Type": "CommaDelimitedList", "AllowedValues": ["2"]}}},
        "WindowDuration",
        [UNKNOWN],
    ),
    "allowed names of stored values": (
        {"Duration": P},
        {"Parameters": {"P": {"Type": "AWS::SSM::Parameter::Value<String>", "AllowedValues": ["2"]}}},
        "WindowDuration",
        [UNKNOWN],
    ),
    "allowed values that are lists": ({"Duration": P}, text(AllowedValues=[["2"]]), "WindowDuration", [UNKNOWN]),
    "no allowed values": ({"Duration": P}, text(AllowedValues=[]), "WindowDuration", [UNKNOWN]),
    "numbers within bounds": ({"Duration": P}, number(MinValue=2, MaxValue=8), "WindowDuration", []),
    "numbers beyond bounds": ({"Duration": P}, number(MinValue=25, MaxValue="30"), "WindowDuration", [FAIL]),
    "numbers across bounds": ({"Duration": P}, number(MinValue=2, MaxValue=30), "WindowDuration", [UNKNOWN]),
    "many numbers across bounds": ({"Duration": P}, number(MinValue=2, MaxValue=3000), "WindowDuration", [UNKNOWN]),
    "many numbers beyond bounds": ({"Duration": P}, number(MinValue=200, MaxValue=3000), "WindowDuration", [FAIL]),
    "fractions within bounds": ({"Duration": P}, number(MinValue=1.5, MaxValue=2.5), "WindowDuration", []),
    "numbers without an end": ({"Duration": P}, number(MinValue=2), "WindowDuration", [UNKNOWN]),
    "numbers of which the end is before the start": (
        {"Duration": P},
        number(MinValue=9, MaxValue=2),
        "WindowDuration",
        [UNKNOWN],
    ),
    "numbers that are none": ({"Duration": P}, number(MinValue="a", MaxValue=1e300), "WindowDuration", [UNKNOWN]),
    "numbers that leave time": ({"Duration": P}, number(MinValue=2, MaxValue=8), "CutoffBelowDuration", []),
    "numbers that leave no time": ({"Duration": P}, number(MinValue=1, MaxValue=1), "CutoffBelowDuration", [FAIL]),
    "a length within bounds": ({"Description": P}, text(MinLength=1, MaxLength=100), "DescriptionLength", []),
    "a length that may be none": ({"Description": P}, text(MaxLength=100), "DescriptionLength", [UNKNOWN]),
    "a length beyond bounds": ({"Description": P}, text(MinLength=200), "DescriptionLength", [FAIL]),
    "the length of joined texts": (
        {"Description": {"Fn::Sub": "For ${P} in ${AWS::AccountId}"}},
        text(MinLength=1, MaxLength=80),
        "DescriptionLength",
        [],
    ),
    "the length of joined texts of which one is endless": (
        {"Description": {"Fn::Sub": "For ${P} in ${Q}"}},
        text(MinLength=1, MaxLength=80),
        "DescriptionLength",
        [UNKNOWN],
    ),
    "a pattern that is right": ({"Schedule": P}, text(AllowedPattern="rate\\([2-9] days\\)"), "ScheduleExpression", []),
    "a pattern that is wrong": (
        {"Schedule": P},
        text(AllowedPattern="rate\\([2-9] day\\)"),
        "ScheduleExpression",
        [FAIL],
    ),
    "a pattern without an end": ({"Schedule": P}, text(AllowedPattern="rate.*"), "ScheduleExpression", [UNKNOWN]),
    "a mapping whose every value is right": (
        {"Schedule": {"Fn::FindInMap": ["M", P, "value"]}},
        text() | mapped(a="rate(7 days)", b="rate(14 days)"),
        "ScheduleExpression",
        [],
    ),
    "a mapping by Region": (
        {"Schedule": {"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "value"]}},
        mapped(**{"eu-west-1": "rate(7 days)", "us-east-1": "rate(7 dayz)"}),
        "ScheduleExpression",
        [UNKNOWN],
    ),
    "a mapping of which every value is wrong": (
        {"Schedule": {"Fn::FindInMap": ["M", P, "value"]}},
        text() | mapped(a="daily", b="weekly"),
        "ScheduleExpression",
        [FAIL],
    ),
    "a mapping with a default for all other keys": (
        {"Schedule": {"Fn::FindInMap": ["M", P, "value", {"DefaultValue": "weekly"}]}},
        text() | mapped(a="rate(7 days)"),
        "ScheduleExpression",
        [UNKNOWN],
    ),
    "a mapping that any text names": (
        {"Schedule": {"Fn::FindInMap": [P, "all", Q]}},
        {"Parameters": {"P": {"Type": "String"}, "Q": {"Type": "String"}}} | mapped(all="weekly"),
        "ScheduleExpression",
        [UNKNOWN],
    ),
    "a mapping by the second key": (
        {"Schedule": {"Fn::FindInMap": ["M", "all", P]}},
        text() | {"Mappings": {"M": {"all": {"a": "rate(7 days)", "b": "rate(8 days)"}}}},
        "ScheduleExpression",
        [],
    ),
    "a mapping without a key for an allowed value": (
        {"Schedule": {"Fn::FindInMap": ["M", P, "value"]}},
        text(AllowedValues=["a", "b"]) | mapped(a="rate(7 days)"),
        "ScheduleExpression",
        [],
    ),
    "a mapping that is missing": (
        {"Schedule": {"Fn::FindInMap": ["M", P, "value"]}},
        text(AllowedValues=["a", "b"]),
        "ScheduleExpression",
        [UNKNOWN],
    ),
    "a mapping of too many keys": (
        {"Schedule": {"Fn::FindInMap": ["M", P, "value"]}},
        text() | mapped(**{f"k{place}": "rate(7 days)" for place in range(200)}),
        "ScheduleExpression",
        [UNKNOWN],
    ),
    "a mapping that a parameter names": (
        {"Schedule": {"Fn::FindInMap": [P, "a", "value"]}},
        text(AllowedValues=["M"]) | mapped(a="rate(7 days)"),
        "ScheduleExpression",
        [],
    ),
    "two arms that are right": (
        {"Schedule": {"Fn::If": ["C", "rate(7 days)", "rate(8 days)"]}},
        condition(EITHER) | text(),
        "ScheduleExpression",
        [],
    ),
    "two arms that are wrong": (
        {"Schedule": {"Fn::If": ["C", "a", "b"]}},
        condition(EITHER) | text(),
        "ScheduleExpression",
        [FAIL],
    ),
    "two arms of which one is wrong": (
        {"Schedule": {"Fn::If": ["C", "rate(7 days)", "b"]}},
        condition(EITHER) | text(),
        "ScheduleExpression",
        [UNKNOWN],
    ),
    "an arm that is never taken": (
        {"Schedule": {"Fn::If": ["C", "rate(7 days)", "b"]}},
        condition({"Fn::Equals": ["x", "x"]}),
        "ScheduleExpression",
        [],
    ),
    "an arm that no allowed value takes": (
        {"Schedule": {"Fn::If": ["C", "b", "rate(7 days)"]}},
        condition(EITHER) | text(AllowedValues=["y", "z"]),
        "ScheduleExpression",
        [],
    ),
    "arms of a condition that is missing": (
        {"Schedule": {"Fn::If": ["C", "a", "b"]}},
        {},
        "ScheduleExpression",
        [UNKNOWN],
    ),
    "arms of a condition that nothing decides": (
        {"Schedule": {"Fn::If": ["C", "a", "b"]}},
        condition({"Fn::Equals": [P, {"Ref": "Q"}]}),
        "ScheduleExpression",
        [FAIL],
    ),
    "arms of a condition that compares a value with itself": (
        {"Schedule": {"Fn::If": ["C", "rate(7 days)", "b"]}},
        condition({"Fn::Equals": [P, P]}),
        "ScheduleExpression",
        [],
    ),
    "arms of a condition that is a riddle": (
        {"Schedule": {"Fn::If": ["C", "rate(7 days)", "b"]}},
        condition({"Fn::Nothing": []}),
        "ScheduleExpression",
        [UNKNOWN],
    ),
    "arms of a condition that leads back to itself": (
        {"Schedule": {"Fn::If": ["C", "a", "b"]}},
        condition({"Fn::Not": [{"Condition": "C"}]}),
        "ScheduleExpression",
        [FAIL],
    ),
    "arms of a condition of conditions of conditions": (
        {"Schedule": {"Fn::If": ["C", "a", "b"]}},
        {"Conditions": chained(200)},
        "ScheduleExpression",
        [FAIL],
    ),
    "parts of a text that go together": (
        {"Schedule": {"Fn::Sub": "rate(${P} ${Unit})"}},
        {
            "Parameters": {
                "P": {"Type": "String", "AllowedValues": ["2", "3"]},
                "Unit": {"Type": "String", "AllowedValues": ["days", "hours"]},
            }
        },
        "ScheduleExpression",
        [],
    ),
    "parts of a text of which some do not go together": (
        {"Schedule": {"Fn::Join": [" ", [{"Fn::Sub": "rate(${P}"}, {"Fn::If": ["C", "day)", "days)"]}]]}},
        condition({"Fn::Equals": [P, "1"]}) | text(AllowedValues=["1", "7"]),
        "ScheduleExpression",
        [],
    ),
    "a part of a list": (
        {"Schedule": {"Fn::Select": [P, ["rate(7 days)", "rate(8 days)"]]}},
        number(AllowedValues=[0, 1]),
        "ScheduleExpression",
        [],
    ),
    "a part of a text": (
        {"Schedule": {"Fn::Select": [0, {"Fn::Split": [";", P]}]}},
        text(AllowedValues=["rate(7 days);weekly", "rate(8 days);daily"]),
        "ScheduleExpression",
        [],
    ),
    "the name of the stack": ({"Name": {"Ref": "AWS::StackName"}}, {}, "ResourceName", []),
    "a name with an ending": ({"Name": {"Fn::Sub": "${AWS::StackName} linux"}}, {}, "ResourceName", [FAIL]),
}


@pytest.mark.parametrize(("properties", "sections", "rule", "statuses"), CASES.values(), ids=CASES.keys())
def test_status(tmp_path: Path, properties: Template, sections: Template, rule: str, statuses: list[Status]) -> None:
    found = of(checked(tmp_path, window("web", **properties), sections), rule)
    assert [each.status for each in found] == statuses


def test_a_mapping_that_an_include_completes_is_not_impossible(tmp_path: Path) -> None:
    include = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://bucket/mappings"}}}
    duration = {"Fn::If": ["C", {"Fn::FindInMap": ["M", "a", "b"]}, 30]}
    sections = {"Mappings": include, **condition(EITHER)}
    (found,) = of(checked(tmp_path, window("web", Duration=duration), sections), "WindowDuration")
    assert found.status is UNKNOWN


# --- What is said -------------------------------------------------------------------------------------


def test_the_values_that_fail_are_named(tmp_path: Path) -> None:
    (found,) = of(
        checked(tmp_path, window("web", Schedule=P), text(AllowedValues=["rate(7 days)", "a"])), "ScheduleExpression"
    )
    assert found.status is UNKNOWN
    assert found.reason.startswith("If P=a: Schedule must be ")
    assert found.fix.startswith("Use cron(minutes hours ")


def test_where_every_value_fails_all_are_named(tmp_path: Path) -> None:
    (found,) = of(checked(tmp_path, window("web", Schedule=P), text(AllowedValues=["a", "b"])), "ScheduleExpression")
    assert found.status is FAIL
    assert found.problem.endswith("No possible value complies: P=a, P=b.")


def test_of_many_values_that_fail_the_first_are_named(tmp_path: Path) -> None:
    values = ["rate(7 days)", *(f"rate {place}" for place in range(7)), "x" * 100]
    (found,) = of(checked(tmp_path, window("web", Schedule=P), text(AllowedValues=values)), "ScheduleExpression")
    assert found.reason.startswith("If P=rate 0, P=rate 1, P=rate 2, P=rate 3, P=rate 4, 3 more: ")


def test_a_long_value_is_cut(tmp_path: Path) -> None:
    values = ["rate(7 days)", "x" * 100]
    (found,) = of(checked(tmp_path, window("web", Schedule=P), text(AllowedValues=values)), "ScheduleExpression")
    assert found.reason.startswith(f"If P={'x' * 57}...: ")


def test_values_that_fail_alike_are_one_violation(tmp_path: Path) -> None:
    resources = window("web", Schedule={"Fn::If": ["C", {"Ref": "AWS::NoValue"}, {"Ref": "AWS::NoValue"}]})
    (found,) = of(checked(tmp_path, resources, condition(EITHER)), "RequiredProperty")
    assert (found.status, found.problem) == (FAIL, "Required properties are missing: Schedule.")


def test_conditions_and_other_values_are_named(tmp_path: Path) -> None:
    arms = {"Fn::If": ["C", "rate(7 days)", {"Fn::If": ["D", "a", "rate(8 days)"]}]}
    conditions = {"C": EITHER, "D": {"Fn::Equals": [{"Ref": "Q"}, {"Ref": "R"}]}}
    (found,) = of(checked(tmp_path, window("web", Schedule=arms), {"Conditions": conditions}), "ScheduleExpression")
    assert found.reason.startswith("If P=any other value and D=true: ")


def test_a_comparison_within_a_condition_is_named_as_it_is_written(tmp_path: Path) -> None:
    conditions = {"C": {"Fn::Not": [{"Fn::Equals": [{"Ref": "R"}, {"Ref": "Q"}]}]}}
    resources = window("web", Schedule={"Fn::If": ["C", "a", "rate(7 days)"]})
    (found,) = of(checked(tmp_path, resources, {"Conditions": conditions}), "ScheduleExpression")
    assert found.reason.startswith('If {Fn::Equals:[{"Ref":"Q"},{"Ref":"R"}]}=false: ')


def test_what_is_missing_with_a_value_is_reported_where_the_value_stands(tmp_path: Path) -> None:
    resources = window("web")
    resources["Task"]["Properties"]["Targets"] = {
        "Fn::If": ["C", resources["Task"]["Properties"]["Targets"], {"Ref": "AWS::NoValue"}]
    }
    (found,) = of(checked(tmp_path, resources, condition(EITHER)), "TaskTargets")
    assert (found.status, found.property_path) == (UNKNOWN, ("Properties", "Targets"))


def test_a_rule_that_fails_in_one_place_or_another_is_violated(tmp_path: Path) -> None:
    resources = window("web", StartDate={"Fn::If": ["C", "a", None]}, EndDate={"Fn::If": ["C", None, "a"]})
    (found, *_) = of(checked(tmp_path, resources, condition(EITHER)), "WindowDates")
    assert found.status is FAIL


def test_two_parameters_of_one_rule_are_looked_at_one_by_one(tmp_path: Path) -> None:
    resources = window("web")
    resources["Task"]["Properties"] |= {"MaxConcurrency": P, "MaxErrors": {"Ref": "Q"}}
    share = {"Type": "String", "AllowedPattern": "[1-9][0-9]?%"}
    assert of(checked(tmp_path, resources, {"Parameters": {"P": share, "Q": share}}), "RateControl") == []


def test_a_violation_beside_a_value_that_is_decided_is_kept(tmp_path: Path) -> None:
    resources = window("web")
    resources["Target"]["Properties"]["Targets"][0]["Values"] = ["web-*", P]
    found = of(checked(tmp_path, resources, text(AllowedValues=["db-*", "app-*"])), "TargetWildcard")
    assert [(each.status, each.property_path[-1]) for each in found] == [(FAIL, 0), (FAIL, 1)]


def test_a_value_that_nothing_decides_stays_unknown_beside_one_that_is_decided(tmp_path: Path) -> None:
    resources = window("web")
    resources["Target"]["Properties"]["Targets"][0]["Values"] = [P, {"Fn::ImportValue": "name"}]
    found = of(checked(tmp_path, resources, text(AllowedValues=["db-*", "app-*"])), "TargetWildcard")
    assert [(each.status, each.property_path[-1]) for each in found] == [(FAIL, 0), (UNKNOWN, 1)]


PATCH_POLICY_VALUES = {
    "ConfigurationOptionsPatchOperation": ("PatchPolicyValues", ["Install", "scan"]),
    "ConfigurationOptionsScanValue": ("RunSchedule", ["daily", "weekly"]),
}


@pytest.mark.parametrize(("parameter", "rule", "values"), [(name, *case) for name, case in PATCH_POLICY_VALUES.items()])
def test_a_parameter_of_a_patch_policy_is_decided(tmp_path: Path, parameter: str, rule: str, values: list[str]) -> None:
    policy = {"Type": "AWSQuickSetupType-PatchPolicy", "Parameters": {parameter: P}}
    manager = {"Type": "AWS::SSMQuickSetup::ConfigurationManager", "Properties": {"ConfigurationDefinitions": [policy]}}
    found = of(checked(tmp_path, {"Policy": manager}, text(AllowedValues=values)), rule)
    assert [each.status for each in found] == [FAIL]


# --- Resources ----------------------------------------------------------------------------------------


def conditional(name: object = "C") -> Template:
    resources = window("web", Schedule={"Fn::If": ["C", "a", "rate(7 days)"]})
    resources["Window"]["Condition"] = name
    return resources


def test_a_resource_is_judged_where_it_is_created(tmp_path: Path) -> None:
    (found,) = of(checked(tmp_path, conditional(), condition(EITHER)), "ScheduleExpression")
    assert found.status is FAIL


@pytest.mark.parametrize(("default", "rules"), [("x", ["Patching-ScheduleExpression"]), ("y", [])])
def test_a_resource_that_a_default_leaves_out_is_not_checked(tmp_path: Path, default: str, rules: list[str]) -> None:
    sections = condition(EITHER) | text(Default=default)
    found = checked(tmp_path, {"Window": conditional()["Window"]}, sections, use_defaults=True)
    assert [each.rule.id for each in found if each.rule.id != "Patching-WindowWithoutTask"] == rules
    assert len(read_windows(tmp_path / "a.json", use_defaults=True)) == len(rules)


def test_a_task_that_a_default_leaves_out_uses_no_window(tmp_path: Path) -> None:
    resources = window("web")
    resources["Task"]["Condition"] = "C"
    found = checked(tmp_path, resources, condition(EITHER) | text(Default="y"), use_defaults=True)
    assert [each.rule.id for each in found] == ["Patching-WindowWithoutTask"]


def test_a_condition_that_is_no_name_is_none(tmp_path: Path) -> None:
    assert of(checked(tmp_path, conditional(["C"]), condition(EITHER)), "ScheduleExpression")[0].status is UNKNOWN


BOTH = {
    "A": baseline(PatchGroups=["web"]) | {"Condition": "A"},
    "B": baseline(PatchGroups=["web"]) | {"Condition": "B"},
}
COMPARISON = {"Fn::Equals": [{"Ref": "Q"}, {"Fn::ImportValue": "q"}]}
SWAPPED = {"Fn::Equals": [{"Fn::ImportValue": "q"}, {"Ref": "Q"}]}
CREATED_TOGETHER: dict[str, tuple[Template, list[Status]]] = {
    "never": ({"A": {"Fn::Equals": [P, "a"]}, "B": {"Fn::Equals": [P, "b"]}}, []),
    "never, said by Not": ({"A": {"Fn::Equals": [P, "a"]}, "B": {"Fn::Not": [{"Condition": "A"}]}}, []),
    "always": ({"A": {"Fn::Equals": ["a", "a"]}, "B": {"Fn::Or": [{"Condition": "A"}, EITHER]}}, [FAIL]),
    "where one is created the other is": (
        {"A": {"Fn::Equals": [P, "a"]}, "B": {"Fn::And": [{"Condition": "A"}, {"Fn::Equals": ["a", "a"]}]}},
        [FAIL],
    ),
    "never, said by Not of a comparison": ({"A": COMPARISON, "B": {"Fn::Not": [COMPARISON]}}, []),
    "never, said by Not of the swapped comparison": ({"A": COMPARISON, "B": {"Fn::Not": [SWAPPED]}}, []),
    "never, said by Not of a part": (
        {"A": {"Fn::And": [COMPARISON, EITHER]}, "B": {"Fn::Not": [{"Fn::Or": [SWAPPED, EITHER]}]}},
        [],
    ),
    "always, where two conditions are one comparison": (
        {"A": COMPARISON, "B": {"Fn::Or": [{"Condition": "A"}, {"Fn::And": [SWAPPED, EITHER]}]}},
        [FAIL],
    ),
    "sometimes, where two comparisons differ": (
        {"A": COMPARISON, "B": {"Fn::Not": [{"Fn::Equals": [P, {"Ref": "R"}]}]}},
        [UNKNOWN],
    ),
    "sometimes": ({"A": {"Fn::Equals": [P, "a"]}, "B": {"Fn::Equals": [{"Ref": "Q"}, "b"]}}, [UNKNOWN]),
}


@pytest.mark.parametrize(("conditions", "statuses"), CREATED_TOGETHER.values(), ids=CREATED_TOGETHER.keys())
def test_resources_of_two_conditions_are_compared_where_both_are_created(
    tmp_path: Path, conditions: Template, statuses: list[Status]
) -> None:
    found = of(checked(tmp_path, BOTH, {"Conditions": conditions}), "DuplicateBaseline")
    assert [each.status for each in found] == statuses


# --- The law ------------------------------------------------------------------------------------------


def statuses(folder: Path, template: Template) -> dict[tuple[str, str | None], Status]:
    """Return the status of every rule for every resource."""
    file = folder / "law.json"
    file.write_text(json.dumps(template), encoding="utf-8")
    found: dict[tuple[str, str | None], Status] = {}
    for each in check_paths([file], now=TODAY):
        if found.get((each.rule.id, each.logical_id)) is not FAIL:
            found[each.rule.id, each.logical_id] = each.status
    return found


BASE: Template = {"Resources": FLEET}
TEXTS = [
    place
    for place in places(BASE)
    if len(place) > 3 and place[2] == "Properties" and not isinstance(at(BASE, place), dict | list)
    if not {"Ref", "Fn::GetAtt"} & set(place)
]
VALUES = ["", "web", "prod", "Install", "NoReboot", "cron(0 4 ? * MON *)", "99", "100%", "*", "true", "UBUNTU", "Deny"]


# What runs outside of maintenance windows is left out while it is unknown that it patches.
UNSCHEDULED = {"Configuration", "Sunday", "Weekly"}
# A task with an unknown value is left out of the comparison with the other tasks of its window.
BETWEEN_TASKS = {
    "Patching-ParallelPatchTasks",
    "Patching-RebootDuringInstall",
    "Patching-RebootBeforeInstall",
    "Patching-ScanAfterReboot",
    "Patching-CommandOnStoppedNodes",
    "Patching-PreparationAfterInstall",
}
# A command whose input is invalid is not read, so that other rules ask only for the values with a valid one.
INPUT = "Input"
PAIRS = st.permutations(VALUES).map(lambda values: values[:2])
Statuses = dict[tuple[str, str | None], Status]


def chosen_and_merged(folder: Path, place: tuple[str | int, ...], pair: list[str]) -> tuple[Statuses, Statuses]:
    """Return the statuses with a parameter of two values, and those with each of the values merged."""
    chosen = statuses(folder, planted(BASE, place, P) | text(AllowedValues=pair))
    first, second = (statuses(folder, planted(BASE, place, value)) for value in pair)
    return chosen, {key: first[key] if first.get(key) == second.get(key) else UNKNOWN for key in first | second}


@given(place=st.sampled_from(TEXTS), pair=PAIRS)
def test_a_parameter_of_two_values_has_the_statuses_of_both(
    tmp_path_factory: pytest.TempPathFactory, place: tuple[str | int, ...], pair: list[str]
) -> None:
    chosen, merged = chosen_and_merged(tmp_path_factory.getbasetemp(), place, pair)
    if place[-1] != INPUT:
        assert violations(chosen) <= violations(merged)
    if place[1] not in UNSCHEDULED:
        assert of_single_tasks(chosen) == of_single_tasks(merged)


def violations(found: Statuses) -> set[tuple[str, str | None]]:
    return {key for key, status in found.items() if status is FAIL}


def of_single_tasks(found: Statuses) -> Statuses:
    return {key: status for key, status in found.items() if key[0] not in BETWEEN_TASKS}


# --- Bounds -------------------------------------------------------------------------------------------


def test_more_combinations_than_are_looked_at_are_unknown(tmp_path: Path) -> None:
    names = "ABCDEFGH"
    parts = [{"Ref": name} for name in names]
    parameters = {name: {"Type": "String", "AllowedValues": ["1", "2"]} for name in names}
    (found,) = of(
        checked(tmp_path, window("web", Schedule={"Fn::Join": ["", parts]}), {"Parameters": parameters}),
        "ScheduleExpression",
    )
    assert found.status is UNKNOWN
    assert found.reason.startswith("Schedule is unknown until deployment")


LIMITS = {
    "combinations": [(alternatives, "MOST_COMBINATIONS")],
    "steps": [(alternatives, "MOST_STEPS"), (alternatives, "STEPS_PER_SUBJECT")],
    "resources": [(assumed_deployments, "MOST_RESOURCES"), (assumed_deployments, "RESOURCE_READS")],
}


@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS.keys())
def test_beyond_a_limit_a_rule_is_incomplete_and_what_is_certain_without_assumptions_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limits: list[tuple[ModuleType, str]]
) -> None:
    for module, limit in limits:
        monkeypatch.setattr(module, limit, 1)
    resources = window("web", Schedule=P, Duration=30)
    file = written(tmp_path / "a.json", resources, **text(AllowedValues=["a", "b"]))
    result = result_of(read_templates(file), now=TODAY)
    assert [each.status for each in of(result.findings, "ScheduleExpression")] == [UNKNOWN]
    assert [each.status for each in of(result.findings, "WindowDuration")] == [FAIL]
    assert "Patching-ScheduleExpression" in [rule.id for rule in result.incomplete]
    assert "Patching-WindowDuration" not in [rule.id for rule in result.incomplete]


def test_a_rule_with_too_many_combinations_takes_nothing_from_another(tmp_path: Path) -> None:
    values = [{"Ref": f"P{place}"} for place in range(150)]
    resources = window("web", Duration=P)
    resources["Target"]["Properties"]["Targets"] = [{"Key": "tag:Role", "Values": values}]
    choice = {"Type": "String", "AllowedValues": ["25", "30"]}
    parameters = {"P": choice} | {f"P{place}": choice for place in range(150)}
    file = written(tmp_path / "a.json", resources, Parameters=parameters)
    result = result_of(read_templates(file), now=TODAY)
    incomplete = {rule.id for rule in result.incomplete}
    assert "Patching-TargetComma" in incomplete
    assert "Patching-WindowDuration" not in incomplete
    assert [each.status for each in of(result.findings, "WindowDuration")] == [FAIL]


@pytest.mark.parametrize("count", [10, 200])
def test_every_window_of_a_fleet_is_decided_whatever_its_size(tmp_path: Path, count: int) -> None:
    schedule = {"Fn::FindInMap": ["M", P, "value"]}
    opens = window("web", Schedule=schedule)["Window"]
    resources = {f"Window{place}": opens for place in range(count)}
    sections = text(AllowedValues=["a", "b", "c"]) | mapped(a="daily", b="weekly", c="monthly")
    result = result_of(read_templates(written(tmp_path / "a.json", resources, **sections)), now=TODAY)
    assert [each.status for each in of(result.findings, "ScheduleExpression")] == [FAIL] * count
    assert result.incomplete == []


def test_many_values_in_many_places_take_few_steps(tmp_path: Path) -> None:
    resources = window("web")
    targets = resources["Target"]["Properties"]
    sections = text(AllowedValues=[f"value{place}" for place in range(100)])
    counts = []
    for places_ in (100, 400):
        targets["Targets"] = [{"Key": "tag:Role", "Values": [P] * places_}]
        file = written(tmp_path / "a.json", resources, **sections)
        with counted() as steps:
            check_paths([file], now=TODAY)
        counts.append(steps.count)
    assert counts[1] < 4 * counts[0]


def test_the_alternatives_of_one_stack_leave_the_others_as_they_are(tmp_path: Path) -> None:
    folder = tmp_path / "cdk.out"
    artifacts = {}
    for name, schedule in product(("One", "Two"), [P]):
        written(
            folder / f"{name}.template.json",
            window(name, Schedule=schedule),
            **text(AllowedValues=["a", "rate(7 days)"]),
        )
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": "aws://111111111111/eu-central-1",
            "properties": {"templateFile": f"{name}.template.json"},
        }
    (folder / "manifest.json").write_text(json.dumps({"artifacts": artifacts}), encoding="utf-8")
    found = of(check_paths([folder], now=TODAY), "ScheduleExpression")
    assert [(each.source.stack, each.status) for each in found] == [("One", UNKNOWN), ("Two", UNKNOWN)]
