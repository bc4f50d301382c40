"""How far reading is, on standard error: a bar on a terminal; in a pipe or a file nothing."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

Advance = Callable[[int], None]


class Progress(Protocol):
    """How the progress of several steps is shown."""

    def shown(self, what: str, total: int) -> AbstractContextManager[Advance]:
        """Show a step while the block runs; the block calls what it gets with what was done."""


class NoProgress:
    """No progress is shown."""

    @contextmanager
    def shown(self, what: str, total: int) -> Iterator[Advance]:  # noqa: ARG002
        """Show nothing."""
        yield lambda _: None


class ProgressBar:
    """A bar for each step, which disappears at its end."""

    @contextmanager
    def shown(self, what: str, total: int) -> Iterator[Advance]:
        """Show the number of what was done, the total, and the time left."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(what, total=total)
            yield lambda number: bar.advance(task, number)


def progress_on_stderr() -> Progress:
    """Return how progress is shown in this process."""
    return ProgressBar() if sys.stderr.isatty() else NoProgress()
