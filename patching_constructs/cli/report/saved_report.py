"""An earlier report from its JSON; see docs/reference/report.schema.json."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from patching_constructs._errors import PatchingError, refusal
from patching_constructs.cli.formats.json_text import VERSION
from patching_constructs.cli.formats.recorded_execution import read_recorded
from patching_constructs.cli.json_values import json_literal, moment, optional, text
from patching_constructs.planning.coverage import Selection
from patching_constructs.planning.recorded_executions import RecordedExecution
from patching_constructs.reporting.counts import Counts
from patching_constructs.reporting.grouping import Grouping
from patching_constructs.reporting.nodes import UNKNOWN_ACCOUNT, MissingEvidence, Node, Place
from patching_constructs.reporting.patches import Patch, PatchState, PatchStatus
from patching_constructs.reporting.report import (
    ComplianceReport,
    HistoryPoint,
    ReadFailure,
    ReportSource,
    SourceKind,
)
from patching_constructs.reporting.windows import ReportWindow

_Json = Mapping[str, Any]


def read_saved_report(option: str, file: Path) -> ComplianceReport:
    """Return the report in a file.

    Args:
        option: the option that names the file.
        file: the file.

    Raises:
        PatchingError: the file cannot be read, or has no report with all of its nodes.
    """
    try:
        content = json.loads(file.read_bytes())
        statuses = content["statuses"]
        report = _report(content)
    except OSError as error:
        raise PatchingError(f"{option} {file} cannot be read: {error.strerror}", what=option) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        fix = "write it with patching-constructs report --format json"
        raise refusal(option, f"must be a report in JSON of version {VERSION}", str(file), fix) from None
    if statuses:
        raise refusal(
            option, "must have the nodes of all statuses", f"{file} with --status", "write it without --status"
        )
    return report


def _report(content: _Json) -> ComplianceReport:
    grouping = Grouping.parsed(content["groupBy"])
    if grouping is None or content["version"] != VERSION:
        raise ValueError(content["version"])
    return ComplianceReport(
        made_at=moment(content["madeAt"]),
        sources=tuple(ReportSource(kind=SourceKind(each["kind"]), name=each["name"]) for each in content["sources"]),
        nodes=tuple(map(_node, content["nodes"])),
        windows=optional(content["windows"], _windows),
        failures=tuple(map(_failure, content["failures"])),
        history=tuple(map(_point, content["history"])),
        evidence_limit=timedelta(days=content["evidenceLimitDays"]),
        grouping=grouping,
        filters=tuple(content["filters"]),
    )


def _place(content: _Json) -> Place:
    return Place(account=optional(content["account"], text) or UNKNOWN_ACCOUNT, region=text(content["region"]))


def _failure(content: _Json) -> ReadFailure:
    return ReadFailure(
        what=content["what"],
        reason=content["reason"],
        place=None if content["region"] is None else _place(content),
    )


def _node(content: _Json) -> Node:
    return Node(
        id=content["id"],
        place=_place(content),
        name=content["name"],
        platform=content["platform"],
        ping=content["ping"],
        last_ping=optional(content["lastPing"], moment),
        tags=content["tags"],
        state=optional(content["state"], _state),
        is_state_read=content["missingEvidence"] != json_literal(MissingEvidence.NOT_READ),
        patches=optional(content["patches"], _patches),
        non_compliant_since=optional(content["nonCompliantSince"], moment),
    )


def _state(content: _Json) -> PatchState:
    return PatchState(
        operation=content["operation"],
        ended=moment(content["end"]),
        patch_group=content["patchGroup"],
        baseline_id=content["baselineId"],
        baseline_name=content["baselineName"],
        reboot_option=content["rebootOption"],
        installed=content["installed"],
        installed_other=content["installedOther"],
        missing=content["missing"],
        failed=content["failed"],
        rejected=content["rejected"],
        pending_reboot=content["pendingReboot"],
        available_security_updates=content["availableSecurityUpdates"],
        are_available_updates_required=content["areAvailableUpdatesRequired"],
        critical_non_compliant=content["criticalNonCompliant"],
        security_non_compliant=content["securityNonCompliant"],
        other_non_compliant=content["otherNonCompliant"],
        is_reported_non_compliant=content["isReportedNonCompliant"],
    )


def _patches(content: list[_Json]) -> tuple[Patch, ...]:
    return tuple(
        Patch(
            id=each["id"],
            title=each["title"],
            status=PatchStatus(each["status"]),
            severity=each["severity"],
            classification=each["classification"],
            cve_ids=tuple(each["cveIds"]),
            released=optional(each["releasedAt"], moment),
            first_seen=optional(each["firstSeen"], moment),
        )
        for each in content
    )


def _windows(content: list[_Json]) -> tuple[ReportWindow, ...]:
    return tuple(map(_window, content))


def _window(content: _Json) -> ReportWindow:
    return ReportWindow(
        id=content["id"],
        place=_place(content),
        name=content["name"],
        is_enabled=content["isEnabled"],
        schedule=content["schedule"],
        time_zone=content["timeZone"],
        duration_hours=content["durationHours"],
        next_execution=optional(content["nextExecution"], moment),
        targets=optional(content["targets"], _targets),
        executions=optional(content["executions"], lambda listed: _executions(content["id"], listed)),
    )


def _executions(window: str, content: list[_Json]) -> tuple[RecordedExecution, ...]:
    return tuple(read_recorded(each, window) for each in content)


def _targets(content: list[list[_Json]]) -> tuple[Selection, ...]:
    return tuple({each["key"]: frozenset(each["values"]) for each in target} for target in content)


def _point(content: _Json) -> HistoryPoint:
    return HistoryPoint(
        made_at=moment(content["madeAt"]),
        counts=_counts(content["counts"]),
        groups={each["name"]: _counts(each["counts"]) for each in content["groups"]},
    )


def _counts(content: _Json) -> Counts:
    return Counts(
        compliant=content["compliant"],
        non_compliant=content["nonCompliant"],
        no_evidence=content["noEvidence"],
        with_missing=content["nodesWithMissingPatches"],
        with_failed=content["nodesWithFailedPatches"],
        pending_reboot=content["nodesPendingReboot"],
        missing=content["missingPatches"],
        failed=content["failedPatches"],
    )
