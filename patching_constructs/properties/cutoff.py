"""What happens to a running task at the cutoff of its window.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTaskWithMaintenanceWindow.html
"""

from enum import StrEnum


class CutoffBehavior(StrEnum):
    """What happens to a running task at the cutoff of its window. No task starts after the cutoff in any case."""

    CONTINUE_TASK = "CONTINUE_TASK"
    """The task continues on the remaining nodes until all are done. The service's default."""
    CANCEL_TASK = "CANCEL_TASK"
    """The task does not start on further nodes, and the service attempts to cancel the running command. The remaining
    nodes are patched in the next execution."""
