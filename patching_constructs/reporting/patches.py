"""The patch state of a node, and the patches that it needs.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_InstancePatchState.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-compliance-states.html
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self


class PatchStatus(StrEnum):
    """Why a patch needs attention: the states of patches that AWS counts as non-compliant, or may count so."""

    MISSING = "Missing"
    FAILED = "Failed"
    REJECTED = "InstalledRejected"
    PENDING_REBOOT = "InstalledPendingReboot"
    AVAILABLE = "AvailableSecurityUpdate"
    """A security update for Windows that is available and not approved. The patch baseline says whether the node
    complies."""

    @classmethod
    def parsed(cls, state: str) -> Self | None:
        """Return the status for a state of AWS, None for a state that needs no attention.

        AWS documents two spellings: ``InstalledPendingReboot`` and ``INSTALLED_PENDING_REBOOT``.
        """
        spelled = state.replace("_", "").lower()
        return next((each for each in cls if each.lower() == spelled), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """A patch that a node needs."""

    id: str
    """The KB article, or the name of the package."""
    title: str
    status: PatchStatus
    severity: str = ""
    """As the vendor of the operating system names it; empty where it is unknown."""
    classification: str = ""
    cve_ids: tuple[str, ...] = ()
    released: datetime | None = None
    """When the vendor released it. AWS lists that only for Windows Server, Amazon Linux 1 and Amazon Linux 2."""
    first_seen: datetime | None = None
    """The first of the earlier reports in a row that have it, with this status or another one."""

    @property
    def since(self) -> datetime | None:
        """Since when it could have been installed: its release, or the first report that has it; None if unknown."""
        return self.released or self.first_seen


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchState:
    """The result of the last patch operation on a node: of a scan, or of an install, which scans as well."""

    operation: str
    ended: datetime
    patch_group: str | None = None
    """The patch group of the node at that time."""
    baseline_id: str | None = None
    baseline_name: str | None = None
    reboot_option: str | None = None
    installed: int = 0
    installed_other: int = 0
    missing: int = 0
    failed: int = 0
    rejected: int = 0
    pending_reboot: int = 0
    available_security_updates: int = 0
    are_available_updates_required: bool = False
    """Whether the patch baseline reports a node with available security updates as non-compliant."""
    critical_non_compliant: int | None = None
    """Patches of the compliance level Critical that are not installed; None where the source does not count them."""
    security_non_compliant: int | None = None
    other_non_compliant: int | None = None
    is_reported_non_compliant: bool = False
    """Whether the source itself reports a patch of the node as non-compliant."""

    @property
    def is_compliant(self) -> bool:
        """Whether the node had every patch that it needs when the operation ended."""
        required = self.available_security_updates if self.are_available_updates_required else 0
        counted = self.missing + self.failed + self.rejected + self.pending_reboot + required
        return not counted and not self.is_reported_non_compliant
