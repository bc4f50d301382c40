"""A file of JSON or YAML: read within bounds, with the line on which each of its values stands.

What a stranger wrote must not cost more than what it is: a file has a largest size, values a deepest nesting, and the
aliases of YAML, which a few lines can unfold to billions, a largest size when unfolded.
"""

import json
import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from patching_constructs._errors import PatchingError

# CloudFormation takes templates of 1 MB; a manifest of a large app can have more.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
LARGEST_FILE: Final = {"JSON": 32_000_000, "YAML": 4_000_000}
DEEPEST_NESTING: Final = 100

DocumentPath = tuple[str | int, ...]
"""Where a value stands: the keys and the places in lists that lead to it."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says, and where."""

    file: Path
    content: object
    _line: Callable[[DocumentPath], int | None] = field(repr=False)

    def line(self, path: DocumentPath) -> int:
        """Return the line, from 1, of a value's key or item; of what is not there the nearest line that leads to it."""
        found = None
        while found is None and path:
            found = self._line(path)
            path = path[:-1]
        return found or 1


def read_document(file: Path) -> Document:
    """Read a file of JSON or YAML.

    Raises:
        PatchingError: it cannot be read, is neither, is too large or nested too deeply, or PyYAML is not installed.
    """
    try:
        size = file.stat().st_size
        _check_size(file, size, "JSON")
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PatchingError(f"{file}: cannot be read: {error}") from error
    if file.suffix in {".yaml", ".yml"} or not text.lstrip().startswith("{"):
        _check_size(file, size, "YAML")
        return _from_yaml(file, text)
    return _from_json(file, text)


def _check_size(file: Path, size: int, language: str) -> None:
    largest = LARGEST_FILE[language]
    if size > largest:
        raise PatchingError(f"{file}: has {size:,} bytes; {language} of up to {largest:,} bytes is read")


# --- JSON ---------------------------------------------------------------------------------------------


def _from_json(file: Path, text: str) -> Document:
    try:
        content = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
        _check_depth(content)
    except (ValueError, RecursionError) as error:
        raise PatchingError(f"{file}: that is no JSON: {error}") from error
    places = cache(lambda: _places(text))
    return Document(file, content, lambda path: places().get(path))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the key {next(key for key in keys if keys.count(key) > 1)!r:.100} stands twice")
    return found


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number of JSON")


def _check_depth(content: object) -> None:
    depth, level = 0, [content]
    while level:
        depth += 1
        if depth > DEEPEST_NESTING:
            raise ValueError(f"it is nested more than {DEEPEST_NESTING} deep")
        inner = [value for each in level for value in (each.values() if isinstance(each, dict) else each)]  # type: ignore[attr-defined]
        level = [value for value in inner if isinstance(value, dict | list)]


_PIECE: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},:]|[^\s\[\]{},:"]+')


def _places(text: str) -> dict[DocumentPath, int]:
    """Return the line of every key and item. The text is known to be JSON, so that its marks can be counted blindly."""
    ends = [found.start() for found in re.finditer("\n", text)]
    places: dict[DocumentPath, int] = {}
    # Within an object the last step is the key, or None in front of one; within a list it is the item's number.
    path: list[str | int | None] = []
    for found in _PIECE.finditer(text):
        piece = found[0]
        match piece:
            case "}" | "]":
                path.pop()
            case ",":
                path[-1] = path[-1] + 1 if isinstance(path[-1], int) else None
            case ":":
                pass
            case _:
                if path and path[-1] is None:
                    path[-1] = json.loads(piece)
                places.setdefault(tuple(path), bisect_left(ends, found.start()) + 1)  # type: ignore[arg-type]
                if piece in ("[", "{"):
                    path.append(0 if piece == "[" else None)
    return places


# --- YAML ---------------------------------------------------------------------------------------------


def _from_yaml(file: Path, text: str) -> Document:
    try:
        from patching_constructs.assembly import _yaml  # noqa: PLC0415 - an extra; JSON needs none
    except ModuleNotFoundError:
        raise PatchingError(f"{file}: reading YAML needs the extra: pip install 'patching-constructs[cli]'") from None
    try:
        content, line = _yaml.load(text, deepest=DEEPEST_NESTING, largest=2 * LARGEST_FILE["YAML"])
    except ValueError as error:
        raise PatchingError(f"{file}: that is no YAML: {' '.join(str(error).split())}") from error
    return Document(file, content, line)
