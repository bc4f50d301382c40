"""Upcoming executions as a table for a terminal, then what the windows do, then the notes."""

from collections.abc import Iterator
from datetime import UTC, tzinfo

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from patching_constructs.cli import descriptions, run_descriptions
from patching_constructs.cli.formats.calendar.calendar import Calendar
from patching_constructs.cli.formats.console import console_text
from patching_constructs.cli.notes import NOTES
from patching_constructs.planning.executions import Execution, NoteKind
from patching_constructs.template import MaintenanceWindow
from patching_constructs.template.upcoming import Upcoming
from patching_constructs.template.upcoming_runs import UpcomingRuns


def render(calendar: Calendar) -> str:
    """Write the table."""
    upcoming = calendar.upcoming
    has_windows = upcoming.executions or upcoming.unknown or not calendar.runs.executions
    page = [_page(upcoming, calendar.zone)] if has_windows else []
    runs = _section("outside of maintenance windows", _runs(calendar.runs, calendar.zone))
    return console_text(Group(*page, *runs), to_file=calendar.to_file)


def _page(upcoming: Upcoming, zone: tzinfo | None) -> RenderableType:
    executions = _executions(upcoming, zone) if upcoming.executions else Text("no executions in this range")
    return Group(executions, *_section("windows", _windows(upcoming)), *_section("notes", _notes(upcoming)))


def _section(heading: str, lines: Iterator[Text]) -> Iterator[RenderableType]:
    listed = list(lines)
    if listed:
        yield Text(f"\n{heading}", style="dim")
        yield from (Padding(line, (0, 0, 0, 2), expand=False) for line in listed)


def _runs(runs: UpcomingRuns, zone: tzinfo | None) -> Iterator[Text]:
    for execution in runs.executions:
        occurrence, run = execution.occurrence, execution.run
        start = occurrence.start.astimezone(zone or occurrence.zone)
        notes = "".join(f"; {note}" for note in execution.notes)
        operations, targets = run_descriptions.operations_in_words(run), run_descriptions.targets_in_words(run)
        words = f"operation: {operations}; targets: {targets}{notes}"
        yield Text.assemble(f"{start:%a %Y-%m-%d %H:%M %Z}  ", (run.label, "bold"), f" ({run.kind}): {words}")
    for unknown in runs.unknown:
        yield Text.assemble((unknown.run.label, "bold"), f" ({unknown.run.kind}): {unknown.reason}")


def _executions(upcoming: Upcoming, zone: tzinfo | None) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("start", "UTC", "operation"):
        table.add_column(heading, no_wrap=True)
    table.add_column("window", overflow="fold")
    table.add_column("notes" if any(execution.notes for execution in upcoming.executions) else "")
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
    yield Text(", ").join(map(_title, dict.fromkeys(note.kind for note in execution.notes)))


def _title(kind: NoteKind) -> Text:
    return Text(NOTES[kind].title.lower(), style=NOTES[kind].color)


def _windows(upcoming: Upcoming) -> Iterator[Text]:
    windows = {(each.owner.stack, each.owner.logical_id): each.owner for each in upcoming.executions}
    for window in windows.values():
        yield Text.assemble((window.label, "bold"), f": {_window_in_words(window)}")
    for unknown in upcoming.unknown:
        reason = unknown.reason if unknown.is_invalid else f"executions unknown: {unknown.reason}"
        yield Text.assemble((unknown.window.label, "bold"), f": {reason}")


def _window_in_words(window: MaintenanceWindow) -> str:
    return "; ".join(
        (
            descriptions.schedule_and_zone_in_words(window),
            f"duration: {descriptions.duration_in_words(window)}",
            f"operation: {descriptions.operations_in_words(window)}",
            f"targets: {descriptions.targets_in_words(window)}",
            f"reboot: {descriptions.reboots_in_words(window)}",
            f"cutoff: {descriptions.cutoff_in_words(window)}",
        )
    )


def _notes(upcoming: Upcoming) -> Iterator[Text]:
    """Return every note once per window, with the number of executions that have it."""
    counted: dict[tuple[NoteKind, str, str], int] = {}
    for execution in upcoming.executions:
        for note in execution.notes:
            key = (note.kind, execution.owner.label, note.text)
            counted[key] = counted.get(key, 0) + 1
    for (kind, label, text), count in counted.items():
        executions = f" ({count} executions)" if count > 1 else ""
        yield Text.assemble(_title(kind), f": {label}: {text}{executions}")
    if upcoming.computed_until is not None:
        yield Text(f"overlaps are not computed beyond {upcoming.computed_until.astimezone(UTC):%Y-%m-%d %H:%M} UTC")
