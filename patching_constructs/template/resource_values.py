"""The form of the values that ``Ref`` and ``Fn::GetAtt`` return for a resource: a name, an ID or an ARN.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

from collections.abc import Mapping
from typing import Any, Final

from patching_constructs.template.content import mapping

_UUID: Final = "01234567-89ab-cdef-0123-456789abcdef"
_ACCOUNT: Final = "111122223333"
_PLACE: Final = f"us-east-1:{_ACCOUNT}"

# The property with the name that Ref returns; the service makes a name up where it is not given.
_NAMES: Final = {
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::Role": "RoleName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::ResourceGroups::Group": "Name",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SSM::Document": "Name",
    "AWS::SSM::Parameter": "Name",
}
_REFS: Final = {
    "AWS::EC2::Instance": "i-0123456789abcdef0",
    "AWS::EC2::LaunchTemplate": "lt-0123456789abcdef0",
    "AWS::IAM::ManagedPolicy": f"arn:aws:iam::{_ACCOUNT}:policy/name",
    "AWS::SNS::Topic": f"arn:aws:sns:{_PLACE}:name",
    "AWS::SSM::MaintenanceWindow": "mw-0123456789abcdef0",
    "AWS::SSM::MaintenanceWindowTarget": _UUID,
    "AWS::SSM::MaintenanceWindowTask": _UUID,
    "AWS::SSM::PatchBaseline": "pb-0123456789abcdef0",
    "AWS::StepFunctions::StateMachine": f"arn:aws:states:{_PLACE}:stateMachine:name",
}
_ATTRIBUTES: Final = {
    ("AWS::EC2::Instance", "InstanceId"): "i-0123456789abcdef0",
    ("AWS::IAM::Role", "Arn"): f"arn:aws:iam::{_ACCOUNT}:role/name",
    ("AWS::Lambda::Function", "Arn"): f"arn:aws:lambda:{_PLACE}:function:name",
    ("AWS::S3::Bucket", "Arn"): "arn:aws:s3:::name",
    ("AWS::S3::Bucket", "DomainName"): "name.s3.amazonaws.com",
    ("AWS::S3::Bucket", "RegionalDomainName"): "name.s3.us-east-1.amazonaws.com",
    ("AWS::SNS::Topic", "TopicArn"): f"arn:aws:sns:{_PLACE}:name",
    ("AWS::SNS::Topic", "TopicName"): "name",
    ("AWS::SSM::PatchBaseline", "Id"): "pb-0123456789abcdef0",
}

_VALUE_OF_A_PARAMETER: Final = ("AWS::SSM::Parameter", "Value")
_CUSTOM_RESOURCE: Final = "AWS::CloudFormation::CustomResource"
_OF_AWS: Final = ("AWS::", "Alexa::")


def returns_any_value(resource: Mapping[str, Any], attribute: str | None) -> bool:
    """Return whether a resource's ``Ref`` or attribute can be the name, ID or ARN of another resource.

    A custom resource, a module, and a resource type that is not of AWS return what their authors decide.
    """
    kind = str(resource.get("Type"))
    if kind == _CUSTOM_RESOURCE or not kind.startswith(_OF_AWS):
        return True
    return (kind, attribute) == _VALUE_OF_A_PARAMETER


def example_of(resource: Mapping[str, Any], attribute: str | None) -> str | None:
    """Return an example of a resource's ``Ref`` or attribute; None if the form is not known here."""
    kind = str(resource.get("Type"))
    if attribute is not None:
        return _ATTRIBUTES.get((kind, attribute))
    if kind in _NAMES:
        name = mapping(resource.get("Properties")).get(_NAMES[kind])
        return name if isinstance(name, str) else "stack-name-1a2b3c4d5e6f"
    return _REFS.get(kind)
