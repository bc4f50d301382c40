"""Files by someone who means harm: read within bounds, or refused in one line."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patching_constructs import PatchingError
from patching_constructs.template import read_windows
from tests.refusals import refused
from tests.unit.template.bounded import STEPS, bounded, linux_only

WINDOW = "AWS::SSM::MaintenanceWindow"


def yaml_window(name: str, *before: str) -> str:
    return "\n".join([*before, f"Resources: {{W: {{Type: {WINDOW}, Properties: {{Name: {name}}}}}}}"])


def json_window(name: str) -> str:
    return f'{{"Resources": {{"W": {{"Type": "{WINDOW}", "Properties": {{"Name": {name}}}}}}}}}'


def chained(link: str) -> str:
    """Return values each of which has the one before it."""
    links = [f"a{place}: &a{place} {link % f'*a{place - 1}'}" for place in range(1, 1500)]
    return yaml_window("*a1499", "a0: &a0 x", *links)


def laughs(first: str, link: str) -> str:
    """Return a billion laughs: each value has the one before it nine times."""
    links = [f"a{place}: &a{place} {link % ', '.join([f'*a{place - 1}'] * 9)}" for place in range(1, 10)]
    return yaml_window("*a9", f"a0: &a0 {first}", *links)


# --- Bombs --------------------------------------------------------------------------------------------

NO_TEMPLATE = "it is not a CloudFormation template: it "
TOO_DEEP = "it is nested more than 100 deep"
TOO_MANY = "it has more than 150,000 values after alias expansion"
TOO_LONG = "it has more than 4,000,000 characters after alias expansion"
TOO_FAR = "its aliases expand to more than 100 levels"
WITHIN_ITSELF = "the alias *a refers to itself"

YAML_BOMBS: dict[str, tuple[Callable[[], str], str]] = {
    "lists of lists": (lambda: laughs("[x]", "[%s]"), TOO_MANY),
    "mappings of mappings": (lambda: laughs("{x: 1}", "{k: [%s]}"), TOO_MANY),
    "merged keys": (lambda: laughs("{x: 1}", "{<<: [%s]}"), TOO_MANY),
    "functions of functions": (lambda: laughs("[x]", "!Join ['', [%s]]"), TOO_MANY),
    "one long text, often": (lambda: yaml_window(f"[{'*a,' * 1000}]", f"a: &a {'x' * 100_000}"), TOO_LONG),
    "a long chain of lists": (lambda: chained("[%s]"), TOO_FAR),
    "a long chain of mappings": (lambda: chained("{k: %s}"), TOO_FAR),
    "a long chain of functions": (lambda: chained("!Sub [%s]"), TOO_FAR),
    "itself in a list": (lambda: yaml_window("&a [*a]"), WITHIN_ITSELF),
    "itself in a key": (lambda: yaml_window("&a {*a : 1}"), WITHIN_ITSELF),
    "itself merged": (lambda: yaml_window("&a {<<: *a}"), WITHIN_ITSELF),
    "brackets": (lambda: "[" * 1_000_000, TOO_DEEP),
    "braces": (lambda: "{a: " * 400_000, TOO_DEEP),
    "dashes": (lambda: "- " * 900_000, TOO_DEEP),
    "question marks": (lambda: "? " * 900_000, TOO_DEEP),
    "indents": (lambda: "".join(f"{' ' * depth}a:\n" for depth in range(1500)), TOO_DEEP),
    "documents": (lambda: "--- a\n" * 160_000, TOO_MANY),
    "items": (lambda: yaml_window(f"[{'a,' * 160_000}]"), TOO_MANY),
    "a number of a million digits": (
        lambda: yaml_window("9" * 1_000_000),
        "a number has more than 100 characters",
    ),
    "a fraction of many places": (
        lambda: yaml_window("1:" * 500 + "1.5"),
        "a number has more than 100 characters",
    ),
}


@linux_only
@pytest.mark.parametrize(("text", "message"), YAML_BOMBS.values(), ids=YAML_BOMBS.keys())
def test_a_bomb_of_yaml_does_not_go_off(tmp_path: Path, text: Callable[[], str], message: str) -> None:
    assert refusal_of(tmp_path / "a.yaml", text()) == f"it is not valid YAML: {message}"


JSON_BOMBS: dict[str, tuple[Callable[[], str], str]] = {
    "brackets": (
        lambda: '{"a":' + "[" * 1_000_000,
        f"it is not valid JSON: {TOO_DEEP}",
    ),
    "keys": (
        lambda: '{"a":' * 800_000,
        f"it is not valid JSON: {TOO_DEEP}",
    ),
    "brackets that close": (lambda: '{"a":' + "[" * 500 + "]" * 500 + "}", f"it is not valid JSON: {TOO_DEEP}"),
    "keys that are all different but two": (
        lambda: "{" + ",".join(f'"{place % 99_999}":1' for place in range(100_000)) + "}",
        "it is not valid JSON: the key '0' occurs twice",
    ),
    "a number of a million digits": (
        lambda: json_window("9" * 1_000_000),
        "it is not valid JSON: a number has too many digits",
    ),
    "a file of 10 MB": (
        lambda: json_window(f"[{'0,' * 5_000_000}0]"),
        "it is too large: files of up to 5,000,000 bytes are read",
    ),
}


@linux_only
@pytest.mark.parametrize(("text", "message"), JSON_BOMBS.values(), ids=JSON_BOMBS.keys())
def test_a_bomb_of_json_does_not_go_off(tmp_path: Path, text: Callable[[], str], message: str) -> None:
    assert refusal_of(tmp_path / "a.json", text()) == message


NOTHING: dict[str, Callable[[], str]] = {
    "anchors": lambda: "".join(f"- &a{place} x\n" for place in range(40_000)),
    "comments": lambda: "#\n" * 400_000,
    "blank lines": lambda: "\n" * 800_000,
    "a text of many lines": lambda: "a\n" * 400_000,
    "a quoted text of many lines": lambda: "'" + "a\n" * 400_000 + "'",
    "a block of many lines": lambda: "|\n" + " a\n" * 400_000,
    "a block of blank lines": lambda: "|\n" + "\n" * 800_000,
    "one key": lambda: f"? {'k' * 1_900_000}",
}


@linux_only
@pytest.mark.parametrize("text", NOTHING.values(), ids=NOTHING.keys())
def test_much_of_nothing_is_no_template(tmp_path: Path, text: Callable[[], str]) -> None:
    assert str(refusal_of(tmp_path / "a.yaml", text())).startswith(NO_TEMPLATE)


@linux_only
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/random", "/dev/null"])
def test_a_device_is_no_file(tmp_path: Path, device: str) -> None:
    file = tmp_path / "a.yaml"
    file.symlink_to(device)
    outcome = bounded(file)
    assert outcome.refusal == f"{file}: it is not a file"


@linux_only
def test_a_pipe_into_which_nobody_writes_is_not_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    os.mkfifo(file)
    assert bounded(file).refusal == f"{file}: it is not a file"


def refusal_of(file: Path, text: str) -> str | None:
    """Return why a file cannot be read, having seen that it took few steps."""
    file.write_text(text, encoding="utf-8")
    outcome = bounded(file)
    assert outcome.steps < STEPS
    return outcome.refusal.removeprefix(f"{file}:").removeprefix("1:").strip() if outcome.refusal else None


# --- What no template has -----------------------------------------------------------------------------

STRANGE = {
    "an alias of nothing": ("*a", "found undefined alias, in column 71"),
    "an anchor twice": (
        "[&a x, &a y, *a]",
        "found duplicate anchor; first occurrence, second occurrence, in column 78",
    ),
    "bytes": ("!!binary aGk=", "the tag !!binary is not supported"),
    "a set": ("!!set {a}", "the tag !!set is not supported"),
    "an ordered map": ("!!omap [a: 1]", "the tag !!omap is not supported"),
    "pairs": ("!!pairs [a: 1]", "the tag !!pairs is not supported"),
    "a Python object": (
        "!!python/object/new:os.system [ls]",
        "the tag !!python/object/new:os.system is not supported",
    ),
    "a tag of someone's own": (
        "!<tag:example.com,2000:x> y",
        "the tag !!tag:example.com,2000:x is not supported",
    ),
    "a key of a list": ("{[a]: 1}", "a key must be text"),
    "a key of a mapping": ("{{a: 1}: 2}", "a key must be text"),
    "a key twice": ("{a: 1, 'a': 2}", "the key 'a' occurs twice"),
    "a key twice in numbers": ("{1: 1, '1': 2}", "the key '1' occurs twice"),
    "a null character": (
        "a\0b",
        "the character U+0000 is not allowed",
    ),
    "an escape sequence of terminals": (
        "\x1b[2J",
        "the character U+001B is not allowed",
    ),
    "half a character": (
        '"\\ud800"',
        "while parsing a quoted scalar, found invalid Unicode character escape code, in column 74",
    ),
}


@pytest.mark.parametrize(("value", "message"), STRANGE.values(), ids=STRANGE.keys())
def test_a_strange_value_is_refused_by_its_name(tmp_path: Path, value: str, message: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(yaml_window(value), encoding="utf-8")
    assert refused(lambda: read_windows(file)) == f"{file}:1: it is not valid YAML: {message}"


def test_a_tag_by_a_handle_of_its_own_runs_no_code(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("%TAG ! tag:yaml.org,2002:python/\n--- !object/apply:os.system [ls]", encoding="utf-8")
    assert refused(lambda: read_windows(file)) == (f"{file}: it is not valid YAML: %TAG directives are not supported")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\nb.yaml", r"a\nb.yaml"),
        ("a\x1b[2J.json", r"a\x1b[2J.json"),
        ("a\u2028b.json", r"a\u2028b.json"),
        ("a\udcff.json", r"a\udcff.json"),
    ],
)
def test_the_name_of_a_file_cannot_break_the_line(tmp_path: Path, name: str, shown: str) -> None:
    file = tmp_path / name
    file.write_text("{}", encoding="utf-8")
    assert refused(lambda: read_windows(file)) == f"'{tmp_path}/{shown}': {NO_TEMPLATE}has no Resources"


# --- Anything -----------------------------------------------------------------------------------------

WORDS = "a 1 0x1 1_0 .inf 1e999 = ~ yes << [ ] { } , ' \" ! # @ ` \\x0 !!set <<: a: - ? : --- &a *a %YAML"
TAGS = ("Ref", "GetAtt", "!int", "!float", "!bool", "!null", "!map", "!seq", "!str", "!merge", "!binary", "<x>")
BREAKS = ("\n", "\n  ", "\n    ", "\n...\n", "\t", "\r", "\r\n", "|\n", ">-\n", "\ufeff", "\u2028", "\0", "\U0001f600")
PIECES = st.sampled_from(
    [*WORDS.split(), *(f"{word} " for word in WORDS.split()), *(f"!{tag} " for tag in TAGS), *BREAKS]
)


def answers(file: Path) -> None:
    """See that a path is read, or refused in one line."""
    refusal = None
    try:
        read_windows(file)
    except PatchingError as error:
        refusal = str(error)
    assert refusal is None or refusal.isprintable()


@given(st.lists(PIECES, max_size=30).map("".join), st.sampled_from(["", yaml_window("")[:-3]]))
def test_yaml_of_any_pieces_is_read_or_refused_in_one_line(tmp_path: Path, text: str, before: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(before + text, encoding="utf-8", newline="")
    answers(file)


@given(
    st.binary(max_size=60),
    st.sampled_from(["json", "yaml"]),
    st.sampled_from([b"", b"{", b"\xef\xbb\xbf", b"\xff\xfe"]),
)
def test_any_bytes_are_read_or_refused_in_one_line(tmp_path: Path, content: bytes, suffix: str, before: bytes) -> None:
    file = tmp_path / f"a.{suffix}"
    file.write_bytes(before + content)
    answers(file)


# Where a manifest leads: nowhere, in a circle, to what never ends, or to no name at all.
NAMES = ("", ".", "..", "/", "/dev/zero", "loop", "a\nb", "a\0b", "\ud800", "x" * 5000, "\x1b[2J")
STACK, STAGE = "aws:cloudformation:stack", "cdk:cloud-assembly"


def assembled(folder: Path, artifacts: object, assets: object) -> Path:
    """Write a ``cdk.out`` with a template, the assets of its stack, and a link to itself."""
    (folder / "manifest.json").write_text(json.dumps({"artifacts": artifacts}), encoding="utf-8")
    (folder / "a.json").write_text('{"Resources": {}}', encoding="utf-8")
    (folder / "a.assets.json").write_text(json.dumps({"files": assets}), encoding="utf-8")
    if not (folder / "loop").exists():
        (folder / "loop").symlink_to(".")
    return folder


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:20])
@pytest.mark.parametrize("kind", ["template", "stage", "stack", "asset"])
def test_a_manifest_leads_to_no_harm(tmp_path: Path, kind: str, name: str) -> None:
    stack = {"type": STACK, "properties": {"templateFile": "a.json"}}
    artifacts = {
        "template": {"a": {"type": STACK, "properties": {"templateFile": name}}},
        "stage": {each: {"type": STAGE, "properties": {"directoryName": name}} for each in "abc"},
        "stack": {name: stack},
        "asset": {"a": stack},
    }
    assets = {"1": {"source": {"path": f"{name}.nested.template.json"}}}
    answers(assembled(tmp_path, artifacts[kind], assets))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(NAMES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=5,
)
PROPERTIES = st.dictionaries(st.sampled_from(["templateFile", "directoryName", "stackName"]), ANYTHING)
ARTIFACT = st.fixed_dictionaries(
    {"type": st.sampled_from([STACK, STAGE]) | ANYTHING},
    optional={"environment": ANYTHING, "properties": PROPERTIES | ANYTHING},
)
ASSET = st.fixed_dictionaries({"source": st.fixed_dictionaries({"path": ANYTHING}) | ANYTHING})


@given(st.dictionaries(st.sampled_from("abc"), ARTIFACT) | ANYTHING, st.dictionaries(st.text(), ASSET) | ANYTHING)
def test_any_manifest_is_read_or_refused_in_one_line(tmp_path: Path, artifacts: object, assets: object) -> None:
    answers(assembled(tmp_path, artifacts, assets))
