"""Arguments and options of several commands."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from patching_constructs.cli import parsing


def choice(
    flag: str,
    literals: type[StrEnum],
    *,
    help: str,  # noqa: A002 - as Typer names it
) -> Any:  # noqa: ANN401 - as Typer types its options
    """Return an option that is one of a few words."""
    words = list(literals)
    return typer.Option(
        flag,
        help=help,
        metavar="|".join(words),
        parser=parsing.one_of(flag, literals),
        autocompletion=lambda incomplete: [word for word in words if word.startswith(incomplete)],
    )


TemplatePath = Annotated[
    Path,
    typer.Argument(
        help="A cdk.out directory, or a CloudFormation template in JSON or YAML.",
        metavar="PATH",
        parser=parsing.path("PATH"),
    ),
]
UseDefaults = Annotated[bool, typer.Option("--use-defaults", help="Use the default values of template parameters.")]
