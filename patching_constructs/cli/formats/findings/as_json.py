"""Findings as JSON, for programs; see docs/reference/check.schema.json."""

from typing import Any

from patching_constructs.checks.finding import Finding
from patching_constructs.cli.formats.findings.location import stack
from patching_constructs.cli.formats.findings.report import Report
from patching_constructs.cli.formats.json_text import json_text


def render(report: Report) -> str:
    """Write the findings and their counts as one JSON object."""
    return json_text({"findings": [_finding(each) for each in report.findings], "summary": report.summary})


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule.id,
        "severity": finding.severity,
        "status": finding.status,
        "file": str(finding.file),
        "line": finding.line,
        "stack": stack(finding),
        "logicalId": finding.logical_id,
        "resourceType": finding.resource and finding.resource.type,
        "constructPath": finding.construct_path,
        "property": finding.property_path,
        "message": finding.problem,
        "fix": finding.fix,
        "documentationUrl": finding.rule.page,
    }
