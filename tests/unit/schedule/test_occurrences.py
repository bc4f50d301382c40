"""Occurrences: tables of examples, properties of generated schedules, and two reference implementations."""

from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from itertools import islice, pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from croniter import croniter
from hypothesis import given, settings
from hypothesis import strategies as st

from patching_constructs import ScheduleExpression
from patching_constructs.schedule.occurrence import Occurrence, WallClock
from patching_constructs.schedule.occurrences import has_no_executions, occurrences
from tests.refusals import refused
from tests.unit.schedule import reference_scheduler
from tests.unit.schedule.dialect import parse

moment = datetime.fromisoformat

DAY = timedelta(days=1)
LENGTHS: dict[str, Any] = {"duration": timedelta(hours=4), "cutoff": timedelta(hours=1)}
BEFORE_ALL = moment("1960-01-01T00:00Z")


def windows(schedule: ScheduleExpression, after: str, count: int = 1000, **options: Any) -> list[Occurrence]:
    return list(islice(occurrences(schedule, after=moment(after), **LENGTHS, **options), count))


def days(schedule: ScheduleExpression, after: str, count: int = 1000, **options: Any) -> list[str]:
    return [f"{each.local_start:%Y-%m-%d}" for each in windows(schedule, after, count, **options)]


def times(schedule: ScheduleExpression, after: str, count: int = 1000, **options: Any) -> list[str]:
    return [f"{each.local_start:%Y-%m-%d %H:%M:%S}" for each in windows(schedule, after, count, **options)]


# --- An occurrence ------------------------------------------------------------------------------------


def test_the_cutoff_and_the_end_of_an_execution() -> None:
    schedule = ScheduleExpression.daily(hour=2, time_zone="Europe/Berlin")
    (window,) = windows(schedule, "2026-07-01T12:00Z", 1)
    assert window == Occurrence(
        start=moment("2026-07-02T00:00Z"),
        cutoff=moment("2026-07-02T03:00Z"),
        end=moment("2026-07-02T04:00Z"),
        zone=ZoneInfo("Europe/Berlin"),
        wall_time=datetime(2026, 7, 2, 2),  # noqa: DTZ001
    )
    assert [each.tzinfo for each in (window.start, window.cutoff, window.end)] == [UTC, UTC, UTC]
    assert str(window.local_start) == "2026-07-02 02:00:00+02:00"
    assert str(window.local_cutoff) == "2026-07-02 05:00:00+02:00"
    assert str(window.local_end) == "2026-07-02 06:00:00+02:00"
    assert (str(window.zone), str(window.wall_time)) == ("Europe/Berlin", "2026-07-02 02:00:00")


def test_occurrences_of_several_schedules_sort_by_their_start() -> None:
    berlin = ScheduleExpression.daily(hour=2, time_zone="Europe/Berlin")
    new_york = ScheduleExpression.daily(hour=2, time_zone="America/New_York")
    sleepless = sorted(windows(berlin, "2026-07-01T00:00Z", 2) + windows(new_york, "2026-07-01T00:00Z", 2))
    assert [str(each.zone) for each in sleepless] == ["Europe/Berlin", "America/New_York"] * 2


def test_a_schedule_without_a_time_zone_is_in_utc() -> None:
    (window,) = windows(ScheduleExpression.daily(hour=2), "2026-07-01T00:00Z", 1)
    assert (str(window.zone), str(window.local_start)) == ("UTC", "2026-07-01 02:00:00+00:00")
    assert not window.is_affected_by_daylight_saving


# --- The dialect --------------------------------------------------------------------------------------

NAMED_DAYS = {
    "the last day of February": ("cron(0 2 L 2 ? 2099-2101)", ["2099-02-28", "2100-02-28", "2101-02-28"]),
    "the last day of a leap year's February": ("cron(0 2 L 2 ? 2000,2024)", ["2000-02-29", "2024-02-29"]),
    "leap days only": ("cron(0 2 29 2 ? 2092-2106)", ["2092-02-29", "2096-02-29", "2104-02-29"]),
    "the 31st where there is one": ("cron(0 2 31 1-5 ? 2026)", ["2026-01-31", "2026-03-31", "2026-05-31"]),
    "the last workday": ("cron(0 2 LW 1,5,6 ? 2026)", ["2026-01-30", "2026-05-29", "2026-06-30"]),
    "15W on a weekday": ("cron(0 2 15W 7 ? 2026)", ["2026-07-15"]),
    "15W on a Saturday": ("cron(0 2 15W 8 ? 2026)", ["2026-08-14"]),
    "15W on a Sunday": ("cron(0 2 15W 11 ? 2026)", ["2026-11-16"]),
    "1W on a Saturday stays in the month": ("cron(0 2 1W 8 ? 2026)", ["2026-08-03"]),
    "1W on a Sunday": ("cron(0 2 1W 11 ? 2026)", ["2026-11-02"]),
    "30W on a Saturday": ("cron(0 2 30W 11 ? 2024)", ["2024-11-29"]),
    "30W on a Sunday that ends the month": ("cron(0 2 30W 6 ? 2024)", ["2024-06-28"]),
    "30W on a Sunday before the 31st": ("cron(0 2 30W 8 ? 2026)", ["2026-08-31"]),
    "28W on a Sunday that ends February": ("cron(0 2 28W 2 ? 2027)", ["2027-02-26"]),
    "31W, in months with a 31st only": (
        "cron(0 2 31W * ? 2026)",
        ["2026-01-30", "2026-03-31", "2026-05-29", "2026-07-31", "2026-08-31", "2026-10-30", "2026-12-31"],
    ),
    "L in day-of-week is Saturday": ("cron(0 2 ? 8 L 2026)", [f"2026-08-{day:02}" for day in (1, 8, 15, 22, 29)]),
    "the last Friday": ("cron(0 2 ? 7-9 6L 2026)", ["2026-07-31", "2026-08-28", "2026-09-25"]),
    "the last Friday by name": ("cron(0 2 ? 7 FRIL 2026)", ["2026-07-31"]),
    "the third Thursday": ("cron(0 2 ? 1-3 THU#3 2026)", ["2026-01-15", "2026-02-19", "2026-03-19"]),
    "fifth Mondays": ("cron(0 0 ? * MON#5 2027)", ["2027-03-29", "2027-05-31", "2027-08-30", "2027-11-29"]),
    "1 is Sunday": ("cron(0 2 ? 8 1 2026)", [f"2026-08-{day:02}" for day in (2, 9, 16, 23, 30)]),
    "a step from a weekday to the week's end": (
        "cron(0 2 ? 2 3/2 2026)",
        [f"2026-02-{day:02}" for day in (3, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28)],
    ),
    "a step from * starts with the first": (
        "cron(0 2 */5 8 ? 2026)",
        [f"2026-08-{day:02}" for day in (1, 6, 11, 16, 21, 26, 31)],
    ),
    "a step within a range": ("cron(0 2 10-20/4 8 ? 2026)", ["2026-08-10", "2026-08-14", "2026-08-18"]),
    "lists in any order, each day once": ("cron(0 2 20,1-2,2 MAR ? 2026)", ["2026-03-01", "2026-03-02", "2026-03-20"]),
    "steps of months and years": ("cron(0 2 1 2/6 ? 2196/2)", ["2196-02-01", "2196-08-01", "2198-02-01", "2198-08-01"]),
    "the last year": ("cron(0 2 1 1 ? 2198/1)", ["2198-01-01", "2199-01-01"]),
}


@pytest.mark.parametrize(("expression", "expected"), NAMED_DAYS.values(), ids=NAMED_DAYS.keys())
def test_opens_on(expression: str, expected: list[str]) -> None:
    assert days(parse(expression), "1969-01-01T00:00Z") == expected


def test_minutes_step_to_the_end_of_the_hour() -> None:
    assert times(parse("cron(0/25 4-6/2 1 1 ? 2026)"), "2026-01-01T00:00Z") == [
        f"2026-01-01 {time}:00" for time in ("04:00", "04:25", "04:50", "06:00", "06:25", "06:50")
    ]


def test_seconds_are_understood() -> None:
    assert times(parse("cron(5,50 59 23 31 12 ? 2026)"), "2026-01-01T00:00Z") == [
        "2026-12-31 23:59:05", "2026-12-31 23:59:50",
    ]  # fmt: skip


def test_a_year_turns() -> None:
    assert days(ScheduleExpression.daily(hour=2), "2023-12-30T00:00Z", 3) == ["2023-12-30", "2023-12-31", "2024-01-01"]


def test_the_first_instant_counts() -> None:
    schedule = ScheduleExpression.daily(hour=2)
    assert days(schedule, "2026-07-01T02:00Z", 1) == ["2026-07-01"]
    assert days(schedule, "2026-07-01T02:00:00.000001Z", 1) == ["2026-07-02"]


def test_after_can_be_in_any_time_zone() -> None:
    after = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=10)))
    assert days(ScheduleExpression.daily(hour=2), after.isoformat(), 1) == ["2026-07-01"]


def test_it_starts_late_in_a_busy_day_without_stepping_there() -> None:
    every_second = parse("cron(* * * * * ? *)")
    assert times(every_second, "2026-07-01T23:59:58Z", 3) == [
        "2026-07-01 23:59:58", "2026-07-01 23:59:59", "2026-07-02 00:00:00",
    ]  # fmt: skip


@pytest.mark.parametrize("after", ["0001-01-01T00:00+00:00", "0001-01-01T00:00+14:00", "1969-12-31T00:00+00:00"])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_any_time_before_the_first_year_will_do(after: str, zone: str) -> None:
    assert days(parse("cron(0 0 * * ? *)", time_zone=zone), after, 1) == ["1970-01-01"]


@pytest.mark.parametrize("after", ["2200-01-07T12:00:01+00:00", "9999-12-31T23:59:59-12:00"])
@pytest.mark.parametrize("expression", ["cron(59 23 * * ? *)", "rate(1 day)", "at(2199-12-31T23:59:59)"])
def test_everything_ends(expression: str, after: str) -> None:
    assert not windows(parse(expression), after)


# --- Offsets ------------------------------------------------------------------------------------------

PATCH_TUESDAY = "cron(0 2 ? * TUE#2 *)"
OFFSETS = {
    "over the end of a month": ("cron(0 2 30 4 ? *)", 3, "2026-01-01", ["2026-05-03", "2027-05-03"]),
    "over the end of a year": ("cron(0 2 L 12 ? *)", 1, "2026-01-02", ["2027-01-01", "2028-01-01"]),
    "to a leap day": ("cron(0 2 28 2 ? *)", 1, "2027-01-01", ["2027-03-01", "2028-02-29"]),
    "from a leap day": ("cron(0 2 29 2 ? *)", 6, "2027-01-01", ["2028-03-06", "2032-03-06"]),
    "the named day is over, the window to come": (PATCH_TUESDAY, 6, "2026-07-16", ["2026-07-20", "2026-08-17"]),
    "the window is over, the month is not": (PATCH_TUESDAY, 6, "2026-07-21", ["2026-08-17", "2026-09-14"]),
    "beyond the last year": ("cron(0 2 31 12 ? *)", 6, "2199-02-01", ["2200-01-06"]),
}


@pytest.mark.parametrize(("expression", "offset", "after", "expected"), OFFSETS.values(), ids=OFFSETS.keys())
def test_an_offset_moves_a_window_by_days(expression: str, offset: int, after: str, expected: list[str]) -> None:
    schedule = parse(expression, schedule_offset=offset, time_zone="America/New_York")
    assert times(schedule, f"{after}T12:00Z", 2) == [f"{day} 02:00:00" for day in expected]


def test_an_offset_keeps_the_local_time_across_a_daylight_saving_change() -> None:
    schedule = parse("cron(0 4 30 3 ? 2024)", schedule_offset=2, time_zone="Europe/Berlin")
    (window,) = windows(schedule, "2024-01-01T00:00Z")
    assert str(window.local_start) == "2024-04-01 04:00:00+02:00"


def second_tuesday(year: int, month: int) -> date:
    tuesdays = [date(year, month, day) for day in range(1, 15) if date(year, month, day).strftime("%a") == "Tue"]
    return tuesdays[1]


PATCH_TUESDAYS = [second_tuesday(year, month) for year in range(1990, 2061) for month in range(1, 13)]


@pytest.mark.parametrize("days_after", range(21))
def test_days_after_patch_tuesday_are_counted_from_the_second_tuesday(days_after: int) -> None:
    expected = [tuesday + days_after * DAY for tuesday in PATCH_TUESDAYS]
    schedule = ScheduleExpression.patch_tuesday(days_after=days_after, hour=3)
    opened = windows(schedule, f"{expected[0]}T00:00Z", end_date=moment(f"{expected[-1]}T23:59Z"))
    assert [each.start.date() for each in opened] == expected


# --- Daylight saving changes --------------------------------------------------------------------------

SKIPPED, REPEATED, ONCE = WallClock.SKIPPED, WallClock.REPEATED, WallClock.ONCE
SWITCH_NIGHTS = {
    "Berlin, into summer, before": ("Europe/Berlin", "2024-03-31 01:59", "2024-03-31 01:59:00+01:00", ONCE),
    "Berlin, into summer, first": ("Europe/Berlin", "2024-03-31 02:00", "2024-03-31 03:00:00+02:00", SKIPPED),
    "Berlin, into summer": ("Europe/Berlin", "2024-03-31 02:30", "2024-03-31 03:30:00+02:00", SKIPPED),
    "Berlin, into summer, last": ("Europe/Berlin", "2024-03-31 02:59", "2024-03-31 03:59:00+02:00", SKIPPED),
    "Berlin, into summer, after": ("Europe/Berlin", "2024-03-31 03:00", "2024-03-31 03:00:00+02:00", ONCE),
    "Berlin, into winter, before": ("Europe/Berlin", "2024-10-27 01:59", "2024-10-27 01:59:00+02:00", ONCE),
    "Berlin, into winter, first": ("Europe/Berlin", "2024-10-27 02:00", "2024-10-27 02:00:00+02:00", REPEATED),
    "Berlin, into winter": ("Europe/Berlin", "2024-10-27 02:30", "2024-10-27 02:30:00+02:00", REPEATED),
    "Berlin, into winter, last": ("Europe/Berlin", "2024-10-27 02:59", "2024-10-27 02:59:00+02:00", REPEATED),
    "Berlin, into winter, after": ("Europe/Berlin", "2024-10-27 03:00", "2024-10-27 03:00:00+01:00", ONCE),
    "New York, into summer": ("America/New_York", "2024-03-10 02:30", "2024-03-10 03:30:00-04:00", SKIPPED),
    "New York, into winter": ("America/New_York", "2024-11-03 01:30", "2024-11-03 01:30:00-04:00", REPEATED),
    "Lord Howe, into summer": ("Australia/Lord_Howe", "2024-10-06 02:15", "2024-10-06 02:45:00+11:00", SKIPPED),
    "Lord Howe, half an hour later": ("Australia/Lord_Howe", "2024-10-06 02:30", "2024-10-06 02:30:00+11:00", ONCE),
    "Lord Howe, into winter": ("Australia/Lord_Howe", "2024-04-07 01:45", "2024-04-07 01:45:00+11:00", REPEATED),
    "Lord Howe, half an hour before": ("Australia/Lord_Howe", "2024-04-07 01:15", "2024-04-07 01:15:00+11:00", ONCE),
    "Sydney, into summer": ("Australia/Sydney", "2024-10-06 02:30", "2024-10-06 03:30:00+11:00", SKIPPED),
    "Sydney, into winter": ("Australia/Sydney", "2024-04-07 02:30", "2024-04-07 02:30:00+11:00", REPEATED),
    "Santiago, into summer": ("America/Santiago", "2024-09-08 00:00", "2024-09-08 01:00:00-03:00", SKIPPED),
    "Santiago, into winter": ("America/Santiago", "2024-04-06 23:30", "2024-04-06 23:30:00-03:00", REPEATED),
    "Beirut, into summer": ("Asia/Beirut", "2024-03-31 00:00", "2024-03-31 01:00:00+03:00", SKIPPED),
    "Beirut, into winter": ("Asia/Beirut", "2024-10-26 23:00", "2024-10-26 23:00:00+03:00", REPEATED),
    "Troll, by two hours": ("Antarctica/Troll", "2024-03-31 01:30", "2024-03-31 03:30:00+02:00", SKIPPED),
    "Apia, over the date line": ("Pacific/Apia", "2011-12-30 10:00", "2011-12-31 10:00:00+14:00", SKIPPED),
}  # fmt: skip


@pytest.mark.parametrize(("zone", "wall_time", "opens", "how_often"), SWITCH_NIGHTS.values(), ids=SWITCH_NIGHTS.keys())
def test_executions_around_a_daylight_saving_change(
    zone: str, wall_time: str, opens: str, how_often: WallClock
) -> None:
    named = moment(wall_time)
    schedule = parse(f"cron({named:%M %H %d %m} ? {named:%Y})", time_zone=zone)
    (window,) = windows(schedule, "2000-01-01T00:00Z")
    assert (str(window.local_start), window.wall_clock, window.wall_time) == (opens, how_often, named)
    assert window.is_affected_by_daylight_saving or how_often is ONCE


def test_a_skipped_time_is_a_day_after_the_one_before_and_not_the_next_day() -> None:
    schedule = ScheduleExpression.daily(hour=2, minute=30, time_zone="Europe/Berlin")
    assert times(schedule, "2024-03-30T00:00Z", 3) == [
        "2024-03-30 02:30:00", "2024-03-31 03:30:00", "2024-04-01 02:30:00",
    ]  # fmt: skip


def test_an_execution_in_the_gap_and_one_after_it_are_one() -> None:
    schedule = parse("cron(30 * * * ? *)", time_zone="Europe/Berlin")
    opened = windows(schedule, "2024-03-30T23:00Z", 5)
    assert [f"{each.start:%H:%M}" for each in opened] == ["23:30", "00:30", "01:30", "02:30", "03:30"]
    assert [each.wall_clock for each in opened] == [ONCE] * 5


def test_a_repeated_time_has_one_execution() -> None:
    schedule = parse("cron(30 * * * ? *)", time_zone="Europe/Berlin")
    opened = windows(schedule, "2024-10-26T22:00Z", 4)
    assert [f"{each.start:%H:%M}" for each in opened] == ["22:30", "23:30", "00:30", "02:30"]
    assert [each.wall_clock for each in opened] == [ONCE, ONCE, REPEATED, ONCE]
    assert times(schedule, "2024-10-27T01:15Z", 1) == ["2024-10-27 03:30:00"]


def test_looking_from_the_second_reading_of_a_time_finds_what_is_later() -> None:
    early, late = (datetime(2024, 10, 27, 2, 45, tzinfo=ZoneInfo("Europe/Berlin"), fold=fold) for fold in (0, 1))
    schedule = parse("cron(50 * * * ? *)", time_zone="Europe/Berlin")
    from_first = occurrences(schedule, after=early, **LENGTHS)
    from_second = occurrences(schedule, after=early, start_date=late, **LENGTHS)
    assert str(next(from_first).local_start) == "2024-10-27 02:50:00+02:00"
    assert str(next(from_second).local_start) == "2024-10-27 03:50:00+01:00"


def test_skipped_times_are_in_order_with_the_others() -> None:
    schedule = parse("cron(0/20 2 * * ? *)", time_zone="Australia/Lord_Howe")
    opened = windows(schedule, "2024-10-05T15:00Z", 4)
    assert [f"{each.local_start:%d %H:%M}" for each in opened] == ["06 02:30", "06 02:40", "06 02:50", "07 02:00"]
    assert [each.wall_clock for each in opened] == [SKIPPED, ONCE, SKIPPED, ONCE]


def test_looking_from_behind_a_gap_still_finds_what_it_moved() -> None:
    schedule = parse("cron(0/20 2 * * ? *)", time_zone="Australia/Lord_Howe")
    assert times(schedule, "2024-10-05T15:45Z", 2) == ["2024-10-06 02:50:00", "2024-10-07 02:00:00"]


def test_executions_on_a_skipped_day_and_the_next_one_are_one() -> None:
    schedule = parse("cron(0 0/6 * * ? *)", time_zone="Pacific/Apia")
    assert times(schedule, "2011-12-30T00:00Z", 6) == [
        "2011-12-29 18:00:00", "2011-12-31 00:00:00", "2011-12-31 06:00:00",
        "2011-12-31 12:00:00", "2011-12-31 18:00:00", "2012-01-01 00:00:00",
    ]  # fmt: skip


JUMPS = {
    "into summer": ("Europe/Berlin", "2024-03-31 01:30", timedelta(hours=1)),
    "into winter": ("Europe/Berlin", "2024-10-27 01:30", timedelta(hours=-1)),
    "into winter, from the first reading": ("Europe/Berlin", "2024-10-27 02:30", timedelta(hours=-1)),
    "half an hour": ("Australia/Lord_Howe", "2024-10-06 01:30", timedelta(minutes=30)),
    "at the very start": ("Europe/Berlin", "2024-03-31 03:00", timedelta(0)),
    "at the very end": ("Europe/Berlin", "2024-03-30 22:00", timedelta(0)),
    "within the last minute": ("Europe/Berlin", "2024-03-30 22:01", timedelta(hours=1)),
    "on any other day": ("Europe/Berlin", "2024-03-30 01:30", timedelta(0)),
}


@pytest.mark.parametrize(("zone", "wall_time", "jump"), JUMPS.values(), ids=JUMPS.keys())
def test_a_daylight_saving_change_while_a_window_is_open(zone: str, wall_time: str, jump: timedelta) -> None:
    named = moment(wall_time)
    schedule = parse(f"cron({named:%M %H %d %m} ? {named:%Y})", time_zone=zone)
    (window,) = windows(schedule, "2000-01-01T00:00Z")
    assert window.utc_offset_change == jump
    assert window.is_affected_by_daylight_saving == (jump != timedelta(0))
    assert window.end - window.start == LENGTHS["duration"]


# --- rate and at --------------------------------------------------------------------------------------

RATES = {
    "from after": ("rate(6 hours)", {}, ["2026-07-01 01:00:00", "2026-07-01 07:00:00"]),
    "from a start date to come": (
        "rate(1 day)",
        {"start_date": moment("2026-07-03T12:00+02:00")},
        ["2026-07-03 10:00:00", "2026-07-04 10:00:00"],
    ),
    "from a start date that is over": (
        "rate(2 days)",
        {"start_date": moment("2026-06-28T12:00Z")},
        ["2026-07-02 12:00:00", "2026-07-04 12:00:00"],
    ),
    "from an anchor that is over": (
        "rate(45 minutes)",
        {"anchor": moment("2026-07-01T00:00Z")},
        ["2026-07-01 01:30:00", "2026-07-01 02:15:00"],
    ),
    "from an anchor to come": (
        "rate(45 minutes)",
        {"anchor": moment("2026-07-01T01:01Z")},
        ["2026-07-01 01:01:00", "2026-07-01 01:46:00"],
    ),
    "from an anchor that is now": (
        "rate(1 hour)",
        {"anchor": moment("2026-07-01T00:00Z")},
        ["2026-07-01 01:00:00", "2026-07-01 02:00:00"],
    ),
    "from an anchor before a start date": (
        "rate(7 days)",
        {"anchor": moment("2026-06-01T00:00Z"), "start_date": moment("2026-07-04T00:00Z")},
        ["2026-07-06 00:00:00", "2026-07-13 00:00:00"],
    ),
    "from an anchor of another time zone": (
        "rate(1 day)",
        {"anchor": moment("2026-06-01T04:00+02:00")},
        ["2026-07-01 02:00:00", "2026-07-02 02:00:00"],
    ),
    "once, when the next run is beyond all time": (f"rate({10**30} days)", {}, ["2026-07-01 01:00:00"]),
    "never again": (f"rate({10**9} minutes)", {"anchor": moment("1980-07-01T00:00Z")}, []),
}


@pytest.mark.parametrize(("expression", "options", "expected"), RATES.values(), ids=RATES.keys())
def test_a_rate_runs_at_its_anchor_and_again(expression: str, options: dict[str, Any], expected: list[str]) -> None:
    assert times(parse(expression), "2026-07-01T01:00Z", 2, **options) == expected


def test_a_day_of_a_rate_has_24_hours_in_any_time_zone() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    opened = occurrences(
        parse("rate(1 day)"),
        anchor=datetime(2024, 3, 30, 12, tzinfo=berlin),
        after=datetime(2024, 4, 1, 12, 30, tzinfo=berlin),
        **LENGTHS,
    )
    assert str(next(opened).start) == "2024-04-01 11:00:00+00:00"


def test_a_time_zone_of_a_rate_has_no_effect() -> None:
    # In the second of the repeated hours in Berlin, and in the skipped hour.
    for after in ("2026-10-25T01:30Z", "2026-03-29T01:30Z"):
        plain, zoned = (windows(parse("rate(1 hour)", time_zone=zone), after, 5) for zone in (None, "Europe/Berlin"))
        assert zoned == plain
        assert {(str(each.zone), each.is_affected_by_daylight_saving) for each in zoned} == {("UTC", False)}


def test_a_rate_ends_with_the_last_year() -> None:
    assert days(parse("rate(7 days)"), "2199-12-20T00:00Z") == ["2199-12-20", "2199-12-27"]


@pytest.mark.parametrize(("after", "count"), [("02:59Z", 1), ("03:00Z", 1), ("03:01Z", 0)])
def test_at_opens_once_in_utc(after: str, count: int) -> None:
    opened = windows(parse("at(2026-11-05T03:00:00)"), f"2026-11-05T{after}")
    assert [str(each.local_start) for each in opened] == ["2026-11-05 03:00:00+00:00"] * count


# --- Start and end dates ------------------------------------------------------------------------------

DATES = {
    "both are included": ("2026-07-02T02:00Z", "2026-07-04T02:00Z", ["2026-07-02", "2026-07-03", "2026-07-04"]),
    "a second too late and too early": ("2026-07-02T02:00:01Z", "2026-07-04T01:59:59Z", ["2026-07-03"]),
    "a start date that is over": ("2020-01-01T00:00Z", "2026-07-02T02:00Z", ["2026-07-01", "2026-07-02"]),
    "an end date that is over": (None, "2026-06-30T00:00Z", []),
    "an end before the start": ("2026-07-04T02:00Z", "2026-07-02T02:00Z", []),
    "in another zone": ("2026-07-02T04:00+02:00", "2026-07-02T23:00-11:00", ["2026-07-02", "2026-07-03"]),
}


@pytest.mark.parametrize(("start", "end", "expected"), DATES.values(), ids=DATES.keys())
def test_start_and_end_dates(start: str | None, end: str, expected: list[str]) -> None:
    dates: dict[str, Any] = {"start_date": moment(start) if start else None, "end_date": moment(end)}
    assert days(ScheduleExpression.daily(hour=2), "2026-07-01T00:00Z", **dates) == expected


# --- Schedules without executions ---------------------------------------------------------------------

NEVER = (
    "cron(0 0 31 2 ? *)",
    "cron(0 0 30-31 2 ? *)",
    "cron(0 0 31 2,4,6,9,11 ? *)",
    "cron(0 0 31W 4 ? *)",
    "cron(0 0 29 2 ? 2026,2027,2100)",
    "cron(0 0 ? 2 MON#5 2027)",
    "cron(0 0 ? 2 SUN#5 1981-2003)",
    "at(1969-12-31T23:59:59)",
    "at(2200-01-01T00:00:00)",
    "at(9999-12-31T23:59:59)",
)


@pytest.mark.parametrize("expression", NEVER)
def test_a_schedule_without_executions_ends(expression: str) -> None:
    assert has_no_executions(parse(expression))
    assert not list(occurrences(parse(expression), after=BEFORE_ALL, **LENGTHS))


FIRES = (
    "cron(0 0 29 2 ? *)",
    "cron(0 0 ? 2 MON#5 *)",
    "cron(0 0 ? * MON#5 2027)",
    "cron(* * * * * ? *)",
    "cron(0 0 31 12 ? 1970)",
    "at(1970-01-01T00:00:00)",
    "at(2199-12-31T23:59:59)",
    "rate(5 minutes)",
)


@pytest.mark.parametrize("expression", FIRES)
def test_a_schedule_with_one_execution_is_not_without_executions(expression: str) -> None:
    assert not has_no_executions(parse(expression))
    assert next(occurrences(parse(expression), after=BEFORE_ALL, **LENGTHS))


def test_a_past_year_matches_but_has_no_further_executions() -> None:
    schedule = parse("cron(0 2 * * ? 2025)")
    assert not has_no_executions(schedule)
    assert not windows(schedule, "2026-01-01T00:00Z")


# --- Invalid values -----------------------------------------------------------------------------------

UNRESOLVED = "${Token[TOKEN.12]}"
UNRESOLVED_NUMBER = -1.8881545897087626e289
TOKENS = {
    "expression": parse(UNRESOLVED),
    "field": ScheduleExpression.cron(minute=0, hour=UNRESOLVED),
    "time zone": parse("cron(0 2 * * ? *)", time_zone=UNRESOLVED),
    "offset": parse(PATCH_TUESDAY, schedule_offset=UNRESOLVED_NUMBER),
}


@pytest.mark.parametrize("schedule", TOKENS.values(), ids=TOKENS.keys())
def test_a_token_is_an_error_for_occurrences(schedule: ScheduleExpression) -> None:
    assert refused(lambda: windows(schedule, "2026-07-01T00:00Z")) == (
        f"schedule must be known to compute executions, got a token in {schedule!r}"
    )
    assert not has_no_executions(schedule)


@pytest.mark.parametrize("name", ["after", "start_date", "end_date", "anchor"])
def test_a_naive_datetime_raises_an_error_immediately(name: str) -> None:
    moments: dict[str, Any] = {"after": moment("2026-07-01T00:00Z"), name: moment("2026-07-01T00:00")}
    assert refused(lambda: occurrences(ScheduleExpression.daily(hour=2), **moments, **LENGTHS)) == (
        f"{name} must be an aware datetime, got datetime.datetime(2026, 7, 1, 0, 0); "
        "set tzinfo, for example to zoneinfo.ZoneInfo('Europe/Berlin') or datetime.UTC"
    )


# --- Generated expressions ----------------------------------------------------------------------------

WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
SWITCH_YEARS = range(1995, 2037)
ZONES = sorted(available_timezones() - {"localtime", "posixrules", "Factory"})


def single(lowest: int, highest: int) -> st.SearchStrategy[str]:
    return st.integers(lowest, highest).map(str)


def plain(lowest: int, highest: int, names: tuple[str, ...] = ()) -> st.SearchStrategy[str]:
    """Values, ranges, steps, and lists of them; in numbers or names."""

    def atom(shape: str, ends: list[int], step: int, *, named: bool) -> str:
        first, last = (names[end - lowest] if names and named else str(end) for end in sorted(ends))
        return shape.format(first=first, last=last, step=step)

    shapes = st.sampled_from(("{first}", "{first}-{last}", "*/{step}", "{first}/{step}", "{first}-{last}/{step}"))
    ends = st.lists(st.integers(lowest, highest), min_size=2, max_size=2)
    atoms = st.builds(atom, shapes, ends, st.integers(1, highest), named=st.booleans())
    return st.one_of(single(lowest, highest), st.just("*"), st.lists(atoms, min_size=1, max_size=3).map(",".join))


SECONDS = st.sampled_from(("", "", "0 ", "59 ", "0/30 "))
# Few times per day, so that the reference can check many days.
MINUTES = st.one_of(single(0, 59), single(0, 59), plain(0, 59))
HOURS = st.one_of(single(0, 23), plain(0, 23))
MANY_MINUTES, MANY_HOURS = st.one_of(single(0, 59), plain(0, 59)), st.one_of(st.just("*"), plain(0, 4), plain(0, 23))
DAYS_OF_MONTH = st.one_of(plain(1, 31), st.sampled_from(("L", "LW")), st.integers(1, 31).map("{}W".format))
ONE_WEEKDAY = st.sampled_from((*WEEKDAYS, *"1234567"))
DAYS_OF_WEEK = st.one_of(
    plain(1, 7, WEEKDAYS),
    st.just("L"),
    ONE_WEEKDAY.map("{}L".format),
    st.builds("{}#{}".format, ONE_WEEKDAY, st.integers(1, 5)),
)
MONTH_AND_DAY = st.one_of(
    st.builds("{} {} ?".format, DAYS_OF_MONTH, plain(1, 12, MONTHS)),
    st.builds("? {} {}".format, plain(1, 12, MONTHS), DAYS_OF_WEEK),
)
OFFSET_DAYS = st.none() | st.integers(1, 6)


def crons(years: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds("cron({}{} {} {} {})".format, SECONDS, MINUTES, HOURS, MONTH_AND_DAY, years)


@cache
def crons_around(year: int) -> st.SearchStrategy[str]:
    near = st.integers(max(1970, year - 2), min(2199, year + 3))
    several = st.lists(near.map(str), min_size=1, max_size=3).map(",".join)
    return crons(st.one_of(st.just("*"), st.just("*"), several, near.map("{}/2".format), st.just(f"{year}-2199/3")))


def looks(years: range) -> st.SearchStrategy[tuple[str, datetime]]:
    """Draw an expression and a first instant."""
    instants = st.datetimes(moment(f"{years[0]}-01-01"), moment(f"{years[-1]}-12-31"), timezones=st.just(UTC))
    return instants.flatmap(lambda begin: st.tuples(crons_around(begin.year), st.just(begin)))


def span_of(text: str) -> timedelta:
    """Return a longer time for fewer occurrences, because the reference checks every day."""
    return min(400, 500 // len(reference_scheduler.times_of_day(text)) + 1) * DAY


def assert_agreement(schedule: ScheduleExpression, begin: datetime, end: datetime) -> None:
    zone, offset = ZoneInfo(schedule.time_zone or "UTC"), int(schedule.schedule_offset or 0)
    ours = [each.start for each in occurrences(schedule, after=begin, end_date=end, **LENGTHS)]
    assert ours == reference_scheduler.firings(str(schedule), zone, offset, begin, end)


@settings(max_examples=1500)
@given(look=looks(range(1970, 2200)), offset=OFFSET_DAYS, zone=st.none() | st.sampled_from(ZONES))
def test_it_agrees_with_the_reference(look: tuple[str, datetime], offset: int | None, zone: str | None) -> None:
    text, begin = look
    assert_agreement(parse(text, time_zone=zone, schedule_offset=offset), begin, begin + span_of(text))


@cache
def daylight_saving_changes_of(zone: str, year: int) -> list[datetime]:
    """Return the day before each daylight saving change of a time zone in a year."""
    start, info = datetime(year, 1, 1, tzinfo=UTC), ZoneInfo(zone)
    every_day = [start + n * DAY for n in range(366)]
    offsets = [each.astimezone(info).utcoffset() for each in every_day]
    return [each for each, (one, other) in zip(every_day, pairwise(offsets), strict=False) if one != other]


EVENTFUL_YEARS = (2000, 2011, 2024)
# Deferred, because reading every time zone takes longer than collecting all other tests.
SWITCHING_ZONES = st.deferred(
    lambda: st.sampled_from(
        [zone for zone in ZONES if any(daylight_saving_changes_of(zone, year) for year in EVENTFUL_YEARS)]
    )
)


@st.composite
def around_a_change(draw: st.DrawFn) -> tuple[ScheduleExpression, datetime]:
    zone = draw(SWITCHING_ZONES)
    year = draw(st.sampled_from([year for year in EVENTFUL_YEARS if daylight_saving_changes_of(zone, year)]))
    eve = draw(st.sampled_from(daylight_saving_changes_of(zone, year))) + draw(st.integers(-1440, 1440)) * timedelta(
        minutes=1
    )
    text = f"cron({draw(MANY_MINUTES)} {draw(MANY_HOURS)} * * ? *)"
    return parse(text, time_zone=zone, schedule_offset=draw(st.sampled_from((None, 1)))), eve


@settings(max_examples=200)
@given(around_a_change())
def test_it_agrees_with_the_reference_around_daylight_saving_changes(look: tuple[ScheduleExpression, datetime]) -> None:
    schedule, eve = look
    assert_agreement(schedule, eve, eve + 2 * DAY)


@settings(max_examples=100)
@given(crons(st.lists(st.integers(1970, 2199).map(str), min_size=1, max_size=2).map(",".join)))
def test_it_agrees_with_the_reference_about_schedules_without_executions(text: str) -> None:
    years = [int(year) for year in text.rstrip(")").split()[-1].split(",")]
    every_day = (date(year, 1, 1) + n * DAY for year in years for n in range(365 + 1))
    assert has_no_executions(parse(text)) == (not any(reference_scheduler.names_day(text, day) for day in every_day))


# --- Properties ---------------------------------------------------------------------------------------


@settings(max_examples=300)
@given(look=looks(SWITCH_YEARS), offset=OFFSET_DAYS, zone=st.sampled_from(ZONES))
def test_occurrences_only_go_forward_and_each_is_named(
    look: tuple[str, datetime], offset: int | None, zone: str
) -> None:
    text, begin = look
    opened = windows(parse(text, time_zone=zone, schedule_offset=offset), begin.isoformat(), 50)
    starts = [begin - datetime.resolution, *(each.start for each in opened)]
    assert all(earlier < later for earlier, later in pairwise(starts))
    assert all(reference_scheduler.names(text, each.wall_time - (offset or 0) * DAY) for each in opened)


@settings(max_examples=300)
@given(look=looks(SWITCH_YEARS), offset=OFFSET_DAYS, zone=st.sampled_from(ZONES), place=st.integers(0, 19))
def test_occurrences_do_not_depend_on_the_first_instant(
    look: tuple[str, datetime], offset: int | None, zone: str, place: int
) -> None:
    text, begin = look
    schedule = parse(text, time_zone=zone, schedule_offset=offset)
    opened = windows(schedule, begin.isoformat(), 20)
    for found in opened[place : place + 1]:
        assert windows(schedule, found.start.isoformat(), len(opened) - place) == opened[place:]


# --- A public library ---------------------------------------------------------------------------------


def for_croniter(text: str) -> str:
    """Convert it for croniter: another order, weekdays from 0, L first, no ?, years to 2099."""
    second, minute, hour, day, month, weekday, year = reference_scheduler.fields_of(text)
    unix = {"?": "*", "*": "*", "L": "6"}.get(weekday) or ",".join(map(unix_weekday, weekday.split(",")))
    return f"{minute} {hour} {day.replace('?', '*')} {month} {unix} {second} {year.replace('2199', '2099')}"


def unix_weekday(atom: str) -> str:
    start, slash, step = atom.partition("/")
    start, hash_sign, nth = start.partition("#")
    if start.endswith("L"):
        return f"L{unix_number(start.removesuffix('L'))}"
    days = "-".join(map(unix_number, start.split("-")))
    if slash and days.isdigit():
        return f"{days}-6/{step}" if days != "6" else "6"
    return days + hash_sign + nth + slash + step


def unix_number(weekday: str) -> str:
    return weekday if weekday == "*" else str(reference_scheduler.number(weekday) - 1)


def is_supported_by_croniter(look: tuple[str, datetime]) -> bool:
    """Skip what croniter does not support, or interprets differently than Quartz."""
    _, *fields = reference_scheduler.fields_of(look[0])
    day = fields[2]
    # LW is unknown; 31W is not skipped in a short month; 5-5 is a whole round, 5-5/2 is 5/2.
    ranges = [atom.partition("/")[0].split("-") for each in fields for atom in each.split(",")]
    one_long = any(len({reference_scheduler.number(end) for end in ends}) < len(ends) for ends in ranges if ends[1:])
    return day not in {"LW", "29W", "30W", "31W"} and not one_long


@settings(max_examples=400)
@given(looks(range(1980, 2060)).filter(is_supported_by_croniter))
def test_it_agrees_with_croniter(look: tuple[str, datetime]) -> None:
    text, begin = look[0], look[1].replace(microsecond=0)
    opened = windows(parse(text), (begin + timedelta(seconds=1)).isoformat(), 8, end_date=begin + 10_000 * DAY)
    theirs = croniter(for_croniter(text), begin)
    assert [each.start for each in opened] == [theirs.get_next(datetime) for _ in opened]


FIRST = datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))
LAST = datetime.max.replace(microsecond=0, tzinfo=timezone(timedelta(hours=-12)))


@pytest.mark.parametrize(("anchor", "opens"), [(FIRST, True), (LAST, False)])
def test_a_rate_with_an_anchor_at_the_limits_of_datetime(anchor: datetime, opens: bool) -> None:  # noqa: FBT001
    found = occurrences(
        ScheduleExpression.rate(days=1),
        after=datetime(2026, 11, 23, tzinfo=UTC),
        duration=timedelta(hours=1),
        cutoff=timedelta(0),
        anchor=anchor,
    )
    assert bool(list(islice(found, 1))) is opens
