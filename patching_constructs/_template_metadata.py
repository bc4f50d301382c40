"""What the constructs write into the Metadata of a resource, for the template reader."""

from typing import Final

METADATA_KEY: Final = "PatchingConstructs"
FROZEN: Final = "Frozen"
"""True on the window of a frozen schedule, which has no task by intention."""
CAPACITY: Final = "Capacity"
"""On the window of a schedule, the number of its nodes and the time that patching takes on one."""
NODES: Final = "Nodes"
MINUTES_PER_NODE: Final = "MinutesPerNode"
MINUTES_PER_NODE_P95: Final = "MinutesPerNodeP95"
