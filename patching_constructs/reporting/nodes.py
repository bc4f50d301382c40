"""A managed node in a report, and whether it is compliant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from patching_constructs.planning.node_tags import NodeTags
from patching_constructs.reporting.patches import Patch, PatchState, PatchStatus
from patching_constructs.ssm.target_keys import PATCH_GROUP_TAG, PATCH_GROUP_TAG_IN_METADATA

UNKNOWN_ACCOUNT: Final = "unknown"
"""The account if AWS STS does not answer. Systems Manager can be reached without it."""


class NodeStatus(StrEnum):
    """Whether a node has the patches that it needs."""

    COMPLIANT = "compliant"
    NON_COMPLIANT = "non-compliant"
    NO_EVIDENCE = "no-evidence"
    """There is no patch state of it, or one that is too old. That is not a success."""


class MissingEvidence(StrEnum):
    """Why there is no evidence of a node's compliance."""

    NEVER_EVALUATED = "never-evaluated"
    """It has no patch state: no patch operation has ended on it."""
    OUTDATED = "outdated"
    """Its patch state is older than the limit."""
    NOT_READ = "not-read"
    """Its patch state could not be read; the report names the failure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An account and a Region."""

    account: str
    region: str

    def __str__(self) -> str:
        """Return it in words."""
        return f"{self.region} of account {self.account}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A managed node with its patch state."""

    id: str
    place: Place
    name: str | None = None
    """The value of its tag Name, or the name of the computer."""
    platform: str | None = None
    """The operating system with its version."""
    ping: str | None = None
    """Whether the node was connected: Online, ConnectionLost, Inactive or Stopped."""
    last_ping: datetime | None = None
    tags: Mapping[str, str] | None = None
    """None where they were not read."""
    state: PatchState | None = None
    is_state_read: bool = True
    """Whether its patch state was read, and not left out by a failure."""
    patches: tuple[Patch, ...] | None = None
    """The patches that it needs; None where they were not read."""
    non_compliant_since: datetime | None = None
    """The first of the earlier reports in a row in which it is non-compliant. It may have been so before."""

    @property
    def key(self) -> tuple[Place, str]:
        """What identifies the node in all accounts and Regions."""
        return self.place, self.id

    @property
    def patch_group(self) -> str | None:
        """The patch group by its tags, or by its patch state where the tags were not read."""
        if self.tags is None:
            return self.state.patch_group if self.state else None
        return self.tags.get(PATCH_GROUP_TAG) or self.tags.get(PATCH_GROUP_TAG_IN_METADATA)

    @property
    def known_tags(self) -> NodeTags:
        """What targets of windows are compared with."""
        if self.tags is not None:
            return NodeTags(self.tags, is_complete=True, node_id=self.id)
        group = self.patch_group
        return NodeTags({} if group is None else {PATCH_GROUP_TAG: group}, is_complete=False, node_id=self.id)

    @property
    def required_patches(self) -> tuple[Patch, ...]:
        """The patches that it needs to be compliant, as far as they were read."""
        with_available = self.state is not None and self.state.are_available_updates_required
        return tuple(each for each in self.patches or () if with_available or each.status is not PatchStatus.AVAILABLE)

    @property
    def oldest_patch(self) -> Patch | None:
        """The patch that it has needed for the longest time; None where that is unknown of all of them."""
        dated = [(each.since, each.id, each) for each in self.required_patches if each.since]
        return min(dated, key=lambda each: each[:2])[2] if dated else None

    def missing_evidence(self, at: datetime, limit: timedelta) -> MissingEvidence | None:
        """Return why there is no evidence of its compliance at a time, None where there is evidence.

        Args:
            at: the time.
            limit: for how long a patch state is evidence.
        """
        if self.state is None:
            return MissingEvidence.NEVER_EVALUATED if self.is_state_read else MissingEvidence.NOT_READ
        return MissingEvidence.OUTDATED if at - self.state.ended > limit else None

    def status(self, at: datetime, limit: timedelta) -> NodeStatus:
        """Return whether it is compliant at a time."""
        if self.state is None or self.missing_evidence(at, limit):
            return NodeStatus.NO_EVIDENCE
        return NodeStatus.COMPLIANT if self.state.is_compliant else NodeStatus.NON_COMPLIANT
