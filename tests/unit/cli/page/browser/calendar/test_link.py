"""The hash of the URL: a link shows what was shown, in Chromium, from a file, without a network."""

from urllib.parse import parse_qs, urlparse

from playwright.sync_api import (
    Page,
    expect,
)

from tests.unit.cli.fleet import (
    NIGHTLY,
    page_of,
)
from tests.unit.cli.page.browser.calendar.driver import day, page_of_fleet, period, timeline, turn
from tests.unit.cli.page.browser.driver import PHONE, Show


def link(page: Page) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlparse(page.url).fragment).items()}


def test_what_is_shown_is_in_the_link(show: Show) -> None:
    page = show(page_of_fleet(30))
    assert link(page) == {}
    timeline(page, "Day")
    turn(page, "Next day")
    page.get_by_role("combobox", name="Group by").select_option("By target")
    page.get_by_role("combobox", name="Times in").select_option("UTC")
    page.get_by_role("checkbox", name="Scan", exact=True).click(force=True)
    page.get_by_role("combobox", name="stacks", exact=True).select_option("Patching-prod")
    page.get_by_role("searchbox").fill("db")
    page.get_by_role("checkbox", name="Needs attention").check()
    expected = {
        "view": "timeline",
        "scale": "day",
        "group": "target",
        "zone": "UTC",
        "date": "2026-03-13",
        "effect": "reboot,install,rebootOnly,other",
        "stack": "Patching-prod",
        "text": "db",
        "attention": "1",
    }
    assert link(page) == expected


def test_a_link_shows_what_it_says(show: Show) -> None:
    words = "view=timeline&scale=day&group=target&zone=Asia%2FTokyo&date=2026-04-14&effect=reboot"
    words = f"{words}&stack=Patching-prod&text=db"
    page = show(page_of_fleet(30), link=f"#{words}")
    expect(period(page)).to_have_text("Tuesday 14 April 2026")
    expect(page.get_by_text("times in Asia/Tokyo")).to_be_visible()
    expect(page.get_by_role("combobox", name="Times in")).to_have_value("Asia/Tokyo")
    expect(page.get_by_role("combobox", name="stacks", exact=True)).to_have_value("Patching-prod")
    expect(page.get_by_role("checkbox", name="Scan", exact=True)).not_to_be_checked()
    expect(page.get_by_role("searchbox")).to_have_value("db")
    expect(page.get_by_role("search").get_by_role("status")).to_contain_text("1 of 30 schedules shown")
    assert parse_qs(urlparse(page.url).fragment) == parse_qs(words)


def test_a_link_without_a_date_opens_on_today(show: Show) -> None:
    page = show(page_of(NIGHTLY))
    turn(page, "Next month")
    assert link(page) == {"date": "2026-04-01"}
    page.get_by_role("button", name="Today", exact=True).click()
    assert link(page) == {}


def test_a_changed_link_changes_the_page(show: Show) -> None:
    page = show(page_of(NIGHTLY))
    page.evaluate("location.hash = 'date=2026-05-04&view=agenda'")
    expect(page.get_by_role("heading", name="Monday 4 May 2026")).to_be_visible()


def test_a_link_that_means_nothing_is_ignored(show: Show) -> None:
    words = "#view=year&scale=decade&group=colour&zone=Nowhere/City&date=2026-13-45&effect=magic&place=x"
    page = show(page_of(NIGHTLY), link=words)
    expect(period(page)).to_have_text("March 2026")
    expect(page.get_by_text("The filters hide all executions.")).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    assert link(page) == {}


def test_a_date_out_of_range_is_the_nearest(show: Show) -> None:
    page = show(page_of(NIGHTLY), link="#date=2031-01-01")
    expect(period(page)).to_have_text("June 2026")


def test_a_link_within_the_page_keeps_what_is_shown(show: Show) -> None:
    page = show(page_of_fleet(30), link="#date=2026-04-14")
    page.get_by_role("link", name="warning").click()
    expect(page.get_by_role("heading", name="Needs attention")).to_be_in_viewport()
    expect(period(page)).to_have_text("April 2026")


def test_a_date_can_be_entered(show: Show) -> None:
    page = show(page_of(NIGHTLY))
    page.get_by_label("Date").fill("2026-05-04")
    expect(day(page, "Monday 4 May 2026")).to_have_attribute("tabindex", "0")
    page.get_by_label("Date").fill("")
    expect(period(page)).to_have_text("May 2026")


def test_a_month_is_an_agenda_on_a_phone(show: Show) -> None:
    page = show(page_of(NIGHTLY), viewport=PHONE, link="#view=month")
    expect(page.get_by_role("tab", name="Agenda")).to_have_attribute("aria-selected", "true")
