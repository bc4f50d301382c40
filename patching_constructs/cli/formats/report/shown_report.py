"""What `report` writes, in whatever format."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import tzinfo

from patching_constructs.reporting.nodes import Node, NodeStatus
from patching_constructs.reporting.report import ComplianceReport


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReport:
    """A compliance report, and what of it is shown."""

    report: ComplianceReport
    statuses: Collection[NodeStatus] = ()
    """The statuses of the nodes that are listed; the numbers contain all nodes. Empty: that of the format."""
    zone: tzinfo | None = None
    """The time zone of all times. None: UTC, and in HTML that of the reader."""
    most: int | None = None
    """The most nodes that a table lists; None for all."""
    to_file: bool = False
    """Whether it is written to a file, and not to a terminal or a pipe."""

    def nodes(self, default: Collection[NodeStatus]) -> Iterator[Node]:
        """Return the nodes that are listed.

        Args:
            default: the statuses that the format lists, if the user names none.
        """
        statuses = self.statuses or default
        for node, status in zip(self.report.nodes, self.report.statuses, strict=True):
            if status in statuses:
                yield node
