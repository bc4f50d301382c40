"""What a patch, missing or rejected, means for the compliance of a node: the service's words.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-compliance-states.html
"""

from enum import StrEnum


class ComplianceLevel(StrEnum):
    """How grave it is that an approved patch is missing."""

    CRITICAL = "CRITICAL"
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"
    INFORMATIONAL = "INFORMATIONAL"
    UNSPECIFIED = "UNSPECIFIED"
    """The service's default."""


class RejectedPatchesAction(StrEnum):
    """What becomes of a rejected patch that another patch needs."""

    ALLOW_AS_DEPENDENCY = "ALLOW_AS_DEPENDENCY"
    """It is installed where another package depends on it; Windows knows no dependencies. The service's default."""
    BLOCK = "BLOCK"
    """It is never installed, and neither is what depends on it."""


class PatchComplianceStatus(StrEnum):
    """What a security update counts as that is available and not approved."""

    COMPLIANT = "COMPLIANT"
    NON_COMPLIANT = "NON_COMPLIANT"
