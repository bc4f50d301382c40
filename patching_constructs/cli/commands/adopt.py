"""``patching-constructs adopt``: from a template to an app with constructs for the same resources."""

from pathlib import Path
from typing import Annotated, Final

import typer

from patching_constructs.cli import options, parsing
from patching_constructs.cli.output import write
from patching_constructs.cli.refusals import one_line_refusals

NOTHING_ADOPTED: Final = 1

_Into = Annotated[
    Path | None,
    typer.Option(
        "--into",
        help="Write the app into this directory, which must be new or empty. Default: only show what becomes of the "
        "resources.",
        metavar="DIRECTORY",
        parser=parsing.path("--into"),
    ),
]


def adopt(paths: options.TemplatePaths = None, into: _Into = None) -> None:
    """Write an app with constructs for the resources of templates.

    The app synthesizes to the same resources with the same logical IDs, so that deploying it to the same stack replaces
    nothing. What no construct can create stays in a template that the app includes, and is listed with the reason.
    Exit code 0: something is adopted. 1: nothing is. 2: a template cannot be read, or the directory is not empty.

    \b
    Examples:
      patching-constructs adopt template.yaml
      patching-constructs adopt template.yaml --into patching
      patching-constructs adopt cdk.out --into patching
    """
    from patching_constructs.adoption.plan import plan
    from patching_constructs.cli.adopted_app import check_directory, write_app
    from patching_constructs.cli.formats.adoption.as_text import as_text
    from patching_constructs.cli.given_schedules import read_given

    with one_line_refusals():
        if into is not None:
            check_directory(into)
        inputs = read_given(paths, use_defaults=False)
        stacks = plan(inputs.templates)
        adopted = [stack for stack in stacks if stack.adopted]
        if into is not None and adopted:
            write_app(into, adopted, source=inputs.label)
        write(as_text(stacks, into=into), None)
    if not adopted:
        raise typer.Exit(NOTHING_ADOPTED)
