"""Schedules as JSON, for programs; see docs/reference/describe.schema.json."""

import re
from dataclasses import replace
from typing import Any, Final

from patching_constructs.cli import descriptions
from patching_constructs.cli.fact_words import fact_in_words
from patching_constructs.cli.forecasts import capacity_in_words
from patching_constructs.cli.formats.freezes import freeze_json
from patching_constructs.cli.formats.json_text import json_text
from patching_constructs.cli.formats.ring import ring_json
from patching_constructs.cli.formats.runs import run_json
from patching_constructs.cli.formats.settings import content_json
from patching_constructs.cli.formats.targets import targets_json, value_json
from patching_constructs.cli.formats.unread import unread_json
from patching_constructs.cli.formats.windows.window_list import WindowList, idle_because, invalid_because
from patching_constructs.cli.gate_words import gate_in_words, names_of
from patching_constructs.cli.monitoring_words import monitoring_in_words
from patching_constructs.description.described import Description, Subject
from patching_constructs.properties.command import EXECUTION_TIMEOUT, OPERATION
from patching_constructs.ssm.gate_input import GateInput
from patching_constructs.template import MaintenanceWindow, Value, WindowTask
from patching_constructs.template.gates import gate_of
from patching_constructs.template.monitoring import WindowMonitoring
from patching_constructs.template.scheduled_runs import ScheduledRun


def render(listed: WindowList) -> str:
    """Describe everything in one JSON object."""
    described = listed.described
    return json_text(
        {
            "windows": [
                _window(window, subject) | {"assumptions": [*listed.assumptions_of(subject)]}
                for window, subject in described.windows
            ],
            "runs": [
                _run(run, subject) | {"assumptions": [*listed.assumptions_of(replace(subject, runs=[run]))]}
                for run, subject in described.runs
            ],
            "resources": [_resource(each.main) for each in described.others],
            "unread": [*map(unread_json, described.unread)],
        }
    )


def _window(window: MaintenanceWindow, subject: Subject) -> dict[str, Any]:
    of_parts = {id(each.resource): _of(each) for each in subject.parts}
    tasks = [each.resource for each in subject.parts if isinstance(each.resource, WindowTask)]
    targets = zip(window.targets, targets_json(window), strict=True)
    return {
        "stack": window.stack,
        "logicalId": window.logical_id,
        "constructPath": window.schedule_path,
        "name": value_json(window.name),
        "ring": ring_json(window),
        "schedule": value_json(window.schedule),
        "scheduleDescription": descriptions.schedule_in_words(window),
        "scheduleOffsetDays": _number(window.schedule_offset),
        "timeZone": None if window.time_zone.is_unknown else descriptions.time_zone_in_words(window),
        "durationHours": _number(window.duration),
        "cutoffHours": _number(window.cutoff),
        "cutoffDescription": descriptions.cutoff_in_words(window),
        "capacityDescription": capacity_in_words(window),
        "targets": [each | of_parts[id(target)] for target, each in targets],
        "targetsDescription": descriptions.targets_in_words(window),
        "tasks": [_task(each) | {"gate": _gate(each, subject)} | of_parts[id(each)] for each in tasks],
        "freezes": [freeze_json(each) for each in window.freezes],
        "laterWindows": [{"logicalId": each.logical_id, "name": value_json(each.name)} for each in window.later],
        "monitoring": _monitoring(subject.monitoring),
        "monitoringDescription": monitoring_in_words(subject.monitoring),
        "idleReason": idle_because(window),
        "invalidReason": invalid_because(window),
    } | _of(subject.main)


def _monitoring(monitoring: WindowMonitoring) -> dict[str, list[str]] | None:
    if not monitoring:
        return None
    return {
        "alarms": sorted(monitoring.alarms),
        "events": sorted(monitoring.events),
        "destinations": sorted(monitoring.destinations),
    }


def _task(task: WindowTask) -> dict[str, Any]:
    return {
        "logicalId": task.logical_id,
        "document": value_json(task.document),
        "operation": value_json(task.parameter(OPERATION)),
        "operationDescription": descriptions.operation_in_words(task),
        "rebootDescription": descriptions.reboot_in_words(task),
        "startTimeoutSeconds": _number(task.start_timeout),
        "executionTimeoutSeconds": _number(task.parameter(EXECUTION_TIMEOUT)),
        "timeoutsDescription": descriptions.timeouts_in_words(task) or None,
    }


_OF_GATE: Final = {
    "bakeTimeSeconds": GateInput.BAKE_TIME,
    "maxAgeSeconds": GateInput.MAX_AGE,
    "maxFailed": GateInput.MAX_FAILED,
    "maxPendingReboots": GateInput.MAX_PENDING_REBOOTS,
    "startWithinSeconds": GateInput.START_WITHIN,
    "longestRunSeconds": GateInput.LONGEST_RUN,
}


def _gate(task: WindowTask, subject: Subject) -> dict[str, Any] | None:
    gate = gate_of(task.runbook)
    if gate is None:
        return None
    described = next(each for each in subject.parts if each.resource is task.runbook)
    return {
        "logicalId": gate.document.logical_id,
        "calendars": [value_json(each) for each in gate.condition(GateInput.CALENDARS).each()],
        "windowsBefore": names_of(gate.condition(GateInput.WINDOWS_BEFORE), subject.window_names),
        **{name: _number(gate.condition(of_gate)) for name, of_gate in _OF_GATE.items()},
        "descriptions": list(gate_in_words(described.facts, subject.window_names)),
    } | _of(described)


def _run(run: ScheduledRun, subject: Subject) -> dict[str, Any]:
    return run_json(run) | _of(subject.main)


def _resource(described: Description) -> dict[str, Any]:
    resource = described.resource
    return {
        "stack": resource.stack,
        "logicalId": resource.logical_id,
        "constructPath": resource.construct_path,
        "type": resource.type,
    } | _of(described)


def _of(described: Description) -> dict[str, Any]:
    """Return what differs from the defaults, and what is invalid."""
    settings = [
        {"property": each.name, "value": content_json(each.content), "description": fact_in_words(each)}
        for each in described.facts.values()
    ]
    return {"settings": settings, "problems": list(described.problems)}


def _number(value: Value) -> int | None:
    """Return a whole number, None where there is none, or an invalid one, or one that is unknown until deployment."""
    written = value_json(value) or ""
    return int(written) if re.fullmatch("[0-9]{1,12}", written) else None
