"""What earlier reports say: the trend, and since when a node is non-compliant and a patch is missing."""

from dataclasses import replace
from datetime import timedelta

from patching_constructs.reporting.counts import Counts
from patching_constructs.reporting.grouping import Grouping
from patching_constructs.reporting.history import with_history
from patching_constructs.reporting.nodes import Node
from patching_constructs.reporting.patches import PatchState
from patching_constructs.reporting.report import ComplianceReport
from tests.unit.reporting.samples import sample_report
from tests.unit.reporting.test_report import NOW, STATE, THERE, node, patch, report


def state(days_ago: int, *, missing: int) -> PatchState:
    return replace(STATE, ended=NOW - timedelta(days=days_ago, hours=1), missing=missing)


def seen(days_ago: int, *, missing: int, patches: tuple[str, ...] = ()) -> Node:
    return node(state=state(days_ago, missing=missing), patches=tuple(map(patch, patches)))


def made(days_ago: int, *nodes: Node) -> ComplianceReport:
    return replace(report(*nodes), made_at=NOW - timedelta(days=days_ago))


def test_without_earlier_reports_no_age_is_known() -> None:
    found = with_history(report(seen(0, missing=1, patches=("a",))), [])
    assert found.history == ()
    assert found.nodes[0].non_compliant_since is None
    assert found.nodes[0].patches == (patch("a"),)


def test_a_node_is_non_compliant_since_the_first_report_in_a_row() -> None:
    earlier = [
        made(7, seen(7, missing=2, patches=("a", "b"))),
        made(28, seen(28, missing=1, patches=("a",))),
        made(21, seen(21, missing=0)),
        made(14, seen(14, missing=1, patches=("a",))),
    ]
    (found,) = with_history(report(seen(0, missing=2, patches=("a", "b", "c"))), earlier).nodes
    assert found.non_compliant_since == NOW - timedelta(days=14)
    assert [(each.id, each.first_seen) for each in found.patches or ()] == [
        ("a", NOW - timedelta(days=14)),
        ("b", NOW - timedelta(days=7)),
        ("c", None),
    ]


def test_a_node_that_an_earlier_report_does_not_have_begins_anew() -> None:
    earlier = [made(14, seen(14, missing=1)), made(7), made(3, replace(seen(3, missing=1), place=THERE))]
    (found,) = with_history(report(seen(0, missing=1)), earlier).nodes
    assert found.non_compliant_since is None


def test_a_compliant_node_is_not_non_compliant_since() -> None:
    (found,) = with_history(report(seen(0, missing=0)), [made(7, seen(7, missing=1))]).nodes
    assert found.non_compliant_since is None


def test_the_points_are_grouped_and_judged_as_the_report_is() -> None:
    current = replace(
        report(seen(0, missing=0)), grouping=Grouping.parsed("region") or Grouping(), evidence_limit=timedelta(days=2)
    )
    earlier = [made(3, seen(9, missing=0)), made(10, seen(10, missing=1))]
    found = with_history(current, earlier)
    assert [(each.made_at, each.counts, dict(each.groups)) for each in found.history] == [
        (NOW - timedelta(days=10), Counts(non_compliant=1, with_missing=1, missing=1), counted(non_compliant=1)),
        (NOW - timedelta(days=3), Counts(no_evidence=1), {"eu-central-1": Counts(no_evidence=1)}),
    ]
    assert found.point.groups == {"eu-central-1": Counts(compliant=1)}


def counted(*, non_compliant: int) -> dict[str, Counts]:
    return {"eu-central-1": Counts(non_compliant=non_compliant, with_missing=1, missing=1)}


def test_a_sample_is_always_the_same() -> None:
    assert sample_report(30) == sample_report(30)
    assert len(sample_report(3).history) == 6
    assert sample_report(0, windows=False).windows is None
