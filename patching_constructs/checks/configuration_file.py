"""Where a configuration is: ``.patching-constructs.toml``, or the table of the tool in ``pyproject.toml``."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from patching_constructs._errors import PatchingError
from patching_constructs.checks.configuration import Configuration, configuration_of
from patching_constructs.template.document import refuse, refuse_unreadable

_OWN: Final = ".patching-constructs.toml"
_SHARED: Final = "pyproject.toml"
_TOOL: Final = "patching-constructs"
_TABLE: Final = f"tool.{_TOOL}"
_PLAIN: Final = _TOOL.replace("-", "")
_PLACE: Final = re.compile(r" \(at line ([0-9]+), column ([0-9]+)\)$")
_SIMILAR: Final = ("patching-constructs.toml", ".patching_constructs.toml", "patching_constructs.toml")


def find_configuration(start: Path) -> Configuration:
    """Return the configuration of a directory or of the nearest one above it, up to the root of the repository.

    Outside of a repository, only the directory itself is searched.

    Raises:
        PatchingError: a configuration is invalid, or a directory has two.
    """
    for directory in _up_to_repository(start):
        _check_names(directory)
        found = [file for file in (directory / _OWN, directory / _SHARED) if file.is_file() and _has_table(file)]
        if len(found) > 1:
            raise refuse(found[0], f"{_SHARED} beside it has [{_TABLE}] too; keep one of the two configurations")
        if found:
            return read_configuration(found[0])
    return Configuration()


def read_configuration(file: Path) -> Configuration:
    """Read the configuration of a file: of its table in a ``pyproject.toml``, or of the whole file.

    Raises:
        PatchingError: the file cannot be read, has no such table, or is invalid.
    """
    content = _content(file)
    if file.name != _SHARED:
        if "tool" in content or _TOOL in content:
            raise refuse(file, f"the whole file is the configuration; write its keys without a table [{_TABLE}]")
        return _configuration(file, content, "")
    table = _table(file, content)
    if table is None:
        raise refuse(file, f"it has no table [{_TABLE}]")
    return _configuration(file, table, _TABLE)


def _check_names(directory: Path) -> None:
    """Check that no file of a similar name is there: it would be ignored without a word."""
    for name in _SIMILAR:
        if (directory / name).is_file():
            raise refuse(directory / name, f"the configuration must be named {_OWN}; rename the file")


def _configuration(file: Path, content: object, table: str) -> Configuration:
    try:
        return configuration_of(content, file.parent, table)
    except PatchingError as error:
        raise refuse(file, error) from None


def _up_to_repository(start: Path) -> Iterator[Path]:
    start = start.resolve()
    directories = [start, *start.parents]
    root = next((place for place, each in enumerate(directories) if (each / ".git").exists()), 0)
    yield from directories[: root + 1]


def _has_table(file: Path) -> bool:
    return file.name == _OWN or _table(file, _content(file)) is not None


def _table(file: Path, content: dict[str, Any]) -> object:
    tools = content.get("tool")
    if not isinstance(tools, dict):
        return None
    for name in tools:
        if name != _TOOL and re.sub(r"[-_. ]", "", name).lower() == _PLAIN:
            raise refuse(file, f"the table must be [{_TABLE}], got [tool.{name}]; rename it")
    return tools.get(_TOOL)


def _content(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise refuse_unreadable(file, error) from None
    except RecursionError:
        raise refuse(file, "it is not valid TOML: it is nested too deeply") from None
    except ValueError as error:
        raise _no_toml(file, str(error)) from None


def _no_toml(file: Path, message: str) -> PatchingError:
    """Return the error of the parser, which names the place at its end, with the file and line."""
    found = _PLACE.search(message)
    if found is None:
        return refuse(file, f"it is not valid TOML: {message}")
    return refuse(file, f"it is not valid TOML: {message[: found.start()]}, in column {found[2]}", int(found[1]))
