"""Findings as JSON, for programs. The object is documented in docs/how-to/check-templates.md."""

import json
from typing import TYPE_CHECKING, Any, Final

from patching_constructs.cli.formats._place import construct_path, property_path

if TYPE_CHECKING:
    from patching_constructs.checks.finding import Finding
    from patching_constructs.cli._report import Report

# A reader may rely on what is there; a new member does not change the version.
_VERSION: Final = 1


def as_json(report: "Report") -> str:
    """Write the findings and their counts as one JSON object."""
    return _written({"findings": [_finding(each) for each in report.findings], "summary": report.summary})


def rules_as_json() -> str:
    """Write the rules as one JSON object."""
    from patching_constructs.checks.rules import RULES

    rules = [
        {"id": rule.id, "severity": rule.severity, "title": rule.title, "mend": rule.mend, "page": rule.page}
        for rule in RULES
    ]
    return _written({"rules": rules})


def _written(content: dict[str, Any]) -> str:
    # In ASCII, so that a lone surrogate of a template goes into any file or pipe.
    return json.dumps({"version": _VERSION} | content, indent=2) + "\n"


def _finding(finding: "Finding") -> dict[str, Any]:
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
