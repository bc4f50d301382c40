"""The permissions that AWS-owned runbooks require, for the role in their parameter ``AutomationAssumeRole``.

https://docs.aws.amazon.com/systems-manager-automation-runbooks/latest/userguide/automation-runbook-reference.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from patching_constructs.ssm.documents import RESTART_INSTANCES

CREATE_IMAGE: Final = "AWS-CreateImage"
CREATE_SNAPSHOT: Final = "AWS-CreateSnapshot"
START_INSTANCES: Final = "AWS-StartEC2Instance"
STOP_INSTANCES: Final = "AWS-StopEC2Instance"
PATCH_WITH_ROLLBACK: Final = "AWS-PatchInstanceWithRollback"
PATCH_AUTO_SCALING_INSTANCE: Final = "AWS-PatchAsgInstance"
PATCH_LOAD_BALANCER_INSTANCE: Final = "AWSEC2-PatchLoadBalancerInstance"
EC2_INSTANCE: Final = "AWS::EC2::Instance"
EC2_VOLUME: Final = "AWS::EC2::Volume"
RESOURCE_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        CREATE_IMAGE: EC2_INSTANCE,
        CREATE_SNAPSHOT: EC2_VOLUME,
        PATCH_WITH_ROLLBACK: EC2_INSTANCE,
        RESTART_INSTANCES: EC2_INSTANCE,
        START_INSTANCES: EC2_INSTANCE,
        STOP_INSTANCES: EC2_INSTANCE,
    }
)
"""The type of the resources that a runbook runs on, by runbook."""


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
        # https://docs.aws.amazon.com/servicecatalog/latest/adminguide/using-service-actions.html
        RESTART_INSTANCES: (
            Permission(("ec2:StartInstances", "ec2:StopInstances"), of_account=("instance",)),
            Permission(("ec2:DescribeInstanceStatus",)),
        ),
    }
)
"""The permissions by runbook."""
