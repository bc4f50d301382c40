"""Whether the run of a document, or a script, reboots its nodes."""

from enum import Enum


class Reboot(Enum):
    """Whether the run of a document reboots its nodes."""

    NONE = "none"
    """Nothing suggests it."""
    POSSIBLE = "possible"
    """A word in a script suggests it, or the name of a document that is not in the template and not known."""
    CERTAIN = "certain"
    """The document reboots nodes, at least under some conditions."""
