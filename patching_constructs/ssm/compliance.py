"""The service's literals for compliance, rejected patches and available security updates.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-compliance-states.html
"""

from enum import StrEnum


class ComplianceLevel(StrEnum):
    """The severity that is reported if an approved patch is missing."""

    CRITICAL = "CRITICAL"
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"
    INFORMATIONAL = "INFORMATIONAL"
    UNSPECIFIED = "UNSPECIFIED"
    """The service's default."""


class RejectedPatchesAction(StrEnum):
    """What happens to a rejected patch that another patch depends on."""

    ALLOW_AS_DEPENDENCY = "ALLOW_AS_DEPENDENCY"
    """Install it if another package depends on it. Windows has no dependencies. The service's default."""
    BLOCK = "BLOCK"
    """Never install it, nor any package that depends on it."""


class PatchComplianceStatus(StrEnum):
    """The compliance status of a node with security updates that are available but not approved."""

    COMPLIANT = "COMPLIANT"
    NON_COMPLIANT = "NON_COMPLIANT"
