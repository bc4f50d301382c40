"""How many nodes of a fleet or a group are compliant."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from patching_constructs.reporting.nodes import Node, NodeStatus


def whole_percent(part: int, whole: int) -> int:
    """Return the nearest whole percentage, half rounded up; 0 only for none, and 100 only for all.

    ``wholePercent`` in the script of the page is the same rule, for the nodes that the reader has filtered.
    """
    if part in {0, whole}:
        return 100 if part else 0
    return min(99, max(1, (200 * part + whole) // (2 * whole)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Numbers of nodes, and of the patches that they need.

    The numbers of patches, and of nodes that need them, contain the nodes whose last patch state is outdated.
    """

    compliant: int = 0
    non_compliant: int = 0
    no_evidence: int = 0
    with_missing: int = 0
    """Nodes with missing patches."""
    with_failed: int = 0
    """Nodes with patches whose installation failed."""
    pending_reboot: int = 0
    """Nodes that wait for a reboot."""
    missing: int = 0
    """Missing patches, once for each node."""
    failed: int = 0
    """Failed patches, once for each node."""

    @property
    def nodes(self) -> int:
        """The number of nodes."""
        return self.compliant + self.non_compliant + self.no_evidence

    @property
    def percent_compliant(self) -> int | None:
        """The percentage of compliant nodes; None without nodes. Nodes without evidence count as nodes."""
        return whole_percent(self.compliant, self.nodes) if self.nodes else None

    @classmethod
    def of(cls, nodes: Iterable[tuple[Node, NodeStatus]]) -> Self:
        """Count nodes with their statuses."""
        listed = list(nodes)
        statuses = [status for _, status in listed]
        states = [node.state for node, _ in listed if node.state]
        return cls(
            compliant=statuses.count(NodeStatus.COMPLIANT),
            non_compliant=statuses.count(NodeStatus.NON_COMPLIANT),
            no_evidence=statuses.count(NodeStatus.NO_EVIDENCE),
            with_missing=sum(state.missing > 0 for state in states),
            with_failed=sum(state.failed > 0 for state in states),
            pending_reboot=sum(state.pending_reboot > 0 for state in states),
            missing=sum(state.missing for state in states),
            failed=sum(state.failed for state in states),
        )
