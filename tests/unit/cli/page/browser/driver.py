"""What the tests look for in the page, and what they do in it."""

from collections.abc import Callable
from datetime import date
from functools import cache
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

DESK = ViewportSize(width=1440, height=960)
TABLET = ViewportSize(width=820, height=1180)
PHONE = ViewportSize(width=390, height=844)
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


def rows_of(table: Locator) -> list[list[str]]:
    rows = [row.locator("th, td").all_inner_texts() for row in table.locator("tr").all()]
    return [[" ".join(text.split()) for text in row] for row in rows]
