"""The options of `calendar` for the results of past executions."""

from pathlib import Path
from typing import Annotated

import typer

from patching_constructs._errors import PatchingError
from patching_constructs.cli import parsing
from patching_constructs.cli.given_options import check_requires, given_options

WithResults = Annotated[
    bool,
    typer.Option(
        "--with-results",
        help="Also list the past executions of maintenance windows, 14 days unless --from is given, with the result "
        "of each. Reads from Systems Manager.",
    ),
]
Regions = Annotated[
    list[str] | None,
    typer.Option(
        "--region",
        help="Read the results in this Region. Can be repeated. Default: the Regions of the templates' stacks, or that "
        "of your AWS configuration.",
        metavar="NAME",
        parser=parsing.region("--region"),
    ),
]
SaveResults = Annotated[
    Path | None,
    typer.Option(
        "--save-results",
        help="Also write what was read to this file, for --results-from.",
        metavar="FILE",
        parser=parsing.file("--save-results"),
    ),
]
ResultsFrom = Annotated[
    list[Path] | None,
    typer.Option(
        "--results-from",
        help="Take the results from a file of --save-results, and do not call AWS. Can be repeated.",
        metavar="FILE",
        parser=parsing.file("--results-from"),
    ),
]


def check(context: typer.Context) -> None:
    """Check that each of these options has an effect.

    Raises:
        PatchingError: one has none.
    """
    for name in ("region", "profile", "save_results", "results_from"):
        check_requires(context, name, "with_results")
    given = given_options(context)
    if "results_from" in given:
        for name in ("region", "profile", "save_results"):
            if name in given:
                flag = given[name]
                raise PatchingError(
                    f"{flag} cannot be used with --results-from, which does not call AWS",
                    f"leave {flag} out",
                    what=flag,
                )
