"""Screens, hostile names, accessibility, print and speed of the page of the report, without a network."""

from datetime import timedelta

import pytest
from playwright.sync_api import ViewportSize, expect

from patching_constructs.cli.page.report.build import build_page
from patching_constructs.reporting.patches import Patch, PatchStatus
from patching_constructs.reporting.report import ReadFailure
from patching_constructs.reporting.windows import ReportWindow
from tests.unit.cli.page.browser.driver import (
    DESK,
    PHONE,
    SMALL_PHONE,
    TABLET,
    THEMES,
    Show,
    Theme,
    accessibility_violations,
    has_no_sideways_scroll,
)
from tests.unit.cli.page.browser.report.driver import COUNTS, NOW, card, page_of_sample, panel, select
from tests.unit.cli.page.small_reports import PLACE, node, report_of, state
from tests.unit.reporting.samples import sample_report

VIEWS = ("Nodes", "Groups", "Patches", "Windows")
HOSTILE = """</script><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>"""


# --- Screens ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("viewport", [DESK, TABLET, PHONE, SMALL_PHONE], ids=["desk", "tablet", "390", "360"])
@pytest.mark.parametrize("count", COUNTS)
def test_nothing_scrolls_horizontally(show: Show, count: int, viewport: ViewportSize) -> None:
    page = show(page_of_sample(count), now=NOW, viewport=viewport)
    for view in VIEWS:
        select(page, view)
        assert has_no_sideways_scroll(page), view
        # The table fits as well, without scrolling in itself.
        assert panel(page).locator(".scroll").evaluate("table => table.scrollWidth <= table.clientWidth"), view
        if view == "Groups":
            continue
        panel(page).get_by_role("rowheader").get_by_role("button").first.click()
        expect(page.locator("dialog")).to_be_in_viewport(ratio=0.99)
        assert has_no_sideways_scroll(page), view
        page.keyboard.press("Escape")


@pytest.mark.parametrize("viewport", [DESK, TABLET, PHONE], ids=["desk", "tablet", "phone"])
def test_the_longest_names_break_nothing(show: Show, viewport: ViewportSize) -> None:
    name = "W" * 128
    patch = Patch(id=name, title=f"{name}V", status=PatchStatus.MISSING, severity="Critical")
    given = node(name, tags={"Patch Group": name}, platform=name, state=state(missing=1), patches=(patch,))
    window = ReportWindow(id="mw-1", place=PLACE, name=name, targets=({"tag:Patch Group": frozenset([name])},))
    failure = ReadFailure(what=name, reason=name)
    text = build_page(report_of(*[given] * 11, windows=(window,), failures=(failure,)))
    page = show(text, now=NOW, viewport=viewport)
    for view in VIEWS:
        select(page, view)
        assert has_no_sideways_scroll(page), view
    panel(page).get_by_role("button", name=name).click()
    dialog = page.get_by_role("dialog")
    widest = "Math.max(...[...dialog.querySelectorAll(':not(.scroll *)')].map((each) => each.scrollWidth))"
    assert dialog.evaluate(f"dialog => {widest} <= dialog.clientWidth")


# --- Hostile names, and no script ---------------------------------------------------------------------


def test_a_hostile_name_is_shown_and_not_run(show: Show) -> None:
    patch = Patch(id=HOSTILE, title=HOSTILE, status=PatchStatus.MISSING, severity=HOSTILE, classification=HOSTILE)
    given = node(HOSTILE, tags={"Patch Group": HOSTILE}, platform=HOSTILE, state=state(missing=1), patches=(patch,))
    window = ReportWindow(id=HOSTILE, place=PLACE, name=HOSTILE, targets=({"tag:Patch Group": frozenset([HOSTILE])},))
    failure = ReadFailure(what=HOSTILE, reason=HOSTILE)
    page = show(build_page(report_of(*[given] * 11, windows=(window,), failures=(failure,))), now=NOW)
    for view in VIEWS:
        expect(select(page, view).get_by_text(HOSTILE).first).to_be_visible()
    select(page, "Nodes").get_by_role("button", name=HOSTILE).first.click()
    expect(page.get_by_role("dialog")).to_contain_text(HOSTILE)
    assert page.evaluate("window.hacked === undefined && document.images.length === 0")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_without_javascript_there_is_a_table(show: Show, viewport: ViewportSize) -> None:
    page = show(page_of_sample(3), now=NOW, script=False, viewport=viewport)
    expect(page.get_by_role("row", name="web-00000")).to_contain_text("3 missing")
    expect(page.locator("noscript > p")).to_contain_text("3 nodes: 1 non-compliant, 1 no evidence, 1 compliant.")
    expect(page.get_by_text("Made on 2026-12-01 09:30 UTC")).to_be_visible()
    expect(page.get_by_text("This report is incomplete.")).to_be_visible()
    for role in ("tab", "checkbox", "button", "search"):
        expect(page.get_by_role(role)).to_have_count(0)


# --- Access for all -----------------------------------------------------------------------------------


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_serious(show: Show, theme: Theme, viewport: ViewportSize) -> None:
    # More nodes than a page of the table has. What axe examines takes long, and more nodes look the same.
    page = show(page_of_sample(60), now=NOW, theme=theme, viewport=viewport, motion="reduce")
    for view in VIEWS:
        select(page, view)
        assert accessibility_violations(page, "body" if view == VIEWS[0] else "main") == []
        if view == "Groups":
            continue
        panel(page).get_by_role("rowheader").get_by_role("button").first.click()
        assert accessibility_violations(page, "dialog") == []
        page.keyboard.press("Escape")
    card(page, "Trend").get_by_role("button").click()
    assert accessibility_violations(page, "dialog") == []


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_serious_where_there_is_nothing(show: Show, theme: Theme) -> None:
    for report in (report_of(), report_of(node(state=state())), sample_report(3, history=0, windows=False)):
        page = show(build_page(report), now=NOW + timedelta(days=30), theme=theme, motion="reduce")
        assert accessibility_violations(page) == []


def test_everything_can_be_reached_with_the_keyboard_and_shows_it(show: Show) -> None:
    page = show(page_of_sample(300), now=NOW)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the report")).to_be_focused()
    styles = []
    for _ in range(60):
        page.keyboard.press("Tab")
        # A check box that is drawn by its label has the outline there.
        styles.append(
            page.evaluate(
                """() => [document.activeElement, document.activeElement.nextElementSibling ?? document.body]
                    .map((each) => getComputedStyle(each).outlineStyle).join()"""
            )
        )
        if page.evaluate("document.activeElement.matches('#nodes tbody .plain')"):
            break
    assert page.evaluate("document.activeElement.matches('#nodes tbody .plain')")
    assert all(set(style.split(",")) != {"none"} for style in styles)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_the_tabs_follow_the_arrow_keys(show: Show) -> None:
    page = show(page_of_sample(300), now=NOW)
    page.get_by_role("tab", name="Nodes").focus()
    for key, name in (("ArrowRight", "Groups"), ("End", "Windows"), ("ArrowRight", "Nodes"), ("ArrowLeft", "Windows")):
        page.keyboard.press(key)
        expect(page.get_by_role("tab", name=name)).to_be_focused()
        expect(page.get_by_role("tabpanel", name=name)).to_be_visible()


def test_statuses_differ_without_color(show: Show) -> None:
    page = show(page_of_sample(3), now=NOW)
    symbols = panel(page).locator(".status use").evaluate_all("uses => uses.map((use) => use.getAttribute('href'))")
    assert symbols == ["#nonCompliant", "#noEvidence", "#compliant"]
    # In the bar, no evidence is hatched, and the other two are next to it.
    images = page.locator(".card-compliance .part").evaluate_all(
        "parts => parts.map((part) => getComputedStyle(part).backgroundImage.split('(')[0])"
    )
    assert images == ["none", "repeating-linear-gradient", "none"]


# --- Age, and print -----------------------------------------------------------------------------------


def test_a_page_that_is_older_than_the_limit_of_evidence_says_so(show: Show) -> None:
    page = show(page_of_sample(3), now=NOW + timedelta(days=6))
    expect(page.locator("#outdated")).to_be_hidden()
    page = show(page_of_sample(3), now=NOW + timedelta(days=12))
    text = "This report was made 12 days ago. Nodes may have been patched since. Create it again."
    expect(page.locator("#outdated")).to_have_text(text)


def test_ages_are_those_of_the_report_and_distances_those_of_the_reader(show: Show) -> None:
    page = show(page_of_sample(3), now=NOW + timedelta(days=2))
    row = panel(page).get_by_role("row", name="web-00000")
    expect(row).to_contain_text("14 days")
    expect(row).to_contain_text("4 days ago")


def test_on_paper_are_the_nodes_that_need_attention(show: Show) -> None:
    page = show(page_of_sample(300), now=NOW)
    page.emulate_media(media="print")
    paper = page.locator("#print")
    expect(paper.get_by_role("heading")).to_have_text("94 of 300 nodes are non-compliant")
    expect(paper).to_contain_text("94 non-compliant, 21 no evidence, 185 compliant. Times in Europe/Berlin.")
    expect(paper.locator("tbody tr")).to_have_count(94 + 21)
    expect(page.locator("#strip")).to_be_hidden()
    page.emulate_media(media="screen")
    page = show(page_of_sample(10_000), now=NOW)
    page.emulate_media(media="print")
    expect(page.locator("#print tbody tr")).to_have_count(500)
    expect(page.locator("#print")).to_contain_text("And 3,272 nodes more.")


# --- Speed --------------------------------------------------------------------------------------------


def test_ten_thousand_nodes_are_there_soon(show: Show) -> None:
    page = show(page_of_sample(10_000), now=None)
    # Milliseconds from the start of loading until the script has drawn the nodes.
    assert page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd") < 5000
    for view in VIEWS:
        select(page, view)
        assert page.evaluate("document.querySelectorAll('main *').length") < 5000
