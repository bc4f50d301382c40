"""Tables and paragraphs: in color and as wide as a terminal; in a pipe or a file, plain and of a fixed width."""

from typing import Final

from rich.console import Console, RenderableType

# Neither a pipe nor a file has the width of a terminal.
_PLAIN_WIDTH: Final = 160


def console_text(renderable: RenderableType, *, to_file: bool) -> str:
    """Return what is printed.

    Args:
        renderable: what to print.
        to_file: whether it is written to a file, and not to a terminal or a pipe.
    """
    console = Console(force_terminal=False if to_file else None)
    if not console.is_terminal:
        console.width = _PLAIN_WIDTH
    with console.capture() as capture:
        console.print(renderable)
    return capture.get()
