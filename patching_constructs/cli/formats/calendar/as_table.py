"""Upcoming executions as a table for a terminal, then what the windows do, then the notes."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import TypeVar

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from patching_constructs.cli import descriptions, run_descriptions
from patching_constructs.cli.formats.calendar.calendar import Calendar
from patching_constructs.cli.formats.calendar.execution_table import ExecutionTable, title_of
from patching_constructs.cli.formats.calendar.lane_table import lane_table
from patching_constructs.cli.formats.calendar.result_lines import result_lines
from patching_constructs.cli.formats.console import console_text
from patching_constructs.cli.formats.unread import UNREAD_HEADING, unread_lines
from patching_constructs.cli.operation_styles import styled_operations
from patching_constructs.cli.rollout_lanes import rollout_lanes
from patching_constructs.cli.schedule_labels import label_of
from patching_constructs.planning.executions import Execution, NoteKind
from patching_constructs.template import MaintenanceWindow
from patching_constructs.template.upcoming import Upcoming

Listed = TypeVar("Listed")
Schedule = TypeVar("Schedule", bound=Hashable)


def render(calendar: Calendar) -> str:
    """Write the table."""
    upcoming = calendar.upcoming
    has_windows = upcoming.executions or upcoming.unknown or not calendar.runs.executions
    page = [_page(calendar)] if has_windows else []
    runs = _section("outside of maintenance windows", _runs(calendar))
    freezes = _section("freezes", _freezes(calendar))
    results = _section("results", result_lines(calendar.past, calendar.zone)) if calendar.past else ()
    ended = _section("without an upcoming execution", _ended(calendar))
    unread = _section(UNREAD_HEADING, unread_lines(calendar.unread))
    # The blank line above a heading separates it from what is before it.
    return console_text(Group(*page, *results, *runs, *freezes, *ended, *unread), to_file=calendar.to_file).lstrip("\n")


def _page(calendar: Calendar) -> RenderableType:
    upcoming = calendar.upcoming
    listed, more = _listed(upcoming.executions, calendar.most)
    executions = ExecutionTable(listed, calendar.zone) if listed else Text("no executions in this range")
    return Group(
        executions,
        *_section("not listed", _not_listed({label_of(window): count for window, count in more.items()})),
        *_rollouts(listed, calendar.zone),
        *_section("windows", _windows(upcoming)),
        *_section("notes", _notes(upcoming)),
    )


def _listed(
    executions: Sequence[Execution[MaintenanceWindow]], most: int | None
) -> tuple[list[Execution[MaintenanceWindow]], Counter[MaintenanceWindow]]:
    """Return the last past executions and the first upcoming ones of each window, and how many more it has."""
    past = [each for each in executions if each.result is not None]
    upcoming = [each for each in executions if each.result is None]
    last, earlier = first_of_each(past[::-1], lambda each: each.owner, most)
    first, later = first_of_each(upcoming, lambda each: each.owner, most)
    return [*last[::-1], *first], earlier + later


def first_of_each(
    executions: Sequence[Listed], schedule_of: Callable[[Listed], Schedule], most: int | None
) -> tuple[list[Listed], Counter[Schedule]]:
    """Return the first executions of each schedule, and how many more each one has."""
    seen: Counter[Schedule] = Counter()
    listed: list[Listed] = []
    for execution in executions:
        schedule = schedule_of(execution)
        seen[schedule] += 1
        if most is None or seen[schedule] <= most:
            listed.append(execution)
    return listed, Counter({schedule: count - most for schedule, count in seen.items() if most and count > most})


def _not_listed(more: Mapping[str, int]) -> Iterator[Text]:
    for label, count in more.items():
        yield Text.assemble((label, "bold"), f": {count} more in this range; list them with --until or --next")


def _section(heading: str, lines: Iterator[Text]) -> Iterator[RenderableType]:
    listed = list(lines)
    if listed:
        yield Text(f"\n{heading}", style="dim")
        yield from (Padding(line, (0, 0, 0, 2), expand=False) for line in listed)


def _rollouts(executions: Sequence[Execution[MaintenanceWindow]], zone: tzinfo | None) -> Iterator[RenderableType]:
    for rollout in rollout_lanes(executions):
        yield Text(f"\nrollout {rollout.name}", style="dim")
        yield Padding(lane_table(rollout, zone), (0, 0, 0, 2), expand=False)


def _runs(calendar: Calendar) -> Iterator[Text]:
    listed, more = first_of_each(calendar.runs.executions, lambda each: each.run, calendar.most)
    for execution in listed:
        occurrence, run = execution.occurrence, execution.run
        start = occurrence.start.astimezone(calendar.zone or occurrence.zone)
        operations, targets = run_descriptions.operations_in_words(run), run_descriptions.targets_in_words(run)
        words = styled_operations(f"operation: {operations}")
        condition = descriptions.condition_in_words(run.resource)
        created = "" if condition is None else f", if {condition}"
        head = Text.assemble(f"{_with_utc(start)}  ", (label_of(run), "bold"), f" ({run.kind}{created}): ")
        yield head.append_text(words).append(f"; targets: {targets}")
    yield from _not_listed({label_of(run): count for run, count in more.items()})
    for label, note in dict.fromkeys((label_of(each.run), note) for each in listed for note in each.notes):
        yield Text.assemble(title_of(NoteKind.START_ASSUMED), f": {label}: {note}")
    for unknown in calendar.runs.unknown:
        yield Text.assemble((label_of(unknown.run), "bold"), f" ({unknown.run.kind}): {unknown.reason}")


def _with_utc(start: datetime) -> str:
    """Return a time in its zone, and in UTC where that is another one."""
    local = f"{start:%a %Y-%m-%d %H:%M %Z}"
    return f"{local} ({start.astimezone(UTC):%H:%M} UTC)" if start.utcoffset() else local


def _freezes(calendar: Calendar) -> Iterator[Text]:
    for each in calendar.freezes:
        start, end = (
            moment.astimezone(calendar.zone or moment.tzinfo) for moment in (each.freeze.start, each.freeze.end)
        )
        windows = Text(", ").join(Text(label_of(window), style="bold") for window in each.windows)
        yield Text(f"{start:%a %Y-%m-%d %H:%M %Z} to {end:%a %Y-%m-%d %H:%M %Z}: {each.freeze.reason}: ").append_text(
            windows
        )


def _ended(calendar: Calendar) -> Iterator[Text]:
    for ended in calendar.ended:
        yield Text.assemble((label_of(ended.owner), "bold"), f": {ended.kind}: {ended.reason}")


def _windows(upcoming: Upcoming) -> Iterator[Text]:
    windows = {(each.owner.stack, each.owner.logical_id): each.owner for each in upcoming.executions}
    for window in windows.values():
        yield Text.assemble((label_of(window), "bold"), f": {_window_in_words(window)}")
    for unknown in upcoming.unknown:
        reason = unknown.reason if unknown.is_invalid else f"executions unknown: {unknown.reason}"
        yield Text.assemble((label_of(unknown.window), "bold"), f": {reason}")


def _window_in_words(window: MaintenanceWindow) -> str:
    condition = descriptions.condition_in_words(window)
    return "; ".join(
        (
            *(() if condition is None else (f"created if {condition}",)),
            descriptions.schedule_and_zone_in_words(window),
            f"duration: {descriptions.duration_in_words(window)}",
            f"operation: {'none: frozen' if window.is_frozen else descriptions.operations_in_words(window)}",
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
            key = (note.kind, label_of(execution.owner), note.text)
            counted[key] = counted.get(key, 0) + 1
    for (kind, label, text), count in counted.items():
        executions = f" ({count} executions)" if count > 1 else ""
        yield Text.assemble(title_of(kind), f": {label}: {text}{executions}")
    if upcoming.computed_until is not None:
        yield Text(f"overlaps are not computed beyond {upcoming.computed_until.astimezone(UTC):%Y-%m-%d %H:%M} UTC")
