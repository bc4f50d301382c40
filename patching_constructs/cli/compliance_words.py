"""The compliance of nodes in words: what each status is called, why there is no evidence, and what a node needs."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from patching_constructs.reporting.grouping import Grouping, GroupKind
from patching_constructs.reporting.nodes import MissingEvidence, NodeStatus
from patching_constructs.reporting.patches import PatchState, PatchStatus


@dataclass(frozen=True, slots=True)
class Words:
    """A title, and what it means."""

    title: str
    explanation: str


STATUSES: Final = {
    NodeStatus.NON_COMPLIANT: Words("Non-compliant", "The node needs patches, or a reboot to complete their install."),
    NodeStatus.NO_EVIDENCE: Words("No evidence", "The node has no patch state, or one that is too old to rely on."),
    NodeStatus.COMPLIANT: Words("Compliant", "The node has every patch that its patch baseline requires."),
}

EVIDENCE: Final = {
    MissingEvidence.NEVER_EVALUATED: Words("Never evaluated", "No patch operation has ended on the node."),
    MissingEvidence.OUTDATED: Words("Evidence is too old", "The last patch operation ended too long ago."),
    MissingEvidence.NOT_READ: Words("Not read", "The patch state of the node could not be read."),
}


class Need(StrEnum):
    """Why a node is non-compliant."""

    MISSING = "missing"
    FAILED = "failed"
    REJECTED = "rejected"
    PENDING_REBOOT = "pendingReboot"
    AVAILABLE = "available"
    REPORTED = "reported"


NEEDS: Final = {
    Need.MISSING: Words("Missing", "The patch is approved and not installed."),
    Need.FAILED: Words("Failed", "The patch is approved, and its installation failed."),
    Need.PENDING_REBOOT: Words("Pending reboot", "The patch is installed and becomes effective with the next reboot."),
    Need.REJECTED: Words("Rejected", "The patch is installed, and the patch baseline rejects it."),
    Need.AVAILABLE: Words("Available", "A security update for Windows is available, and the baseline requires it."),
    Need.REPORTED: Words("Reported as non-compliant", "The source does not list the patches that the node needs."),
}

CRITICAL: Final = Words("Critical", "A patch of the compliance level Critical is not installed.")

NEED_OF_PATCH: Final = {
    PatchStatus.MISSING: Need.MISSING,
    PatchStatus.FAILED: Need.FAILED,
    PatchStatus.PENDING_REBOOT: Need.PENDING_REBOOT,
    PatchStatus.REJECTED: Need.REJECTED,
    PatchStatus.AVAILABLE: Need.AVAILABLE,
}


def needs_of(state: PatchState) -> dict[Need, int]:
    """Return why a node is non-compliant, with the number of patches; empty for a compliant one."""
    counts = {
        Need.MISSING: state.missing,
        Need.FAILED: state.failed,
        Need.PENDING_REBOOT: state.pending_reboot,
        Need.REJECTED: state.rejected,
        Need.AVAILABLE: state.available_security_updates if state.are_available_updates_required else 0,
    }
    found = {need: count for need, count in counts.items() if count}
    return found or ({Need.REPORTED: 1} if state.is_reported_non_compliant else {})


def needs_in_words(state: PatchState) -> str:
    """Return what a node needs, such as ``3 missing, 1 failed``."""
    return ", ".join(
        NEEDS[need].title.lower() if need is Need.REPORTED else f"{count:,} {NEEDS[need].title.lower()}"
        for need, count in needs_of(state).items()
    )


def grouping_in_words(grouping: Grouping) -> str:
    """Return what the nodes of a group have in common."""
    if grouping.kind is GroupKind.TAG:
        return f"Tag {grouping.tag}"
    return grouping.kind.value.replace("-", " ").capitalize()
