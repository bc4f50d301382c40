"""What earlier reports say about the nodes of a report: the trend, and since when something is missing.

Neither the APIs of Systems Manager nor a resource data sync have a history of compliance.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from patching_constructs.reporting.nodes import Node, NodeStatus, Place
from patching_constructs.reporting.report import ComplianceReport

_Key = tuple[Place, str]
_Seen = dict[str, datetime]


def with_history(report: ComplianceReport, earlier: Sequence[ComplianceReport]) -> ComplianceReport:
    """Return a report with what earlier reports of the same accounts and Regions say.

    Args:
        report: the report.
        earlier: the earlier ones, in any order. Their nodes are grouped and judged as those of the report.
    """
    alike = [replace(each, grouping=report.grouping, evidence_limit=report.evidence_limit) for each in earlier]
    ordered = sorted(alike, key=lambda each: each.made_at)
    return replace(
        report,
        nodes=tuple(_with_dates(report, ordered)),
        history=tuple(each.point for each in ordered),
    )


def _with_dates(report: ComplianceReport, ordered: Sequence[ComplianceReport]) -> Iterator[Node]:
    since: dict[_Key, datetime] = {}
    seen: dict[_Key, _Seen] = {}
    for each in (*ordered, report):
        # What an earlier report does not have is not carried on: the node may have been compliant in between.
        since = dict(_non_compliant_since(each, since))
        seen = {node.key: _first_seen(node, seen.get(node.key, {}), each.made_at) for node in each.nodes}
    for node in report.nodes:
        dates = seen[node.key]
        yield replace(
            node,
            non_compliant_since=_before(report, since.get(node.key)),
            patches=None
            if node.patches is None
            else tuple(replace(each, first_seen=_before(report, dates.get(each.id))) for each in node.patches),
        )


def _before(report: ComplianceReport, date: datetime | None) -> datetime | None:
    """Return the date of an earlier report; that the report itself has something says nothing about its age."""
    return None if date is None or date >= report.made_at else date


def _non_compliant_since(report: ComplianceReport, before: dict[_Key, datetime]) -> Iterator[tuple[_Key, datetime]]:
    for node, status in zip(report.nodes, report.statuses, strict=True):
        if status is NodeStatus.NON_COMPLIANT:
            yield node.key, before.get(node.key, report.made_at)


def _first_seen(node: Node, before: _Seen, made_at: datetime) -> _Seen:
    return {each.id: before.get(each.id, made_at) for each in node.patches or ()}
