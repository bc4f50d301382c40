"""Findings as the JUnit XML that build servers read: one suite per template, one case per finding.

The format has no official schema; this is the common subset: https://github.com/testmoapp/junitxml
"""

from typing import Final
from xml.etree import ElementTree as ET

from patching_constructs._printable import printable
from patching_constructs.checks.finding import Finding
from patching_constructs.checks.severity import Severity
from patching_constructs.cli.formats.findings.location import (
    in_working_directory,
    is_unknown,
    location,
    property_name,
)
from patching_constructs.cli.formats.findings.report import Report
from patching_constructs.template.sources import Template

_NAME: Final = "patching-constructs check"
_COUNTED: Final = {"tests": "testcase", "failures": "testcase/failure", "skipped": "testcase/skipped"}


def render(report: Report) -> str:
    """Write the suites. A finding that is unknown until deployment is skipped, and a note is not a failure."""
    root = ET.Element("testsuites", name=_NAME)
    root.extend(_suite(template, findings) for template, findings in report.by_template())
    for name in _COUNTED:
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    root.set("errors", "0")
    ET.indent(root)
    # In ASCII, with a reference for every other character, so that it is UTF-8 whatever it is written to.
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="us-ascii").decode()}\n'


def _suite(template: Template, findings: list[Finding]) -> ET.Element:
    # Printable characters are all allowed in XML.
    file = printable(in_working_directory(template.source.file).as_posix())
    suite = ET.Element("testsuite", name=file, file=file)
    suite.extend(_case(finding, file) for finding in findings)
    if not findings:
        ET.SubElement(suite, "testcase", classname=_NAME, name="no findings", file=file)
    for name, path in _COUNTED.items():
        suite.set(name, str(len(suite.findall(path))))
    suite.set("errors", "0")
    return suite


def _case(finding: Finding, file: str) -> ET.Element:
    # Without the line, so that a build server recognizes the case when lines have moved.
    name = f"{printable(location(finding))}: {property_name(finding)}".removesuffix(": ")
    case = ET.Element("testcase", classname=finding.rule.id, name=name, file=file, line=str(finding.line))
    lines = (f"{file}:{finding.line}", finding.problem, f"Fix: {finding.fix}", finding.rule.page)
    details = "\n".join(map(printable, lines))
    if is_unknown(finding):
        ET.SubElement(case, "skipped", message=printable(finding.problem)).text = details
    elif finding.severity is Severity.NOTE:
        ET.SubElement(case, "system-out").text = details
    else:
        ET.SubElement(case, "failure", message=printable(finding.problem), type=finding.severity).text = details
    return case
