"""Requests of ``now``: made from options, and as they are expected."""

import json
from pathlib import Path
from typing import Any

from patching_constructs.cli.run_command.options import Options
from patching_constructs.cli.run_command.resolve import ResolvedRequest, resolve_request
from patching_constructs.properties.command import PatchOperation
from patching_constructs.template import TARGET, TASK, WINDOW
from tests.unit.cli.run_command.fakes import (
    SNAPSHOT,
)

SCAN, INSTALL = PatchOperation.SCAN, PatchOperation.INSTALL
WEB = [{"Key": "tag:Patch Group", "Values": ["web"]}]
RATES = {"MaxConcurrency": "10%", "MaxErrors": "10%"}


def resolved(**options: Any) -> ResolvedRequest:
    return resolve_request(Options(**options), snapshot_id=SNAPSHOT)


def arguments(**options: Any) -> dict[str, Any]:
    return resolved(**options).request.arguments


def sent_with(*, targets: Any = None, ids: Any = None, document: str = "AWS-RunPatchBaseline", **others: Any) -> Any:
    """Write the arguments of SendCommand down, with what is always in them."""
    nodes = {"InstanceIds": ids} if ids else {"Targets": targets or WEB}
    rates = RATES | {name: others.pop(name) for name in list(others) if name in RATES}
    comment = {"Comment": others.pop("Comment")} if "Comment" in others else {}
    parameters = {name: [value] for name, value in others.items()} | {"SnapshotId": [SNAPSHOT]}
    return {"DocumentName": document, **nodes, "Parameters": parameters, **rates, **comment}


UNKNOWN = {"Ref": "Parameter"}
HOOKED = {"Operation": "Install", "PreInstallHookDocName": "Drain", "OnExitHookDocName": "Rejoin"}
HOOKS = "AWS-RunPatchBaselineWithHooks"


def resources(
    parameters: dict[str, Any] | None = None,
    targets: list[list[dict[str, Any]]] | None = None,
    document: str = "AWS-RunPatchBaseline",
    **task: Any,
) -> dict[str, Any]:
    """Write a window, its targets and its task down."""
    targets = [WEB] if targets is None else targets
    window_id = {"WindowId": {"Ref": "Window"}}
    ids = [{"Ref": f"Target{place}"} for place in range(len(targets))]
    invocation_parameters = {"Parameters": {name: [value] for name, value in (parameters or {}).items()}}
    return {
        "Window": {"Type": WINDOW, "Properties": {"Name": "weekly"}},
        **{
            f"Target{place}": {"Type": TARGET, "Properties": window_id | {"Targets": each}}
            for place, each in enumerate(targets)
        },
        "Task": {
            "Type": TASK,
            "Properties": window_id
            | {
                "TaskArn": document,
                "Targets": [{"Key": "WindowTargetIds", "Values": ids}],
                "TaskInvocationParameters": {"MaintenanceWindowRunCommandParameters": invocation_parameters},
            }
            | task,
        },
    }


def from_template(file: Path, content: dict[str, Any], **options: Any) -> ResolvedRequest:
    parameters = {"Parameter": {"Type": "String", "Default": "Scan"}}
    file.write_text(json.dumps({"Parameters": parameters, "Resources": content}), encoding="utf-8")
    return resolved(**{"templates": [file], "schedule": "weekly"} | options)


def cloud_assembly(directory: Path, environment: str) -> Path:
    stack = {"templateFile": "Patching.template.json"}
    artifact = {"type": "aws:cloudformation:stack", "environment": environment, "properties": stack}
    (directory / "manifest.json").write_text(json.dumps({"artifacts": {"Patching": artifact}}), encoding="utf-8")
    content = {"Resources": resources({"Operation": "Scan"})}
    (directory / "Patching.template.json").write_text(json.dumps(content), encoding="utf-8")
    return directory
