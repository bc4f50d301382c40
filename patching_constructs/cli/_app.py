"""The typer application: one file a command, registered here."""

import typer

from patching_constructs.cli.describe import describe

app = typer.Typer(
    name="patching-constructs",
    help="See what a template's patch schedules do before they do it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command()(describe)


@app.callback()
def _commands() -> None:
    """Keep the command's name in front of its arguments, also while it is the only one."""
