"""Values of the JSON that commands write, and how those are read that commands read again."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, TypeVar, overload

_Read = TypeVar("_Read")

_NEXT_WORD: Final = re.compile("[- ]([a-z])")


@overload
def json_time(time: datetime) -> str: ...


@overload
def json_time(time: datetime | None) -> str | None: ...


def json_time(time: datetime | None) -> str | None:
    """Return an aware datetime as it is written, in UTC."""
    return None if time is None else time.astimezone(UTC).isoformat()


def json_literal(literal: StrEnum) -> str:
    """Return a literal in camelCase: `non-compliant` on the command line is `nonCompliant` in JSON."""
    return _NEXT_WORD.sub(lambda found: found[1].upper(), literal)


def moment(text: str) -> datetime:
    """Return a time with an offset.

    Raises:
        ValueError: it is none.
    """
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found


def text(value: object) -> str:
    """Return a text.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(value, str):
        raise TypeError
    return value


def flag(value: object) -> bool:
    """Return true or false.

    Raises:
        TypeError: it is neither.
    """
    if not isinstance(value, bool):
        raise TypeError
    return value


def optional(content: Any, read: Callable[[Any], _Read]) -> _Read | None:  # noqa: ANN401 - what JSON can hold
    """Return what a value is read as; None for null."""
    return None if content is None else read(content)
