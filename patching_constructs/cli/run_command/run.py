"""Show what will happen, ask, send the command and follow it to its end; return the exit code."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import typer

from patching_constructs._errors import PatchingError
from patching_constructs.cli.refusals import REFUSED, one_line_refusals
from patching_constructs.cli.run_command.aws_cli import Place
from patching_constructs.cli.run_command.errors import AwsError, MaybeSentError
from patching_constructs.cli.run_command.order import Order
from patching_constructs.cli.run_command.plan import show_plan
from patching_constructs.cli.run_command.ports import Ports, RunCommand
from patching_constructs.cli.run_command.request import CommandRequest
from patching_constructs.cli.run_command.state import CommandState
from patching_constructs.properties.command import PatchOperation

if TYPE_CHECKING:
    from rich.console import Console

_FAILED: Final = 1
# Whoever reads a 2 may try again: nothing was sent. A 3 says that the command runs, or may run, unwatched.
_UNWATCHED: Final = 3
_INTERRUPTED: Final = 130


def run(order: Order, place: Place, ports: Ports, *, yes: bool, wait_seconds: int) -> int:
    """Show, ask, send and watch; return the exit code."""
    ask = order.request.command.operation == PatchOperation.INSTALL and not yes
    with _nothing_is_sent():
        if ask and not ports.interactive():
            raise PatchingError("an install is asked about, and there is no terminal to ask at; give --yes")
        aws = ports.connect(place)
        place = Place(aws.region, place.profile)
        show_plan(order, aws)
        if ask and not typer.confirm("Install now?"):
            raise PatchingError("declined, nothing was sent")
        command_id = _send(aws, order.request, place)
    typer.echo(f"sent: command {command_id}")
    if wait_seconds:
        return _watch(aws, command_id, place, ports, wait_seconds)
    _say_what_runs(place, command_id)
    return 0


# --- Before it is sent --------------------------------------------------------------------------------


@contextmanager
def _nothing_is_sent() -> Iterator[None]:
    """End with one line whatever goes wrong up to the moment when the command is sent."""
    try:
        with one_line_refusals():
            yield
    except (AwsError, KeyboardInterrupt, typer.Abort) as error:
        # Neither an interrupt nor an end of input has words of its own.
        typer.echo(str(error) or "interrupted, nothing was sent", err=True)
        raise typer.Exit(REFUSED) from None


def _send(aws: RunCommand, request: CommandRequest, place: Place) -> str:
    try:
        return aws.send(request)
    except MaybeSentError as error:
        typer.echo(f"{error}: the command may have been sent; see whether it runs before you send another:", err=True)
        typer.echo(f"  {place.aws_find(request)}", err=True)
        raise typer.Exit(_UNWATCHED) from None


# --- After it was sent --------------------------------------------------------------------------------


def _watch(aws: RunCommand, command_id: str, place: Place, ports: Ports, timeout: int) -> int:
    """Wait for the end and say it; return the exit code."""
    from rich.console import Console

    from patching_constructs.cli.run_command.progress import board, follow

    console = Console()
    try:
        with board(console) as show:
            state = follow(lambda: aws.look(command_id), show, timeout=timeout, clock=ports.clock, sleep=ports.sleep)
    except KeyboardInterrupt:
        _say_what_runs(place, command_id, "interrupted: the command runs on")
        return _INTERRUPTED
    except AwsError as error:
        _say_what_runs(place, command_id, f"{error}: the command runs on")
        return _UNWATCHED
    if not state.ended:
        _say_what_runs(place, command_id, f"not done after {timeout} seconds: the command runs on")
        return _UNWATCHED
    return _say_end(console, place, command_id, state)


def _say_what_runs(place: Place, command_id: str, why: str = "") -> None:
    """Say how to look at the command and how to cancel it; on standard error where something went wrong."""
    lines = [why] if why else []
    lines += [f"look at it:  {place.aws_look(command_id)}", f"cancel it:   {place.aws_cancel(command_id)}"]
    typer.echo("\n".join(lines), err=bool(why))


def _say_end(console: "Console", place: Place, command_id: str, state: CommandState) -> int:
    from patching_constructs.cli.run_command.progress import summary

    console.print(summary(state))
    if state.succeeded:
        return 0
    if state.reached_nobody:
        typer.echo("no node was reached: nothing was patched", err=True)
    for each in [each for each in state.invocations if not each.succeeded][:1]:
        typer.echo(f"what it wrote:  {place.aws_look(command_id, each.node)}", err=True)
    return _FAILED
