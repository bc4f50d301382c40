"""Findings for people: in color and within the width of a terminal; in a pipe or a file, one part per line."""

from collections.abc import Iterable, Iterator
from typing import Final

from rich.text import Text

from patching_constructs._printable import printable
from patching_constructs.checks.finding import Finding
from patching_constructs.cli.formats.findings.location import is_unknown, location
from patching_constructs.cli.formats.findings.report import Report, counted
from patching_constructs.cli.formats.lines import SEVERITY_STYLES, Line, lay_out
from patching_constructs.template.inputs import parameters_of
from patching_constructs.template.sources import Source

_LIST: Final = "list with --unknown"


def render(report: Report) -> str:
    """Write the findings by template, and their counts at the end."""
    return lay_out(_lines(report), to_file=report.to_file)


def _lines(report: Report) -> Iterator[Line]:
    for (template, findings), (_, unlisted) in zip(report.by_template(), report.unlisted_by_template(), strict=True):
        if findings:
            yield 0, Text(_heading(template.source), style="bold")
            yield 0, Text()
        for group in _grouped(findings):
            yield from _finding(group)
            yield 0, Text()
        if unlisted:
            yield 0, Text(_counted_unknown(template.source, unlisted), style="magenta")
            yield 0, Text()
    yield 0, Text(report.summary_line, style="bold")


def _heading(source: Source) -> str:
    # The CDK writes aws://unknown-account/unknown-region for an environment-agnostic stack.
    is_known = source.environment and "unknown-" not in source.environment
    return printable(f"{source.file} (stack {source.stack}{f', {source.environment}' if is_known else ''})")


def _counted_unknown(source: Source, findings: list[Finding]) -> str:
    """Return one line for all that is unknown in a template, with the number of parameters and other values."""
    parameters, values = set[str](), set[object]()
    for finding in findings:
        own = parameters_of(finding.at)
        parameters |= own
        if not own:
            values.add(finding.at.function or finding.reason)
    counts = [(len(parameters), "parameter"), (len(values), "other value" if parameters else "value")]
    number = sum(count for count, _ in counts)
    what = " and ".join(counted(count, noun) for count, noun in counts if count)
    needed_by = counted(len({finding.rule.id for finding in findings}), "rule")
    verb = "is" if number == 1 else "are"
    return printable(f"{source.file}: {what} {verb} unknown until deployment (needed by {needed_by}); {_LIST}")


def _grouped(findings: list[Finding]) -> Iterable[list[Finding]]:
    """Group findings that are unknown because of one value, which many rules may need."""
    found: dict[object, list[Finding]] = {}
    for finding in findings:
        unknown = is_unknown(finding)
        value = (finding.at.template.scope, finding.at.path, finding.reason, finding.severity)
        found.setdefault(value if unknown else id(finding), []).append(finding)
    return found.values()


def _finding(group: list[Finding]) -> Iterator[Line]:
    finding = group[0]
    yield 0, _headline(finding, finding.rule.id if len(group) == 1 else f"{len(group)} rules")
    yield 2, Text(printable(location(finding)), style="dim")
    if len(group) == 1:
        yield 2, Text(printable(finding.problem))
    else:
        yield 2, Text(printable(f"{finding.reason}."))
        yield 2, Text.assemble(("rules: ", "dim"), ", ".join(each.rule.id for each in group))
    yield 2, Text.assemble(("fix: ", "dim"), printable(finding.fix))


def _headline(finding: Finding, rules: str) -> Text:
    unknown = is_unknown(finding)
    return Text.assemble(
        f"{printable(finding.file)}:{finding.line}: ",
        (finding.severity, SEVERITY_STYLES[finding.severity]),
        f" {rules}",
        (" unknown until deployment" if unknown else "", "magenta"),
    )
