"""What AWS answers: managed nodes, and how a command and its invocations go."""

from dataclasses import dataclass
from typing import Final

SUCCESS: Final = "Success"
PENDING: Final = "Pending"
# Of a command and of an invocation [model: CommandStatus, CommandInvocationStatus]. The others are final: Success,
# Failed, TimedOut, Cancelled. A status that AWS adds one day is no success either.
_UNFINISHED: Final = frozenset({PENDING, "InProgress", "Delayed", "Cancelling"})
ONLINE: Final = "Online"


@dataclass(frozen=True, slots=True)
class Node:
    """A managed node that the target matches."""

    id: str
    ping_status: str

    @property
    def online(self) -> bool:
        """Whether its agent was heard of lately."""
        return self.ping_status == ONLINE


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command on one node. The details tell more than the status: a Failed may be Undeliverable or Terminated."""

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
        """Whether the node did all of it."""
        return self.status == SUCCESS


@dataclass(frozen=True, slots=True)
class CommandState:
    """How a command goes."""

    status: str = PENDING
    details: str = PENDING
    target_count: int = 0
    invocations: tuple[Invocation, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether nothing happens any more: a command may be over while a node still works on it."""
        # Lists lag behind: a success is one when every node was seen to have it.
        unseen = self.status == SUCCESS and len(self.invocations) < self.target_count
        return self.status not in _UNFINISHED and all(each.ended for each in self.invocations) and not unseen

    @property
    def reached_nobody(self) -> bool:
        """Whether no node was targeted. The service may call that a success."""
        return not self.target_count and not self.invocations

    @property
    def succeeded(self) -> bool:
        """Whether every node succeeded. A command is a Success by its own count even with undeliverable nodes."""
        all_did = self.status == SUCCESS and all(each.succeeded for each in self.invocations)
        return self.ended and all_did and not self.reached_nobody
