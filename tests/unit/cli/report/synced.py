"""The files of a resource data sync, as the service writes them: JSON lines, in which every value is a string."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ACCOUNT, REGION = "111111111111", "eu-central-1"
CAPTURED = {"captureTime": "2026-12-01T03:00:00Z", "schemaVersion": "1.0"}
Files = dict[str, str]


def key(kind: str, node: str, *, account: str = ACCOUNT, region: str = REGION) -> str:
    """Return the key of a file."""
    return f"{kind}/accountid={account}/region={region}/resourcetype=ManagedInstanceInventory/{node}.json"


def lines(node: str, items: Sequence[Mapping[str, str]]) -> str:
    """Return the content of a file."""
    return "".join(f"{json.dumps({**each, 'resourceId': node, **CAPTURED})}\n" for each in items)


def summary(**changed: str) -> dict[str, str]:
    """Return a patch summary."""
    return {
        "PatchGroup": "web",
        "BaselineId": "pb-0123456789abcdef0",
        "InstalledCount": "120",
        "InstalledOtherCount": "7",
        "InstalledRejectedCount": "0",
        "InstalledPendingRebootCount": "0",
        "MissingCount": "0",
        "FailedCount": "0",
        "OperationType": "Install",
        "OperationStartTime": "2026-12-01T02:30:00Z",
        "OperationEndTime": "2026-12-01T02:50:00Z",
        "RebootOption": "RebootIfNeeded",
        "CriticalNonCompliantCount": "0",
        "SecurityNonCompliantCount": "0",
        "OtherNonCompliantCount": "0",
        **changed,
    }


def item(name: str, state: str, status: str = "NON_COMPLIANT", **changed: str) -> dict[str, str]:
    """Return the compliance item of a patch."""
    return {
        "ComplianceType": "Patch",
        "Id": name,
        "Title": f"title of {name}",
        "Status": status,
        "Severity": "CRITICAL",
        "PatchSeverity": "Important",
        "PatchState": state,
        "Classification": "Security",
        "CVEIds": "CVE-2026-1,CVE-2026-2",
        "InstalledTime": "",
        **changed,
    }


def node_files(
    node: str,
    *,
    items: Sequence[Mapping[str, str]] = (),
    tags: Mapping[str, str] | None = None,
    status: str = "Active",
    place: Mapping[str, str] | None = None,
    **changed: str,
) -> Files:
    """Return the files of a node."""
    information = {
        "InstanceId": node,
        "ComputerName": f"{node}.internal",
        "PlatformName": "Amazon Linux",
        "PlatformVersion": "2023",
        "InstanceStatus": status,
    }
    contents: dict[str, Sequence[Mapping[str, str]]] = {
        "AWS:InstanceInformation": [information],
        "AWS:PatchSummary": [summary(**changed)],
        "AWS:ComplianceItem": [*items, {"ComplianceType": "Association", "Id": "1", "Status": "NON_COMPLIANT"}],
    }
    if tags is not None:
        contents["AWS:Tag"] = [{"Key": name, "Value": value} for name, value in tags.items()]
    return {key(kind, node, **(place or {})): lines(node, found) for kind, found in contents.items()}


def written(folder: Path, *files: Files) -> Path:
    """Write files into a folder."""
    for name, content in (pair for each in files for pair in each.items()):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return folder


def uploaded(client: Any, bucket: str, prefix: str, *files: Files) -> None:
    """Put files into a bucket."""
    for name, content in (pair for each in files for pair in each.items()):
        client.put_object(Bucket=bucket, Key=f"{prefix}{name}", Body=content.encode())
