"""Themes, screens, hostile names, accessibility and speed of the page, in Chromium, from a file, without a network."""

import re
from datetime import timedelta
from importlib.resources import files

import pytest
from playwright.sync_api import (
    Page,
    ViewportSize,
    expect,
)

from tests.unit.cli.fleet import (
    AFTER,
    FROM_A_PARAMETER,
    FROM_UNIX,
    MONTHLY,
    NIGHTLY,
    fleet,
    page_of,
    window,
)
from tests.unit.cli.page.browser.driver import (
    COUNTS,
    DESK,
    PHONE,
    TABLET,
    THEMES,
    Show,
    Theme,
    calendar,
    chip,
    day,
    has_no_sideways_scroll,
    page_of_fleet,
    timeline,
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


@pytest.mark.parametrize("count", COUNTS)
def test_on_a_phone_the_month_is_a_list_without_horizontal_scrolling(show: Show, count: int) -> None:
    page = show(page_of_fleet(count), viewport=PHONE)
    assert has_no_sideways_scroll(page)
    expect(calendar(page).get_by_role("grid")).to_have_count(0)
    expect(calendar(page).get_by_role("tabpanel").get_by_role("heading").first).to_have_text(
        re.compile(r"\w+ \d+ March 2026")
    )
    page.locator("#panel > summary").click()
    expect(page.locator(".schedules .name").first).to_be_visible()
    assert has_no_sideways_scroll(page)
    page.locator("#month .chip").first.click()
    expect(page.locator("dialog")).to_be_in_viewport(ratio=0.99)
    assert has_no_sideways_scroll(page)
    page.keyboard.press("Escape")
    for scale in ("Day", "All"):
        timeline(page, scale)
        assert has_no_sideways_scroll(page)


@pytest.mark.parametrize("viewport", [DESK, TABLET, PHONE], ids=["desk", "tablet", "phone"])
def test_the_longest_names_break_nothing(show: Show, viewport: ViewportSize) -> None:
    name = "W" * 128
    page = show(page_of(window(name), window(f"{name[:-1]}V", "0 4 * * *")), viewport=viewport)
    assert has_no_sideways_scroll(page)
    page.locator("#month .chip").first.click()
    dialog = page.get_by_role("dialog")
    widest = "Math.max(...[...dialog.querySelectorAll('*')].map((each) => each.scrollWidth))"
    assert dialog.evaluate(f"dialog => {widest} <= dialog.clientWidth")
    page.keyboard.press("Escape")
    timeline(page)
    assert has_no_sideways_scroll(page)


def test_a_narrower_window_turns_the_month_into_the_list(show: Show) -> None:
    page = show(page_of(NIGHTLY))
    expect(page.get_by_role("grid", name="March 2026")).to_be_visible()
    page.set_viewport_size(PHONE)
    expect(page.get_by_role("grid")).to_have_count(0)
    expect(chip(page, "nightly-scan")).to_have_count(31)


def test_reduced_motion_is_respected(show: Show) -> None:
    page = show(page_of(NIGHTLY), motion="reduce")
    chip(page, "nightly").first.click()
    assert page.get_by_role("dialog").evaluate("dialog => getComputedStyle(dialog).animationName") == "none"


def test_a_print_has_no_buttons_to_press(show: Show) -> None:
    page = show(page_of(NIGHTLY, MONTHLY))
    page.emulate_media(media="print")
    for name in ("Next month", "Hide all", "Dark theme"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.get_by_role("grid", name="March 2026")).to_be_visible()


# --- Hostile names, and no script ---------------------------------------------------------------------

HOSTILE = """</script><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>"""


def test_a_hostile_name_is_shown_and_not_run(show: Show) -> None:
    hostile = window(HOSTILE, group=HOSTILE, stack=HOSTILE, operation=HOSTILE)
    page = show(page_of(hostile, window("other", group=HOSTILE), window(HOSTILE, HOSTILE)))
    expect(day(page, "Sunday 1 March").locator(".name", has_text=HOSTILE)).to_be_visible()
    chip(page, HOSTILE).first.click()
    expect(page.get_by_role("dialog").get_by_text(f"Patch Group = {HOSTILE}")).to_be_visible()
    page.keyboard.press("Escape")
    expect(timeline(page).get_by_title(HOSTILE).first).to_be_visible()
    assert page.evaluate("window.hacked === undefined && document.images.length === 0")


def test_windows_with_unknown_executions_are_listed_with_the_reason(show: Show) -> None:
    page = show(page_of(NIGHTLY, FROM_A_PARAMETER, FROM_UNIX))
    notice = page.get_by_role("main").get_by_role("listitem")
    expect(notice.filter(has_text="from-a-parameter")).to_contain_text("the schedule is unknown until deployment")
    expect(notice.filter(has_text="from-unix")).to_contain_text("wrap the fields in cron(...)")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_without_javascript_there_is_a_table(show: Show, viewport: ViewportSize) -> None:
    page = show(page_of(NIGHTLY, MONTHLY), script=False, viewport=viewport)
    expect(page.get_by_role("row", name="29 Mar 2026, 03:30")).to_contain_text("Daylight saving")
    expect(page.get_by_role("tab")).to_have_count(0)
    expect(page.get_by_role("checkbox")).to_have_count(0)
    expect(page.get_by_text("At 02:30, on the last Sunday of the month")).to_be_visible()


# --- Access for all -----------------------------------------------------------------------------------

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def accessibility_violations(page: Page, place: str = "body") -> list[str]:
    """Return what axe finds serious in a place, with the first example of each."""
    found = page.evaluate(f"axe.run('{place}', {{resultTypes: ['violations'], preload: false}})")["violations"]
    serious = [each for each in found if each["impact"] in {"serious", "critical"}]
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in serious]


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_serious(show: Show, theme: Theme, viewport: ViewportSize) -> None:
    # What is still fading in has no contrast yet. The first days show as many colours as all do, and sooner.
    page = show(
        page_of(*fleet(30), FROM_UNIX, until=AFTER + timedelta(days=9)),
        theme=theme,
        viewport=viewport,
        motion="reduce",
    )
    page.evaluate(AXE)
    assert accessibility_violations(page) == []
    page.locator("#month .chip").first.click()
    assert accessibility_violations(page, "dialog") == []
    page.keyboard.press("Escape")
    timeline(page, "Week")
    assert accessibility_violations(page, "main") == []


def test_the_focus_is_visible(show: Show) -> None:
    page = show(page_of(NIGHTLY))
    styles = []
    for _ in range(11):
        page.keyboard.press("Tab")
        styles.append(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
    expect(chip(page, "nightly").first).to_be_focused()
    assert "none" not in styles


def test_a_link_skips_the_schedules(show: Show) -> None:
    page = show(page_of_fleet(30))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the calendar")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("tab", name="Month")).to_be_focused()


# --- Speed --------------------------------------------------------------------------------------------


def test_five_hundred_schedules_are_there_soon(show: Show) -> None:
    page = show(page_of_fleet(500))
    # Milliseconds from the start of loading until the script has drawn the month.
    assert page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd") < 5000
    assert page.evaluate("document.querySelectorAll('#month *').length") < 3000
