"""Show the plan, ask for confirmation, send the command and wait for its end; return the exit code."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import typer

from patching_constructs._errors import PatchingError
from patching_constructs.cli.aws_errors import AwsError
from patching_constructs.cli.refusals import REFUSED, one_line_refusals
from patching_constructs.cli.run_command.aws_cli import Place
from patching_constructs.cli.run_command.errors import MaybeSentError
from patching_constructs.cli.run_command.plan import show_plan
from patching_constructs.cli.run_command.ports import Ports, RunCommand
from patching_constructs.cli.run_command.request import CommandRequest
from patching_constructs.cli.run_command.resolve import ResolvedRequest
from patching_constructs.cli.run_command.state import CommandState
from patching_constructs.properties.command import PatchOperation

if TYPE_CHECKING:
    from rich.console import Console

_FAILED: Final = 1
# After exit code 2 it is safe to try again: nothing was sent. After 3 the command is running, or may be.
_NOT_FOLLOWED: Final = 3
_INTERRUPTED: Final = 130


def run(resolved: ResolvedRequest, place: Place, ports: Ports, *, yes: bool, wait_seconds: int) -> int:
    """Show the plan, ask for confirmation, send and wait; return the exit code."""
    ask = resolved.request.command.operation == PatchOperation.INSTALL and not yes
    with _nothing_is_sent():
        if ask and not ports.interactive():
            raise PatchingError("an install requires confirmation on a terminal", "specify --yes")
        aws = ports.connect(place)
        place = Place(aws.region, place.profile)
        show_plan(resolved, aws)
        if ask and not typer.confirm("Install now?"):
            raise PatchingError("not confirmed; nothing was sent")
        command_id = _send(aws, resolved.request, place)
    typer.echo(f"command {command_id} was sent")
    if wait_seconds:
        return _wait(aws, command_id, place, ports, wait_seconds)
    _show_how_to_continue(place, command_id)
    return 0


# --- Before the command is sent -----------------------------------------------------------------------


@contextmanager
def _nothing_is_sent() -> Iterator[None]:
    """Exit with one line on any error until the command is sent."""
    try:
        with one_line_refusals():
            yield
    except (AwsError, KeyboardInterrupt, typer.Abort) as error:
        # Neither an interrupt nor the end of input has a message.
        typer.echo(str(error) or "interrupted; nothing was sent", err=True)
        raise typer.Exit(REFUSED) from None


def _send(aws: RunCommand, request: CommandRequest, place: Place) -> str:
    try:
        return aws.send(request)
    except MaybeSentError as error:
        typer.echo(f"{error}; the command may have been sent. Before you retry, check whether it is running:", err=True)
        typer.echo(f"  {place.aws_find(request)}", err=True)
        raise typer.Exit(_NOT_FOLLOWED) from None


# --- After the command was sent -----------------------------------------------------------------------


def _wait(aws: RunCommand, command_id: str, place: Place, ports: Ports, timeout: int) -> int:
    """Wait until the command has ended, and show the result; return the exit code."""
    from rich.console import Console

    from patching_constructs.cli.run_command.progress import follow, progress_display

    console = Console()
    try:
        with progress_display(console) as show:
            state = follow(lambda: aws.state(command_id), show, timeout=timeout, clock=ports.clock, sleep=ports.sleep)
    except KeyboardInterrupt:
        _show_how_to_continue(place, command_id, "interrupted; the command continues to run")
        return _INTERRUPTED
    except AwsError as error:
        _show_how_to_continue(place, command_id, f"{error}; the command continues to run")
        return _NOT_FOLLOWED
    if not state.ended:
        _show_how_to_continue(place, command_id, f"not ended after {timeout} seconds; the command continues to run")
        return _NOT_FOLLOWED
    return _show_result(console, place, command_id, state)


def _show_how_to_continue(place: Place, command_id: str, why: str = "") -> None:
    """Show how to check and how to cancel the command, after an error on standard error."""
    lines = [why] if why else []
    lines += [f"check status:  {place.aws_show(command_id)}", f"cancel:        {place.aws_cancel(command_id)}"]
    typer.echo("\n".join(lines), err=bool(why))


def _show_result(console: "Console", place: Place, command_id: str, state: CommandState) -> int:
    from patching_constructs.cli.run_command.progress import summary

    console.print(summary(state))
    if state.succeeded:
        return 0
    if state.has_no_nodes:
        typer.echo("the command reached no nodes; nothing was patched", err=True)
    for each in [each for each in state.invocations if not each.succeeded][:1]:
        typer.echo(f"output of the first node that did not succeed:  {place.aws_show(command_id, each.node)}", err=True)
    return _FAILED
