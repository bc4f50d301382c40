"""The place of a window in a rollout, which its constructs write into the metadata of the window."""

from collections.abc import Mapping
from dataclasses import dataclass

from patching_constructs._template_metadata import BAKE_HOURS, DAYS_AFTER, RING, ROLLOUT, ROLLOUT_NAME


@dataclass(frozen=True, slots=True)
class RolloutRing:
    """The ring of a rollout that a window belongs to."""

    rollout: str
    """The path of the rollout in the CDK app."""
    name: str
    days_after: int
    """The days after the schedule of the rollout."""
    bake_hours: int
    """The hours between its end and the start of the next ring; 0 for none."""


def ring_of(metadata: Mapping[str, object]) -> RolloutRing | None:
    """Read the ring from the metadata of a window; None if there is none, or it has another form."""
    match metadata.get(ROLLOUT):
        case {**place}:
            match place.get(ROLLOUT_NAME), place.get(RING), place.get(DAYS_AFTER), place.get(BAKE_HOURS, 0):
                case str(rollout), str(name), int(days), int(hours):
                    return RolloutRing(rollout, name, days, hours)
    return None
