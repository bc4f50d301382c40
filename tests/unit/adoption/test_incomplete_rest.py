"""What the CDK cannot include: a missing property, or a value of another type. Nothing is adopted beside it."""

import json
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import cloudformation_include
from hypothesis import given, settings
from hypothesis import strategies as st

from patching_constructs.adoption.inclusion import why_not_included
from patching_constructs.template.property_types import PROPERTY_TYPES, ListOf, Properties, PropertyType, Scalar
from tests.unit.adoption.apps import adopt, differences, normalized, synthesized, template
from tests.unit.adoption.test_what_stays import COMMAND, TEMPLATE, changed

COPIED = ("Window", "Target", "Install")


def with_a_copy(content: dict[str, Any]) -> dict[str, Any]:
    """Return the template with a second window, its target and its task, which are those of the content."""
    text = json.dumps({f"Other{name}": content["Resources"][name] for name in COPIED})
    for name in COPIED:
        text = text.replace(f'{{"Ref": "{name}"}}', f'{{"Ref": "Other{name}"}}')
    return {"Resources": TEMPLATE["Resources"] | json.loads(text)}


@pytest.mark.parametrize("path", ["Window.Name", "Window.Schedule", "Install.TaskArn"])
def test_nothing_is_adopted_beside_a_missing_property(path: str, tmp_path: Path) -> None:
    file = tmp_path / "web.json"
    file.write_text(json.dumps(with_a_copy(changed(path, None))), encoding="utf-8")
    result = adopt(file, "--into", tmp_path / "app")
    resource, _, name = path.partition(".")
    assert result.exit_code == 1
    assert (
        f"    Baseline, Window, Target, Install: the CDK cannot include Other{resource}, whose {name} is missing\n"
        in result.output
    )
    assert f"    OtherWindow, OtherTarget, OtherInstall: {name} is missing\n" in result.output
    assert not (tmp_path / "app").exists()


@pytest.mark.parametrize(
    ("resource", "missing"),
    [({"Type": "AWS::SSM::PatchBaseline"}, "Name"), ({"Properties": {"Name": "web"}}, "Type"), ("", "Type")],
)
def test_a_resource_without_properties_or_type(resource: object, missing: str, tmp_path: Path) -> None:
    file = tmp_path / "web.json"
    content = {"Resources": TEMPLATE["Resources"] | {"Other": resource}}
    file.write_text(json.dumps(content), encoding="utf-8")
    reason = f"the CDK cannot include Other, whose {missing} is missing"
    assert f"    Baseline, Window, Target, Install: {reason}\n" in adopt(file).output


# --- Values of another type ---------------------------------------------------------------------------

WRONG: list[tuple[str, object, str]] = [
    ("Window.Duration", {"a": 1}, 'Duration must be a number, got {"a": 1}'),
    # The CDK would include it as 3.
    ("Window.Duration", "3h", "Duration must be a number, got '3h'"),
    ("Window.Name", ["web"], 'Name must be a string, got ["web"]'),
    ("Window.AllowUnassociatedTargets", 1, "AllowUnassociatedTargets must be true or false, got 1"),
    (
        "Window.AllowUnassociatedTargets",
        {"Fn::Select": [0, {"Ref": "AWS::NotificationARNs"}]},
        'AllowUnassociatedTargets must be true or false, got {"Fn::Select": [0, {"Ref": "AWS::NotificationARNs"}]}',
    ),
    (
        "Window.AllowUnassociatedTargets",
        {"Ref": "AWS::Region"},
        'AllowUnassociatedTargets must be true or false, got {"Ref": "AWS::Region"}',
    ),
    ("Window.Tags", {"Fn::Sub": "tags"}, 'Tags must be a list, got {"Fn::Sub": "tags"}'),
    ("Window.Tags", [None], "Tags.0 must be a mapping, got None"),
    ("Window.Tags", {"Team": "ops"}, 'Tags must be a list, got {"Team": "ops"}'),
    ("Target.Targets.0.Values", "web", "Targets.0.Values must be a list, got 'web'"),
    ("Target.Targets", [{"Key": "tag:Role"}], "Targets.0.Values is missing"),
    ("Install.TaskParameters", "Operation=Scan", "TaskParameters must be a mapping, got 'Operation=Scan'"),
    (
        "Install.TaskInvocationParameters",
        ["Scan"],
        'TaskInvocationParameters must be a mapping, got ["Scan"]',
    ),
    (
        f"Install.{COMMAND}",
        {"Parameters": {"Operation": ["Scan", "Install"]}, "TimeoutSeconds": "long"},
        f"{COMMAND}.TimeoutSeconds must be a number, got 'long'",
    ),
]


@pytest.mark.parametrize(("path", "value", "problem"), WRONG, ids=[problem for *_, problem in WRONG])
def test_nothing_is_adopted_beside_a_value_of_another_type(
    path: str, value: object, problem: str, tmp_path: Path
) -> None:
    content = with_a_copy(changed(path, value))
    # The window stays for any reason.
    content["Resources"]["OtherWindow"]["DeletionPolicy"] = "Snapshot"
    file = tmp_path / "web.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    result = adopt(file, "--into", tmp_path / "app")
    resource = path.partition(".")[0]
    assert result.exit_code == 1
    assert (
        f"    Baseline, Window, Target, Install: the CDK cannot include Other{resource}, whose {problem}\n"
        in result.output
    )
    assert not (tmp_path / "app").exists()


def test_other_resources_are_adopted_beside_values_that_are_unknown(tmp_path: Path) -> None:
    content = with_a_copy(changed("Window.AllowUnassociatedTargets", {"Ref": "Allow"}))
    content["Parameters"] = {"Allow": {"Type": "String"}}
    content["Resources"]["OtherWindow"]["Properties"] |= {
        "Duration": "{{resolve:ssm:hours}}",
        "Schedule": {"Ref": "AWS::NoValue"},
        "Tags": {"Fn::If": ["Tagged", [], {"Ref": "AWS::NoValue"}]},
    }
    content["Resources"]["OtherTarget"]["Properties"]["Targets"][0]["Values"] = [None, "web"]
    content["Conditions"] = {"Tagged": {"Fn::Equals": ["a", "b"]}}
    file = tmp_path / "web.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    assert adopt(file, "--into", tmp_path / "app").exit_code == 0
    found = template(synthesized(tmp_path / "app"))
    assert list(differences(normalized(content), normalized(found))) == []


# --- What the CDK would leave out or replace ----------------------------------------------------------

TRANSFORM = {"Name": "AWS::Include", "Parameters": {"Location": "s3://patching/window.yaml"}}
PROCESSED = "adopt the processed template: aws cloudformation get-template --template-stage Processed"
CHANGED: list[tuple[dict[str, Any], str]] = [
    (
        {
            "Type": "AWS::SNS::Topic",
            "Properties": {"TopicName": {"Fn::FindInMap": ["A", "b", "c", {"DefaultValue": 1}]}},
        },
        f"Fn::FindInMap with a default; {PROCESSED}",
    ),
    (
        {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "web", "Fn::Transform": TRANSFORM}},
        f"Other, whose Properties have Fn::Transform beside other keys; {PROCESSED}",
    ),
    (
        TEMPLATE["Resources"]["Window"] | {"Properties": {"Fn::Transform": TRANSFORM, "Name": "web"}},
        f"Other, whose Properties have Fn::Transform beside other keys; {PROCESSED}",
    ),
    (
        {"Type": "AWS::AutoScaling::AutoScalingGroup", "UpdatePolicy": {"Fn::If": ["Tagged", {}, {}]}},
        'Other, whose UpdatePolicy must be known, got {"Fn::If": ["Tagged", {}, {}]}',
    ),
    (
        {
            "Type": "AWS::AutoScaling::AutoScalingGroup",
            "CreationPolicy": {"ResourceSignal": {"Fn::If": ["Tagged", {}, {}]}},
        },
        'Other, whose CreationPolicy.ResourceSignal must be known, got {"Fn::If": ["Tagged", {}, {}]}',
    ),
]
INCLUDED: list[dict[str, Any]] = [
    {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Fn::FindInMap": ["A", "b", "c"]}}},
    {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Fn::Transform": TRANSFORM}}},
    {
        "Type": "AWS::AutoScaling::AutoScalingGroup",
        "Properties": {"MinSize": "1", "MaxSize": "2"},
        "UpdatePolicy": {"AutoScalingRollingUpdate": {"PauseTime": {"Fn::If": ["Tagged", "PT5M", "PT1M"]}}},
        "CreationPolicy": {"ResourceSignal": {"Count": 1}},
    },
]


def with_other(resource: dict[str, Any]) -> dict[str, Any]:
    return {
        "Conditions": {"Tagged": {"Fn::Equals": ["a", "b"]}},
        "Mappings": {"A": {"b": {"c": "d"}}},
        "Resources": TEMPLATE["Resources"] | {"Other": resource},
    }


@pytest.mark.parametrize(("resource", "reason"), CHANGED, ids=[reason for _, reason in CHANGED])
def test_nothing_is_adopted_beside_what_the_cdk_would_change(
    resource: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    content = with_other(resource)
    file = tmp_path / "web.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    result = adopt(file)
    assert result.exit_code == 1
    assert f"    Baseline, Window, Target, Install: the CDK cannot include {reason}\n" in result.output
    found = included(content, tmp_path)
    assert found is None or list(differences(normalized(content), normalized(found)))


@pytest.mark.parametrize("resource", INCLUDED)
def test_other_resources_are_adopted_beside_what_it_includes_as_it_is(resource: dict[str, Any], tmp_path: Path) -> None:
    content = with_other(resource)
    file = tmp_path / "web.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    assert adopt(file, "--into", tmp_path / "app").exit_code == 0
    found = template(synthesized(tmp_path / "app"))
    assert list(differences(normalized(content), normalized(found))) == []


# --- Every type ---------------------------------------------------------------------------------------


def example(kind: PropertyType) -> Any:
    """Return a value of a type that has all parts."""
    match kind:
        case ListOf():
            return [example(kind.item)]
        case Properties():
            return {name: example(each) for name, each in kind.types.items()}
        case Scalar.NUMBER:
            return 3
        case Scalar.TRUTH:
            return True
        case Scalar.JSON:
            return {"Operation": ["Scan"]}
        case _:
            return "web"


Place = tuple[str | int, ...]


def places(value: object, path: Place = ()) -> list[Place]:
    """Return the paths of a value and of its parts."""
    parts: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        parts = list(value.items())
    elif isinstance(value, list):
        parts = list(enumerate(value))
    return [path, *(place for key, each in parts for place in places(each, (*path, key)))]


def replaced(value: Any, path: Place, new: object) -> Any:
    if not path:
        return new
    first, *rest = path
    found = value.copy()
    found[first] = replaced(value[first], tuple(rest), new)
    return found


RESOURCES: dict[str, Any] = {
    kind.rpartition(":")[2]: {"Type": kind, "Properties": example(types)} for kind, types in PROPERTY_TYPES.items()
}
PLACES = [each for each in places(RESOURCES) if "Properties" in each[:-1]]
VALUES: tuple[object, ...] = (
    None,
    "web",
    "",
    "3",
    "true",
    "True",
    "{{resolve:ssm:a}}",
    0,
    1.5,
    True,
    [],
    ["web"],
    [None],
    [["web"]],
    {},
    {"a": "b"},
    {"Key": "a", "Value": "b"},
    {"Ref": "AWS::NoValue"},
    {"Ref": "AWS::Region"},
    {"Ref": "Name"},
    {"Ref": "Name", "a": "b"},
    {"Fn::Sub": "${AWS::Region}"},
    {"Fn::Select": [0, {"Ref": "Names"}]},
    {"Fn::If": ["Tagged", "a", {"Ref": "AWS::NoValue"}]},
)


def included(content: dict[str, Any], directory: Path) -> dict[str, Any] | None:
    """Return the template after the CDK has included it; None if it cannot."""
    file = directory / "rest.template.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    app = cdk.App(outdir=str(directory / "cdk.out"))
    synthesizer = cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False)
    try:
        stack = cdk.Stack(app, "Web", synthesizer=synthesizer)
        cloudformation_include.CfnInclude(stack, "Rest", template_file=str(file))
        found: dict[str, Any] = app.synth().get_stack_by_name("Web").template
    except RuntimeError:
        return None
    return found


@settings(deadline=None)
@given(place=st.sampled_from(PLACES), value=st.sampled_from(VALUES))
def test_the_cdk_includes_what_has_no_problem(
    place: Place, value: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = {
        "Parameters": {"Name": {"Type": "String"}, "Names": {"Type": "CommaDelimitedList"}},
        "Conditions": {"Tagged": {"Fn::Equals": ["a", "b"]}},
        "Resources": replaced(RESOURCES, place, value),
    }
    found = included(content, tmp_path_factory.mktemp("included"))
    is_same = found is not None and not list(differences(normalized(content), normalized(found)))
    assert (why_not_included(content) is None) is is_same
