"""The coverage of nodes as a table, for people; then the gaps, and what it means that nodes are replaced."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from patching_constructs.cli import value_words
from patching_constructs.cli.formats.console import console_text
from patching_constructs.cli.formats.coverage.coverage_matrix import REPLACEMENT, CoverageMatrix
from patching_constructs.cli.formats.unread import UNREAD_HEADING, unread_lines
from patching_constructs.properties.command import PatchOperation
from patching_constructs.ssm.target_keys import TAG, TAG_KEY
from patching_constructs.template.coverage import GAPS, NodeCoverage, PatchRun

_NONE = "-"


def render(matrix: CoverageMatrix) -> str:
    """Write the table."""
    parts: list[RenderableType] = [_table(matrix.rows)] if matrix.rows else [Text(f"{matrix.path}: no nodes")]
    parts += _section("gaps", _gaps(matrix.rows))
    parts += _section("assumptions", _assumptions(matrix.rows))
    parts += _section("nodes that are replaced", _replaced(matrix.rows))
    parts += _section(UNREAD_HEADING, unread_lines(matrix.unread))
    return console_text(Group(*parts), to_file=matrix.to_file)


def _section(heading: str, lines: Iterator[Text]) -> Iterator[RenderableType]:
    listed = list(lines)
    if listed:
        yield Text(f"\n{heading}", style="dim")
        yield from (Padding(line, (0, 0, 0, 2), expand=False) for line in listed)


def _table(rows: Sequence[NodeCoverage]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("nodes", "baseline", "scan", "install"):
        table.add_column(heading, overflow="fold")
    table.add_column("next execution", no_wrap=True)
    table.add_column("gaps", justify="right")
    for row in rows:
        table.add_row(*_cells(row))
    return table


def _cells(row: NodeCoverage) -> Iterator[Text]:
    yield Text.assemble((_name(row), "bold"), _created_by(row))
    yield Text(", ".join(value_words.text(each.at("Name"), default=each.logical_id) for each in row.baselines) or _NONE)
    yield Text(_runs(row.runs_of(PatchOperation.SCAN)))
    yield Text(_runs(row.runs_of(PatchOperation.INSTALL)))
    execution = row.next_execution
    start = None if execution is None else execution.start.astimezone(execution.zone)
    yield Text(_NONE if start is None else f"{start:%a %Y-%m-%d %H:%M %Z}")
    yield Text(str(len(row.gaps)) if row.gaps else _NONE, style="yellow" if row.gaps else "")


def _name(row: NodeCoverage) -> str:
    words = [
        f"has a tag {' | '.join(values)}" if key == TAG_KEY else f"{key.removeprefix(TAG)} = {' | '.join(values)}"
        for key, values in row.filters
    ]
    return " and ".join(words) or "without tags that a target names"


def _created_by(row: NodeCoverage) -> str:
    if not row.groups:
        return ""
    return f" ({', '.join(group.resource.logical_id for group in row.groups)})"


def _runs(runs: Sequence[PatchRun]) -> str:
    return ", ".join(dict.fromkeys(map(_run, runs))) or _NONE


def _run(run: PatchRun) -> str:
    return run.command.runner.logical_id if run.window is None else run.window.label


def _gaps(rows: Sequence[NodeCoverage]) -> Iterator[Text]:
    for row in rows:
        if row.gaps:
            yield Text.assemble((_name(row), "bold"), f": {'; '.join(GAPS[kind] for kind in row.gaps)}")


def _assumptions(rows: Sequence[NodeCoverage]) -> Iterator[Text]:
    """Return what is assumed of each next execution that is shown."""
    shown = {_run(run): run for row in rows for run in row.runs if run.assumptions}
    for name, run in shown.items():
        yield Text.assemble((name, "bold"), f": {'; '.join(run.assumptions)}")


def _replaced(rows: Sequence[NodeCoverage]) -> Iterator[Text]:
    for kind, words in REPLACEMENT.items():
        names = [group.resource.logical_id for row in rows for group in row.groups if group.replaced_by is kind]
        if names:
            yield Text.assemble((", ".join(names), "bold"), f": {words}")
