"""Freezes by dates in every view of the page, in Chromium, from a file, without a network."""

import re
from datetime import UTC, datetime

from playwright.sync_api import expect

from patching_constructs.template import MaintenanceWindow
from tests.unit.cli.fleet import NIGHTLY, page_of, ring_of, window
from tests.unit.cli.page.browser.calendar.driver import day, panel, timeline
from tests.unit.cli.page.browser.driver import Show

INVENTORY = {"Start": "2026-03-10T00:00:00+01:00", "End": "2026-03-20T00:00:00+01:00", "Reason": "Inventory"}
TEXT = "Frozen from Tue 10 Mar 2026, 00:00 CET to Fri 20 Mar 2026, 00:00 CET: Inventory"


def install(name: str = "install", **properties: object) -> MaintenanceWindow:
    """Write a window with executions before the freeze only."""
    own = {"schedule": "cron(0 3 * * ? *)", "end_date": "2026-03-09T20:00:00+01:00", "freezes": [INVENTORY]}
    return window(name, **own | properties)  # type: ignore[arg-type]


def test_the_timeline_has_a_grey_band_with_the_reason(show: Show) -> None:
    scan = window("scan", operation="Scan", group="install")
    page = show(page_of(install(), scan))
    (band,) = timeline(page).locator(".band").all()
    expect(band).to_have_attribute("title", TEXT)
    expect(band).to_have_text("Inventory")
    # From Tuesday to Sunday, and the scans go on.
    assert band.evaluate("band => Math.round(parseFloat(band.style.left))") == 14
    assert band.evaluate("band => Math.round(parseFloat(band.style.width))") == 86
    expect(timeline(page).get_by_role("button").first).not_to_have_class(re.compile("frozen"))


def test_a_group_that_is_not_frozen_as_a_whole_has_no_band(show: Show) -> None:
    page = show(page_of(install(), window("other", "cron(0 5 * * ? *)", group="install")))
    expect(timeline(page).locator(".band")).to_have_count(0)


def test_a_group_without_executions_has_its_band(show: Show) -> None:
    page = show(page_of(install(), NIGHTLY), link="#date=2026-03-12")
    group = timeline(page, "Day").get_by_role("listitem").filter(has=page.get_by_role("heading", name="install"))
    expect(group).to_contain_text("no executions")
    expect(group.locator(".band")).to_have_count(1)


def test_a_ring_without_executions_has_its_band(show: Show) -> None:
    rings = [ring_of("dev", 1, freezes=[INVENTORY]), ring_of("prod", 9, freezes=[INVENTORY])]
    page = show(page_of(*rings), link="#view=timeline&group=rollout&date=2026-03-12")
    expect(page.locator(".group.ring")).to_have_count(2)
    expect(page.locator(".group.ring .band")).to_have_count(2)


def test_the_days_of_a_freeze_name_it(show: Show) -> None:
    page = show(page_of(install(), NIGHTLY))
    frozen = day(page, "Wednesday 11 March 2026")
    expect(frozen).to_have_class(re.compile("in-freeze"))
    expect(frozen.locator(".freeze")).to_have_text("Inventory")
    expect(frozen).to_have_accessible_name(re.compile(re.escape(TEXT)))
    expect(day(page, "Monday 9 March 2026").locator(".freeze")).to_have_count(0)
    expect(day(page, "Friday 20 March 2026").locator(".freeze")).to_have_count(0)
    # The scans of these days are not struck.
    assert frozen.locator(".what").first.evaluate("text => getComputedStyle(text).textDecorationLine") == "none"


def test_the_agenda_names_a_freeze_on_its_first_day(show: Show) -> None:
    page = show(page_of(install()), link="#view=agenda&date=2026-03-08")
    expect(panel(page).locator(".freeze")).to_have_text([TEXT])


def test_a_schedule_that_is_frozen_in_the_whole_range_is_listed(show: Show) -> None:
    after, until = datetime(2026, 3, 11, tzinfo=UTC), datetime(2026, 3, 15, tzinfo=UTC)
    page = show(page_of(install(end_date=None, schedule="cron(0 3 25 * ? *)"), after=after, until=until))
    page.get_by_role("tab", name="Schedules").click()
    row = panel(page).get_by_role("row").filter(has_text="install")
    expect(row).to_contain_text("none in this calendar")
    row.get_by_role("button").click()
    expect(page.get_by_role("dialog")).to_contain_text("2026-03-10 00:00 CET to 2026-03-20 00:00 CET: Inventory")
