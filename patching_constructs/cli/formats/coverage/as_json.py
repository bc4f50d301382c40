"""The coverage of nodes as JSON, for programs; see docs/reference/coverage.schema.json."""

from datetime import UTC
from typing import Any, Final

from patching_constructs.cli.formats.coverage.coverage_matrix import CoverageMatrix
from patching_constructs.cli.formats.json_text import json_text
from patching_constructs.cli.formats.targets import value_json
from patching_constructs.cli.formats.unread import unread_json
from patching_constructs.properties.command import PatchOperation
from patching_constructs.schedule.occurrence import Occurrence
from patching_constructs.template.associations import ASSOCIATION
from patching_constructs.template.baselines import Baseline
from patching_constructs.template.coverage import GAPS, NodeCoverage, PatchRun
from patching_constructs.template.event_rules import EVENT_RULE
from patching_constructs.template.maintenance_windows import TASK, WINDOW
from patching_constructs.template.node_groups import NodeGroup
from patching_constructs.template.patch_policies import CONFIGURATION_MANAGER
from patching_constructs.template.runbooks import DOCUMENT
from patching_constructs.template.scheduled_runs import RunKind
from patching_constructs.template.scheduler import SCHEDULE
from patching_constructs.template.state_machines import STATE_MACHINES

_KINDS: Final = {
    WINDOW: "maintenanceWindow",
    TASK: "maintenanceWindow",
    ASSOCIATION: RunKind.ASSOCIATION,
    EVENT_RULE: RunKind.RULE,
    SCHEDULE: RunKind.SCHEDULE,
    CONFIGURATION_MANAGER: RunKind.POLICY,
    DOCUMENT: "document",
    **dict.fromkeys(STATE_MACHINES, "stateMachine"),
}


def render(matrix: CoverageMatrix) -> str:
    """Write the rows as one JSON object."""
    return json_text(
        {
            "from": matrix.after.isoformat(),
            "nodeGroups": [_row(each) for each in matrix.rows],
            "unread": [unread_json(each) for each in matrix.unread],
        }
    )


def _row(row: NodeCoverage) -> dict[str, Any]:
    return {
        "stacks": list(row.stacks),
        "filters": [{"key": key, "values": list(values)} for key, values in row.filters],
        "patchGroup": row.patch_group,
        "nodes": [_nodes(each) for each in row.groups],
        "baselines": [_baseline(each, row) for each in row.baselines],
        "scans": [_run(each) for each in row.runs_of(PatchOperation.SCAN)],
        "installs": [_run(each) for each in row.runs_of(PatchOperation.INSTALL)],
        "unknownOperations": [_run(each) for each in row.runs if each.operation is None],
        "nextExecution": _start(row.next_execution),
        "gaps": [{"kind": kind, "message": GAPS[kind]} for kind in row.gaps],
    }


def _nodes(group: NodeGroup) -> dict[str, Any]:
    resource = group.resource
    return {
        "stack": resource.stack,
        "logicalId": resource.logical_id,
        "resourceType": resource.type,
        "constructPath": resource.construct_path,
        "replacedBy": group.replaced_by,
    }


def _baseline(baseline: Baseline, row: NodeCoverage) -> dict[str, Any]:
    return {
        "stack": baseline.stack,
        "logicalId": baseline.logical_id,
        "name": value_json(baseline.at("Name")),
        "operatingSystem": baseline.system,
        "isDefault": baseline not in row.own_baselines,
    }


def _run(run: PatchRun) -> dict[str, Any]:
    started_by = run.window or run.command.runner
    return {
        "kind": _KINDS[started_by.type],
        "stack": started_by.stack,
        "logicalId": started_by.logical_id,
        "name": value_json(started_by.at("AssociationName" if started_by.type == ASSOCIATION else "Name")),
        "nextExecution": _start(run.next_execution),
        "assumptions": list(run.assumptions),
    }


def _start(execution: Occurrence | None) -> str | None:
    return None if execution is None else execution.start.astimezone(UTC).isoformat()
