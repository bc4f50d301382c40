"""What differs as Markdown, for a comment on a pull request."""

import re
from collections.abc import Iterable, Iterator

from patching_constructs.cli.formats.diff.diff_report import DiffReport
from patching_constructs.cli.formats.diff.words import (
    EFFECTS,
    KINDS,
    Line,
    lines_of,
    name_of,
    notes_of,
    resource_lines,
    title_of,
)
from patching_constructs.cli.formats.unread import UNREAD_HEADING
from patching_constructs.description.comparison import ResourceChange, SubjectChange


def render(report: DiffReport) -> str:
    """Write every change as a table with both sides."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: DiffReport) -> Iterator[str]:
    yield f"### Patching: {report.summary}"
    for change in report.comparison.changes:
        yield from _change(change)
    for side, unread in ((report.old, report.unread_old), (report.new, report.unread_new)):
        if unread:
            yield from ("", f"#### {UNREAD_HEADING.capitalize()} ({_code(side)})", "")
            yield from (f"- {_code(each.logical_id)}: {_escaped(each.reason)}" for each in unread)


def _change(change: SubjectChange) -> Iterator[str]:
    yield from ("", f"#### {_escaped(title_of(change))}: {change.status}")
    if change.effects:
        yield from ("", "> [!WARNING]")
        yield from (f"> - **{effect.capitalize()}**: {EFFECTS[effect]}" for effect in change.effects)
    rows = [*_rows("", lines_of(change))]
    for part in change.parts:
        label = f"{KINDS[part.resource.type]} {name_of(part.resource)}"
        rows += [*_rows(f"{label}: ", resource_lines(part))] or [_row(label, "", f"**{part.status}**")]
    if rows:
        yield from ("", "| | before | after |", "|---|---|---|", *rows)
    notes = [*_notes(change.main), *(note for part in change.parts for note in _notes(part))]
    if notes:
        yield from ("", *notes)


def _rows(prefix: str, lines: Iterable[Line]) -> Iterator[str]:
    for line in lines:
        note = f" **({line.note})**" if line.note else ""
        yield _row(f"{prefix}{line.label}", _side(line.before), f"{_side(line.after)}{note}")


def _row(label: str, before: str, after: str) -> str:
    return f"| {_escaped(label)} | {before} | {after} |"


def _notes(change: ResourceChange) -> Iterator[str]:
    yield from (f"- {_escaped(note)}" for note in notes_of(change))


def _side(words: str | None) -> str:
    return "" if words is None else _code(words)


def _code(words: str) -> str:
    """Return a text as code in one line of a table, whatever it contains."""
    line = " ".join(words.split()).replace("|", "\\|")
    fence = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
    padding = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{padding}{line}{padding}{fence}" if line else ""


def _escaped(words: str) -> str:
    """Return a text that Markdown and HTML show as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#|~@])", r"\\\1", " ".join(words.split()))
