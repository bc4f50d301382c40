"""Themes, screens, hostile names, accessibility and speed of the page, in Chromium, from a file, without a network."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import (
    Page,
    ViewportSize,
    expect,
)

from tests.unit.cli.fleet import (
    FROM_A_PARAMETER,
    FROM_UNIX,
    FROZEN,
    MONTHLY,
    NIGHTLY,
    UNTIL,
    fleet,
    page_of,
    window,
)
from tests.unit.cli.page.browser.calendar.driver import (
    COUNTS,
    calendar,
    day,
    line,
    page_of_fleet,
    panel,
    select,
    timeline,
)
from tests.unit.cli.page.browser.driver import (
    DESK,
    NOW,
    PHONE,
    SMALL_PHONE,
    TABLET,
    THEMES,
    Show,
    Theme,
    accessibility_violations,
    has_no_sideways_scroll,
)

# --- Themes and rooms ---------------------------------------------------------------------------------


def test_the_theme_is_the_systems_until_it_is_chosen(show: Show) -> None:
    def lightness(page: Page) -> float:
        colour = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        return float(colour.removeprefix("oklch(").split()[0])

    expected: dict[Theme, tuple[float, float]] = {"light": (0.9, 1.0), "dark": (0.0, 0.3)}
    for theme, (lower, upper) in expected.items():
        page = show(page_of(NIGHTLY), theme=theme)
        toggle = page.get_by_role("button", name="Dark theme")
        expect(toggle).to_have_attribute("aria-pressed", str(theme == "dark").lower())
        assert lower <= lightness(page) <= upper
        toggle.click()
        expect(toggle).to_have_attribute("aria-pressed", str(theme == "light").lower())
        assert not lower <= lightness(page) <= upper


@pytest.mark.parametrize("viewport", [PHONE, SMALL_PHONE], ids=["390", "360"])
@pytest.mark.parametrize("count", COUNTS)
def test_on_a_phone_nothing_scrolls_horizontally(show: Show, count: int, viewport: ViewportSize) -> None:
    page = show(page_of_fleet(count), viewport=viewport, link="#date=2026-03-09")
    assert has_no_sideways_scroll(page)
    expect(calendar(page).get_by_role("grid")).to_have_count(0)
    page.locator("#filter-panel > summary").click()
    assert has_no_sideways_scroll(page)
    page.locator("#agenda .entry").first.click()
    expect(page.locator("dialog")).to_be_in_viewport(ratio=0.99)
    assert has_no_sideways_scroll(page)
    page.keyboard.press("Escape")
    for scale in ("Day", "All"):
        timeline(page, scale)
        assert has_no_sideways_scroll(page)
    select(page, "Schedules")
    assert has_no_sideways_scroll(page)


def test_on_a_phone_the_filters_are_closed_until_they_are_needed(show: Show) -> None:
    page = show(page_of_fleet(30), viewport=PHONE)
    expect(page.get_by_role("searchbox")).to_be_hidden()
    page = show(page_of_fleet(30), viewport=PHONE, link="#text=web")
    expect(page.get_by_role("searchbox")).to_be_visible()


@pytest.mark.parametrize("viewport", [DESK, TABLET, PHONE], ids=["desk", "tablet", "phone"])
def test_the_longest_names_break_nothing(show: Show, viewport: ViewportSize) -> None:
    name = "W" * 128
    page = show(page_of(window(name), window(f"{name[:-1]}V", "0 4 * * *")), viewport=viewport)
    assert has_no_sideways_scroll(page)
    panel(page).get_by_role("button", name=name).first.click()
    dialog = page.get_by_role("dialog")
    widest = "Math.max(...[...dialog.querySelectorAll('*')].map((each) => each.scrollWidth))"
    assert dialog.evaluate(f"dialog => {widest} <= dialog.clientWidth")
    page.keyboard.press("Escape")
    for view in ("Timeline", "Agenda", "Schedules"):
        select(page, view)
        assert has_no_sideways_scroll(page)


def test_a_narrower_window_turns_the_month_into_the_agenda(show: Show) -> None:
    page = show(page_of(NIGHTLY))
    expect(page.get_by_role("grid", name="March 2026")).to_be_visible()
    page.set_viewport_size(PHONE)
    expect(page.get_by_role("grid")).to_have_count(0)
    expect(page.get_by_role("tab", name="Month")).to_have_count(0)
    expect(line(page, "nightly-scan")).to_have_count(7)


def test_reduced_motion_is_respected(show: Show) -> None:
    page = show(page_of(NIGHTLY), motion="reduce")
    line(page, "nightly").first.click()
    assert page.get_by_role("dialog").evaluate("dialog => getComputedStyle(dialog).animationName") == "none"


# --- Hostile names, and no script ---------------------------------------------------------------------

HOSTILE = """</script><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>"""


def test_a_hostile_name_is_shown_and_not_run(show: Show) -> None:
    hostile = window(HOSTILE, group=HOSTILE, stack=HOSTILE, operation=HOSTILE)
    page = show(page_of(hostile, window("other", group=HOSTILE), window(HOSTILE, HOSTILE)))
    expect(day(page, "Sunday 15 March").locator(".what", has_text=HOSTILE).first).to_be_visible()
    line(page, HOSTILE).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(HOSTILE)
    page.keyboard.press("Escape")
    for view in ("Timeline", "Agenda", "Schedules"):
        expect(select(page, view).get_by_text(HOSTILE).first).to_be_visible()
    assert page.evaluate("window.hacked === undefined && document.images.length === 0")


def test_schedules_with_unknown_executions_are_listed_with_the_reason(show: Show) -> None:
    page = show(page_of(NIGHTLY, FROM_A_PARAMETER, FROM_UNIX))
    notice = page.get_by_role("region", name="Needs attention").get_by_role("listitem")
    expect(notice.filter(has_text="from-a-parameter")).to_contain_text("the schedule is unknown until deployment")
    expect(notice.filter(has_text="from-unix")).to_contain_text("wrap the fields in cron(...)")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_without_javascript_there_is_a_table(show: Show, viewport: ViewportSize) -> None:
    page = show(page_of(NIGHTLY, MONTHLY), script=False, viewport=viewport)
    expect(page.get_by_role("row", name="29 Mar 2026, 03:30")).to_contain_text("Daylight saving")
    for role in ("tab", "checkbox", "button", "search"):
        expect(page.get_by_role(role)).to_have_count(0)
    expect(page.get_by_text("Made on 1 Mar 2026, 00:00 UTC")).to_be_visible()


# --- Access for all -----------------------------------------------------------------------------------


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_serious(show: Show, theme: Theme, viewport: ViewportSize) -> None:
    # What is still fading in has no contrast yet. The days around today show as many colors as all do, and sooner.
    windows = (
        *fleet(20),
        FROM_UNIX,
        FROZEN,
        window("a", reboot="NoReboot"),
        window("b", operation=None),
        window("c", group="a"),
    )
    page = show(
        page_of(*windows, after=NOW - timedelta(days=2), until=NOW + timedelta(days=3)),
        theme=theme,
        viewport=viewport,
        motion="reduce",
    )
    assert accessibility_violations(page) == []
    panel(page).get_by_role("button", name=re.compile("scans|CET")).first.click()
    assert accessibility_violations(page, "dialog") == []
    page.keyboard.press("Escape")
    for view in ("Timeline", "Agenda", "Schedules"):
        select(page, view)
        page.wait_for_timeout(50)
        assert accessibility_violations(page, "main") == []


def test_axe_finds_nothing_serious_in_an_outdated_page(show: Show) -> None:
    for theme in THEMES:
        page = show(page_of(NIGHTLY), now=UNTIL + timedelta(days=1), theme=theme)
        assert accessibility_violations(page) == []


def test_the_focus_is_visible(show: Show) -> None:
    page = show(page_of(NIGHTLY))
    styles = []
    for _ in range(40):
        page.keyboard.press("Tab")
        # A radio button or a check box that is drawn by its label has the outline there.
        styles.append(
            page.evaluate(
                """() => [document.activeElement, document.activeElement.nextElementSibling ?? document.body]
                    .map((each) => getComputedStyle(each).outlineStyle).join()"""
            )
        )
        if page.evaluate("document.activeElement.matches('#month .line')"):
            break
    assert page.evaluate("document.activeElement.matches('#month .line')")
    assert all(set(style.split(",")) != {"none"} for style in styles)


def test_a_link_skips_the_strip(show: Show) -> None:
    page = show(page_of_fleet(30))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the calendar")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("tab", name="Month")).to_be_focused()


# --- Speed --------------------------------------------------------------------------------------------


def test_five_hundred_schedules_are_there_soon(show: Show) -> None:
    page = show(page_of_fleet(500), now=None, link="#date=2026-03-12")
    # Milliseconds from the start of loading until the script has drawn the month.
    assert page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd") < 5000
    assert page.evaluate("document.querySelectorAll('#month *').length") < 8000
