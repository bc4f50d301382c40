"""The files of an app that adopts templates."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from patching_constructs._errors import refusal
from patching_constructs.adoption.module import module, rest_file
from patching_constructs.adoption.plan import StackPlan
from patching_constructs.template.document import refuse

APP: Final = "app.py"
IMPORT: Final = "import.json"
_CDK_JSON: Final = {"app": f"python3 {APP}"}


def check_directory(directory: Path) -> None:
    """Check that files can be written into a directory without replacing any.

    Raises:
        PatchingError: there is something at its place.
    """
    try:
        is_free = not directory.exists() or (directory.is_dir() and not any(directory.iterdir()))
    except (OSError, ValueError):
        is_free = False
    if not is_free:
        raise refusal("--into", "must be a new or empty directory", str(directory), "specify another one")


def write_app(
    directory: Path,
    stacks: Sequence[StackPlan],
    *,
    source: str,
    identifiers: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> None:
    """Write the app.

    Args:
        directory: the directory.
        stacks: the stacks, each of which has something that is adopted.
        source: where the templates are from.
        identifiers: what identifies each live resource, by its logical id. Default: nothing is imported.

    Raises:
        PatchingError: a file cannot be written.
    """
    files = {APP: module(stacks, source=source), "cdk.json": _json(_CDK_JSON)}
    files |= {rest_file(stack): _json(stack.rest) for stack in stacks if stack.rest is not None}
    if identifiers:
        files[IMPORT] = _json(identifiers)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            # Half a surrogate pair is written as the escape that JSON and Python have for it.
            (directory / name).write_text(content, encoding="utf-8", errors="backslashreplace", newline="")
    except OSError as error:
        raise refuse(directory, f"cannot be written: {error.strerror}") from None


def _json(content: Mapping[str, Any]) -> str:
    # A date of YAML is written as CloudFormation reads it.
    return json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n"
