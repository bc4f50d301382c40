"""``patching-constructs coverage``: which nodes are patched, by which baseline, and when."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from patching_constructs.cli import options, parsing
from patching_constructs.cli.formats.registry import CoverageFormat, render_coverage
from patching_constructs.cli.moments import moment
from patching_constructs.cli.output import Output, write
from patching_constructs.cli.refusals import one_line_refusals
from patching_constructs.cli.working import working

_From = Annotated[
    str | None,
    typer.Option(
        "--from",
        help="Show the next execution from this ISO 8601 time on. Default: now.",
        metavar="TIME",
        parser=parsing.text("--from"),
    ),
]
_Format = Annotated[CoverageFormat, options.choice("--format", CoverageFormat, help="Output format.")]


def coverage(
    paths: options.TemplatePaths = None,
    from_: _From = None,
    format_: _Format = CoverageFormat.TEXT,
    output: Output = None,
    use_defaults: options.UseDefaults = False,  # noqa: FBT002
) -> None:
    """Show which nodes are patched, by which baseline, and when.

    Each row has the nodes with the same tags, the patch baseline of their patch group, the maintenance windows and
    associations that scan them and that install patches, and the next execution. Gaps are listed below the table.

    \b
    Examples:
      patching-constructs coverage
      patching-constructs coverage template.yaml --use-defaults
      patching-constructs coverage cdk.out --from 2027-01-31 --format json -o coverage.json
    """
    from patching_constructs.cli.formats.coverage.coverage_matrix import CoverageMatrix
    from patching_constructs.cli.given_schedules import read_given
    from patching_constructs.template import coverage as covered
    from patching_constructs.template.unread import unread_of

    with one_line_refusals():
        after = moment("--from", from_) or datetime.now(UTC).replace(microsecond=0)
        with working("Reading templates"):
            inputs = read_given(paths, use_defaults=use_defaults)
        found = covered.coverage(inputs.templates, after=after)
        matrix = CoverageMatrix(
            path=inputs.label,
            rows=found.rows,
            unresolved=found.unresolved,
            unread=unread_of(inputs.templates),
            after=after,
            to_file=output is not None,
        )
        write(render_coverage(matrix, format_), output)
