"""The Typer application: every command is a file, registered here.

A command imports its libraries when it runs, so that `--help` and completion start fast.
"""

from typing import Annotated

import typer

from patching_constructs.cli.commands.adopt import adopt
from patching_constructs.cli.commands.calendar import calendar
from patching_constructs.cli.commands.capacity import capacity
from patching_constructs.cli.commands.check import check
from patching_constructs.cli.commands.coverage import coverage
from patching_constructs.cli.commands.describe import describe
from patching_constructs.cli.commands.diff import diff
from patching_constructs.cli.commands.now import now
from patching_constructs.cli.commands.report import report
from patching_constructs.cli.plain_help import PlainHelp

app = typer.Typer(
    name="patching-constructs",
    help="Check, describe and preview patching with AWS Systems Manager before you deploy it; patch now, and report "
    "compliance.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(cls=PlainHelp)(describe)
app.command(cls=PlainHelp)(diff)
app.command(cls=PlainHelp)(calendar)
app.command(cls=PlainHelp)(coverage)
app.command(cls=PlainHelp)(capacity)
app.command(cls=PlainHelp)(check)
app.command(cls=PlainHelp)(now)
app.command(cls=PlainHelp)(report)
app.command(cls=PlainHelp)(adopt)


def _show_version(asked: bool) -> None:  # noqa: FBT001 - Typer passes the value of the option
    if asked:
        from importlib.metadata import version

        typer.echo(f"patching-constructs {version('patching-constructs')}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass
