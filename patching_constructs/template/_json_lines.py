"""The line of every value of a JSON text, which the standard library's parser does not return."""

import json
import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

_Step = str | int
_PIECE: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},:]|[^\s\[\]{},:"]+')


@dataclass(slots=True)
class _Place:
    """A requested value, or one of its parents."""

    line: int | None = None
    inner: "dict[_Step, _Place]" = field(default_factory=dict)


@dataclass(slots=True)
class _Open:
    """An object or list that the scanner is in."""

    place: _Place | None
    # Within an object the last key, or None in front of one; within a list the item's number.
    step: _Step | None


def json_lines(text: str, paths: Iterable[tuple[_Step, ...]]) -> list[int]:
    """Return the line of the key or item at every path; for a missing value, the line of its nearest parent.

    The text must be valid JSON, because its tokens are only counted.
    """
    wanted = list(paths)
    root = _Place(line=1)
    for path in wanted:
        place = root
        for step in path:
            place = place.inner.setdefault(step, _Place())
    _find_lines(text, root)
    return [_line(root, path) for path in wanted]


def _find_lines(text: str, root: _Place) -> None:
    ends = [found.start() for found in re.finditer("\n", text)]
    stack = [_Open(_Place(inner={0: root}), 0)]
    for found in _PIECE.finditer(text):
        piece, top = found[0], stack[-1]
        if piece in ("}", "]"):
            stack.pop()
        elif piece == ",":
            top.step = top.step + 1 if isinstance(top.step, int) else None
        elif piece != ":":
            if top.step is None:
                top.step = json.loads(piece) if "\\" in piece else piece[1:-1]
            place = top.place.inner.get(top.step) if top.place and top.step is not None else None
            if place and place.line is None:
                place.line = bisect_left(ends, found.start()) + 1
            if piece in ("{", "["):
                stack.append(_Open(place, 0 if piece == "[" else None))


def _line(root: _Place, path: tuple[_Step, ...]) -> int:
    place, line = root, 1
    for step in path:
        place = place.inner[step]
        line = place.line or line
    return line
