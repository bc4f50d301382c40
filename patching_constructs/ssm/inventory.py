"""The files that a resource data sync writes into a bucket: their keys, attributes and literals.

Each line of a file is a JSON object, with the attributes of one item and those in `ITEM_ATTRIBUTES`. The values are
strings, also those of counts. A node has one file for each type, which the sync overwrites: there is no history, no
release date of a patch, and no date since which a patch is missing.

https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-schema.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-create-resource-data-sync.html

Keys and the attributes of every item, as AWS's own template for reports on a sync reads them:
https://github.com/aws-samples/cloud-operations-best-practices (static/cfn-templates/patch-reporting)
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Self


class InventoryType(StrEnum):
    """A type of inventory, which begins the key of a file after the prefix of the sync."""

    INSTANCE_INFORMATION = "AWS:InstanceInformation"
    """One item: the node."""
    TAG = "AWS:Tag"
    """An item for each tag of the node."""
    PATCH_SUMMARY = "AWS:PatchSummary"
    """One item: what the last patching operation found. A node that was never scanned has no such file."""
    COMPLIANCE_ITEM = "AWS:ComplianceItem"
    """An item for each patch and each association of the node."""


class AttributeKind(StrEnum):
    """How the string in an attribute is read."""

    TEXT = "text"
    COUNT = "count"
    """A whole number, of which AWS documents the type NUMBER."""
    TIME = "time"
    """A time in ISO 8601, such as ``2026-11-28T03:04:05Z``; an empty string is none."""


_TEXT, _COUNT, _TIME = AttributeKind

ITEM_ATTRIBUTES: Final[Mapping[str, AttributeKind]] = MappingProxyType(
    {"resourceId": _TEXT, "captureTime": _TIME, "schemaVersion": _TEXT}
)
"""What every item has: the id of the node, and when the node reported."""

ATTRIBUTES: Final[Mapping[InventoryType, Mapping[str, AttributeKind]]] = MappingProxyType(
    {
        InventoryType.INSTANCE_INFORMATION: {
            "AgentType": _TEXT,
            "AgentVersion": _TEXT,
            "ComputerName": _TEXT,
            "InstanceId": _TEXT,
            "IpAddress": _TEXT,
            "PlatformName": _TEXT,
            "PlatformType": _TEXT,
            "PlatformVersion": _TEXT,
            "ResourceType": _TEXT,
            "AgentStatus": _TEXT,
            "InstanceStatus": _TEXT,
        },
        InventoryType.TAG: {"Key": _TEXT, "Value": _TEXT},
        InventoryType.PATCH_SUMMARY: {
            "PatchGroup": _TEXT,
            "BaselineId": _TEXT,
            "SnapshotId": _TEXT,
            "OwnerInformation": _TEXT,
            "InstalledCount": _COUNT,
            "InstalledPendingRebootCount": _COUNT,
            "InstalledOtherCount": _COUNT,
            "InstalledRejectedCount": _COUNT,
            "NotApplicableCount": _COUNT,
            "UnreportedNotApplicableCount": _COUNT,
            "MissingCount": _COUNT,
            "FailedCount": _COUNT,
            "OperationType": _TEXT,
            "OperationStartTime": _TIME,
            "OperationEndTime": _TIME,
            "InstallOverrideList": _TEXT,
            "RebootOption": _TEXT,
            "LastNoRebootInstallOperationTime": _TIME,
            "ExecutionId": _TEXT,
            "NonCompliantSeverity": _TEXT,
            "SecurityNonCompliantCount": _COUNT,
            "CriticalNonCompliantCount": _COUNT,
            "OtherNonCompliantCount": _COUNT,
        },
        InventoryType.COMPLIANCE_ITEM: {
            "ComplianceType": _TEXT,
            "ExecutionId": _TEXT,
            "ExecutionType": _TEXT,
            "ExecutionTime": _TIME,
            "Id": _TEXT,
            "Title": _TEXT,
            "Status": _TEXT,
            "Severity": _TEXT,
            "DocumentName": _TEXT,
            "DocumentVersion": _TEXT,
            "Classification": _TEXT,
            "PatchBaselineId": _TEXT,
            "PatchSeverity": _TEXT,
            "PatchState": _TEXT,
            "PatchGroup": _TEXT,
            "InstalledTime": _TIME,
            "InstallOverrideList": _TEXT,
            "DetailedText": _TEXT,
            "DetailedLink": _TEXT,
            "CVEIds": _TEXT,
        },
    }
)
"""The attributes of each type that AWS documents. Some are optional."""

NON_COMPLIANT_COUNTS: Final = ("MissingCount", "FailedCount", "InstalledRejectedCount", "InstalledPendingRebootCount")
"""The counts of a patch summary that make a node non-compliant if they are not 0.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-compliance-states.html
"""


class NodeState(StrEnum):
    """The literals of ``InstanceStatus``. The file of a terminated node stays in the bucket."""

    ACTIVE = "Active"
    CONNECTION_LOST = "ConnectionLost"
    STOPPED = "Stopped"
    TERMINATED = "Terminated"


class ItemType(StrEnum):
    """The literals of ``ComplianceType`` of what Systems Manager writes itself; others are ``Custom:...``."""

    PATCH = "Patch"
    ASSOCIATION = "Association"


class ItemStatus(StrEnum):
    """The literals of ``Status``."""

    COMPLIANT = "COMPLIANT"
    NON_COMPLIANT = "NON_COMPLIANT"


class ItemPatchState(StrEnum):
    """The literals of ``PatchState`` that AWS's patch module for Linux writes.

    Windows also has available security updates: a rule asks for the status, which is right for all states.
    """

    INSTALLED = "Installed"
    INSTALLED_OTHER = "InstalledOther"
    INSTALLED_PENDING_REBOOT = "InstalledPendingReboot"
    INSTALLED_REJECTED = "InstalledRejected"
    FAILED = "Failed"
    MISSING = "Missing"
    NOT_APPLICABLE = "NotApplicable"


_KEY: Final = re.compile(
    r"(?:.*/)?(?P<type>AWS:[A-Za-z]+)/accountid=(?P<account>[0-9]{12})/region=(?P<region>[a-z0-9-]+)"
    r"/resourcetype=ManagedInstanceInventory/(?P<node>[^/]+)\.json"
)


@dataclass(frozen=True, slots=True)
class SyncedFile:
    """What a key contains: ``AWS:Tag/accountid=../region=../resourcetype=ManagedInstanceInventory/i-...json``.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-resource-data-sync.html
    """

    inventory_type: InventoryType
    account: str
    region: str
    node_id: str

    @classmethod
    def from_key(cls, key: str) -> Self | None:
        """Read the key of an object, with or without the prefix of the sync, or the path of a file with ``/``.

        Return None for all other files: types that are not about patches, and ``accountid=../test.json``, which the
        service writes when the sync is created.
        """
        found = _KEY.fullmatch(key)
        if found is None or found["type"] not in set(InventoryType):
            return None
        return cls(InventoryType(found["type"]), found["account"], found["region"], found["node"])
