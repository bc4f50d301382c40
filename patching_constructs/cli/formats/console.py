"""Tables and paragraphs: in color and as wide as a terminal; in a pipe or a file, plain and of a fixed width."""

from typing import Final

from rich.console import Console, RenderableType

# Neither a pipe nor a file has the width of a terminal.
_PLAIN_WIDTH: Final = 160


def console_text(renderable: RenderableType, *, to_file: bool, plain_width: int = _PLAIN_WIDTH) -> str:
    """Return what is printed.

    Args:
        renderable: what to print.
        to_file: whether it is written to a file, and not to a terminal or a pipe.
        plain_width: the width in a pipe or a file.
    """
    console = Console(force_terminal=False if to_file else None)
    if not console.is_terminal:
        console.width = plain_width
    with console.capture() as capture:
        console.print(renderable)
    # A table fills its last column with blanks.
    return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())
