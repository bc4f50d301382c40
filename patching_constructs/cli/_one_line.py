"""How a command ends when it was asked for something that cannot be: one line, exit code 2, no traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from patching_constructs._errors import PatchingError

REFUSED = 2


@contextmanager
def one_line_refusals() -> Iterator[None]:
    """Turn a PatchingError into a line on standard error and exit code 2."""
    try:
        yield
    except PatchingError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(REFUSED) from None
