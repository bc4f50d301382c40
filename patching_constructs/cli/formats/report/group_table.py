"""The groups of a report as a table."""

from collections.abc import Iterator
from typing import Final

from rich.text import Text

from patching_constructs.cli.compliance_words import grouping_in_words
from patching_constructs.cli.formats.report.cells import CellWords, share_in_words
from patching_constructs.cli.formats.report.rows import Rows
from patching_constructs.cli.result_words import RESULTS
from patching_constructs.reporting.report import ComplianceReport, ReportGroup

_NUMBERS: Final = ("nodes", "compliant", "non-compliant", "no evidence", "missing", "failed", "reboots")
_HEADINGS: Final = (*_NUMBERS, "oldest patch", "last execution", "next execution")
_NONE: Final = "-"


def group_rows(report: ComplianceReport, words: CellWords) -> Rows:
    """Return the groups as rows."""
    has_windows = report.windows is not None
    headings = _HEADINGS if has_windows else _HEADINGS[:-2]
    rows = [tuple(_cells(each, words))[: len(headings) + 1] for each in report.groups]
    group = grouping_in_words(report.grouping).lower()
    return Rows((group, *headings), rows, right=_NUMBERS, wrapped=[group])


def _cells(group: ReportGroup, words: CellWords) -> Iterator[Text]:
    counts = group.counts
    yield Text(group.name or "none or unknown", style="bold" if group.name else "dim")
    yield Text(f"{counts.nodes:,}")
    yield Text(f"{counts.compliant:,} ({share_in_words(counts)})")
    yield _number(counts.non_compliant, "red")
    yield _number(counts.no_evidence, "yellow")
    for each in (counts.missing, counts.failed, counts.pending_reboot):
        yield _number(each)
    yield Text(words.age(group.oldest_patch))
    yield _last(group, words)
    yield _next(group, words)


def _number(number: int, style: str = "") -> Text:
    return Text(f"{number:,}", style=style) if number else Text(_NONE)


def _last(group: ReportGroup, words: CellWords) -> Text:
    found = group.last_execution
    if found is None:
        return Text(_NONE)
    _, execution = found
    result = RESULTS[execution.result]
    return Text.assemble(f"{words.time(execution.started)} ", (result.title.lower(), result.color))


def _next(group: ReportGroup, words: CellWords) -> Text:
    if group.next_execution:
        return Text(words.time(group.next_execution[1]))
    if not group.are_all_windows_known:
        return Text("unknown")
    return Text("none" if group.windows else "no window", style="yellow")
