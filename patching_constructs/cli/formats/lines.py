"""Indented lines: in color and within the width of a terminal; in a pipe or a file as they are."""

import sys
from collections.abc import Iterator
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from patching_constructs.checks.severity import Severity
from patching_constructs.cli.formats.console import safe_text

Line = tuple[int, Text]
"""The number of columns by which it is indented, and its text."""
SEVERITY_STYLES: Final = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def lay_out(lines: Iterator[Line], *, to_file: bool) -> str:
    """Return the lines as text."""
    console = Console(force_terminal=False if to_file else None)
    lines = ((indent, safe_text(text)) for indent, text in lines)
    if not console.is_terminal:
        return "".join(f"{' ' * indent}{text.plain}\n" for indent, text in lines)
    # FORCE_COLOR applies to a pipe too, which has no width. Links are neither indented nor folded.
    wraps = sys.stdout.isatty()
    with console.capture() as capture:
        for indent, text in lines:
            if wraps and indent:
                console.print(Padding(text, (0, 0, 0, indent), expand=False))
            else:
                console.print(Text.assemble(" " * indent, text), soft_wrap=True)
    return capture.get()
