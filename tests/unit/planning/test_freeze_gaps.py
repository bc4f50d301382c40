"""The longest time between two executions, some of which freezes leave out, against every pair of executions."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise, takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patching_constructs import PatchFreeze, ScheduleExpression
from patching_constructs.planning.freeze_gaps import longest_gap_with_freezes
from patching_constructs.planning.freezes import executions_of, parts_around
from patching_constructs.planning.longest_gap import longest_gap
from patching_constructs.planning.windows import WindowTimes
from tests.unit.schedule.dialect import parse

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = datetime(2027, 1, 1, tzinfo=UTC)
END = datetime(2031, 1, 1, tzinfo=UTC)


def times_of(schedule: ScheduleExpression, start: datetime | None = None) -> WindowTimes:
    return WindowTimes(schedule=schedule, duration=4 * HOUR, cutoff=HOUR, start_date=start, end_date=None)


def gap(times: WindowTimes, *freezes: PatchFreeze) -> timedelta | None:
    return longest_gap_with_freezes(times, parts_around(times, freezes) if freezes else ())


def freeze(begin: timedelta, length: timedelta) -> PatchFreeze:
    return PatchFreeze(START + begin, START + begin + length, "reason")


@pytest.mark.parametrize(
    ("expression", "freezes", "expected"),
    [
        ("cron(0 3 * * ? *)", [], DAY),
        ("cron(0 3 * * ? *)", [freeze(10 * DAY, 5 * DAY)], 6 * DAY),
        ("cron(0 3 * * ? *)", [freeze(10 * DAY, 5 * DAY), freeze(30 * DAY, 20 * DAY)], 21 * DAY),
        ("cron(0 3 ? * TUE#2 *)", [freeze(8 * DAY, 7 * DAY)], 63 * DAY),
        ("cron(0 3 ? * TUE#2 *)", [freeze(15 * DAY, 2 * DAY)], 35 * DAY),
        ("rate(7 days)", [], 7 * DAY),
        ("at(2027-01-01T03:00:00)", [], None),
    ],
)
def test_schedules(expression: str, freezes: list[PatchFreeze], expected: timedelta | None) -> None:
    assert gap(times_of(parse(expression)), *freezes) == expected


CRONS = ["0 3 * * ? *", "0 3 ? * MON-FRI *", "30 23 ? * TUE#2 *", "0 0/6 * * ? *", "0 3 1,15 * ? *"]
days = st.integers(0, 300)


@given(
    cron=st.sampled_from(CRONS),
    offset=st.sampled_from([None, 2, 6]),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Auckland"]),
    start=st.sampled_from([None, START]),
    frozen=st.lists(st.tuples(days, st.integers(1, 60)), min_size=1, max_size=3),
)
def test_no_two_executions_are_further_apart(
    cron: str, offset: int | None, zone: str, start: datetime | None, frozen: list[tuple[int, int]]
) -> None:
    schedule = ScheduleExpression.expression(f"cron({cron})", time_zone=zone, schedule_offset=offset)
    times = times_of(schedule, start)
    freezes = [freeze(begin * DAY, length * DAY) for begin, length in frozen]
    parts = parts_around(times, freezes)
    found = takewhile(lambda each: each.start < END, executions_of(parts, after=START - 60 * DAY))
    around = max(later.start - earlier.start for earlier, later in pairwise(found))
    usual = longest_gap(times)
    assert usual is not None
    assert longest_gap_with_freezes(times, parts) == max(usual, around)
