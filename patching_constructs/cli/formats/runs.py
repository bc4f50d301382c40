"""What runs outside of maintenance windows as JSON, for `calendar` and `describe` alike."""

from datetime import tzinfo
from typing import Any

from patching_constructs.cli import operation_words, run_descriptions
from patching_constructs.cli.formats.targets import value_json
from patching_constructs.cli.json_values import json_literal
from patching_constructs.template.commands import Command
from patching_constructs.template.resource import Resource
from patching_constructs.template.scheduled_runs import ScheduledRun
from patching_constructs.template.upcoming_runs import RunExecution, UnplannedRun, planned_run


def run_json(run: ScheduledRun) -> dict[str, Any]:
    """Describe a run, for `describe`."""
    read = planned_run(run)
    reason = read.reason.removeprefix("invalid: ") if isinstance(read, UnplannedRun) else None
    is_invalid = isinstance(read, UnplannedRun) and read.is_invalid
    return _identity(run) | {
        "schedule": value_json(run.schedule),
        "scheduleDescription": run_descriptions.schedule_in_words(run),
        "runsBesides": run_descriptions.runs_besides(run),
        "timeZone": None if _has_unknown_zone(run) else run_descriptions.time_zone_in_words(run),
        "targetsDescription": run_descriptions.targets_in_words(run),
        "commands": [_command(each) for each in run.commands],
        "unknownReason": None if is_invalid else reason,
        "invalidReason": reason if is_invalid else None,
    }


def execution_json(execution: RunExecution, zone: tzinfo | None) -> dict[str, Any]:
    """Describe one execution, for `calendar`."""
    occurrence, run = execution.occurrence, execution.run
    shown = zone or occurrence.zone
    return _identity(run) | {
        "start": occurrence.start.isoformat(),
        "timeZone": str(shown),
        "localStart": occurrence.start.astimezone(shown).isoformat(),
        "condition": condition_json(run.resource),
        "operations": [operation_words.operation_of(each) for each in run.commands],
        "rebootDescriptions": [operation_words.reboot_in_words(each) for each in run.commands],
        "targetsDescription": run_descriptions.targets_in_words(run),
        "notes": list(execution.notes),
    }


def unknown_json(unknown: UnplannedRun) -> dict[str, Any]:
    """Describe why the executions of a run are not known, for `calendar`."""
    status = "invalid" if unknown.is_invalid else "unknown"
    return _identity(unknown.run) | {"status": status, "reason": unknown.reason.removeprefix("invalid: ")}


def condition_json(resource: Resource) -> str | None:
    """Return the condition that a resource is created under, None if it certainly is created."""
    return None if resource.existence.holds else resource.condition


def _identity(run: ScheduledRun) -> dict[str, str | None]:
    return {
        "stack": run.resource.stack,
        "logicalId": run.resource.logical_id,
        "constructPath": run.resource.construct_path,
        "kind": json_literal(run.kind),
        "name": run.label,
    }


def _command(command: Command) -> dict[str, str | None]:
    return {
        "document": command.document_name,
        "operation": operation_words.operation_of(command),
        "operationDescription": operation_words.operation_in_words(command),
        "rebootDescription": operation_words.reboot_in_words(command),
    }


def _has_unknown_zone(run: ScheduledRun) -> bool:
    return run.time_zone is not None and run.time_zone.is_unknown
