"""The filters of the page, in Chromium, from a file, without a network."""

from playwright.sync_api import (
    Page,
    expect,
)

from tests.unit.cli.fleet import (
    MONTHLY,
    NIGHTLY,
    page_of,
    window,
)
from tests.unit.cli.page.browser.calendar.driver import card, line, page_of_fleet
from tests.unit.cli.page.browser.driver import Show


def toggle(page: Page, effect: str) -> None:
    page.get_by_role("checkbox", name=effect, exact=True).click(force=True)


def test_an_operation_can_be_hidden_and_shown(show: Show) -> None:
    page = show(page_of(NIGHTLY, MONTHLY))
    status = page.get_by_role("search").get_by_role("status")
    expect(status).to_have_text("2 schedules, 95 executions")
    toggle(page, "Scan")
    expect(status).to_have_text("1 of 2 schedules shown, 3 executions")
    expect(line(page, "nightly-scan")).to_have_count(0)
    expect(line(page, "monthly-install")).to_have_count(1)
    toggle(page, "Install with reboot")
    expect(page.get_by_text("The filters hide all executions.")).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    expect(line(page, "nightly-scan")).to_have_count(31)
    expect(page.get_by_role("button", name="Clear filters")).to_be_hidden()


def test_only_operations_that_occur_can_be_hidden(show: Show) -> None:
    page = show(page_of(NIGHTLY, window("a", reboot="NoReboot"), window("b", operation=None)))
    names = page.get_by_role("group", name="Operation").locator("label").all_inner_texts()
    assert [name.strip() for name in names] == ["Install, no reboot", "Scan", "Other"]


def test_a_text_narrows_the_calendar_and_the_strip(show: Show) -> None:
    page = show(page_of_fleet(30))
    page.get_by_role("searchbox", name="Filter by text").fill("  Patching-PROD/a")
    expect(page.get_by_role("search").get_by_role("status")).to_contain_text("2 of 30 schedules shown")
    expect(page.get_by_role("button", name="api-prod").first).to_be_visible()
    expect(page.get_by_role("button", name="api-dev")).to_have_count(0)
    expect(card(page, "Next reboot")).to_contain_text("Patching-prod")
    expect(card(page, "Next reboot")).not_to_contain_text("Patching-dev")


def test_a_stack_a_target_and_a_place_can_be_chosen(show: Show) -> None:
    page = show(page_of_fleet(30))
    status = page.get_by_role("search").get_by_role("status")
    for name, value, found in [
        ("stacks", "Patching-stage", "10 of 30 schedules shown"),
        ("accounts and Regions", "000000000001/eu-central-1", "10 of 30 schedules shown"),
        ("targets", "db-stage", "1 of 30 schedules shown"),
        ("stacks", "Patching-dev", "0 of 30 schedules shown"),
    ]:
        page.get_by_role("combobox", name=name, exact=True).select_option(value)
        expect(status).to_contain_text(found)


def test_a_menu_with_one_choice_is_not_shown(show: Show) -> None:
    page = show(page_of(NIGHTLY))
    expect(page.get_by_role("search").get_by_role("combobox")).to_have_count(0)


def test_only_what_needs_attention(show: Show) -> None:
    page = show(page_of(NIGHTLY, MONTHLY))
    page.get_by_role("checkbox", name="Needs attention").check()
    expect(page.get_by_role("search").get_by_role("status")).to_have_text("2 of 2 schedules shown, 1 execution")
    page = show(page_of(NIGHTLY))
    expect(page.get_by_text("Needs attention")).to_have_count(2)
    expect(page.get_by_role("checkbox", name="Needs attention")).to_have_count(0)
