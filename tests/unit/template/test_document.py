"""The lines of a document: where a value is found is where it was written."""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patching_constructs.template.document import Document, read_document
from tests.unit.template.sheet import Mapping, Place, Sheet, json_sheet, yaml_sheet

WORDS = (
    "web",
    "AWS::SSM::MaintenanceWindow",
    "2026-01-01",
    "10%",
    "a#b",
    "",
    "a.b",
    "'",
    '"',
    "\\",
    "0",
    "<<",
    "=",
    "~",
)
TEXTS = st.sampled_from(WORDS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
DICE = st.randoms(use_true_random=False)


def nested(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Mapping]:
    """Return mappings of anything that is nested."""
    values = st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
        max_leaves=12,
    )
    return st.dictionaries(TEXTS, values, min_size=1, max_size=5)


NUMBERS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
JSON = nested(TEXTS | NUMBERS)
YAML = nested(TEXTS)


def read(file: Path, content: bytes) -> Document:
    file.write_bytes(content)
    return read_document(file)


def entries(value: object, place: Place = ()) -> Iterator[Place]:
    """Return the place of every key and item, in the order of a text."""
    inside: dict[str | int, object] = {}
    if isinstance(value, dict | list):
        inside = dict(value.items() if isinstance(value, dict) else enumerate(value))
    for step, inner in inside.items():
        yield (*place, step)
        yield from entries(inner, (*place, step))


def lines_of(document: Document, places: dict[Place, int]) -> dict[Place, int]:
    """Ask for all lines at once, as the engine does."""
    return dict(zip(places, document.lines(places), strict=True))


# --- Where it was written -----------------------------------------------------------------------------


@given(JSON, DICE)
def test_what_json_holds_is_found_where_it_was_written(tmp_path: Path, value: Mapping, dice: Random) -> None:
    sheet = json_sheet(value, dice)
    document = read(tmp_path / "a.json", sheet.file())
    assert document.content == value
    assert lines_of(document, sheet.lines) == sheet.lines


@given(YAML, DICE)
def test_what_yaml_holds_is_found_where_it_was_written(tmp_path: Path, value: Mapping, dice: Random) -> None:
    sheet = yaml_sheet(value, dice)
    document = read(tmp_path / "a.yaml", sheet.file())
    assert document.content == sheet.content
    assert lines_of(document, sheet.lines) == sheet.lines


@given(JSON, st.integers(0, 4), st.booleans(), st.sampled_from([(",", ":"), (", ", ": "), (" ,", " : ")]))
def test_indented_json_has_an_entry_a_line(
    tmp_path: Path,
    value: Mapping,
    indent: int,
    ascii_only: bool,  # noqa: FBT001 - what is given is hypothesis's
    separators: tuple[str, str],
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only, separators=separators)
    started = [line for line, words in enumerate(text.split("\n"), start=1) if words.strip(" ,")[:1] not in "]}"]
    document = read(tmp_path / "a.json", text.encode())
    places = list(entries(value))
    # The first line opens the outermost object.
    assert document.lines(places) == started[1:]


@given(JSON)
def test_json_in_one_line_has_one_line(tmp_path: Path, value: Mapping) -> None:
    document = read(tmp_path / "a.json", json.dumps(value).encode())
    assert set(document.lines(entries(value))) <= {1}


def test_a_key_of_half_a_character_is_found(tmp_path: Path) -> None:
    document = read(tmp_path / "a.json", b'{\n"\\ud800": {\n"\\udc00\\u0000": 1}}')
    assert document.lines([("\ud800",), ("\ud800", "\udc00\0")]) == [2, 3]


TEMPLATE = """\
Resources:
  Target:
    Properties:
      ResourceType: INSTANCE
      Targets:
        - Key: tag:Env
          Values: [dev,
            stage]
        -
          Key: tag-key
          Values:
          - !Ref Tag
      Description: >-
        Resources:
        a text
      WindowId:
        Ref: Window
"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("Resources",), 1),
        (("Resources", "Target", "Properties"), 3),
        (("Resources", "Target", "Properties", "Targets"), 5),
        (("Resources", "Target", "Properties", "Targets", 0), 6),
        (("Resources", "Target", "Properties", "Targets", 0, "Key"), 6),
        (("Resources", "Target", "Properties", "Targets", 0, "Values", 0), 7),
        (("Resources", "Target", "Properties", "Targets", 0, "Values", 1), 8),
        (("Resources", "Target", "Properties", "Targets", 1, "Key"), 10),
        (("Resources", "Target", "Properties", "Targets", 1, "Values", 0), 12),
        (("Resources", "Target", "Properties", "WindowId", "Ref"), 17),
    ],
    ids=str,
)
def test_a_place_of_a_template_has_the_line_that_a_person_names(tmp_path: Path, place: Place, line: int) -> None:
    document = read(tmp_path / "a.yaml", TEMPLATE.encode())
    assert document.line(place) == line


# To YAML 1.1 these end a line; an editor, grep and GitHub count on.
@pytest.mark.parametrize("character", ["\x85", "\u2028", "\u2029"], ids=ascii)
def test_a_line_is_what_an_editor_counts(tmp_path: Path, character: str) -> None:
    document = read(tmp_path / "a.yaml", f"a: 'x{character}y'\nb: [{character}1,\n2]\n".encode())
    assert document.lines([("a",), ("b",), ("b", 0), ("b", 1)]) == [1, 2, 2, 3]


# --- Where it would stand -----------------------------------------------------------------------------


@given(JSON, YAML, DICE, st.data())
def test_what_is_not_there_is_on_the_nearest_line_that_leads_there(
    tmp_path: Path, json_value: Mapping, yaml_value: Mapping, dice: Random, data: st.DataObject
) -> None:
    sheets: dict[str, Sheet] = {"json": json_sheet(json_value, dice), "yaml": yaml_sheet(yaml_value, dice)}
    for language, sheet in sheets.items():
        document = read(tmp_path / f"a.{language}", sheet.file())
        place = data.draw(st.sampled_from([(), *sheet.lines]))
        beyond = data.draw(st.lists(st.just("there is none") | st.just(99), min_size=1, max_size=3))
        assert document.line((*place, *beyond)) == sheet.lines.get(place, 1)


@pytest.mark.parametrize(
    ("text", "place", "line"),
    [
        ("a: 1", (), 1),
        ("# nothing", ("a",), 1),
        ("a:\n  b: text", ("a", "b", "c"), 2),
        ("a:\n  b: text", ("a", "b", 0), 2),
        ("a:\n  b: [1]", ("a", "b", 1), 2),
        ("a:\n  b: [1]", ("a", "b", "0"), 2),
        ("a:\n  b: !Join\n    - ''\n    - []", ("a", "b", "Fn::Join", 1), 2),
        ("a:\n  <<: &x\n    y: 1", ("a", "z"), 1),
    ],
)
def test_a_path_that_ends_nowhere_leads_to_a_line(tmp_path: Path, text: str, place: Place, line: int) -> None:
    assert read(tmp_path / "a.yaml", text.encode()).line(place) == line
