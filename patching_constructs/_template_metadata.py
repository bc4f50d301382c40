"""What the constructs write into the Metadata of a resource, for the template reader."""

from typing import Final

METADATA_KEY: Final = "PatchingConstructs"
FROZEN: Final = "Frozen"
"""True on the window of a frozen schedule, which has no task by intention."""
