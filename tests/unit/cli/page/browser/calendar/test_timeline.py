"""The timeline and the tabs of the page, in Chromium, from a file, without a network."""

import re
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import (
    Locator,
    ViewportSize,
    expect,
)

from tests.unit.cli.fleet import (
    FROZEN,
    MONTHLY,
    NIGHTLY,
    fleet,
    page_of,
    ring_of,
    runs_of,
    window,
)
from tests.unit.cli.page.browser.calendar.driver import (
    COUNTS,
    DASH,
    NEW_YORK,
    executions_of_fleet,
    page_of_fleet,
    period,
    timeline,
    turn,
)
from tests.unit.cli.page.browser.driver import Show
from tests.unit.template.test_upcoming_runs import association

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 9, tzinfo=BERLIN)


def lefts(bars: Locator) -> list[float]:
    found: list[float] = bars.evaluate_all("bars => bars.map((bar) => parseFloat(bar.style.left))")
    return found


# --- Groups, lanes and bars ---------------------------------------------------------------------------


@pytest.mark.parametrize("count", COUNTS)
def test_the_bars_of_a_target_are_at_their_place(show: Show, count: int) -> None:
    page = show(
        page_of_fleet(count), viewport=ViewportSize(width=1440, height=3000), link="#view=timeline&group=target"
    )
    expected: dict[str, list[float]] = {}
    for execution in executions_of_fleet(count):
        occurrence = execution.occurrence
        if occurrence.end > MONDAY and occurrence.start < MONDAY + timedelta(days=7):
            share = (max(occurrence.start, MONDAY) - MONDAY) / timedelta(days=7)
            expected.setdefault(execution.owner.label, []).append(round(share * 100, 1))
    groups = page.locator(".group")
    assert sorted(groups.locator("h3").all_text_contents()) == sorted(expected)
    # The first groups are in sight, so they have their bars.
    groups.first.locator(".bar").first.wait_for()
    for group in groups.all()[:20]:
        found = sorted(lefts(group.locator(".bar")))
        assert found == pytest.approx(expected[group.locator("h3").inner_text()], abs=0.11)


@pytest.mark.parametrize("properties", [{}, {"group": "web"}], ids=["own targets", "with signs"])
def test_bars_with_their_labels_do_not_cover_each_other(show: Show, properties: dict[str, str]) -> None:
    page = show(
        page_of(*fleet(30, **properties)), viewport=ViewportSize(width=1440, height=3000), link="#view=timeline"
    )
    page.locator(".bar").first.wait_for()
    for lane in page.locator(".lane:not(.scans)").all():
        boxes = lane.locator(".bar").evaluate_all(
            """bars => bars.map((bar) => {
                const [one, other] = [bar, bar.firstElementChild].map((each) => each.getBoundingClientRect());
                return [Math.min(one.left, other.left), Math.max(one.right, other.right)];
            })"""
        )
        boxes.sort()
        assert all(before[1] <= after[0] + 0.5 for before, after in pairwise(boxes))


def test_lanes_get_their_bars_when_they_become_visible(show: Show) -> None:
    page = show(page_of_fleet(500), link="#view=timeline&group=target")
    lanes = page.locator(".lane")
    expect(lanes.first.locator(".bar").first).to_be_visible()
    expect(lanes.last.locator(".bar")).to_have_count(0)
    lanes.last.scroll_into_view_if_needed()
    expect(lanes.last.locator(".bar")).not_to_have_count(0)


def test_visible_lanes_have_their_bars_before_an_observer_reports_them(show: Show) -> None:
    page = show(page_of_fleet(500), link="#view=timeline&group=target")
    # The page draws the timeline again, and the observer has no time to report anything.
    counts = page.evaluate(
        """() => {
            dispatchEvent(new Event("resize"));
            return [...document.querySelectorAll(".lane")].map((lane) => lane.childElementCount);
        }"""
    )
    assert all(counts[:5])
    assert counts[-1] == 0


def test_groups_are_stacks_targets_or_places(show: Show) -> None:
    page = show(page_of(*fleet(30)))
    names = timeline(page).get_by_role("heading")
    assert names.all_inner_texts() == ["Patching-dev", "Patching-prod", "Patching-stage"]
    menu = page.get_by_role("combobox", name="Group by")
    menu.select_option("By account and Region")
    assert names.all_inner_texts() == [f"00000000000{place}/eu-central-1" for place in range(3)]
    menu.select_option("By target")
    assert names.first.inner_text() == "api-dev"


def test_one_stack_is_grouped_by_target(show: Show) -> None:
    names = timeline(show(page_of(window(group="web"), window("b", group="db")))).get_by_role("heading")
    assert names.all_inner_texts() == ["db", "web"]


def test_a_template_without_an_account_is_its_stack(show: Show) -> None:
    page = show(page_of(window(environment="")), link="#view=timeline&group=place")
    expect(page.locator(".group h3")).to_have_text("Patching")


def test_the_scans_of_a_group_are_one_lane(show: Show) -> None:
    scans = [window(f"scan-{place}", "cron(0 3 * * ? *)", operation="Scan") for place in range(9)]
    page = show(page_of(*scans, window("weekly", "cron(0 3 ? * SAT *)"), window("other", stack="Other")))
    group = timeline(page).get_by_role("listitem").filter(has=page.get_by_role("heading", name="Patching"))
    expect(group.locator(".lane")).to_have_count(2)
    expect(group).to_contain_text("1 install with reboot, 63 scans")
    lane = group.get_by_role("group", name="Scans of Patching")
    lane.get_by_role("button", name="Scan: 9 scans, Fri 13 Mar 2026, 03:00\u201307:00 CET").click()
    expect(page.get_by_role("dialog").get_by_role("listitem")).to_have_count(9)


def test_a_label_is_beside_its_bar_or_inside_it(show: Show) -> None:
    late = window("late-on-sunday", "cron(0 22 ? * SUN *)", duration=1, cutoff=0)
    page = show(page_of(window("early", "cron(0 2 ? * TUE *)"), late, window("w", "cron(0 0 ? * THU *)", duration=24)))
    panel = timeline(page)
    expect(panel.locator(".text.after")).to_have_text("early \u00b7 Install")
    expect(panel.locator(".text.before")).to_have_text("late-on-sunday \u00b7 Install")
    expect(panel.locator(".text.inside")).to_have_text("w \u00b7 Install")


def test_a_frozen_group_has_a_grey_band_and_struck_executions(show: Show) -> None:
    page = show(page_of(FROZEN, NIGHTLY))
    groups = timeline(page).locator(".group")
    expect(groups.first.locator(".band")).to_have_attribute("title", "Frozen: executions are suppressed")
    expect(groups.first.get_by_role("button").first).to_have_accessible_name(re.compile("suppressed by a freeze"))
    expect(groups.last.locator(".band")).to_have_count(0)


def test_a_run_outside_of_windows_has_no_end(show: Show) -> None:
    page = show(
        page_of(runs=runs_of(Run=association("at(2026-03-12T20:00:00)", Parameters={"Operation": ["Install"]})))
    )
    bar = timeline(page).get_by_role("button", name="web \u00b7 Install, Thu 12 Mar 2026, 21:00 CET")
    expect(bar).to_have_class(re.compile("instant"))


def test_the_cutoff_is_a_part_of_its_bar(show: Show) -> None:
    page = show(page_of(MONTHLY, NIGHTLY), link="#date=2026-03-29")
    name = f"monthly-install \u00b7 Install, Sun 29 Mar 2026, 03:30{DASH}07:30 CEST"
    bar = timeline(page, "Day").get_by_role("button", name=name)
    assert bar.evaluate("bar => bar.style.getPropertyValue('--cutoff')") == "25%"


def test_the_current_time_is_a_line(show: Show) -> None:
    page = show(page_of(NIGHTLY, MONTHLY))
    timeline(page, "Day")
    now = page.locator(".grid-lines .now")
    expect(now).to_have_text("17:40")
    assert lefts(now) == pytest.approx([(17 + 40 / 60) / 24 * 100], abs=0.01)
    turn(page, "Next day")
    expect(now).to_have_count(0)


def test_scales_and_their_periods(show: Show) -> None:
    page = show(page_of(NIGHTLY, MONTHLY))
    for scale, title, after_it in [
        ("Day", "Thursday 12 March 2026", "Friday 13 March 2026"),
        ("Week", f"9 Mar 2026 {DASH} 15 Mar 2026", f"16 Mar 2026 {DASH} 22 Mar 2026"),
        ("Month", "March 2026", "April 2026"),
    ]:
        timeline(page, scale)
        page.get_by_role("button", name="Today").click()
        expect(period(page)).to_have_text(title)
        turn(page, f"Next {scale.lower()}")
        expect(period(page)).to_have_text(after_it)
    timeline(page, "All")
    expect(period(page)).to_have_text(f"1 Mar 2026 {DASH} 1 Jun 2026")
    expect(page.get_by_role("button", name="Next period")).to_have_attribute("aria-disabled", "true")


def test_many_bars_have_no_labels(show: Show) -> None:
    page = show(page_of(window("hourly", "cron(0 * * * ? *)", duration=1, cutoff=0)))
    panel = timeline(page, "All")
    panel.locator(".bar").first.wait_for()
    assert set(panel.locator(".bar").all_inner_texts()[:20]) == {""}
    panel.locator(".bar").first.click()
    expect(page.get_by_role("dialog", name="hourly \u00b7 Install")).to_be_visible()


def test_months_are_on_the_axis_of_a_year(show: Show) -> None:
    page = show(page_of(MONTHLY, until=datetime(2027, 3, 1, tzinfo=BERLIN)), link="#view=timeline&scale=all")
    assert page.locator(".ticks span").all_inner_texts()[:3] == ["Mar 2026", "Apr 2026", "May 2026"]


def test_the_timeline_follows_the_window(show: Show) -> None:
    page = show(page_of(NIGHTLY, NEW_YORK), link="#view=timeline&scale=month")
    assert "Thu 12" not in page.locator(".ticks span").all_inner_texts()
    page.set_viewport_size(ViewportSize(width=2400, height=900))
    expect(page.locator(".ticks")).to_contain_text("Thu 12")


def test_the_timeline_supports_the_keyboard(show: Show) -> None:
    page = show(page_of(window("n", "cron(0 22 ? * MON,TUE *)"), window("o", "cron(0 12 ? * TUE *)")))
    panel = timeline(page, "Week")
    bar = panel.get_by_role("button", name="n \u00b7 Install, Tue 10 Mar")
    panel.get_by_role("button", name="n \u00b7 Install, Mon 9 Mar").focus()
    page.keyboard.press("ArrowRight")
    expect(bar).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(panel.get_by_role("button", name="o \u00b7 Install, Tue 10 Mar")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(bar).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(panel.get_by_role("button", name="n \u00b7 Install, Mon 9 Mar")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="n \u00b7 Install")).to_be_visible()


# --- Tabs ---------------------------------------------------------------------------------------------


def test_the_tabs_follow_the_arrow_keys(show: Show) -> None:
    page = show(page_of(NIGHTLY))
    tabs = {name: page.get_by_role("tab", name=name) for name in ("Month", "Timeline", "Agenda", "Schedules")}
    tabs["Month"].focus()
    for key, chosen in [
        ("ArrowRight", "Timeline"),
        ("ArrowRight", "Agenda"),
        ("ArrowLeft", "Timeline"),
        ("Home", "Month"),
        ("ArrowLeft", "Schedules"),
        ("ArrowRight", "Month"),
        ("End", "Schedules"),
    ]:
        page.keyboard.press(key)
        expect(tabs[chosen]).to_be_focused()
        expect(tabs[chosen]).to_have_attribute("aria-selected", "true")
        for other in set(tabs) - {chosen}:
            expect(tabs[other]).to_have_attribute("tabindex", "-1")
        expect(page.get_by_role("tabpanel", name=chosen)).to_be_visible()
        expect(page.get_by_role("tabpanel")).to_have_count(1)


# --- Rollouts -----------------------------------------------------------------------------------------

RINGS = [ring_of("prod", 11), ring_of("dev", 1, bake=48), ring_of("staging", 4), NIGHTLY]


def test_a_rollout_is_shown_ring_by_ring(show: Show) -> None:
    page = show(page_of(*RINGS), link="#view=timeline&scale=month&date=2026-03-10")
    assert page.locator("#group").input_value() == "rollout"
    expect(page.locator(".rollout")).to_have_text("Patching/MonthlyRollout")
    assert page.locator(".group .name").all_text_contents() == ["dev", "staging", "prod", "nightly-scan"]
    assert page.locator(".group.ring .aside").all_text_contents() == [
        "dev-window \u00b7 Install, 1 day after",
        "staging-window \u00b7 Install, 4 days after",
        "prod-window \u00b7 Install, 11 days after",
    ]
    bars = page.locator(".group.ring .bar")
    expect(bars).to_have_count(3)
    days = [round(left / 100 * 31) for left in lefts(bars)]
    assert [day - days[0] for day in days] == [0, 3, 10]
    bars.first.click()
    expect(page.locator("dialog")).to_contain_text("dev of Patching/Monthly, 1 day after its schedule, bake time 48 h")


def test_the_rings_of_two_rollouts_stay_together(show: Show) -> None:
    weekly = [ring_of(name, days, rollout="Patching/Weekly") for name, days in (("first", 0), ("second", 2))]
    elsewhere = ring_of("dev", 0, environment="aws://444455556666/us-east-1")
    page = show(page_of(*weekly, *RINGS, elsewhere), link="#view=timeline&scale=month&date=2026-03-10")
    assert page.locator(".rollout, .group .name").all_text_contents() == [
        "Patching/MonthlyRollout in 111122223333/eu-central-1",
        "dev",
        "staging",
        "prod",
        "Patching/WeeklyRollout in 111122223333/eu-central-1",
        "first",
        "second",
        "Patching/MonthlyRollout in 444455556666/us-east-1",
        "dev",
        "nightly-scan",
    ]
    expect(page.locator(".rollout + .group.ring .aside").nth(1)).to_contain_text("on the dates of the schedule")


def test_rollouts_can_be_shown_by_target(show: Show) -> None:
    page = show(page_of(*RINGS), link="#view=timeline&scale=month&date=2026-03-10&group=target")
    expect(page.locator(".rollout")).to_have_count(0)
    assert page.locator(".group h3").all_text_contents() == [
        "dev-window",
        "nightly-scan",
        "prod-window",
        "staging-window",
    ]


def test_without_a_rollout_there_is_no_such_choice(show: Show) -> None:
    page = show(page_of(NIGHTLY), link="#view=timeline")
    assert "rollout" not in page.locator("#group option").evaluate_all("all => all.map((each) => each.value)")


def test_the_strip_names_rings(show: Show) -> None:
    page = show(page_of(*RINGS), link="#view=timeline")
    expect(page.locator("#strip")).to_contain_text("Patching/Monthly: staging")
