"""Chromium, with a tab that reports whatever a page loads or logs."""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    Route,
    ViewportSize,
    sync_playwright,
)

from tests.unit.cli.page.browser.driver import DESK, NOW, Show, Theme

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Tab:
    """A tab of the browser, for one page after the other, and what went wrong in it."""

    page: Page
    errors: list[str]

    def refuse(self, route: Route) -> None:
        self.errors.append(route.request.url)
        route.abort()

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.errors.append(message.text)

    def hear_error(self, error: Error) -> None:
        self.errors.append(str(error))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None and os.environ.get("PATCHING_CONSTRUCTS_BROWSER") != "1":
        pytest.skip("chromium is not installed")
    assert chromium, "PATCHING_CONSTRUCTS_BROWSER=1 requires chromium, which is not installed"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


def open_tab(browser: Browser, *, script: bool, zone: str) -> Tab:
    # The language of the reader's machine may not show.
    context = browser.new_context(java_script_enabled=script, timezone_id=zone, locale="de-DE")
    context.set_default_timeout(5000)
    tab = Tab(context.new_page(), [])
    context.route(re.compile("^(https?|wss?):"), tab.refuse)
    tab.page.on("console", tab.hear)
    tab.page.on("pageerror", tab.hear_error)
    return tab


@pytest.fixture(scope="module")
def tabs() -> dict[tuple[bool, str, bool], Tab]:
    return {}


@pytest.fixture
def show(browser: Browser, tabs: dict[tuple[bool, str, bool], Tab], tmp_path: Path) -> Iterator[Show]:
    """Open pages, and see at the end that none of them asked for anything or complained of anything."""

    def show_page(
        text: str,
        *,
        link: str = "",
        now: datetime | None = NOW,
        zone: str = "Europe/Berlin",
        viewport: ViewportSize = DESK,
        theme: Theme = "light",
        motion: Literal["reduce", "no-preference"] = "no-preference",
        script: bool = True,
    ) -> Page:
        file = tmp_path / "page.html"
        file.write_text(text, encoding="utf-8")
        # The clock of a tab also replaces what measures the time of loading.
        key = (script, zone, now is None)
        if key not in tabs:
            tabs[key] = open_tab(browser, script=script, zone=zone)
        page = tabs[key].page
        page.set_viewport_size(viewport)
        page.emulate_media(media="screen", color_scheme=theme, reduced_motion=motion)
        # Otherwise only the hash of the page before would change.
        page.goto("about:blank")
        if script and now:
            page.clock.set_fixed_time(now)
        page.goto(f"{file.as_uri()}{link}")
        return page

    yield show_page
    for tab in tabs.values():
        errors, tab.errors = tab.errors, []
        assert not errors
