"""The permissions that AWS-owned runbooks require, for the role in their parameter ``AutomationAssumeRole``.

https://docs.aws.amazon.com/systems-manager-automation-runbooks/latest/userguide/automation-runbook-reference.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

CREATE_IMAGE: Final = "AWS-CreateImage"
CREATE_SNAPSHOT: Final = "AWS-CreateSnapshot"
START_INSTANCES: Final = "AWS-StartEC2Instance"
STOP_INSTANCES: Final = "AWS-StopEC2Instance"
PATCH_WITH_ROLLBACK: Final = "AWS-PatchInstanceWithRollback"
INSTANCE_RUNBOOKS: Final = frozenset({CREATE_IMAGE, PATCH_WITH_ROLLBACK, START_INSTANCES, STOP_INSTANCES})
"""Those that run on an EC2 instance."""


@dataclass(frozen=True, slots=True)
class Permission:
    """Actions of EC2 that a runbook calls."""

    actions: tuple[str, ...]
    of_account: tuple[str, ...] = ()
    """The types of resources of the account, such as ``instance``."""
    of_region: tuple[str, ...] = ()
    """The types of resources whose ARN has no account, such as ``image``."""

    @property
    def has_resources(self) -> bool:
        """Whether the actions support resource-level permissions."""
        return bool(self.of_account or self.of_region)


RUNBOOK_PERMISSIONS: Final[Mapping[str, tuple[Permission, ...]]] = MappingProxyType(
    {
        # https://docs.aws.amazon.com/systems-manager-automation-runbooks/latest/userguide/automation-aws-createimage.html
        CREATE_IMAGE: (
            Permission(("ec2:CreateImage",), of_account=("instance",), of_region=("image", "snapshot")),
            Permission(("ec2:DescribeImages",)),
        ),
        # AWS documents none; it creates the snapshot and waits until it is complete.
        CREATE_SNAPSHOT: (
            Permission(("ec2:CreateSnapshot",), of_account=("volume",), of_region=("snapshot",)),
            Permission(("ec2:DescribeSnapshots",)),
        ),
        # AWS documents them in a policy that runs these two runbooks:
        # https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBudgetsActions_RolePolicyForResourceAdministrationWithSSM.html
        START_INSTANCES: (
            Permission(("ec2:StartInstances",), of_account=("instance",)),
            Permission(("ec2:DescribeInstanceStatus",)),
        ),
        STOP_INSTANCES: (
            Permission(("ec2:StopInstances",), of_account=("instance",)),
            Permission(("ec2:DescribeInstanceStatus",)),
        ),
    }
)
"""The permissions by runbook."""
