"""What the constructs write into the Metadata of a resource, for the template reader."""

from datetime import timedelta
from typing import Final

METADATA_KEY: Final = "PatchingConstructs"
FROZEN: Final = "Frozen"
"""True on the window of a frozen schedule, which has no task by intention."""
CAPACITY: Final = "Capacity"
"""On the window of a schedule, the number of its nodes and the time that patching takes on one."""
NODES: Final = "Nodes"
MINUTES_PER_NODE: Final = "MinutesPerNode"
MINUTES_PER_NODE_P95: Final = "MinutesPerNodeP95"
ROLLOUT: Final = "Rollout"
"""The place of a window in a rollout, see `rollout_metadata`."""
ROLLOUT_NAME: Final = "Name"
RING: Final = "Ring"
DAYS_AFTER: Final = "DaysAfter"
BAKE_HOURS: Final = "BakeHours"
FREEZES: Final = "Freezes"
"""The freezes of a schedule, on each of its windows: a list of these three, the times in ISO 8601 with an offset."""
FREEZE_START: Final = "Start"
FREEZE_END: Final = "End"
FREEZE_REASON: Final = "Reason"
PART_OF: Final = "PartOf"
"""The logical ID of the first window of a schedule, on those after its freezes."""


def rollout_metadata(name: str, ring: str, days_after: int, bake_time: timedelta) -> dict[str, object]:
    """Return the place of a window in a rollout.

    Args:
        name: the path of the rollout.
        ring: the name of the ring.
        days_after: the days after the schedule of the rollout.
        bake_time: the time between its end and the start of the next ring, in whole hours; 0 for none.
    """
    found: dict[str, object] = {ROLLOUT_NAME: name, RING: ring, DAYS_AFTER: days_after}
    return found | {BAKE_HOURS: bake_time // timedelta(hours=1)} if bake_time else found
