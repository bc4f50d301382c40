"""What AWS's own managed policies allow, of those that the roles of tasks and nodes usually have.

From the AWS Managed Policy Reference, as of 2026-10:
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

_NODE: Final = (
    "ssm:DescribeAssociation",
    "ssm:GetDeployablePatchSnapshotForInstance",
    "ssm:GetDocument",
    "ssm:DescribeDocument",
    "ssm:GetManifest",
    "ssm:ListAssociations",
    "ssm:ListInstanceAssociations",
    "ssm:PutInventory",
    "ssm:PutComplianceItems",
    "ssm:PutConfigurePackageResult",
    "ssm:UpdateAssociationStatus",
    "ssm:UpdateInstanceAssociationStatus",
    "ssm:UpdateInstanceInformation",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
    "ec2messages:AcknowledgeMessage",
    "ec2messages:DeleteMessage",
    "ec2messages:FailMessage",
    "ec2messages:GetEndpoint",
    "ec2messages:GetMessages",
    "ec2messages:SendReply",
)
_LOGS: Final = (
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
)


@dataclass(frozen=True, slots=True)
class ManagedPolicy:
    """A policy of AWS's own: patterns of actions that it allows on some resource."""

    actions: tuple[str, ...]
    every_action_but: tuple[str, ...] = ()
    """Patterns of the only actions that it does not allow, if it allows all others."""


MANAGED_POLICIES: Final[Mapping[str, ManagedPolicy]] = MappingProxyType(
    {
        "AdministratorAccess": ManagedPolicy(("*",)),
        "PowerUserAccess": ManagedPolicy(
            ("iam:CreateServiceLinkedRole", "iam:DeleteServiceLinkedRole", "iam:ListRoles"),
            every_action_but=("iam:*", "organizations:*", "account:*"),
        ),
        "AmazonSSMFullAccess": ManagedPolicy(
            (
                "cloudwatch:PutMetricData",
                "ds:CreateComputer",
                "ds:DescribeDirectories",
                "ec2:DescribeInstanceStatus",
                "ec2messages:*",
                "iam:CreateServiceLinkedRole",
                "iam:DeleteServiceLinkedRole",
                "iam:GetServiceLinkedRoleDeletionStatus",
                "logs:*",
                "ssm:*",
                *(action for action in _NODE if action.startswith("ssmmessages:")),
            )
        ),
        "service-role/AmazonSSMMaintenanceWindowRole": ManagedPolicy(
            (
                "lambda:InvokeFunction",
                "resource-groups:ListGroupResources",
                "resource-groups:ListGroups",
                "ssm:GetAutomationExecution",
                "ssm:GetParameters",
                "ssm:ListCommands",
                "ssm:SendCommand",
                "ssm:StartAutomationExecution",
                "states:DescribeExecution",
                "states:StartExecution",
                "tag:GetResources",
            )
        ),
        "AmazonSSMManagedInstanceCore": ManagedPolicy((*_NODE, "ssm:GetParameter", "ssm:GetParameters")),
        "AmazonSSMManagedEC2InstanceDefaultPolicy": ManagedPolicy(_NODE),
        "AmazonSSMPatchAssociation": ManagedPolicy(
            (
                "ssm:DescribeEffectivePatchesForPatchBaseline",
                "ssm:DescribePatchBaselines",
                "ssm:GetPatchBaseline",
                "tag:GetResources",
            )
        ),
        "CloudWatchAgentServerPolicy": ManagedPolicy(
            (
                *_LOGS,
                "cloudwatch:PutMetricData",
                "ec2:DescribeTags",
                "ec2:DescribeVolumes",
                "logs:PutRetentionPolicy",
                "ssm:GetParameter",
                "xray:*",
            )
        ),
        "AmazonS3FullAccess": ManagedPolicy(("s3:*", "s3-object-lambda:*")),
        "AmazonS3ReadOnlyAccess": ManagedPolicy(
            ("s3:Get*", "s3:List*", "s3:Describe*", "s3-object-lambda:Get*", "s3-object-lambda:List*")
        ),
        "AmazonSNSFullAccess": ManagedPolicy(("sms-voice:*", "sns:*")),
    }
)
"""The policies by what stands behind ``policy/`` in their ARN."""
