"""A missed execution is found within the grace and an interval of the function, and nothing else is, for a century."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patching_constructs.planning.windows import WindowTimes
from tests.unit.evidence.simulation import HOUR, INTERVAL, Fate, Period, Simulation
from tests.unit.schedule.crons import cron_fields
from tests.unit.schedule.dialect import parse

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
YEAR = 365 * DAY
CENTURY = 100 * YEAR
GRACE = HOUR

EXPRESSIONS = [
    "cron(0 3 * * ? *)",
    "cron(0 3 ? * MON-FRI *)",
    "cron(30 2 ? * SUN *)",
    "cron(0 3 ? * TUE#2 *)",
    "cron(0 23 ? * 6L *)",
    "cron(0 3 L * ? *)",
    "cron(0 3 LW * ? *)",
    "cron(0 3 15W * ? *)",
    "cron(0 3 31 * ? *)",
    "cron(0 2,14 1 1/3 ? *)",
    "cron(0 * ? * MON *)",
    "cron(0 3 29 2 ? *)",
    "cron(0 3 1 6 ? 2026-2126/2)",
    "rate(7 days)",
    "rate(36 hours)",
    "rate(2 hours)",
]
ZONES = [None, "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"]


def times(expression: str, zone: str | None, offset: int | None, hours: int, **dates: Any) -> WindowTimes:
    is_cron = expression.startswith("cron")
    schedule = parse(expression, time_zone=zone if is_cron else None, schedule_offset=offset if is_cron else None)
    return WindowTimes(schedule=schedule, duration=hours * HOUR, cutoff=None, **dates)


windows = st.builds(
    times,
    st.sampled_from(EXPRESSIONS) | cron_fields().map("cron({})".format),
    st.sampled_from(ZONES),
    st.sampled_from([None, 1, 6]),
    st.sampled_from([1, 4, 24]),
)
fates = st.builds(Fate, st.booleans(), st.sampled_from([0.01, 0.95, 1.0]))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2126, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


def span_of(window: WindowTimes, begin: datetime, executions: int) -> timedelta:
    """Return a time with a number of executions."""
    upcoming = islice(window.occurrences(after=begin, anchor=begin), executions)
    return max((each.start for each in upcoming), default=begin) - begin + 3 * DAY


ends = st.none() | st.timedeltas(timedelta(0), 90 * DAY)


def simulation(
    begin: datetime, window: WindowTimes, fates: Sequence[Fate], *, ends: timedelta | None = None, **options: Any
) -> Simulation:
    until = begin + span_of(window, begin, len(fates) + 2)
    if ends is not None:
        window = replace(window, end_date=begin + ends)
        until = begin + ends + YEAR
    return Simulation([Period(begin, window)], until, fates, **options)


@pytest.mark.sweep
@pytest.mark.parametrize("expression", EXPRESSIONS[1:14])
@pytest.mark.parametrize("zone", ["Europe/Berlin"])
def test_a_healthy_window_is_never_overdue_in_a_century(expression: str, zone: str) -> None:
    window = times(expression, zone, None, 4)
    simulated = Simulation([Period(FIRST, window)], FIRST + CENTURY, [])
    assert len(simulated.due) >= 20
    assert {run.hours for run in simulated.runs(simulated.moments(grace=GRACE))} == {0.0}


@given(begin=moments, window=windows, fates=st.lists(fates, max_size=12), ends=ends, knows_wait=st.booleans())
def test_what_is_published_is_true(
    *, begin: datetime, window: WindowTimes, fates: list[Fate], ends: timedelta | None, knows_wait: bool
) -> None:
    simulated = simulation(begin, window, fates, ends=ends, knows_wait=knows_wait)
    for run in simulated.runs(simulated.moments(grace=GRACE)):
        assert run.hours == pytest.approx(simulated.true_hours(run.now)), run


@given(begin=moments, window=windows, fates=st.lists(fates, max_size=12), ends=ends)
def test_a_missed_execution_is_found_within_the_grace(
    begin: datetime, window: WindowTimes, fates: list[Fate], ends: timedelta | None
) -> None:
    simulated = simulation(begin, window, fates, ends=ends)
    found = [run.now for run in simulated.runs(simulated.moments(grace=GRACE)) if run.hours > GRACE / HOUR]
    for start, duration in simulated.missed:
        latest = start + duration + GRACE + INTERVAL
        later = (each.end for each in simulated.successes if each.end >= start)
        if latest < min(next(later, simulated.until), simulated.until):
            assert any(latest - INTERVAL < each <= latest for each in found), start


SAME = "the same schedule"
"""A change of something else, such as the description."""
Change = tuple[timedelta | tuple[int, timedelta], WindowTimes | str | None]

# A change comes at any time, or a few minutes before or after one of the next executions.
changes = st.lists(
    st.tuples(
        st.timedeltas(timedelta(minutes=1), 40 * DAY)
        | st.tuples(st.integers(1, 4), st.timedeltas(-2 * INTERVAL, 2 * INTERVAL)),
        st.none() | st.just(SAME) | windows,
    ),
    max_size=5,
)


def periods_of(begin: datetime, window: WindowTimes, changes: list[Change]) -> list[Period]:
    periods = [Period(begin, window)]
    for when, changed in changes:
        last = periods[-1]
        if isinstance(when, timedelta):
            moment = last.begin + when
        elif last.times is None:
            moment = last.begin + DAY
        else:
            nth, distance = when
            upcoming = last.times.occurrences(after=last.begin + timedelta(seconds=1))
            moment = ([last.begin + DAY] + [each.start for each in islice(upcoming, nth)])[-1] + distance
        # Of two changes in one interval, the service names only the second one.
        if moment >= last.begin + INTERVAL:
            periods.append(Period(moment, last.times if isinstance(changed, str) else changed))
    return periods


@given(begin=moments, window=windows, changes=changes, fates=st.lists(fates, max_size=12), knows_wait=st.booleans())
def test_changes_of_the_schedule_and_disabled_windows(
    *,
    begin: datetime,
    window: WindowTimes,
    changes: list[Change],
    fates: list[Fate],
    knows_wait: bool,
) -> None:
    periods = periods_of(begin, window, changes)
    simulated = Simulation(periods, periods[-1].begin + 60 * DAY, fates, knows_wait=knows_wait)
    for run in simulated.runs(simulated.moments(grace=GRACE)):
        least, most = (simulated.true_hours(run.now, with_invisible=each) for each in (False, True))
        assumed = simulated.hours_after_longest_wait(run.now)
        assert max(least, assumed) == pytest.approx(run.hours) or least < run.hours <= max(most, assumed), run


@given(
    begin=moments,
    window=windows,
    fates=st.lists(fates, max_size=12),
    ends=ends,
    lost=st.lists(st.floats(0, 1), max_size=3),
    knows_wait=st.booleans(),
)
def test_lost_state(
    *,
    begin: datetime,
    window: WindowTimes,
    fates: list[Fate],
    ends: timedelta | None,
    lost: list[float],
    knows_wait: bool,
) -> None:
    simulated = simulation(begin, window, fates, ends=ends, knows_wait=knows_wait)
    moments = [begin + share * (simulated.until - begin) for share in lost]
    for run in simulated.runs(simulated.moments(grace=GRACE), lost=moments):
        # Nothing that is false, and what is true at the latest after the longest wait.
        least = simulated.hours_after_longest_wait(run.now)
        assert least - 1e-6 <= run.hours <= simulated.true_hours(run.now, with_invisible=True) + 1e-6, run
