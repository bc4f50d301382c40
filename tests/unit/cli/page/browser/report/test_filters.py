"""The filters, and the link that has them."""

from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from patching_constructs.cli.page.report.build import build_page
from patching_constructs.reporting.nodes import NodeStatus
from tests.unit.cli.page.browser.driver import PHONE, Show
from tests.unit.cli.page.browser.report.driver import NOW, cells, page_of_sample, panel, select, sort, status
from tests.unit.reporting.samples import sample_report


def link(page: Page) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(page.evaluate("location.hash.slice(1)")).items()}


def menu(page: Page, name: str, option: str) -> None:
    page.get_by_role("combobox", name=name).select_option(label=option)


def test_a_status_can_be_hidden_and_shown(show: Show) -> None:
    page = show(page_of_sample(300), now=NOW)
    expect(status(page)).to_have_text("300 nodes")
    box = page.get_by_role("checkbox", name="Non-compliant")
    box.click(force=True)
    expect(status(page)).to_have_text("206 of 300 nodes shown")
    assert {row[0] for row in cells(page, "Status")} == {"No evidence", "Compliant"}
    box.click(force=True)
    expect(status(page)).to_have_text("300 nodes")


@pytest.mark.parametrize(
    ("name", "option", "number"),
    [
        ("Patch group", "web", 60),
        ("Patch group", "No group", 60),
        ("Account", "111111111111", 100),
        ("Region", "us-east-1", 100),
        ("Platform", "Ubuntu 24.04", 100),
        ("Window", "install-web (us-east-1, 222222222222)", 20),
        ("Window", "In no window", 60),
        ("Reason", "Critical", 60),
        ("Reason", "Never evaluated", 6),
    ],
)
def test_a_menu_leaves_its_nodes(show: Show, name: str, option: str, number: int) -> None:
    page = show(page_of_sample(300), now=NOW)
    menu(page, name, option)
    expect(status(page)).to_have_text(f"{number} of 300 nodes shown")
    page.get_by_role("button", name="Clear filters").click()
    expect(status(page)).to_have_text("300 nodes")
    expect(page.get_by_role("button", name="Clear filters")).to_have_count(0)


@pytest.mark.parametrize("text", ["web-00165", "I-000000000000000A5", " web-00165 "])
def test_a_text_finds_nodes(show: Show, text: str) -> None:
    page = show(page_of_sample(300), now=NOW)
    page.get_by_role("searchbox").fill(text)
    assert cells(page, "Node") == [["web-00165 i-000000000000000a5"]]
    page.keyboard.press("Enter")
    expect(status(page)).to_have_text("1 of 300 nodes shown")


def test_a_text_finds_the_nodes_that_need_a_patch(show: Show) -> None:
    page = show(page_of_sample(300), now=NOW)
    patch = next(each for node in sample_report(300).nodes for each in node.required_patches if each.cve_ids)
    for text in (patch.id, patch.title, patch.cve_ids[0].lower()):
        page.get_by_role("searchbox").fill(text)
        found = [node for node in sample_report(300).nodes if patch.id in {each.id for each in node.required_patches}]
        expect(status(page)).to_have_text(f"{len(found)} of 300 nodes shown")


def test_nodes_that_no_filter_leaves(show: Show) -> None:
    page = show(page_of_sample(300), now=NOW)
    page.get_by_role("searchbox").fill("no such node")
    for view in ("Nodes", "Groups", "Patches", "Windows"):
        page.get_by_role("tab", name=view).click()
        expect(page.locator("#empty")).to_have_text("No node matches the filters.")


def test_few_nodes_need_no_filters(show: Show) -> None:
    expect(show(page_of_sample(3), now=NOW).get_by_role("search")).to_have_count(0)


def test_on_a_phone_the_filters_are_closed_until_they_are_needed(show: Show) -> None:
    page = show(page_of_sample(300), now=NOW, viewport=PHONE)
    expect(page.get_by_role("searchbox")).to_be_hidden()
    page = show(page_of_sample(300), now=NOW, viewport=PHONE, link="#text=web")
    expect(page.get_by_role("searchbox")).to_be_visible()


# --- The link -----------------------------------------------------------------------------------------


def test_what_is_shown_is_in_the_link(show: Show) -> None:
    page = show(page_of_sample(300), now=NOW)
    assert link(page) == {}
    page.get_by_role("checkbox", name="No evidence").click(force=True)
    menu(page, "Region", "eu-central-1")
    menu(page, "Reason", "Missing")
    page.get_by_role("combobox", name="Times in").select_option("UTC")
    page.get_by_role("searchbox").fill("o")
    expected = {
        "status": "non-compliant,compliant",
        "region": "eu-central-1",
        "cause": "missing",
        "zone": "UTC",
        "text": "o",
    }
    assert link(page) == expected
    select(page, "Patches")
    sort(page, "Age")
    assert link(page) == expected | {"view": "patches", "order": "oldest"}
    rows = cells(page)
    again = show(page_of_sample(300), now=NOW, link=page.evaluate("location.hash"))
    assert cells(again) == rows


def test_a_link_to_a_page_of_the_table(show: Show) -> None:
    page = show(page_of_sample(300), now=NOW, link="#start=200")
    expect(panel(page).get_by_role("navigation").get_by_role("status")).to_have_text("201\u2013300 of 300")
    # Beyond the end is the last page.
    page = show(page_of_sample(300), now=NOW, link="#start=900")
    expect(panel(page).get_by_role("navigation").get_by_role("status")).to_have_text("201\u2013300 of 300")


def test_a_link_with_mistakes_shows_everything(show: Show) -> None:
    mistakes = "#view=month&zone=Europe/Atlantis&cause=bad&order=nothing&start=-5"
    page = show(page_of_sample(300), now=NOW, link=mistakes)
    expect(status(page)).to_have_text("300 nodes")
    expect(page.get_by_role("combobox", name="Times in")).to_have_value("Europe/Berlin")
    assert len(cells(page)) == 100


def test_another_link_in_the_same_tab_is_followed(show: Show) -> None:
    page = show(page_of_sample(300), now=NOW)
    page.evaluate("location.hash = '#status=compliant'")
    expect(status(page)).to_have_text("185 of 300 nodes shown")


def test_the_statuses_that_are_listed_first_can_be_given(show: Show) -> None:
    text = build_page(sample_report(300), statuses=[NodeStatus.NO_EVIDENCE])
    page = show(text, now=NOW)
    expect(status(page)).to_have_text("21 of 300 nodes shown")
    assert link(page) == {}
    page.get_by_role("button", name="Clear filters").click()
    expect(status(page)).to_have_text("300 nodes")
    assert link(page) == {"status": "non-compliant,no-evidence,compliant"}


# --- Times --------------------------------------------------------------------------------------------


def test_times_are_in_the_time_zone_of_the_reader_or_another_one(show: Show) -> None:
    page = show(page_of_sample(3), now=NOW, zone="Asia/Tokyo")
    options = page.get_by_role("combobox", name="Times in").get_by_role("option").all_inner_texts()
    assert options == ["Asia/Tokyo (yours)", "UTC", "Europe/Berlin"]
    expect(page.get_by_text("Made on Tue 1 Dec 2026, 18:30 UTC+9")).to_be_visible()
    page.get_by_role("combobox", name="Times in").select_option("UTC")
    expect(page.get_by_text("Made on Tue 1 Dec 2026, 09:30 UTC")).to_be_visible()
    assert cells(page, "Next window")[0] == ["Sun 6 Dec 02:30"]


def test_a_zone_given_is_the_zone_of_all_times(show: Show) -> None:
    page = show(build_page(sample_report(3), zone=ZoneInfo("America/New_York")), now=NOW)
    expect(page.get_by_text("Made on Tue 1 Dec 2026, 04:30 EST")).to_be_visible()
    options = page.get_by_role("combobox", name="Times in").get_by_role("option").all_inner_texts()
    assert options == ["America/New_York", "Europe/Berlin (yours)", "UTC"]
