"""What is shown before a command is sent: what it does, and on which nodes."""

from typing import TYPE_CHECKING, Final

import typer

from patching_constructs._errors import PatchingError
from patching_constructs.cli.run_command.ports import RunCommand
from patching_constructs.cli.run_command.request import CommandRequest
from patching_constructs.cli.run_command.resolve import ResolvedRequest
from patching_constructs.cli.run_command.state import Node
from patching_constructs.properties.command import OPERATION, REBOOT_OPTION, RebootOption
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.ssm.target_keys import INSTANCE_IDS, TAG

if TYPE_CHECKING:
    from rich.table import Table

_NODES_NAMED: Final = 10
# In a pipe every row is one line.
_UNFOLDED: Final = 10_000
_DESCRIBED: Final = frozenset({OPERATION, REBOOT_OPTION})


def show_plan(resolved: ResolvedRequest, aws: RunCommand) -> None:
    """Show what the command does and where.

    Raises:
        PatchingError: the credentials are of another account than the template, or no node matches.
    """
    from patching_constructs.cli.formats.console import console_text

    nodes, account = aws.nodes(resolved.request.target), aws.account()
    where = f"{aws.region}, account {account or 'unknown'}"
    if resolved.account and account and resolved.account != account:
        problem = f"the stack of the template is in account {resolved.account}, got credentials of account {account}"
        raise PatchingError(problem, "specify the --profile of the stack's account")
    typer.echo(console_text(_plan(resolved.request, nodes, where), to_file=False, plain_width=_UNFOLDED), nl=False)
    if nodes == ():
        raise PatchingError(f"no managed node matches in {where}; nothing was sent")


def _plan(request: CommandRequest, nodes: tuple[Node, ...] | None, where: str) -> "Table":
    from rich.table import Table
    from rich.text import Text

    from patching_constructs.cli import operation_words

    parameters = {name: tuple(values) for name, values in request.command.parameters.items()}
    concurrency, errors = str(request.max_concurrency), str(request.max_errors)
    operation = request.command.operation
    reboot = request.command.reboot_option or RebootOption.REBOOT_IF_NEEDED
    rows = {
        "operation": operation_words.operation_effect(operation),
        "reboot": operation_words.reboot_effect(operation, reboot),
        "nodes": _target_in_words(request.target),
        "matching": _matching_in_words(request.target, nodes),
        "max concurrency": f"{concurrency} of the nodes at the same time",
        "max errors": f"{errors} of the nodes; after that, the command does not start on other nodes",
        "document": request.command.document_name,
        "where": where,
    }
    # Parameters that are not described above: overrides and hooks.
    rows |= {name: ", ".join(values) for name, values in parameters.items() if name not in _DESCRIBED}
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
        return "unknown: Systems Manager does not list the nodes of a resource group"
    words = [f"{len(nodes)} managed node{'' if len(nodes) == 1 else 's'}"]
    if offline := [each.id for each in nodes if not each.online]:
        words.append(f"not online: {_named(offline)}")
    first = target.filters[0]
    if unknown := sorted(set(first.values) - {each.id for each in nodes}) if first.key == INSTANCE_IDS else []:
        words.append(f"not managed or stopped: {_named(unknown)}")
    return "; ".join(words)


def _named(ids: list[str]) -> str:
    more = len(ids) - _NODES_NAMED
    return ", ".join(ids[:_NODES_NAMED]) + (f" and {more} more" if more > 0 else "")
