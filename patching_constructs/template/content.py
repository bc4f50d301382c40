"""Parts of a template: as the expected type, where anything of another type is empty, and all within a part."""

from collections.abc import Iterator
from typing import Any


def mapping(value: object) -> dict[str, Any]:
    """Return the value if it is a mapping, an empty one otherwise."""
    return value if isinstance(value, dict) else {}


def sequence(value: object) -> list[Any]:
    """Return the value if it is a list, otherwise one with the value in it, if there is any."""
    return value if isinstance(value, list) else [value] if value is not None else []


def scalar_text(value: object) -> str | None:
    """Return a text, number or flag as CloudFormation passes it on; None for anything else."""
    match value:
        case bool():
            return str(value).lower()
        case str() | int() | float():
            return str(value)
        case _:
            return None


def mappings_within(content: object) -> Iterator[dict[Any, Any]]:
    """Return a value and all within it, as far as they are mappings: each once, also that of an alias of YAML."""
    level, seen = [content], set[int]()
    while level:
        each = level.pop()
        if not isinstance(each, dict | list) or id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, dict):
            yield each
            level += each.values()
        else:
            level += each
