"""Schedules in words, for people: a row for each property."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from patching_constructs.cli.formats.console import console_text
from patching_constructs.cli.formats.unread import UNREAD_HEADING, unread_lines
from patching_constructs.cli.formats.windows.rows import Row, other_rows, run_rows, window_rows
from patching_constructs.cli.formats.windows.window_list import WindowList
from patching_constructs.cli.operation_styles import styled_operations

_OPERATION: Final = "operation"


def render(listed: WindowList) -> str:
    """Describe every schedule, baseline and document, with a blank line after each."""
    described = listed.described
    schedules = [window_rows(window, subject, listed.assumptions_of(subject)) for window, subject in described.windows]
    schedules += [
        run_rows(run, subject, listed.assumptions_of(replace(subject, runs=[run]))) for run, subject in described.runs
    ]
    tables = [*schedules, *map(other_rows, described.others)]
    parts: list[RenderableType] = [*map(_table, tables)]
    if described.unread:
        parts += [
            Text(UNREAD_HEADING, style="dim"),
            *(Padding(line, (0, 0, 0, 2)) for line in unread_lines(described.unread)),
        ]
    nothing = "" if schedules else f"{listed.path}: no maintenance windows\n"
    return nothing + (console_text(Group(*parts), to_file=listed.to_file) if parts else "")


def _table(rows: Iterable[Row]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", min_width=9)
    table.add_column(overflow="fold")
    for name, words in rows:
        table.add_row(name, styled_operations(words) if name == _OPERATION else Text(words))
    table.add_row()
    return table
