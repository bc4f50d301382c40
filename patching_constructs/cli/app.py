"""The Typer application: every command is a file, registered here.

A command imports its libraries when it runs, so that `--help` and completion start fast.
"""

import typer

from patching_constructs.cli.commands.calendar import calendar
from patching_constructs.cli.commands.check import check
from patching_constructs.cli.commands.coverage import coverage
from patching_constructs.cli.commands.describe import describe
from patching_constructs.cli.commands.now import now

app = typer.Typer(
    name="patching-constructs",
    help="Check, describe and preview patching with AWS Systems Manager before you deploy it, and patch now.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(describe)
app.command()(calendar)
app.command()(coverage)
app.command()(check)
app.command()(now)
