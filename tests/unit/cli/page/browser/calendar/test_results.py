"""The results of past executions in the page, in Chromium, from a file, without a network."""

from datetime import timedelta

import pytest
from playwright.sync_api import ViewportSize, expect

from patching_constructs.cli.page.calendar.build import build_page
from patching_constructs.planning.recorded_executions import Result
from tests.unit.cli.fleet import NIGHTLY, fleet, page_of, window
from tests.unit.cli.page.browser.calendar.driver import DASH, day, line, panel, select, timeline
from tests.unit.cli.page.browser.driver import DESK, PHONE, THEMES, Show, Theme, accessibility_violations
from tests.unit.cli.past import EVERY, NOW, Results, calendar_with_results

DAILY = window("daily-db", "cron(0 4 * * ? *)", group="db", zone=None)


def page_with(*windows: object, results: Results = EVERY, **properties: object) -> str:
    return build_page(calendar_with_results(*windows, results=results, **properties))  # type: ignore[arg-type]


def test_a_past_execution_has_its_result_and_an_upcoming_one_none(show: Show) -> None:
    page = show(page_with(DAILY, results={Result.SUCCEEDED: "", Result.FAILED: "a task"}), now=NOW)
    first, second, later = (
        day(page, f"{name} March 2026").get_by_role("button") for name in ("Sunday 1", "Monday 2", "Wednesday 25")
    )
    expect(first).to_contain_class("good")
    expect(first).to_contain_text("succeeded")
    expect(second).to_contain_class("bad")
    expect(second).to_contain_text("failed")
    expect(later).not_to_contain_text("succeeded")
    expect(later).not_to_contain_class("past")


def test_the_dialog_explains_the_result(show: Show) -> None:
    page = show(page_with(DAILY, results={Result.FAILED: "its task is FAILED"}, is_scheduled=False), now=NOW)
    day(page, "Monday 2 March 2026").get_by_role("button").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Failed")).to_be_visible()
    expect(dialog).to_contain_text("Reason: its task is FAILED.")
    expect(dialog).to_contain_text("Ran from Mon 2 Mar 2026, 05:00:20 CET to Mon 2 Mar 2026, 05:40 CET.")
    expect(dialog).to_contain_text("The template has no execution at this time.")


def test_an_execution_that_runs_has_no_end(show: Show) -> None:
    now = NOW + timedelta(hours=6)
    page = show(page_with(DAILY, results={Result.RUNNING: ""}, now=now), now=now)
    running = day(page, "21 March 2026").get_by_role("button")
    expect(running).not_to_contain_class("past")
    running.click()
    expect(page.get_by_role("dialog")).to_contain_text("Ran from Sat 21 Mar 2026, 05:00:20 CET.")


def test_one_line_has_one_result(show: Show) -> None:
    page = show(page_with(*(window(name, zone=None) for name in "abcdef")), now=NOW)
    cell = day(page, "Monday 2 March 2026")
    expect(cell.get_by_role("button")).to_have_count(6)
    classes = [each.get_attribute("class") or "" for each in cell.get_by_role("button").all()]
    tones = ("good", "bad", "doubtful")
    assert [sum(tone in each.split() for each in classes) for tone in tones] == [1, 3, 2]


def test_folded_scans_have_all_results(show: Show) -> None:
    scans = [window(name, zone=None, operation="Scan") for name in ("a", "b", "c")]
    page = show(page_with(*scans, results={Result.SUCCEEDED: "", Result.FAILED: ""}), now=NOW)
    folded = day(page, "Monday 2 March 2026").get_by_role("button")
    expect(folded).to_contain_text("3 scans")
    expect(folded.locator(".sign.result")).to_have_count(2)
    expect(folded).not_to_contain_class("good")


def test_the_bars_of_the_timeline_have_results(show: Show) -> None:
    page = show(page_with(DAILY, results={Result.SUCCEEDED: ""}), now=NOW)
    bar = timeline(page).get_by_role("button").first
    expect(bar).to_contain_class("good")
    expect(bar).to_have_accessible_name(
        f"db · Install, Mon 16 Mar 2026, 05:00{DASH}09:00 CET, Install with reboot, succeeded, Patching/daily-db"
    )


def test_the_agenda_has_results(show: Show) -> None:
    page = show(page_with(DAILY, results={Result.NOTHING_RAN: "it ran no task"}), now=NOW, link="#date=2026-03-10")
    select(page, "Agenda")
    expect(panel(page).get_by_role("button", name="nothing ran").first).to_contain_class("bad")


def test_failures_are_listed_once_with_their_reason(show: Show) -> None:
    page = show(page_with(DAILY, without={NIGHTLY: "no window of this name is in the account"}), now=NOW)
    attention = page.get_by_role("region", name="Needs attention")
    failed = attention.locator("section.warning", has_text="A task failed.")
    expect(failed).to_contain_text("the status of its task AWS-RunPatchBaseline is FAILED · 4 times, last ")
    failed.get_by_role("button").click()
    expect(page.get_by_role("dialog").get_by_role("heading", name="Failed")).to_be_visible()
    page.keyboard.press("Escape")
    unknown = attention.locator("#without-results")
    expect(unknown).to_contain_text("Patching/nightly-scan: no window of this name is in the account")
    expect(page.get_by_role("link", name="4 warnings")).to_be_visible()
    expect(page.get_by_text("Results read on 21 Mar 2026, 00:00 UTC")).to_be_visible()


def test_many_failures_are_folded(show: Show) -> None:
    reasons = {Result.FAILED: "a task"}
    page = show(page_with(*fleet(40), results=reasons), now=NOW)
    failed = page.locator("section.warning", has_text="A task failed.")
    expect(failed.locator("summary")).to_have_text("32 more")


def test_results_can_be_filtered(show: Show) -> None:
    page = show(page_with(DAILY), now=NOW)
    menu = page.get_by_role("combobox", name="Results")
    options = ["All results", "Failed", "Did not run", "Nothing ran", "Skipped", "Unknown", "Succeeded"]
    assert menu.locator("option").all_inner_texts() == options
    menu.select_option("Failed")
    expect(page.get_by_role("search").get_by_role("status")).to_contain_text("4 executions")
    assert "result=failed" in page.url
    expect(line(page, "db · Install")).to_have_count(4)
    page.get_by_role("button", name="Clear filters").click()
    expect(menu).to_have_value("")


@pytest.mark.parametrize("given", ["skipped", "nonsense"])
def test_a_link_can_name_a_result(show: Show, given: str) -> None:
    page = show(page_with(DAILY), now=NOW, link=f"#result={given}")
    expect(page.get_by_role("combobox", name="Results")).to_have_value("skipped" if given == "skipped" else "")


def test_without_results_there_is_no_trace_of_them(show: Show) -> None:
    page = show(page_of(DAILY))
    expect(page.get_by_role("combobox", name="Results")).to_have_count(0)
    assert "Results read" not in page.content()


def test_without_javascript_the_table_has_results(show: Show) -> None:
    page = show(page_with(DAILY), script=False)
    expect(page.get_by_role("columnheader", name="Result")).to_be_visible()
    expect(page.get_by_role("row").nth(2)).to_contain_text("Failed")


@pytest.mark.parametrize("viewport", [DESK, PHONE])
@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_serious(show: Show, theme: Theme, viewport: ViewportSize) -> None:
    page = show(
        page_with(*fleet(12), without={NIGHTLY: "unknown"}), now=NOW, theme=theme, viewport=viewport, motion="reduce"
    )
    assert accessibility_violations(page) == []
    for view in ("Timeline", "Agenda", "Schedules"):
        select(page, view)
        page.wait_for_timeout(50)
        assert accessibility_violations(page, "main") == []
