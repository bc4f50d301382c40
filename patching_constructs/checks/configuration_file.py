"""Where a configuration is: ``.patching-constructs.toml``, or the table of the tool in ``pyproject.toml``."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from patching_constructs._errors import PatchingError
from patching_constructs.checks.configuration import Configuration, configuration_of
from patching_constructs.template.document import refuse

_OWN: Final = ".patching-constructs.toml"
_SHARED: Final = "pyproject.toml"
_TOOL: Final = "patching-constructs"
_TABLE: Final = f"tool.{_TOOL}"


def find_configuration(start: Path) -> Configuration:
    """Return the configuration of a directory or of the nearest one above it, up to the root of the repository.

    Outside of a repository, only the directory itself is searched.

    Raises:
        PatchingError: a configuration is invalid, or a directory has two.
    """
    for directory in _up_to_repository(start):
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
        return _configuration(file, content, "")
    table = _table(content)
    if table is None:
        raise refuse(file, f"it has no table [{_TABLE}]")
    return _configuration(file, table, _TABLE)


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
    return file.name == _OWN or _table(_content(file)) is not None


def _table(content: dict[str, Any]) -> object:
    tools = content.get("tool")
    return tools.get(_TOOL) if isinstance(tools, dict) else None


def _content(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise refuse(file, f"cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise refuse(file, f"it is not valid TOML: {error}") from None
