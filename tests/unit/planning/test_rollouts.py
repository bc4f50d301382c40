"""The cycles of a rollout and the problems of its rings, compared with a reference that checks every day and pair."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, islice, takewhile
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from patching_constructs import ScheduleExpression
from patching_constructs.planning.rollouts import ProblemKind, RingTimes, cycles, rollout_problems
from patching_constructs.planning.windows import WindowTimes
from patching_constructs.schedule._local_time import at_local_time
from tests.refusals import untyped
from tests.unit.schedule.reference_scheduler import instant_of, names_day

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FIRST = date(2026, 1, 3)
# The bases, and how far they can be delayed.
BASES = {
    "cron(0 4 ? * TUE#2 *)": 20,
    "cron(0 4 ? * SUN#1 *)": 27,
    "cron(0 4 28 * ? *)": 6,
    "cron(0 4 1 * ? *)": 33,
    "cron(0 4 L * ? *)": 34,
    "cron(0 4 31 * ? *)": 6,
    "cron(0 4 ? * 6L *)": 34,
    "cron(0 4 ? * WED *)": 20,
    "cron(0 4 ? * MON,THU *)": 9,
    "cron(0 4 * * ? *)": 9,
    "cron(0 4 29 2 ? *)": 6,
}
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Auckland", "Australia/Lord_Howe"]


class Reference:
    """A ring with its parts, to compute its executions without the library."""

    def __init__(self, name: str, days: int, hour: int, zone: str, hours: int, bake: int) -> None:
        self.name, self.days, self.hour, self.zone = name, days, hour, zone
        self.duration, self.bake = timedelta(hours=hours), timedelta(hours=bake)

    def ring(self, base: str) -> RingTimes:
        schedule = ScheduleExpression.expression(base).delayed_by(self.days)
        schedule = at_local_time(schedule, hour=self.hour, minute=0, time_zone=self.zone)
        times = WindowTimes(schedule=schedule, duration=self.duration, cutoff=HOUR)
        return RingTimes(self.name, self.days, (times,), self.bake)

    def start(self, cycle: date) -> datetime:
        day = cycle + self.days * DAY
        return instant_of(datetime(day.year, day.month, day.day, self.hour), ZoneInfo(self.zone))  # noqa: DTZ001


def base_dates(base: str, first: date = FIRST) -> Iterator[date]:
    return (day for day in (first + n * DAY for n in range(12 * 366)) if names_day(base, day))


@st.composite
def rollouts(draw: st.DrawFn) -> tuple[str, list[Reference]]:
    base = draw(st.sampled_from(sorted(BASES)))
    count = draw(st.integers(1, 4))
    days = draw(st.lists(st.integers(0, BASES[base]), min_size=count, max_size=count))
    # Mostly in order, because any other order has the same first problem.
    days = sorted(days) if draw(st.integers(0, 3)) else days
    rings = [
        Reference(
            f"ring{number}",
            each,
            draw(st.integers(0, 23)),
            draw(st.sampled_from(ZONES)),
            draw(st.integers(1, 24)),
            draw(st.sampled_from([0, 0, 12, 24, 72])),
        )
        for number, each in enumerate(days)
    ]
    return base, rings


@settings(max_examples=40)
@given(rollouts())
def test_every_execution_belongs_to_the_cycle_of_its_date(rollout: tuple[str, list[Reference]]) -> None:
    base, rings = rollout
    found = list(islice(cycles([ring.ring(base) for ring in rings]), 30))
    # There is a 29 February only in every fourth year.
    dates = list(islice(base_dates(base), len(found)))
    found = found[: len(dates)]
    assert [[each.cycle for each in cycle] for cycle in found] == [[day] * len(rings) for day in dates]
    starts = [[each.occurrence.start for each in cycle] for cycle in found]
    assert starts == [[ring.start(day) for ring in rings] for day in dates]


def expected(base: str, rings: Sequence[Reference]) -> set[tuple[ProblemKind, str, str]]:
    """Return what is wrong in two years, by comparing every two executions."""
    last = FIRST + 2 * 366 * DAY
    dates = list(takewhile(lambda day: day < last, base_dates(base)))
    every = [(day, place, ring, ring.start(day)) for day in dates for place, ring in enumerate(rings)]
    found = set()
    for one, other in combinations(every, 2):
        (day, place, ring, start), (day2, place2, ring2, start2) = sorted((one, other), key=lambda each: each[:2])
        if place == place2:
            continue
        is_open = start < start2 + ring2.duration and start2 < start + ring.duration
        if day == day2 and start2 < start:
            found.add((ProblemKind.ORDER, ring.name, ring2.name))
        elif is_open:
            found.add((ProblemKind.OVERLAP, ring.name, ring2.name))
        elif day == day2 and start2 < start + ring.duration + ring.bake:
            found.add((ProblemKind.BAKE_TIME, ring.name, ring2.name))
        elif day < day2 and start2 <= start:
            found.add((ProblemKind.NEXT_CYCLE, ring2.name, ring.name))
    return found


@settings(max_examples=30)
@given(rollouts())
def test_problems(rollout: tuple[str, list[Reference]]) -> None:
    base, rings = rollout
    problems = rollout_problems([ring.ring(base) for ring in rings])
    kinds = {(each.kind, each.ring.name, each.other.ring.name) for each in problems}
    assert len(kinds) == len(problems)
    assert kinds >= expected(base, rings)
    for problem in problems:
        earlier, later = problem.execution, problem.other
        assert earlier is not None
        first, second = earlier.occurrence, later.occurrence
        match problem.kind:
            case ProblemKind.ORDER:
                assert earlier.cycle == later.cycle
                assert second.start < first.start
            case ProblemKind.OVERLAP:
                assert first.start < second.end
                assert second.start < first.end
            case ProblemKind.BAKE_TIME:
                assert earlier.cycle == later.cycle
                assert first.end <= second.start < first.end + earlier.ring.bake_time
            case kind:
                assert kind is ProblemKind.NEXT_CYCLE
                assert earlier.cycle > later.cycle
                assert first.end <= second.start


# --- Cases --------------------------------------------------------------------------------------------


def ring(name: str, days: int, *, hour: int = 2, bake: int = 0, zone: str = "UTC", **dates: datetime) -> RingTimes:
    base = ScheduleExpression.patch_tuesday(hour=hour).delayed_by(days)
    schedule = at_local_time(base, hour=None, minute=0, time_zone=zone)
    times = replace(WindowTimes(schedule=schedule, duration=4 * HOUR, cutoff=HOUR), **untyped(dates))
    return RingTimes(name, days, (times,), timedelta(hours=bake))


def kinds_of(*rings: RingTimes) -> list[tuple[ProblemKind, str, str, date]]:
    return [(each.kind, each.ring.name, each.other.ring.name, each.other.cycle) for each in rollout_problems(rings)]


def test_in_order() -> None:
    assert kinds_of(ring("dev", 1, bake=68), ring("staging", 4, bake=6 * 24), ring("prod", 11)) == []


def test_a_bake_time_that_fits_but_for_one_hour_of_a_daylight_saving_change() -> None:
    # From Saturday, 25 March 2028, 07:00 to Sunday, 03:00, are 19 hours, and 20 hours in other months.
    dev, prod = (ring(name, days, hour=3, bake=20, zone="Europe/Berlin") for name, days in (("dev", 11), ("prod", 12)))
    assert kinds_of(dev, prod) == [(ProblemKind.BAKE_TIME, "dev", "prod", date(2028, 3, 14))]
    (problem,) = rollout_problems([dev, prod])
    assert problem.is_certain
    assert kinds_of(replace(dev, bake_time=19 * HOUR), prod) == []


def test_a_start_that_a_daylight_saving_change_moves_is_an_assumption() -> None:
    # On 26 March 2028, there is no 02:00, so that the window is assumed to be open from 03:00 to 07:00.
    dev, prod = (ring(name, days, bake=20, zone="Europe/Berlin") for name, days in (("dev", 12), ("prod", 13)))
    (problem,) = rollout_problems([dev, prod])
    assert (problem.kind, problem.other.cycle) == (ProblemKind.BAKE_TIME, date(2028, 3, 14))
    assert not problem.is_certain


def test_windows_around_a_freeze_skip_a_ring() -> None:
    staging = ring("staging", 4)
    before = ring("staging", 4, end_date=datetime(2027, 3, 10, tzinfo=UTC)).windows
    after = ring("staging", 4, start_date=datetime(2027, 3, 20, tzinfo=UTC)).windows
    frozen = RingTimes("staging", 4, (*before, *after))
    assert kinds_of(ring("dev", 1), staging, ring("prod", 11)) == []
    assert kinds_of(ring("dev", 1), frozen, ring("prod", 11)) == [
        (ProblemKind.SKIPPED, "staging", "prod", date(2027, 3, 9))
    ]


def test_an_end_date_that_skips_only_the_last_ring_is_no_problem() -> None:
    end = datetime(2027, 3, 18, tzinfo=UTC)
    every = [ring(name, days, end_date=end) for name, days in (("dev", 1), ("staging", 4), ("prod", 11))]
    assert kinds_of(*every) == []


def test_a_start_date_that_skips_the_first_ring() -> None:
    start = datetime(2027, 3, 11, tzinfo=UTC)
    every = [ring(name, days, start_date=start) for name, days in (("dev", 1), ("staging", 4), ("prod", 11))]
    assert kinds_of(*every) == [(ProblemKind.SKIPPED, "dev", "staging", date(2027, 3, 9))]


def test_a_ring_without_a_window_is_skipped_in_the_first_cycle() -> None:
    every = [ring("dev", 1), RingTimes("staging", 4, ()), ring("prod", 11)]
    assert kinds_of(*every) == [(ProblemKind.SKIPPED, "staging", "prod", date(2026, 1, 13))]


def test_moments_are_one_cycle() -> None:
    def once(name: str, days: int, moment: datetime) -> RingTimes:
        schedule = ScheduleExpression.at(moment).delayed_by(days)
        return RingTimes(name, days, (WindowTimes(schedule=schedule, duration=4 * HOUR, cutoff=HOUR),))

    past = datetime(2020, 1, 1, tzinfo=UTC)
    assert kinds_of(once("dev", 0, past), once("prod", 1, past)) == []
    (found,) = kinds_of(once("dev", 1, past), once("prod", 1, past))
    assert found[:3] == (ProblemKind.OVERLAP, "dev", "prod")


def test_a_schedule_without_executions_has_no_problems() -> None:
    end = datetime(2020, 1, 1, tzinfo=UTC)
    assert kinds_of(ring("dev", 4, end_date=end), ring("prod", 1, end_date=end)) == []


def test_the_cost_of_a_long_delay_of_a_daily_schedule_is_bounded() -> None:
    daily = WindowTimes(schedule=ScheduleExpression.daily(hour=2), duration=2 * HOUR, cutoff=HOUR)
    late = WindowTimes(schedule=ScheduleExpression.daily(hour=5), duration=2 * HOUR, cutoff=HOUR)
    problems = rollout_problems([RingTimes("dev", 0, (daily,)), RingTimes("prod", 366, (late,))])
    assert [each.kind for each in problems] == [ProblemKind.NEXT_CYCLE]


def test_a_ring_that_overlaps_the_next_cycle_is_not_reported_beside_the_rings_after_it() -> None:
    days = {"Canary": 0, "Early": 3, "Rest": 7}
    rings = [Reference(name, after, 4, "UTC", 4, 0).ring("cron(0 4 ? * WED *)") for name, after in days.items()]
    problems = [(each.kind, each.ring.name, each.other.ring.name) for each in rollout_problems(rings)]
    assert problems == [(ProblemKind.OVERLAP, "Rest", "Canary")]
