"""Values that are texts of JSON or YAML: what is known of them, and where it is."""

import sys
from pathlib import Path
from typing import Any

import pytest

import patching_constructs.template
from patching_constructs.template import Value
from patching_constructs.template.texts import from_json, from_json_or_yaml
from patching_constructs.template.value import UnknownError
from tests.unit.template.written import name_of

PARAMETERS = {"Parameters": {"Group": {"Type": "String"}}}


def text(template: Path, content: object, **sections: Any) -> Value:
    return name_of(template, content, **sections)


def test_a_value_within_a_text_has_the_path_of_the_text_and_then_its_own(template: Path) -> None:
    read = from_json(text(template, '{"Operation": ["Scan"]}'))
    assert read is not None
    (item,) = read["Operation"].items()
    assert item.text() == "Scan"
    assert item.path == ("Resources", "W", "Properties", "Name", "Operation", 0)
    assert item.line == 1


def test_what_looks_like_a_function_within_a_text_is_none(template: Path) -> None:
    read = from_json(text(template, '{"Ref": "W"}'))
    assert read is not None
    assert read["Ref"].text() == "W"


def test_a_mapping_with_an_unknown_key_is_unknown(template: Path) -> None:
    read = from_json(text(template, {"Fn::Sub": '{"Parameters": {"${Group}": ["Install"]}}'}, **PARAMETERS))
    assert read is not None
    assert read["Parameters"].is_unknown


def test_a_text_without_a_closing_quote_is_read_once(template: Path) -> None:
    assert from_json(text(template, '{"a": "' + '\\"' * 100_000)) is None


def test_what_is_no_text_is_as_it_is(template: Path) -> None:
    value = text(template, {"Operation": ["Scan"], "Other": 1})
    assert from_json(value) is value


@pytest.mark.parametrize("content", ["Operation", '{"a": 1, "a": 2}', '{"a": NaN}', "{" * 5_000, "[" * 100_000])
def test_what_is_no_json(template: Path, content: str) -> None:
    assert from_json(text(template, content)) is None


def test_a_text_of_yaml(template: Path) -> None:
    read = from_json_or_yaml(text(template, "mainSteps:\n  - name: a\n"))
    assert read is not None
    assert [step["name"].text() for step in read["mainSteps"].items()] == ["a"]


def test_a_text_of_json_beside_yaml(template: Path) -> None:
    read = from_json_or_yaml(text(template, ' {"mainSteps": []}'))
    assert read is not None
    assert read["mainSteps"].items() == []


@pytest.mark.parametrize("content", ["a: [", "a: &a [*a]", "a: &a [x, x]\nb: &b [*a, *a]\nc: " + "[*b]\n" * 3])
def test_what_is_no_yaml(template: Path, content: str) -> None:
    assert from_json_or_yaml(text(template, content)) is None


def test_yaml_without_its_parser_is_unknown(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "patching_constructs.template._yaml", None)
    monkeypatch.delattr(patching_constructs.template, "_yaml", raising=False)
    read = from_json_or_yaml(text(template, "mainSteps: []"))
    assert read is not None
    assert read.is_unknown


def test_of_a_text_with_unknown_parts_the_rest_is_known(template: Path) -> None:
    content = {"Fn::Sub": '{"Group": "web-${Group}", "Seconds": ${Group}, "Note": "say \\"hi\\"", "All": ["${Group}"]}'}
    read = from_json(text(template, content, **PARAMETERS))
    assert read is not None
    assert read["Note"].text() == 'say "hi"'
    assert read["Seconds"].is_unknown
    assert read["Group"].shape.startswith("web-")
    with pytest.raises(UnknownError, match="Group is unknown until deployment"):
        read["Group"].text()
    (other,) = read["All"].items()
    assert read["Group"].identity != other.identity


def test_a_text_that_is_unknown_as_a_whole_is_unknown(template: Path) -> None:
    read = from_json(text(template, {"Ref": "Group"}, **PARAMETERS))
    assert read is not None
    assert read.is_unknown


def test_a_text_that_is_no_json_for_what_is_known_of_it_is_unknown(template: Path) -> None:
    value = text(template, {"Fn::Sub": "${Group}, ${Group}"}, **PARAMETERS)
    assert from_json(value) is value


def test_a_text_that_is_longer_than_any_service_takes_is_unknown(template: Path) -> None:
    read = from_json(text(template, '"' + "a" * 400_000 + '"'))
    assert read is not None
    assert read.is_unknown
