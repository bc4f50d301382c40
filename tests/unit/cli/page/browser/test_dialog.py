"""The dialog: a day's list, and an execution of the page, in Chromium, from a file, without a network."""

import re

from playwright.sync_api import (
    expect,
)

from tests.unit.cli.fleet import (
    MONTHLY,
    NIGHTLY,
    page_of,
    window,
)
from tests.unit.cli.page.browser.driver import Show, chip, day, page_of_fleet, rows_of

# --- The dialog ---------------------------------------------------------------------------------------


def test_an_execution_has_its_times_details_and_notes(show: Show) -> None:
    page = show(page_of(NIGHTLY, MONTHLY))
    opener = day(page, "Sunday 29 March").get_by_role("button", name="monthly-install")
    opener.click()
    dialog = page.get_by_role("dialog", name="monthly-install")
    assert rows_of(dialog.get_by_role("table")) == [
        ["", "Europe/Berlin", "UTC"],
        ["Start", "Sun 29 Mar 2026, 03:30 UTC+02:00", "Sun 29 Mar 2026, 01:30"],
        ["Cutoff", "Sun 29 Mar 2026, 06:30 UTC+02:00", "Sun 29 Mar 2026, 04:30"],
        ["End", "Sun 29 Mar 2026, 07:30 UTC+02:00", "Sun 29 Mar 2026, 05:30"],
    ]
    expect(dialog.get_by_role("heading", name="Daylight saving")).to_be_visible()
    expect(dialog.get_by_role("listitem")).to_have_text(
        "02:30 does not exist on this day (daylight saving time); assumed to start at 03:30"
    )
    for term, fact in [
        ("Operation", "Install"),
        ("Reboot", "if a patch was installed"),
        ("Targets", "Patch Group = monthly-install"),
        ("Schedule", "cron(30 2 ? * 1L *)"),
    ]:
        expect(dialog.locator("dl > div").filter(has_text=term).get_by_role("definition").first).to_have_text(fact)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_an_execution_in_utc_has_one_column_of_times(show: Show) -> None:
    page = show(page_of(window("utc", zone=None)))
    chip(page, "utc").first.click()
    assert rows_of(page.get_by_role("table"))[:2] == [["", "UTC"], ["Start", "Sun 1 Mar 2026, 22:00"]]


def test_overlaps_have_a_note(show: Show) -> None:
    page = show(page_of(window(), window("other", "cron(0 23 * * ? *)", group="nightly")))
    chip(page, "22:00 nightly overlap").first.click()
    dialog = page.get_by_role("dialog", name="nightly")
    expect(dialog.get_by_role("heading", name="Overlap")).to_be_visible()
    expect(dialog.get_by_role("listitem")).to_have_text("other is open at the same time and can select the same nodes")


def test_the_concurrency_limit_and_an_assumed_start_have_notes(show: Show) -> None:
    page = show(page_of(*(window(f"rate-{place}", "rate(7 days)", zone=None) for place in range(6))))
    day(page, "Sunday 8 March 2026").get_by_role("button", name="more").click()
    page.get_by_role("dialog").get_by_role("button", name="rate-5").click()
    dialog = page.get_by_role("dialog", name="rate-5")
    expect(dialog.get_by_text("6 windows are open at the same time; Systems Manager runs at most 5")).to_be_visible()
    expect(dialog.get_by_role("heading", name="Assumed start")).to_be_visible()


def test_from_the_list_of_a_day_to_an_execution_and_back(show: Show) -> None:
    page = show(page_of_fleet(30))
    opener = day(page, "Monday 9 March").get_by_role("button", name=re.compile(r"^\+\d+ more"))
    opener.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_have_accessible_name("Monday 9 March 2026")
    expect(dialog.get_by_role("button", name="Back to the list")).to_be_hidden()
    dialog.get_by_role("button", name="batch-prod").click()
    expect(dialog).to_have_accessible_name(re.compile("batch-prod"))
    dialog.get_by_role("button", name="Back to the list").click()
    expect(dialog).to_have_accessible_name("Monday 9 March 2026")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_click_beside_the_dialog_closes_it(show: Show) -> None:
    page = show(page_of(NIGHTLY))
    chip(page, "nightly").first.click()
    page.mouse.click(5, 5)
    expect(page.get_by_role("dialog")).to_have_count(0)
