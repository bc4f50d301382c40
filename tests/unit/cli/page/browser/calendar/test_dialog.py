"""The dialog: a day's list, and an execution of the page, in Chromium, from a file, without a network."""

import re

from playwright.sync_api import (
    expect,
)

from tests.unit.cli.fleet import (
    MONTHLY,
    NIGHTLY,
    page_of,
    runs_of,
    window,
)
from tests.unit.cli.page.browser.calendar.driver import day, line, page_of_fleet
from tests.unit.cli.page.browser.driver import Show, rows_of
from tests.unit.template.test_upcoming_runs import association


def test_an_execution_has_its_times_details_and_notes(show: Show) -> None:
    page = show(page_of(NIGHTLY, MONTHLY))
    opener = day(page, "Sunday 29 March").get_by_role("button", name="monthly-install")
    opener.click()
    dialog = page.get_by_role("dialog", name="monthly-install \u00b7 Install")
    assert rows_of(dialog.get_by_role("table")) == [
        ["", "Europe/Berlin", "UTC"],
        ["Start", "Sun 29 Mar 2026, 03:30 CEST UTC+02:00", "Sun 29 Mar 2026, 01:30 UTC"],
        ["Cutoff", "Sun 29 Mar 2026, 06:30 CEST UTC+02:00", "Sun 29 Mar 2026, 04:30 UTC"],
        ["End", "Sun 29 Mar 2026, 07:30 CEST UTC+02:00", "Sun 29 Mar 2026, 05:30 UTC"],
    ]
    expect(dialog.get_by_text("Install with reboot")).to_be_visible()
    expect(dialog.get_by_role("heading", name="Daylight saving")).to_be_visible()
    expect(dialog.get_by_role("listitem")).to_have_text(
        "02:30 does not exist on this day (daylight saving time); assumed to start at 03:30"
    )
    for term, fact in [
        ("Construct", "Patching/monthly-install"),
        ("Operation", "Install"),
        ("Reboot", "if a patch was installed"),
        ("Targets", "Patch Group = monthly-install"),
        ("Schedule", "cron(30 2 ? * 1L *)"),
        ("Account, Region", "111122223333/eu-central-1"),
    ]:
        expect(dialog.locator("dl > div").filter(has_text=term).get_by_role("definition").first).to_have_text(fact)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_times_are_in_the_zones_of_the_page_and_of_the_schedule_and_in_utc(show: Show) -> None:
    page = show(page_of(window("tokyo", zone="Asia/Tokyo")), zone="America/New_York")
    line(page, "tokyo").first.click()
    assert rows_of(page.get_by_role("table"))[:2] == [
        ["", "America/New_York", "Asia/Tokyo", "UTC"],
        [
            "Start",
            "Sun 1 Mar 2026, 08:00 EST UTC\N{MINUS SIGN}05:00",
            "Sun 1 Mar 2026, 22:00 UTC+9",
            "Sun 1 Mar 2026, 13:00 UTC",
        ],
    ]


def test_an_execution_in_utc_has_one_column_of_times(show: Show) -> None:
    page = show(page_of(window("utc", zone=None)), zone="UTC")
    line(page, "utc").first.click()
    assert rows_of(page.get_by_role("table"))[:2] == [["", "UTC"], ["Start", "Sun 1 Mar 2026, 22:00 UTC"]]


def test_a_run_outside_of_windows_ends_at_an_unknown_time(show: Show) -> None:
    page = show(page_of(runs=runs_of(Run=association("at(2026-03-12T20:00:00)"))))
    line(page, "web").click()
    assert rows_of(page.get_by_role("table"))[2:] == [
        ["Cutoff", "unknown", "unknown"],
        ["End", "unknown", "unknown"],
    ]


def test_overlaps_have_a_note(show: Show) -> None:
    page = show(page_of(window(), window("other", "cron(0 23 * * ? *)", group="nightly")))
    line(page, "22:00 CET nightly \u00b7 Install overlap").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Overlap")).to_be_visible()
    expect(dialog.get_by_role("listitem")).to_have_text("other is open at the same time and can select the same nodes")


def test_the_concurrency_limit_and_an_assumed_start_have_notes(show: Show) -> None:
    page = show(page_of(*(window(f"rate-{place}", "rate(7 days)", zone=None) for place in range(6))))
    day(page, "Sunday 8 March 2026").get_by_role("button").click()
    page.get_by_role("dialog").get_by_role("button", name="rate-5").click()
    dialog = page.get_by_role("dialog", name="rate-5")
    expect(dialog.get_by_text("6 windows are open at the same time; Systems Manager runs at most 5")).to_be_visible()
    expect(dialog.get_by_role("heading", name="Assumed start")).to_be_visible()


def test_from_the_list_of_a_day_to_an_execution_and_back(show: Show) -> None:
    page = show(page_of_fleet(30))
    opener = day(page, "Monday 9 March").get_by_role("button", name=re.compile("scans"))
    opener.click()
    dialog = page.get_by_role("dialog")
    title = re.compile(r"^\d+ scans, Monday 9 March 2026$")
    expect(dialog).to_have_accessible_name(title)
    expect(dialog.get_by_role("button", name="Back to the list")).to_be_hidden()
    dialog.get_by_role("button", name="batch-prod").click()
    expect(dialog).to_have_accessible_name("batch-prod \u00b7 Scan")
    dialog.get_by_role("button", name="Back to the list").click()
    expect(dialog).to_have_accessible_name(title)
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_click_beside_the_dialog_closes_it(show: Show) -> None:
    page = show(page_of(NIGHTLY))
    line(page, "nightly").first.click()
    page.mouse.click(5, 5)
    expect(page.get_by_role("dialog")).to_have_count(0)
