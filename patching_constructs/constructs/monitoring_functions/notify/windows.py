"""Maintenance windows: what a message says of one, and the message about its state."""

from dataclasses import dataclass

from .lookups import Lookups
from .message import Event, Message
from .places import Place, moment

ENABLED = "ENABLED"
TRAIL = "Look up UpdateMaintenanceWindow in AWS CloudTrail to see who disabled it."


@dataclass(frozen=True, slots=True)
class Window:
    """A window, as far as Systems Manager describes it."""

    id: str
    name: str
    next_execution: str
    """Empty if there is none, or if it is unknown."""

    @classmethod
    def read(cls, window_id: str, lookups: Lookups) -> "Window":
        """Return a window; its id is its name if it cannot be read."""
        found = lookups.ask("get_maintenance_window", WindowId=window_id)
        return cls(window_id, found.get("Name", window_id), moment(found.get("NextExecutionTime")))

    def __str__(self) -> str:
        """Return the name and the id."""
        return self.name if self.name == self.id else f"{self.name} ({self.id})"


def state_message(event: Event, lookups: Lookups, place: Place) -> Message:
    """Return the message about a window that was enabled or disabled."""
    window = Window.read(event["detail"]["window-id"], lookups)
    state = event["detail"]["status"]
    enabled = state == ENABLED
    enable = f"aws ssm update-maintenance-window --window-id {window.id} --enabled --region {place.region}"
    without_patches = "" if enabled else " Its nodes are not patched until it is enabled."
    return Message(
        title=f"Maintenance window {state.lower()}: {window.name}",
        what=f"The maintenance window {window} has the state {state}.{without_patches}",
        facts={
            "When": moment(event["time"]),
            "Where": str(place),
            "Next execution": window.next_execution,
            "Note": lookups.missing,
        },
        steps=[] if enabled else [TRAIL, f"Enable it again: {enable}"],
        link=place.window_link(window.id),
        thread=window.id,
    )
