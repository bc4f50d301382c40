"""``patching-constructs describe``: what a template's schedules do, in words."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from patching_constructs._errors import PatchingError
from patching_constructs.assembly import WindowRecord, read_windows
from patching_constructs.cli import _words

_PATH_HELP = "A cdk.out directory, or a CloudFormation template in JSON or YAML."


def describe(path: Annotated[Path, typer.Argument(help=_PATH_HELP)] = Path("cdk.out")) -> None:
    """Say what the schedules of a synthesized app or a template do, in words."""
    try:
        windows = read_windows(path)
    except PatchingError as error:
        Console(stderr=True, soft_wrap=True).print(Text(str(error)))
        raise typer.Exit(2) from None
    console = Console()
    if not windows:
        console.print(Text(f"{path}: no maintenance window"))
    for window in windows:
        console.print(_table(window))


def _table(window: WindowRecord) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", min_width=9)
    table.add_column(overflow="fold")
    for name, words in _rows(window):
        table.add_row(name, Text(words))
    table.add_row()
    return table


def _rows(window: WindowRecord) -> list[tuple[str, str]]:
    rows = [
        ("window", f"{_words.text(window.name)} (stack {window.stack})"),
        ("opens", _words.schedule_in_words(window)),
        ("time zone", _words.text(window.time_zone or "UTC")),
        ("length", _words.length_in_words(window)),
        ("targets", _words.targets_in_words(window)),
    ]
    for task in window.tasks:
        rows += [("operation", _words.operation_in_words(task)), ("reboot", _words.reboot_in_words(task))]
    return rows if window.tasks else [*rows, ("operation", "none: the window has no task")]
