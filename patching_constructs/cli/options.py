"""The arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

TemplatePath = Annotated[
    Path, typer.Argument(help="A cdk.out directory, or a CloudFormation template in JSON or YAML.", metavar="[PATH]")
]
UseDefaults = Annotated[
    bool, typer.Option("--use-defaults", help="Take the default of a template's parameter for its value.")
]
