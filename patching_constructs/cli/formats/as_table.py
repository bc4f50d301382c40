"""The calendar as a table for a terminal: the openings, then what the windows do, then what to look at."""

from collections.abc import Iterator
from datetime import tzinfo
from io import StringIO
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from patching_constructs.assembly import WindowRecord
from patching_constructs.cli import _words
from patching_constructs.openings import Forecast, Mark, Opening

# Who reads from a pipe or a file has no width of a terminal.
_PLAIN_WIDTH: Final = 160
_STYLES: Final = {Mark.OVERLAP: "yellow", Mark.CROWD: "red", Mark.CLOCK: "cyan", Mark.ANCHOR: "magenta"}


def print_table(forecast: Forecast, *, zone: tzinfo | None) -> None:
    """Print the table on standard output, as wide as the terminal is."""
    console = Console()
    if not console.is_terminal:
        console.width = _PLAIN_WIDTH
    console.print(_page(forecast, zone))


def as_table(forecast: Forecast, *, zone: tzinfo | None) -> str:
    """Write the table as plain text, for a file."""
    console = Console(file=StringIO(), width=_PLAIN_WIDTH, color_system=None)
    with console.capture() as capture:
        console.print(_page(forecast, zone))
    return capture.get()


def _page(forecast: Forecast, zone: tzinfo | None) -> RenderableType:
    openings = _openings(forecast, zone) if forecast.openings else Text("no window opens in that time")
    return Group(openings, *_section("windows", _windows(forecast)), *_section("see", _notes(forecast)))


def _section(heading: str, lines: Iterator[Text]) -> Iterator[RenderableType]:
    listed = list(lines)
    if listed:
        yield Text(f"\n{heading}", style="dim")
        yield from (Padding(line, (0, 0, 0, 2), expand=False) for line in listed)


def _openings(forecast: Forecast, zone: tzinfo | None) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("opens", "UTC", "does"):
        table.add_column(heading, no_wrap=True)
    table.add_column("window", overflow="fold")
    table.add_column("see" if any(opening.notes for opening in forecast.openings) else "")
    for opening in forecast.openings:
        table.add_row(*_cells(opening, zone))
    return table


def _cells(opening: Opening, zone: tzinfo | None) -> Iterator[Text]:
    occurrence, window = opening.occurrence, opening.window
    start, end = (moment.astimezone(zone or occurrence.zone) for moment in (occurrence.start, occurrence.end))
    yield Text(f"{start:%a %Y-%m-%d %H:%M}-{end:%H:%M %Z}")
    yield Text(f"{occurrence.start:%m-%d %H:%M}", style="dim")
    yield Text(_words.operations_in_words(window))
    yield Text(window.label)
    marks = dict.fromkeys(note.mark for note in opening.notes)
    yield Text(", ").join(Text(mark, style=_STYLES[mark]) for mark in marks)


def _windows(forecast: Forecast) -> Iterator[Text]:
    windows = {(each.window.stack, each.window.logical_id): each.window for each in forecast.openings}
    for window in windows.values():
        yield Text.assemble((window.label, "bold"), f": {_window_in_words(window)}")
    for unknown in forecast.unknown:
        yield Text.assemble((unknown.window.label, "bold"), f": cannot be told: {unknown.reason}")


def _window_in_words(window: WindowRecord) -> str:
    return "; ".join(
        (
            f"{_words.schedule_in_words(window)}, {_words.text(window.time_zone or 'UTC')}",
            _words.length_in_words(window),
            _words.cutoff_in_words(window),
            f"{_words.operations_in_words(window)} on {_words.targets_in_words(window)}",
            f"reboot: {_words.reboots_in_words(window)}",
        )
    )


def _notes(forecast: Forecast) -> Iterator[Text]:
    """Explain a mark once for every window, with the number of openings that it stands at."""
    counted: dict[tuple[Mark, str, str], int] = {}
    for opening in forecast.openings:
        for note in opening.notes:
            key = (note.mark, opening.window.label, note.text)
            counted[key] = counted.get(key, 0) + 1
    for (mark, label, text), count in counted.items():
        times = f" ({count} times)" if count > 1 else ""
        yield Text.assemble((mark, _STYLES[mark]), f" {label}: {text}{times}")
