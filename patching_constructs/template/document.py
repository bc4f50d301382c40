"""A JSON or YAML file, read within limits, with the line of each of its values.

Untrusted input must not consume unbounded resources: the size of a file, the nesting of its values, and the size of a
YAML document with its aliases expanded are limited.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from patching_constructs._errors import PatchingError
from patching_constructs.template._json_lines import json_lines
from patching_constructs.template.text_error import TextError

# CloudFormation takes templates of 1 MB; JSON is often indented, and a manifest of a large app is larger.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
LARGEST_JSON: Final = 5_000_000
LARGEST_MANIFEST: Final = 32_000_000
LARGEST_YAML: Final = 2_000_000
MOST_YAML_VALUES: Final = 150_000
DEEPEST_NESTING: Final = 100
_TOO_DEEP: Final = f"it is nested more than {DEEPEST_NESTING} deep"

DocumentPath = tuple[str | int, ...]
"""Where a value stands: the keys and the places in lists that lead to it."""


@dataclass(frozen=True, slots=True)
class Document:
    """The content of a file, and the lines of its values."""

    file: Path
    content: object
    _lines: Callable[[Iterable[DocumentPath]], list[int]] = field(repr=False)
    _holder: "Document | None" = field(default=None, repr=False)
    _held: Callable[[DocumentPath], DocumentPath] = field(default=lambda path: path, repr=False)

    def part(self, content: object, held: Callable[[DocumentPath], DocumentPath]) -> "Document":
        """Return a document that a value of this one is.

        Args:
            content: what the value says.
            held: returns where a path of the value is in this document.
        """
        return Document(self.file, content, self._lines, self, held)

    @property
    def whole(self) -> "Document":
        """The document of the file. The lines of all its parts are found at once by its own."""
        return self if self._holder is None else self._holder.whole

    def path_in_whole(self, path: DocumentPath) -> DocumentPath:
        """Return where a path is in the document of the file."""
        return path if self._holder is None else self._holder.path_in_whole(self._held(path))

    def lines(self, paths: Iterable[DocumentPath]) -> list[int]:
        """Return the line, from 1, of the key or item of every value; for a missing value, of its nearest parent."""
        return self._lines([self.path_in_whole(path) for path in paths])

    def line(self, path: DocumentPath) -> int:
        """Return the line of one value; for many values, `lines` is faster."""
        (line,) = self.lines([path])
        return line


def read_document(file: Path, *, largest_json: int = LARGEST_JSON) -> Document:
    """Read a JSON or YAML file.

    Raises:
        PatchingError: it cannot be read, is neither, is too large or nested too deeply, or PyYAML is not installed.
    """
    text = _text(file, largest_json)
    return _from_yaml(file, text) if file.suffix in {".yaml", ".yml"} else parse_document(file, text)


def parse_document(file: Path, text: str) -> Document:
    """Read a text of JSON or YAML that is a part of a file. The lines of the document are those of the text.

    Raises:
        PatchingError: it is neither, is too large or nested too deeply, or PyYAML is not installed.
    """
    return _from_json(file, text) if text.lstrip().startswith("{") else _from_yaml(file, text)


def refuse(file: Path, reason: object, line: int | None = None) -> PatchingError:
    """Return the reason why a file cannot be read, on one line, for any name and content."""
    place = shown_file(file) if line is None else f"{shown_file(file)}:{line}"
    return PatchingError(f"{place}: {' '.join(str(reason).split())}")


def refuse_unreadable(file: Path, error: OSError | ValueError) -> PatchingError:
    """Return why a file cannot be opened or decoded."""
    match error:
        case OSError():
            reason = f"cannot be read: {error.strerror or error}"
        case UnicodeDecodeError():
            return refuse(file, "it is not a text in UTF-8", error.object.count(b"\n", 0, error.start) + 1)
        case _:
            reason = "cannot be read: a file name has no null character"
    return refuse(file, reason)


def shown_file(file: Path) -> str:
    """Return the name of a file for a message: in one line, whatever the name is."""
    name = str(file)
    return name if name.isprintable() else ascii(name)


def exists(path: Path) -> bool:
    """Return whether a path exists; False for a path that is invalid."""
    try:
        return path.exists()
    except (OSError, ValueError):
        # A name that is too long for the file system, or has a null character.
        return False


def _text(file: Path, largest: int) -> str:
    try:
        # A pipe may never end, and a device has no size.
        if file.exists() and not file.is_file():
            raise refuse(file, "it is not a file")
        with file.open("rb") as stream:
            content = stream.read(largest + 1)
        if len(content) > largest:
            raise refuse(file, f"it is too large: files of up to {largest:,} bytes are read")
        return content.decode("utf-8-sig")
    except PatchingError:
        raise
    except (OSError, ValueError) as error:
        raise refuse_unreadable(file, error) from error


# --- JSON ---------------------------------------------------------------------------------------------


def _from_json(file: Path, text: str) -> Document:
    try:
        content = json_content(text)
    except TextError as error:
        raise refuse(file, f"it is not valid JSON: {error}", error.line) from error
    return Document(file, content, lambda paths: json_lines(text, paths))


def json_content(text: str) -> object:
    """Return the content of a JSON text.

    Raises:
        TextError: it is not JSON, has a duplicate key, or is nested too deeply.
    """
    try:
        content = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise TextError(f"{error.msg}, in column {error.colno}", error.lineno) from error
    except RecursionError as error:
        raise TextError(_TOO_DEEP) from error
    except TextError:
        raise
    except ValueError as error:
        # Python reads integers of up to 4,300 digits.
        raise TextError("a number has too many digits") from error
    _check_depth(content)
    return content


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise TextError(f"the key {twice!r:.100} occurs twice")
    return found


def _no_number(text: str) -> None:
    raise TextError(f"{text} is not a JSON number")


def _check_depth(content: object) -> None:
    depth, level = 0, [content]
    while level := [each for each in level if isinstance(each, dict | list)]:
        depth += 1
        if depth > DEEPEST_NESTING:
            raise TextError(_TOO_DEEP)
        level = [value for each in level for value in (each.values() if isinstance(each, dict) else each)]


# --- YAML ---------------------------------------------------------------------------------------------


def _from_yaml(file: Path, text: str) -> Document:
    try:
        from patching_constructs.template import _yaml  # noqa: PLC0415 - an extra; JSON needs none
    except ModuleNotFoundError:
        raise refuse(file, "reading YAML requires the extra cli; run pip install 'patching-constructs[cli]'") from None
    if len(text) > LARGEST_YAML:
        raise refuse(file, f"it is too large: YAML of up to {LARGEST_YAML:,} characters is read")
    try:
        content, lines = _yaml.load(text, _yaml.Bounds(DEEPEST_NESTING, MOST_YAML_VALUES, 2 * LARGEST_YAML))
    except TextError as error:
        raise refuse(file, f"it is not valid YAML: {error}", error.line) from error
    return Document(file, content, lines)
