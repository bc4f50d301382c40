"""How many nodes are non-compliant for too long, or have no current evidence, by their patch states.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-compliance-states.html
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

State = Mapping[str, Any]
"""A patch state, as ``DescribeInstancePatchStates`` returns it."""

_COUNTS: Final = ("MissingCount", "FailedCount", "InstalledRejectedCount", "InstalledPendingRebootCount")


def is_non_compliant(state: State, required_by: Collection[str] = ()) -> bool:
    """Return whether a patch state is that of a non-compliant node.

    Args:
        state: the patch state.
        required_by: the ids of the baselines for which an available security update is non-compliant.
    """
    if any(state.get(each) for each in _COUNTS):
        return True
    return has_available_updates(state) and state.get("BaselineId") in required_by


def has_available_updates(state: State) -> bool:
    """Return whether security updates are available that are not approved, which only Windows reports."""
    return bool(state.get("AvailableSecurityUpdateCount"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The nodes of a schedule."""

    nodes: int
    without_evidence: int
    non_compliant: int
    """How many have been non-compliant for longer than the limit."""
    since: Mapping[str, datetime]
    """Since when each non-compliant node has been so, for the next tally."""


def tally(
    nodes: Collection[str],
    states: Mapping[str, State],
    *,
    since: Mapping[str, datetime],
    limit: datetime,
    oldest: datetime | None,
    required_by: Collection[str] = (),
) -> Tally:
    """Count the nodes of a schedule.

    Args:
        nodes: the ids of the nodes.
        states: their patch states.
        since: since when nodes have been non-compliant, of the tally before.
        limit: nodes that have been non-compliant since before this instant count.
        oldest: a state of an operation before this instant is no evidence. None: every state is.
        required_by: see `is_non_compliant`.
    """
    known = {node: states[node] for node in nodes if node in states}
    current = [each for each in known.values() if oldest is None or each["OperationEndTime"] >= oldest]
    begun = {
        node: since.get(node, state["OperationEndTime"])
        for node, state in known.items()
        if is_non_compliant(state, required_by)
    }
    return Tally(
        nodes=len(nodes),
        without_evidence=len(nodes) - len(current),
        non_compliant=sum(each < limit for each in begun.values()),
        since=begun,
    )
