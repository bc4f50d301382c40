"""The windows of a schedule with freezes, compared with all executions of the schedule."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patching_constructs import DayOfWeek, Occurrence, PatchFreeze, ScheduleExpression
from patching_constructs.planning.freezes import executions_of, merged_freezes, parts_around
from patching_constructs.planning.windows import WindowTimes

BERLIN = "Europe/Berlin"
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
CHRISTMAS = PatchFreeze(date(2026, 12, 18), date(2027, 1, 4), "Christmas", time_zone=BERLIN)


def times(
    schedule: ScheduleExpression,
    *,
    hours: int = 4,
    start: datetime | None = None,
    end: datetime | None = None,
) -> WindowTimes:
    return WindowTimes(
        schedule=schedule,
        duration=timedelta(hours=hours),
        cutoff=timedelta(0),
        start_date=start,
        end_date=end,
    )


def until(executions: Iterable[Occurrence], last: datetime = LAST) -> list[Occurrence]:
    return list(takewhile(lambda each: each.start < last, executions))


def dates(window: WindowTimes, *freezes: PatchFreeze) -> list[tuple[str | None, str | None]]:
    """Return the start and end date of every window."""

    def shown(moment: datetime | None) -> str | None:
        return None if moment is None else f"{moment.astimezone(UTC):%m-%d %H:%M}"

    return [(shown(part.times.start_date), shown(part.times.end_date)) for part in parts_around(window, freezes)]


def test_one_freeze_makes_two_windows() -> None:
    daily = times(ScheduleExpression.daily(hour=22, time_zone=BERLIN))
    # An execution at 20:00 is the last one that is over when the freeze starts at midnight, in Berlin.
    assert dates(daily, CHRISTMAS) == [(None, "12-17 19:00"), ("01-03 23:00", None)]
    assert [part.stamp for part in parts_around(daily, [CHRISTMAS])] == ["", "20270103T230000Z"]


@pytest.mark.parametrize(
    ("starts", "runs"),
    [
        # Without the freeze, it would be open from 20:00 to 24:00: until the instant at which the freeze starts.
        ("2026-12-17T20:00", True),
        # ... and an hour later, it would be open during the freeze.
        ("2026-12-17T21:00", False),
        ("2026-12-25T04:00", False),
        ("2027-01-03T23:00", False),
        ("2027-01-04T00:00", True),
    ],
)
def test_the_day_before_during_and_after(starts: str, *, runs: bool) -> None:
    moment = datetime.fromisoformat(starts)
    daily = times(ScheduleExpression.daily(hour=moment.hour, time_zone=BERLIN))
    found = until(executions_of(parts_around(daily, [CHRISTMAS]), after=FIRST))
    assert (starts in {f"{each.local_start:%Y-%m-%dT%H:%M}" for each in found}) is runs


def test_a_freeze_can_start_and_end_in_another_hour_of_the_year() -> None:
    # In 2027, the clocks in Berlin go forward on 28 March and back on 31 October.
    summer = PatchFreeze(date(2027, 3, 28), date(2027, 10, 31), "Summer", time_zone=BERLIN)
    daily = times(ScheduleExpression.daily(hour=0, time_zone=BERLIN), hours=24)
    assert dates(daily, summer) == [(None, "03-26 23:00"), ("10-30 22:00", None)]
    starts = [each.local_start.date() for each in until(executions_of(parts_around(daily, [summer]), after=FIRST))]
    assert date(2027, 3, 27) in starts
    assert date(2027, 3, 28) not in starts
    assert date(2027, 10, 30) not in starts
    assert date(2027, 10, 31) in starts


def test_freezes_that_overlap_or_adjoin_are_one() -> None:
    following = PatchFreeze(date(2027, 1, 4), date(2027, 1, 8), "Inventory", time_zone=BERLIN)
    within = PatchFreeze(date(2026, 12, 24), date(2026, 12, 26), "Holiday", time_zone=BERLIN)
    assert len(merged_freezes([following, CHRISTMAS, within])) == 1
    daily = times(ScheduleExpression.daily(hour=4))
    assert dates(daily, following, CHRISTMAS, within) == [(None, "12-17 19:00"), ("01-07 23:00", None)]


def test_a_window_between_two_freezes_without_an_execution_is_left_out() -> None:
    saturday = times(ScheduleExpression.weekly(DayOfWeek.SATURDAY, hour=4))
    later = PatchFreeze(date(2027, 1, 6), date(2027, 1, 12), "Inventory", time_zone=BERLIN)
    assert dates(saturday, CHRISTMAS, later) == [(None, "12-17 19:00"), ("01-11 23:00", None)]


def test_a_freeze_without_an_execution_divides_nothing() -> None:
    first = times(ScheduleExpression.monthly(day=10, hour=4))
    assert dates(first, CHRISTMAS) == [(None, None)]


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (None, datetime(2026, 12, 1, tzinfo=UTC), [(None, "12-01 00:00")]),
        (datetime(2027, 2, 1, tzinfo=UTC), None, [("02-01 00:00", None)]),
        # It starts during the freeze, or ends during it.
        (datetime(2026, 12, 20, tzinfo=UTC), None, [("01-03 23:00", None)]),
        (None, datetime(2026, 12, 20, tzinfo=UTC), [(None, "12-17 19:00")]),
        (datetime(2026, 12, 20, tzinfo=UTC), datetime(2026, 12, 24, tzinfo=UTC), []),
    ],
)
def test_the_dates_of_the_schedule(
    start: datetime | None, end: datetime | None, found: list[tuple[str | None, str | None]]
) -> None:
    assert dates(times(ScheduleExpression.daily(hour=4), start=start, end=end), CHRISTMAS) == found


def test_a_single_execution_is_in_the_freeze_or_not() -> None:
    during, outside = (ScheduleExpression.at(datetime(2026, 12, day, 4, tzinfo=UTC)) for day in (24, 10))
    assert dates(times(during), CHRISTMAS) == []
    assert dates(times(outside), CHRISTMAS) == [(None, None)]


# --- Offsets ------------------------------------------------------------------------------------------


def test_the_date_that_the_cron_expression_names_is_on_the_same_side_of_a_freeze_as_the_execution() -> None:
    # Patch Tuesday is 8 December and 12 January; the executions are five days later.
    second_sunday = ScheduleExpression.patch_tuesday(days_after=5, hour=4)
    freeze = PatchFreeze(date(2026, 12, 10), date(2027, 1, 13), "Christmas", time_zone="UTC")
    assert dates(times(second_sunday), freeze) == [(None, "12-08 03:59"), ("01-12 03:59", None)]


def test_a_date_is_not_moved_past_another_execution() -> None:
    # Every execution is named three days earlier, before the executions of the two days before it.
    daily = ScheduleExpression.cron(minute=0, hour=4, schedule_offset=3)
    assert dates(times(daily), CHRISTMAS) == [(None, "12-17 19:00"), ("01-03 23:00", None)]


# --- All schedules ------------------------------------------------------------------------------------

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda each: each.replace(microsecond=0))  # noqa: DTZ001
ZONES = st.sampled_from(["UTC", BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"])
SCHEDULES = st.one_of(
    st.builds(ScheduleExpression.daily, hour=st.integers(0, 23), minute=st.integers(0, 59), time_zone=ZONES),
    st.builds(ScheduleExpression.weekly, st.sampled_from(DayOfWeek), hour=st.integers(0, 23), time_zone=ZONES),
    st.builds(
        ScheduleExpression.cron,
        minute=st.just(0),
        hour=st.integers(0, 23),
        week_day=st.sampled_from(["TUE", "SUN", "*"]),
        schedule_offset=st.integers(1, 6),
        time_zone=ZONES,
    ),
    st.builds(
        ScheduleExpression.patch_tuesday, hour=st.integers(0, 23), days_after=st.integers(0, 20), time_zone=ZONES
    ),
    st.builds(ScheduleExpression.cron, minute=st.just(0), hour=st.sampled_from(["*", "*/6"]), time_zone=ZONES),
)


@st.composite
def freezes(draw: st.DrawFn) -> PatchFreeze:
    start = draw(MOMENTS).replace(tzinfo=UTC)
    return PatchFreeze(start, start + timedelta(seconds=draw(st.integers(1, 60 * 86_400))), "test")


DATES = st.one_of(st.none(), MOMENTS.map(lambda each: each.replace(tzinfo=UTC)))


@given(SCHEDULES, st.integers(1, 24), st.lists(freezes(), max_size=4), DATES, DATES)
def test_the_executions_are_those_without_a_freeze_but_for_those_that_are_open_during_one(
    schedule: ScheduleExpression,
    hours: int,
    frozen: list[PatchFreeze],
    start: datetime | None,
    end: datetime | None,
) -> None:
    window = times(schedule, hours=hours, start=start, end=end)
    expected = [
        each
        for each in until(window.occurrences(after=FIRST))
        if not any(each.start < freeze.end and freeze.start < each.end for freeze in frozen)
    ]
    parts = parts_around(window, frozen)
    assert until(executions_of(parts, after=FIRST)) == expected
    for part in parts:
        assert next(part.times.occurrences(after=datetime(1970, 1, 1, tzinfo=UTC)), None) is not None
    # The windows are in order, and each has an id of its own.
    assert len({part.stamp for part in parts}) == len(parts)
