"""The compliance report as tables for people: the fleet, its groups, the nodes that need attention, and the trend."""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from patching_constructs.cli.compliance_words import EVIDENCE, STATUSES, needs_in_words
from patching_constructs.cli.formats.console import console_text
from patching_constructs.cli.formats.report.cells import CellWords, counted, share_in_words
from patching_constructs.cli.formats.report.group_table import group_rows
from patching_constructs.cli.formats.report.rows import Rows
from patching_constructs.cli.formats.report.shown_report import ShownReport
from patching_constructs.reporting.counts import Counts
from patching_constructs.reporting.nodes import Node, NodeStatus
from patching_constructs.reporting.report import ComplianceReport, HistoryPoint

_ATTENTION: Final = (NodeStatus.NON_COMPLIANT, NodeStatus.NO_EVIDENCE)
_NODE_HEADINGS: Final = ("name", "group", "result", "since", "oldest patch", "last operation")
_WRAPPED: Final = ("name", "group", "result", "oldest patch")
_MOST_POINTS: Final = 8


def render(shown: ShownReport) -> str:
    """Write the tables."""
    report, words = shown.report, CellWords(shown.zone, shown.report.made_at)
    parts: list[RenderableType] = [*_summary(report, words)]
    if report.nodes:
        parts += [Text(""), group_rows(report, words)]
    parts += _nodes(shown, words)
    parts += _section("compliant nodes in earlier reports", _trend(report.history, words))
    parts += _section("not read", _failures(report))
    return console_text(Group(*parts), to_file=shown.to_file)


def _section(heading: str, lines: Iterator[Text]) -> Iterator[RenderableType]:
    listed = list(lines)
    if listed:
        yield Text(f"\n{heading}", style="dim")
        yield from (Padding(line, (0, 0, 0, 2), expand=False) for line in listed)


# --- The fleet ----------------------------------------------------------------------------------------


def _summary(report: ComplianceReport, words: CellWords) -> Iterator[Text]:
    counts = report.counts
    where = ", ".join(dict.fromkeys(each.name for each in report.sources))
    yield Text.assemble((_in_nodes(counts.nodes), "bold"), f" on {words.full(report.made_at)}: {where}")
    if report.filters:
        yield Text(f"only {', '.join(report.filters)}")
    yield _compliance(counts)
    needs = list(_needs(counts))
    if needs:
        yield Text(", ".join(needs))


def _compliance(counts: Counts) -> Text:
    share = share_in_words(counts)
    parts = [Text(f"{counts.compliant:,} compliant{f' ({share})' if share else ''}", style="green")]
    if counts.non_compliant:
        parts.append(Text(f"{counts.non_compliant:,} non-compliant", style="red"))
    if counts.no_evidence:
        parts.append(Text(f"{counts.no_evidence:,} without evidence", style="yellow"))
    return Text(", ").join(parts)


def _needs(counts: Counts) -> Iterator[str]:
    if counts.with_missing:
        missing = counted(counts.missing, "missing patch", "missing patches")
        yield f"{missing} on {_in_nodes(counts.with_missing)}"
    if counts.with_failed:
        failed = counted(counts.failed, "failed patch", "failed patches")
        yield f"{failed} on {_in_nodes(counts.with_failed)}"
    if counts.pending_reboot:
        yield f"pending reboots on {_in_nodes(counts.pending_reboot)}"


def _in_nodes(number: int) -> str:
    return counted(number, "node", "nodes")


# --- Nodes --------------------------------------------------------------------------------------------


def _nodes(shown: ShownReport, words: CellWords) -> Iterator[RenderableType]:
    report = shown.report
    nodes = sorted(shown.nodes(_ATTENTION), key=lambda node: _rank(report, node))
    if not nodes:
        return
    listed = nodes[: shown.most]
    heading = ", ".join(STATUSES[each].title.lower() for each in shown.statuses) or "need attention"
    yield Text(f"\nnodes: {heading}", style="dim")
    yield Rows(("node", *_NODE_HEADINGS), [tuple(_cells(report, each, words)) for each in listed], wrapped=_WRAPPED)
    more = len(nodes) - len(listed)
    if more:
        yield Text(f"and {more:,} more; list all with --status, -o FILE or --format json", style="dim")


def _rank(report: ComplianceReport, node: Node) -> tuple[int, int, int, str, str]:
    """Return the order of nodes: critical patches first, then the number of patches that are needed."""
    state, status = node.state, report.status_of(node)
    if state is None or status is not NodeStatus.NON_COMPLIANT:
        return _ORDER[status], 0, 0, str(node.place), node.id
    needed = state.missing + state.failed + state.rejected + state.pending_reboot
    return _ORDER[status], -(state.critical_non_compliant or 0), -needed, str(node.place), node.id


_ORDER: Final = {status: number for number, status in enumerate(STATUSES)}
_STYLES: Final = {NodeStatus.NON_COMPLIANT: "red", NodeStatus.NO_EVIDENCE: "yellow", NodeStatus.COMPLIANT: "green"}


def _cells(report: ComplianceReport, node: Node, words: CellWords) -> Iterator[Text]:
    status = report.status_of(node)
    yield Text(node.id, style="bold")
    yield Text(node.name or "-")
    yield Text(report.grouping.name_of(node) or "-")
    yield Text(_result(report, node, status), style=_STYLES[status])
    yield words.day(node.non_compliant_since)
    patch = node.oldest_patch
    yield Text("-") if patch is None else Text(f"{patch.id} {words.age(patch.since)}")
    state = node.state
    yield Text("-") if state is None else Text.assemble(f"{state.operation} ", words.day(state.ended))


def _result(report: ComplianceReport, node: Node, status: NodeStatus) -> str:
    missing = report.missing_evidence_of(node)
    if missing:
        return EVIDENCE[missing].title.lower()
    needs = needs_in_words(node.state) if node.state else ""
    return needs or STATUSES[status].title.lower()


# --- The rest -----------------------------------------------------------------------------------------


def _trend(history: Sequence[HistoryPoint], words: CellWords) -> Iterator[Text]:
    for point in history[-_MOST_POINTS:]:
        share = share_in_words(point.counts)
        yield Text(
            f"{words.time(point.made_at)}  {share or '-':>5}  {point.counts.compliant:,} of {point.counts.nodes:,}"
        )


def _failures(report: ComplianceReport) -> Iterator[Text]:
    for each in report.failures:
        where = f", {each.place}" if each.place else ""
        yield Text.assemble((f"{each.what}{where}", "bold"), f": {each.reason}")
