"""Schedules that open a number of days later, compared with a reference for every date of a century."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import takewhile
from zoneinfo import ZoneInfo

import aws_cdk as cdk
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patching_constructs import DayOfWeek, PatchingError, ScheduleExpression
from tests.refusals import refused, untyped
from tests.unit.schedule.reference_scheduler import names_day

DAY = timedelta(days=1)
# With the leap year 2000, and with 2100, which is none.
FIRST, LAST = date(1999, 12, 1), date(2100, 4, 30)
CENTURY = [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]
BERLIN = "Europe/Berlin"

expression = ScheduleExpression.expression


def on(day: object, week_day: object = "?", month: str = "*") -> str:
    return f"cron(0 4 {day} {month} {week_day} *)"


@cache
def dates(text: str) -> frozenset[date]:
    """Return the dates of a cron, checked day by day by the reference scheduler."""
    return frozenset(day for day in CENTURY if names_day(text, day))


def opens_on(schedule: ScheduleExpression) -> set[date]:
    offset = int(schedule.schedule_offset or 0) * DAY
    return {day + offset for day in dates(str(schedule)) if FIRST <= day + offset <= LAST}


def check_exact(schedule: ScheduleExpression, days: int) -> None:
    """Check that the delayed schedule opens exactly that many days after each date of the schedule."""
    expected = {day + days * DAY for day in opens_on(schedule)}
    # An earlier date can come from a date before the century.
    settled = FIRST + (days + 35) * DAY
    later = schedule.delayed_by(days)
    assert {day for day in opens_on(later) if day >= settled} == {day for day in expected if settled <= day <= LAST}
    assert later.time_zone == schedule.time_zone
    assert fields(later)[:2] == fields(schedule)[:2]


def fields(schedule: ScheduleExpression) -> list[str]:
    return str(schedule).removeprefix("cron(").removesuffix(")").split()


NTH = [("SUN", 1), ("SUN", 5), *(("TUE", nth) for nth in range(1, 6))]
# What can be delayed, and by how many days at most. Beyond the longest delay there is an error.
SHAPES: dict[str, int] = {
    **{on("?", f"{day}#{nth}"): 7 * max(4 - nth, 0) + 6 for day, nth in NTH},
    **{on(day): 34 - day for day in (1, 2, 15, 28)},
    **dict.fromkeys([on(29), on(30), on(31), on("LW"), on("1W"), on("15W"), on("31W")], 6),
    **dict.fromkeys([on("L"), on("?", "3L")], 34),
    # In some months only.
    on("?", "TUE#2", "1,4,7,10"): 20,
    on(15, month="FEB"): 19,
    on("L", month="2-12/2"): 6,
    on("?", "6L", "DEC"): 6,
}


@pytest.mark.parametrize(("text", "longest"), SHAPES.items(), ids=SHAPES.keys())
def test_every_delay_is_exact_for_a_century(text: str, longest: int) -> None:
    schedule = expression(text, time_zone=BERLIN)
    for days in range(longest + 1):
        check_exact(schedule, days)
    for days in (longest + 1, longest + 8, 366):
        with pytest.raises(PatchingError, match=f"must be at most {longest} days"):
            schedule.delayed_by(days)


EVERY_WEEK = ["MON", "L", "MON-FRI", "SAT,SUN", "*", "1-7"]


@pytest.mark.parametrize("text", [*(on("?", days) for days in EVERY_WEEK), on("*"), on("1/1")])
def test_daily_and_weekly_schedules_have_no_longest_delay(text: str) -> None:
    schedule = expression(text, time_zone=BERLIN)
    for days in (0, 1, 6, 7, 366):
        check_exact(schedule, days)
        assert schedule.delayed_by(days).schedule_offset is None


WITH_OFFSET = {on("?", "TUE#2"): 20, on("?", "TUE#4"): 6, on(1): 33, on(30): 6, on("L"): 34, on("?", "MON"): 366}


@settings(max_examples=50)
@given(st.sampled_from(sorted(WITH_OFFSET)), st.integers(1, 6), st.integers(0, 40), st.integers(0, 40))
def test_delays_and_offsets_add_up(text: str, offset: int, first: int, second: int) -> None:
    schedule = expression(text, schedule_offset=offset)
    if offset + first + second > WITH_OFFSET[text]:
        with pytest.raises(PatchingError):
            schedule.delayed_by(first).delayed_by(second)
        return
    check_exact(schedule, first)
    if first or second:
        assert schedule.delayed_by(first).delayed_by(second) == schedule.delayed_by(first + second)


def test_patch_tuesday_is_delayed_as_its_factory_does() -> None:
    for days in range(21):
        tuesday = ScheduleExpression.patch_tuesday(hour=4, time_zone=BERLIN)
        assert tuesday.delayed_by(days) == ScheduleExpression.patch_tuesday(hour=4, days_after=days, time_zone=BERLIN)


PRINTED = {
    "the same day": (expression(on("?", "TUE#2")), 0, on("?", "TUE#2"), None),
    "nth weekday": (expression(on("?", "TUE#2")), 11, on("?", "TUE#3"), 4),
    "one weekday": (ScheduleExpression.weekly(DayOfWeek.FRIDAY, hour=4), 3, on("?", "MON"), None),
    "weekdays": (expression(on("?", "MON-FRI")), 1, on("?", "TUE,WED,THU,FRI,SAT"), None),
    "whole weeks": (expression(on("?", "MON-FRI")), 14, on("?", "MON-FRI"), None),
    "daily": (ScheduleExpression.daily(hour=4), 3, on("*"), None),
    "monthly": (ScheduleExpression.monthly(day=20, hour=4), 5, on(25), None),
    "over the end of the month": (ScheduleExpression.monthly(day=25, hour=4), 8, on(28), 5),
    "the last day": (expression(on("L")), 3, on(3), None),
    "every month, written in another way": (expression(on("L", month="1/1")), 3, on(3, month="1/1"), None),
    "the last Friday": (expression(on("?", "6L")), 9, on("?", "6#1"), 2),
    "seconds": (expression("cron(30 0 4 ? * TUE#2 *)"), 1, "cron(30 0 4 ? * TUE#2 *)", 1),
    "several times a day": (expression("cron(0 4,16 ? * MON *)"), 1, "cron(0 4,16 ? * TUE *)", None),
}


@pytest.mark.parametrize(("schedule", "days", "printed", "offset"), PRINTED.values(), ids=PRINTED.keys())
def test_what_is_printed(schedule: ScheduleExpression, days: int, printed: str, offset: int | None) -> None:
    later = schedule.delayed_by(days)
    assert (str(later), later.schedule_offset) == (printed, offset)


def test_a_delayed_schedule_keeps_its_local_time_across_daylight_saving_changes() -> None:
    friday = ScheduleExpression.weekly(DayOfWeek.FRIDAY, hour=4, time_zone=BERLIN)
    year = {"after": datetime(2027, 1, 1, tzinfo=UTC), "end_date": datetime(2027, 12, 31, tzinfo=UTC)}
    fridays = [each.local_start for each in friday.occurrences(**untyped(year))]
    mondays = [each.local_start for each in friday.delayed_by(3).occurrences(**untyped(year))]
    # In the local time of one zone, Python adds days without regard to the UTC offset.
    assert [each + 3 * DAY for each in fridays[:-1]] == mondays[: len(fridays) - 1]
    assert {each.utcoffset() for each in mondays} == {timedelta(hours=1), timedelta(hours=2)}
    assert mondays[0].tzinfo == ZoneInfo(BERLIN)


def test_one_moment_is_delayed_by_days_of_24_hours() -> None:
    leap = datetime(2028, 2, 28, 22, 30, tzinfo=UTC)
    assert ScheduleExpression.at(leap).delayed_by(2) == ScheduleExpression.at(datetime(2028, 3, 1, 22, 30, tzinfo=UTC))


def test_the_executions_are_those_days_later() -> None:
    tuesday = ScheduleExpression.patch_tuesday(hour=4)
    after, end = datetime(2027, 1, 1, tzinfo=UTC), datetime(2047, 1, 1, tzinfo=UTC)
    starts = [each.start for each in takewhile(lambda each: each.start < end, tuesday.occurrences(after=after))]
    later = tuesday.delayed_by(18).occurrences(after=after)
    assert [each.start for each in takewhile(lambda each: each.start < end + 18 * DAY, later)][-len(starts) :] == [
        start + 18 * DAY for start in starts
    ]


TOKEN = cdk.Token.as_string({"Ref": "Schedule"})
DAYS = cdk.Token.as_number({"Ref": "Days"})

REFUSED = {
    "rate": (
        ScheduleExpression.rate(days=7), 1,
        "delayed_by requires cron(...) or at(...), because a rate counts from the creation of the window, got "
        "'rate(7 days)'; use a cron, for example ScheduleExpression.weekly(...)",
    ),
    "token": (
        expression(TOKEN), 1, "delayed_by requires a schedule that is known at synthesis, got a token",
    ),
    "offset token": (
        expression(on(1), schedule_offset=DAYS), 1,
        "delayed_by requires a schedule that is known at synthesis, got a token",
    ),
    "too far": (
        expression(on("?", "TUE#2")), 21,
        "delayed_by must be at most 20 days for 'cron(0 4 ? * TUE#2 *)', to be exact in every month, got 21 days",
    ),
    "too far with an offset": (
        expression(on(15), schedule_offset=2), 18,
        "delayed_by must be at most 17 days for 'cron(0 4 15 * ? *)' with schedule_offset=2, to be exact in every "
        "month, got 18 days",
    ),
    "several days of a month": (
        expression(on("1,15")), 1,
        "delayed_by requires a schedule that is daily, weekly, or on one day of a month, got "
        "'cron(0 4 1,15 * ? *)'; create one schedule per day",
    ),
    "weekly in some months": (
        expression(on("?", "MON", "1-6")), 1,
        "delayed_by requires a weekly schedule of every month and year, because a later date can be in another month, "
        "got 'cron(0 4 ? 1-6 MON *)'",
    ),
    "daily in some years": (
        expression("cron(0 4 * * ? 2027)"), 1,
        "delayed_by requires a daily schedule of every month and year, because a later date can be in another month, "
        "got 'cron(0 4 * * ? 2027)'",
    ),
    "an offset of several times a day": (
        expression("cron(0 4,16 28 * ? *)"), 1,
        "delayed_by requires one time of day, because AWS does not document an offset that is longer than the "
        "interval, got 'cron(0 4,16 28 * ? *)'; create one schedule per time",
    ),
    "beyond the last year": (
        ScheduleExpression.at(datetime(2199, 12, 31, tzinfo=UTC)), 1,
        "delayed_by must end in the years 1970-2199, got 2200-01-01T00:00:00",
    ),
    "negative": (expression(on(1)), -1, "delayed_by days must be 0-366, got -1"),
    "more than a year": (expression(on("*")), 367, "delayed_by days must be 0-366, got 367"),
    "days token": (
        expression(on(1)), DAYS,
        "delayed_by days must be known at synthesis, because it determines the expression, got a token",
    ),
    "not a number": (expression(on(1)), "1", "delayed_by days must be a whole number, got '1'"),
}  # fmt: skip


@pytest.mark.parametrize(("schedule", "days", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(schedule: ScheduleExpression, days: object, message: str) -> None:
    assert refused(lambda: schedule.delayed_by(untyped(days))) == message


@pytest.mark.parametrize("schedule", [ScheduleExpression.rate(days=7), expression(TOKEN)], ids=["rate", "token"])
def test_no_delay_changes_nothing(schedule: ScheduleExpression) -> None:
    assert schedule.delayed_by(0) == schedule


def test_a_time_zone_that_is_a_token_is_kept() -> None:
    zone = cdk.Token.as_string({"Ref": "Zone"})
    later = expression(on("?", "TUE#2"), time_zone=zone).delayed_by(8)
    assert (str(later), later.schedule_offset, later.time_zone) == (on("?", "TUE#3"), 1, zone)
