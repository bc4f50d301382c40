"""The coverage of nodes as a table, for people; then the gaps, and what it means that nodes are replaced."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from patching_constructs.cli import value_words
from patching_constructs.cli.formats.console import console_text
from patching_constructs.cli.formats.coverage.coverage_matrix import REPLACEMENT, CoverageMatrix, gap_in_words
from patching_constructs.cli.formats.unread import UNREAD_HEADING, unread_lines
from patching_constructs.properties.command import PatchOperation
from patching_constructs.ssm.target_keys import TAG, TAG_KEY
from patching_constructs.template.coverage import NodeCoverage
from patching_constructs.template.maintenance_windows import Registration
from patching_constructs.template.patch_targets import Unresolved
from patching_constructs.template.resource_names import name_or_id

_NONE: Final = "-"
_UNKNOWN: Final = "unknown"
_HEADINGS: Final = ("baseline", "scan", "install", "next execution", "gaps")
_ANY_WIDTH: Final = 10_000


def render(matrix: CoverageMatrix) -> str:
    """Write the table."""
    parts: list[RenderableType] = []
    if matrix.rows:
        parts.append(_Rows(matrix.rows))
    else:
        parts.append(Text(f"{matrix.path}: no nodes{' are known' if matrix.unresolved else ''}"))
    parts += _section("gaps", _gaps(matrix.rows))
    parts += _section("not assigned to nodes", _unresolved(matrix.unresolved))
    parts += _section("assumptions", _assumptions(matrix.rows))
    parts += _section("nodes that are replaced", _replaced(matrix.rows))
    parts += _section(UNREAD_HEADING, unread_lines(matrix.unread))
    return console_text(Group(*parts), to_file=matrix.to_file)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows as a table, or below each other where the terminal is narrower than the words of the table."""

    rows: Sequence[NodeCoverage]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = _table(self.rows)
        needed = Measurement.get(console, options.update(max_width=_ANY_WIDTH), table).minimum
        yield table if needed <= options.max_width else _listed(self.rows)


def _section(heading: str, lines: Iterator[Text]) -> Iterator[RenderableType]:
    listed = list(lines)
    if listed:
        yield Text(f"\n{heading}", style="dim")
        yield from (Padding(line, (0, 0, 0, 2), expand=False) for line in listed)


def _table(rows: Sequence[NodeCoverage]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("nodes", *_HEADINGS):
        table.add_column(heading, no_wrap=heading == "next execution", justify="right" if heading == "gaps" else "left")
    for row in rows:
        table.add_row(_nodes(row), *_cells(row))
    return table


def _listed(rows: Sequence[NodeCoverage]) -> Group:
    parts: list[RenderableType] = []
    for row in rows:
        grid = Table.grid(padding=(0, 2))
        for heading, cell in zip(_HEADINGS, _cells(row), strict=True):
            grid.add_row(Text(heading, style="dim"), cell)
        parts += [_nodes(row), Padding(grid, (0, 0, 0, 2), expand=False)]
    return Group(*parts)


def _nodes(row: NodeCoverage) -> Text:
    return Text.assemble((_name(row), "bold"), _created_by(row))


def _cells(row: NodeCoverage) -> Iterator[Text]:
    yield Text(", ".join(value_words.text(each.at("Name"), default=each.logical_id) for each in row.baselines) or _NONE)
    yield Text(_runs(row, PatchOperation.SCAN))
    yield Text(_runs(row, PatchOperation.INSTALL))
    execution = row.next_execution
    start = None if execution is None else execution.start.astimezone(execution.zone)
    yield Text(_NONE if start is None else f"{start:%a %Y-%m-%d %H:%M %Z}")
    certain = sum(kind.is_certain for kind in row.gaps)
    yield Text(str(certain) if certain else _UNKNOWN if row.gaps else _NONE, style="yellow" if row.gaps else "")


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


def _runs(row: NodeCoverage, operation: PatchOperation) -> str:
    """Return what runs an operation, and what may run it."""
    found = [
        run.label if run.operation else f"{run.label} ({_UNKNOWN})" for run in row.runs if operation in run.operations
    ]
    return ", ".join(dict.fromkeys(found)) or (_UNKNOWN if operation in row.uncertain else _NONE)


def _gaps(rows: Sequence[NodeCoverage]) -> Iterator[Text]:
    """Return the gaps of each row, those of rows with the same gaps together."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.gaps:
            words = "; ".join(gap_in_words(row, kind) for kind in row.gaps)
            found.setdefault(words, []).append(_name(row))
    for words, names in found.items():
        yield Text.assemble((", ".join(dict.fromkeys(names)), "bold"), f": {words}")


def _unresolved(listed: Sequence[Unresolved]) -> Iterator[Text]:
    for each in listed:
        resource = each.resource
        name = resource.logical_id if isinstance(resource, Registration) else name_or_id(resource)
        yield Text.assemble((f"{name}{resource.template.source.in_region}", "bold"), f": {each.reason}")


def _assumptions(rows: Sequence[NodeCoverage]) -> Iterator[Text]:
    """Return what is assumed of each next execution that is shown."""
    shown = {run.label: run for row in rows for run in row.runs if run.assumptions}
    for name, run in shown.items():
        yield Text.assemble((name, "bold"), f": {'; '.join(run.assumptions)}")


def _replaced(rows: Sequence[NodeCoverage]) -> Iterator[Text]:
    for kind, words in REPLACEMENT.items():
        names = [group.resource.logical_id for row in rows for group in row.groups if group.replaced_by is kind]
        if names:
            yield Text.assemble((", ".join(names), "bold"), f": {words}")
