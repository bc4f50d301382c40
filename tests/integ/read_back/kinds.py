"""How each type of resource is read back, and which properties the emulator does not return."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final

from tests.integ.emulator.process import Emulator
from tests.integ.read_back import baselines, ec2, events, iam, kms, logs, maintenance_windows, s3, scheduler, sns, sqs
from tests.integ.stacks import Resource


@dataclass(frozen=True)
class Kind:
    """A type of resource."""

    read: Callable[[Emulator, Resource], Mapping[str, Any]]
    """Return the properties, with the names that they have in a template."""
    dropped: AbstractSet[str] = frozenset()
    """Accepted, but not returned, returned with another value, or not read: listed, not compared."""
    unordered: AbstractSet[str] = frozenset()
    """The properties of which the order has no meaning."""


KINDS: Final[Mapping[str, Kind]] = {
    "AWS::EC2::Instance": Kind(
        ec2.instance,
        dropped={
            "BlockDeviceMappings",
            "DisableApiTermination",
            "IamInstanceProfile",
            "MetadataOptions",
            "Monitoring",
            "SecurityGroupIds",
            "Tags",
            "UserData",
        },
    ),
    "AWS::EC2::SecurityGroup": Kind(ec2.security_group, dropped={"SecurityGroupEgress", "Tags"}),
    "AWS::Events::Rule": Kind(events.rule),
    "AWS::IAM::InstanceProfile": Kind(iam.instance_profile),
    "AWS::IAM::Policy": Kind(iam.policy),
    "AWS::IAM::Role": Kind(iam.role, unordered={"ManagedPolicyArns"}),
    "AWS::KMS::Key": Kind(kms.key),
    "AWS::Logs::LogGroup": Kind(logs.log_group, dropped={"RetentionInDays"}),
    "AWS::S3::Bucket": Kind(s3.bucket, dropped={"BucketEncryption", "LifecycleConfiguration", "LoggingConfiguration"}),
    "AWS::S3::BucketPolicy": Kind(s3.policy),
    "AWS::SNS::Subscription": Kind(sns.subscription),
    "AWS::SNS::Topic": Kind(sns.topic),
    "AWS::SNS::TopicPolicy": Kind(sns.policy),
    "AWS::SQS::Queue": Kind(sqs.queue),
    "AWS::SQS::QueuePolicy": Kind(sqs.policy),
    "AWS::SSM::MaintenanceWindow": Kind(maintenance_windows.window, dropped={"AllowUnassociatedTargets"}),
    "AWS::SSM::MaintenanceWindowTarget": Kind(maintenance_windows.target),
    "AWS::SSM::MaintenanceWindowTask": Kind(
        maintenance_windows.task,
        dropped={"CutoffBehavior", "MaxConcurrency", "MaxErrors", "TaskInvocationParameters", "TaskType"},
    ),
    "AWS::SSM::PatchBaseline": Kind(
        baselines.baseline,
        dropped={
            "ApprovalRules",
            "ApprovedPatches",
            "ApprovedPatchesComplianceLevel",
            "ApprovedPatchesEnableNonSecurity",
            "AvailableSecurityUpdatesComplianceStatus",
            "DefaultBaseline",
            "GlobalFilters",
            "PatchGroups",
            "RejectedPatches",
            "RejectedPatchesAction",
            "Sources",
        },
    ),
    "AWS::Scheduler::Schedule": Kind(scheduler.schedule),
}
