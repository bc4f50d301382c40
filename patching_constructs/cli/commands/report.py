"""``patching-constructs report``: which nodes have the patches that they need, and what is missing on the others."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from patching_constructs._errors import PatchingError, refusal
from patching_constructs._printable import printable
from patching_constructs.cli import options, parsing
from patching_constructs.cli.completion import complete_zones
from patching_constructs.cli.formats.registry import ReportFormat, render_report
from patching_constructs.cli.given_options import given_options
from patching_constructs.cli.output import Output, write
from patching_constructs.cli.permissions import PermissionGuide
from patching_constructs.cli.refusals import named, one_line_refusals
from patching_constructs.reporting.grouping import Grouping
from patching_constructs.reporting.nodes import NodeStatus
from patching_constructs.reporting.report import EVIDENCE_LIMIT
from patching_constructs.schedule._time_zone import zone_info

if TYPE_CHECKING:
    from patching_constructs.cli.report.report_options import ReportOptions
    from patching_constructs.reporting.report import ComplianceReport

NOT_COMPLIANT: Final = 1
INCOMPLETE: Final = 3
INTERRUPTED: Final = 130

_MOST_ROWS: Final = 20
_DAYS: Final = EVIDENCE_LIMIT // timedelta(days=1)
_LONGEST_LIMIT: Final = 366

_Sources = Annotated[
    list[str] | None,
    typer.Argument(
        help="Buckets (s3://BUCKET/PREFIX) and folders with the files of a resource data sync, and earlier reports in "
        "JSON. Default: the APIs of Systems Manager.",
        metavar="SOURCE",
        parser=parsing.text("SOURCE"),
    ),
]
_Region = Annotated[
    list[str] | None,
    typer.Option(
        help="Only the nodes of this Region. Can be repeated. Default: the Region of your AWS configuration; of files, "
        "all Regions.",
        metavar="NAME",
        parser=parsing.region("--region"),
    ),
]
_Profile = Annotated[
    list[str] | None,
    typer.Option(
        help="Profile of your AWS configuration. Can be repeated, to read several accounts.",
        metavar="NAME",
        parser=parsing.text("--profile"),
    ),
]
_Account = Annotated[
    list[str] | None,
    typer.Option(
        help="Only the nodes of this account. Can be repeated.", metavar="ID", parser=parsing.account("--account")
    ),
]
_Group = Annotated[
    list[str] | None,
    typer.Option(help="Only the nodes of this group. Can be repeated.", metavar="NAME", parser=parsing.text("--group")),
]


def _grouping(text: str) -> Grouping:
    with one_line_refusals():
        found = Grouping.parsed(text)
        if found is None:
            raise refusal("--group-by", "must be patch-group, account, region, platform or tag:KEY", repr(text))
        return found


_GroupBy = Annotated[
    Grouping | None,
    typer.Option(
        help="What the nodes of a group have in common. Default: patch-group.",
        metavar="patch-group|account|region|platform|tag:KEY",
        parser=_grouping,
    ),
]
_Status = Annotated[
    list[NodeStatus] | None,
    options.choice(
        "--status",
        NodeStatus,
        help="List only the nodes with this status; all nodes are counted. Can be repeated. Default: those "
        "that need attention in the table, otherwise all.",
    ),
]
_EvidenceLimit = Annotated[
    int | None,
    typer.Option(
        help=f"A node is without evidence if its last patch operation is older. Default: {_DAYS}.",
        metavar="DAYS",
        parser=parsing.whole_number("--evidence-limit", least=1, most=_LONGEST_LIMIT),
    ),
]
_WithoutPatches = Annotated[
    bool,
    typer.Option(
        "--without-patches",
        help="Do not read which patches are missing. It saves a request for each non-compliant node.",
    ),
]
_History = Annotated[
    list[Path] | None,
    typer.Option(
        help="Compare with these earlier reports in JSON, or with all in a folder: the trend, and since when nodes are "
        "non-compliant. Can be repeated.",
        metavar="PATH",
        parser=parsing.path("--history"),
    ),
]
_Resume = Annotated[
    Path | None,
    typer.Option(
        help="Save what is read in this file, and continue from it. It is deleted when everything has been read.",
        metavar="FILE",
        parser=parsing.file("--resume"),
    ),
]
_Strict = Annotated[
    bool,
    typer.Option(
        "--strict",
        help="Exit with 1 if a node is non-compliant or without evidence, or if there is none, or none of a --group, "
        "--account or --region.",
    ),
]
_Zone = Annotated[
    str | None,
    typer.Option(
        help="Show all times in this IANA time zone. Default: UTC; in HTML, that of the reader.",
        metavar="ZONE",
        parser=parsing.text("--tz"),
        autocompletion=complete_zones,
    ),
]
_Format = Annotated[ReportFormat, options.choice("--format", ReportFormat, help="Output format.")]


def report(
    context: typer.Context,
    *,
    sources: _Sources = None,
    region: _Region = None,
    profile: _Profile = None,
    account: _Account = None,
    group: _Group = None,
    group_by: _GroupBy = None,
    status: _Status = None,
    evidence_limit: _EvidenceLimit = None,
    without_patches: _WithoutPatches = False,
    history: _History = None,
    resume: _Resume = None,
    strict: _Strict = False,
    tz: _Zone = None,
    format_: _Format = ReportFormat.TABLE,
    output: Output = None,
) -> None:
    """Report which nodes have the patches that they need.

    Reads the managed nodes and their patch states, maintenance windows and executions, or the files of a resource data
    sync. Nothing is changed. What cannot be read is listed in the report.

    \b
    Exit codes:
      0    the report is written
      1    with --strict: a node is non-compliant or without evidence, or there are no nodes
      2    an option is invalid, or nothing could be read
      3    the report is written and incomplete: something could not be read
      130  interrupted

    \b
    Examples:
      patching-constructs report
      patching-constructs report --region eu-central-1 --region us-east-1 --profile prod --format html -o report.html
      patching-constructs report s3://compliance-bucket/sync --group-by tag:Team --strict
      patching-constructs report --resume answers.jsonl --format json -o 2027-01-31.json
      patching-constructs report --history reports --status non-compliant
    """
    from patching_constructs.cli.formats.report.shown_report import ShownReport
    from patching_constructs.cli.live.progress import progress_on_stderr
    from patching_constructs.cli.report.read_report import read_report
    from patching_constructs.cli.report.report_options import NodeFilter, ReportOptions

    with one_line_refusals():
        _check(context, format_, has_sources=bool(sources))
        with named({"time_zone": "--tz"}):
            zone = None if tz is None else zone_info(tz)
        asked = ReportOptions(
            now=datetime.now(UTC).replace(microsecond=0),
            sources=sources or (),
            profiles=profile or (),
            filter=NodeFilter(groups=group or (), accounts=account or (), regions=region or ()),
            grouping=group_by,
            evidence_limit=None if evidence_limit is None else timedelta(days=evidence_limit),
            with_patches=not without_patches,
            history=history or (),
            resume=resume,
        )
        with _interruptions(asked):
            found, notes = read_report(asked, progress_on_stderr())
        for note in notes:
            typer.echo(f"note: {note}", err=True)
        shown = ShownReport(
            report=found,
            statuses=status or (),
            zone=zone,
            most=None if status or output else _MOST_ROWS,
            to_file=output is not None,
        )
        write(render_report(shown, format_), output)
    _end(found, asked.filter.unmatched(found), strict=strict)


def _check(context: typer.Context, format_: ReportFormat, *, has_sources: bool) -> None:
    """Check that every option has an effect.

    Raises:
        PatchingError: one has none.
    """
    given = given_options(context)
    of_apis = {"without_patches": "files have the patches", "resume": "files are read again"}
    for name, reason in of_apis.items() if has_sources else ():
        if name in given:
            raise PatchingError(f"{given[name]} cannot be used with SOURCE: {reason}", what=given[name])
    if format_ is ReportFormat.JSON and "tz" in given:
        raise PatchingError("--tz cannot be used with --format json: JSON is in UTC", what="--tz")


@contextmanager
def _interruptions(asked: "ReportOptions") -> Iterator[None]:
    """End with a hint how to continue if the user interrupts the reading."""
    try:
        yield
    except KeyboardInterrupt:
        hint = f"; continue with --resume {asked.resume}" if asked.resume else ""
        typer.echo(f"interrupted{hint}", err=True)
        raise typer.Exit(INTERRUPTED) from None


def _end(report: "ComplianceReport", unmatched: Sequence[str], *, strict: bool) -> None:
    """Exit with the code of the report, and say on standard error what is not in it.

    Args:
        report: the report.
        unmatched: the options that no node matches.
        strict: whether only a compliant fleet is a success.
    """
    for each in report.failures:
        where = f" in {each.place}" if each.place else ""
        typer.echo(printable(f"not read: {each.what}{where}: {each.reason}"), err=True)
    hint = PermissionGuide.REPORT.hint(each.reason for each in report.failures)
    if hint:
        typer.echo(hint, err=True)
    if strict and report.counts.compliant < report.counts.nodes:
        raise typer.Exit(NOT_COMPLIANT)
    if not report.is_complete:
        raise typer.Exit(INCOMPLETE)
    _end_without_nodes(report, unmatched, strict=strict)


def _end_without_nodes(report: "ComplianceReport", unmatched: Sequence[str], *, strict: bool) -> None:
    """Say on standard error which nodes there are none of, which is no success."""
    for option in unmatched:
        typer.echo(printable(f"no node matches {option}"), err=True)
    if not strict or (report.nodes and not unmatched):
        return
    if not unmatched:
        typer.echo("there are no nodes, so there is no evidence that a node is compliant", err=True)
    raise typer.Exit(NOT_COMPLIANT)
