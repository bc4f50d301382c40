"""What `coverage` writes, in whatever format."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from patching_constructs.cli.schedule_labels import label_of
from patching_constructs.template.coverage import NodeCoverage
from patching_constructs.template.coverage_gaps import GAPS, GapKind
from patching_constructs.template.node_groups import ReplacedBy
from patching_constructs.template.patch_targets import Unresolved
from patching_constructs.template.unread import UnreadTemplate

REPLACEMENT: Final[Mapping[ReplacedBy, str]] = {
    ReplacedBy.AUTO_SCALING: "Auto Scaling replaces instances with new ones from the image, without the patches that "
    "were installed in place. Update the image, and refresh the instances.",
    ReplacedBy.ECS: "Amazon ECS container instances are replaced from the image by Auto Scaling. Update the image, and "
    "drain the instances before a reboot: patching in place does not.",
    ReplacedBy.EKS: "Amazon EKS replaces the nodes of a managed node group from the image. Update the AMI version of "
    "the node group: patching in place does not drain the pods before a reboot.",
}
"""What it means to patch nodes in place that are replaced from an image."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageMatrix:
    """The nodes of a cloud assembly or a template, and what patches them."""

    path: str
    rows: Sequence[NodeCoverage]
    unresolved: Sequence[Unresolved]
    """What patches or selects nodes that are in none of the rows."""
    unread: Sequence[UnreadTemplate]
    """The templates that were not read, so that what they create is not in the rows."""
    after: datetime
    to_file: bool = False
    """Whether it is written to a file, and not to a terminal or a pipe."""


def gap_in_words(row: NodeCoverage, kind: GapKind) -> str:
    """Return a gap of nodes in words."""
    if kind is GapKind.FROZEN:
        return f"{GAPS[kind]}: {', '.join(label_of(window) for window in row.frozen)}"
    return GAPS[kind]
