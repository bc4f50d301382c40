"""``patching-constructs check``: find errors in templates before they are deployed."""

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
_Format = Annotated[FindingsFormat, typer.Option("--format", help="Output format.")]
# The severities of the engine; its enumeration would make --help wait for the engine.
_Severity = Annotated[
    Literal["error", "warning", "note"], typer.Option(help="Report findings of this severity and above.")
]
_Ignore = Annotated[
    list[str] | None,
    typer.Option(
        help="Do not report findings of this rule, only count them. Can be repeated or comma-separated.",
        metavar="ID",
    ),
]
_ListRules = Annotated[bool, typer.Option("--list-rules", help="List the rules as text or JSON, without checking.")]


def check(
    paths: _Paths = None,
    format_: _Format = FindingsFormat.TEXT,
    severity: _Severity = "warning",
    ignore: _Ignore = None,
    list_rules: _ListRules = False,  # noqa: FBT002
    output: Output = None,
    use_defaults: options.UseDefaults = False,  # noqa: FBT002
) -> None:
    """Check templates that patch fleets before they are deployed.

    A finding has the file and line, the problem and the fix. Findings that are unknown until deployment are counted;
    --severity note lists them.

    \b
    Exit codes:
      0    no findings are reported
      1    findings are reported
      2    a file cannot be read, or an option is invalid; nothing was checked

    \b
    Examples:
      patching-constructs check
      patching-constructs check cdk.out template.yaml --severity error
      patching-constructs check --ignore Patching-WindowQuota,Patching-BaselineQuota
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


# --- The findings -------------------------------------------------------------------------------------


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
        raise refusal("--ignore", "must be the id of a rule", repr(name), f"did you mean {nearest}?")
    return frozenset(named)


def _sources(paths: Sequence[Path]) -> "list[Source]":
    """Return every template once; one that is named twice with the stack and environment of its cdk.out."""
    from patching_constructs.template.document import refuse
    from patching_constructs.template.sources import own_name, sources

    found: dict[str, Source] = {}
    for path in paths:
        listed = sources(path)
        if not listed:
            raise refuse(path, "it contains no template to check")
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
        raise refusal("--list-rules", "requires --format text or json", format_.value)
    return render_rules(RuleList(rules=RULES, to_file=output is not None), RulesFormat(format_.value))
