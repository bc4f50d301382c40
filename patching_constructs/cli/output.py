"""Write to a file or to standard output, whatever its encoding."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from patching_constructs.cli import parsing

Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        help="File to write, or - for standard output, which is the default.",
        metavar="FILE",
        parser=parsing.output_file("--output"),
    ),
]


def write(text: str, output: Path | None) -> None:
    """Write a text.

    Raises:
        PatchingError: the file cannot be written.
    """
    if output is None:
        encoding = sys.stdout.encoding or "utf-8"
        # A pipe on Windows has the code page of the machine, which does not support most characters.
        typer.echo(text.encode(encoding, "backslashreplace").decode(encoding), nl=False, color=True)
        return
    try:
        output.write_text(text, encoding="utf-8", errors="backslashreplace", newline="")
    except OSError as error:
        from patching_constructs.template.document import refuse

        raise refuse(output, f"cannot be written: {error.strerror}") from None
