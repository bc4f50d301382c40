"""By what the nodes of a report are grouped."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from patching_constructs.reporting.nodes import Node
from patching_constructs.ssm.target_keys import TAG


class GroupKind(StrEnum):
    """What the nodes of a group have in common."""

    PATCH_GROUP = "patch-group"
    ACCOUNT = "account"
    REGION = "region"
    PLATFORM = "platform"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Grouping:
    """By what nodes are grouped."""

    kind: GroupKind = GroupKind.PATCH_GROUP
    tag: str = ""
    """The key of the tag, of groups by tag."""

    @classmethod
    def parsed(cls, text: str) -> Self | None:
        """Read what a user types: ``patch-group``, ``account``, ``region``, ``platform`` or ``tag:KEY``."""
        if text.startswith(TAG) and text != TAG:
            return cls(GroupKind.TAG, text.removeprefix(TAG))
        kinds = set(GroupKind) - {GroupKind.TAG}
        return cls(GroupKind(text)) if text in kinds else None

    def __str__(self) -> str:
        """Return it as a user types it."""
        return f"{TAG}{self.tag}" if self.kind is GroupKind.TAG else str(self.kind)

    def name_of(self, node: Node) -> str | None:
        """Return the name of a node's group, None where it has none or where that is unknown."""
        match self.kind:
            case GroupKind.PATCH_GROUP:
                return node.patch_group
            case GroupKind.ACCOUNT:
                return node.place.account
            case GroupKind.REGION:
                return node.place.region
            case GroupKind.PLATFORM:
                return node.platform
        return (node.tags or {}).get(self.tag)
