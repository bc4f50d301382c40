"""Arguments and options of several commands."""

from pathlib import Path
from typing import Annotated

import typer

TemplatePath = Annotated[
    Path, typer.Argument(help="A cdk.out directory, or a CloudFormation template in JSON or YAML.", metavar="PATH")
]
UseDefaults = Annotated[bool, typer.Option("--use-defaults", help="Use the default values of template parameters.")]
