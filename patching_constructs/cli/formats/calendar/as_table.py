"""The calendar as a table for a terminal: the openings, then what the windows do, then what to look at."""

from collections.abc import Iterator
from datetime import UTC, tzinfo
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from patching_constructs.cli import descriptions
from patching_constructs.cli.formats.calendar.calendar import Calendar
from patching_constructs.planning.executions import Execution, NoteKind
from patching_constructs.template import MaintenanceWindow
from patching_constructs.template.upcoming import Upcoming

# Who reads from a pipe or a file has no width of a terminal.
_PLAIN_WIDTH: Final = 160
_STYLES: Final = {
    NoteKind.OVERLAP: "yellow",
    NoteKind.CONCURRENCY: "red",
    NoteKind.CLOCK_CHANGE: "cyan",
    NoteKind.START_ASSUMED: "magenta",
    NoteKind.OPEN_ALREADY: "magenta",
}


def render(calendar: Calendar) -> str:
    """Write the table: as wide as a terminal is, and as plain text elsewhere."""
    console = Console(force_terminal=False if calendar.to_file else None)
    if not console.is_terminal:
        console.width = _PLAIN_WIDTH
    with console.capture() as capture:
        console.print(_page(calendar.upcoming, calendar.zone))
    return capture.get()


def _page(upcoming: Upcoming, zone: tzinfo | None) -> RenderableType:
    openings = _openings(upcoming, zone) if upcoming.executions else Text("no window opens in that time")
    return Group(openings, *_section("windows", _windows(upcoming)), *_section("see", _notes(upcoming)))


def _section(heading: str, lines: Iterator[Text]) -> Iterator[RenderableType]:
    listed = list(lines)
    if listed:
        yield Text(f"\n{heading}", style="dim")
        yield from (Padding(line, (0, 0, 0, 2), expand=False) for line in listed)


def _openings(upcoming: Upcoming, zone: tzinfo | None) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("opens", "UTC", "does"):
        table.add_column(heading, no_wrap=True)
    table.add_column("window", overflow="fold")
    table.add_column("see" if any(execution.notes for execution in upcoming.executions) else "")
    for execution in upcoming.executions:
        table.add_row(*_cells(execution, zone))
    return table


def _cells(execution: Execution[MaintenanceWindow], zone: tzinfo | None) -> Iterator[Text]:
    occurrence, window = execution.occurrence, execution.owner
    start, end = (moment.astimezone(zone or occurrence.zone) for moment in (occurrence.start, occurrence.end))
    yield Text(f"{start:%a %Y-%m-%d %H:%M}-{end:%H:%M %Z}")
    yield Text(f"{occurrence.start:%m-%d %H:%M}", style="dim")
    yield Text(descriptions.operations_in_words(window))
    yield Text(window.label)
    marks = dict.fromkeys(note.kind for note in execution.notes)
    yield Text(", ").join(Text(mark, style=_STYLES[mark]) for mark in marks)


def _windows(upcoming: Upcoming) -> Iterator[Text]:
    windows = {(each.owner.stack, each.owner.logical_id): each.owner for each in upcoming.executions}
    for window in windows.values():
        yield Text.assemble((window.label, "bold"), f": {_window_in_words(window)}")
    for unknown in upcoming.unknown:
        yield Text.assemble((unknown.window.label, "bold"), f": cannot be told: {unknown.reason}")


def _window_in_words(window: MaintenanceWindow) -> str:
    return "; ".join(
        (
            f"{descriptions.schedule_in_words(window)}, {descriptions.time_zone(window)}",
            descriptions.length_in_words(window),
            descriptions.cutoff_in_words(window),
            f"{descriptions.operations_in_words(window)} on {descriptions.targets_in_words(window)}",
            f"reboot: {descriptions.reboots_in_words(window)}",
        )
    )


def _notes(upcoming: Upcoming) -> Iterator[Text]:
    """Explain a mark once for every window, with the number of openings that it stands at."""
    counted: dict[tuple[NoteKind, str, str], int] = {}
    for execution in upcoming.executions:
        for note in execution.notes:
            key = (note.kind, execution.owner.label, note.text)
            counted[key] = counted.get(key, 0) + 1
    for (mark, label, text), count in counted.items():
        times = f" ({count} times)" if count > 1 else ""
        yield Text.assemble((mark, _STYLES[mark]), f" {label}: {text}{times}")
    if upcoming.computed_until is not None:
        yield Text(f"overlaps are not computed beyond {upcoming.computed_until.astimezone(UTC):%Y-%m-%d %H:%M} UTC")
