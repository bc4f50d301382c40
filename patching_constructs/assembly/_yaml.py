"""YAML as CloudFormation writes it, with PyYAML: the short forms of the intrinsic functions, and dates as text.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

from collections.abc import Callable
from typing import Final, cast

import yaml

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


def load(text: str, *, deepest: int, largest: int) -> tuple[object, Callable[[tuple[_Step, ...]], int | None]]:
    """Return what a document says, and a function that tells the line of a value's key or item.

    Raises:
        ValueError: it is no YAML, or unfolds to more than the bounds.
    """
    try:
        _check_bounds(text, deepest, largest)
        loader = _Loader(text)
        root = loader.get_single_node()
        _check_nodes(root, set())
        content = None if root is None else loader.construct_document(root)
    except (yaml.YAMLError, LookupError, AttributeError, TypeError, ArithmeticError, RecursionError) as error:
        raise ValueError(str(error)) from error
    return content, lambda path: _line(root, path)


def _check_bounds(text: str, deepest: int, largest: int) -> None:
    """Refuse before anything is built, by the events alone, what would be too deep or unfold to too much."""
    sizes: dict[str | None, int | None] = {}
    open_: list[tuple[str | None, int]] = [(None, 0)]
    for event in yaml.parse(text, _Loader):
        size = 1
        match event:
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                open_.append((event.anchor, 0))
                sizes[event.anchor] = None
                if len(open_) > deepest + 1:
                    raise ValueError(f"it is nested more than {deepest} deep")
                continue
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                anchor, inner = open_.pop()
                size += inner
                sizes[anchor] = size
            case yaml.ScalarEvent():
                size += len(event.value)
                sizes[event.anchor] = size
            case yaml.AliasEvent():
                known = sizes.get(event.anchor, 0)
                if known is None:
                    raise ValueError(f"the alias *{event.anchor} stands within what it stands for")
                size += known
        anchor, inner = open_.pop()
        open_.append((anchor, inner + size))
        if inner + size > largest:
            raise ValueError(f"its aliases unfold to more than {largest:,} characters")


def _check_nodes(node: yaml.Node | None, seen: set[int]) -> None:
    """Refuse what a template cannot have, and take every key as the text that it is."""
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
        raise ValueError(f"a template has no values of the tag !!{kind:.100}, in line {node.start_mark.line + 1}")
    if kind in {"int", "float"} and len(node.value) > _LONGEST_NUMBER:
        raise ValueError(f"a number has more than {_LONGEST_NUMBER} characters, in line {node.start_mark.line + 1}")


def _take_keys_as_text(node: yaml.MappingNode) -> None:
    keys: set[str] = set()
    for key, _ in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise ValueError(f"a key must be text, in line {line}")  # noqa: TRY004 - the value's fault, not the type's
        _check_tag(key)
        if key.tag == f"{_STANDARD}merge":
            continue
        # An account's number is a key in many a mapping; as a number it would lose its zeros.
        key.tag = f"{_STANDARD}str"
        if key.value in keys:
            raise ValueError(f"the key {key.value!r:.100} stands twice, in line {line}")
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


def _line(node: yaml.Node | None, path: tuple[_Step, ...]) -> int | None:
    line: int | None = None
    for step in path:
        found = _step(node, step)
        if found is None:
            return None
        node, line = found
    return line


def _step(node: yaml.Node | None, step: _Step) -> tuple[yaml.Node, int] | None:
    match node:
        case yaml.MappingNode():
            found = [
                (value, key) for key, value in node.value if isinstance(key, yaml.ScalarNode) and key.value == step
            ]
            # Behind a merged key stands the one that counts.
            return (found[-1][0], found[-1][1].start_mark.line + 1) if found else None
        case yaml.SequenceNode() if isinstance(step, int) and step < len(node.value):
            return node.value[step], node.value[step].start_mark.line + 1
        case _:
            return None
