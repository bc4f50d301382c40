"""A line on a terminal while something takes long, on standard error; in a pipe or a file nothing."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final

# Most runs are shorter, and do not wait for the library that draws the line.
_DELAY: Final = 0.5


@contextmanager
def working(what: str, *, delay: float = _DELAY) -> Iterator[None]:
    """Show what is done while the block runs, if that takes longer than the delay.

    Args:
        what: what is done: ``Checking templates``.
        delay: after how many seconds it is shown.
    """
    if not sys.stderr.isatty():
        yield
        return
    ended = Event()
    display = Thread(target=_show, args=(what, ended, delay), daemon=True)
    display.start()
    try:
        yield
    finally:
        ended.set()
        display.join()


def _show(what: str, ended: Event, delay: float) -> None:
    if ended.wait(delay):
        return
    from rich.console import Console

    # It is removed at the end.
    with Console(stderr=True).status(f"{what} ..."):
        ended.wait()
