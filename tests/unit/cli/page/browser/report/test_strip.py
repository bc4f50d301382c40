"""The strip on top: whether the fleet is patched, and if not, why, since when, and what happens next."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from patching_constructs.cli.page.report.build import build_page
from patching_constructs.reporting.counts import Counts
from patching_constructs.reporting.nodes import Node, NodeStatus
from patching_constructs.reporting.patches import Patch, PatchStatus
from patching_constructs.reporting.report import ComplianceReport, HistoryPoint
from tests.unit.cli.page.browser.driver import DESK, SMALL_PHONE, Show
from tests.unit.cli.page.browser.report.driver import AT_LEAST, NOW, card, cells, page_of_sample, status, words
from tests.unit.cli.page.small_reports import node, report_of, state
from tests.unit.reporting.percentages import PERCENTAGES
from tests.unit.reporting.samples import MADE_AT, sample_report

GOOD = node("good", node_id="i-good", state=state())
BAD = node("bad", node_id="i-bad", state=state(missing=1))
NO_EVIDENCE = node("unknown", node_id="i-unknown")
TITLES = ("Compliance", "Reasons", "Oldest needed patch", "Trend", "Next window")


def opened(show: Show, *nodes: Node, **given: Any) -> Page:
    return show(build_page(report_of(*nodes, **given)), now=NOW)


def compliant(report: ComplianceReport) -> ComplianceReport:
    nodes = [each for each in report.nodes if report.status_of(each) is NodeStatus.COMPLIANT]
    return replace(report, nodes=tuple(nodes))


# --- Compliance ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("viewport", [DESK, SMALL_PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize(
    ("nodes", "headline"),
    [
        (3, "1 of 3 nodes is non-compliant"),
        (300, "94 of 300 nodes are non-compliant"),
        (10_000, "3,115 of 10,000 nodes are non-compliant"),
    ],
)
def test_the_first_thing_is_whether_the_fleet_is_compliant(
    show: Show, nodes: int, headline: str, viewport: ViewportSize
) -> None:
    page = show(page_of_sample(nodes), now=NOW, viewport=viewport)
    found = card(page, "Compliance").get_by_text(headline)
    expect(found).to_be_in_viewport()


@pytest.mark.parametrize(
    ("nodes", "headline"),
    [
        ((), "No nodes"),
        ((GOOD,), "The node is compliant"),
        ((GOOD, GOOD), "All 2 nodes are compliant"),
        ((BAD,), "The node is non-compliant"),
        ((NO_EVIDENCE,), "The node has no evidence"),
        ((NO_EVIDENCE, GOOD, NO_EVIDENCE), "2 of 3 nodes have no evidence"),
        ((NO_EVIDENCE, NO_EVIDENCE), "All 2 nodes have no evidence"),
        ((NO_EVIDENCE, BAD, GOOD), "1 of 3 nodes is non-compliant"),
    ],
)
def test_the_worst_status_is_the_headline(show: Show, nodes: tuple[Node, ...], headline: str) -> None:
    page = opened(show, *nodes)
    expect(card(page, "Compliance").locator(".figure")).to_have_text(headline)


def test_every_status_has_its_number_and_share_and_leads_to_its_nodes(show: Show) -> None:
    page = show(page_of_sample(300), now=NOW)
    legend = card(page, "Compliance").get_by_role("button")
    assert [words(each) for each in legend.all()] == [
        "Compliant 185 62 %",
        "No evidence 21 7 %",
        "Non-compliant 94 31 %",
    ]
    legend.nth(1).click()
    expect(status(page)).to_have_text("21 of 300 nodes shown")
    expect(page.get_by_role("tab", name="Nodes")).to_be_focused()
    assert {row[0] for row in cells(page, "Status")} == {"No evidence"}
    # The card is about all nodes, of whatever status.
    expect(card(page, "Compliance").locator(".figure")).to_have_text("94 of 300 nodes are non-compliant")


def test_a_share_is_100_percent_only_if_all_are_compliant(show: Show) -> None:
    page = opened(show, *[GOOD] * 300, BAD)
    assert words(card(page, "Compliance").get_by_role("button").first) == "Compliant 300 99 %"


def test_an_incomplete_report_says_so_first(show: Show) -> None:
    page = show(page_of_sample(3), now=NOW)
    expect(page.get_by_text("This report is incomplete.")).to_be_in_viewport()
    expect(card(page, "Compliance")).to_contain_text("Of what could be read.")
    page.get_by_role("link", name="what could not be read").click()
    expect(page.get_by_role("region", name="Could not be read")).to_be_in_viewport()
    expect(page.get_by_role("region", name="Could not be read")).to_contain_text("ThrottlingException")
    expect(card(opened(show, GOOD), "Compliance")).not_to_contain_text("Of what could be read.")


def test_the_numbers_are_about_the_nodes_that_the_filters_leave(show: Show) -> None:
    page = show(page_of_sample(300), now=NOW, link="#account=111111111111")
    expect(card(page, "Compliance")).to_contain_text("Of the 100 nodes that match the filters.")
    expect(card(page, "Trend")).to_contain_text("Of the whole fleet.")
    page = show(page_of_sample(300), now=NOW, link="#text=no-such-node")
    assert [words(card(page, title).locator(".figure")) for title in TITLES[:3]] == [
        "No node matches the filters",
        "\N{EN DASH}",
        "\N{EN DASH}",
    ]


# --- Reasons ------------------------------------------------------------------------------------------


def test_every_reason_has_its_number_of_nodes_and_leads_to_them(show: Show) -> None:
    page = show(page_of_sample(300), now=NOW)
    reasons = card(page, "Reasons").get_by_role("button")
    assert [words(each) for each in reasons.all()] == [
        "Missing 90 nodes",
        "Critical 60 nodes",
        "Failed 35 nodes",
        "Pending reboot 30 nodes",
        "Rejected 21 nodes",
        "Evidence is too old 10 nodes",
    ]
    for name, number in (("Critical", 60), ("Evidence is too old", 10)):
        reasons.filter(has_text=name).click()
        expect(status(page)).to_have_text(f"{number} of 300 nodes shown")
    assert {row[0] for row in cells(page, "Reason")} == {"Evidence is too old"}


def test_the_table_has_the_same_numbers(show: Show) -> None:
    old = replace(state(missing=2, pending_reboot=1), ended=MADE_AT - timedelta(days=30))
    report = report_of(BAD, node("old", node_id="i-old", state=old))
    assert (report.counts.with_missing, report.counts.pending_reboot) == (2, 1)
    reasons = card(show(build_page(report), now=NOW), "Reasons").get_by_role("button")
    assert [words(each) for each in reasons.all()] == [
        "Missing 2 nodes",
        "Pending reboot 1 node",
        "Evidence is too old 1 node",
    ]


def test_without_a_reason_nothing_needs_attention(show: Show) -> None:
    page = opened(show, GOOD)
    assert words(card(page, "Reasons")) == "Reasons None No node needs attention."
    assert words(card(page, "Oldest needed patch")) == "Oldest needed patch None No node needs a patch."


# --- The oldest patch ---------------------------------------------------------------------------------


def test_the_oldest_patch_has_its_age_and_its_nodes(show: Show) -> None:
    released = Patch(id="KB1", title="One", status=PatchStatus.MISSING, released=MADE_AT - timedelta(days=40))
    seen = replace(released, id="KB2", released=None, first_seen=MADE_AT - timedelta(days=50))
    unknown = replace(released, id="KB3", released=None)

    def needing(*patches: Patch) -> Node:
        return replace(BAD, patches=patches)

    page = opened(show, needing(released), needing(released, unknown), needing(unknown), GOOD)
    text = "Oldest needed patch 40 days KB1 on 2 nodes Age unknown on 1 node."
    assert words(card(page, "Oldest needed patch")) == text
    card(page, "Oldest needed patch").get_by_role("button").click()
    expect(page.get_by_role("dialog", name="KB1")).to_be_visible()
    # What earlier reports have may have been missing before.
    page = opened(show, needing(released), needing(seen))
    assert words(card(page, "Oldest needed patch")) == f"Oldest needed patch {AT_LEAST}50 days KB2 on 1 node".replace(
        "\N{NO-BREAK SPACE}", " "
    )


def test_an_unknown_age_says_what_would_help(show: Show) -> None:
    page = show(page_of_sample(300, history=0), now=NOW, link="#platform=Amazon+Linux+2023")
    assert words(card(page, "Oldest needed patch")) == (
        "Oldest needed patch Unknown Release dates are read only for patches of Windows Server. Name earlier JSON "
        "reports with --history."
    )


# --- The trend ----------------------------------------------------------------------------------------


def test_the_trend_compares_with_the_first_report(show: Show) -> None:
    page = show(page_of_sample(300), now=NOW)
    text = "Trend \N{MINUS SIGN}19 points Compliant: 81 % on Tue 20 Oct 2026, now 62 % All 7 reports"
    assert words(card(page, "Trend")) == text
    card(page, "Trend").get_by_role("button").click()
    rows = page.get_by_role("dialog", name="Trend").get_by_role("row")
    expect(rows).to_have_count(8)
    assert words(rows.nth(1)) == "Tue 1 Dec 2026, 10:30 CET 185 21 94 62 %"


@pytest.mark.parametrize(
    ("before", "after", "words_of_change"),
    [
        ((BAD,), (GOOD,), "+100 points"),
        ((GOOD,), (GOOD,), "Unchanged"),
        ((BAD,) * 100, (*(BAD,) * 99, GOOD), "+1 point"),
        ((*(GOOD,) * 249, BAD), (GOOD,), "+1 point"),
    ],
)
def test_the_change_is_in_points(
    show: Show, before: tuple[Node, ...], after: tuple[Node, ...], words_of_change: str
) -> None:
    earlier = report_of(*before, made_at=MADE_AT - timedelta(days=1)).point
    page = opened(show, *after, history=(earlier,))
    expect(card(page, "Trend").locator(".figure")).to_have_text(words_of_change)


def test_the_page_shows_the_same_percentages_as_the_table(show: Show) -> None:
    numbers = enumerate((Counts(compliant=part, no_evidence=all_ - part) for part, all_, _ in PERCENTAGES), 1)
    start = MADE_AT - timedelta(days=100)
    points = [HistoryPoint(made_at=start + timedelta(days=day), counts=each, groups={}) for day, each in numbers]
    page = opened(show, GOOD, history=points)
    card(page, "Trend").get_by_role("button").click()
    rows = page.get_by_role("dialog", name="Trend").get_by_role("row").all()
    shown = [words(row).split(" ")[-2] for row in reversed(rows[2:])]
    assert shown == [str(percent) for *_, percent in PERCENTAGES]


def test_without_earlier_reports_the_trend_is_unknown(show: Show) -> None:
    text = "Trend Unknown Systems Manager has no history. Name earlier JSON reports with --history."
    assert words(card(opened(show, GOOD), "Trend")) == text
    # A report of no nodes has no share.
    empty = report_of(made_at=MADE_AT - timedelta(days=1)).point
    assert words(card(opened(show, GOOD, history=(empty,)), "Trend")) == text
    assert words(card(opened(show, history=(empty,)), "Trend")) == "Trend \N{EN DASH}"


# --- Windows ------------------------------------------------------------------------------------------


def test_the_next_window_and_what_is_wrong_with_windows(show: Show) -> None:
    page = show(page_of_sample(300), now=NOW)
    found = card(page, "Next window")
    text = "Next window Sun 6 Dec 03:30 CET in 4 days: install-web and 10 more Last execution unsuccessful 4 windows "
    assert words(found) == f"{text}In no window 60 nodes"
    found.get_by_role("button", name="In no window").click()
    expect(status(page)).to_have_text("60 of 300 nodes shown")
    found.get_by_role("button", name="In no window").click()
    page.get_by_role("button", name="Clear filters").click()
    found.get_by_role("button", name="Last execution").click()
    assert [row[0].split(" 3 days")[0] for row in cells(page, "Last execution")][:5] == [
        "Nothing ran",
        "Timed out",
        "Failed",
        "Timed out",
        "Succeeded",
    ]


def test_an_execution_that_is_over_is_not_the_next(show: Show) -> None:
    page = show(page_of_sample(300), now=NOW + timedelta(days=5))
    expect(card(page, "Next window").locator(".figure")).to_have_text("None known")
    assert {row[0] for row in cells(page, "Next window")} == {"none known", "no window"}


def test_a_sync_has_no_windows(show: Show) -> None:
    page = show(page_of_sample(300, windows=False), now=NOW)
    assert words(card(page, "Next window")) == "Next window Unknown A resource data sync has no windows."
    page.get_by_role("tab", name="Windows").click()
    text = "A resource data sync has no maintenance windows. Read them live, with --region."
    expect(page.locator("#empty")).to_have_text(text)


def test_everything_is_fine(show: Show) -> None:
    page = show(build_page(compliant(sample_report(300))), now=NOW)
    expect(card(page, "Compliance").locator(".figure")).to_have_text("All 185 nodes are compliant")
    expect(page.get_by_text("This report is incomplete.")).to_have_count(0)
