"""The timeline and the tabs of the page, in Chromium, from a file, without a network."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from playwright.sync_api import (
    ViewportSize,
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
    DASH,
    Show,
    executions_of_fleet,
    page_of_fleet,
    period,
    timeline,
    turn,
)

# --- The timeline -------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", COUNTS)
def test_the_timeline_has_a_row_for_every_schedule_that_is_open_and_its_bars_at_their_place(
    show: Show, count: int
) -> None:
    page = show(page_of_fleet(count), viewport=ViewportSize(width=1440, height=3000))
    first = executions_of_fleet(count)[0].occurrence
    zone = first.zone if count == 1 else UTC
    begin = datetime.combine(first.local_start, time(), zone)
    end = begin + timedelta(days=7)
    expected: dict[str, list[float]] = {}
    for execution in executions_of_fleet(count):
        occurrence = execution.occurrence
        if occurrence.end > begin and occurrence.start < end:
            share = (max(occurrence.start, begin) - begin) / (end - begin)
            expected.setdefault(execution.window.label, []).append(round(share * 100, 1))
    rows = timeline(page).locator(".row")
    assert sorted(rows.locator(".name").all_text_contents()) == sorted(expected)
    # The first rows are in sight, so they have their bars.
    rows.first.locator(".bar").first.wait_for()
    for row in rows.all()[:20]:
        lefts = row.locator(".bar").evaluate_all("bars => bars.map((bar) => parseFloat(bar.style.left))")
        assert lefts == pytest.approx(expected[row.locator(".name").inner_text()], abs=0.11)


def test_rows_get_their_bars_when_they_become_visible(show: Show) -> None:
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


def test_executions_that_would_cover_each_other_share_a_bar(show: Show) -> None:
    page = show(page_of(window("hourly", "cron(0 * * * ? *)", duration=1, cutoff=0)))
    panel = timeline(page, "All")
    panel.get_by_role("button", name=re.compile(r"hourly, [\d,]+ executions")).first.click()
    dialog = page.get_by_role("dialog", name="hourly")
    expect(dialog.get_by_text(re.compile(r"^[\d,]+ executions$"))).to_be_visible()


def test_the_timeline_supports_the_keyboard(show: Show) -> None:
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
