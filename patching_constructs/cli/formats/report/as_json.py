"""The compliance report as JSON, for programs and for later reports; see docs/reference/report.schema.json."""

from datetime import timedelta
from typing import Any

from patching_constructs.cli.formats.json_text import json_text
from patching_constructs.cli.formats.recorded_execution import recorded_json
from patching_constructs.cli.formats.report.shown_report import ShownReport
from patching_constructs.cli.json_values import json_literal, json_time, optional
from patching_constructs.planning.coverage import Selection
from patching_constructs.reporting.counts import Counts
from patching_constructs.reporting.nodes import UNKNOWN_ACCOUNT, Node, NodeStatus, Place
from patching_constructs.reporting.patches import Patch, PatchState
from patching_constructs.reporting.report import (
    ComplianceReport,
    HistoryPoint,
    ReadFailure,
    ReportGroup,
    ReportSource,
)
from patching_constructs.reporting.windows import ReportWindow


def render(shown: ShownReport) -> str:
    """Write the report as one JSON object."""
    report = shown.report
    return json_text(
        {
            "madeAt": json_time(report.made_at),
            "evidenceLimitDays": report.evidence_limit / timedelta(days=1),
            "groupBy": str(report.grouping),
            "filters": list(report.filters),
            "statuses": sorted(map(json_literal, shown.statuses)),
            "sources": [_source(each) for each in report.sources],
            "failures": [_failure(each) for each in report.failures],
            "counts": _counts(report.counts),
            "groups": [_group(each) for each in report.groups],
            "nodes": [_node(report, each) for each in shown.nodes(tuple(NodeStatus))],
            "windows": None if report.windows is None else [_window(each) for each in report.windows],
            "history": [_point(each) for each in report.history],
        }
    )


def _source(source: ReportSource) -> dict[str, Any]:
    return {"kind": source.kind, "name": source.name}


def _failure(failure: ReadFailure) -> dict[str, Any]:
    return {
        **_place(failure.place),
        "what": failure.what,
        "reason": failure.reason,
    }


def _place(place: Place | None) -> dict[str, str | None]:
    if place is None:
        return {"account": None, "region": None}
    return {"account": None if place.account == UNKNOWN_ACCOUNT else place.account, "region": place.region}


def _counts(counts: Counts) -> dict[str, Any]:
    return {
        "nodes": counts.nodes,
        "compliant": counts.compliant,
        "nonCompliant": counts.non_compliant,
        "noEvidence": counts.no_evidence,
        "nodesWithMissingPatches": counts.with_missing,
        "nodesWithFailedPatches": counts.with_failed,
        "nodesPendingReboot": counts.pending_reboot,
        "missingPatches": counts.missing,
        "failedPatches": counts.failed,
    }


def _group(group: ReportGroup) -> dict[str, Any]:
    last, upcoming = group.last_execution, group.next_execution
    return {
        "name": group.name,
        "counts": _counts(group.counts),
        "oldestPatch": json_time(group.oldest_patch),
        "windows": [each.id for each in group.windows],
        "areAllWindowsKnown": group.are_all_windows_known,
        "nodesWithoutWindow": group.without_window,
        "lastExecution": None if last is None else {"windowId": last[0].id, **recorded_json(last[1])},
        "nextExecution": None if upcoming is None else {"windowId": upcoming[0].id, "start": json_time(upcoming[1])},
    }


def _node(report: ComplianceReport, node: Node) -> dict[str, Any]:
    return {
        "id": node.id,
        **_place(node.place),
        "name": node.name,
        "group": report.grouping.name_of(node),
        "platform": node.platform,
        "ping": node.ping,
        "lastPing": json_time(node.last_ping),
        "tags": None if node.tags is None else dict(node.tags),
        "status": json_literal(report.status_of(node)),
        "missingEvidence": optional(report.missing_evidence_of(node), json_literal),
        "nonCompliantSince": json_time(node.non_compliant_since),
        "state": None if node.state is None else _state(node.state),
        "patches": None if node.patches is None else [_patch(each) for each in node.patches],
    }


def _state(state: PatchState) -> dict[str, Any]:
    return {
        "operation": state.operation,
        "end": json_time(state.ended),
        "patchGroup": state.patch_group,
        "baselineId": state.baseline_id,
        "baselineName": state.baseline_name,
        "rebootOption": state.reboot_option,
        "installed": state.installed,
        "installedOther": state.installed_other,
        "missing": state.missing,
        "failed": state.failed,
        "rejected": state.rejected,
        "pendingReboot": state.pending_reboot,
        "availableSecurityUpdates": state.available_security_updates,
        "areAvailableUpdatesRequired": state.are_available_updates_required,
        "criticalNonCompliant": state.critical_non_compliant,
        "securityNonCompliant": state.security_non_compliant,
        "otherNonCompliant": state.other_non_compliant,
        "isReportedNonCompliant": state.is_reported_non_compliant,
    }


def _patch(patch: Patch) -> dict[str, Any]:
    return {
        "id": patch.id,
        "title": patch.title,
        "status": patch.status,
        "severity": patch.severity,
        "classification": patch.classification,
        "cveIds": list(patch.cve_ids),
        "releasedAt": json_time(patch.released),
        "firstSeen": json_time(patch.first_seen),
    }


def _window(window: ReportWindow) -> dict[str, Any]:
    return {
        "id": window.id,
        **_place(window.place),
        "name": window.name,
        "isEnabled": window.is_enabled,
        "schedule": window.schedule,
        "timeZone": window.time_zone,
        "durationHours": window.duration_hours,
        "nextExecution": json_time(window.next_execution),
        "targets": None if window.targets is None else [_target(each) for each in window.targets],
        "executions": None if window.executions is None else [recorded_json(each) for each in window.executions],
    }


def _target(target: Selection) -> list[dict[str, Any]]:
    return [{"key": key, "values": sorted(map(str, values))} for key, values in target.items()]


def _point(point: HistoryPoint) -> dict[str, Any]:
    return {
        "madeAt": json_time(point.made_at),
        "counts": _counts(point.counts),
        "groups": [{"name": name, "counts": _counts(counts)} for name, counts in point.groups.items()],
    }
