"""The state in AWS: managed nodes, and the status of a command and its invocations."""

from dataclasses import dataclass
from typing import Final

SUCCESS: Final = "Success"
PENDING: Final = "Pending"
# Of a command and of an invocation [model: CommandStatus, CommandInvocationStatus]. The others are final: Success,
# Failed, TimedOut, Cancelled. A status that AWS adds in the future is not a success either.
_UNFINISHED: Final = frozenset({PENDING, "InProgress", "Delayed", "Cancelling"})
ONLINE: Final = "Online"


@dataclass(frozen=True, slots=True)
class Node:
    """A managed node that matches the target."""

    id: str
    ping_status: str

    @property
    def online(self) -> bool:
        """Whether its agent has reported recently."""
        return self.ping_status == ONLINE


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command on one node. The details are finer than the status: Failed can be Undeliverable or Terminated."""

    node: str
    name: str
    status: str
    details: str

    @property
    def ended(self) -> bool:
        """Whether the status is final."""
        return self.status not in _UNFINISHED

    @property
    def succeeded(self) -> bool:
        """Whether the whole command succeeded on the node."""
        return self.status == SUCCESS


@dataclass(frozen=True, slots=True)
class CommandState:
    """The status of a command."""

    status: str = PENDING
    details: str = PENDING
    target_count: int = 0
    invocations: tuple[Invocation, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether the command and all its invocations have ended: a command can end before its invocations do."""
        # The lists are eventually consistent: a command has succeeded when the invocations of all nodes are listed.
        unseen = self.status == SUCCESS and len(self.invocations) < self.target_count
        return self.status not in _UNFINISHED and all(each.ended for each in self.invocations) and not unseen

    @property
    def has_no_nodes(self) -> bool:
        """Whether no node was targeted. The service can report that as Success."""
        return not self.target_count and not self.invocations

    @property
    def succeeded(self) -> bool:
        """Whether all nodes succeeded. The status of a command can be Success even with undeliverable nodes."""
        all_did = self.status == SUCCESS and all(each.succeeded for each in self.invocations)
        return self.ended and all_did and not self.has_no_nodes
