"""Findings as JSON, for programs."""

from typing import Any

from patching_constructs.checks.finding import Finding
from patching_constructs.cli.formats.findings.location import verdict
from patching_constructs.cli.formats.findings.report import Report
from patching_constructs.cli.formats.json_text import json_text


def render(report: Report) -> str:
    """Write the findings and their counts as one JSON object."""
    return json_text({"findings": [_finding(each) for each in report.findings], "summary": report.summary})


def _finding(finding: Finding) -> dict[str, Any]:
    source = finding.source
    return {
        "rule": finding.rule.id,
        "severity": finding.severity,
        "verdict": verdict(finding),
        "file": finding.file,
        "line": finding.line,
        "stack": source.stack,
        "environment": source.environment or None,
        "logicalId": finding.logical_id,
        "type": finding.resource and finding.resource.type,
        "constructPath": finding.construct_path,
        "property": finding.property_path,
        "problem": finding.problem,
        "mend": finding.fix,
        "page": finding.rule.page,
    }
