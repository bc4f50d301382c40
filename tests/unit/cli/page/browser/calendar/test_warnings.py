"""What needs attention, in Chromium, from a file, without a network."""

import re
from datetime import timedelta

from playwright.sync_api import (
    expect,
)

from tests.unit.cli.fleet import (
    AFTER,
    NIGHTLY,
    page_of,
    window,
)
from tests.unit.cli.page.browser.driver import Show


def test_two_windows_that_overlap_are_one_warning_with_a_link(show: Show) -> None:
    page = show(page_of(window(), window("other", "cron(0 21 * * ? *)", group="nightly")))
    expect(page.get_by_role("link", name="1 warning")).to_have_attribute("href", "#attention")
    warning = page.get_by_role("region", name="Needs attention").get_by_role("listitem")
    expect(warning).to_have_count(1)
    expect(warning).to_contain_text(
        "Patching/nightly and Patching/other are open at the same time and can select the same nodes "
        "\u00b7 92 times, next Thu 12 Mar 2026, 21:00 CET"
    )
    warning.get_by_role("button").click()
    expect(page.get_by_role("dialog")).to_contain_text("Thu 12 Mar 2026, 21:00 CET")


def test_a_warning_without_another_schedule_has_its_text(show: Show) -> None:
    page = show(page_of(window("weekly", "rate(7 days)")))
    warning = page.get_by_role("region", name="Needs attention").get_by_role("listitem")
    expect(warning).to_have_count(1)
    expect(warning).to_contain_text("Patching/weekly: a rate counts from the creation of the window")


def test_many_warnings_are_listed_on_demand(show: Show) -> None:
    page = show(page_of(*(window(f"w{place}", "cron(0 2 1 4 ? *)", group="web") for place in range(10))))
    attention = page.get_by_role("region", name="Needs attention")
    pairs = attention.get_by_text("can select the same nodes \u00b7")
    expect(pairs.filter(visible=True)).to_have_count(8)
    attention.get_by_text("37 more").click()
    expect(pairs.filter(visible=True)).to_have_count(45)
    expect(page.get_by_role("link", name="50 warnings")).to_be_visible()


def test_more_warnings_than_anyone_reads_are_counted(show: Show) -> None:
    windows = [window(f"w{place}", "cron(0 2 1 4 ? *)", group="web") for place in range(40)]
    page = show(page_of(*windows, until=AFTER + timedelta(days=60)))
    page.get_by_text(re.compile(r"^\d+ more$")).first.click()
    expect(page.get_by_text(re.compile(r"^And \d+ more\. The filter"))).to_be_visible()


def test_without_a_warning_there_is_no_list(show: Show) -> None:
    page = show(page_of(NIGHTLY))
    expect(page.get_by_role("region", name="Needs attention")).to_have_count(0)
    expect(page.get_by_role("link", name="warning")).to_have_count(0)
