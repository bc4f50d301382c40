"""Findings as JSON, for programs."""

from typing import Any

from patching_constructs.checks.finding import Finding
from patching_constructs.cli.formats.findings.location import construct_path, property_path
from patching_constructs.cli.formats.findings.report import Report
from patching_constructs.cli.formats.json_text import json_text


def render(report: Report) -> str:
    """Write the findings and their counts as one JSON object."""
    return json_text({"findings": [_finding(each) for each in report.findings], "summary": report.summary})


def _finding(finding: Finding) -> dict[str, Any]:
    resource, source = finding.resource, finding.resource.template.source
    return {
        "rule": finding.rule.id,
        "severity": finding.severity,
        "verdict": finding.verdict,
        "file": finding.file,
        "line": finding.line,
        "stack": source.stack,
        "environment": source.environment or None,
        "logicalId": resource.logical_id or None,
        "type": resource.type if resource.logical_id else None,
        "constructPath": construct_path(finding),
        "property": property_path(finding),
        "problem": finding.problem,
        "mend": finding.mend,
        "page": finding.rule.page,
    }
