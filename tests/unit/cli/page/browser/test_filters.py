"""The filters and the time zones of the page, in Chromium, from a file, without a network."""

from zoneinfo import ZoneInfo

from playwright.sync_api import (
    expect,
)

from tests.unit.cli.fleet import (
    MONTHLY,
    NIGHTLY,
    page_of,
    window,
)
from tests.unit.cli.page.browser.driver import NEW_YORK, Show, chip, day, page_of_fleet, rows_of, timeline, turn

# --- Filters ------------------------------------------------------------------------------------------


def test_a_schedule_can_be_hidden_and_shown(show: Show) -> None:
    page = show(page_of(NIGHTLY, MONTHLY))
    box, status = page.get_by_role("checkbox", name="nightly-scan"), page.get_by_role("status")
    expect(status).to_have_text("2 of 2 schedules shown, 95 executions")
    box.uncheck()
    expect(status).to_have_text("1 of 2 schedules shown, 3 executions")
    expect(chip(page, "nightly-scan")).to_have_count(0)
    expect(chip(page, "monthly-install")).to_have_count(1)
    page.get_by_role("button", name="Hide all").click()
    expect(page.get_by_text("The filters hide all executions.")).to_be_visible()
    page.get_by_role("button", name="Show all").click()
    expect(chip(page, "nightly-scan")).to_have_count(31)


def test_a_search_narrows_the_list_and_the_calendar(show: Show) -> None:
    page = show(page_of_fleet(30))
    page.get_by_role("searchbox", name="Search schedules").fill("  BATCH-p")
    expect(page.get_by_role("status")).to_contain_text("1 of 30 schedules shown")
    entries = page.get_by_role("list", name="Schedules").get_by_role("checkbox")
    expect(entries).to_have_count(1)
    expect(chip(page, "batch-prod")).to_have_count(31)
    expect(page.locator("#month .chip")).to_have_count(31)
    # Only what is listed is meant.
    page.get_by_role("button", name="Hide all").click()
    page.get_by_role("searchbox").fill("")
    expect(page.get_by_role("status")).to_contain_text("29 of 30 schedules shown")


def test_few_schedules_need_no_search(show: Show) -> None:
    expect(show(page_of(NIGHTLY)).get_by_role("searchbox")).to_have_count(0)


def test_only_executions_that_need_attention(show: Show) -> None:
    page = show(page_of(NIGHTLY, MONTHLY))
    page.get_by_role("checkbox", name="Only executions that need attention").check()
    expect(page.get_by_role("status")).to_have_text("2 of 2 schedules shown, 1 execution")
    expect(page.locator("#month .chip")).to_have_count(1)


# --- Zones --------------------------------------------------------------------------------------------


def test_a_zone_given_is_the_zone_of_all_times(show: Show) -> None:
    page = show(page_of(NIGHTLY, NEW_YORK, zone=ZoneInfo("Asia/Tokyo")))
    expect(day(page, "Monday 2 March").get_by_role("button", name="06:00")).to_contain_text("nightly-scan")
    expect(day(page, "Sunday 1 March").get_by_role("button", name="15:00")).to_contain_text("weekly-db")
    expect(timeline(page).get_by_text("times in Asia/Tokyo")).to_be_visible()


def test_half_an_hour_of_daylight_saving_time(show: Show) -> None:
    page = show(page_of(window("lord-howe", "cron(0 3 ? * SUN *)", zone="Australia/Lord_Howe")))
    turn(page, "Next month")
    day(page, "Sunday 5 April").get_by_role("button").click()
    assert rows_of(page.get_by_role("table"))[1] == [
        "Start",
        "Sun 5 Apr 2026, 03:00 UTC+10:30",
        "Sat 4 Apr 2026, 16:30",
    ]
