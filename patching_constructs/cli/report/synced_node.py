"""A node from the files of a resource data sync.

https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-schema.html
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from patching_constructs.reporting.nodes import Node, Place
from patching_constructs.reporting.patches import Patch, PatchState, PatchStatus
from patching_constructs.ssm.inventory import InventoryType, ItemStatus, ItemType, NodeState

Item = Mapping[str, Any]
Items = Mapping[InventoryType, Sequence[Item]]
"""The items of a node by their types; a type without a file is missing."""

# The names that the API has for the states of the agent.
_PINGS: Final = {NodeState.ACTIVE: "Online"}


def items_of(content: bytes) -> list[Item]:
    """Return the items of a file, one on each line.

    Raises:
        ValueError: it is no such file.
    """
    items = [json.loads(line) for line in content.decode().splitlines() if line.strip()]
    if not all(isinstance(each, dict) for each in items):
        raise ValueError("a line is no JSON object")
    return items


def synced_node(node_id: str, place: Place, items: Items) -> Node | None:
    """Return a node; None for one that was terminated, whose files stay in the bucket.

    Raises:
        ValueError: a count or a time is none.
    """
    information = _only(items, InventoryType.INSTANCE_INFORMATION)
    status = information.get("InstanceStatus")
    if status == NodeState.TERMINATED:
        return None
    tags = _tags(items)
    platform = " ".join(filter(None, (information.get("PlatformName"), information.get("PlatformVersion"))))
    patches = items.get(InventoryType.COMPLIANCE_ITEM)
    return Node(
        id=node_id,
        place=place,
        name=(tags or {}).get("Name") or information.get("ComputerName") or None,
        platform=platform or None,
        ping=_PINGS.get(status, status) if status else None,
        tags=tags,
        state=_state(_only(items, InventoryType.PATCH_SUMMARY), _patch_items(patches or ())),
        patches=None if patches is None else tuple(_patches(_patch_items(patches))),
    )


def _only(items: Items, kind: InventoryType) -> Item:
    found = items.get(kind) or ()
    return found[0] if found else {}


def _tags(items: Items) -> dict[str, str] | None:
    tags = items.get(InventoryType.TAG)
    return None if tags is None else {each["Key"]: each.get("Value", "") for each in tags if "Key" in each}


def _patch_items(items: Sequence[Item]) -> list[Item]:
    return [each for each in items if each.get("ComplianceType") == ItemType.PATCH]


def _state(summary: Item, patches: Sequence[Item]) -> PatchState | None:
    ended = _moment(summary.get("OperationEndTime")) or _moment(summary.get("captureTime"))
    if ended is None:
        return None
    reported = {PatchStatus.parsed(each.get("PatchState", "")) for each in patches if _is_non_compliant(each)}
    return PatchState(
        operation=summary.get("OperationType", ""),
        ended=ended,
        patch_group=summary.get("PatchGroup") or None,
        baseline_id=summary.get("BaselineId") or None,
        reboot_option=summary.get("RebootOption") or None,
        installed=_count(summary, "InstalledCount") or 0,
        installed_other=_count(summary, "InstalledOtherCount") or 0,
        missing=_count(summary, "MissingCount") or 0,
        failed=_count(summary, "FailedCount") or 0,
        rejected=_count(summary, "InstalledRejectedCount") or 0,
        pending_reboot=_count(summary, "InstalledPendingRebootCount") or 0,
        # A summary does not count them.
        available_security_updates=sum(_status(each) is PatchStatus.AVAILABLE for each in patches),
        are_available_updates_required=PatchStatus.AVAILABLE in reported,
        critical_non_compliant=_count(summary, "CriticalNonCompliantCount"),
        security_non_compliant=_count(summary, "SecurityNonCompliantCount"),
        other_non_compliant=_count(summary, "OtherNonCompliantCount"),
        is_reported_non_compliant=bool(reported),
    )


def _is_non_compliant(item: Item) -> bool:
    return bool(item.get("Status") == ItemStatus.NON_COMPLIANT)


def _status(item: Item) -> PatchStatus | None:
    return PatchStatus.parsed(item.get("PatchState", ""))


def _patches(items: Sequence[Item]) -> Sequence[Patch]:
    return [
        Patch(
            id=each.get("Id", ""),
            title=each.get("Title", ""),
            status=status,
            severity=each.get("PatchSeverity", ""),
            classification=each.get("Classification", ""),
            cve_ids=tuple(filter(None, each.get("CVEIds", "").split(","))),
        )
        for each in items
        if (status := _status(each))
    ]


def _count(item: Item, name: str) -> int | None:
    """Return a count, which is a string in the file."""
    text = item.get(name)
    return int(text) if text not in {None, ""} else None


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
