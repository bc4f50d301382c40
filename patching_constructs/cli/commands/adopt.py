"""``patching-constructs adopt``: from templates, or the live API, to an app with constructs for the same resources."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from patching_constructs.cli import options, parsing
from patching_constructs.cli.formats.registry import AdoptionFormat, render_adoption
from patching_constructs.cli.output import Output, write
from patching_constructs.cli.refusals import one_line_refusals

if TYPE_CHECKING:
    from patching_constructs.cli.adopted_source import AdoptedSource

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
_Live = Annotated[
    bool, typer.Option("--live", help="Read the windows and baselines of an account and Region instead of templates.")
]
_Window = Annotated[
    list[str] | None,
    typer.Option(
        "--window",
        help="With --live: only this window, by its ID, and no baselines. Can be repeated.",
        metavar="ID",
        parser=parsing.window_id("--window"),
    ),
]
_Region = Annotated[
    str | None,
    typer.Option(
        "--region",
        help="With --live: the Region. Default: that of your AWS configuration.",
        metavar="NAME",
        parser=parsing.region("--region"),
    ),
]
_Format = Annotated[AdoptionFormat, options.choice("--format", AdoptionFormat, help="Output format.")]


def adopt(
    context: typer.Context,
    paths: options.TemplatePaths = None,
    into: _Into = None,
    live: _Live = False,  # noqa: FBT002
    window: _Window = None,
    region: _Region = None,
    profile: options.Profile = None,
    format_: _Format = AdoptionFormat.TEXT,
    output: Output = None,
) -> None:
    """Write an app with constructs for the resources of templates.

    The app synthesizes to the same resources with the same logical IDs, so that deploying it to the same stack replaces
    nothing. What no construct can create stays in a template that the app includes, and is listed with the reason.
    With --live, windows made by hand or by other tools are read, to import them into a new stack.
    Exit code 0: something is adopted. 1: nothing is. 2: something cannot be read, or the directory is not empty.

    \b
    Examples:
      patching-constructs adopt template.yaml
      patching-constructs adopt cdk.out --into patching
      patching-constructs adopt cdk.out --format json -o adoption.json
      patching-constructs adopt --live --region eu-central-1 --window mw-0123456789abcdef0 --into patching
    """
    from patching_constructs.adoption.plan import plan
    from patching_constructs.cli.adopted_app import check_directory, write_app
    from patching_constructs.cli.formats.adoption.adoption_report import AdoptionReport

    with one_line_refusals():
        _check_options(context, live=live)
        if into is not None:
            check_directory(into)
        source = _source(paths, window or (), live=live, region=region, profile=profile)
        stacks = plan(source.templates)
        adopted = [stack for stack in stacks if stack.adopted]
        if into is not None and adopted:
            write_app(into, adopted, source=source.label, identifiers=source.identifiers)
        report = AdoptionReport(source=source, stacks=stacks, directory=into if adopted else None)
        write(render_adoption(report, format_), output)
    if not report.is_adopted:
        raise typer.Exit(NOTHING_ADOPTED)


def _check_options(context: typer.Context, *, live: bool) -> None:
    from patching_constructs.cli.given_options import check_only, check_requires

    if live:
        others = {"live", "window", "region", "profile", "into", "format_", "output"}
        check_only(context, "--live", others, "which reads no templates")
    for name in ("window", "region", "profile"):
        check_requires(context, name, "live")


def _source(
    paths: list[Path] | None, windows: "list[str] | tuple[()]", *, live: bool, region: str | None, profile: str | None
) -> "AdoptedSource":
    from patching_constructs.cli.adopted_source import from_live, from_templates

    return from_live(windows, region=region, profile=profile) if live else from_templates(paths)
