"""What happens at a window's cutoff to a task that has started.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTaskWithMaintenanceWindow.html
"""

from enum import StrEnum


class CutoffBehavior(StrEnum):
    """What happens at the cutoff to a task that has started. No new task starts after it in any case."""

    CONTINUE_TASK = "CONTINUE_TASK"
    """It continues on the remaining nodes until all are done, also after the cutoff. The service's default."""
    CANCEL_TASK = "CANCEL_TASK"
    """No further node starts, and the service cancels the running command, without a guarantee that it stops. The
    remaining nodes wait for the next execution."""
