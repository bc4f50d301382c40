"""What differs as text, for people: most important first."""

from collections.abc import Iterator
from typing import Final

from rich.text import Text

from patching_constructs.cli.formats.diff.diff_report import DiffReport
from patching_constructs.cli.formats.diff.words import (
    EFFECTS,
    KINDS,
    Line,
    lines_of,
    notes_of,
    resource_lines,
    title_of,
)
from patching_constructs.cli.formats.lines import Line as IndentedLine
from patching_constructs.cli.formats.lines import lay_out
from patching_constructs.cli.formats.unread import UNREAD_HEADING, unread_lines
from patching_constructs.description.comparison import ChangeStatus, SubjectChange
from patching_constructs.template.resource_names import name_or_id

_SIGNS: Final = {
    ChangeStatus.ADDED: ("+", "green"),
    ChangeStatus.REMOVED: ("-", "red"),
    ChangeStatus.REPLACED: ("!", "bold red"),
    ChangeStatus.CHANGED: ("~", "yellow"),
    ChangeStatus.UNCHANGED: ("~", "yellow"),
}


def render(report: DiffReport) -> str:
    """Write every change, and how many there are."""
    return lay_out(_lines(report), to_file=report.to_file)


def _lines(report: DiffReport) -> Iterator[IndentedLine]:
    for change in report.comparison.changes:
        yield from _change(change)
        yield 0, Text()
    for side, unread in ((report.old, report.unread_old), (report.new, report.unread_new)):
        if unread:
            yield 0, Text(f"{UNREAD_HEADING} ({side})", style="dim")
            yield from ((2, line) for line in unread_lines(unread))
    yield 0, Text(report.summary)


def _change(change: SubjectChange) -> Iterator[IndentedLine]:
    yield 0, _head(change.status, title_of(change))
    if path := change.resource.construct_path:
        yield 2, Text(path.removesuffix("/Resource"), style="dim")
    for effect in change.effects:
        yield 2, Text(f"{effect}: {EFFECTS[effect]}", style="bold red")
    yield from _both_sides(lines_of(change), 2)
    yield from ((2, Text(note, style="red")) for note in notes_of(change.main))
    for part in change.parts:
        yield 2, _head(part.status, f"{KINDS[part.resource.type]} {name_or_id(part.resource)}")
        yield from _both_sides(resource_lines(part), 4)
        yield from ((4, Text(note, style="red")) for note in notes_of(part))


def _head(status: ChangeStatus, title: str) -> Text:
    sign, style = _SIGNS[status]
    words = "" if status in (ChangeStatus.CHANGED, ChangeStatus.UNCHANGED) else f" {status}"
    return Text.assemble((f"{sign} ", style), (title, "bold"), (words, style))


def _both_sides(lines: Iterator[Line], indent: int) -> Iterator[IndentedLine]:
    for line in lines:
        note = f" ({line.note})" if line.note else ""
        sides = " -> ".join(side for side in (line.before, line.after) if side is not None)
        yield indent, Text.assemble((f"{line.label}: ", "dim"), sides, (note, "bold red"))
