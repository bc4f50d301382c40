"""A folder with the files of a resource data sync, as the service writes them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = ("111122223333", "eu-central-1")
SCANNED = "2026-11-28T04:00:00Z"

Attributes = Mapping[str, Any]


def summary(**attributes: Any) -> Attributes:
    """Return the attributes of a patch summary of a compliant node, with changes. Counts are strings."""
    counts = dict.fromkeys(("MissingCount", "FailedCount", "InstalledRejectedCount"), "0")
    counts |= {"InstalledPendingRebootCount": "0", "InstalledCount": "120", "InstalledOtherCount": "7"}
    rest = {"OperationType": "Scan", "OperationEndTime": SCANNED, "BaselineId": "pb-0", "PatchGroup": "web"}
    return counts | rest | attributes


def patch(patch_id: str, state: str = "Missing", **attributes: Any) -> Attributes:
    """Return the attributes of a compliance item of a patch, with changes."""
    status = "COMPLIANT" if state in {"Installed", "InstalledOther", "NotApplicable"} else "NON_COMPLIANT"
    item = {"ComplianceType": "Patch", "Id": patch_id, "Title": f"{patch_id}:1.2", "Severity": "CRITICAL"}
    item |= {"PatchSeverity": "Important", "Classification": "Security", "PatchGroup": "web", "InstalledTime": ""}
    return {**item, "PatchState": state, "Status": status, "ExecutionTime": "2026-11-28T03:59:00Z", **attributes}


@dataclass(frozen=True)
class SyncedFolder:
    """The objects of a bucket."""

    path: Path

    def write(self, kind: str, node: str, lines: Sequence[Attributes], place: tuple[str, str] = HERE) -> None:
        account, region = place
        common = {"resourceId": node, "captureTime": SCANNED, "schemaVersion": "1.0"}
        text = "".join(json.dumps({**line, **common}) + "\n" for line in lines)
        key = f"AWS:{kind}/accountid={account}/region={region}/resourcetype=ManagedInstanceInventory/{node}.json"
        self.write_text(key, text)

    def write_text(self, key: str, text: str) -> None:
        file = self.path / key
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def node(
        self,
        node: str,
        *,
        place: tuple[str, str] = HERE,
        information: Attributes | None = None,
        scanned: Attributes | None = None,
        items: Sequence[Attributes] = (),
        tags: Mapping[str, str] | None = None,
    ) -> None:
        """Write the files of a node; it has no summary if it was never scanned."""
        described = {"InstanceId": node, "ComputerName": f"{node}.example", "PlatformType": "Linux"}
        described |= {"PlatformName": "Amazon Linux", "PlatformVersion": "2023", "ResourceType": "EC2Instance"}
        self.write(
            "InstanceInformation", node, [{"InstanceStatus": "Active", **described, **(information or {})}], place
        )
        if scanned is not None:
            self.write("PatchSummary", node, [scanned], place)
        if items:
            self.write("ComplianceItem", node, items, place)
        if tags:
            self.write("Tag", node, [{"Key": key, "Value": value} for key, value in tags.items()], place)
