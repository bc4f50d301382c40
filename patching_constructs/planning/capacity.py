"""Will it fit: whether a patch task reaches all of its nodes before the cutoff or the end of its window.

If all nodes take the same time, the result is exact. Otherwise executions are simulated, always with the same random
numbers, and the result is the time that 95 of 100 executions do not exceed.

https://docs.aws.amazon.com/systems-manager/latest/userguide/maintenance-windows-schedule-options.html
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Final

from patching_constructs.planning.node_runs import (
    Batch,
    EqualNodeRuns,
    NodeRuns,
    SimulatedNodeRuns,
    draw_times,
    ends_by,
)
from patching_constructs.properties.capacity import PatchCapacity
from patching_constructs.properties.cutoff import CutoffBehavior
from patching_constructs.properties.rate_control import RateControl
from patching_constructs.ssm import limits

PERCENTILES: Final = (50, 90, 95, 99)
DECISIVE: Final = 95
"""The percentile that decides whether the nodes fit."""
_MOST_EXECUTIONS: Final = 200
_LEAST_EXECUTIONS: Final = 20
# Of all executions together, which takes less than a tenth of a second, unless it is the least number of executions.
_SIMULATED_NODES: Final = 100_000
_SECOND: Final = timedelta(seconds=1)
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowLimits:
    """How long a window is open, and what its cutoff does to a running task."""

    duration: timedelta
    cutoff: timedelta
    """The time between the cutoff and the end."""
    behavior: CutoffBehavior
    longest_run: timedelta | None = None
    """After what time the runbook of a gate ends the patching; None without a gate."""

    @property
    def cutoff_at(self) -> timedelta:
        """The time from the start of the window to its cutoff."""
        return self.duration - self.cutoff

    @property
    def is_canceled(self) -> bool:
        """Whether the cutoff, or the runbook of a gate, ends the patching."""
        return self.longest_run is not None or self.behavior == CutoffBehavior.CANCEL_TASK

    @property
    def deadline(self) -> timedelta:
        """When the last node should have ended: when the patching is ended, or else at the end of the window."""
        if self.longest_run is not None:
            return self.longest_run
        return self.cutoff_at if self.is_canceled else self.duration

    def lasting(self, duration: timedelta) -> "WindowLimits":
        """Return a window of another duration, with the same cutoff."""
        longest = None if self.longest_run is None else self.longest_run + duration - self.duration
        return replace(self, duration=duration, longest_run=longest)


@dataclass(frozen=True)
class Estimate:
    """When the nodes start and end: one execution if it is exact, otherwise several simulated ones."""

    batches: Sequence[Batch]
    """The targets."""
    executions: Sequence[NodeRuns]

    @property
    def waves(self) -> int:
        """The number of waves if all nodes take the same time."""
        return sum(batch.waves for batch in self.batches)

    @property
    def is_simulated(self) -> bool:
        """Whether the nodes take different times."""
        return not isinstance(self.executions[0], EqualNodeRuns)

    @property
    def decisive(self) -> NodeRuns:
        """The execution whose end decides whether the nodes fit."""
        in_order = sorted(self.executions, key=lambda each: each.last_end)
        return in_order[_rank(DECISIVE, len(in_order)) - 1]

    def last_start(self, percentile: int) -> timedelta:
        """Return when the last node starts in the given percentage of the executions at the latest."""
        return timedelta(seconds=self._percentile(percentile, lambda each: each.last_start))

    def last_end(self, percentile: int) -> timedelta:
        """Return when the last node ends in the given percentage of the executions at the latest."""
        return timedelta(seconds=self._percentile(percentile, lambda each: each.last_end))

    def not_started(self, at: timedelta, percentile: int) -> int:
        """Return how many nodes have not started at a time, in the given percentage of the executions at most."""
        return self._percentile(percentile, lambda each: each.not_started(at // _SECOND))

    def not_ended(self, at: timedelta, percentile: int) -> int:
        """Return how many nodes have not ended at a time, in the given percentage of the executions at most."""
        return self._percentile(percentile, lambda each: each.not_ended(at // _SECOND))

    def _percentile(self, percentile: int, measured: Callable[[NodeRuns], int]) -> int:
        """Return the execution at the percentile, in the order of what is measured."""
        found = sorted(map(measured, self.executions))
        return found[_rank(percentile, len(found)) - 1]


def _rank(percentile: int, number: int) -> int:
    """Return how many of a number of executions a percentile covers, at least 1.

    A further execution exceeds the longest of 19 with a probability of 1/20: the 95th percentile is the longest of 19,
    and not the second longest of 20.
    """
    return min(number, -(-percentile * (number + 1) // 100))


class NodeTimes:
    """The nodes of each target, and the times that they take, whatever the concurrency is."""

    def __init__(self, capacity: PatchCapacity, targets: int) -> None:
        """Distribute the nodes evenly over the targets, and draw their times.

        Args:
            capacity: nothing in it is unknown until deployment.
            targets: the number of targets.
        """
        number = int(capacity.nodes)
        sizes = [number // targets + (place < number % targets) for place in range(targets)]
        self.nodes = [size for size in sizes if size]
        self._seconds = _seconds(capacity.minutes_per_node)
        p95 = _seconds(capacity.minutes_per_node_p95 or capacity.minutes_per_node)
        executions = min(_MOST_EXECUTIONS, max(_LEAST_EXECUTIONS, _SIMULATED_NODES // number))
        self._drawn = (
            [draw_times(self.nodes, self._seconds, p95, seed=seed) for seed in range(executions)]
            if p95 > self._seconds
            else []
        )

    def estimate(self, concurrency: RateControl) -> Estimate:
        """Return when the nodes start and end."""
        batches = self._batches(concurrency)
        if not self._drawn:
            return Estimate(batches, [EqualNodeRuns(batches, self._seconds)])
        return Estimate(batches, [SimulatedNodeRuns(batches, times) for times in self._drawn])

    def fit(self, concurrency: RateControl, deadline: timedelta) -> bool:
        """Return whether all nodes have ended at a deadline in enough executions; faster than the estimate."""
        batches, seconds = self._batches(concurrency), deadline // _SECOND
        if not self._drawn:
            return EqualNodeRuns(batches, self._seconds).last_end <= seconds
        late, most_late = 0, len(self._drawn) - _rank(DECISIVE, len(self._drawn))
        for times in self._drawn:
            late += not ends_by(seconds, batches, times)
            if late > most_late:
                return False
        return True

    def _batches(self, concurrency: RateControl) -> list[Batch]:
        return [Batch(nodes, slots_of(concurrency, nodes)) for nodes in self.nodes]


def slots_of(concurrency: RateControl, nodes: int) -> int:
    """Return how many of the nodes of a target run at the same time.

    AWS does not document how a percentage is rounded. It is rounded down here, which is the slower way.
    """
    number = int(concurrency.number)
    return min(nodes, max(1, nodes * number // 100 if concurrency.unit else number))


def _seconds(minutes: float) -> int:
    return round(minutes * 60)


# --- The forecast -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """Whether the nodes of a window fit. Nothing in it is unknown until deployment."""

    capacity: PatchCapacity
    max_concurrency: RateControl
    targets: int
    """The number of targets that the task runs on, one after another."""
    window: WindowLimits
    is_preceded: bool = False
    """Whether other tasks of the window run before the task."""

    @cached_property
    def _times(self) -> NodeTimes:
        return NodeTimes(self.capacity, self.targets)

    @cached_property
    def estimate(self) -> Estimate:
        """When the nodes start and end."""
        return self._times.estimate(self.max_concurrency)

    @property
    def time_needed(self) -> timedelta:
        """When the last node has ended."""
        return self.estimate.last_end(DECISIVE)

    @property
    def fits(self) -> bool:
        """Whether all nodes have ended in time."""
        return self.time_needed <= self.window.deadline

    @property
    def not_started(self) -> int:
        """How many nodes have not started when all should have ended."""
        return self.estimate.not_started(self.window.deadline, DECISIVE)

    @property
    def not_ended(self) -> int:
        """How many nodes have not ended when all should have."""
        return self.estimate.not_ended(self.window.deadline, DECISIVE)

    @property
    def highest_concurrency(self) -> RateControl:
        """The concurrency with which all nodes of a target run at the same time, in the same unit."""
        most = limits.RATE_CONTROL_PERCENTAGE if self.max_concurrency.unit else max(self._times.nodes)
        return replace(self.max_concurrency, number=most)

    @cached_property
    def smallest_concurrency(self) -> RateControl | None:
        """The smallest concurrency with which the nodes fit, in the same unit; None if they do not fit with any."""
        most = int(self.highest_concurrency.number)
        # A higher concurrency never takes longer.
        first, last = 1, most + 1
        while first < last:
            middle = (first + last) // 2
            if self._times.fit(replace(self.max_concurrency, number=middle), self.window.deadline):
                last = middle
            else:
                first = middle + 1
        return replace(self.max_concurrency, number=first) if first <= most else None

    @cached_property
    def smallest_duration(self) -> timedelta | None:
        """The shortest duration in which the nodes fit with the same cutoff; None if no window is that long."""
        needed = self.time_needed + self.window.duration - self.window.deadline
        hours = max(-(-needed // _HOUR), self.window.cutoff // _HOUR + 1)
        return timedelta(hours=hours) if hours <= limits.DURATION_HOURS[1] else None
