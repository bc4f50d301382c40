"""``patching-constructs check``: find errors in templates before they are deployed."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from patching_constructs._errors import refusal
from patching_constructs.cli import options
from patching_constructs.cli.formats.registry import FindingsFormat, RulesFormat, render_findings, render_rules
from patching_constructs.cli.output import Output, write
from patching_constructs.cli.refusals import one_line_refusals

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
_Unknown = Annotated[bool, typer.Option("--unknown", help="List findings that are unknown until deployment.")]
_Strict = Annotated[bool, typer.Option("--strict", help="List unknown findings too, and exit with 1 if there are any.")]
_ListRules = Annotated[bool, typer.Option("--list-rules", help="List the rules as text or JSON, without checking.")]


def check(
    paths: _Paths = None,
    format_: _Format = FindingsFormat.TEXT,
    severity: _Severity = "warning",
    ignore: _Ignore = None,
    unknown: _Unknown = False,  # noqa: FBT002
    strict: _Strict = False,  # noqa: FBT002
    list_rules: _ListRules = False,  # noqa: FBT002
    output: Output = None,
    use_defaults: options.UseDefaults = False,  # noqa: FBT002
) -> None:
    """Check templates that patch fleets before they are deployed.

    A finding has the file and line, the problem and the fix. Findings that are unknown until deployment are counted;
    --unknown or --severity note lists them. They change the exit code only with --strict.

    \b
    Exit codes:
      0    no violations are reported
      1    violations are reported; with --strict, also if findings are unknown until deployment
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
        from patching_constructs.checks.severity import Severity
        from patching_constructs.cli.check_run import CheckRun

        run = CheckRun(
            paths=paths or [Path("cdk.out")],
            severity=Severity(severity),
            ignore=ignore or (),
            list_unknown=unknown or strict,
            use_defaults=use_defaults,
            to_file=output is not None,
        )
        report = run.report(datetime.now(UTC))
        write(render_findings(report, format_), output)
    if format_ is not FindingsFormat.TEXT or output is not None:
        typer.echo(report.summary_line, err=True)
    if report.violations or (strict and report.unknown):
        raise typer.Exit(_FOUND)


# --- The list of rules --------------------------------------------------------------------------------


def _rules(format_: FindingsFormat, output: Path | None) -> str:
    from patching_constructs.checks.rules import RULES
    from patching_constructs.cli.formats.rules.rule_list import RuleList

    if format_.value not in set(RulesFormat):
        raise refusal("--list-rules", "requires --format text or json", format_.value)
    return render_rules(RuleList(rules=RULES, to_file=output is not None), RulesFormat(format_.value))
