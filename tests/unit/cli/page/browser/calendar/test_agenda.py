"""The agenda, on a screen, a phone and paper, in Chromium, from a file, without a network."""

from playwright.sync_api import (
    Page,
    expect,
)

from tests.unit.cli.fleet import (
    FROZEN,
    MONTHLY,
    NIGHTLY,
    fleet,
    page_of,
    window,
)
from tests.unit.cli.page.browser.calendar.driver import DASH, page_of_fleet, panel, period, select, turn
from tests.unit.cli.page.browser.driver import PHONE, Show


def words(page: Page) -> list[str]:
    return [" ".join(entry.inner_text().split()) for entry in panel(page).locator(".entry").all()]


def test_the_agenda_lists_seven_days_from_today(show: Show) -> None:
    page = show(page_of(NIGHTLY, window("weekly", "cron(0 2 ? * SAT *)"), MONTHLY))
    select(page, "Agenda")
    expect(period(page)).to_have_text(f"12 Mar 2026 {DASH} 18 Mar 2026")
    headings = panel(page).get_by_role("heading").all_inner_texts()
    assert headings[:3] == ["Today, Thursday 12 March 2026", "Tomorrow, Friday 13 March 2026", "Saturday 14 March 2026"]
    assert words(page)[2:4] == [
        f"02:00{DASH}06:00 CET Install with reboot: weekly \u00b7 Install Patching/weekly",
        f"22:00{DASH}02:00 CET Scan: nightly-scan \u00b7 Scan Patching/nightly-scan",
    ]
    turn(page, "Next week")
    expect(period(page)).to_have_text(f"19 Mar 2026 {DASH} 25 Mar 2026")


def test_today_is_listed_without_executions(show: Show) -> None:
    page = show(page_of(MONTHLY), link="#view=agenda")
    expect(panel(page)).to_contain_text("Today, Thursday 12 March 2026")
    expect(panel(page)).to_contain_text("No executions.")


def test_past_days_look_past(show: Show) -> None:
    page = show(page_of(NIGHTLY), link="#view=agenda&date=2026-03-10")
    colour = "each => getComputedStyle(each).color"
    past, today = (panel(page).get_by_role("heading", name=name) for name in ("Tuesday 10", "Today"))
    assert past.evaluate(colour) != today.evaluate(colour)


def test_a_phone_has_a_strip_of_days(show: Show) -> None:
    page = show(page_of(NIGHTLY, FROZEN), viewport=PHONE)
    week = page.get_by_role("list", name="Week")
    expect(week.get_by_role("listitem")).to_have_count(7)
    today = week.get_by_role("button", name="Thursday 12 March 2026, today, 1 scan, 1 suppressed by a freeze")
    expect(today).to_have_attribute("aria-current", "date")
    week.get_by_role("button", name="Saturday 14 March").click()
    expect(week.get_by_role("button", name="Saturday 14 March")).to_have_attribute("aria-current", "date")
    expect(panel(page).get_by_role("heading").first).to_have_text("Saturday 14 March 2026")


# --- Paper --------------------------------------------------------------------------------------------


def test_a_print_is_an_agenda_of_the_period(show: Show) -> None:
    page = show(page_of(NIGHTLY, MONTHLY, FROZEN))
    page.emulate_media(media="print")
    paper = page.locator("#print")
    expect(paper.get_by_role("heading", name="March 2026", exact=True)).to_be_visible()
    expect(paper.get_by_role("heading", name="Sunday 29 March 2026")).to_be_visible()
    expect(paper.get_by_text("Times in Europe/Berlin")).to_be_visible()
    expect(paper.get_by_text("monthly-install \u00b7 Install")).to_be_visible()
    expect(paper.locator(".entry")).to_have_count(31 * 2 + 1)
    for name in ("Next month", "Today", "Dark theme", "Print"):
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    expect(page.get_by_role("grid")).to_have_count(0)


def test_a_print_follows_the_filters_and_the_time_zones(show: Show) -> None:
    page = show(page_of(*fleet(30)), link="#text=db-prod&zone=own&view=timeline&scale=week")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    paper = page.locator("#print")
    expect(paper.get_by_text("Times in the time zone of each schedule")).to_be_visible()
    texts = {" ".join(text.split()) for text in paper.locator(".what").all_inner_texts()}
    assert texts == {"Install with reboot: db-prod \u00b7 Install"}


def test_the_print_button_prints(show: Show) -> None:
    page = show(page_of_fleet(1))
    page.evaluate("window.print = () => { window.printed = true }")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed")
