"""Reports of a few nodes, of which a test gives what it is about."""

from datetime import timedelta
from typing import Any

from patching_constructs.reporting.nodes import Node, Place
from patching_constructs.reporting.patches import PatchState
from patching_constructs.reporting.report import ComplianceReport, ReportSource, SourceKind
from tests.unit.reporting.samples import MADE_AT

PLACE = Place(account="111111111111", region="eu-central-1")
LIVE = ReportSource(kind=SourceKind.LIVE, name=str(PLACE))
HOUR = timedelta(hours=1)


def state(**given: Any) -> PatchState:
    return PatchState(operation="Scan", ended=MADE_AT - 3 * HOUR, **given)


def node(name: str | None = "web", *, node_id: str = "i-1", **given: Any) -> Node:
    return Node(id=node_id, place=PLACE, name=name, **given)


def report_of(*nodes: Node, **given: Any) -> ComplianceReport:
    own: dict[str, Any] = {"made_at": MADE_AT, "sources": (LIVE,), "nodes": nodes}
    return ComplianceReport(**own | given)
