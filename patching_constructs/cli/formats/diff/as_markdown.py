"""What differs as Markdown, for a comment on a pull request."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from patching_constructs._printable import printable
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
from patching_constructs.cli.formats.unread import UNREAD_HEADING
from patching_constructs.description.comparison import ResourceChange, SubjectChange
from patching_constructs.template.resource_names import name_or_id

_PLAIN: Final = re.compile(r"[\w ,.()'/:+-]*")
# A code host makes these links, even where Markdown has none.
_LINK: Final = re.compile(r"://|www\.|GH-", re.IGNORECASE)


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
            yield from (f"- {_code(each.logical_id)}: {_words(each.reason)}" for each in unread)


def _change(change: SubjectChange) -> Iterator[str]:
    yield from ("", f"#### {_words(title_of(change))}: {change.status}")
    if change.effects:
        yield from ("", "> [!WARNING]")
        yield from (f"> - **{effect.capitalize()}**: {EFFECTS[effect]}" for effect in change.effects)
    rows = [*_rows("", lines_of(change))]
    for part in change.parts:
        label = f"{KINDS[part.resource.type]} {name_or_id(part.resource)}"
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
    return f"| {_cell(_words(label))} | {before} | {after} |"


def _notes(change: ResourceChange) -> Iterator[str]:
    yield from (f"- {_words(note)}" for note in notes_of(change))


def _side(words: str | None) -> str:
    return "" if words is None else _cell(_code(words))


def _cell(markdown: str) -> str:
    """Return Markdown for a cell of a table, which also ends at a | in code."""
    return markdown.replace("|", "\\|")


def _words(words: str) -> str:
    """Return words as they are, or as code if Markdown or a code host could change them."""
    if not _PLAIN.fullmatch(words) or _LINK.search(words):
        return _code(words)
    return words.replace("_", "\\_")


def _code(words: str) -> str:
    """Return a text as code in one line, whatever it contains."""
    line = printable(" ".join(words.split()))
    fence = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
    padding = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{padding}{line}{padding}{fence}" if line else ""
