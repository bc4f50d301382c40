"""Tables and paragraphs: in color and as wide as a terminal; in a pipe or a file, plain and of a fixed width."""

from collections.abc import Iterable
from typing import Final

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from patching_constructs._printable import printable

# Neither a pipe nor a file has the width of a terminal.
_PLAIN_WIDTH: Final = 160


def console_text(renderable: RenderableType, *, to_file: bool, plain_width: int = _PLAIN_WIDTH) -> str:
    """Return what is printed.

    Args:
        renderable: what to print.
        to_file: whether it is written to a file, and not to a terminal or a pipe.
        plain_width: the width in a pipe or a file.
    """
    console = _SafeConsole(force_terminal=False if to_file else None)
    if not console.is_terminal:
        console.width = plain_width
    with console.capture() as capture:
        console.print(renderable)
    # A table fills its last column with blanks.
    return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())


class _SafeConsole(Console):
    """A console on which no text can break a line or control the terminal."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        match renderable:
            case str():
                renderable = printable(renderable)
            case Text():
                renderable = safe_text(renderable)
        return super().render(renderable, options)


def safe_text(text: Text) -> Text:
    """Return a text with everything escaped that is not printable, except for an empty line before it."""
    blank = "\n" if text.plain.startswith("\n") else ""
    rest = text.plain.removeprefix(blank)
    return text if rest.isprintable() else Text(blank + printable(rest), style=text.style)
