"""What happens now and next: the strip on top of the page, in Chromium, from a file, without a network."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import (
    expect,
)

from tests.unit.cli.fleet import (
    AFTER,
    FROM_A_PARAMETER,
    FROZEN,
    MONTHLY,
    UNTIL,
    fleet,
    page_of,
    runs_of,
    window,
)
from tests.unit.cli.page.browser.calendar.driver import card, day, period
from tests.unit.cli.page.browser.driver import DESK, PHONE, Show
from tests.unit.template.test_upcoming_runs import association


def at(hour: int, minute: int = 0, *, day: int = 12) -> datetime:
    """Return a time of March in Berlin, before the clocks change."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC) - timedelta(hours=1)


WEB = window("web", "cron(0 22 * * ? *)")
SCAN = window("db", "cron(0 20 * * ? *)", operation="Scan")


# --- Open now -----------------------------------------------------------------------------------------


def test_what_is_open_now(show: Show) -> None:
    open_now = card(show(page_of(WEB, SCAN), now=at(23)), "Open now")
    expect(open_now.get_by_role("listitem")).to_have_count(2)
    assert " ".join(open_now.get_by_role("listitem").first.inner_text().split()) == (
        "Install with reboot: web \u00b7 Install until 02:00 CET"
    )


def test_nothing_is_open(show: Show) -> None:
    expect(card(show(page_of(WEB), now=at(12)), "Open now")).to_contain_text("Nothing")


def test_a_frozen_window_is_not_open(show: Show) -> None:
    expect(card(show(page_of(FROZEN), now=at(23)), "Open now")).to_contain_text("Nothing")


def test_it_is_not_known_whether_a_run_outside_of_windows_is_open(show: Show) -> None:
    page = show(page_of(runs=runs_of(Run=association("at(2026-03-12T20:00:00)"))), now=at(21, 10))
    expect(card(page, "Open now")).to_contain_text("Nothing")


def test_only_the_shown_schedules_are_named(show: Show) -> None:
    page = show(page_of(WEB, SCAN), now=at(23), link="#text=nothing")
    expect(card(page, "Open now")).to_contain_text("None of the shown schedules is open.")


def test_an_operation_that_is_unknown_can_be_an_install(show: Show) -> None:
    unknown = window("db", "cron(0 20 * * ? *)", operation={"Ref": "Operation"})
    runs = runs_of(Run=association("cron(0 21 ? * SUN *)", Parameters={"Operation": {"Ref": "Operation"}}))
    page = show(page_of(unknown, runs=runs), now=at(12))
    for title in ("Next install", "Next reboot"):
        expect(card(page, title)).to_contain_text("None known")
        expect(card(page, title)).to_contain_text("Unknown for 2 schedules.")
    expect(card(page, "Open now")).not_to_contain_text("Unknown")


def test_what_is_unknown_is_named(show: Show) -> None:
    page = show(page_of(WEB, FROM_A_PARAMETER), now=at(12))
    expect(card(page, "Open now")).to_contain_text("No window is open. Unknown for 1 schedule.")
    for title in ("Next install", "Next reboot"):
        expect(card(page, title)).to_contain_text("Unknown for 1 schedule.")
    expect(page.locator("#warning-count")).to_have_text("1 warning")


def test_a_later_execution_of_an_open_window_is_not_counted(show: Show) -> None:
    page = show(page_of(window("long", "cron(0 0/6 * * ? *)", duration=12)), now=at(7))
    expect(card(page, "Open now").get_by_role("listitem")).to_have_count(1)
    button = card(page, "Next 7 days").get_by_role("button", name="Friday 13 March 2026")
    expect(button).to_contain_text("2 installs with reboot")


# --- Tonight ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize(
    ("now", "text"),
    [
        (at(12), "1 install with reboot, 1 scan, 18:00\u201308:00 CET"),
        (at(23), "1 install with reboot, 1 scan, 18:00\u201308:00 CET"),
        # The night goes on until the morning.
        (at(1, day=13), "1 install with reboot, 18:00\u201308:00 CET"),
        (at(7, day=13), "Nothing"),
        (at(8, day=13), "1 install with reboot, 1 scan, 18:00\u201308:00 CET"),
    ],
)
def test_what_happens_tonight(show: Show, now: datetime, text: str, viewport: dict[str, int]) -> None:
    tonight = card(show(page_of(WEB, SCAN), now=now, viewport=viewport), "Tonight")
    expect(tonight).to_be_visible()
    expect(tonight).to_contain_text(text)


def test_an_early_morning_belongs_to_tonight(show: Show) -> None:
    tonight = card(show(page_of(window("early", "cron(0 3 * * ? *)"))), "Tonight")
    expect(tonight).to_contain_text("early \u00b7 Install")
    expect(tonight).to_contain_text("03:00 CET")


def test_a_busy_night_is_counted_and_listed(show: Show) -> None:
    windows = [window(f"w{place}", f"cron({place} 22 * * ? *)") for place in range(9)]
    page = show(page_of(*windows, SCAN))
    tonight = card(page, "Tonight")
    expect(tonight).to_contain_text("9 installs with reboot, 1 scan")
    tonight.get_by_role("button", name="All 10 executions").click()
    expect(page.get_by_role("dialog", name="Tonight").get_by_role("listitem")).to_have_count(10)


# --- Next install and next reboot ---------------------------------------------------------------------


def test_the_next_install(show: Show) -> None:
    page = show(page_of(SCAN, window("a", "cron(0 2 ? * SAT *)", reboot="NoReboot"), MONTHLY))
    install = card(page, "Next install")
    expect(install).to_contain_text("Sat 14 Mar 02:00 CET")
    expect(install).to_contain_text("in 32 h")
    expect(install).to_contain_text("a \u00b7 Install")
    expect(card(page, "Next reboot")).to_contain_text("Sun 29 Mar 03:30 CEST")


def test_the_reboot_of_an_open_window_is_now(show: Show) -> None:
    page = show(page_of(WEB), now=at(23))
    expect(card(page, "Next reboot").get_by_role("listitem")).to_contain_text("Now, until 02:00 CET")
    expect(card(page, "Next install")).to_contain_text("Tomorrow 22:00 CET")
    week = card(page, "Next 7 days")
    expect(week.get_by_role("button", name="Thursday 12 March 2026: 1 install with reboot")).to_be_visible()


def test_an_assumed_start_has_a_sign(show: Show) -> None:
    page = show(page_of(window("often", "rate(1 day)")))
    expect(card(page, "Next install").locator(".figure")).to_contain_text(re.compile(r" ~\d\d:\d\d CET"))


def test_a_window_that_only_reboots_is_no_install(show: Show) -> None:
    page = show(page_of(window("web", document="AWS-InstanceRebootWithHooks", operation="Install")))
    expect(card(page, "Next install")).to_contain_text("None")
    expect(card(page, "Next reboot")).to_contain_text("Today 22:00 CET")
    expect(card(page, "Tonight")).to_contain_text("1 reboot without install")
    expect(card(page, "Tonight").get_by_role("listitem")).to_contain_text("Reboot: web \u00b7 Reboot")


def test_near_executions_are_called_as_people_call_them(show: Show) -> None:
    page = show(page_of(WEB), now=at(21, 30))
    expect(card(page, "Next install")).to_contain_text("Today 22:00 CET")
    expect(card(page, "Next install")).to_contain_text("in 30 min")
    page = show(page_of(WEB), now=at(22, 0, day=13) + timedelta(seconds=1))
    expect(card(page, "Next install")).to_contain_text("Tomorrow 22:00 CET")
    page = show(page_of(MONTHLY))
    expect(card(page, "Next install")).to_contain_text("in 16 days")


def test_when_each_stack_reboots_next(show: Show) -> None:
    page = show(page_of(*fleet(30)))
    rows = card(page, "Next reboot").get_by_role("listitem")
    assert [" ".join(row.inner_text().split()) for row in rows.all()] == [
        "Patching-stage Tomorrow 08:00 CET",
        "Patching-dev Tomorrow 12:40 CET",
        "Patching-prod Sat 14 Mar 15:20 CET",
    ]


@pytest.mark.parametrize("name", ["Web-Prod", "WebProduction", "prod", "web_prd", "PROD-web", "Live"])
def test_production_is_shown_among_many(show: Show, name: str) -> None:
    windows = [window(f"w{place}", f"cron({place} 22 * * ? *)", stack=f"Stack{place}") for place in range(9)]
    late = window("last", "cron(0 3 30 * ? *)", stack=name)
    page = show(page_of(*windows, late))
    reboot = card(page, "Next reboot")
    expect(reboot).to_contain_text(name)
    expect(reboot).to_contain_text("Mon 30 Mar 03:00 CEST")
    reboot.get_by_role("button", name="6 stacks more").click()
    expect(page.get_by_role("tabpanel", name="Schedules").get_by_role("row")).to_have_count(11)


def test_without_another_install_the_end_of_the_calendar_is_named(show: Show) -> None:
    page = show(page_of(SCAN, FROZEN))
    for title in ("Next install", "Next reboot"):
        expect(card(page, title)).to_contain_text("None")
        expect(card(page, title)).to_contain_text("Until Mon 1 Jun 2026, 02:00 CEST")


# --- The next seven days ------------------------------------------------------------------------------


def test_the_next_seven_days(show: Show) -> None:
    page = show(page_of(WEB, SCAN, window("b", "cron(0 2 ? * SAT *)", reboot="NoReboot")))
    week = card(page, "Next 7 days")
    names = [button.inner_text().splitlines()[0] for button in week.get_by_role("button").all()]
    assert len(names) == 7
    assert names[0] == "Thursday 12 March 2026: 1 install with reboot, 1 scan"
    assert names[2] == "Saturday 14 March 2026: 1 install with reboot, 1 install without reboot, 1 scan"
    week.get_by_role("button", name="Saturday 14 March 2026").click()
    expect(day(page, "Saturday 14 March 2026")).to_have_attribute("tabindex", "0")


def test_frozen_executions_are_not_counted(show: Show) -> None:
    week = card(show(page_of(FROZEN, window("a", operation=None))), "Next 7 days")
    button = week.get_by_role("button", name="Friday 13 March 2026: 1 other execution, 1 suppressed by a freeze")
    expect(button.locator(".number")).to_have_text("1")
    expect(button.locator(".height")).to_have_count(1)
    expect(button.locator(".height.other")).to_be_visible()


def test_days_without_executions_are_empty(show: Show) -> None:
    week = card(show(page_of(MONTHLY)), "Next 7 days")
    expect(week.get_by_role("button", name="Thursday 12 March 2026: no executions")).to_be_visible()


# --- The age of the page ------------------------------------------------------------------------------


def test_a_page_opens_on_today_whenever_it_is_opened(show: Show) -> None:
    for now, month in [(AFTER, "March 2026"), (datetime(2026, 4, 20, tzinfo=UTC), "April 2026")]:
        page = show(page_of(WEB), now=now)
        expect(period(page)).to_have_text(month)
        expect(page.locator("#outdated")).to_be_hidden() if now == AFTER else None
    page.get_by_role("button", name="Previous month").click()
    page.get_by_role("button", name="Today", exact=True).click()
    expect(day(page, "Monday 20 April 2026, today")).to_be_visible()


def test_a_page_that_has_ended_is_outdated(show: Show) -> None:
    page = show(page_of(WEB), now=UNTIL + timedelta(days=3))
    expect(page.get_by_role("status").first).to_have_text(
        "This calendar ended on Mon 1 Jun 2026, 02:00 CEST. Create it again."
    )
    expect(period(page)).to_have_text("June 2026")
    expect(card(page, "Open now")).to_contain_text("This calendar does not cover the current time.")


def test_an_old_page_is_outdated(show: Show) -> None:
    page = show(page_of(WEB), now=AFTER + timedelta(days=40))
    expect(page.get_by_role("status").first).to_have_text(
        "This calendar was created 40 days ago. If the schedules have changed since, it is wrong. Create it again."
    )


def test_a_page_of_the_future_opens_on_its_first_day(show: Show) -> None:
    page = show(page_of(WEB), now=AFTER - timedelta(days=100))
    expect(period(page)).to_have_text("March 2026")
    expect(card(page, "Next install")).to_contain_text("Sun 1 Mar 22:00 CET")


def test_the_strip_follows_the_clock(show: Show) -> None:
    page = show(page_of(WEB), now=at(21, 59))
    page.clock.install(time=at(21, 59))
    page.reload()
    expect(card(page, "Open now")).to_contain_text("Nothing")
    page.clock.run_for(120_000)
    expect(card(page, "Open now")).to_contain_text("web \u00b7 Install")
