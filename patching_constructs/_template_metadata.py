"""What the constructs write into the Metadata of a resource, for those who read the template."""

from typing import Final

METADATA_KEY: Final = "PatchingConstructs"
FROZEN: Final = "Frozen"
"""True on the window of a schedule that is frozen: it has no task, and that is intended."""
