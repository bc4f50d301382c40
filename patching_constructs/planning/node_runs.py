"""When a task starts and ends on each of its nodes, in one execution of a window.

The targets of a task run one after another. Within a target, some nodes run at the same time, and as soon as one has
ended, the next one starts. Times are whole seconds after the task has started.

https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-multiple.html
"""

import math
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import heapreplace
from random import Random
from statistics import NormalDist
from typing import Final, Protocol

_STANDARD: Final = NormalDist()
_Z95: Final = _STANDARD.inv_cdf(0.95)
# So many equally likely times differ by seconds, except for the longest ones, which are computed one by one.
_TIMES: Final = 10_000
_LONGEST_FROM: Final = 0.99
# Far longer than any window, and so short that 100,000 nodes can take it one after another.
_LONGEST_SECONDS: Final = 10 * 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Batch:
    """The nodes of one target, and how many of them run at the same time."""

    nodes: int
    slots: int

    @property
    def waves(self) -> int:
        """How often the slots are filled, if all nodes take the same time."""
        return -(-self.nodes // self.slots)


class NodeRuns(Protocol):
    """When the nodes start and end in one execution."""

    @property
    def last_start(self) -> int:
        """When the last node starts."""
        ...  # pragma: no cover

    @property
    def last_end(self) -> int:
        """When the last node ends."""
        ...  # pragma: no cover

    def not_started(self, at: int) -> int:
        """Return how many nodes have not started at a time; one that would start exactly then has not."""
        ...  # pragma: no cover

    def not_ended(self, at: int) -> int:
        """Return how many nodes have not ended at a time."""
        ...  # pragma: no cover


@dataclass(frozen=True, slots=True)
class EqualNodeRuns:
    """Nodes that all take the same time, so that they run in waves."""

    batches: Sequence[Batch]
    seconds: int

    @property
    def waves(self) -> int:
        """The number of waves of all targets together."""
        return sum(batch.waves for batch in self.batches)

    @property
    def last_start(self) -> int:
        """When the last wave starts."""
        return (self.waves - 1) * self.seconds

    @property
    def last_end(self) -> int:
        """When the last wave ends."""
        return self.waves * self.seconds

    def not_started(self, at: int) -> int:
        """Return how many nodes are in the waves that start at a time or later."""
        return self._after(-(-at // self.seconds))

    def not_ended(self, at: int) -> int:
        """Return how many nodes are in the waves that end after a time."""
        return self._after(at // self.seconds)

    def _after(self, waves: int) -> int:
        left = 0
        for batch in self.batches:
            left += max(0, batch.nodes - waves * batch.slots)
            waves = max(0, waves - batch.waves)
        return left


class SimulatedNodeRuns:
    """Nodes that take the given times."""

    def __init__(self, batches: Sequence[Batch], times: Sequence[Sequence[int]]) -> None:
        """Run the nodes in the order of their times, which are given for each target."""
        starts, ends = array("q"), array("q")
        begin = 0
        for batch, durations in zip(batches, times, strict=True):
            free = [begin] * batch.slots
            for seconds in durations:
                start = free[0]
                starts.append(start)
                ends.append(start + seconds)
                heapreplace(free, start + seconds)
            begin = max(free)
        self.starts: Sequence[int] = starts
        """When each node starts, in order."""
        self.ends: Sequence[int] = ends
        """When each of the nodes ends."""
        self.last_end = begin

    @property
    def last_start(self) -> int:
        """When the last node starts."""
        return self.starts[-1]

    def not_started(self, at: int) -> int:
        """Return how many nodes start at a time or later."""
        return len(self.starts) - bisect_left(self.starts, at)

    def not_ended(self, at: int) -> int:
        """Return how many nodes end after a time."""
        return sum(end > at for end in self.ends)


def ends_by(deadline: int, batches: Sequence[Batch], times: Sequence[Sequence[int]]) -> bool:
    """Return whether nodes that take the given times have all ended at a deadline; faster than `SimulatedNodeRuns`."""
    least = most = 0
    for batch, each in zip(batches, times, strict=True):
        work, longest = sum(each), max(each)
        least += max(-(-work // batch.slots), longest)
        # Until the last node of a target has started, none of the slots is free.
        most += work // batch.slots + longest
    if least > deadline or most <= deadline:
        return least <= deadline
    return sum(map(_length, batches, times)) <= deadline


def _length(batch: Batch, durations: Sequence[int]) -> int:
    free = [0] * batch.slots
    for seconds in durations:
        heapreplace(free, free[0] + seconds)
    return max(free)


# --- Random times -------------------------------------------------------------------------------------


def draw_times(nodes: Sequence[int], median: int, p95: int, *, seed: int) -> list[list[int]]:
    """Return random times in seconds, for the nodes of each target, from a log-normal distribution.

    The first times of a target do not depend on the number of its nodes, so that one node more changes nothing for
    the others. Only ``Random.random`` is used, which returns the same numbers with every version of Python.
    """
    deviation = math.log(p95 / median) / _Z95
    return [
        _drawn(Random(f"{seed}/{target}"), number, median, deviation)  # noqa: S311
        for target, number in enumerate(nodes)
    ]


def _drawn(random: Random, number: int, median: int, deviation: float) -> list[int]:
    table, draw = _equally_likely_times(median, deviation), random.random
    return [
        table[int(drawn * _TIMES)] if (drawn := draw()) < _LONGEST_FROM else _time(median, deviation, drawn)
        for _ in range(number)
    ]


@lru_cache(maxsize=8)
def _equally_likely_times(median: int, deviation: float) -> tuple[int, ...]:
    return tuple(_time(median, deviation, (place + 0.5) / _TIMES) for place in range(_TIMES))


def _time(median: int, deviation: float, share: float) -> int:
    """Return the time that a share of the nodes does not exceed."""
    seconds = round(median * math.exp(deviation * _STANDARD.inv_cdf(share)))
    return min(max(1, seconds), _LONGEST_SECONDS)
