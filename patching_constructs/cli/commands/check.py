"""``patching-constructs check``: find errors in templates before they are deployed."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from patching_constructs._errors import PatchingError, refusal
from patching_constructs.checks.severity import Severity
from patching_constructs.cli import options, parsing
from patching_constructs.cli.completion import complete_rules
from patching_constructs.cli.formats.registry import FindingsFormat, RulesFormat, render_findings, render_rules
from patching_constructs.cli.given_options import check_only
from patching_constructs.cli.output import Output, write
from patching_constructs.cli.refusals import one_line_refusals
from patching_constructs.cli.working import working

if TYPE_CHECKING:
    from patching_constructs.checks.configuration import Configuration
    from patching_constructs.cli.formats.findings.report import Report

_FOUND: Final = 1


_Format = Annotated[FindingsFormat, options.choice("--format", FindingsFormat, help="Output format.")]
_Severity = Annotated[
    Severity, options.choice("--severity", Severity, help="Report findings of this severity and above.")
]
_Ignore = Annotated[
    list[str] | None,
    typer.Option(
        help="Do not report findings of this rule, only count them. Can be repeated or comma-separated.",
        metavar="ID",
        parser=parsing.text("--ignore"),
        autocompletion=complete_rules,
    ),
]
_Unknown = Annotated[bool, typer.Option("--unknown", help="List findings that are unknown until deployment.")]
_Strict = Annotated[bool, typer.Option("--strict", help="List unknown findings too, and exit with 1 if there are any.")]
_Config = Annotated[
    Path | None,
    typer.Option(
        help="Configuration file. Default: .patching-constructs.toml, or [tool.patching-constructs] in pyproject.toml, "
        "in the working directory or above it in the repository.",
        metavar="FILE",
        parser=parsing.file("--config"),
    ),
]
_NoConfig = Annotated[bool, typer.Option("--no-config", help="Do not search for a configuration file.")]
_Baseline = Annotated[
    Path | None,
    typer.Option(
        help="Do not report the findings in this baseline file, only count them.",
        metavar="FILE",
        parser=parsing.file("--baseline"),
    ),
]
_WriteBaseline = Annotated[
    Path | None,
    typer.Option(
        help="Write the findings to a baseline file, and do not report them.",
        metavar="FILE",
        parser=parsing.file("--write-baseline"),
    ),
]
_Explain = Annotated[
    str | None,
    typer.Option(
        help="Explain a rule as text or JSON, without checking.",
        metavar="ID",
        parser=parsing.text("--explain"),
        autocompletion=complete_rules,
    ),
]
_ListRules = Annotated[bool, typer.Option("--list-rules", help="List the rules as text or JSON, without checking.")]


_RULES: Final = frozenset({"format_", "output"})
_NOT_WRITTEN: Final = ("baseline", "format_", "output", "strict")


def check(
    context: typer.Context,
    paths: options.TemplatePaths = None,
    format_: _Format = FindingsFormat.TEXT,
    severity: _Severity = Severity.WARNING,
    ignore: _Ignore = None,
    unknown: _Unknown = False,  # noqa: FBT002
    strict: _Strict = False,  # noqa: FBT002
    config: _Config = None,
    no_config: _NoConfig = False,  # noqa: FBT002
    baseline: _Baseline = None,
    write_baseline: _WriteBaseline = None,
    explain: _Explain = None,
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
      patching-constructs check infrastructure --baseline known-findings.json
      patching-constructs check --explain Patching-WindowWithoutTask
    """
    with one_line_refusals():
        if explain or list_rules:
            _check_only_rules(context, explain)
            write(_rules(explain, format_, output), output)
            return
        if write_baseline:
            _check_only_written(context)
        from patching_constructs.cli.check_run import CheckRun

        run = CheckRun(
            paths=paths or [Path("cdk.out")],
            severity=severity,
            configuration=_configuration(config, no_config=no_config),
            ignore=ignore or (),
            baseline=baseline,
            list_unknown=unknown or strict,
            use_defaults=use_defaults,
            to_file=output is not None,
        )
        with working("Checking templates"):
            report = run.report(datetime.now(UTC))
        if write_baseline:
            _write_baseline(report, write_baseline)
            return
        write(render_findings(report, format_), output)
    _write_notes(report)
    if format_ is not FindingsFormat.TEXT or output is not None:
        typer.echo(report.summary_line, err=True)
    if report.violations or (strict and report.unknown):
        raise typer.Exit(_FOUND)


# --- The configuration and the baseline ---------------------------------------------------------------


def _configuration(file: Path | None, *, no_config: bool) -> "Configuration":
    from patching_constructs.checks.configuration import Configuration
    from patching_constructs.checks.configuration_file import find_configuration, read_configuration

    if no_config:
        if file:
            raise PatchingError("--config cannot be used with --no-config", "leave one of them out")
        return Configuration()
    return read_configuration(file) if file else find_configuration(Path())


def _check_only_written(context: typer.Context) -> None:
    """Check that no option is given that has no effect on a baseline file that is written."""
    others = {parameter.name or "" for parameter in context.command.params} - set(_NOT_WRITTEN)
    check_only(context, "--write-baseline", others, "which reports no findings")


def _write_baseline(report: "Report", file: Path) -> None:
    from patching_constructs.checks.baseline_file import baseline_text

    write(baseline_text(report.findings, file.parent), file)
    number = "1 finding" if len(report.findings) == 1 else f"{len(report.findings)} findings"
    typer.echo(f"{file}: {number} written", err=True)


def _write_notes(report: "Report") -> None:
    from patching_constructs._printable import printable

    for note in report.notes:
        typer.echo(f"note: {printable(note)}", err=True)


# --- The rules ----------------------------------------------------------------------------------------


def _check_only_rules(context: typer.Context, explain: str | None) -> None:
    option, name = ("--explain", "explain") if explain else ("--list-rules", "list_rules")
    check_only(context, option, _RULES | {name}, "which checks no templates")


def _rules(explain: str | None, format_: FindingsFormat, output: Path | None) -> str:
    from patching_constructs.checks.rule_ids import check_rule_id
    from patching_constructs.checks.rules import RULES
    from patching_constructs.cli.formats.rules.explanation import render_explanation
    from patching_constructs.cli.formats.rules.rule_list import RuleList

    if format_.value not in set(RulesFormat):
        raise refusal("--explain" if explain else "--list-rules", "requires --format text or json", format_.value)
    rules = (check_rule_id("--explain", explain),) if explain else RULES
    if explain and format_ is FindingsFormat.TEXT:
        return render_explanation(*rules, to_file=output is not None)
    return render_rules(RuleList(rules=rules, to_file=output is not None), RulesFormat(format_.value))
