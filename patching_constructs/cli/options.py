"""Arguments and options of several commands."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from patching_constructs.cli import parsing
from patching_constructs.cli.completion import complete_schedules, complete_stacks
from patching_constructs.properties.command import PatchOperation


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


TemplatePaths = Annotated[
    list[Path] | None,
    typer.Argument(
        help="cdk.out directories, other directories with templates, templates in JSON or YAML, or - for standard "
        "input. Default: cdk.out.",
        metavar="PATH",
        parser=parsing.path("PATH"),
    ),
]
Profile = Annotated[
    str | None,
    typer.Option(help="Profile of your AWS configuration.", metavar="NAME", parser=parsing.text("--profile")),
]
UseDefaults = Annotated[bool, typer.Option("--use-defaults", help="Use the default values of template parameters.")]

# --- Which schedules are shown ------------------------------------------------------------------------

Stack = Annotated[
    list[str] | None,
    typer.Option(
        help="Only the schedules of this stack. Can be repeated.",
        metavar="NAME",
        parser=parsing.text("--stack"),
        autocompletion=complete_stacks,
    ),
]
Schedule = Annotated[
    list[str] | None,
    typer.Option(
        help="Only this schedule: window name, logical id, construct id, or construct path or the end of it. Can be "
        "repeated.",
        metavar="NAME",
        parser=parsing.text("--schedule"),
        autocompletion=complete_schedules,
    ),
]
Operation = Annotated[
    list[PatchOperation] | None,
    choice("--operation", PatchOperation, help="Only the schedules with this operation. Can be repeated."),
]
Tag = Annotated[
    list[str] | None,
    typer.Option(
        help="Only the schedules of nodes with this tag. Can be repeated.",
        metavar="KEY=VALUE",
        parser=parsing.text("--tag"),
    ),
]
