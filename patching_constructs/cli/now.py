"""``patching-constructs now``: one scan or one install, at once, through Run Command."""

import json
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from patching_constructs._errors import PatchingError
from patching_constructs.cli import _options
from patching_constructs.cli._one_line import REFUSED, one_line_refusals
from patching_constructs.cli._run_command import (
    AwsError,
    AwsRunCommand,
    CommandRequest,
    CommandState,
    MaybeSentError,
    Node,
    Place,
    RunCommand,
)
from patching_constructs.properties.command import OPERATION, REBOOT_OPTION, PatchOperation, RebootOption
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.ssm.target_keys import INSTANCE_IDS, TAG

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from patching_constructs.cli._order import Order

_FAILED: Final = 1
# Whoever reads a 2 may try again: nothing was sent. A 3 says that the command runs, or may run, unwatched.
_UNWATCHED: Final = 3
_INTERRUPTED: Final = 130
_NODES_NAMED: Final = 10
_IN_WORDS: Final = frozenset({OPERATION, REBOOT_OPTION})


def _at_a_terminal() -> bool:
    return sys.stdin.isatty()


@dataclass(frozen=True, slots=True)
class Ports:
    """The world outside: AWS, chance, the clock and the terminal. A test hands in others as the context's object."""

    connect: Callable[[Place], RunCommand] = AwsRunCommand
    snapshot_id: Callable[[], str] = lambda: str(uuid.uuid4())
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    interactive: Callable[[], bool] = _at_a_terminal


_Operation = Annotated[
    PatchOperation | None,
    typer.Option(help="Scan: report missing patches. Install: install them.", metavar="Scan|Install"),
]
_PatchGroup = Annotated[
    list[str] | None, typer.Option(help="Patch the nodes of this patch group. May be repeated.", metavar="NAME")
]
_MetadataTags = Annotated[
    bool,
    typer.Option(
        "--instance-metadata-tags",
        help="The nodes' tags are in their instance metadata, so the tag is PatchGroup and not 'Patch Group'.",
    ),
]
_Tag = Annotated[
    list[str] | None,
    typer.Option(
        help="Patch the nodes with this tag. May be repeated: the same key widens, another key narrows.",
        metavar="KEY=VALUE",
    ),
]
_InstanceIds = Annotated[
    list[str] | None,
    typer.Option(help="Patch these nodes, 50 at most. May be repeated, or separated by commas.", metavar="ID"),
]
_FromTemplate = Annotated[
    Path | None,
    typer.Option(
        help="Do what a schedule of this cdk.out or template does; other options go before it.", metavar="PATH"
    ),
]
_Schedule = Annotated[
    str | None,
    typer.Option(
        help="The schedule: its window's name, logical id, construct id, or construct path or the end of it.",
        metavar="NAME",
    ),
]
_Reboot = Annotated[
    RebootOption | None,
    typer.Option(
        help="Default: the node reboots when a patch was installed (RebootIfNeeded).",
        metavar="RebootIfNeeded|NoReboot",
    ),
]
_MaxConcurrency = Annotated[
    str | None, typer.Option(help="How many nodes at once, as 10 or as 10%. Default: 10%.", metavar="RATE")
]
_MaxErrors = Annotated[
    str | None,
    typer.Option(help="How many failed nodes are too many to go on, as 0 or as 10%. Default: 10%.", metavar="RATE"),
]
_InstallOverrideList = Annotated[
    str | None, typer.Option(help="Install just the patches of this list, https:// or s3://.", metavar="URL")
]
_BaselineOverride = Annotated[
    str | None, typer.Option(help="Patch by this baseline instead of the node's own, https:// or s3://.", metavar="URL")
]
_Comment = Annotated[str | None, typer.Option(help="Shown with the command, 100 characters at most.", metavar="TEXT")]
_Region = Annotated[
    str | None, typer.Option(help="Default: the template's, or else the one of your AWS configuration.", metavar="NAME")
]
_Profile = Annotated[str | None, typer.Option(help="A profile of your AWS configuration.", metavar="NAME")]
_Wait = Annotated[bool, typer.Option("--wait", help="Wait until every node is done, and show how it goes.")]
_WaitTimeout = Annotated[
    int, typer.Option(min=1, help="How long to wait; the command runs on after it.", metavar="SECONDS")
]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the request and do not touch AWS.")]
_Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before an install.")]


def now(
    context: typer.Context,
    *,
    operation: _Operation = None,
    patch_group: _PatchGroup = None,
    instance_metadata_tags: _MetadataTags = False,
    tag: _Tag = None,
    instance_ids: _InstanceIds = None,
    from_template: _FromTemplate = None,
    schedule: _Schedule = None,
    use_defaults: _options.UseDefaults = False,
    reboot_option: _Reboot = None,
    max_concurrency: _MaxConcurrency = None,
    max_errors: _MaxErrors = None,
    install_override_list: _InstallOverrideList = None,
    baseline_override: _BaselineOverride = None,
    comment: _Comment = None,
    region: _Region = None,
    profile: _Profile = None,
    wait: _Wait = False,
    wait_timeout: _WaitTimeout = 3600,
    dry_run: _DryRun = False,
    yes: _Yes = False,
) -> None:
    """Scan or install now, once, through Run Command.

    Says what will happen and how many nodes match, and asks before an install.

    \b
    Exit codes:
      0    sent; with --wait: every node succeeded
      1    with --wait: a node failed, or none was reached
      2    nothing was sent
      3    sent or perhaps sent, and its end was not seen: it may still run
      130  interrupted while it waited: the command runs on

    \b
    Examples:
      patching-constructs now --operation Scan --patch-group web --wait
      patching-constructs now --operation Install --tag Env=dev --tag Env=stage --tag Role=web
      patching-constructs now --operation Install --instance-ids i-0123456789abcdef0 --reboot-option NoReboot
      patching-constructs now --from-template cdk.out --schedule WeeklyInstall --max-concurrency 50% --yes --wait
      patching-constructs now --from-template template.yaml --schedule nightly --operation Scan --dry-run
    """
    from patching_constructs.cli._order import Options, order_from

    ports = context.ensure_object(Ports)
    options = Options(
        operation=operation,
        patch_groups=patch_group or (),
        instance_metadata_tags=instance_metadata_tags,
        tags=tag or (),
        instance_ids=instance_ids or (),
        template=from_template,
        schedule=schedule,
        use_defaults=use_defaults,
        reboot_option=reboot_option,
        max_concurrency=max_concurrency,
        max_errors=max_errors,
        install_override_list=install_override_list,
        baseline_override=baseline_override,
        comment=comment,
    )
    with one_line_refusals():
        order = order_from(options, snapshot_id=ports.snapshot_id())
    place = Place(region or order.region, profile)
    if dry_run:
        _print_request(order.request, place)
        return
    raise typer.Exit(_carry_out(order, place, ports, yes=yes, wait_seconds=wait_timeout if wait else 0))


def _print_request(request: CommandRequest, place: Place) -> None:
    typer.echo(json.dumps(request.arguments, indent=2))
    typer.echo(f"\n{place.aws_send_command(request)}")
    typer.echo("dry run: nothing was sent, and AWS was not asked how many nodes match", err=True)


def _carry_out(order: "Order", place: Place, ports: Ports, *, yes: bool, wait_seconds: int) -> int:
    """Show, ask, send and watch; return the exit code."""
    ask = order.request.command.operation == PatchOperation.INSTALL and not yes
    with _nothing_is_sent():
        if ask and not ports.interactive():
            raise PatchingError("an install is asked about, and there is no terminal to ask at; give --yes")
        aws = ports.connect(place)
        place = Place(aws.region, place.profile)
        _show_plan(order, aws)
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


def _show_plan(order: "Order", aws: RunCommand) -> None:
    """Say what will happen, and where; refuse where nothing would."""
    from rich.console import Console

    nodes, account = aws.nodes(order.request.target), aws.account()
    where = f"{aws.region}, account {account or 'not known'}"
    if order.account and account and order.account != account:
        fix = "give the --profile of the one that you mean"
        raise PatchingError(f"the template's stack is for account {order.account}, not for {account}; {fix}")
    Console().print(_plan(order.request, nodes, where))
    if nodes == ():
        raise PatchingError(f"no managed node matches in {where}: nothing was sent")


def _plan(request: CommandRequest, nodes: tuple[Node, ...] | None, where: str) -> "Table":
    from rich.table import Table
    from rich.text import Text

    from patching_constructs.cli import _words
    from patching_constructs.template import TaskRecord

    parameters = {name: tuple(values) for name, values in request.command.parameters.items()}
    concurrency, errors = str(request.max_concurrency), str(request.max_errors)
    task = TaskRecord("now", request.command.document_name, parameters, (), concurrency, errors)
    rows = {
        "operation": _words.operation_in_words(task),
        "reboot": _words.reboot_in_words(task),
        "nodes": _target_in_words(request.target),
        "matching": _matching_in_words(request.target, nodes),
        "at once": f"{concurrency} of the nodes",
        "errors": f"after more than {errors} failed no other node starts",
        "document": request.command.document_name,
        "where": where,
    }
    # What has no words of its own: overrides and hooks.
    rows |= {name: ", ".join(values) for name, values in parameters.items() if name not in _IN_WORDS}
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for name, words in rows.items():
        table.add_row(name, Text(words))
    return table


def _target_in_words(target: PatchTarget) -> str:
    return " and ".join(f"{each.key.removeprefix(TAG)} = {' | '.join(each.values)}" for each in target.filters)


def _matching_in_words(target: PatchTarget, nodes: tuple[Node, ...] | None) -> str:
    if nodes is None:
        return "not counted: Systems Manager does not list the nodes of a resource group"
    words = [f"{len(nodes)} managed node{'' if len(nodes) == 1 else 's'}"]
    if offline := [each.id for each in nodes if not each.online]:
        words.append(f"not online: {_named(offline)}")
    first = target.filters[0]
    if unknown := sorted(set(first.values) - {each.id for each in nodes}) if first.key == INSTANCE_IDS else []:
        words.append(f"not managed, or stopped: {_named(unknown)}")
    return "; ".join(words)


def _named(ids: list[str]) -> str:
    more = len(ids) - _NODES_NAMED
    return ", ".join(ids[:_NODES_NAMED]) + (f" and {more} more" if more > 0 else "")


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

    from patching_constructs.cli._progress import board, follow

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
    from patching_constructs.cli._progress import summary

    console.print(summary(state))
    if state.succeeded:
        return 0
    if state.reached_nobody:
        typer.echo("no node was reached: nothing was patched", err=True)
    for each in [each for each in state.invocations if not each.succeeded][:1]:
        typer.echo(f"what it wrote:  {place.aws_look(command_id, each.node)}", err=True)
    return _FAILED
