"""The tables: nodes, groups, patches and windows, their order and their pages."""

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from patching_constructs.cli.page.report.build import build_page
from patching_constructs.planning.recorded_executions import RecordedExecution, Result
from patching_constructs.reporting.nodes import NodeStatus
from patching_constructs.reporting.windows import ReportWindow
from tests.unit.cli.page.browser.driver import Show
from tests.unit.cli.page.browser.report.driver import NOW, cells, page_of_sample, panel, select, sort
from tests.unit.cli.page.small_reports import PLACE, node, report_of, state
from tests.unit.reporting.samples import LONG_NAME, MADE_AT, sample_report

WIDE = {"width": 1700, "height": 960}
DASH = "\N{EN DASH}"


def test_the_nodes_that_need_attention_come_first(show: Show) -> None:
    page = show(page_of_sample(3), now=NOW, viewport=WIDE)
    web, batch, database = cells(page)
    assert web == [
        *(
            "web-00000 mi-00000000000000000",
            "Non-compliant",
            "3 missing (1 critical)",
            "\u2265 14 days",
            "\u2265 14 days",
        ),
        *("2 days ago Scan", "Sun 6 Dec 03:30", "web Amazon Linux 2023", "eu-central-1 111111111111"),
    ]
    assert batch == [
        f"{LONG_NAME}-00002 i-00000000000000002",
        *("No evidence", "Never evaluated", DASH, DASH, "never", "Sun 6 Dec 03:30"),
        f"{LONG_NAME} Microsoft Windows Server 2022 Datacenter 10.0.20348",
        "us-east-1 222222222222",
    ]
    assert database == [
        *("database-00001 i-00000000000000001", "Compliant", DASH, DASH, DASH, "2 days ago Install"),
        *("Sun 6 Dec 03:30", "database Ubuntu 24.04", "eu-central-1 222222222222"),
    ]


def test_columns_that_no_node_needs_are_left_out(show: Show) -> None:
    page = show(build_page(report_of(node(state=state()))), now=NOW, viewport=WIDE)
    heads = panel(page).get_by_role("columnheader").all_inner_texts()
    assert heads == ["Node", "Status", "Reason", "Last evaluated", "Patch group"]


@pytest.mark.parametrize(
    ("column", "first", "second"),
    [("Node", "a", "c"), ("Status", "a", "c"), ("Reason", "c", "b"), ("Last evaluated", "c", "b")],
)
def test_every_column_sorts_in_both_directions(show: Show, column: str, first: str, second: str) -> None:
    ends = {name: MADE_AT - timedelta(hours=hours) for name, hours in (("a", 3), ("b", 1), ("c", 9))}
    states = {name: replace(state(missing=number), ended=ends[name]) for number, name in enumerate("abc")}
    page = show(build_page(report_of(*(node(name, state=each) for name, each in states.items()))), now=NOW)
    # The nodes are in the order of their statuses at first, and the button turns it around.
    directions = ["descending", "ascending"] if column in {"Status", "Reason"} else ["ascending", "descending"]
    for name, direction in zip((first, second), directions, strict=True):
        sort(page, column)
        assert cells(page, "Node")[0][0][0] == name
        head = panel(page).get_by_role("columnheader", name=column, exact=True)
        expect(head).to_have_attribute("aria-sort", direction)
        expect(head.get_by_role("button")).to_be_focused()


def test_unknown_values_come_last_in_both_directions(show: Show) -> None:
    page = show(build_page(report_of(node("a"), node("b", state=state()))), now=NOW)
    for _ in range(2):
        sort(page, "Last evaluated")
        assert [row[0][0] for row in cells(page, "Node")] == ["b", "a"]


def test_many_nodes_have_pages(show: Show) -> None:
    page = show(page_of_sample(300), now=NOW)
    pages = panel(page).get_by_role("navigation", name="Pages")
    expect(pages.get_by_role("status")).to_have_text("1\u2013100 of 300")
    expect(pages.get_by_role("button", name="Previous 100 rows")).to_have_attribute("aria-disabled", "true")
    seen = {row[0] for row in cells(page, "Node")}
    for text in ("101\u2013200 of 300", "201\u2013300 of 300"):
        pages.get_by_role("button", name="Next 100 rows").click()
        expect(pages.get_by_role("status")).to_have_text(text)
        expect(pages.get_by_role("button", name="Next 100 rows")).to_be_focused()
        seen |= {row[0] for row in cells(page, "Node")}
    assert len(seen) == 300
    expect(pages.get_by_role("button", name="Next 100 rows")).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Enter")
    expect(pages.get_by_role("status")).to_have_text("201\u2013300 of 300")
    # Another order, or other nodes, begin on the first page.
    sort(page, "Node")
    expect(pages.get_by_role("status")).to_have_text("1\u2013100 of 300")


def test_groups_have_their_compliance_and_lead_to_their_nodes(show: Show) -> None:
    page = show(page_of_sample(300), now=NOW)
    select(page, "Groups")
    counts = cells(page, "Patch group", "Nodes", "Non-compliant", "No evidence", "Pending reboot", "Oldest patch")
    assert sorted(counts) == [
        ["No group", "60", "18", "4", "6", "\u2265 42 days"],
        [LONG_NAME, "60", "19", "5", "9", "\u2265 42 days"],
        ["büro <b>", "60", "19", "4", "2", "\u2265 35 days"],
        ["database", "60", "19", "4", "6", "\u2265 42 days"],
        ["web", "60", "19", "4", "7", "\u2265 42 days"],
    ]
    shares = dict(cells(page, "Patch group", "Compliance"))
    assert shares["web"] == "62 % : 19 non-compliant, 4 no evidence, 37 compliant"
    panel(page).get_by_role("button", name="No group").click()
    expect(page.locator("#status")).to_have_text("60 of 300 nodes shown")
    expect(page.get_by_role("combobox", name="Patch group")).to_have_value("4")


def execution(window: str, result: Result, days: int) -> RecordedExecution:
    return RecordedExecution(
        window_id=window, id="e", status="X", started=MADE_AT - timedelta(days=days), result=result
    )


def test_a_group_shows_that_another_of_its_windows_was_unsuccessful(show: Show) -> None:
    target = {"tag:Env": frozenset(["prod"])}
    windows = tuple(
        ReportWindow(id=name, place=PLACE, name=name, targets=(target,), executions=(execution(name, result, days),))
        for name, result, days in (("one", Result.SUCCEEDED, 2), ("two", Result.TIMED_OUT, 3))
    )
    page = show(build_page(report_of(node(tags={"Env": "prod"}, state=state()), windows=windows)), now=NOW)
    select(page, "Groups")
    assert cells(page, "Last window", "Next window") == [["Succeeded 2 days ago 1 of 2 unsuccessful", "none known"]]


def test_patches_have_their_nodes_and_their_age(show: Show) -> None:
    page = show(page_of_sample(3), now=NOW)
    select(page, "Patches")
    rows = cells(page)
    assert len(rows) == 3
    assert {row[2] for row in rows} == {"1"}
    assert {row[3] for row in rows} == {"1 missing"}
    sort(page, "Severity")
    severities = [row[0] for row in cells(page, "Severity")]
    assert severities[0] == "Critical"


def test_patches_that_were_not_read_are_noted(show: Show) -> None:
    page = show(page_of_sample(300), now=NOW, link="#view=patches")
    states = [each.state for each in sample_report(300).nodes if each.patches is None]
    unread = [each for each in states if each and not each.is_compliant]
    expect(page.get_by_text(f"The patches of {len(unread)} nodes were not read and are not listed.")).to_be_visible()
    page = show(build_page(report_of(node(state=state()))), now=NOW, link="#view=patches")
    expect(page.locator("#empty")).to_have_text("No node needs a patch.")
    expect(panel(page).get_by_role("table")).to_have_count(0)


def test_windows_that_failed_come_first_and_disabled_ones_are_marked(show: Show) -> None:
    page = show(page_of_sample(300), now=NOW, link="#view=windows")
    results = [row[0].split(" 3 days")[0] for row in cells(page, "Last execution")]
    assert results == ["Nothing ran", "Timed out", "Failed", "Timed out", *["Succeeded"] * 8]
    assert [row[0] for row in cells(page, "Next execution")].count("Disabled") == 1
    assert {row[0] for row in cells(page, "Nodes")} == {"20"}


def test_filters_leave_the_windows_of_the_nodes(show: Show) -> None:
    page = show(page_of_sample(300), now=NOW, link="#view=windows&account=111111111111")
    assert len(cells(page)) == 4
    page = show(build_page(report_of(node(), windows=())), now=NOW, link="#view=windows")
    expect(page.get_by_text("There are no maintenance windows.")).to_be_visible()


def test_a_window_whose_executions_were_not_read(show: Show) -> None:
    windows = (
        ReportWindow(id="mw-1", place=PLACE, name="unread", targets=()),
        ReportWindow(id="mw-2", place=PLACE, name="never", targets=(), executions=()),
    )
    page = show(build_page(report_of(node(), windows=windows)), now=NOW, link="#view=windows")
    assert cells(page, "Window", "Last execution", "Nodes", "Compliance") == [
        ["unread mw-1", "unknown", DASH, DASH],
        ["never mw-2", "none", DASH, DASH],
    ]


def test_without_nodes_there_is_no_table(show: Show) -> None:
    page = show(build_page(report_of()), now=NOW)
    expect(page.get_by_text("No managed nodes were found.")).to_be_visible()
    expect(panel(page)).to_have_count(0)


def test_the_nodes_of_10_000_are_those_of_python(show: Show) -> None:
    page = show(page_of_sample(10_000), now=NOW)
    report = sample_report(10_000)
    expected = [report.statuses.count(each) for each in NodeStatus]
    found = page.locator(".legend .number").all_inner_texts()
    assert sorted(int(each.replace(",", "")) for each in found) == sorted(expected)
