"""Windows in words, for people: a row for each property."""

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from patching_constructs.cli import descriptions, operation_words, run_descriptions, value_words
from patching_constructs.cli.formats.console import console_text
from patching_constructs.cli.formats.unread import UNREAD_HEADING, unread_lines
from patching_constructs.cli.formats.windows.window_list import WindowList, idle_because, invalid_because
from patching_constructs.template import MaintenanceWindow, WindowTask
from patching_constructs.template.scheduled_runs import ScheduledRun


def render(listed: WindowList) -> str:
    """Describe every window, with a blank line after each."""
    rows = [*map(_rows, listed.windows), *map(_run_rows, listed.runs)]
    parts: list[RenderableType] = [*map(_table, rows)]
    if listed.unread:
        parts += [
            Text(UNREAD_HEADING, style="dim"),
            *(Padding(line, (0, 0, 0, 2)) for line in unread_lines(listed.unread)),
        ]
    nothing = "" if rows else f"{listed.path}: no maintenance windows\n"
    return nothing + (console_text(Group(*parts), to_file=listed.to_file) if parts else "")


def _table(rows: Iterable[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", min_width=9)
    table.add_column(overflow="fold")
    for name, words in rows:
        table.add_row(name, Text(words))
    table.add_row()
    return table


def _rows(window: MaintenanceWindow) -> Iterator[tuple[str, str]]:
    yield "window", f"{value_words.text(window.name)} (stack {window.stack})"
    if window.schedule_path:
        yield "construct", window.schedule_path
    yield "schedule", descriptions.schedule_in_words(window)
    yield "time zone", descriptions.time_zone_in_words(window)
    yield "duration", descriptions.duration_in_words(window)
    yield "cutoff", descriptions.cutoff_in_words(window)
    yield "targets", descriptions.targets_in_words(window)
    for task in window.tasks:
        yield from _task_rows(task)
    if reason := invalid_because(window):
        yield "invalid", reason
    if reason := idle_because(window):
        yield "operation", f"none: {reason}"


def _task_rows(task: WindowTask) -> Iterator[tuple[str, str]]:
    yield "operation", descriptions.operation_in_words(task)
    yield "reboot", descriptions.reboot_in_words(task)
    if timeouts := descriptions.timeouts_in_words(task):
        yield "timeouts", timeouts


def _run_rows(run: ScheduledRun) -> Iterator[tuple[str, str]]:
    yield "run", f"{run_descriptions.KINDS[run.kind]} {run.label} (stack {run.resource.stack})"
    if run.resource.construct_path:
        yield "construct", run.resource.construct_path
    yield "schedule", run_descriptions.schedule_in_words(run)
    if besides := run_descriptions.runs_besides(run):
        yield "also", besides
    yield "time zone", run_descriptions.time_zone_in_words(run)
    yield "targets", run_descriptions.targets_in_words(run)
    for command in run.commands:
        yield "operation", operation_words.operation_in_words(command)
        yield "reboot", operation_words.reboot_in_words(command)
