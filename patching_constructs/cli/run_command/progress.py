"""The progress of a command: a live table on a terminal, lines elsewhere."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import typer
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from patching_constructs.cli.run_command.state import CommandState, Invocation

_FIRST_PAUSE: Final = 2.0
_LONGEST_PAUSE: Final = 15.0
# The heading, the last line, and the line of the cursor.
_OTHER_LINES: Final = 3

Show = Callable[[CommandState], None]


def follow(
    poll: Callable[[], CommandState],
    show: Show,
    *,
    timeout: float,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> CommandState:
    """Poll until the command has ended or the timeout is over; return the last state."""
    deadline, pause = clock() + timeout, _FIRST_PAUSE
    while True:
        state = poll()
        show(state)
        left = deadline - clock()
        if state.ended or left <= 0:
            return state
        sleep(min(pause, left))
        pause = min(pause * 1.5, _LONGEST_PAUSE)


@contextmanager
def progress_display(console: Console) -> Iterator[Show]:
    """Open the display that shows the command while it runs."""
    if not console.is_interactive:
        yield _Lines()
        return
    with Live(console=console, auto_refresh=False, transient=True) as live:
        height = max(1, console.height - _OTHER_LINES)
        yield lambda state: live.update(_live_table(state, height), refresh=True)


class _Lines:
    """One line per node whose status has changed."""

    def __init__(self) -> None:
        self._shown: dict[str, str] = {}

    def __call__(self, state: CommandState) -> None:
        for each in state.invocations:
            if self._shown.get(each.node) != each.details:
                self._shown[each.node] = each.details
                typer.echo("  ".join(filter(None, (each.node, each.details, each.name))))


def _live_table(state: CommandState, height: int) -> Group:
    """Return as many nodes as fit on the screen; those that succeeded come last."""
    nodes = sorted(state.invocations, key=lambda each: (each.succeeded, not each.ended, each.node))
    table = Table.grid(padding=(0, 2))
    for each in nodes[:height]:
        table.add_row(*_row(each))
    more = len(nodes) - height
    heading = Text.assemble((state.details, "bold"), "  ", _counts(state))
    return Group(heading, table, *([Text(f"and {more} more")] if more > 0 else []))


def summary(state: CommandState) -> Table:
    """Return the result: the number of nodes of each status, then every node that did not succeed."""
    table = Table.grid(padding=(0, 2))
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    table.add_row(Text("command"), Text(state.details, style="bold"))
    for details, count in Counter(each.details for each in state.invocations).most_common():
        table.add_row(Text(details), Text(in_nodes(count)))
    for each in state.invocations:
        if not each.succeeded:
            table.add_row(*_row(each))
    return table


def _row(invocation: Invocation) -> tuple[Text, Text, Text]:
    style = "green" if invocation.succeeded else "red" if invocation.ended else ""
    return Text(invocation.node), Text(invocation.details, style=style), Text(invocation.name)


def _counts(state: CommandState) -> str:
    """Return the number of nodes of each status, the largest first: ``12 nodes: 10 Success, 2 InProgress``."""
    counts = Counter(each.details for each in state.invocations)
    words = ", ".join(f"{count} {details}" for details, count in counts.most_common())
    return in_nodes(max(state.target_count, counts.total())) + (f": {words}" if words else "")


def in_nodes(count: int) -> str:
    """Return a number of nodes in words."""
    return f"{count} node{'' if count == 1 else 's'}"
