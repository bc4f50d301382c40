"""Findings for people: in colour and within the width of a terminal; in a pipe or a file one part a line."""

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from patching_constructs.checks.finding import Finding, Severity, Verdict
from patching_constructs.cli.formats._place import place, printable

if TYPE_CHECKING:
    from patching_constructs.cli._report import Report
    from patching_constructs.template.sources import Source

_STYLES: Final = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_Line = tuple[int, Text]


def as_text(report: "Report", *, for_file: bool) -> str:
    """Write the findings template by template, and their counts at the end."""
    return _laid_out(_lines(report), for_file=for_file)


def rules_as_text(*, for_file: bool) -> str:
    """Write a table of the rules: the id, the severity, what holds, AWS's page."""
    return _laid_out(_rules(in_columns=for_file or not sys.stdout.isatty()), for_file=for_file)


def _laid_out(lines: Iterator[_Line], *, for_file: bool) -> str:
    console = Console(force_terminal=False if for_file else None)
    if not console.is_terminal:
        return "".join(f"{' ' * indent}{text.plain}\n" for indent, text in lines)
    # Colours can be asked for in a pipe too, which has no width. What is to be clicked on is not indented, nor folded.
    wraps = sys.stdout.isatty()
    with console.capture() as capture:
        for indent, text in lines:
            if wraps and indent:
                console.print(Padding(text, (0, 0, 0, indent), expand=False))
            else:
                console.print(Text.assemble(" " * indent, text), soft_wrap=True)
    return capture.get()


# --- Findings -----------------------------------------------------------------------------------------


def _lines(report: "Report") -> Iterator[_Line]:
    for template, findings in report.by_template():
        if findings:
            yield 0, Text(_heading(template.source), style="bold")
            yield 0, Text()
        for alike in _alike(findings):
            yield from _finding(alike)
            yield 0, Text()
    yield 0, Text(report.summary_line, style="bold")


def _heading(source: "Source") -> str:
    # The CDK writes aws://unknown-account/unknown-region for a stack that goes anywhere.
    somewhere = source.environment and "unknown-" not in source.environment
    return printable(f"{source.file} (stack {source.stack}{f', {source.environment}' if somewhere else ''})")


def _alike(findings: list[Finding]) -> Iterable[list[Finding]]:
    """Put together what is unknown of one value, which many rules may need."""
    found: dict[object, list[Finding]] = {}
    for finding in findings:
        undecided = finding.verdict is Verdict.NOT_DECIDABLE
        value = (id(finding.resource), finding.at.path, finding.reason, finding.severity)
        found.setdefault(value if undecided else id(finding), []).append(finding)
    return found.values()


def _finding(alike: list[Finding]) -> Iterator[_Line]:
    finding = alike[0]
    yield 0, _headline(finding, finding.rule.id if len(alike) == 1 else f"{len(alike)} rules")
    yield 2, Text(printable(place(finding)), style="dim")
    if len(alike) == 1:
        yield 2, Text(printable(finding.problem))
    else:
        yield 2, Text(printable(f"{finding.reason}."))
        yield 2, Text.assemble(("rules: ", "dim"), ", ".join(each.rule.id for each in alike))
    yield 2, Text.assemble(("fix: ", "dim"), printable(finding.mend))


def _headline(finding: Finding, rules: str) -> Text:
    undecided = finding.verdict is Verdict.NOT_DECIDABLE
    return Text.assemble(
        f"{printable(finding.file)}:{finding.line}: ",
        (finding.severity, _STYLES[finding.severity]),
        f" {rules}",
        (" unknown until deployment" if undecided else "", "magenta"),
    )


# --- Rules --------------------------------------------------------------------------------------------


def _rules(*, in_columns: bool) -> Iterator[_Line]:
    from patching_constructs.checks.rules import RULES

    longest = max(len(rule.id) for rule in RULES)
    widest = max(len(rule.title) for rule in RULES)
    for rule in RULES:
        head = Text.assemble(f"{rule.id:{longest}}  ", (f"{rule.severity:7}", _STYLES[rule.severity]))
        if in_columns:
            yield 0, head.append(f"  {rule.title:{widest}}  {rule.page}")
        else:
            yield 0, head
            yield 2, Text(rule.title)
            yield 0, Text(f"  {rule.page}", style="dim")
