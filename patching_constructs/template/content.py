"""Parts of a template as the expected type; anything of another type is empty."""

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
