"""What the tests look for in the calendar, and what they do in it."""

from datetime import date
from functools import cache

from playwright.sync_api import Locator, Page

from patching_constructs.planning.executions import Execution
from patching_constructs.template import MaintenanceWindow
from tests.unit.cli.fleet import fleet, forecast_of, page_of, window

COUNTS = [1, 30, 500]
DASH = "\N{EN DASH}"
NEW_YORK = window("weekly-db", "cron(0 1 ? * SUN *)", zone="America/New_York")


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
