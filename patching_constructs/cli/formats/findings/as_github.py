"""Findings as workflow commands, which GitHub Actions shows as annotations of the files.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from typing import Final

from patching_constructs._printable import printable
from patching_constructs.checks.finding import Finding
from patching_constructs.checks.severity import Severity
from patching_constructs.cli.formats.findings.location import in_working_directory, is_unknown, location
from patching_constructs.cli.formats.findings.report import Report

_COMMANDS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_IN_DATA: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY: Final = _IN_DATA | str.maketrans({":": "%3A", ",": "%2C"})


def render(report: Report) -> str:
    """Write one command per line."""
    return "".join(map(_command, report.findings))


def _command(finding: Finding) -> str:
    unknown = " (unknown until deployment)" if is_unknown(finding) else ""
    properties = {
        "file": printable(in_working_directory(finding.source.file).as_posix()),
        "line": str(finding.line),
        "title": f"{finding.rule.id}{unknown}",
    }
    annotation = ",".join(f"{name}={value.translate(_IN_PROPERTY)}" for name, value in properties.items())
    message = "\n".join(map(printable, (location(finding), finding.problem, finding.fix)))
    return f"::{_COMMANDS[finding.severity]} {annotation}::{message.translate(_IN_DATA)}\n"
