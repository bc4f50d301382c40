"""``patching-constructs check``: what is wrong in templates, before they are deployed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from patching_constructs._errors import refusal
from patching_constructs.cli import options
from patching_constructs.cli.formats.registry import FindingsFormat, RulesFormat, render_findings, render_rules
from patching_constructs.cli.output import Output, write
from patching_constructs.cli.refusals import one_line_refusals

if TYPE_CHECKING:
    from patching_constructs.cli.formats.findings.report import Report
    from patching_constructs.template.sources import Source

_FOUND: Final = 1


_Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        help="cdk.out directories, and CloudFormation templates in JSON or YAML. Default: cdk.out.",
        metavar="PATH",
    ),
]
_Format = Annotated[FindingsFormat, typer.Option("--format", help="What to write.")]
# The engine's own words; its enumeration would make --help wait for the engine.
_Severity = Annotated[
    Literal["error", "warning", "note"], typer.Option(help="Report findings of this severity and above.")
]
_Ignore = Annotated[
    list[str] | None,
    typer.Option(
        help="Count the findings of this rule, and do not report them. May be repeated, or separated by commas.",
        metavar="ID",
    ),
]
_ListRules = Annotated[bool, typer.Option("--list-rules", help="List the rules, as text or json, and check nothing.")]


def check(
    paths: _Paths = None,
    format_: _Format = FindingsFormat.TEXT,
    severity: _Severity = "warning",
    ignore: _Ignore = None,
    list_rules: _ListRules = False,  # noqa: FBT002
    output: Output = None,
    use_defaults: options.UseDefaults = False,  # noqa: FBT002
) -> None:
    """Find what is wrong in templates that patch fleets, before they are deployed.

    A finding says the file and the line, what is wrong there, and how to fix it. What is unknown until deployment is
    counted, and --severity note lists it.

    \b
    Exit codes:
      0    nothing is reported
      1    findings are reported
      2    something cannot be read, or an option is wrong: nothing was checked

    \b
    Examples:
      patching-constructs check
      patching-constructs check cdk.out template.yaml --severity error
      patching-constructs check --ignore Patching-WindowCount,Patching-BaselineCount
      patching-constructs check template.yaml --use-defaults --format github
      patching-constructs check --format sarif -o patching.sarif
      patching-constructs check --list-rules
    """
    with one_line_refusals():
        if list_rules:
            write(_rules(format_, output), output)
            return
        report = _report(
            paths or [Path("cdk.out")],
            severity,
            ignore or (),
            use_defaults=use_defaults,
            to_file=output is not None,
        )
        write(render_findings(report, format_), output)
    if format_ is not FindingsFormat.TEXT or output is not None:
        typer.echo(report.summary_line, err=True)
    if report.findings:
        raise typer.Exit(_FOUND)


# --- What is found ------------------------------------------------------------------------------------


def _report(
    paths: Sequence[Path], severity: str, ignore: Sequence[str], *, use_defaults: bool, to_file: bool
) -> "Report":
    from patching_constructs.checks.engine import check_templates
    from patching_constructs.checks.severity import Severity
    from patching_constructs.cli.formats.findings.report import Report
    from patching_constructs.template.sources import read_template

    ignored = _ignored(ignore)
    templates = [read_template(source, use_defaults=use_defaults) for source in _sources(paths)]
    findings = check_templates(templates, now=datetime.now(UTC))
    return Report.of(templates, findings, severity=Severity(severity), ignored=ignored, to_file=to_file)


def _ignored(given: Sequence[str]) -> frozenset[str]:
    from patching_constructs.checks.rules import RULES

    known = [rule.id for rule in RULES]
    named = {name.strip() for each in given for name in each.split(",")} - {""}
    for name in sorted(named.difference(known)):
        (nearest,) = get_close_matches(name, known, n=1, cutoff=0)
        raise refusal("--ignore", "must be the id of a rule", repr(name), f"the nearest is {nearest}")
    return frozenset(named)


def _sources(paths: Sequence[Path]) -> "list[Source]":
    """Return every template once: a file named twice as its cdk.out knows it, with its stack and environment."""
    from patching_constructs.template.document import refuse
    from patching_constructs.template.sources import own_name, sources

    found: dict[str, Source] = {}
    for path in paths:
        listed = sources(path)
        if not listed:
            raise refuse(path, "there is no template in it, so that nothing would be checked")
        for source in listed:
            file = own_name(source.file)
            if file not in found or (source.environment and not found[file].environment):
                found[file] = source
    return list(found.values())


# --- The list of rules --------------------------------------------------------------------------------


def _rules(format_: FindingsFormat, output: Path | None) -> str:
    from patching_constructs.checks.rules import RULES
    from patching_constructs.cli.formats.rules.rule_list import RuleList

    if format_.value not in set(RulesFormat):
        raise refusal("--list-rules", "writes text or json", format_.value)
    return render_rules(RuleList(rules=RULES, to_file=output is not None), RulesFormat(format_.value))
