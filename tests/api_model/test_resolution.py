"""Functions of a template are replaced by values of the right form, in every deployment that the template allows."""

from typing import Any

import pytest

from tests.api_model.resolution import scenarios
from tests.api_model.unknown import Unknown
from tests.api_model.validator import requests_named, validate

TEMPLATE = {
    "Parameters": {
        "Text": {"Type": "String", "Default": "web"},
        "Unset": {"Type": "String"},
        "Hours": {"Type": "Number", "Default": "4"},
        "List": {"Type": "CommaDelimitedList", "Default": "a,b"},
        "Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/name"},
    },
    "Mappings": {"Zones": {"eu-central-1": {"Name": "Europe/Berlin"}}},
    "Resources": {
        "Bucket": {"Type": "AWS::S3::Bucket"},
        "Named": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::Sub": "${Text}-${AWS::Region}"}}},
        "Role": {"Type": "AWS::IAM::Role"},
        "Topic": {"Type": "AWS::SNS::Topic"},
        "Window": {"Type": "AWS::SSM::MaintenanceWindow"},
    },
}
VALUES: dict[str, tuple[Any, Any]] = {
    "a parameter": ({"Ref": "Text"}, "web"),
    "a number": ({"Ref": "Hours"}, 4),
    "a list": ({"Ref": "List"}, ["a", "b"]),
    "a pseudo parameter": ({"Ref": "AWS::Partition"}, "aws"),
    "no value in a list": (["a", {"Ref": "AWS::NoValue"}], ["a"]),
    "no value in a mapping": ({"Key": {"Ref": "AWS::NoValue"}}, {}),
    "a window": ({"Ref": "Window"}, "mw-0123456789abcdef0"),
    "a topic": ({"Ref": "Topic"}, "arn:aws:sns:eu-central-1:111122223333:Stack-Topic-1A2B3C4D5E6F"),
    "a bucket": ({"Ref": "Bucket"}, "stack-bucket-1a2b3c4d5e6f"),
    "a name": ({"Fn::GetAtt": ["Named", "Arn"]}, "arn:aws:s3:::web-eu-central-1"),
    "an attribute": ({"Fn::GetAtt": "Role.Arn"}, "arn:aws:iam::111122223333:role/Stack-Role-1A2B3C4D5E6F"),
    "Fn::Join": ({"Fn::Join": [":", ["a", {"Ref": "Text"}, 4]]}, "a:web:4"),
    "Fn::Sub": (
        {"Fn::Sub": ["${A}-${Text}-${Role.Arn}-${!B}", {"A": "a"}]},
        "a-web-arn:aws:iam::111122223333:role/Stack-Role-1A2B3C4D5E6F-${B}",
    ),
    "Fn::Select": ({"Fn::Select": ["1", {"Fn::Split": [",", "a,b"]}]}, "b"),
    "Fn::FindInMap": ({"Fn::FindInMap": ["Zones", {"Ref": "AWS::Region"}, "Name"]}, "Europe/Berlin"),
    "Fn::Base64": ({"Fn::Base64": "{}"}, "e30="),
    "Fn::GetAZs": ({"Fn::GetAZs": ""}, ["eu-central-1a", "eu-central-1b", "eu-central-1c"]),
    "not a function": ({"Fn::Join": ["", []], "Other": 1}, {"Fn::Join": ["", []], "Other": 1}),
}


@pytest.mark.parametrize(("given", "expected"), VALUES.values(), ids=VALUES)
def test_functions_have_values(given: Any, expected: Any) -> None:
    (scenario,) = scenarios(TEMPLATE)
    assert scenario.value(given) == expected


UNKNOWN: dict[str, Any] = {
    "a parameter without a default": {"Ref": "Unset"},
    "a parameter of Parameter Store": {"Ref": "Stored"},
    "an export": {"Fn::ImportValue": "Name"},
    "an output": {"Fn::GetStackOutput": {"StackName": "Other", "OutputName": "Name"}},
    "a dynamic reference": "{{resolve:ssm:/name}}",
    "a text around": {"Fn::Join": ["", ["a", {"Ref": "Unset"}]]},
    "a text around, by Fn::Sub": {"Fn::Sub": "a${Unset}"},
    "an item": {"Fn::Select": [0, {"Fn::Split": [",", {"Ref": "Unset"}]}]},
    "a joined list": {"Fn::Join": ["", {"Fn::ImportValue": "List"}]},
    "a row of a mapping": {"Fn::FindInMap": ["Zones", {"Ref": "Unset"}, "Name"]},
}


@pytest.mark.parametrize("given", UNKNOWN.values(), ids=UNKNOWN)
def test_what_a_deployment_decides_is_unknown(given: Any) -> None:
    (scenario,) = scenarios(TEMPLATE)
    assert isinstance(scenario.value(given), Unknown)


def window(**properties: Any) -> dict[str, Any]:
    given = {
        "Name": "weekly",
        "Schedule": "rate(7 days)",
        "Duration": 4,
        "Cutoff": 1,
        "AllowUnassociatedTargets": False,
    }
    return {"Window": {"Type": "AWS::SSM::MaintenanceWindow", "Properties": given | properties}}


def test_an_unknown_value_matches_every_requirement_and_is_listed() -> None:
    parameters = {"Hours": {"Type": "Number"}, "Name": {"Type": "String"}}
    resources = window(Duration={"Ref": "Hours"}, Name={"Ref": "Name"})
    result = validate({"Parameters": parameters, "Resources": resources})
    assert (result.problems, result.unknown) == ([], {"parameter Hours", "parameter Name"})


def test_every_condition_is_validated() -> None:
    resources = window(Duration={"Fn::If": ["IsLong", 25, {"Fn::If": ["IsShort", 0, 4]}]})
    result = validate({"Conditions": {"IsLong": {}, "IsShort": {}}, "Resources": resources})
    assert [violation.split(": ")[-1] for violation in result.violations] == [
        "25 must be at most 24",
        "1",  # valid min value: 1
    ]


def test_a_resource_with_a_condition_is_validated_if_it_holds() -> None:
    resources = window()
    resources["Window"]["Condition"] = "IsWanted"
    result = validate({"Conditions": {"IsWanted": {}}, "Resources": resources})
    assert len(result.requests) == 1


def test_every_allowed_value_is_validated() -> None:
    parameters = {"Hours": {"Type": "Number", "Default": 4, "AllowedValues": [4, 25]}}
    result = validate({"Parameters": parameters, "Resources": window(Duration={"Ref": "Hours"})})
    assert result.violations == ["Window: ssm:CreateMaintenanceWindow: Duration: 25 must be at most 24"]


def test_every_region_of_a_mapping_is_validated() -> None:
    mappings = {"Names": {"eu-west-1": {"Name": "weekly"}, "us-gov-west-1": {"Name": "a b"}}}
    name = {"Fn::FindInMap": ["Names", {"Ref": "AWS::Region"}, "Name"]}
    result = validate({"Mappings": mappings, "Resources": window(Name=name)})
    assert [each["Name"] for each in requests_named(result, "ssm:CreateMaintenanceWindow")] == ["weekly", "a b"]
    assert len(result.violations) == 1


UNSUPPORTED: dict[str, tuple[dict[str, Any], str]] = {
    "a function": ({"Resources": window(Name={"Fn::Cidr": "a"})}, "Fn::Cidr of 'a'"),
    "a reference to nothing": (
        {"Resources": window(Name={"Ref": "Nothing"})},
        "Nothing is neither a parameter nor a resource",
    ),
    "a reference without a form": (
        {"Resources": window(Name={"Ref": "Host"}) | {"Host": {"Type": "AWS::EC2::Instance"}}},
        "Ref of AWS::EC2::Instance",
    ),
    "an attribute without a form": (
        {
            "Resources": window(Name={"Fn::GetAtt": ["Sync", "Color"]})
            | {"Sync": {"Type": "AWS::SSM::ResourceDataSync"}}
        },
        "attribute Color of AWS::SSM::ResourceDataSync",
    ),
    "many conditions": (
        {"Conditions": {f"Condition{number}": {} for number in range(7)}, "Resources": {}},
        "7 conditions",
    ),
}


@pytest.mark.parametrize(("template", "expected"), UNSUPPORTED.values(), ids=UNSUPPORTED)
def test_what_is_not_supported_is_a_failure(template: dict[str, Any], expected: str) -> None:
    assert validate(template).unmapped == [expected]
