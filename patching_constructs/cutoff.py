"""What happens to a command that still runs when a window's cutoff is reached.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTaskWithMaintenanceWindow.html
"""

from enum import StrEnum


class CutoffBehavior(StrEnum):
    """What happens to a command that still runs when the cutoff is reached."""

    CONTINUE_TASK = "CONTINUE_TASK"
    """It runs on. The service's default."""
    CANCEL_TASK = "CANCEL_TASK"
    """The service tries to cancel it; there is no guarantee that the process on the node stops."""
