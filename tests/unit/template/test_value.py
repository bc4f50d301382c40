"""Values of templates: known ones, and what is known of those that are unknown until deployment."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patching_constructs.template import TARGET, TASK, WINDOW, UnknownError, read_windows
from patching_constructs.template.upcoming import upcoming_executions
from tests.unit.template.written import name_of, window, written

KNOWN = {
    "text": ("weekly", "weekly"),
    "an int": (4, "4"),
    "a float": (1.5, "1.5"),
    "true": (True, "true"),
    "nothing": (None, None),
    "Join of text": ({"Fn::Join": ["-", ["a", "b", 1]]}, "a-b-1"),
    "Join of true": ({"Fn::Join": ["-", ["a", True]]}, "a-true"),
    "Join in a Join": ({"Fn::Join": ["-", ["a", {"Fn::Join": ["", ["b", "c"]]}]]}, "a-bc"),
    "Sub without a variable": ({"Fn::Sub": "weekly"}, "weekly"),
    "Sub of a literal": ({"Fn::Sub": "${!Literal}-x"}, "${Literal}-x"),
    "Sub with a map": ({"Fn::Sub": ["a-${x}", {"x": {"Fn::Join": ["", ["b", "c"]]}}]}, "a-bc"),
    "Sub with a map of one variable": ({"Fn::Sub": ["${x}", {"x": "y"}]}, "y"),
    "Join of a Split": ({"Fn::Join": ["-", {"Fn::Split": [",", "a,b,c"]}]}, "a-b-c"),
    "Select": ({"Fn::Select": [1, ["a", "b"]]}, "b"),
    "Select of a Split": ({"Fn::Select": ["0", {"Fn::Split": ["/", "a/b"]}]}, "a"),
    "FindInMap with a default": ({"Fn::FindInMap": ["Nowhere", "a", "b", {"DefaultValue": "c"}]}, "c"),
}


@pytest.mark.parametrize(("value", "text"), KNOWN.values(), ids=KNOWN.keys())
def test_what_the_template_knows_is_text(template: Path, value: object, text: str | None) -> None:
    assert name_of(template, value).text() == text


UNKNOWN: dict[str, Any] = {
    "Ref of a parameter": {"Ref": "Name"},
    "Ref of a pseudo parameter": {"Ref": "AWS::StackName"},
    "GetAtt": {"Fn::GetAtt": ["Other", "Arn"]},
    "Sub of a parameter": {"Fn::Sub": "${Name}-x"},
    "Sub of an attribute": {"Fn::Sub": "${Other.Arn}"},
    "Sub with a map of a parameter": {"Fn::Sub": ["${x}", {"x": {"Ref": "Name"}}]},
    "Select of a parameter": {"Fn::Select": [0, {"Ref": "Names"}]},
    "Select beyond the end": {"Fn::Select": [2, ["a", "b"]]},
    "Select without a place": {"Fn::Select": ["first", ["a", "b"]]},
    "Split of a parameter": {"Fn::Split": [",", {"Ref": "Name"}]},
    "Sub with an attribute": {"Fn::Sub": "a-${Other.Arn}"},
    "FindInMap without such a mapping": {"Fn::FindInMap": ["Nowhere", "a", "b"]},
    "Join with a Ref": {"Fn::Join": ["-", ["a", {"Ref": "Name"}]]},
    "Join with nothing": {"Fn::Join": ["-", ["a", None]]},
    "Join with a list": {"Fn::Join": ["-", ["a", ["b"]]]},
    "Join of a list that is not known": {"Fn::Join": ["-", {"Ref": "Names"}]},
    "If": {"Fn::If": ["Condition", "a", "b"]},
}


def test_an_attribute_in_one_text_is_that_in_two(template: Path) -> None:
    assert name_of(template, {"Fn::GetAtt": "Other.Arn"}).function == '{"Fn::GetAtt":["Other","Arn"]}'


@pytest.mark.parametrize("value", UNKNOWN.values(), ids=UNKNOWN.keys())
def test_what_only_the_deployment_knows_is_unknown(template: Path, value: object) -> None:
    read, function = name_of(template, value), json.dumps(value, separators=(",", ":"))
    assert (read.is_unknown, read.function) == (True, function)
    with pytest.raises(UnknownError) as caught:
        read.text()
    assert caught.value.reason == f"Name is unknown until deployment: {function!r}"


@pytest.mark.parametrize(
    ("value", "quotation"), [(["a"], "['a']"), ({"a": 1, "b": 2}, "{'a': 1, 'b': 2}")], ids=["a list", "a mapping"]
)
def test_what_is_no_text_is_quoted(template: Path, value: object, quotation: str) -> None:
    read = name_of(template, value)
    assert (read.text(), read.written(), read.is_nested) == (None, quotation, True)


REFERENCES: dict[str, tuple[dict[str, Any], bool]] = {
    "Ref": ({"Ref": "W"}, True),
    "Sub of a Ref": ({"Fn::Sub": "${W}"}, True),
    "GetAtt": ({"Fn::GetAtt": ["W", "Arn"]}, False),
    "Sub of a GetAtt": ({"Fn::Sub": "${W.Arn}"}, False),
}


@pytest.mark.parametrize(("value", "is_ref"), REFERENCES.values(), ids=REFERENCES.keys())
def test_a_reference_is_to_a_resource_or_to_its_attribute(template: Path, value: object, is_ref: bool) -> None:  # noqa: FBT001
    read = name_of(template, value)
    assert (read.reference, read.is_ref) == ("W", is_ref)


EVERYWHERE = [{"Fn::ImportValue": "Name"}, {"Ref": "AWS::Region"}, "{{resolve:ssm:/name}}"]
OF_ONE_TEMPLATE = [{"Ref": "Name"}, {"Fn::ImportValue": {"Ref": "Name"}}, {"Fn::Sub": "${AWS::StackName}-weekly"}]


@pytest.mark.parametrize(
    ("value", "equal"), [(each, "equal") for each in EVERYWHERE] + [(each, "different") for each in OF_ONE_TEMPLATE]
)
def test_what_two_templates_call_alike_is_one_value_only_if_it_means_the_same(
    tmp_path: Path, value: object, equal: str
) -> None:
    resources = {"A": window(Name=value), "B": window(Name=value)}
    one, again = read_windows(written(tmp_path / "one.json", resources))
    (other, _) = read_windows(written(tmp_path / "other.json", resources))
    assert one.name.identity == again.name.identity
    assert (one.name.identity == other.name.identity) is (equal == "equal")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"Ref": "Name"}, "weekly"),
        ({"Fn::Sub": "${Name}-${Hours}"}, "weekly-4"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Name"}]]}, "a-weekly"),
    ],
    ids=["Ref", "Sub", "Join"],
)
def test_a_parameter_is_its_default_when_asked_for(template: Path, value: object, text: str) -> None:
    parameters = {"Name": {"Type": "String", "Default": "weekly"}, "Hours": {"Type": "Number", "Default": 4}}
    assert name_of(template, value, Parameters=parameters).is_unknown
    assert name_of(template, value, Parameters=parameters, use_defaults=True).text() == text


def test_a_default_that_names_a_parameter_of_the_parameter_store_is_unknown(template: Path) -> None:
    parameters = {"Name": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/patching/name"}}
    read = name_of(template, {"Ref": "Name"}, Parameters=parameters, use_defaults=True)
    assert read.function == '{"Ref":"Name"}'


@pytest.mark.parametrize(
    "parameters",
    [{"Name": {"Type": "String"}}, {"Other": {"Default": "x"}}, {"Name": "weekly"}, ["Name"], None],
    ids=["no default", "another parameter", "no parameter", "a list", "nothing"],
)
def test_a_parameter_without_a_default_stays_unknown(template: Path, parameters: object) -> None:
    assert name_of(template, {"Ref": "Name"}, Parameters=parameters, use_defaults=True).is_unknown


@pytest.mark.parametrize("default", [{"Ref": "Name"}, {"Fn::Sub": "${Name}"}, ["a"]], ids=["Ref", "Sub", "list"])
def test_a_default_that_is_no_plain_value_stays_unknown(template: Path, default: object) -> None:
    parameters = {"Name": {"Default": default}}
    assert name_of(template, {"Ref": "Name"}, Parameters=parameters, use_defaults=True).is_unknown


def test_what_is_joined_to_more_than_a_template_is_unknown(template: Path) -> None:
    endless = {"Fn::Join": ["x" * 10_000, ["a"] * 20]}
    (read,) = read_windows(written(template, {"W": window(Name=endless)}))
    assert read.name.is_unknown


def test_no_value_is_no_value(template: Path) -> None:
    (read,) = read_windows(written(template, {"W": window(ScheduleTimezone={"Ref": "AWS::NoValue"})}))
    assert read.time_zone.text() is None


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(), inner)
        | st.dictionaries(st.sampled_from(["Ref", "Fn::Join", "Fn::Sub", "Fn::GetAtt"]), inner, max_size=1)
    ),
)
PROPERTY = st.sampled_from(["Name", "WindowId", "Targets", "TaskInvocationParameters", "TaskArn", "ResourceType"])
RESOURCES = st.dictionaries(
    st.sampled_from("ABC"),
    VALUES
    | st.fixed_dictionaries(
        {"Type": st.sampled_from([WINDOW, TARGET, TASK])},
        optional={"Properties": VALUES | st.dictionaries(PROPERTY, VALUES)},
    ),
)


@given(RESOURCES, VALUES)
def test_whatever_stands_in_a_template_is_read(template: Path, resources: dict[str, Any], parameters: object) -> None:
    written(template, resources, Parameters=parameters)
    windows = [each for each in resources.values() if isinstance(each, dict) and each.get("Type") == WINDOW]
    read = read_windows(template, use_defaults=True)
    assert len(read) == len(windows)
    upcoming = upcoming_executions(read, after=datetime(2026, 11, 23, tzinfo=UTC), count=1)
    assert len(upcoming.executions) + len(upcoming.unknown) <= len(windows)
