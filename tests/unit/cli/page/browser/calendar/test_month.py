"""The month view of the page, in Chromium, from a file, without a network."""

import re
from collections import Counter
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import (
    expect,
)

from patching_constructs.planning.executions import Execution
from patching_constructs.template import MaintenanceWindow
from tests.unit.cli.fleet import (
    FROZEN,
    MONTHLY,
    NIGHTLY,
    page_of,
    runs_of,
    window,
)
from tests.unit.cli.page.browser.calendar.driver import (
    COUNTS,
    NEW_YORK,
    day,
    day_name,
    executions_of_fleet,
    line,
    page_of_fleet,
    panel,
    period,
    turn,
)
from tests.unit.cli.page.browser.driver import Show
from tests.unit.template.test_upcoming_runs import association

BERLIN = ZoneInfo("Europe/Berlin")


def day_of(execution: Execution[MaintenanceWindow]) -> str:
    return day_name(execution.occurrence.start.astimezone(BERLIN).date())


@pytest.mark.parametrize("count", COUNTS)
def test_every_day_counts_its_executions(show: Show, count: int) -> None:
    page = show(page_of_fleet(count))
    expected = Counter(day_of(execution) for execution in executions_of_fleet(count))
    for month, days in (("March 2026", 31), ("April 2026", 30), ("May 2026", 31)):
        while period(page).inner_text() != month:
            turn(page, "Next month")
        labels = page.locator("[data-day]").evaluate_all("cells => cells.map((cell) => cell.ariaLabel)")
        shown = {
            label.replace(", today", "").split(", ")[0]: sum(map(int, re.findall(r", (\d+) ", label)))
            for label in labels
        }
        assert shown == {name: expected[name] for name in shown}
        assert len(shown) == days


@pytest.mark.parametrize("count", COUNTS)
def test_no_install_is_cut_off(show: Show, count: int) -> None:
    page = show(page_of_fleet(count))
    expected = Counter[str]()
    for execution in executions_of_fleet(count):
        if execution.owner.tasks[0].parameter("Operation").text() == "Install":
            expected[day_of(execution)] += 1
    texts = "cells => cells.map((cell) => [cell.ariaLabel, cell.innerText])"
    for label, text in page.locator("[data-day]").evaluate_all(texts):
        name = label.replace(", today", "").split(", ")[0]
        targets = set(re.findall(r"\b(?:web|api|db|cache|queue|batch|search|auth|edge|build)-[\w-]+", text))
        installed = {each.owner.label for each in executions_of_fleet(count) if day_of(each) == name}
        assert targets <= installed
        assert len(targets) == expected[name]
        assert "more" not in text


def test_the_scans_of_a_day_are_one_line(show: Show) -> None:
    scans = [window(f"scan-{place}", f"cron(0 {place} * * ? *)", operation="Scan") for place in range(3)]
    page = show(page_of(*scans, MONTHLY))
    cell = day(page, "Sunday 29 March 2026")
    expect(cell).to_have_accessible_name("Sunday 29 March 2026, 1 install with reboot, 3 scans")
    buttons = cell.get_by_role("button")
    expect(buttons).to_have_count(2)
    expect(buttons.first).to_have_accessible_name(
        "Install with reboot: 03:30 CEST monthly-install \u00b7 Install daylight saving"
    )
    expect(buttons.last).to_contain_text("from 00:00 CET 3 scans")


def test_a_line_has_the_time_the_zone_the_target_and_the_operation(show: Show) -> None:
    page = show(
        page_of(
            window("a", "cron(0 1 12 3 ? *)", operation="Install", reboot="NoReboot"),
            window("b", "cron(0 2 12 3 ? *)", group="web"),
            window("c", "cron(0 3 12 3 ? *)", operation=None),
            runs=runs_of(Run=association("at(2026-03-12T20:00:00)")),
        )
    )
    names = [
        "Install, no reboot: 01:00 CET a \u00b7 Install",
        "Install with reboot: 02:00 CET web \u00b7 Install",
        "Other: 03:00 CET c \u00b7 no task",
        "Scan: 21:00 CET web \u00b7 Scan",
    ]
    buttons = day(page, "Thursday 12 March 2026, today").get_by_role("button")
    for button, name in zip(buttons.all(), names, strict=True):
        expect(button).to_have_accessible_name(name)


def test_executions_with_one_start_and_effect_share_a_line_with_all_targets(show: Show) -> None:
    page = show(page_of(*(window(f"w{place}", "cron(0 2 ? * 1L *)") for place in range(20))))
    buttons = day(page, "Sunday 29 March").get_by_role("button")
    expect(buttons).to_have_count(1)
    for place in range(20):
        expect(buttons).to_contain_text(f"w{place}")
    buttons.click()
    expect(page.get_by_role("dialog").get_by_role("listitem")).to_have_count(20)


def test_a_day_with_many_names_its_operation_once_and_every_target(show: Show) -> None:
    page = show(page_of(*(window(f"w{place}", f"cron(0 {place} ? * 1L *)") for place in range(20)), NEW_YORK))
    cell = day(page, "Sunday 29 March")
    expect(cell.get_by_text("19 \u00d7 Install CEST")).to_be_visible()
    group = cell.get_by_role("group", name="Install with reboot: 19 \u00d7 Install CEST")
    expect(group.get_by_role("button", name="19:00 w19")).to_be_visible()
    cell.get_by_role("button", name="19:00 w19").click()
    expect(page.get_by_role("dialog", name="w19 \u00b7 Install")).to_be_visible()


def test_suppressed_executions_are_struck(show: Show) -> None:
    page = show(page_of(FROZEN))
    cell = day(page, "Friday 13 March 2026, 1 suppressed by a freeze")
    frozen = cell.get_by_role("button", name="Suppressed by a freeze: 22:00 CET frozen \u00b7 Frozen")
    assert "line-through" in frozen.locator(".what").evaluate("each => getComputedStyle(each).textDecoration")
    assert "gradient" in cell.evaluate("cell => getComputedStyle(cell).backgroundImage")


def test_past_days_and_executions_look_past_and_the_current_day_has_a_line(show: Show) -> None:
    page = show(page_of(window("early", "cron(0 3 * * ? *)"), window("late", "cron(0 23 * * ? *)")))
    colour = "each => getComputedStyle(each).backgroundColor"
    past, today, later = (day(page, f"{name} March") for name in ("Wednesday 11", "Thursday 12", "Friday 13"))
    assert past.evaluate(colour) != later.evaluate(colour)
    items = today.get_by_role("listitem").all()
    assert [item.inner_text().split()[0] for item in items] == ["Install", "Now", "Install"]
    assert items[0].get_by_role("button").evaluate(colour) == past.get_by_role("button").first.evaluate(colour)
    assert items[2].get_by_role("button").evaluate(colour) == later.get_by_role("button").first.evaluate(colour)


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
    expect(day(page, "Monday 1 June 2026, no executions")).to_be_visible()
    expect(day(page, "Tuesday 2 June 2026, outside the range of this calendar")).to_be_visible()


def test_an_empty_month_links_the_next_execution(show: Show) -> None:
    page = show(page_of(window("once", "at(2026-05-20T10:00:00)", zone=None)))
    expect(page.get_by_text("No executions in this period.")).to_be_visible()
    page.get_by_role("button", name="Go to Wed 20 May 2026").click()
    expect(period(page)).to_have_text("May 2026")
    expect(line(page, "once")).to_be_visible()
    expect(page.get_by_text("No executions in this period.")).to_be_hidden()
    turn(page, "Next month")
    page.get_by_role("button", name="Go to Wed 20 May 2026").click()
    expect(line(page, "once")).to_be_visible()


def test_a_page_without_executions_has_a_message(show: Show) -> None:
    page = show(page_of())
    expect(page.get_by_text("No executions in this range.")).to_be_visible()
    for view in ("Timeline", "Agenda", "Schedules"):
        page.get_by_role("tab", name=view).click()
        expect(panel(page)).to_have_count(1)


def test_the_month_supports_the_keyboard(show: Show) -> None:
    page = show(page_of(NIGHTLY), link="#date=2026-03-01")
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
