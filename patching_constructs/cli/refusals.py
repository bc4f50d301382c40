"""How the command line shows a refusal: one line that names the flag, exit code 2, no traceback."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import typer

from patching_constructs._errors import PatchingError
from patching_constructs.properties.command import PatchOperation, RebootOption

REFUSED: Final = 2
# How a property is written in Python, and how it is written on the command line and in templates.
_LITERALS: Final = {
    name: literal.value
    for literals in (PatchOperation, RebootOption)
    for literal in literals
    for name in (f"{literals.__name__}.{literal.name}", literal.name)
}
_PYTHON_CALL: Final = re.compile(r"\b[A-Z]\w*(\.\w+)?\(")


@contextmanager
def one_line_refusals() -> Iterator[None]:
    """Turn a PatchingError into a line on standard error and exit code 2."""
    try:
        yield
    except PatchingError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(REFUSED) from None


@contextmanager
def named(names: Mapping[str, str]) -> Iterator[None]:
    """Name the properties of a refusal as the user wrote them: by a flag, or by a key of the template.

    Args:
        names: the user's names of the properties, by their names in Python.
    """
    try:
        yield
    except PatchingError as error:
        raise _renamed(error, _LITERALS | dict(names)) from None


def _renamed(error: PatchingError, names: Mapping[str, str]) -> PatchingError:
    longest_first = sorted(names, key=len, reverse=True)
    # Neither inside a word, nor a flag or a name that is written as the user wrote it.
    pattern = re.compile(rf"(?<![\w.-])({'|'.join(map(re.escape, longest_first))})(?![\w(])")

    def renamed(text: str) -> str:
        return pattern.sub(lambda found: names[found[0]], text)

    # The value after "got" is the user's own text.
    rule, got, value = error.problem.partition(", got ")
    # A fix that is a call in Python does not help here.
    fix = "" if _PYTHON_CALL.search(error.fix) else renamed(error.fix)
    return PatchingError(f"{renamed(rule)}{got}{value}", fix, what=renamed(error.what))
