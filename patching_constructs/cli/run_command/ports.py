"""What `now` uses from outside: AWS, random ids, the clock and the terminal. Tests replace them."""

import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from patching_constructs.cli.run_command.aws_cli import Place
from patching_constructs.cli.run_command.client import AwsRunCommand
from patching_constructs.cli.run_command.request import CommandRequest
from patching_constructs.cli.run_command.state import CommandState, Node
from patching_constructs.properties.targets import PatchTarget


class RunCommand(Protocol):
    """The calls to AWS that `now` needs. Each raises AwsError."""

    @property
    def region(self) -> str:
        """The Region that commands are sent to."""

    def account(self) -> str | None:
        """Return the account's id, or None where it is unknown."""

    def nodes(self, target: PatchTarget) -> tuple[Node, ...] | None:
        """Return the managed nodes that match, or None where they cannot be listed."""

    def send(self, request: CommandRequest) -> str:
        """Send the command once and return its id. Raises MaybeSentError where it may have been sent."""

    def state(self, command_id: str) -> CommandState:
        """Return the status of the command."""


def _at_a_terminal() -> bool:
    return sys.stdin.isatty()


@dataclass(frozen=True, slots=True)
class Ports:
    """AWS, random ids, the clock and the terminal. Tests replace them through the object of the context."""

    connect: Callable[[Place], RunCommand] = AwsRunCommand
    snapshot_id: Callable[[], str] = lambda: str(uuid.uuid4())
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    interactive: Callable[[], bool] = _at_a_terminal
