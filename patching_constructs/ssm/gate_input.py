"""The names in the runbook of a gate, which the constructs write and the template reader reads."""

from enum import StrEnum
from typing import Final

DECIDE: Final = "Decide"
PATCH: Final = "Patch"
FINISH: Final = "Finish"


class GateInput(StrEnum):
    """What the decision of a gate gets."""

    WINDOW_ID = "WindowId"
    """The window that starts the runbook."""
    WINDOW_EXECUTION_ID = "WindowExecutionId"
    OWN_WINDOWS = "OwnWindowIds"
    """The windows that may start the runbook."""
    START_WITHIN = "StartWithinSeconds"
    LONGEST_RUN = "LongestRunSeconds"
    CALENDARS = "Calendars"
    WINDOWS_BEFORE = "AfterWindowIds"
    BAKE_TIME = "BakeTimeSeconds"
    MAX_AGE = "MaxAgeSeconds"
    MAX_FAILED = "MaxFailed"
    MAX_PENDING_REBOOTS = "MaxPendingReboots"
    OPERATION = "Operation"
    """The operation of the schedule with the gate: a scan in the window before counts only for a scan."""


CONDITIONS: Final = (
    GateInput.CALENDARS,
    GateInput.WINDOWS_BEFORE,
    GateInput.BAKE_TIME,
    GateInput.MAX_AGE,
    GateInput.MAX_FAILED,
    GateInput.MAX_PENDING_REBOOTS,
    GateInput.START_WITHIN,
    GateInput.LONGEST_RUN,
)
"""What a person gives, or what follows from it."""
LISTS: Final = (GateInput.CALENDARS, GateInput.WINDOWS_BEFORE)
"""The conditions that are lists; the others are numbers."""
