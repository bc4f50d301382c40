"""What the tests look for in the page of the report, and what they do in it."""

from datetime import UTC, datetime
from functools import cache

from playwright.sync_api import Locator, Page

from patching_constructs.cli.page.report.build import build_page
from tests.unit.cli.page.browser.driver import rows_of
from tests.unit.reporting.samples import FAILURE, sample_report

# Seven hours after the samples are made.
NOW = datetime(2026, 12, 1, 16, 40, tzinfo=UTC)
COUNTS = [3, 300, 10_000]
AT_LEAST = "\N{GREATER-THAN OR EQUAL TO}\N{NO-BREAK SPACE}"


@cache
def page_of_sample(nodes: int, *, history: int = 6, windows: bool = True) -> str:
    """Return the page of a report that could not read everything."""
    return build_page(sample_report(nodes, history=history, failures=(FAILURE,), windows=windows))


def card(page: Page, title: str) -> Locator:
    strip = page.get_by_role("region", name="Fleet at a glance")
    return strip.get_by_role("region", name=title, exact=True)


def words(found: Locator) -> str:
    return " ".join(found.inner_text().split())


def panel(page: Page) -> Locator:
    return page.locator("main").get_by_role("tabpanel")


def select(page: Page, view: str) -> Locator:
    page.get_by_role("tab", name=view, exact=True).click()
    return panel(page)


def cells(page: Page, *columns: str) -> list[list[str]]:
    """Return the rows of the table that is shown, or some of its columns."""
    head, *rows = rows_of(panel(page).get_by_role("table"))
    places = [head.index(column) for column in columns or head]
    return [[row[place] for place in places] for row in rows]


def sort(page: Page, column: str) -> None:
    panel(page).get_by_role("columnheader", name=column, exact=True).get_by_role("button").click()


def status(page: Page) -> Locator:
    return page.locator("#status")
