"""The text of ``Fn::ToJsonString``, and names in the ARNs that functions put together."""

import json

import pytest

from patching_constructs.template.texts import from_json
from patching_constructs.template.value import UnknownError, Value
from tests.in_memory import read_resources

DOCUMENT = {"Type": "AWS::SSM::Document", "Properties": {"Content": {}}}
ARN = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:"


def value_of(function: object) -> Value:
    """Return the schedule of a window, which the function returns."""
    window = {"Type": "AWS::SSM::MaintenanceWindow", "Properties": {"Schedule": function}}
    return read_resources({"Window": window, "Runbook": DOCUMENT})[0].schedule


def read(content: object) -> Value:
    found = from_json(value_of({"Fn::ToJsonString": content}))
    assert found is not None
    return found


@pytest.mark.parametrize("content", [{}, [], {"a": [1, 2.5, True, "x"], 'b"c': {"d": "\n"}}])
def test_a_known_value_is_written_as_json(content: object) -> None:
    assert json.loads(value_of({"Fn::ToJsonString": content}).text() or "") == content


def test_an_entry_without_a_value_is_left_out() -> None:
    nothing = {"Ref": "AWS::NoValue"}
    assert json.loads(str(value_of({"Fn::ToJsonString": {"a": nothing, "b": [nothing, 1]}}).content)) == {"b": [1]}


def test_what_is_known_beside_an_unknown_part_is_read() -> None:
    found = read({"Bucket": {"Fn::Sub": "logs-${AWS::AccountId}"}, "Operation": ["Install"]})
    assert found["Operation"].items()[0].text() == "Install"
    assert found["Bucket"].example() == "logs-111122223333"
    with pytest.raises(UnknownError):
        found["Bucket"].text()


def test_a_reference_stays_one() -> None:
    assert read({"DocumentName": {"Ref": "Runbook"}})["DocumentName"].reference == "Runbook"


def test_a_part_with_a_quotation_mark_does_not_end_the_text() -> None:
    found = read({"a": {"Fn::Sub": 'say "${AWS::StackName}"'}, "b": "known"})
    assert found["a"].is_unknown
    assert found["b"].text() == "known"


def test_a_key_with_an_unknown_part_does_not_move_the_others() -> None:
    text = '{"a": {"x": 1, "${AWS::Region}": "${AWS::AccountId}"}, "b": "${AWS::StackName}"}'
    found = from_json(value_of({"Fn::Sub": text}))
    assert found is not None
    assert found["a"].is_unknown
    assert found["b"].example() == "Stack"


def test_a_text_without_an_example_has_none() -> None:
    found = from_json(value_of({"Fn::Sub": '{"a": "x-${Nowhere}", "a": "${Nowhere}", "b": "y-${Nowhere}"}'}))
    assert found is not None
    with pytest.raises(UnknownError):
        found["b"].example()


def test_the_document_of_an_arn_is_found() -> None:
    runbook = value_of({"Fn::Sub": f"{ARN}automation-definition/${{Runbook}}:$DEFAULT"})
    assert runbook.name_after(":automation-definition/", ":").reference == "Runbook"
    document = value_of({"Fn::Sub": f"{ARN}document/${{Runbook}}"})
    assert document.name_after("document/").reference == "Runbook"
    named = value_of({"Fn::Sub": f"{ARN}document/AWS-RunPatchBaseline"})
    assert named.name_after("document/").text() == "AWS-RunPatchBaseline"


def test_a_name_with_more_than_a_reference_is_unknown() -> None:
    name = value_of({"Fn::Sub": f"{ARN}document/${{Runbook}}-old"}).name_after("document/")
    assert name.reference is None
    with pytest.raises(UnknownError):
        name.text()


def test_an_empty_text_is_no_value() -> None:
    assert not value_of("").is_given
    assert value_of("").exists
    with pytest.raises(UnknownError):
        _ = value_of({"Fn::If": ["Nowhere", "", "rate(1 day)"]}).is_given
