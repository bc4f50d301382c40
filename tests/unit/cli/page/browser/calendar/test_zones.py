"""The time zones of the page, in Chromium, from a file, without a network."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import (
    Page,
    expect,
)

from tests.unit.cli.fleet import (
    AFTER,
    MONTHLY,
    NIGHTLY,
    calendar_of,
    fleet,
    page_of,
    window,
)
from tests.unit.cli.page.browser.calendar.driver import NEW_YORK, day, line, select, timeline, turn
from tests.unit.cli.page.browser.driver import Show, rows_of


def choose(page: Page, zone: str) -> None:
    page.get_by_role("combobox", name="Times in").select_option(label=zone)


def test_all_times_are_in_the_zone_of_the_reader(show: Show) -> None:
    page = show(page_of(NIGHTLY, NEW_YORK), zone="Asia/Tokyo")
    expect(day(page, "Monday 2 March").get_by_role("button", name="06:00 UTC+9 nightly-scan")).to_be_visible()
    expect(day(page, "Sunday 1 March").get_by_role("button", name="15:00 UTC+9 weekly-db")).to_be_visible()
    expect(timeline(page).get_by_text("times in Asia/Tokyo")).to_be_visible()
    expect(page.get_by_text("Made on Sun 1 Mar 2026, 09:00 UTC+9")).to_be_visible()
    expect(page.get_by_text("Covers until Mon 1 Jun 2026, 09:00 UTC+9")).to_be_visible()


def test_the_zones_of_the_page(show: Show) -> None:
    page = show(page_of(NIGHTLY))
    options = page.get_by_role("combobox", name="Times in").get_by_role("option").all_inner_texts()
    assert options == ["Europe/Berlin (yours)", "UTC", "each schedule\u2019s own time zone"]


def test_utc(show: Show) -> None:
    page = show(page_of(NIGHTLY, NEW_YORK))
    choose(page, "UTC")
    expect(day(page, "Monday 2 March").get_by_role("button", name="21:00 UTC nightly-scan")).to_be_visible()
    expect(timeline(page).get_by_text("times in UTC")).to_be_visible()


def test_every_schedule_can_have_its_own_zone(show: Show) -> None:
    page = show(page_of(window("nightly"), NEW_YORK), zone="Asia/Tokyo")
    choose(page, "each schedule\u2019s own time zone")
    sunday = day(page, "Sunday 8 March")
    expect(sunday.get_by_role("button", name="01:00 EST weekly-db")).to_be_visible()
    expect(sunday.get_by_role("button", name="22:00 CET nightly")).to_be_visible()
    # One axis cannot have several time zones.
    expect(timeline(page).get_by_text("times in Asia/Tokyo")).to_be_visible()
    page = show(page_of(NIGHTLY, MONTHLY), zone="Asia/Tokyo", link="#view=timeline&zone=own")
    expect(page.get_by_text("times in Europe/Berlin")).to_be_visible()


def test_scans_of_several_zones_have_no_range_of_times(show: Show) -> None:
    other = window("tokyo", zone="Asia/Tokyo", operation="Scan")
    page = show(page_of(NIGHTLY, other), link="#zone=own")
    expect(day(page, "Monday 2 March").get_by_role("button")).to_have_accessible_name("Scan: 2 scans")


def test_a_zone_given_is_the_zone_of_all_times(show: Show) -> None:
    page = show(page_of(NIGHTLY, NEW_YORK, zone=ZoneInfo("Asia/Tokyo")))
    expect(day(page, "Monday 2 March").get_by_role("button", name="06:00 UTC+9")).to_contain_text("nightly-scan")
    options = page.get_by_role("combobox", name="Times in").get_by_role("option").all_inner_texts()
    assert options == ["Asia/Tokyo", "Europe/Berlin (yours)", "UTC", "each schedule\u2019s own time zone"]


def test_half_an_hour_of_daylight_saving_time(show: Show) -> None:
    lord_howe = window("lord-howe", "cron(0 3 ? * SUN *)", zone="Australia/Lord_Howe")
    page = show(page_of(lord_howe), zone="Australia/Lord_Howe")
    turn(page, "Next month")
    day(page, "Sunday 5 April").get_by_role("button").click()
    assert rows_of(page.get_by_role("table"))[1] == [
        "Start",
        "Sun 5 Apr 2026, 03:00 LHST UTC+10:30",
        "Sat 4 Apr 2026, 16:30 UTC",
    ]


def test_a_zone_that_the_browser_does_not_know_is_utc(show: Show) -> None:
    text = page_of(window("nightly")).replace('"zone":"Europe/Berlin"', '"zone":"Europe/Atlantis"')
    page = show(text, link="#zone=own")
    expect(line(page, "21:00 UTC nightly").first).to_be_visible()
    unknown = "UTC, because this browser does not know the time zone"
    expect(line(page, "nightly").first.get_by_title(unknown)).to_be_visible()


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "America/New_York"])
def test_the_browsers_times_are_those_of_python(show: Show, zone: str) -> None:
    until = AFTER + timedelta(days=400)
    page = show(page_of(*fleet(30), until=until), zone=zone)
    shown = page.evaluate("location.href") and executions_of(page)
    expected = calendar_of(*fleet(30), until=until).upcoming.executions
    assert len(shown) == len(expected)
    for (start, wall), execution in zip(shown, expected, strict=True):
        local = execution.occurrence.start.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC)
        assert (start, wall) == (execution.occurrence.start.timestamp(), local.timestamp())


def executions_of(page: Page) -> list[tuple[float, float]]:
    """Run the data, the zones and the state of the page's script, without its policy, and return the wall times."""
    script = page.locator("script[type=module]").text_content() or ""
    names = "executions.map(({ start, wall }) => [start, wall])"
    code = script[: script.index("\ndrawFilters();")]
    found: list[list[float]] = page.evaluate(
        f"(() => {{ {code}; state.zone = READERS; applyZone(); return {names}; }})()"
    )
    return [(start, wall) for start, wall in found]


def test_other_rules_of_a_zone_in_the_browser_are_a_warning(show: Show) -> None:
    text = page_of(window("nightly"), NEW_YORK)
    page = show(re.sub(r'("Europe/Berlin":\[\[\d+),3600\]', r"\1,7200]", text))
    expect(page.get_by_role("region", name="Needs attention")).to_contain_text(
        "This browser has other rules for Europe/Berlin than the program that made this page. "
        "Times in this time zone can be wrong."
    )
    expect(page.get_by_role("link", name="2 warnings")).to_be_visible()


def test_the_schedules_have_their_next_execution_in_the_zone(show: Show) -> None:
    page = show(page_of(NIGHTLY, window("once", "at(2026-03-02T00:00:00)", zone=None)))
    rows = rows_of(select(page, "Schedules").get_by_role("table"))
    assert [row[:2] for row in rows[1:]] == [
        ["Scan: nightly-scan \u00b7 Scan", "Thu 12 Mar 2026, 22:00 CET"],
        ["Install with reboot: once \u00b7 Install", "none in this calendar"],
    ]
    page.get_by_role("button", name="once").click()
    expect(page.get_by_role("dialog")).to_contain_text("Mon 2 Mar 2026, 01:00 CET")


def test_the_time_of_the_page_is_in_its_zone(show: Show) -> None:
    page = show(page_of(NIGHTLY, after=datetime(2026, 3, 1, tzinfo=UTC)), zone="America/New_York")
    expect(page.get_by_text("Made on Sat 28 Feb 2026, 19:00 EST")).to_be_visible()
