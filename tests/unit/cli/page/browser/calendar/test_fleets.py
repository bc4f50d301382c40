"""Fleets of 2, 12 and 200 schedules: what happens tonight, and when production reboots next, without a click."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import (
    Page,
    ViewportSize,
    expect,
)

from patching_constructs.planning.executions import Execution
from patching_constructs.template import MaintenanceWindow
from tests.unit.cli.fleet import forecast_of, page_of, window
from tests.unit.cli.page.browser.calendar.driver import card, panel
from tests.unit.cli.page.browser.driver import (
    DESK,
    SMALL_PHONE,
    THEMES,
    Show,
    Theme,
    accessibility_violations,
    has_no_sideways_scroll,
)

BERLIN = ZoneInfo("Europe/Berlin")
# In the evening, while the development nodes are scanned.
NOW = datetime(2026, 3, 10, 20, 30, tzinfo=UTC)
STAGES = {"Dev": 0, "Stage": 4, "Prod": 9}


def services(count: int) -> list[MaintenanceWindow]:
    """Write so many windows in three stacks: a scan every night, and installs on the days after Patch Tuesday."""
    return [_service(place) for place in range(count)]


def _service(place: int) -> MaintenanceWindow:
    stage = list(STAGES)[-1 - place % 3]
    number, target = place // 3, f"service{place // 3}-{stage.lower()}"
    name = f"Patching-{stage}-Service{number}-{place:08X}"
    if number == 0 and place:
        return window(name, "cron(0 21 * * ? *)", operation="Scan", group=target, stack=f"Patching-{stage}")
    day = 10 + STAGES[stage] + number % 5
    hours = f"cron({number % 6 * 10} {number % 4} {day} * ? *)"
    return window(name, hours, group=target, stack=f"Patching-{stage}", duration=2 + number % 3)


@cache
def page_with(count: int, **properties: datetime) -> str:
    return page_of(*services(count), **properties)


def is_install(execution: Execution[MaintenanceWindow]) -> bool:
    return execution.owner.tasks[0].parameter("Operation").text() == "Install"


def target_of(execution: Execution[MaintenanceWindow]) -> str:
    ((_, (value,)),) = execution.owner.targets[0].filters_as_written
    return str(value.text())


def tonight(count: int) -> list[Execution[MaintenanceWindow]]:
    morning = datetime(2026, 3, 11, 8, tzinfo=BERLIN)
    found = forecast_of(*services(count), after=NOW - timedelta(days=1), until=morning).executions
    return [each for each in found if each.occurrence.end > NOW]


@pytest.fixture(params=[2, 12, 200])
def count(request: pytest.FixtureRequest) -> int:
    number: int = request.param
    return number


def words(page: Page, title: str) -> str:
    """Return the text of a card that a reader sees without scrolling."""
    found = card(page, title)
    expect(found).to_be_in_viewport()
    return " ".join(found.inner_text().split())


@pytest.mark.parametrize("viewport", [DESK, SMALL_PHONE], ids=["desk", "phone"])
def test_what_happens_tonight_is_visible(show: Show, count: int, viewport: ViewportSize) -> None:
    page = show(page_with(count), now=NOW, viewport=viewport)
    text = words(page, "Tonight")
    installs, scans = (
        [each for each in tonight(count) if is_install(each)],
        [each for each in tonight(count) if not is_install(each)],
    )
    for number, noun in ((len(installs), "install"), (len(scans), "scan")):
        if number:
            assert f"{number} {noun}" in text
    for execution in islice(installs, 3 if len(installs) > 4 else 4):
        assert target_of(execution) in text


@pytest.mark.parametrize("viewport", [DESK, SMALL_PHONE], ids=["desk", "phone"])
def test_when_production_reboots_next_is_visible(show: Show, count: int, viewport: ViewportSize) -> None:
    page = show(page_with(count), now=NOW, viewport=viewport)
    production = [each for each in services(count) if each.stack == "Patching-Prod"]
    found = forecast_of(*production, after=NOW).executions
    start = next(each for each in found if is_install(each)).occurrence.local_start
    expected = f"Patching-Prod {start:%a} {start.day} {start:%b %H:%M} CET"
    found_card = card(page, "Next reboot")
    expect(found_card).to_be_visible()
    text = " ".join(found_card.inner_text().split())
    assert expected in text


@pytest.mark.parametrize("view", ["month", "timeline", "agenda", "schedules"])
def test_no_view_scrolls_horizontally(show: Show, count: int, view: str) -> None:
    for viewport in (DESK, SMALL_PHONE):
        page = show(page_with(count), now=NOW, viewport=viewport, link=f"#view={view}")
        assert has_no_sideways_scroll(page)


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_serious(show: Show, count: int, theme: Theme) -> None:
    until = NOW + timedelta(days=6)
    page = show(page_with(count, until=until), now=NOW, theme=theme, motion="reduce")
    assert accessibility_violations(page) == []


def test_no_generated_name_is_in_the_calendar(show: Show, count: int) -> None:
    page = show(page_with(count), now=NOW)
    for view in ("month", "timeline"):
        page.get_by_role("tab", name=view.title()).click()
        assert "Patching-Prod-Service" not in panel(page).inner_text()


def test_every_install_of_a_month_is_on_its_day(show: Show, count: int) -> None:
    page = show(page_with(count), now=NOW)
    text = {
        label.replace(", today", "").split(", ")[0]: found
        for label, found in page.locator("[data-day]").evaluate_all(
            "cells => cells.map((cell) => [cell.ariaLabel, cell.innerText])"
        )
    }
    found = forecast_of(*services(count), until=datetime(2026, 4, 1, tzinfo=BERLIN)).executions
    for execution in filter(is_install, found):
        start: date = execution.occurrence.local_start.date()
        assert target_of(execution) in text[f"{start:%A} {start.day} {start:%B %Y}"]
