"""Values of the JSON that commands write, for those that read it again."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

_Read = TypeVar("_Read")


def moment(text: str) -> datetime:
    """Return a time with an offset.

    Raises:
        ValueError: it is none.
    """
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found


def optional(content: Any, read: Callable[[Any], _Read]) -> _Read | None:  # noqa: ANN401 - what JSON can hold
    """Return what a value is read as; None for null."""
    return None if content is None else read(content)
