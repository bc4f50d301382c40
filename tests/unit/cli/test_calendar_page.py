"""The HTML page as a person meets it: in Chromium, from a file, without a network."""

import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Route,
    ViewportSize,
    expect,
    sync_playwright,
)

from patching_constructs.planning.executions import Execution
from patching_constructs.template import WindowRecord
from tests.unit.cli.fleet import (
    AFTER,
    FROM_A_PARAMETER,
    FROM_UNIX,
    MONTHLY,
    NIGHTLY,
    fleet,
    forecast_of,
    page_of,
    window,
)

CHROMIUM = shutil.which("chromium")
if CHROMIUM is None and os.environ.get("PATCHING_CONSTRUCTS_BROWSER") != "1":
    pytest.skip("there is no chromium on this machine", allow_module_level=True)

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK = ViewportSize(width=1440, height=960)
TABLET = ViewportSize(width=820, height=1180)
PHONE = ViewportSize(width=390, height=844)
Theme = Literal["light", "dark"]
THEMES: list[Theme] = ["light", "dark"]
COUNTS = [1, 30, 500]
DASH = "\N{EN DASH}"
NEW_YORK = window("weekly-db", "cron(0 1 ? * SUN *)", zone="America/New_York")

Show = Callable[..., Page]


@dataclass
class Tab:
    """A tab of the browser, for one page after the other, and what went wrong in it."""

    page: Page
    faults: list[str]

    def refuse(self, route: Route) -> None:
        self.faults.append(route.request.url)
        route.abort()

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(message.text)

    def hear_error(self, error: Error) -> None:
        self.faults.append(str(error))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM, "PATCHING_CONSTRUCTS_BROWSER=1 asks for chromium, and there is none"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def open_tab(browser: Browser, *, script: bool) -> Tab:
    # Neither the zone nor the language of the reader's machine may show.
    context = browser.new_context(java_script_enabled=script, timezone_id="Pacific/Auckland", locale="de-DE")
    context.set_default_timeout(5000)
    tab = Tab(context.new_page(), [])
    context.route(re.compile("^(https?|wss?):"), tab.refuse)
    tab.page.on("console", tab.hear)
    tab.page.on("pageerror", tab.hear_error)
    return tab


@pytest.fixture(scope="module")
def tabs(browser: Browser) -> dict[bool, Tab]:
    return {script: open_tab(browser, script=script) for script in (True, False)}


@pytest.fixture
def show(tabs: dict[bool, Tab], tmp_path: Path) -> Iterator[Show]:
    """Open pages, and see at the end that none of them asked for anything or complained of anything."""

    def show_page(
        text: str,
        *,
        viewport: ViewportSize = DESK,
        theme: Theme = "light",
        motion: Literal["reduce", "no-preference"] = "no-preference",
        script: bool = True,
    ) -> Page:
        file = tmp_path / "calendar.html"
        file.write_text(text, encoding="utf-8")
        page = tabs[script].page
        page.set_viewport_size(viewport)
        page.emulate_media(media="screen", color_scheme=theme, reduced_motion=motion)
        page.goto(file.as_uri())
        return page

    yield show_page
    for tab in tabs.values():
        faults, tab.faults = tab.faults, []
        assert not faults


# --- What the page is asked for -----------------------------------------------------------------------


@cache
def page_of_fleet(count: int) -> str:
    return page_of(*fleet(count))


@cache
def openings_of_fleet(count: int) -> tuple[Execution[WindowRecord], ...]:
    return forecast_of(*fleet(count)).executions


def calendar(page: Page) -> Locator:
    """Return the part beside the list of schedules; to look for roles in that list takes long where it is long."""
    return page.locator("main")


def chip(page: Page, name: str) -> Locator:
    return calendar(page).get_by_role("tabpanel").get_by_role("button", name=name)


def day(page: Page, text: str) -> Locator:
    return calendar(page).get_by_role("gridcell", name=text)


def period(page: Page) -> Locator:
    return page.locator("#period")


def turn(page: Page, name: str, times: int = 1) -> None:
    for _ in range(times):
        calendar(page).get_by_role("button", name=name, exact=True).click()


def timeline(page: Page, scale: str | None = None) -> Locator:
    calendar(page).get_by_role("tab", name="Timeline").click()
    if scale:
        calendar(page).get_by_role("radio", name=scale).check(force=True)
    return calendar(page).get_by_role("tabpanel", name="Timeline")


def day_name(moment: date) -> str:
    return f"{moment:%A} {moment.day} {moment:%B %Y}"


def has_no_sideways_scroll(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


# --- The month ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", COUNTS)
def test_every_day_of_every_month_has_its_openings(show: Show, count: int) -> None:
    page = show(page_of_fleet(count))
    expected = Counter(day_name(opening.occurrence.local_start.date()) for opening in openings_of_fleet(count))
    for month in ("March 2026", "April 2026", "May 2026"):
        while period(page).inner_text() != month:
            turn(page, "Next month")
        labels = page.locator("[data-day]").evaluate_all("cells => cells.map((cell) => cell.ariaLabel)")
        told = {name: int(words.split()[0]) for name, words in (label.split(", ") for label in labels)}
        assert told == {name: expected[name] for name in told}
        assert len(told) == {"March 2026": 31, "April 2026": 30, "May 2026": 31}[month]


@pytest.mark.parametrize("count", COUNTS)
def test_a_day_shows_some_and_its_list_shows_all_in_the_order_of_its_clocks(show: Show, count: int) -> None:
    page = show(page_of_fleet(count))
    found = sorted(
        (opening for opening in openings_of_fleet(count) if opening.occurrence.local_start.date() == date(2026, 3, 9)),
        key=lambda opening: opening.occurrence.local_start.replace(tzinfo=None),
    )
    expected = [f"{opening.occurrence.local_start:%H:%M} {opening.window.label}" for opening in found]
    cell = day(page, "Monday 9 March 2026")
    assert visible_chips(cell) == expected[: 3 if len(expected) > 4 else 4]
    cell.press("Enter")
    assert visible_chips(page.locator("dialog[open]")) == expected


def visible_chips(place: Locator) -> list[str]:
    """Return the start and the name on every chip."""
    text = "chip.querySelector('.time').firstChild.data + ' ' + chip.querySelector('.name').textContent"
    texts: list[str] = place.locator(".chip").evaluate_all(f"chips => chips.map((chip) => {text})")
    return texts


def test_a_chip_has_the_local_time_the_name_and_the_sign_of_its_schedule(show: Show) -> None:
    page = show(page_of(NIGHTLY, MONTHLY, NEW_YORK))
    cell = day(page, "Sunday 29 March 2026, 3 openings")
    names = ["01:00 weekly-db", "03:30 monthly-install clock change", "22:00 nightly-scan"]
    for button, name in zip(cell.get_by_role("button").all(), names, strict=True):
        expect(button).to_have_accessible_name(name)
    expect(cell.get_by_role("button", name="clock change")).to_contain_text("monthly-install")
    expect(cell.locator(".sign.clock svg")).to_be_visible()


def test_a_generated_name_is_short_in_the_calendar_and_whole_in_the_dialog(show: Show) -> None:
    page = show(page_of(window("Patching-NightlyScan-80A4CBCC")))
    chip(page, "22:00 NightlyScan").first.click()
    expect(page.get_by_role("dialog", name="Patching-NightlyScan-80A4CBCC")).to_be_visible()
    page.keyboard.press("Escape")
    name = timeline(page).get_by_title("Patching-NightlyScan-80A4CBCC", exact=True)
    expect(name).to_have_text("NightlyScan")


def test_months_turn_and_end_with_the_range(show: Show) -> None:
    page = show(page_of(NIGHTLY))
    back, forth = (page.get_by_role("button", name=name) for name in ("Previous month", "Next month"))
    expect(period(page)).to_have_text("March 2026")
    expect(back).to_have_attribute("aria-disabled", "true")
    back.click(force=True)
    expect(period(page)).to_have_text("March 2026")
    forth.click()
    expect(period(page)).to_have_text("April 2026")
    expect(back).to_have_attribute("aria-disabled", "false")
    turn(page, "Next month", 2)
    expect(period(page)).to_have_text("June 2026")
    expect(forth).to_have_attribute("aria-disabled", "true")
    # The range ends on 1 June at 02:00 in Berlin.
    expect(day(page, "Monday 1 June 2026, 0 openings")).to_be_visible()
    expect(day(page, "Tuesday 2 June 2026, outside the range of this page")).to_be_visible()


def test_an_empty_month_leads_to_the_next_opening(show: Show) -> None:
    page = show(page_of(window("once", "at(2026-05-20T10:00:00)", zone=None)))
    expect(period(page)).to_have_text("May 2026")
    turn(page, "Previous month")
    expect(page.get_by_text("Nothing opens here.")).to_be_visible()
    page.get_by_role("button", name="Go to Wed 20 May 2026").click()
    expect(chip(page, "once")).to_be_visible()
    expect(page.get_by_text("Nothing opens here.")).to_be_hidden()


def test_the_page_of_no_opening_says_so(show: Show) -> None:
    page = show(page_of())
    expect(page.get_by_text("No window opens in this range.")).to_be_visible()
    expect(timeline(page)).to_be_visible()


def test_the_month_is_walked_by_keyboard(show: Show) -> None:
    page = show(page_of(NIGHTLY))
    day(page, "Sunday 1 March 2026").focus()
    for key, reached in [
        ("ArrowRight", "Monday 2 March"),
        ("ArrowDown", "Monday 9 March"),
        ("End", "Sunday 15 March"),
        ("Home", "Monday 9 March"),
        ("ArrowUp", "Monday 2 March"),
        ("ArrowLeft", "Sunday 1 March"),
        ("ArrowLeft", "Sunday 1 March"),
        ("PageDown", "Wednesday 1 April"),
        ("ArrowLeft", "Tuesday 31 March"),
        ("PageUp", "Sunday 1 March"),
    ]:
        page.keyboard.press(key)
        expect(day(page, reached)).to_be_focused()
    page.keyboard.press("Tab")
    expect(day(page, "Sunday 1 March").get_by_role("button")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Sunday 1 March 2026")).to_be_visible()


# --- The timeline -------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", COUNTS)
def test_the_timeline_has_a_row_for_every_schedule_that_is_open_and_its_bars_at_their_place(
    show: Show, count: int
) -> None:
    page = show(page_of_fleet(count), viewport=ViewportSize(width=1440, height=3000))
    first = openings_of_fleet(count)[0].occurrence
    zone = first.zone if count == 1 else UTC
    begin = datetime.combine(first.local_start, time(), zone)
    end = begin + timedelta(days=7)
    expected: dict[str, list[float]] = {}
    for opening in openings_of_fleet(count):
        occurrence = opening.occurrence
        if occurrence.end > begin and occurrence.start < end:
            share = (max(occurrence.start, begin) - begin) / (end - begin)
            expected.setdefault(opening.window.label, []).append(round(share * 100, 1))
    rows = timeline(page).locator(".row")
    assert sorted(rows.locator(".name").all_text_contents()) == sorted(expected)
    # The first rows are in sight, so they have their bars.
    rows.first.locator(".bar").first.wait_for()
    for row in rows.all()[:20]:
        lefts = row.locator(".bar").evaluate_all("bars => bars.map((bar) => parseFloat(bar.style.left))")
        assert lefts == pytest.approx(expected[row.locator(".name").inner_text()], abs=0.11)


def test_rows_out_of_sight_wait_for_their_bars(show: Show) -> None:
    page = show(page_of_fleet(500))
    rows = timeline(page, "Month").locator(".row")
    assert rows.count() == 500
    expect(rows.first.locator(".bar").first).to_be_visible()
    expect(rows.last.locator(".bar")).to_have_count(0)
    rows.last.scroll_into_view_if_needed()
    expect(rows.last.locator(".bar")).not_to_have_count(0)


def test_the_cutoff_is_a_part_of_its_bar(show: Show) -> None:
    page = show(page_of(NIGHTLY))
    bar = timeline(page, "Day").get_by_role("button", name="nightly-scan, Sun 1 Mar 2026, 22:00 to 02:00 Europe/Berlin")
    # Two of the four hours are this day's, and the last hour is not among them.
    assert bar.evaluate("bar => bar.style.getPropertyValue('--cutoff')") == "0%"
    turn(page, "Next day")
    part = timeline(page).locator(".bar").first.evaluate("bar => bar.style.getPropertyValue('--cutoff')")
    assert part == "50%"


def test_scales_and_their_periods(show: Show) -> None:
    page = show(page_of(NIGHTLY, MONTHLY))
    for scale, title, after_it in [
        ("Day", "Sunday 1 March 2026", "Monday 2 March 2026"),
        ("Week", f"2 Mar 2026 {DASH} 8 Mar 2026", f"9 Mar 2026 {DASH} 15 Mar 2026"),
        ("Month", "March 2026", "April 2026"),
    ]:
        timeline(page, scale)
        expect(period(page)).to_have_text(title)
        turn(page, f"Next {scale.lower()}")
        expect(period(page)).to_have_text(after_it)
    timeline(page, "All")
    expect(period(page)).to_have_text(f"1 Mar 2026 {DASH} 1 Jun 2026")
    expect(page.get_by_role("button", name="Next period")).to_have_attribute("aria-disabled", "true")


def test_where_there_is_no_room_for_each_several_openings_share_a_bar(show: Show) -> None:
    page = show(page_of(window("hourly", "cron(0 * * * ? *)", duration=1, cutoff=0)))
    panel = timeline(page, "All")
    panel.get_by_role("button", name=re.compile(r"hourly, [\d,]+ openings")).first.click()
    dialog = page.get_by_role("dialog", name="hourly")
    expect(dialog.get_by_text(re.compile(r"^[\d,]+ openings$"))).to_be_visible()


def test_the_timeline_is_walked_by_keyboard(show: Show) -> None:
    page = show(page_of(NIGHTLY, window("other", "cron(0 12 * * ? *)")))
    panel = timeline(page, "Week")
    bar = panel.get_by_role("button", name="nightly-scan, Mon 2 Mar")
    panel.get_by_role("button", name="nightly-scan, Sun 1 Mar").focus()
    page.keyboard.press("ArrowRight")
    expect(bar).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(panel.get_by_role("button", name="other, Mon 2 Mar")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(bar).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(panel.get_by_role("button", name="nightly-scan, Sun 1 Mar")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="nightly-scan")).to_be_visible()


# --- Tabs ---------------------------------------------------------------------------------------------


def test_the_tabs_follow_the_arrow_keys(show: Show) -> None:
    page = show(page_of(NIGHTLY))
    month, line = page.get_by_role("tab", name="Month"), page.get_by_role("tab", name="Timeline")
    month.focus()
    for key, chosen, other in [
        ("ArrowRight", line, month),
        ("ArrowRight", month, line),
        ("ArrowLeft", line, month),
        ("Home", month, line),
        ("End", line, month),
    ]:
        page.keyboard.press(key)
        expect(chosen).to_be_focused()
        expect(chosen).to_have_attribute("aria-selected", "true")
        expect(other).to_have_attribute("tabindex", "-1")
        expect(page.get_by_role("tabpanel", name=chosen.inner_text())).to_be_visible()
        expect(page.get_by_role("tabpanel")).to_have_count(1)


# --- The dialog ---------------------------------------------------------------------------------------


def rows_of(table: Locator) -> list[list[str]]:
    rows = [row.locator("th, td").all_inner_texts() for row in table.locator("tr").all()]
    return [[" ".join(text.split()) for text in row] for row in rows]


def test_an_opening_is_told_in_its_zone_and_in_utc_with_what_it_does_and_why_it_is_marked(show: Show) -> None:
    page = show(page_of(NIGHTLY, MONTHLY))
    opener = day(page, "Sunday 29 March").get_by_role("button", name="monthly-install")
    opener.click()
    dialog = page.get_by_role("dialog", name="monthly-install")
    assert rows_of(dialog.get_by_role("table")) == [
        ["", "Europe/Berlin", "UTC"],
        ["Opens", "Sun 29 Mar 2026, 03:30 UTC+02:00", "Sun 29 Mar 2026, 01:30"],
        ["Cutoff", "Sun 29 Mar 2026, 06:30 UTC+02:00", "Sun 29 Mar 2026, 04:30"],
        ["Closes", "Sun 29 Mar 2026, 07:30 UTC+02:00", "Sun 29 Mar 2026, 05:30"],
    ]
    expect(dialog.get_by_role("heading", name="Clock change")).to_be_visible()
    expect(dialog.get_by_role("listitem")).to_have_text("the clock skips 02:30 that day; assumed to open at 03:30")
    for term, fact in [
        ("Operation", "Install"),
        ("Reboot", "when a patch was installed"),
        ("Targets", "Patch Group = monthly-install"),
        ("Schedule", "cron(30 2 ? * 1L *)"),
    ]:
        expect(dialog.locator("dl > div").filter(has_text=term).get_by_role("definition").first).to_have_text(fact)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_window_in_utc_is_told_once(show: Show) -> None:
    page = show(page_of(window("utc", zone=None)))
    chip(page, "utc").first.click()
    assert rows_of(page.get_by_role("table"))[:2] == [["", "UTC"], ["Opens", "Sun 1 Mar 2026, 22:00"]]


def test_openings_that_share_a_target_are_marked_and_explained(show: Show) -> None:
    page = show(page_of(window(), window("other", "cron(0 23 * * ? *)", group="nightly")))
    chip(page, "22:00 nightly shared target").first.click()
    dialog = page.get_by_role("dialog", name="nightly")
    expect(dialog.get_by_role("heading", name="Shared target")).to_be_visible()
    expect(dialog.get_by_role("listitem")).to_have_text("other is open at the same time and shares a target")


def test_too_many_at_once_and_an_assumed_start_are_marked(show: Show) -> None:
    page = show(page_of(*(window(f"rate-{place}", "rate(7 days)", zone=None) for place in range(6))))
    day(page, "Sunday 8 March 2026").get_by_role("button", name="more").click()
    page.get_by_role("dialog").get_by_role("button", name="rate-5").click()
    dialog = page.get_by_role("dialog", name="rate-5")
    expect(dialog.get_by_text("6 windows are open at once; the service runs at most 5")).to_be_visible()
    expect(dialog.get_by_role("heading", name="Start assumed")).to_be_visible()


def test_from_a_days_list_to_an_opening_and_back(show: Show) -> None:
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


# --- Filters ------------------------------------------------------------------------------------------


def test_a_schedule_is_hidden_and_shown_again(show: Show) -> None:
    page = show(page_of(NIGHTLY, MONTHLY))
    box, status = page.get_by_role("checkbox", name="nightly-scan"), page.get_by_role("status")
    expect(status).to_have_text("2 of 2 schedules shown, 95 openings")
    box.uncheck()
    expect(status).to_have_text("1 of 2 schedules shown, 3 openings")
    expect(chip(page, "nightly-scan")).to_have_count(0)
    expect(chip(page, "monthly-install")).to_have_count(1)
    page.get_by_role("button", name="Hide all").click()
    expect(page.get_by_text("Nothing is shown: the filter hides every opening.")).to_be_visible()
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


def test_only_what_is_worth_a_second_look(show: Show) -> None:
    page = show(page_of(NIGHTLY, MONTHLY))
    page.get_by_role("checkbox", name="Only what is worth a second look").check()
    expect(page.get_by_role("status")).to_have_text("2 of 2 schedules shown, 1 opening")
    expect(page.locator("#month .chip")).to_have_count(1)


# --- Zones --------------------------------------------------------------------------------------------


def test_a_zone_given_is_the_zone_of_all_times(show: Show) -> None:
    page = show(page_of(NIGHTLY, NEW_YORK, zone=ZoneInfo("Asia/Tokyo")))
    expect(day(page, "Monday 2 March").get_by_role("button", name="06:00")).to_contain_text("nightly-scan")
    expect(day(page, "Sunday 1 March").get_by_role("button", name="15:00")).to_contain_text("weekly-db")
    expect(timeline(page).get_by_text("axis in Asia/Tokyo")).to_be_visible()


def test_half_an_hour_of_daylight_saving(show: Show) -> None:
    page = show(page_of(window("lord-howe", "cron(0 3 ? * SUN *)", zone="Australia/Lord_Howe")))
    turn(page, "Next month")
    day(page, "Sunday 5 April").get_by_role("button").click()
    assert rows_of(page.get_by_role("table"))[1] == [
        "Opens",
        "Sun 5 Apr 2026, 03:00 UTC+10:30",
        "Sat 4 Apr 2026, 16:30",
    ]


# --- Themes and rooms ---------------------------------------------------------------------------------


def test_the_theme_is_the_systems_until_it_is_chosen(show: Show) -> None:
    def lightness(page: Page) -> float:
        colour = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        return float(colour.removeprefix("oklch(").split()[0])

    expected: dict[Theme, tuple[float, float]] = {"light": (0.9, 1.0), "dark": (0.0, 0.3)}
    for theme, (lower, upper) in expected.items():
        page = show(page_of(NIGHTLY), theme=theme)
        toggle = page.get_by_role("button", name="Dark theme")
        expect(toggle).to_have_attribute("aria-pressed", str(theme == "dark").lower())
        assert lower <= lightness(page) <= upper
        toggle.click()
        expect(toggle).to_have_attribute("aria-pressed", str(theme == "light").lower())
        assert not lower <= lightness(page) <= upper


@pytest.mark.parametrize("count", COUNTS)
def test_on_a_phone_nothing_scrolls_sideways_and_the_month_is_a_list_of_days(show: Show, count: int) -> None:
    page = show(page_of_fleet(count), viewport=PHONE)
    assert has_no_sideways_scroll(page)
    expect(calendar(page).get_by_role("grid")).to_have_count(0)
    expect(calendar(page).get_by_role("tabpanel").get_by_role("heading").first).to_have_text(
        re.compile(r"\w+ \d+ March 2026")
    )
    page.locator("#panel > summary").click()
    expect(page.locator(".schedules .name").first).to_be_visible()
    assert has_no_sideways_scroll(page)
    page.locator("#month .chip").first.click()
    expect(page.locator("dialog")).to_be_in_viewport(ratio=0.99)
    assert has_no_sideways_scroll(page)
    page.keyboard.press("Escape")
    for scale in ("Day", "All"):
        timeline(page, scale)
        assert has_no_sideways_scroll(page)


@pytest.mark.parametrize("viewport", [DESK, TABLET, PHONE], ids=["desk", "tablet", "phone"])
def test_the_longest_names_break_nothing(show: Show, viewport: ViewportSize) -> None:
    name = "W" * 128
    page = show(page_of(window(name), window(f"{name[:-1]}V", "0 4 * * *")), viewport=viewport)
    assert has_no_sideways_scroll(page)
    page.locator("#month .chip").first.click()
    dialog = page.get_by_role("dialog")
    widest = "Math.max(...[...dialog.querySelectorAll('*')].map((each) => each.scrollWidth))"
    assert dialog.evaluate(f"dialog => {widest} <= dialog.clientWidth")
    page.keyboard.press("Escape")
    timeline(page)
    assert has_no_sideways_scroll(page)


def test_a_narrower_window_turns_the_month_into_the_list(show: Show) -> None:
    page = show(page_of(NIGHTLY))
    expect(page.get_by_role("grid", name="March 2026")).to_be_visible()
    page.set_viewport_size(PHONE)
    expect(page.get_by_role("grid")).to_have_count(0)
    expect(chip(page, "nightly-scan")).to_have_count(31)


def test_who_wants_no_motion_gets_none(show: Show) -> None:
    page = show(page_of(NIGHTLY), motion="reduce")
    chip(page, "nightly").first.click()
    assert page.get_by_role("dialog").evaluate("dialog => getComputedStyle(dialog).animationName") == "none"


def test_a_print_has_no_buttons_to_press(show: Show) -> None:
    page = show(page_of(NIGHTLY, MONTHLY))
    page.emulate_media(media="print")
    for name in ("Next month", "Hide all", "Dark theme"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.get_by_role("grid", name="March 2026")).to_be_visible()


# --- Hostile names, and no script ---------------------------------------------------------------------

HOSTILE = """</script><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>"""


def test_a_hostile_name_is_shown_and_not_run(show: Show) -> None:
    hostile = window(HOSTILE, group=HOSTILE, stack=HOSTILE, operation=HOSTILE)
    page = show(page_of(hostile, window("other", group=HOSTILE), window(HOSTILE, HOSTILE)))
    expect(day(page, "Sunday 1 March").locator(".name", has_text=HOSTILE)).to_be_visible()
    chip(page, HOSTILE).first.click()
    expect(page.get_by_role("dialog").get_by_text(f"Patch Group = {HOSTILE}")).to_be_visible()
    page.keyboard.press("Escape")
    expect(timeline(page).get_by_title(HOSTILE).first).to_be_visible()
    assert page.evaluate("window.hacked === undefined && document.images.length === 0")


def test_what_cannot_be_told_is_listed_with_its_reason(show: Show) -> None:
    page = show(page_of(NIGHTLY, FROM_A_PARAMETER, FROM_UNIX))
    notice = page.get_by_role("main").get_by_role("listitem")
    expect(notice.filter(has_text="from-a-parameter")).to_contain_text("its schedule is not known before deployment")
    expect(notice.filter(has_text="from-unix")).to_contain_text("put cron(...) around the fields")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_without_javascript_there_is_a_table(show: Show, viewport: ViewportSize) -> None:
    page = show(page_of(NIGHTLY, MONTHLY), script=False, viewport=viewport)
    expect(page.get_by_role("row", name="29 Mar 2026, 03:30")).to_contain_text("Clock change")
    expect(page.get_by_role("tab")).to_have_count(0)
    expect(page.get_by_role("checkbox")).to_have_count(0)
    expect(page.get_by_text("At 02:30, on the last Sunday of the month")).to_be_visible()


# --- Access for all -----------------------------------------------------------------------------------

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def faults_for_all(page: Page, place: str = "body") -> list[str]:
    """Return what axe finds serious in a place, with the first example of each."""
    found = page.evaluate(f"axe.run('{place}', {{resultTypes: ['violations'], preload: false}})")["violations"]
    serious = [each for each in found if each["impact"] in {"serious", "critical"}]
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in serious]


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_serious(show: Show, theme: Theme, viewport: ViewportSize) -> None:
    # What is still fading in has no contrast yet. The first days show as many colours as all do, and sooner.
    page = show(
        page_of(*fleet(30), FROM_UNIX, until=AFTER + timedelta(days=9)),
        theme=theme,
        viewport=viewport,
        motion="reduce",
    )
    page.evaluate(AXE)
    assert faults_for_all(page) == []
    page.locator("#month .chip").first.click()
    assert faults_for_all(page, "dialog") == []
    page.keyboard.press("Escape")
    timeline(page, "Week")
    assert faults_for_all(page, "main") == []


def test_the_focus_is_seen(show: Show) -> None:
    page = show(page_of(NIGHTLY))
    styles = []
    for _ in range(11):
        page.keyboard.press("Tab")
        styles.append(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
    expect(chip(page, "nightly").first).to_be_focused()
    assert "none" not in styles


def test_who_comes_by_keyboard_may_skip_the_schedules(show: Show) -> None:
    page = show(page_of_fleet(30))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the calendar")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("tab", name="Month")).to_be_focused()


# --- Speed --------------------------------------------------------------------------------------------


def test_five_hundred_schedules_are_there_soon(show: Show) -> None:
    page = show(page_of_fleet(500))
    # Milliseconds from the start of loading until the script has drawn the month.
    assert page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd") < 5000
    assert page.evaluate("document.querySelectorAll('#month *').length") < 3000
