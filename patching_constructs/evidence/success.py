"""Whether an execution of a window has really succeeded.

The status SUCCESS is not enough: a window without a task ends with it, and so can one that found no node.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeMaintenanceWindowExecutionTasks.html
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

SUCCESS: Final = "SUCCESS"
RUN_COMMAND: Final = "RUN_COMMAND"
AUTOMATION: Final = "AUTOMATION"
PATCH_DOCUMENTS: Final = ("AWS-RunPatchBaseline", "AWS-RunPatchBaselineWithHooks")
COMMANDS_KEPT: Final = timedelta(days=30)
"""For how long Run Command keeps commands: https://docs.aws.amazon.com/general/latest/gr/ssm.html."""
# A command that is kept for 30 days can be deleted while it is read.
_WHILE_IT_IS_READ: Final = timedelta(hours=1)
UNFINISHED: Final = ("PENDING", "IN_PROGRESS", "CANCELLING")
"""The statuses of an execution that can still change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command that a task has sent."""

    document: str
    nodes: int | None
    """On how many nodes it ran; None if it is not known any more, see `COMMANDS_KEPT`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRun:
    """What one task of an execution did."""

    name: str
    """Its document, runbook, function or state machine, as a name or an ARN."""
    kind: str
    """``RUN_COMMAND``, ``AUTOMATION``, ``LAMBDA`` or ``STEP_FUNCTIONS``."""
    status: str
    commands: tuple[Command, ...] = ()
    """The commands of a Run Command task, or the patch command of the runbook of a gate."""

    @property
    def sends_commands(self) -> bool:
        """Whether it ran on nodes, or should have."""
        return self.kind == RUN_COMMAND or bool(self.commands)

    @property
    def is_patching(self) -> bool:
        """Whether it patches."""
        sent = [self.name] if self.kind == RUN_COMMAND else []
        return any(is_patch_document(each) for each in (*sent, *(command.document for command in self.commands)))


def why_no_success(status: str, tasks: Sequence[TaskRun]) -> str | None:
    """Return why an execution is no real success, None if it is one.

    It is if its status and that of every task is SUCCESS, there is a task, and the patch command ran on a node. In an
    execution without a patch command, any command counts, and in one without commands no node is required. A command
    that is not kept any more is assumed to have run on a node.
    """
    if status != SUCCESS:
        return f"its status is {status}"
    if not tasks:
        return "it ran no task"
    for task in tasks:
        if task.status != SUCCESS:
            return f"the status of its task {task.name} is {task.status}"
    patching = [task for task in tasks if task.is_patching]
    sending = patching or [task for task in tasks if task.sends_commands]
    if sending and not any(command.nodes != 0 for task in sending for command in task.commands):
        return "its patch command ran on no node" if patching else "its commands ran on no node"
    return None


def kept_since(now: datetime) -> datetime:
    """Return from when commands can be read."""
    return now - COMMANDS_KEPT + _WHILE_IT_IS_READ


def is_patch_document(name: str) -> bool:
    """Return whether a document, by its name or its ARN, is one that patches in a window."""
    return name.rpartition("/")[2] in PATCH_DOCUMENTS
