"""The executions of rollouts as lanes: cycle by cycle, ring by ring."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from patching_constructs.planning.executions import Execution
from patching_constructs.planning.rollouts import cycle_of
from patching_constructs.template import MaintenanceWindow
from patching_constructs.template.rollout_rings import RolloutRing

WindowExecution = Execution[MaintenanceWindow]


@dataclass(slots=True)
class RolloutLanes:
    """The executions of one rollout."""

    name: str
    """The name of the rollout, with the Region where a StackSet deploys it to several."""
    _rings: dict[str, RolloutRing] = field(default_factory=dict)
    cycles: dict[date | None, dict[str, WindowExecution]] = field(default_factory=dict)
    """The execution of each ring, by the date of the schedule of the rollout; None for one moment."""

    def add(self, execution: WindowExecution, ring: RolloutRing) -> None:
        """Add an execution of a ring."""
        self._rings.setdefault(ring.name, ring)
        cycle = cycle_of(execution.window.times, execution.occurrence, ring.days_after)
        self.cycles.setdefault(cycle, {}).setdefault(ring.name, execution)

    @property
    def rings(self) -> list[str]:
        """The names of the rings in their order. Those on one day are in the order of their executions."""
        return sorted(self._rings, key=lambda name: self._rings[name].days_after)


def rollout_lanes(executions: Iterable[WindowExecution]) -> list[RolloutLanes]:
    """Return the rollouts that executions belong to, in the order of the first execution of each."""
    found: dict[tuple[str, str], RolloutLanes] = {}
    for execution in executions:
        window = execution.owner
        if window.ring is not None:
            name = f"{window.ring.rollout}{window.template.source.in_region}"
            found.setdefault((window.environment, name), RolloutLanes(name)).add(execution, window.ring)
    return list(found.values())
