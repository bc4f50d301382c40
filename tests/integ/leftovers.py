"""What there is in the emulator, so that what a destroyed stack has left over is seen."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import jmespath  # type: ignore[import-untyped]

from tests.integ.emulator.process import Emulator


@dataclass(frozen=True)
class Listing:
    """How the resources of a type are listed."""

    service: str
    operation: str
    names: str
    """A JMESPath expression for the names in a response."""
    of: "Listing | None" = None
    """The operation is called for each of these."""
    argument: str = ""
    """The argument that gets each of these."""

    def in_account(self, emulator: Emulator) -> Iterator[str]:
        """Return the names of what there is, except what the service provides."""
        client = emulator.client(self.service)
        if self.of is None:
            yield from self._names(client)
        else:
            for owner in self.of.in_account(emulator):
                yield from (f"{owner} {name}" for name in self._names(client, **{self.argument: owner}))

    def _names(self, client: Any, **arguments: str) -> Iterator[str]:
        if client.can_paginate(self.operation):
            pages = client.get_paginator(self.operation).paginate(**arguments)
        else:
            pages = [getattr(client, self.operation)(**arguments)]
        for page in pages:
            # A list without items can be missing.
            yield from jmespath.search(self.names, page) or ()


_KEYS: Final = Listing("kms", "list_keys", "Keys[].KeyId")
_ROLES: Final = Listing("iam", "list_roles", "Roles[].RoleName")
_WINDOWS: Final = Listing("ssm", "describe_maintenance_windows", "WindowIdentities[].WindowId")
LISTS: Final[Mapping[str, Listing]] = {
    "AWS::CloudFormation::Stack": Listing(
        "cloudformation", "list_stacks", "StackSummaries[?StackStatus != 'DELETE_COMPLETE'].StackName"
    ),
    "AWS::CloudWatch::Alarm": Listing("cloudwatch", "describe_alarms", "MetricAlarms[].AlarmName"),
    "AWS::EC2::Instance": Listing(
        "ec2", "describe_instances", "Reservations[].Instances[?State.Name != 'terminated'].InstanceId[]"
    ),
    "AWS::EC2::SecurityGroup": Listing("ec2", "describe_security_groups", "SecurityGroups[].GroupId"),
    "AWS::EC2::Volume": Listing("ec2", "describe_volumes", "Volumes[].VolumeId"),
    "AWS::Events::Rule": Listing("events", "list_rules", "Rules[].Name"),
    "AWS::IAM::InstanceProfile": Listing("iam", "list_instance_profiles", "InstanceProfiles[].InstanceProfileName"),
    "AWS::IAM::ManagedPolicy": Listing(
        "iam", "list_policies", "Policies[?!starts_with(Arn, 'arn:aws:iam::aws:')].PolicyName"
    ),
    "AWS::IAM::Policy": Listing("iam", "list_role_policies", "PolicyNames[]", of=_ROLES, argument="RoleName"),
    "AWS::IAM::Role": _ROLES,
    # A key that has been destroyed is pending deletion.
    "AWS::KMS::Key": Listing(
        "kms", "describe_key", "[KeyMetadata][?KeyState != 'PendingDeletion'].KeyState", of=_KEYS, argument="KeyId"
    ),
    "AWS::Logs::LogGroup": Listing("logs", "describe_log_groups", "logGroups[].logGroupName"),
    "AWS::S3::Bucket": Listing("s3", "list_buckets", "Buckets[].Name"),
    "AWS::SNS::Subscription": Listing("sns", "list_subscriptions", "Subscriptions[].join(' ', [TopicArn, Endpoint])"),
    "AWS::SNS::Topic": Listing("sns", "list_topics", "Topics[].TopicArn"),
    "AWS::SQS::Queue": Listing("sqs", "list_queues", "QueueUrls"),
    "AWS::SSM::MaintenanceWindow": _WINDOWS,
    "AWS::SSM::MaintenanceWindowTarget": Listing(
        "ssm", "describe_maintenance_window_targets", "Targets[].WindowTargetId", of=_WINDOWS, argument="WindowId"
    ),
    "AWS::SSM::MaintenanceWindowTask": Listing(
        "ssm", "describe_maintenance_window_tasks", "Tasks[].WindowTaskId", of=_WINDOWS, argument="WindowId"
    ),
    "AWS::SSM::Parameter": Listing("ssm", "describe_parameters", "Parameters[?!starts_with(Name, '/aws/')].Name"),
    "AWS::SSM::PatchBaseline": Listing(
        "ssm", "describe_patch_baselines", "BaselineIdentities[?!starts_with(BaselineName, 'AWS-')].BaselineId"
    ),
    "AWS::Scheduler::Schedule": Listing("scheduler", "list_schedules", "Schedules[].Name"),
}
# They have no existence apart from a resource that the same stack creates.
PARTS: Final[Mapping[str, str]] = {
    "AWS::S3::BucketPolicy": "AWS::S3::Bucket",
    "AWS::SNS::TopicPolicy": "AWS::SNS::Topic",
    "AWS::SQS::QueuePolicy": "AWS::SQS::Queue",
}


def everything(emulator: Emulator) -> list[str]:
    """Return the stacks and resources of an account, each with its type."""
    return sorted(f"{kind} {name}" for kind, listing in LISTS.items() for name in listing.in_account(emulator))
