"""Why nodes are not patched, or not as intended."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class GapKind(StrEnum):
    """A reason why nodes are not patched, or not as intended."""

    NOT_SELECTED = "notSelected"
    """No command of the templates selects the nodes."""
    NO_INSTALL = "noInstall"
    """No command of the templates installs patches."""
    NO_SCAN = "noScan"
    """No command of the templates scans."""
    NO_EXECUTION = "noExecution"
    """None of the commands has an upcoming execution."""
    NO_PATCH_GROUP = "noPatchGroup"
    """The nodes have no patch group."""
    NO_BASELINE = "noBaseline"
    """No baseline of the templates applies to the patch group."""
    FROZEN = "frozen"
    """A frozen window selects the nodes: it has no task on purpose."""
    INVALID_OPERATION = "invalidOperation"
    """A command has an operation that does not exist."""
    UNKNOWN_OPERATION = "unknownOperation"
    """It is unknown until deployment if a command scans or installs."""
    UNKNOWN = "unknown"
    """The templates do not show if another command selects the nodes."""

    @property
    def is_certain(self) -> bool:
        """Whether the templates show that it is so."""
        return self not in {GapKind.UNKNOWN, GapKind.UNKNOWN_OPERATION}


GAPS: Final[Mapping[GapKind, str]] = {
    GapKind.NOT_SELECTED: "no window or association selects these nodes",
    GapKind.NO_INSTALL: "nothing installs patches",
    GapKind.NO_SCAN: "nothing scans between installs",
    GapKind.NO_EXECUTION: "no upcoming execution is known",
    GapKind.NO_PATCH_GROUP: "no patch group, so the default baseline applies",
    GapKind.NO_BASELINE: "no baseline in the templates, so the default baseline applies unless another stack has one",
    GapKind.FROZEN: "frozen",
    GapKind.INVALID_OPERATION: "the operation is invalid",
    GapKind.UNKNOWN_OPERATION: "the operation, Scan or Install, is unknown until deployment",
    GapKind.UNKNOWN: "the templates do not show whether another target selects these nodes",
}
