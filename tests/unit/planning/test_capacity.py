"""The forecast of a patch task, compared with a closed form, and with every second of an execution."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patching_constructs import CutoffBehavior, PatchCapacity, RateControl
from patching_constructs.planning.capacity import PERCENTILES, Estimate, Forecast, NodeTimes, WindowLimits, slots_of
from patching_constructs.planning.capacity_remedies import Remedy, remedies_of
from patching_constructs.planning.node_runs import (
    Batch,
    EqualNodeRuns,
    NodeRuns,
    SimulatedNodeRuns,
    draw_times,
    ends_by,
)

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
FOUR_HOURS = WindowLimits(duration=4 * HOUR, cutoff=HOUR, behavior=CutoffBehavior.CANCEL_TASK)


def forecast(
    nodes: int,
    minutes: float,
    concurrency: RateControl,
    *,
    p95: float | None = None,
    targets: int = 1,
    window: WindowLimits = FOUR_HOURS,
) -> Forecast:
    return Forecast(
        capacity=PatchCapacity(nodes=nodes, minutes_per_node=minutes, minutes_per_node_p95=p95),
        max_concurrency=concurrency,
        targets=targets,
        window=window,
    )


# --- An execution, second by second -------------------------------------------------------------------


class EverySecond:
    """The same execution, with a clock that advances by a second: slow, and without any of the planner's code."""

    def __init__(self, batches: Sequence[tuple[int, int]], times: Sequence[Sequence[int]]) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        now = 0
        for (nodes, slots), durations in zip(batches, times, strict=True):
            waiting, running = list(durations[:nodes]), list[int]()
            while waiting or running:
                self.ends += [now for end in running if end == now]
                running = [end for end in running if end > now]
                while waiting and len(running) < slots:
                    self.starts.append(now)
                    running.append(now + waiting.pop(0))
                now += bool(running)

    def not_started(self, at: int) -> int:
        return sum(start >= at for start in self.starts)

    def not_ended(self, at: int) -> int:
        return sum(end > at for end in self.ends)


def assert_equal(found: NodeRuns, expected: EverySecond) -> None:
    assert (found.last_start, found.last_end) == (max(expected.starts), max(expected.ends))
    for at in range(found.last_end + 2):
        assert found.not_started(at) == expected.not_started(at), at
        assert found.not_ended(at) == expected.not_ended(at), at


batches = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 14)), min_size=1, max_size=4)


@given(batches, st.integers(1, 9))
def test_equal_times_agree_with_every_second(targets: list[tuple[int, int]], seconds: int) -> None:
    found = EqualNodeRuns([Batch(nodes, min(nodes, slots)) for nodes, slots in targets], seconds)
    assert_equal(found, EverySecond(targets, [[seconds] * nodes for nodes, _ in targets]))


@given(st.data(), batches)
def test_different_times_agree_with_every_second(data: st.DataObject, targets: list[tuple[int, int]]) -> None:
    times = [data.draw(st.lists(st.integers(1, 15), min_size=nodes, max_size=nodes)) for nodes, _ in targets]
    as_batches = [Batch(nodes, min(nodes, slots)) for nodes, slots in targets]
    expected = EverySecond(targets, times)
    assert_equal(SimulatedNodeRuns(as_batches, times), expected)
    for deadline in range(max(expected.ends) + 2):
        assert ends_by(deadline, as_batches, times) == (max(expected.ends) <= deadline)


@given(batches, st.integers(1, 9))
def test_a_simulation_of_equal_times_agrees_with_the_closed_form(targets: list[tuple[int, int]], seconds: int) -> None:
    as_batches = [Batch(nodes, min(nodes, slots)) for nodes, slots in targets]
    exact = EqualNodeRuns(as_batches, seconds)
    simulated = SimulatedNodeRuns(as_batches, [[seconds] * batch.nodes for batch in as_batches])
    for at in range(exact.last_end + 2):
        assert exact.not_started(at) == simulated.not_started(at)
        assert exact.not_ended(at) == simulated.not_ended(at)


@given(st.integers(1, 5000), st.integers(1, 5000), st.integers(1, 90))
def test_equal_times_have_a_closed_form(nodes: int, slots: int, minutes: int) -> None:
    found = forecast(nodes, minutes, RateControl.count(slots)).estimate
    waves = (nodes + min(slots, nodes) - 1) // min(slots, nodes)
    assert found.waves == waves
    assert [found.last_end(each) for each in PERCENTILES] == [waves * minutes * MINUTE] * 4
    assert [found.last_start(each) for each in PERCENTILES] == [(waves - 1) * minutes * MINUTE] * 4


# --- What is certain ----------------------------------------------------------------------------------


def measured(estimate: Estimate) -> list[int]:
    moments = [timedelta(0), 30 * MINUTE, 3 * HOUR]
    return [
        *(estimate.last_start(each) // MINUTE for each in PERCENTILES),
        *(estimate.last_end(each) // MINUTE for each in PERCENTILES),
        *(estimate.not_started(at, each) for at in moments for each in PERCENTILES),
        *(estimate.not_ended(at, each) for at in moments for each in PERCENTILES),
    ]


spread = st.sampled_from([None, 12, 25])


@settings(max_examples=40)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 4), spread)
def test_one_node_more_never_ends_earlier(nodes: int, slots: int, targets: int, p95: float | None) -> None:
    one = forecast(nodes, 12, RateControl.count(slots), p95=p95, targets=targets).estimate
    other = forecast(nodes + 1, 12, RateControl.count(slots), p95=p95, targets=targets).estimate
    assert all(more >= less for more, less in zip(measured(other), measured(one), strict=True))


@settings(max_examples=40)
@given(st.integers(1, 60), st.integers(1, 99), st.sampled_from(["", "%"]), st.integers(1, 4), spread)
def test_a_higher_concurrency_never_takes_longer(
    nodes: int, number: int, unit: str, targets: int, p95: float | None
) -> None:
    one = forecast(nodes, 12, RateControl(number, unit), p95=p95, targets=targets).estimate
    other = forecast(nodes, 12, RateControl(number + 1, unit), p95=p95, targets=targets).estimate
    assert all(higher <= lower for higher, lower in zip(measured(other), measured(one), strict=True))


@settings(max_examples=40)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(12, 40))
def test_longer_times_never_end_earlier(nodes: int, slots: int, p95: int) -> None:
    found = [forecast(nodes, 12, RateControl.count(slots), p95=each).estimate for each in (p95, p95 + 5)]
    assert found[0].last_end(95) <= found[1].last_end(95)


@settings(max_examples=40)
@given(st.integers(1, 300), st.integers(1, 300), spread)
def test_percentiles_and_remaining_nodes_are_in_order(nodes: int, slots: int, p95: float | None) -> None:
    found = forecast(nodes, 12, RateControl.count(slots), p95=p95).estimate
    ends = [found.last_end(each) for each in PERCENTILES]
    assert ends == sorted(ends)
    assert found.last_start(95) <= found.last_end(95)
    assert found.not_started(timedelta(0), 50) == nodes
    assert found.not_ended(found.last_end(99), 50) == 0
    for at in (30 * MINUTE, HOUR):
        assert 0 <= found.not_started(at, 95) <= found.not_ended(at, 95) <= nodes


@settings(max_examples=40)
@given(
    st.integers(1, 80),
    st.sampled_from([RateControl.count(3), RateControl.percentage(10)]),
    st.integers(1, 3),
    spread,
    st.sampled_from(CutoffBehavior),
)
def test_the_remedies_are_the_smallest_that_fit(
    nodes: int, concurrency: RateControl, targets: int, p95: float | None, behavior: CutoffBehavior
) -> None:
    window = WindowLimits(duration=2 * HOUR, cutoff=HOUR, behavior=behavior)

    def fits(number: float, duration: timedelta) -> bool:
        other = WindowLimits(duration=duration, cutoff=HOUR, behavior=behavior)
        rate = RateControl(number, concurrency.unit)
        return forecast(nodes, 12, rate, p95=p95, targets=targets, window=other).fits

    found = forecast(nodes, 12, concurrency, p95=p95, targets=targets, window=window)
    least = found.smallest_concurrency
    if least is None:
        assert not fits(100 if concurrency.unit else nodes, window.duration)
    else:
        assert fits(least.number, window.duration)
        assert least.number == 1 or not fits(least.number - 1, window.duration)
    shortest = found.smallest_duration
    if shortest is None:
        assert not fits(concurrency.number, 24 * HOUR)
    else:
        assert fits(concurrency.number, shortest)
        assert shortest == 2 * HOUR or not fits(concurrency.number, shortest - HOUR)


# --- Simulation ---------------------------------------------------------------------------------------


def test_a_simulation_is_the_same_every_time() -> None:
    found = [measured(forecast(400, 8, RateControl.percentage(10), p95=25).estimate) for _ in range(2)]
    assert found[0] == found[1]
    assert found[0][4:8] == SIMULATED


# Random.random returns the same numbers with every version of Python.
SIMULATED = [128, 154, 162, 176]


def test_times_have_the_given_median_and_95th_percentile() -> None:
    times = sorted(draw_times([100_000], 480, 1500, seed=1)[0])
    assert times[50_000] == pytest.approx(480, rel=0.02)
    assert times[95_000] == pytest.approx(1500, rel=0.02)


def test_the_times_of_a_target_do_not_depend_on_their_number() -> None:
    few, many = draw_times([5, 5], 480, 1500, seed=1), draw_times([9, 7], 480, 1500, seed=1)
    assert [many[0][:5], many[1][:5]] == few
    assert few[0] != few[1]


def test_the_number_of_simulated_executions_is_bounded() -> None:
    found = {nodes: len(NodeTimes(spread_over(nodes), 1).estimate(RateControl.count(1)).executions) for nodes in SIZES}
    assert found == {1: 200, 1_000: 100, 2_000: 50, 20_000: 20}


SIZES = (1, 1_000, 2_000, 20_000)


def spread_over(nodes: int) -> PatchCapacity:
    return PatchCapacity(nodes=nodes, minutes_per_node=8, minutes_per_node_p95=25)


def test_without_a_spread_nothing_is_simulated() -> None:
    found = [forecast(400, 12, RateControl.percentage(10), p95=each).estimate for each in (None, 12, 13)]
    assert [each.is_simulated for each in found] == [False, False, True]
    assert [len(each.executions) for each in found] == [1, 1, 200]


# --- All nodes at the same time, which has a closed form ----------------------------------------------


def probability(nodes: int, median: float, p95: float, longest: float) -> float:
    """Return the probability that no node takes longer: that of one node, for each of them."""
    standard = NormalDist()
    deviation = math.log(p95 / median) / standard.inv_cdf(0.95)
    return standard.cdf(math.log(longest / median) / deviation) ** nodes


@pytest.mark.parametrize(("nodes", "median", "p95"), [(100, 480, 1200), (5_000, 480, 1200), (20_000, 300, 30_000)])
def test_the_longest_time_has_the_distribution_of_the_closed_form(nodes: int, median: int, p95: int) -> None:
    executions = 60
    longest = [max(draw_times([nodes], median, p95, seed=seed)[0]) for seed in range(executions)]
    found = sorted(probability(nodes, median, p95, each) for each in longest)
    # The test of Kolmogorov and Smirnov, at 5 percent.
    distance = max(abs(each - (rank + 0.5) / executions) for rank, each in enumerate(found))
    assert distance < 1.36 / math.sqrt(executions)


@pytest.mark.parametrize(("nodes", "tolerance"), [(100, 0.03), (1_000, 0.04), (5_000, 0.05), (10_000, 0.05)])
def test_the_forecast_of_all_nodes_at_the_same_time_has_a_closed_form(nodes: int, tolerance: float) -> None:
    found = forecast(nodes, 8, RateControl.percentage(100), p95=20)
    assert probability(nodes, 8, 20, found.time_needed / MINUTE) == pytest.approx(0.95, abs=tolerance)


def test_the_95th_percentile_of_few_executions_is_their_longest() -> None:
    found = forecast(5_000, 8, RateControl.percentage(100), p95=20).estimate
    ends = sorted(each.last_end for each in found.executions)
    assert (len(ends), found.last_end(95) // timedelta(seconds=1)) == (20, ends[-1])
    assert found.last_end(90) // timedelta(seconds=1) == ends[-2]


def test_a_time_is_never_too_long_to_be_shown() -> None:
    assert max(draw_times([1000], 1, 10**9, seed=1)[0]) == 10 * 365 * 24 * 3600


# --- Concurrency and targets --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("concurrency", "nodes", "slots"),
    [
        (RateControl.percentage(10), 400, 40),
        (RateControl.percentage(10), 19, 1),
        (RateControl.percentage(10), 5, 1),
        (RateControl.percentage(0), 5, 1),
        (RateControl.percentage(33), 100, 33),
        (RateControl.percentage(100), 7, 7),
        (RateControl.count(3), 7, 3),
        (RateControl.count(50), 7, 7),
    ],
)
def test_a_percentage_is_rounded_down(concurrency: RateControl, nodes: int, slots: int) -> None:
    assert slots_of(concurrency, nodes) == slots


def test_targets_run_one_after_another() -> None:
    one, two = (forecast(400, 12, RateControl.percentage(10), targets=each) for each in (1, 2))
    assert (one.estimate.waves, two.estimate.waves) == (10, 20)
    assert (one.time_needed, two.time_needed) == (2 * HOUR, 4 * HOUR)


def test_targets_without_a_node_are_left_out() -> None:
    assert forecast(2, 12, RateControl.count(1), targets=3).estimate.batches == [Batch(1, 1), Batch(1, 1)]


# --- The cutoff ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("behavior", "fits", "not_started", "not_ended", "duration"),
    [
        # The last nodes start at 3:36, and end at 3:48.
        (CutoffBehavior.CANCEL_TASK, False, 80, 80, 5 * HOUR),
        (CutoffBehavior.CONTINUE_TASK, True, 0, 0, 4 * HOUR),
    ],
)
def test_canceled_nodes_have_to_end_at_the_cutoff_and_others_at_the_end(
    behavior: CutoffBehavior, *, fits: bool, not_started: int, not_ended: int, duration: timedelta
) -> None:
    window = WindowLimits(duration=4 * HOUR, cutoff=HOUR, behavior=behavior)
    found = forecast(380, 12, RateControl.count(20), window=window)
    assert (found.time_needed, found.estimate.last_start(95)) == (19 * 12 * MINUTE, 18 * 12 * MINUTE)
    assert (found.fits, found.not_started, found.not_ended) == (fits, not_started, not_ended)
    assert found.smallest_duration == duration


def test_a_node_that_ends_at_the_cutoff_fits() -> None:
    assert forecast(300, 12, RateControl.count(20)).fits
    assert not forecast(301, 12, RateControl.count(20)).fits


def test_a_node_that_would_start_at_the_cutoff_does_not_start() -> None:
    found = forecast(301, 12, RateControl.count(20))
    assert (found.not_started, found.not_ended) == (1, 1)


def test_a_node_that_takes_longer_than_the_window_fits_nowhere() -> None:
    found = forecast(10, 1440, RateControl.count(10))
    assert found.smallest_concurrency is None
    assert found.smallest_duration is None
    assert (found.not_started, found.not_ended) == (0, 10)


@pytest.mark.parametrize(("longest_run", "hours"), [(None, 8), (2 * HOUR, 9)], ids=["a cutoff", "a gate"])
def test_a_node_that_takes_longer_than_the_time_to_the_cutoff_needs_both(
    longest_run: timedelta | None, hours: int
) -> None:
    window = replace(FOUR_HOURS, longest_run=longest_run)
    found = forecast(5, 400, RateControl.percentage(10), window=window)
    both = Remedy(max_concurrency=RateControl.percentage(100), duration=hours * HOUR)
    assert remedies_of(found) == [both]
    assert forecast(5, 400, RateControl.percentage(100), window=window.lasting(hours * HOUR)).fits
    assert not forecast(5, 400, RateControl.percentage(100), window=window.lasting((hours - 1) * HOUR)).fits


def test_one_of_the_remedies_is_enough() -> None:
    found = forecast(400, 12, RateControl.count(20))
    assert remedies_of(found) == [Remedy(max_concurrency=RateControl.count(27)), Remedy(duration=5 * HOUR)]
