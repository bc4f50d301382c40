"""How many nodes a schedule patches, and how long patching takes on one of them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from patching_constructs._errors import refusal, shown
from patching_constructs._tokens import is_unresolved, is_unresolved_scalar

MOST_NODES: Final = 100_000
"""More than a window can patch, and few enough to simulate them."""
MINUTES: Final = (0.1, 1440)
"""From a few seconds to the longest duration of a window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchCapacity:
    """The number of nodes of a schedule, and the time that patching takes on one, to forecast whether all nodes fit.

    The deployment does not use it. It is in the metadata of the window, where ``describe``, ``check``, ``capacity`` and
    ``calendar`` read it.

    Args:
        nodes: the number of nodes that all targets of the schedule select, 1-100,000.
        minutes_per_node: how many minutes patching usually takes on a node (the median), with hooks and reboots,
            0.1-1440.
        minutes_per_node_p95: how many minutes 95 of 100 nodes take at most. The forecast is then a simulation.
            Default: every node takes ``minutes_per_node``.

    Raises:
        PatchingError: a number is out of bounds, or ``minutes_per_node_p95`` is less than ``minutes_per_node``.
    """

    nodes: float
    minutes_per_node: float
    minutes_per_node_p95: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "nodes", _checked_nodes(self.nodes))
        for name in ("minutes_per_node", "minutes_per_node_p95"):
            minutes = getattr(self, name)
            if minutes is not None or name == "minutes_per_node":
                object.__setattr__(self, name, _checked_minutes(name, minutes))
        _check_order(self.minutes_per_node, self.minutes_per_node_p95)

    @property
    def is_unresolved(self) -> bool:
        """Whether a number is unknown until deployment."""
        return any(map(is_unresolved, (self.nodes, self.minutes_per_node, self.minutes_per_node_p95)))


def _checked_nodes(nodes: float) -> float:
    if is_unresolved_scalar(nodes):
        return nodes
    if not _is_number(nodes) or not 1 <= nodes <= MOST_NODES or nodes % 1:
        raise refusal("nodes", f"must be a whole number from 1 to {MOST_NODES}", shown(nodes))
    return int(nodes)


def _checked_minutes(name: str, minutes: float) -> float:
    if is_unresolved_scalar(minutes):
        return minutes
    least, most = MINUTES
    if not _is_number(minutes) or not least <= minutes <= most:
        fix = f"write {name}={minutes / timedelta(minutes=1):.10g}" if isinstance(minutes, timedelta) else ""
        raise refusal(name, f"must be a number of minutes from {least:g} to {most:g}", shown(minutes), fix)
    return int(minutes) if minutes % 1 == 0 else minutes


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_order(typical: float, p95: float | None) -> None:
    if p95 is None or is_unresolved((typical, p95)) or typical <= p95:
        return
    raise refusal("minutes_per_node_p95", f"must be at least minutes_per_node ({typical})", p95)
