"""``patching-constructs describe``: what a template's schedules do, in words."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from patching_constructs.cli import options
from patching_constructs.cli.refusals import one_line_refusals

if TYPE_CHECKING:
    from rich.table import Table

    from patching_constructs.template import MaintenanceWindow


def describe(path: options.TemplatePath = Path("cdk.out"), use_defaults: options.UseDefaults = False) -> None:  # noqa: FBT002
    """Say in words what the schedules of an app or a template do.

    \b
    Examples:
      patching-constructs describe
      patching-constructs describe template.yaml --use-defaults
    """
    from rich.console import Console

    from patching_constructs.template import read_windows

    with one_line_refusals():
        windows = read_windows(path, use_defaults=use_defaults)
    if not windows:
        typer.echo(f"{path}: no maintenance window")
    for window in windows:
        Console().print(_table(window))


def _table(window: "MaintenanceWindow") -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", min_width=9)
    table.add_column(overflow="fold")
    for name, words in _rows(window):
        table.add_row(name, Text(words))
    table.add_row()
    return table


def _rows(window: "MaintenanceWindow") -> list[tuple[str, str]]:
    from patching_constructs.cli import descriptions
    from patching_constructs.template.upcoming import UnplannedWindow, planned

    rows = [
        ("window", f"{descriptions.text(window.name)} (stack {window.stack})"),
        *([("construct", window.schedule_path)] if window.schedule_path else []),
        ("opens", descriptions.schedule_in_words(window)),
        ("time zone", descriptions.time_zone(window)),
        ("length", descriptions.length_in_words(window)),
        ("cutoff", descriptions.cutoff_in_words(window)),
        ("targets", descriptions.targets_in_words(window)),
    ]
    for task in window.tasks:
        rows += [("operation", descriptions.operation_in_words(task)), ("reboot", descriptions.reboot_in_words(task))]
        timeouts = descriptions.timeouts_in_words(task)
        rows += [("timeouts", timeouts)] if timeouts else []
    read = planned(window, owner=window)
    if isinstance(read, UnplannedWindow) and read.is_invalid:
        rows.append(("unknown", f"when it opens and closes; {read.reason}"))
    reason = "the schedule is frozen" if window.is_frozen else "the window has no task"
    return rows if window.tasks else [*rows, ("operation", f"none: {reason}")]
