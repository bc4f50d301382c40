"""When a window is open without a break, against all of its executions one by one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patching_constructs.planning.spans import Interval, Span, SpanWalk, merged, walk_together
from patching_constructs.planning.windows import WindowTimes
from tests.unit.planning.counted import Steps, steps, times

__all__ = ["steps"]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
# Daylight saving changes, forward and back: in Berlin, in New York and on Lord Howe Island, where it is half an hour.
NIGHTS = [datetime(2027, *day, tzinfo=UTC) for day in ((3, 28), (10, 31), (3, 14), (11, 7), (4, 3), (10, 2))]


def clipped(spans: list[Span], end: datetime) -> list[Span]:
    return [Span(each.start, min(each.end, end)) for each in spans if each.start < end]


def one_by_one(when: WindowTimes, begin: datetime, end: datetime, anchor: datetime) -> list[Span]:
    found: list[Span] = []
    for each in when.occurrences(after=begin, anchor=anchor):
        if each.start >= end:
            break
        if found and each.start <= found[-1].end:
            found[-1] = Span(found[-1].start, each.end)
        else:
            found.append(Span(each.start, each.end))
    return found


def walked(when: WindowTimes, *intervals: Interval, anchor: datetime = MONDAY) -> SpanWalk:
    walk = SpanWalk(when, intervals, anchor=anchor)
    assert walk_together([walk], 1_000_000) is None
    return walk


def some(values: range, size: int) -> st.SearchStrategy[str]:
    listed = st.lists(st.sampled_from(values), min_size=1, max_size=size, unique=True)
    return listed.map(lambda found: ",".join(map(str, sorted(found))))


minutes = st.sampled_from(["*", "*/5", "3/10", "30-59", "0"]) | some(range(60), 5)
hours = st.sampled_from(["*", "*/2", "1-3", "22-23"]) | some(range(24), 4)
seconds = st.sampled_from(["", "", "", "0 ", "*/20 ", "59 "])
crons = st.builds("cron({}{} {} * * ? *)".format, seconds, minutes, hours)
rates = st.builds(lambda count, unit: f"rate({count} {unit})", st.integers(5, 600), st.sampled_from(["minutes"]))
zones = st.sampled_from([None, "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
ends = st.none() | st.integers(0, 3 * 24 * 60).map(lambda count: timedelta(minutes=count))


@settings(max_examples=300)
@given(
    schedule=crons | rates,
    hours=st.integers(1, 24),
    zone=zones,
    night=st.sampled_from(NIGHTS),
    start=ends,
    end=ends,
    offset=st.integers(0, 24 * 60),
)
def test_spans_are_what_the_executions_come_to(
    schedule: str,
    hours: int,
    zone: str | None,
    night: datetime,
    start: timedelta | None,
    end: timedelta | None,
    offset: int,
) -> None:
    begin = night - DAY + timedelta(minutes=offset)
    when = times(
        schedule,
        hours=hours,
        zone=zone if schedule.startswith("cron") else None,
        start_date=None if start is None else begin + start,
        end_date=None if end is None else begin + end,
    )
    last = begin + 3 * DAY
    found = walked(when, (begin, last), anchor=begin).spans
    # At the very end of what is looked at, the last times of an hour are left out.
    assert clipped(found, last - HOUR) == clipped(one_by_one(when, begin, last, begin), last - HOUR)


def test_an_execution_that_starts_when_the_previous_one_ends_is_in_the_same_span() -> None:
    walk = walked(times("cron(0 0,4,9 * * ? *)"), (MONDAY, MONDAY + DAY))
    assert walk.spans == [Span(MONDAY, MONDAY + 8 * HOUR), Span(MONDAY + 9 * HOUR, MONDAY + 13 * HOUR)]


def test_a_rate_that_never_closes_is_one_span_and_one_step(steps: Steps) -> None:
    walk = walked(times("rate(5 minutes)", end_date=MONDAY + DAY), (MONDAY, MONDAY + 400 * DAY))
    assert walk.spans == [Span(MONDAY, MONDAY + DAY + 4 * HOUR)]
    assert steps.taken == 1


def test_a_rate_after_its_end_date_has_no_spans() -> None:
    assert walked(times("rate(5 minutes)", end_date=MONDAY - DAY), (MONDAY, MONDAY + DAY)).spans == []


def test_a_cron_of_every_minute_after_its_end_date_has_no_spans() -> None:
    assert walked(times("cron(* * * * ? *)", end_date=MONDAY - DAY), (MONDAY, MONDAY + DAY)).spans == []


def test_a_cron_of_every_minute_ends_with_its_last_execution_before_the_end_date() -> None:
    when = times("cron(* * * * ? *)", end_date=MONDAY + 3 * HOUR + timedelta(minutes=30))
    assert walked(when, (MONDAY, MONDAY + DAY)).spans == [Span(MONDAY, MONDAY + 7 * HOUR + timedelta(minutes=30))]


def test_a_cron_with_past_years_has_no_further_executions() -> None:
    walk = walked(times("cron(0/10 4 ? * * 2026)", hours=1), (MONDAY, MONDAY + 100 * DAY))
    assert len(walk.spans) == 39
    assert walk.spans[-1] == Span(datetime(2026, 12, 31, 4, tzinfo=UTC), datetime(2026, 12, 31, 5, 50, tzinfo=UTC))


def test_a_cron_needs_at_most_two_steps_per_hour(steps: Steps) -> None:
    walked(times("cron(* * * * ? *)", zone="Europe/Berlin"), (MONDAY, MONDAY + 10 * DAY))
    assert steps.taken <= 2 * 24 * 10 + 2


def test_a_seconds_field_needs_four_steps(steps: Steps) -> None:
    walked(times("cron(* * * * * ? *)"), (MONDAY, MONDAY + 10 * DAY))
    assert steps.taken <= 4 * 24 * 10 + 2


def test_the_time_between_intervals_is_skipped(steps: Steps) -> None:
    years = [(MONDAY + number * 3650 * DAY, MONDAY + number * 3650 * DAY + DAY) for number in range(10)]
    walk = walked(times("cron(0 * * * ? *)", hours=1), *years)
    assert [each.start for each in walk.spans] == [begin for begin, _ in years]
    assert steps.taken < 10 * (24 + 20)


def test_the_next_near_interval_is_reached_step_by_step(steps: Steps) -> None:
    weeks = [(MONDAY + number * 7 * DAY, MONDAY + number * 7 * DAY + DAY) for number in range(10)]
    walk = walked(times("cron(0 4 * * ? *)"), *weeks)
    assert [each.start for each in walk.spans] == [begin + 4 * HOUR for begin, _ in weeks]
    assert steps.taken == 9 * 7 + 2


def test_a_schedule_without_further_executions_is_read_once(steps: Steps) -> None:
    weeks = [(MONDAY + number * 7 * DAY, MONDAY + number * 7 * DAY + DAY) for number in range(10)]
    walk = walked(times("at(2026-11-23T04:00:00)"), *weeks)
    assert walk.spans == [Span(MONDAY + 4 * HOUR, MONDAY + 8 * HOUR)]
    assert steps.taken == 1


def test_no_spans_without_intervals() -> None:
    assert SpanWalk(times("rate(1 day)"), [], anchor=MONDAY).is_over


# --- Together -----------------------------------------------------------------------------------------


def walks(*schedules: str) -> Iterator[SpanWalk]:
    for schedule in schedules:
        yield SpanWalk(times(schedule, hours=1), [(MONDAY, MONDAY + 100 * DAY)], anchor=MONDAY)


def test_unused_steps_are_used_for_others() -> None:
    fast, *slow = walks("cron(0 * * * ? *)", "cron(0 4 ? * SUN *)", "cron(0 5 ? * SUN *)")
    reached = walk_together([fast, *slow], 300)
    assert [(len(each.spans), each.is_over) for each in slow] == [(14, True)] * 2
    assert reached is not None
    assert reached == fast.reached
    # Two weekly windows take 30 steps of the 300.
    assert reached - MONDAY > 260 * HOUR


@pytest.mark.parametrize("steps_", [0, 1, 2])
def test_without_steps_nothing_is_reached(steps_: int) -> None:
    assert walk_together(list(walks("rate(1 day)", "rate(2 days)", "rate(3 days)")), steps_) == MONDAY


def test_near_intervals_are_merged() -> None:
    found = [(MONDAY + begin * HOUR, MONDAY + end * HOUR) for begin, end in ((9, 10), (0, 4), (2, 3), (5, 6))]
    assert merged(found, gap=HOUR) == [(MONDAY, MONDAY + 6 * HOUR), (MONDAY + 9 * HOUR, MONDAY + 10 * HOUR)]
