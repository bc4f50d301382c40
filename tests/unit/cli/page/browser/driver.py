"""What the tests look for in the page, and what they do in it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Literal

from playwright.sync_api import (
    Locator,
    Page,
    ViewportSize,
)

from patching_constructs.planning.executions import Execution
from patching_constructs.template import MaintenanceWindow
from tests.unit.cli.fleet import (
    fleet,
    forecast_of,
    page_of,
    window,
)

NOW = datetime(2026, 3, 12, 16, 40, tzinfo=UTC)
DESK = ViewportSize(width=1440, height=960)
TABLET = ViewportSize(width=820, height=1180)
PHONE = ViewportSize(width=390, height=844)
SMALL_PHONE = ViewportSize(width=360, height=740)
Theme = Literal["light", "dark"]
THEMES: list[Theme] = ["light", "dark"]
COUNTS = [1, 30, 500]
DASH = "\N{EN DASH}"
NEW_YORK = window("weekly-db", "cron(0 1 ? * SUN *)", zone="America/New_York")

Show = Callable[..., Page]


@cache
def page_of_fleet(count: int) -> str:
    return page_of(*fleet(count))


@cache
def executions_of_fleet(count: int) -> tuple[Execution[MaintenanceWindow], ...]:
    return forecast_of(*fleet(count)).executions


def calendar(page: Page) -> Locator:
    return page.locator("main")


def panel(page: Page) -> Locator:
    return calendar(page).get_by_role("tabpanel")


def line(page: Page, name: str) -> Locator:
    return panel(page).get_by_role("button", name=name)


def day(page: Page, text: str) -> Locator:
    return calendar(page).get_by_role("gridcell", name=text)


def card(page: Page, title: str) -> Locator:
    return page.get_by_role("region", name="Now and next").get_by_role("region", name=title, exact=True)


def period(page: Page) -> Locator:
    return page.locator("#period")


def turn(page: Page, name: str, times: int = 1) -> None:
    for _ in range(times):
        calendar(page).get_by_role("button", name=name, exact=True).click()


def select(page: Page, view: str) -> Locator:
    calendar(page).get_by_role("tab", name=view, exact=True).click()
    return panel(page)


def timeline(page: Page, scale: str | None = None) -> Locator:
    select(page, "Timeline")
    if scale:
        calendar(page).get_by_role("radio", name=scale).check(force=True)
    return panel(page)


def day_name(moment: date) -> str:
    return f"{moment:%A} {moment.day} {moment:%B %Y}"


def has_no_sideways_scroll(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def rows_of(table: Locator) -> list[list[str]]:
    rows = [row.locator("th, td").all_inner_texts() for row in table.locator("tr").all()]
    return [[" ".join(text.split()) for text in row] for row in rows]


AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def accessibility_violations(page: Page, place: str = "body") -> list[str]:
    """Return what axe finds serious in a place, with the first example of each."""
    page.evaluate(f"window.axe ?? ({{ run: () => {{ {AXE} }} }}).run()")
    found = page.evaluate(f"axe.run('{place}', {{resultTypes: ['violations'], preload: false}})")["violations"]
    serious = [each for each in found if each["impact"] in {"serious", "critical"}]
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in serious]
