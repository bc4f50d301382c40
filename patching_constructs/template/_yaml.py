"""YAML as CloudFormation writes it, with PyYAML: the short forms of the intrinsic functions, and dates as text.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, cast

import yaml

from patching_constructs.template.text_error import TextError

_Step = str | int
_STANDARD: Final = "tag:yaml.org,2002:"
_PLAIN: Final = {"bool", "float", "int", "map", "merge", "null", "seq", "str"}
_LONGEST_NUMBER: Final = 100
# The parser in C is ten times as fast; PyYAML can be built without it.
_Base: Final[type[yaml.SafeLoader]] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc, valid-type]
    """Plain values only."""

    # What a date means would be PyYAML's choice; CloudFormation takes the text.
    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits of a document with its aliases expanded: depth, number of values, and number of characters."""

    depth: int
    values: int
    characters: int


def load(text: str, bounds: Bounds) -> tuple[object, Callable[[Iterable[tuple[_Step, ...]]], list[int]]]:
    """Return the content of a document, and a function that returns the lines of the keys or items of values.

    Raises:
        ValueError: it is not YAML, or exceeds the limits when its aliases are expanded.
    """
    try:
        _check_bounds(text, bounds)
        loader = _Loader(text)
        root = loader.get_single_node()
        _check_nodes(root, set())
        content = None if root is None else loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        raise _marked(error) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        # The parser in C has a number.
        code = error.character if isinstance(error.character, int) else ord(str(error.character))
        raise TextError(f"the character U+{code:04X} is not allowed", line) from error
    except TextError:
        raise
    except (ValueError, LookupError, AttributeError, TypeError, ArithmeticError, RecursionError) as error:
        raise TextError("a value does not have the form of its tag") from error
    lines = _Lines(text, root)
    return content, lambda paths: [lines.of(path) for path in paths]


def _marked(error: yaml.MarkedYAMLError) -> TextError:
    """Return the error of the parser with its place."""
    words = ", ".join(filter(None, (error.context, error.problem)))
    mark = error.problem_mark or error.context_mark
    return TextError(f"{words}, in column {mark.column + 1}", mark.line + 1) if mark else TextError(words)


# --- Bounds -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Extent:
    """The size of a value with its aliases expanded."""

    depth: int = 0
    values: int = 1
    characters: int = 0

    def add(self, inner: "_Extent") -> None:
        self.depth = max(self.depth, inner.depth + 1)
        self.values += inner.values
        self.characters += inner.characters


def _check_bounds(text: str, bounds: Bounds) -> None:
    """Refuse a document that exceeds the limits, by its events, before any value is built."""
    if re.search(r"^%TAG", text, re.MULTILINE):
        # The parser compares each with all before it. No template has one.
        raise TextError("%TAG directives are not supported")
    anchored: dict[str | None, _Extent | None] = {}
    open_: list[tuple[str | None, _Extent]] = [(None, _Extent())]
    for event in yaml.parse(text, _Loader):
        match event:
            case yaml.ScalarEvent():
                found = _Extent(characters=len(event.value))
                anchored[event.anchor] = found
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                open_.append((event.anchor, _Extent()))
                anchored[event.anchor] = None
                if len(open_) > bounds.depth + 1:
                    raise TextError(f"it is nested more than {bounds.depth} deep")
                continue
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                anchor, found = open_.pop()
                anchored[anchor] = found
            case yaml.AliasEvent():
                known = anchored.get(event.anchor, _Extent())
                if known is None:
                    raise TextError(f"the alias *{event.anchor} refers to itself")
                found = known
            case _:
                continue
        open_[-1][1].add(found)
        _check_extent(open_[-1][1], len(open_), bounds)


def _check_extent(extent: _Extent, depth: int, bounds: Bounds) -> None:
    if extent.depth + depth - 1 > bounds.depth + 1:
        raise TextError(f"its aliases expand to more than {bounds.depth} levels")
    if extent.values > bounds.values:
        raise TextError(f"it has more than {bounds.values:,} values after alias expansion")
    if extent.characters > bounds.characters:
        raise TextError(f"it has more than {bounds.characters:,} characters after alias expansion")


# --- Nodes --------------------------------------------------------------------------------------------


def _check_nodes(node: yaml.Node | None, seen: set[int]) -> None:
    """Refuse what a template cannot contain, and keep every key as text."""
    if node is None or id(node) in seen:
        return
    seen.add(id(node))
    _check_tag(node)
    match node:
        case yaml.MappingNode():
            _take_keys_as_text(node)
            for _, value in node.value:
                _check_nodes(value, seen)
        case yaml.SequenceNode():
            for item in node.value:
                _check_nodes(item, seen)


def _check_tag(node: yaml.Node) -> None:
    kind = node.tag.removeprefix(_STANDARD)
    if kind == "value":
        # An equals sign alone; it has no meaning of its own to CloudFormation.
        node.tag, kind = f"{_STANDARD}str", "str"
    if kind not in _PLAIN and not node.tag.startswith("!"):
        raise TextError(f"the tag !!{kind:.100} is not supported", node.start_mark.line + 1)
    if kind in {"int", "float"} and len(node.value) > _LONGEST_NUMBER:
        raise TextError(f"a number has more than {_LONGEST_NUMBER} characters", node.start_mark.line + 1)


def _take_keys_as_text(node: yaml.MappingNode) -> None:
    keys: set[str] = set()
    for key, _ in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise TextError("a key must be text", line)
        _check_tag(key)
        if key.tag == f"{_STANDARD}merge":
            continue
        # An account's number is a key in many a mapping; as a number it would lose its zeros.
        key.tag = f"{_STANDARD}str"
        if key.value in keys:
            raise TextError(f"the key {key.value!r:.100} occurs twice", line)
        keys.add(key.value)


def _short_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, object]:
    match node:
        case yaml.ScalarNode():
            value: object = node.value.split(".", 1) if suffix == "GetAtt" else node.value
        case yaml.SequenceNode():
            value = loader.construct_sequence(node, deep=True)
        case _:
            value = loader.construct_mapping(cast("yaml.MappingNode", node), deep=True)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_form)


# --- Lines --------------------------------------------------------------------------------------------


class _Lines:
    """The lines of a document's values."""

    def __init__(self, text: str, root: yaml.Node | None) -> None:
        self._root = root
        # To YAML 1.1 some characters end a line that end none in an editor, so lines are counted here.
        self._ends = [found.start() for found in re.finditer("\n", text)]
        self._keys: dict[int, dict[str, tuple[yaml.Node, yaml.Node]]] = {}

    def of(self, path: tuple[_Step, ...]) -> int:
        """Return the line of the key or item of a value; for a missing value, the line of its nearest parent."""
        node, at = self._root, None
        for step in path:
            found = self._step(node, step)
            if found is None:
                break
            at, node = found
        return 1 if at is None else bisect_left(self._ends, at.start_mark.index) + 1

    def _step(self, node: yaml.Node | None, step: _Step) -> tuple[yaml.Node, yaml.Node] | None:
        match node:
            case yaml.MappingNode():
                return self._keys_of(node).get(str(step))
            case yaml.SequenceNode() if isinstance(step, int) and step < len(node.value):
                return node.value[step], node.value[step]
            case _:
                return None

    def _keys_of(self, node: yaml.MappingNode) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        if id(node) not in self._keys:
            # A merged key stands in front of the one that counts.
            self._keys[id(node)] = {key.value: (key, value) for key, value in node.value}
        return self._keys[id(node)]
