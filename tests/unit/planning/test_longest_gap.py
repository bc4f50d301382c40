"""The longest time between two executions, against every pair of executions."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from aws_cdk import Token
from hypothesis import given
from hypothesis import strategies as st

from patching_constructs import ScheduleExpression
from patching_constructs.planning.longest_gap import longest_gap, longest_wait
from patching_constructs.planning.windows import WindowTimes
from tests.steps import counted
from tests.unit.schedule.crons import cron_fields
from tests.unit.schedule.dialect import parse

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def gap(schedule: ScheduleExpression, **dates: Any) -> timedelta | None:
    return longest_gap(WindowTimes(schedule=schedule, duration=4 * HOUR, cutoff=HOUR, **dates))


def of(expression: str, **options: Any) -> timedelta | None:
    return gap(parse(expression, **options))


@pytest.mark.parametrize(
    ("expression", "options", "expected"),
    [
        ("cron(0 3 * * ? *)", {}, DAY),
        ("cron(0 3 * * ? *)", {"time_zone": "Europe/Berlin"}, DAY + HOUR),
        ("cron(0 3 ? * MON-FRI *)", {}, 3 * DAY),
        ("cron(0 3 ? * MON-FRI *)", {"schedule_offset": 2}, 3 * DAY),
        ("cron(0 3 ? * TUE#2 *)", {}, 35 * DAY),
        ("cron(0 3 L * ? *)", {}, 31 * DAY),
        # The night of the change, in which 02:00-03:00 is repeated.
        ("cron(0 * * * ? *)", {"time_zone": "Europe/Berlin"}, 2 * HOUR),
        ("cron(0/5 3-4 * * ? *)", {}, DAY - 2 * HOUR + timedelta(minutes=5)),
        # 2100 has no leap day.
        ("cron(0 3 29 2 ? *)", {}, (8 * 365 + 1) * DAY),
        ("cron(0 3 1 1 ? 2030,2033)", {}, (3 * 365 + 1) * DAY),
        ("cron(0 3 1 1 ? 2020-2027)", {}, 365 * DAY),
        ("rate(7 days)", {}, 7 * DAY),
    ],
)
def test_schedules(expression: str, options: dict[str, Any], expected: timedelta) -> None:
    assert of(expression, **options) == expected


@pytest.mark.parametrize(
    "expression",
    ["at(2027-01-01T03:00:00)", "cron(0 3 31 2 ? *)", "cron(0 3 1 1 ? 2030)", "cron(0 3 * * ? 2020)"],
)
def test_no_second_execution(expression: str) -> None:
    assert of(expression) is None


def test_unknown_until_deployment() -> None:
    assert of(f"cron(0 3 * * ? {Token.as_string({'Ref': 'Year'})})") is None


def test_dates_of_the_window() -> None:
    start = datetime(2027, 1, 1, tzinfo=UTC)
    weekly = parse("cron(0 3 ? * MON,SAT *)")
    assert gap(weekly, start_date=start, end_date=start + 3 * DAY) is None
    assert gap(weekly, start_date=start, end_date=datetime(2027, 1, 4, 2, 59, tzinfo=UTC)) is None
    assert gap(weekly, start_date=start, end_date=datetime(2027, 1, 4, 3, tzinfo=UTC)) == 2 * DAY
    assert gap(weekly, start_date=start) == 5 * DAY
    assert gap(parse("rate(7 days)"), start_date=start, end_date=start + 6 * DAY) is None
    assert gap(parse("rate(7 days)"), start_date=start, end_date=start + 7 * DAY) == 7 * DAY


def test_the_longest_wait_includes_the_first_execution() -> None:
    def wait(expression: str, **dates: Any) -> timedelta | None:
        return longest_wait(WindowTimes(schedule=parse(expression), duration=HOUR, cutoff=None, **dates))

    start = datetime(2027, 6, 1, tzinfo=UTC)
    assert wait("cron(0 0 * * ? 2027)") == 365 * DAY
    assert wait("cron(0 0 * * ? 2028)", start_date=start) == datetime(2028, 1, 1, tzinfo=UTC) - start
    assert wait("cron(0 3 ? * MON *)") == 7 * DAY
    assert wait("rate(7 days)") == 7 * DAY
    assert wait("cron(0 3 1 1 ? 2030)") is None


def test_a_frequent_schedule_costs_a_few_steps_for_a_date() -> None:
    frequent = parse("cron(0/5 * * * ? 2030)")
    with counted() as steps:
        assert gap(frequent) == timedelta(minutes=5)
    assert steps.count < 365 * 24 < 365 * 288


ZONES = [None, "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "America/Havana"]


@given(
    fields=cron_fields(),
    zone=st.sampled_from(ZONES),
    offset=st.sampled_from([None, 1, 6]),
    start=st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds
    days=st.integers(0, 800),
)
def test_no_pair_of_executions_is_farther_apart(
    fields: str, zone: str | None, offset: int | None, start: datetime, days: int
) -> None:
    schedule = parse(f"cron({fields})", time_zone=zone, schedule_offset=offset)
    end = start + days * DAY
    executions = WindowTimes(schedule=schedule, duration=HOUR, cutoff=None, start_date=start, end_date=end).occurrences(
        after=start
    )
    expected = max((later.start - earlier.start for earlier, later in pairwise(executions)), default=None)
    assert gap(schedule, start_date=start, end_date=end) == expected
