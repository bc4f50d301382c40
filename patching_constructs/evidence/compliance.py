"""How many nodes are non-compliant for too long, or have no current evidence, by their patch states.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-compliance-states.html
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
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


def has_known_requirement(state: State, unread: Collection[str]) -> bool:
    """Return whether it is known if the available updates of a patch state are non-compliant.

    Args:
        state: the patch state.
        unread: the ids of the baselines that could not be read.
    """
    return not (has_available_updates(state) and state.get("BaselineId") in unread)


def has_available_updates(state: State) -> bool:
    """Return whether security updates are available that are not approved, which only Windows reports."""
    return bool(state.get("AvailableSecurityUpdateCount"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of the nodes of a schedule from one tally to the next."""

    non_compliant: Mapping[str, datetime] = field(default_factory=dict)
    """Since when each non-compliant node has been so."""
    without_state: Mapping[str, datetime] = field(default_factory=dict)
    """When each node without a patch state was first found so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a node may be non-compliant, and how old its patch state may be."""

    non_compliant_after: timedelta
    evidence_max_age: timedelta | None
    """None: a patch state has no age limit, and a node may be without one for as long as it may be non-compliant."""

    @property
    def without_state(self) -> timedelta:
        """How long a node may be without a patch state, since a new one has none before its first operation."""
        return self.non_compliant_after if self.evidence_max_age is None else self.evidence_max_age


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The nodes of a schedule."""

    nodes: int
    without_evidence: int
    """How many have an old patch state, or have been without one for too long."""
    non_compliant: int
    """How many have been non-compliant for longer than the limit."""
    known: Known
    """What is known of them, for the next tally."""


def tally(
    nodes: Collection[str],
    states: Mapping[str, State],
    *,
    now: datetime,
    known: Known,
    limits: Limits,
    required_by: Collection[str] = (),
    unread: Collection[str] = (),
) -> Tally:
    """Count the nodes of a schedule.

    Args:
        nodes: the ids of the nodes.
        states: their patch states.
        now: the time.
        known: what is known of the tally before.
        limits: from when on nodes count.
        required_by: see `is_non_compliant`.
        unread: the ids of the baselines that could not be read. Where they decide, a node stays as it was.
    """
    found = {node: states[node] for node in nodes if node in states}
    non_compliant = {
        node: known.non_compliant.get(node, state["OperationEndTime"])
        for node, state in found.items()
        if is_non_compliant(state, required_by)
        or (node in known.non_compliant and not has_known_requirement(state, unread))
    }
    without_state = {node: known.without_state.get(node, now) for node in nodes if node not in found}
    ends = [state["OperationEndTime"] for state in found.values()]
    return Tally(
        nodes=len(nodes),
        without_evidence=_older(ends, limits.evidence_max_age, now)
        + _older(without_state.values(), limits.without_state, now),
        non_compliant=_older(non_compliant.values(), limits.non_compliant_after, now),
        known=Known(non_compliant=non_compliant, without_state=without_state),
    )


def _older(moments: Iterable[datetime], limit: timedelta | None, now: datetime) -> int:
    """Return how many moments are longer ago than a limit; without a limit, none is."""
    return 0 if limit is None else sum(now - each > limit for each in moments)
