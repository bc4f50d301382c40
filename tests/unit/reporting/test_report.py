"""The model of a compliance report: statuses, counts, groups and windows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patching_constructs.planning.recorded_executions import RecordedExecution, Result
from patching_constructs.reporting.counts import Counts, whole_percent
from patching_constructs.reporting.grouping import Grouping
from patching_constructs.reporting.nodes import MissingEvidence, Node, NodeStatus, Place
from patching_constructs.reporting.patches import Patch, PatchState, PatchStatus
from patching_constructs.reporting.report import ComplianceReport, ReportSource, SourceKind
from patching_constructs.reporting.windows import ReportWindow
from tests.unit.reporting.percentages import PERCENTAGES
from tests.unit.reporting.samples import FAILURE, sample_report

NOW = datetime(2026, 12, 1, tzinfo=UTC)
HERE = Place(account="111111111111", region="eu-central-1")
THERE = Place(account="111111111111", region="us-east-1")
STATE = PatchState(operation="Scan", ended=NOW - timedelta(days=1), patch_group="web")
LIMIT = timedelta(days=7)


def node(number: int = 1, **values: object) -> Node:
    return replace(Node(id=f"i-{number:017x}", place=HERE, state=STATE), **values)  # type: ignore[arg-type]


def window(name: str, *, place: Place = HERE, **values: object) -> ReportWindow:
    return replace(ReportWindow(id=f"mw-{name}", place=place, name=name), **values)  # type: ignore[arg-type]


def report(*nodes: Node, **values: object) -> ComplianceReport:
    source = ReportSource(kind=SourceKind.LIVE, name=str(HERE))
    return replace(ComplianceReport(made_at=NOW, sources=(source,), nodes=nodes), **values)  # type: ignore[arg-type]


def execution(started: datetime) -> RecordedExecution:
    name = "00000000-0000-4000-8000-000000000001"
    return RecordedExecution(window_id="mw-first", id=name, status="SUCCESS", started=started, result=Result.SUCCEEDED)


# --- Compliance ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "is_compliant"),
    [
        (STATE, True),
        (replace(STATE, installed=5, installed_other=3), True),
        (replace(STATE, missing=1), False),
        (replace(STATE, failed=1), False),
        (replace(STATE, rejected=1), False),
        (replace(STATE, pending_reboot=1), False),
        (replace(STATE, available_security_updates=1), True),
        (replace(STATE, available_security_updates=1, are_available_updates_required=True), False),
        (replace(STATE, are_available_updates_required=True), True),
        (replace(STATE, is_reported_non_compliant=True), False),
    ],
)
def test_a_node_is_compliant_if_it_needs_no_patch(state: PatchState, is_compliant: bool) -> None:  # noqa: FBT001
    assert state.is_compliant == is_compliant
    status = NodeStatus.COMPLIANT if is_compliant else NodeStatus.NON_COMPLIANT
    assert node(state=state).status(NOW, LIMIT) is status


def test_a_node_without_a_current_patch_state_is_no_success() -> None:
    assert node().missing_evidence(NOW, LIMIT) is None
    assert node(state=None).missing_evidence(NOW, LIMIT) is MissingEvidence.NEVER_EVALUATED
    assert node(state=None, is_state_read=False).missing_evidence(NOW, LIMIT) is MissingEvidence.NOT_READ
    outdated = node(state=replace(STATE, ended=NOW - LIMIT - timedelta(seconds=1)))
    assert outdated.missing_evidence(NOW, LIMIT) is MissingEvidence.OUTDATED
    assert node(state=replace(STATE, ended=NOW - LIMIT)).missing_evidence(NOW, LIMIT) is None
    assert outdated.status(NOW, LIMIT) is node(state=None).status(NOW, LIMIT) is NodeStatus.NO_EVIDENCE


def test_a_report_judges_its_nodes_at_the_time_it_was_made() -> None:
    outdated = node(2, state=replace(STATE, ended=NOW - timedelta(days=10)))
    found = report(node(1), outdated)
    assert [found.status_of(each) for each in found.nodes] == list(found.statuses)
    assert found.statuses == (NodeStatus.COMPLIANT, NodeStatus.NO_EVIDENCE)
    assert found.missing_evidence_of(outdated) is MissingEvidence.OUTDATED
    assert replace(found, evidence_limit=timedelta(days=11)).statuses == (NodeStatus.COMPLIANT,) * 2


def test_nodes_and_their_patches_are_counted() -> None:
    counts = report(
        node(1),
        node(2, state=replace(STATE, missing=3, failed=1)),
        node(3, state=replace(STATE, pending_reboot=2)),
        node(4, state=None),
    ).counts
    assert counts == Counts(
        compliant=1,
        non_compliant=2,
        no_evidence=1,
        with_missing=1,
        with_failed=1,
        pending_reboot=1,
        missing=3,
        failed=1,
    )
    assert (counts.nodes, counts.percent_compliant) == (4, 25)
    assert Counts().percent_compliant is None


@pytest.mark.parametrize(("compliant", "nodes", "percent"), PERCENTAGES)
def test_a_share_is_the_nearest_percentage_but_0_only_for_none_and_100_only_for_all(
    compliant: int, nodes: int, percent: int
) -> None:
    assert Counts(compliant=compliant, no_evidence=nodes - compliant).percent_compliant == percent


@given(st.integers(1, 20_000), st.data())
def test_a_percentage_is_at_most_half_a_point_off_unless_it_would_be_0_or_100(nodes: int, data: st.DataObject) -> None:
    compliant = data.draw(st.integers(0, nodes))
    percent = whole_percent(compliant, nodes)
    assert (percent == 0, percent == 100) == (compliant == 0, compliant == nodes)
    assert abs(Fraction(compliant * 100, nodes) - percent) <= (1 if percent in {1, 99} else Fraction(1, 2))


@given(st.integers(0, 40))
def test_groups_are_a_partition_of_the_fleet(size: int) -> None:
    fleet = sample_report(size, history=0)
    assert sum(group.counts.nodes for group in fleet.groups) == fleet.counts.nodes == size
    assert sorted(each.id for group in fleet.groups for each in group.nodes) == sorted(each.id for each in fleet.nodes)
    for name in ("compliant", "non_compliant", "no_evidence", "missing", "failed", "pending_reboot"):
        assert sum(getattr(group.counts, name) for group in fleet.groups) == getattr(fleet.counts, name)


# --- Groups -------------------------------------------------------------------------------------------


def test_the_patch_group_is_that_of_the_tags_if_they_were_read() -> None:
    assert node().patch_group == "web"
    assert node(state=None).patch_group is None
    assert node(tags={}).patch_group is None
    assert node(tags={"Patch Group": "database"}).patch_group == "database"
    assert node(tags={"PatchGroup": "database"}).patch_group == "database"


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("patch-group", ["web", None]),
        ("account", ["111111111111"]),
        ("region", ["eu-central-1", "us-east-1"]),
        ("platform", ["Ubuntu 24.04", None]),
        ("tag:Env", ["prod", None]),
    ],
)
def test_nodes_are_grouped_by(typed: str, names: list[str | None]) -> None:
    grouping = Grouping.parsed(typed)
    assert grouping is not None
    assert str(grouping) == typed
    first = node(1, platform="Ubuntu 24.04", tags={"Patch Group": "web", "Env": "prod"})
    found = report(first, node(2, place=THERE, tags={}), grouping=grouping)
    assert [group.name for group in found.groups] == names


@pytest.mark.parametrize("typed", ["", "tag", "tag:", "Account"])
def test_other_groupings_are_unknown(typed: str) -> None:
    assert Grouping.parsed(typed) is None


# --- Windows ------------------------------------------------------------------------------------------

BY_GROUP = {"tag:Patch Group": frozenset(["web"])}
WEB = {"Patch Group": "web"}


def test_a_group_has_the_windows_that_select_its_nodes() -> None:
    windows = (
        window("web", targets=(BY_GROUP,)),
        window("ids", targets=({"InstanceIds": frozenset([node(2).id])},)),
        window("both", targets=({**BY_GROUP, "tag:Env": frozenset(["prod"])},)),
        window("elsewhere", place=THERE, targets=(BY_GROUP,)),
    )
    found = report(node(1, tags=WEB), node(2, tags=WEB | {"Env": "prod"}), node(3, tags={}), windows=windows)
    assert [each.name for each in found.windows_of(found.nodes[0]).windows] == ["web"]
    assert [each.name for each in found.windows_of(found.nodes[1]).windows] == ["web", "ids", "both"]
    assert [[each.name for each in group.windows] for group in found.groups] == [["web", "ids", "both"], []]
    assert [(group.without_window, group.are_all_windows_known) for group in found.groups] == [(0, True), (1, True)]


def test_a_node_in_another_region_has_no_window() -> None:
    found = report(node(1, place=THERE, tags=WEB), windows=(window("web", targets=(BY_GROUP,)),))
    assert found.groups[0].without_window == 1


def test_what_may_select_a_node_is_not_said_to_select_none() -> None:
    resources = window("group", targets=({"resource-groups:Name": frozenset(["web"])},))
    for windows in ((resources,), (window("unread", targets=None),), None):
        (group,) = report(node(1, tags=WEB), windows=windows).groups
        assert (group.windows, group.are_all_windows_known, group.without_window) == ((), False, 0)


def test_the_patch_group_of_a_patch_state_is_enough_to_find_its_windows() -> None:
    (group,) = report(node(1), windows=(window("web", targets=(BY_GROUP,)),)).groups
    assert [each.name for each in group.windows] == ["web"]
    by_env = window("env", targets=({"tag:Env": frozenset(["prod"])},))
    (group,) = report(node(1), windows=(by_env,)).groups
    assert (group.windows, group.are_all_windows_known) == ((), False)


def test_the_last_and_the_next_execution_of_a_group() -> None:
    first = window(
        "first",
        targets=(BY_GROUP,),
        next_execution=NOW + timedelta(days=3),
        executions=(execution(NOW - timedelta(days=2)), execution(NOW - timedelta(days=9))),
    )
    second = window("second", targets=(BY_GROUP,), next_execution=NOW + timedelta(days=2), executions=())
    third = window("third", targets=(BY_GROUP,), is_enabled=False)
    (group,) = report(node(1, tags=WEB), windows=(first, second, third)).groups
    assert group.last_execution == (first, execution(NOW - timedelta(days=2)))
    assert group.next_execution == (second, NOW + timedelta(days=2))
    (group,) = report(node(1, tags=WEB), windows=(third,)).groups
    assert (group.last_execution, group.next_execution) == (None, None)


# --- Patches ------------------------------------------------------------------------------------------


def patch(name: str, status: PatchStatus = PatchStatus.MISSING, days: int | None = None) -> Patch:
    released = None if days is None else NOW - timedelta(days=days)
    return Patch(id=name, title=name, status=status, released=released)


def test_the_oldest_patch_is_that_of_which_the_age_is_known() -> None:
    patches = (patch("a", days=3), patch("b", days=9), patch("c"), patch("d", days=9))
    assert node(patches=patches).oldest_patch == patches[1]
    assert node(patches=(patch("c"),)).oldest_patch is None
    assert node(patches=None).oldest_patch is None
    (group,) = report(node(1, patches=patches), node(2)).groups
    assert group.oldest_patch == NOW - timedelta(days=9)


def test_an_available_update_counts_where_the_baseline_says_so() -> None:
    available = patch("a", PatchStatus.AVAILABLE, days=30)
    assert node(patches=(available,)).oldest_patch is None
    required = replace(STATE, available_security_updates=1, are_available_updates_required=True)
    assert node(patches=(available,), state=required).oldest_patch == available


def test_a_report_knows_whether_everything_was_read() -> None:
    assert report(node()).is_complete
    assert not report(node(), failures=(FAILURE,)).is_complete
    assert report(node(1), node(2)).keeping([node(2)]).nodes == (node(2),)
    assert str(HERE) == "eu-central-1 of account 111111111111"
