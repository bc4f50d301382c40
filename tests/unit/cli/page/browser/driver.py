"""What the tests of every page use: screens, themes, and what axe finds."""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib.resources import files
from typing import Literal

from playwright.sync_api import (
    Locator,
    Page,
    ViewportSize,
)

NOW = datetime(2026, 3, 12, 16, 40, tzinfo=UTC)
DESK = ViewportSize(width=1440, height=960)
TABLET = ViewportSize(width=820, height=1180)
PHONE = ViewportSize(width=390, height=844)
SMALL_PHONE = ViewportSize(width=360, height=740)
Theme = Literal["light", "dark"]
THEMES: list[Theme] = ["light", "dark"]
Show = Callable[..., Page]


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
