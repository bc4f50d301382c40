"""How the command line shows a refusal: one line, by the flag that was typed, exit code 2, no traceback."""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Final

import typer

from patching_constructs._errors import PatchingError

REFUSED: Final = 2


@contextmanager
def one_line_refusals() -> Iterator[None]:
    """Turn a PatchingError into a line on standard error and exit code 2."""
    try:
        yield
    except PatchingError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(REFUSED) from None


def flag_of(name: str) -> str:
    """Return the flag of a property: ``--baseline-override``."""
    return f"--{name.replace('_', '-')}"


@contextmanager
def named_by_flags(typed: Collection[str]) -> Iterator[None]:
    """Name the properties of a refusal by their flags.

    Args:
        typed: the properties whose flags were typed; others come from a template and keep their names.
    """
    try:
        yield
    except PatchingError as error:
        raise _by_flags(error, typed) from None


def _by_flags(error: PatchingError, typed: Collection[str]) -> PatchingError:
    def renamed(text: str) -> str:
        return re.sub(r"(?<![\w-])\w+\b", lambda found: flag_of(found[0]) if found[0] in typed else found[0], text)

    # What was got is the user's own text.
    rule, got, value = error.problem.partition(", got ")
    return PatchingError(f"{renamed(rule)}{got}{value}", renamed(error.fix), what=renamed(error.what))
