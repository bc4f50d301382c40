"""``patching-constructs check``: what is wrong in templates, before they are deployed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from patching_constructs._errors import refusal
from patching_constructs.cli import _options, _output
from patching_constructs.cli._one_line import one_line_refusals

if TYPE_CHECKING:
    from patching_constructs.cli._report import Report
    from patching_constructs.template.sources import Source

_FOUND: Final = 1


class Format(StrEnum):
    """What the findings are written as."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"


_Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        help="cdk.out directories, and CloudFormation templates in JSON or YAML. Default: cdk.out.",
        metavar="PATH",
    ),
]
_Format = Annotated[Format, typer.Option("--format", help="What to write.")]
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
_Output = Annotated[Path | None, typer.Option("--output", "-o", help="File to write. Default: standard output.")]


def check(
    paths: _Paths = None,
    format_: _Format = Format.TEXT,
    severity: _Severity = "warning",
    ignore: _Ignore = None,
    list_rules: _ListRules = False,  # noqa: FBT002
    output: _Output = None,
    use_defaults: _options.UseDefaults = False,  # noqa: FBT002
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
            _output.write(_rules(format_, output), output)
            return
        report = _report(paths or [Path("cdk.out")], severity, ignore or (), use_defaults=use_defaults)
        _output.write(_text(report, format_, output), output)
    if format_ is not Format.TEXT or output is not None:
        typer.echo(report.summary_line, err=True)
    if report.findings:
        raise typer.Exit(_FOUND)


# --- What is found ------------------------------------------------------------------------------------


def _report(paths: Sequence[Path], severity: str, ignore: Sequence[str], *, use_defaults: bool) -> "Report":
    from patching_constructs.checks.finding import Severity
    from patching_constructs.checks.inspection import check_templates
    from patching_constructs.cli._report import Report
    from patching_constructs.template.sources import read_template

    ignored = _ignored(ignore)
    templates = [read_template(source, use_defaults=use_defaults) for source in _sources(paths)]
    findings = check_templates(templates, now=datetime.now(UTC))
    return Report.of(templates, findings, severity=Severity(severity), ignored=ignored)


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


# --- What is written ----------------------------------------------------------------------------------


def _rules(format_: Format, output: Path | None) -> str:
    match format_:
        case Format.TEXT:
            from patching_constructs.cli.formats.findings_as_text import rules_as_text

            return rules_as_text(for_file=output is not None)
        case Format.JSON:
            from patching_constructs.cli.formats.findings_as_json import rules_as_json

            return rules_as_json()
        case _:
            raise refusal("--list-rules", "writes text or json", format_.value)


def _text(report: "Report", format_: Format, output: Path | None) -> str:
    match format_:
        case Format.JSON:
            from patching_constructs.cli.formats.findings_as_json import as_json

            return as_json(report)
        case Format.SARIF:
            from patching_constructs.cli.formats.findings_as_sarif import as_sarif

            return as_sarif(report)
        case Format.JUNIT:
            from patching_constructs.cli.formats.findings_as_junit import as_junit

            return as_junit(report)
        case Format.GITHUB:
            from patching_constructs.cli.formats.findings_as_github import as_github

            return as_github(report)
        case _:
            from patching_constructs.cli.formats.findings_as_text import as_text

            return as_text(report, for_file=output is not None)
