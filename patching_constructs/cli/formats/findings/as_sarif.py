"""Findings as SARIF 2.1.0, as GitHub's code scanning takes it.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

import json
import os
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote_from_bytes

from patching_constructs._printable import printable
from patching_constructs.checks.finding import Finding
from patching_constructs.checks.rule import GUIDE, Rule
from patching_constructs.checks.rules import RULES
from patching_constructs.checks.selection import Excluded
from patching_constructs.checks.severity import Severity
from patching_constructs.cli.formats.findings.location import (
    in_working_directory,
    is_unknown,
    location,
    property_name,
)
from patching_constructs.cli.formats.findings.report import Report

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_NAME: Final = "patching-constructs"
_PROBLEM_SEVERITY: Final = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "recommendation",
}
_INDEXES: Final = {rule.id: index for index, rule in enumerate(RULES)}


def render(report: Report) -> str:
    """Write one run: all rules, and the findings as results."""
    driver = {
        "name": _NAME,
        "version": version(_NAME),
        "semanticVersion": version(_NAME),
        # The subject of the rules; the tool has no page of its own.
        "informationUri": f"{GUIDE}sysman-patch-scheduletasks.html",
        "rules": [_rule(rule) for rule in RULES],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": True}],
        "results": [
            *(_result(finding) | {"suppressions": []} for finding in report.findings),
            *(_result(each.finding) | {"suppressions": [_suppression(each)]} for each in report.suppressed),
        ],
        "properties": {"summary": report.summary},
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.id.removeprefix("Patching-"),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": f"{rule.title} {rule.fix}"},
        "help": {
            "text": f"{rule.title}\n\nHow to fix it: {rule.fix}\n\n{rule.page}",
            "markdown": f"{rule.title}\n\n**How to fix it:** {rule.fix}\n\n[AWS documentation]({rule.page})",
        },
        "helpUri": rule.page,
        "defaultConfiguration": {"level": rule.severity},
        # No security-severity: GitHub would show a score that no one has measured.
        "properties": {
            "tags": ["aws", "patching", "systems-manager"],
            "precision": "high",
            "problem.severity": _PROBLEM_SEVERITY[rule.severity],
        },
    }


def _result(finding: Finding) -> dict[str, Any]:
    return {
        "ruleId": finding.rule.id,
        "ruleIndex": _INDEXES[finding.rule.id],
        **_evaluation(finding),
        "message": {"text": _message(finding)},
        "locations": [_location(finding)],
        # GitHub's upload action computes its own fingerprint, and warns about one of that name that differs.
        "partialFingerprints": {"patchingConstructs/v1": _fingerprint(finding)},
        "properties": {
            "severity": finding.severity,
            "status": finding.status,
            "property": property_name(finding),
            "fix": printable(finding.fix),
        },
    }


def _suppression(excluded: Excluded) -> dict[str, str]:
    """Return why a finding is ignored or acknowledged, and whether that is written in the template or app itself.

    If one result has suppressions, all must have them, even if the list is empty (section 3.27.23).
    """
    kind = {"kind": "inSource" if excluded.is_in_source else "external"}
    return kind | ({"justification": printable(excluded.reason)} if excluded.reason else {})


def _evaluation(finding: Finding) -> dict[str, str]:
    """Return the kind and the level: SARIF requires the level none for every kind but fail (section 3.27.10)."""
    if is_unknown(finding):
        # "There was insufficient information to decide whether a problem exists" (section 3.27.9).
        return {"kind": "open", "level": "none"}
    return {"kind": "fail", "level": finding.severity}


def _message(finding: Finding) -> str:
    # To SARIF, [text](target) is a link, and a template may hold any text.
    return printable(f"{finding.problem} {finding.fix}").replace("](", "] (")


def _location(finding: Finding) -> dict[str, Any]:
    logical = {"fullyQualifiedName": printable(location(finding))}
    if finding.logical_id:
        logical |= {"name": printable(finding.logical_id), "kind": "resource"}
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(finding.source.file),
            "region": {"startLine": finding.line},
        },
        "logicalLocations": [logical],
    }


def _artifact(file: Path) -> dict[str, str]:
    file = in_working_directory(file)
    if file.is_absolute():
        return {"uri": file.as_uri()}
    return {"uri": quote_from_bytes(os.fsencode(file.as_posix())), "uriBaseId": "%SRCROOT%"}


def _fingerprint(finding: Finding) -> str:
    """Identify a finding by properties that do not change when lines move."""
    identity = [finding.rule.id, finding.source.stack, finding.logical_id or "", finding.property_path]
    return sha256(json.dumps(identity).encode()).hexdigest()[:32]
