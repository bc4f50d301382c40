"""The month view of the page, in Chromium, from a file, without a network."""

from collections import Counter
from datetime import date

import pytest
from playwright.sync_api import (
    Locator,
    expect,
)

from tests.unit.cli.fleet import (
    MONTHLY,
    NIGHTLY,
    page_of,
    window,
)
from tests.unit.cli.page.browser.driver import (
    COUNTS,
    NEW_YORK,
    Show,
    chip,
    day,
    day_name,
    executions_of_fleet,
    page_of_fleet,
    period,
    timeline,
    turn,
)

# --- The month ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", COUNTS)
def test_every_day_lists_its_executions(show: Show, count: int) -> None:
    page = show(page_of_fleet(count))
    expected = Counter(day_name(execution.occurrence.local_start.date()) for execution in executions_of_fleet(count))
    for month in ("March 2026", "April 2026", "May 2026"):
        while period(page).inner_text() != month:
            turn(page, "Next month")
        labels = page.locator("[data-day]").evaluate_all("cells => cells.map((cell) => cell.ariaLabel)")
        shown = {name: int(words.split()[0]) for name, words in (label.split(", ") for label in labels)}
        assert shown == {name: expected[name] for name in shown}
        assert len(shown) == {"March 2026": 31, "April 2026": 30, "May 2026": 31}[month]


@pytest.mark.parametrize("count", COUNTS)
def test_a_day_shows_some_and_its_list_shows_all_in_the_order_of_its_clocks(show: Show, count: int) -> None:
    page = show(page_of_fleet(count))
    found = sorted(
        (
            execution
            for execution in executions_of_fleet(count)
            if execution.occurrence.local_start.date() == date(2026, 3, 9)
        ),
        key=lambda execution: execution.occurrence.local_start.replace(tzinfo=None),
    )
    expected = [f"{execution.occurrence.local_start:%H:%M} {execution.window.label}" for execution in found]
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
    cell = day(page, "Sunday 29 March 2026, 3 executions")
    names = ["01:00 weekly-db", "03:30 monthly-install daylight saving", "22:00 nightly-scan"]
    for button, name in zip(cell.get_by_role("button").all(), names, strict=True):
        expect(button).to_have_accessible_name(name)
    expect(cell.get_by_role("button", name="daylight saving")).to_contain_text("monthly-install")
    expect(cell.locator(".sign.daylightSaving svg")).to_be_visible()


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
    expect(day(page, "Monday 1 June 2026, 0 executions")).to_be_visible()
    expect(day(page, "Tuesday 2 June 2026, outside the range of this calendar")).to_be_visible()


def test_an_empty_month_links_the_next_execution(show: Show) -> None:
    page = show(page_of(window("once", "at(2026-05-20T10:00:00)", zone=None)))
    expect(period(page)).to_have_text("May 2026")
    turn(page, "Previous month")
    expect(page.get_by_text("No executions in this period.")).to_be_visible()
    page.get_by_role("button", name="Go to Wed 20 May 2026").click()
    expect(chip(page, "once")).to_be_visible()
    expect(page.get_by_text("No executions in this period.")).to_be_hidden()


def test_a_page_without_executions_has_a_message(show: Show) -> None:
    page = show(page_of())
    expect(page.get_by_text("No executions in this range.")).to_be_visible()
    expect(timeline(page)).to_be_visible()


def test_the_month_supports_the_keyboard(show: Show) -> None:
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
