"""``patching-constructs coverage``: which nodes are patched, by which baseline, and when."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from patching_constructs.cli import options
from patching_constructs.cli.formats.registry import CoverageFormat, render_coverage
from patching_constructs.cli.moments import moment
from patching_constructs.cli.output import Output, write
from patching_constructs.cli.refusals import one_line_refusals

_From = Annotated[
    str | None,
    typer.Option("--from", help="Show the next execution from this ISO 8601 time on. Default: now.", metavar="TIME"),
]
_Format = Annotated[CoverageFormat, typer.Option("--format", help="Output format.")]


def coverage(
    path: options.TemplatePath = Path("cdk.out"),
    from_: _From = None,
    format_: _Format = CoverageFormat.TEXT,
    output: Output = None,
    use_defaults: options.UseDefaults = False,  # noqa: FBT002
) -> None:
    """Show which nodes of an app or a template are patched, by which baseline, and when.

    Each row has the nodes with the same tags, the patch baseline of their patch group, the maintenance windows and
    associations that scan them and that install patches, and the next execution. Gaps are listed below the table.

    \b
    Examples:
      patching-constructs coverage
      patching-constructs coverage template.yaml --use-defaults
      patching-constructs coverage cdk.out --from 2027-01-31 --format json -o coverage.json
    """
    from patching_constructs.cli.formats.coverage.coverage_matrix import CoverageMatrix
    from patching_constructs.template import coverage as covered
    from patching_constructs.template.reading import read_templates
    from patching_constructs.template.unread import unread_of

    with one_line_refusals():
        after = moment("--from", from_) or datetime.now(UTC).replace(microsecond=0)
        templates = read_templates(path, use_defaults=use_defaults)
        matrix = CoverageMatrix(
            path=path,
            rows=covered.coverage(templates, after=after),
            unread=unread_of(templates),
            after=after,
            to_file=output is not None,
        )
        write(render_coverage(matrix, format_), output)
