"""Findings as the JUnit XML that build servers read: a suite a template, a case a finding.

There is no one schema of it; this is the part that is common: https://github.com/testmoapp/junitxml
"""

from typing import Final
from xml.etree import ElementTree as ET

from patching_constructs.checks.finding import Finding, Status
from patching_constructs.checks.severity import Severity
from patching_constructs.cli.formats.findings.location import in_working_directory, place, printable, property_in_words
from patching_constructs.cli.formats.findings.report import Report
from patching_constructs.template.sources import Template

_NAME: Final = "patching-constructs check"
_COUNTED: Final = {"tests": "testcase", "failures": "testcase/failure", "skipped": "testcase/skipped"}


def render(report: Report) -> str:
    """Write the suites. What is unknown until deployment is skipped, and a note is no failure."""
    root = ET.Element("testsuites", name=_NAME)
    root.extend(_suite(template, findings) for template, findings in report.by_template())
    for name in _COUNTED:
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    root.set("errors", "0")
    ET.indent(root)
    # In ASCII, with a reference for every other character, so that it is UTF-8 whatever it is written to.
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="us-ascii").decode()}\n'


def _suite(template: Template, findings: list[Finding]) -> ET.Element:
    # What XML forbids even as a reference is none of the printable characters.
    file = printable(in_working_directory(template.source.file).as_posix())
    suite = ET.Element("testsuite", name=file, file=file)
    suite.extend(_case(finding, file) for finding in findings)
    if not findings:
        ET.SubElement(suite, "testcase", classname=_NAME, name="no finding", file=file)
    for name, path in _COUNTED.items():
        suite.set(name, str(len(suite.findall(path))))
    suite.set("errors", "0")
    return suite


def _case(finding: Finding, file: str) -> ET.Element:
    # Without the line, so that a build server knows the case again when lines have moved.
    name = f"{printable(place(finding))}: {property_in_words(finding)}".removesuffix(": ")
    case = ET.Element("testcase", classname=finding.rule.id, name=name, file=file, line=str(finding.line))
    said = f"{file}:{finding.line}\n{printable(finding.problem)}\n{printable(finding.fix)}\n{finding.rule.page}"
    if finding.status is Status.UNKNOWN:
        ET.SubElement(case, "skipped", message=printable(finding.problem)).text = said
    elif finding.severity is Severity.NOTE:
        ET.SubElement(case, "system-out").text = said
    else:
        ET.SubElement(case, "failure", message=printable(finding.problem), type=finding.severity).text = said
    return case
