"""``patching-constructs diff``: what a change of templates changes for the nodes."""

from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from patching_constructs._errors import refusal
from patching_constructs.cli import options, parsing
from patching_constructs.cli.formats.registry import DiffFormat, render_diff
from patching_constructs.cli.moments import moment
from patching_constructs.cli.output import Output, write
from patching_constructs.cli.refusals import one_line_refusals

DIFFERENT: Final = 1

_MOST: Final = 1_000
_SIDE_HELP: Final = (
    "A cdk.out directory, another directory with templates, a template, - for standard input, or a template in a git "
    "revision (HEAD~1:path/template.json)."
)
_Old = Annotated[
    str, typer.Argument(help=f"Before the change. {_SIDE_HELP}", metavar="OLD", parser=parsing.text("OLD"))
]
_New = Annotated[
    str, typer.Argument(help="After the change, in the same forms.", metavar="NEW", parser=parsing.text("NEW"))
]
_At = Annotated[
    str | None,
    typer.Option(
        "--at",
        help="Compare executions from this ISO 8601 time on. Default: now.",
        metavar="TIME",
        parser=parsing.text("--at"),
    ),
]
_Next = Annotated[
    int,
    typer.Option(
        "--next",
        help="Compare this many executions of each schedule.",
        metavar="NUMBER",
        parser=parsing.whole_number("--next", least=1, most=_MOST),
    ),
]
_Format = Annotated[DiffFormat, options.choice("--format", DiffFormat, help="Output format.")]


def diff(
    old: _Old,
    new: _New,
    at: _At = None,
    next_: _Next = 3,
    format_: _Format = DiffFormat.TEXT,
    output: Output = None,
    use_defaults: options.UseDefaults = False,  # noqa: FBT002
) -> None:
    """Compare the patching of two apps or templates.

    The schedules, targets, tasks, baselines and monitoring are compared. What needs attention comes first: schedules
    that no longer install or scan, new reboots, new installs, alarms that no longer cover a schedule, schedules that
    move, targets that select more nodes.
    Exit code 0: no differences. 1: there are differences. 2: a template cannot be read.

    \b
    Examples:
      patching-constructs diff cdk.out.main cdk.out
      patching-constructs diff HEAD~1:template.yaml template.yaml
      patching-constructs diff origin/main:template.yaml template.yaml --format markdown -o comment.md
    """
    from patching_constructs.cli.formats.diff.diff_report import DiffReport
    from patching_constructs.cli.revisions import read_side
    from patching_constructs.description.comparison import compare
    from patching_constructs.description.described import Described

    with one_line_refusals():
        if (old, new) == ("-", "-"):
            raise refusal("OLD and NEW", "cannot both be standard input", "- and -")
        now = datetime.now(UTC).replace(microsecond=0)
        after = moment("--at", at) or now
        before, since = (Described(read_side(side, use_defaults=use_defaults), now=now) for side in (old, new))
        report = DiffReport(
            old=old,
            new=new,
            comparison=compare(before, since, at=after, count=next_),
            unread_old=before.unread,
            unread_new=since.unread,
            to_file=output is not None,
        )
        write(render_diff(report, format_), output)
    if report.comparison.changes:
        raise typer.Exit(DIFFERENT)
