"""The coverage of nodes as JSON, for programs; see docs/reference/coverage.schema.json."""

from datetime import UTC
from typing import Any, Final

from patching_constructs.cli.formats.coverage.coverage_matrix import CoverageMatrix, gap_in_words
from patching_constructs.cli.formats.json_text import json_text
from patching_constructs.cli.formats.targets import value_json
from patching_constructs.cli.formats.unread import unread_json
from patching_constructs.cli.json_values import json_literal
from patching_constructs.properties.command import PatchOperation
from patching_constructs.schedule.occurrence import Occurrence
from patching_constructs.template.associations import ASSOCIATION
from patching_constructs.template.baselines import Baseline
from patching_constructs.template.coverage import NodeCoverage, PatchRun
from patching_constructs.template.event_rules import EVENT_RULE
from patching_constructs.template.maintenance_windows import TASK, WINDOW, MaintenanceWindow
from patching_constructs.template.node_groups import NodeGroup
from patching_constructs.template.patch_policies import CONFIGURATION_MANAGER
from patching_constructs.template.patch_targets import Unresolved
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
    CONFIGURATION_MANAGER: json_literal(RunKind.POLICY),
    DOCUMENT: "document",
    **dict.fromkeys(STATE_MACHINES, "stateMachine"),
}


def render(matrix: CoverageMatrix) -> str:
    """Write the rows as one JSON object."""
    return json_text(
        {
            "from": matrix.after.isoformat(),
            "nodeGroups": [_row(each) for each in matrix.rows],
            "unresolved": [_unresolved(each) for each in matrix.unresolved],
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
        "uncertainOperations": sorted(row.uncertain),
        "frozen": [_frozen(each) for each in row.frozen],
        "nextExecution": _start(row.next_execution),
        "gaps": [{"kind": kind, "message": gap_in_words(row, kind)} for kind in row.gaps],
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
    return {
        "kind": _KINDS[run.started_by.type],
        "stack": run.started_by.stack,
        "logicalId": run.started_by.logical_id,
        "name": value_json(run.name),
        "nextExecution": _start(run.next_execution),
        "assumptions": list(run.assumptions),
    }


def _frozen(window: MaintenanceWindow) -> dict[str, Any]:
    return {"stack": window.stack, "logicalId": window.logical_id, "name": value_json(window.name)}


def _unresolved(each: Unresolved) -> dict[str, Any]:
    return {"stack": each.resource.stack, "logicalId": each.resource.logical_id, "reason": each.reason}


def _start(execution: Occurrence | None) -> str | None:
    return None if execution is None else execution.start.astimezone(UTC).isoformat()
