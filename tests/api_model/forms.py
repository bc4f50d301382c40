"""What ``Ref`` and ``Fn::GetAtt`` return for each type of resource: values of the form that a deployment has."""

from collections.abc import Mapping
from typing import Any, Final

PARTITION, REGION, ACCOUNT = "aws", "eu-central-1", "111122223333"
PSEUDO_PARAMETERS: Final = {
    "AWS::Partition": PARTITION,
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::StackName": "Stack",
    "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/Stack/01234567-89ab-cdef-0123-456789abcdef",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::NotificationARNs": [],
}
_GUID = "01234567-89ab-cdef-0123-456789abcdef"
# Types whose Ref is an identifier that the service assigns.
_IDENTIFIERS: Final = {
    "AWS::EC2::LaunchTemplate": "lt-0123456789abcdef0",
    "AWS::EC2::SecurityGroup": "sg-0123456789abcdef0",
    "AWS::KMS::Key": _GUID,
    "AWS::SSM::Association": _GUID,
    "AWS::SSM::MaintenanceWindow": "mw-0123456789abcdef0",
    "AWS::SSM::MaintenanceWindowTarget": _GUID,
    "AWS::SSM::MaintenanceWindowTask": _GUID,
    "AWS::SSM::PatchBaseline": "pb-0123456789abcdef0",
}
# Types whose Ref is their name, with the property that sets it; without it CloudFormation generates a name.
NAMES: Final = {
    "AWS::Athena::WorkGroup": "Name",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::Config::ConfigRule": "ConfigRuleName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Events::Rule": "Name",
    "AWS::Glue::Database": "DatabaseInput.Name",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::Policy": "PolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SSM::Document": "Name",
    "AWS::SSM::Parameter": "Name",
    "AWS::SSM::ResourceDataSync": "SyncName",
    "AWS::Scheduler::Schedule": "Name",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
}
# The ARN of each type that is asked for it, after the partition.
_ARNS: Final = {
    "AWS::DynamoDB::Table": "dynamodb:{region}:{account}:table/{name}",
    "AWS::Events::Rule": "events:{region}:{account}:rule/{name}",
    "AWS::IAM::InstanceProfile": "iam::{account}:instance-profile/{name}",
    "AWS::IAM::Role": "iam::{account}:role/{name}",
    "AWS::KMS::Key": "kms:{region}:{account}:key/{name}",
    "AWS::Lambda::Function": "lambda:{region}:{account}:function:{name}",
    "AWS::Logs::LogGroup": "logs:{region}:{account}:log-group:{name}:*",
    "AWS::S3::Bucket": "s3:::{name}",
    "AWS::SNS::Topic": "sns:{region}:{account}:{name}",
    "AWS::SQS::Queue": "sqs:{region}:{account}:{name}",
    "AWS::StepFunctions::StateMachine": "states:{region}:{account}:stateMachine:{name}",
}
_REF_IS_ARN: Final = {"AWS::SNS::Topic", "AWS::StepFunctions::StateMachine"}
_ATTRIBUTES: Final = {
    ("AWS::EC2::LaunchTemplate", "LatestVersionNumber"): "1",
    ("AWS::EC2::SecurityGroup", "GroupId"): "sg-0123456789abcdef0",
}
# Attributes that are the same as Ref.
_REFS: Final = {
    "AWS::KMS::Key": ("KeyId",),
    "AWS::SSM::MaintenanceWindow": ("WindowId",),
    "AWS::SSM::MaintenanceWindowTarget": ("WindowTargetId",),
    "AWS::SSM::MaintenanceWindowTask": ("WindowTaskId",),
    "AWS::SSM::PatchBaseline": ("Id",),
}


class NoFormError(Exception):
    """A type or attribute has no row here."""


def name_of(logical_id: str, kind: str, properties: Mapping[str, Any]) -> str:
    """Return the name of a resource: the one in the template, or one that CloudFormation could generate."""
    given: Any = properties
    for step in NAMES.get(kind, "").split("."):
        given = given.get(step) if isinstance(given, dict) else None
    # The shortest limit is 64 characters, of roles and functions; names of buckets are in lower case.
    generated = f"Stack-{logical_id[:24]}-1A2B3C4D5E6F"
    return given if isinstance(given, str) else generated.lower() if kind == "AWS::S3::Bucket" else generated


def ref(logical_id: str, kind: str, properties: Mapping[str, Any]) -> str:
    """Return what ``Ref`` of a resource returns."""
    if kind in _IDENTIFIERS:
        return _IDENTIFIERS[kind]
    if kind in _REF_IS_ARN:
        return _arn(logical_id, kind, properties)
    name = name_of(logical_id, kind, properties)
    if kind == "AWS::SQS::Queue":
        return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"
    if kind in NAMES:
        return name
    raise NoFormError(f"Ref of {kind}")


def attribute(logical_id: str, kind: str, properties: Mapping[str, Any], name: str) -> str:
    """Return what ``Fn::GetAtt`` of a resource returns."""
    if (kind, name) in _ATTRIBUTES:
        return _ATTRIBUTES[kind, name]
    if name in _REFS.get(kind, ()):
        return ref(logical_id, kind, properties)
    if name.endswith("Arn") and kind in _ARNS:
        return _arn(logical_id, kind, properties)
    if NAMES.get(kind) == name:
        return name_of(logical_id, kind, properties)
    raise NoFormError(f"attribute {name} of {kind}")


def _arn(logical_id: str, kind: str, properties: Mapping[str, Any]) -> str:
    name = _IDENTIFIERS.get(kind) or name_of(logical_id, kind, properties)
    return f"arn:{PARTITION}:" + _ARNS[kind].format(region=REGION, account=ACCOUNT, name=name)
