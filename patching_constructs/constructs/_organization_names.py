"""Names that the template of a StackSet gives in every account and Region, where only one of them can have them."""

from collections.abc import Iterator
from typing import Final

from aws_cdk import CfnResource, Stack

from patching_constructs._errors import refusal

_ACCOUNT: Final = "AWS::AccountId"
_REGION: Final = "AWS::Region"
# These are the same in all accounts of a partition.
_SAME: Final = {"AWS::Partition", "AWS::URLSuffix"}
# IAM has no Regions: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
_UNIQUE_IN_ACCOUNT: Final = {
    "AWS::IAM::Group": "group_name",
    "AWS::IAM::InstanceProfile": "instance_profile_name",
    "AWS::IAM::ManagedPolicy": "managed_policy_name",
    "AWS::IAM::Role": "role_name",
    "AWS::IAM::User": "user_name",
}
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_BUCKET: Final = "AWS::S3::Bucket"
_TOKENS: Final = {_ACCOUNT: "aws_cdk.Aws.ACCOUNT_ID", _REGION: "aws_cdk.Aws.REGION"}
_ROLE_RULE: Final = "must not contain a fixed name of an IAM resource, which only one Region of an account can have"
_BUCKET_RULE: Final = "must not contain a fixed bucket name, which only one account and Region can have"


def fixed_name(stack: Stack, resource: CfnResource, *, regions: int) -> Iterator[str]:
    """Find a name that several accounts or Regions would have.

    Args:
        stack: the stack of the template.
        resource: a resource of the template.
        regions: the number of Regions.
    """
    kind = resource.cfn_resource_type
    of_region = {_REGION} if regions > 1 else set()
    if kind == _BUCKET:
        yield from _of_name(stack, resource, "bucket_name", {_ACCOUNT} | of_region)
    elif kind in _UNIQUE_IN_ACCOUNT:
        yield from _of_name(stack, resource, _UNIQUE_IN_ACCOUNT[kind], of_region)


def _of_name(stack: Stack, resource: CfnResource, attribute: str, required: set[str]) -> Iterator[str]:
    name = stack.resolve(getattr(resource, attribute, None))
    used = set(_references(name))
    # What else the name consists of may differ, such as a parameter or the name of the stack.
    if name is None or used - _SAME - _TOKENS.keys() or required <= used:
        return
    tokens = [token for reference, token in _TOKENS.items() if reference in required]
    fix = f"leave the name out, or include the token{'s' * (len(tokens) > 1)} {' and '.join(tokens)}"
    rule = _BUCKET_RULE if attribute == "bucket_name" else _ROLE_RULE
    yield str(refusal("PatchOrganization", rule, f"{_shown(name)} at {resource.node.path}", fix))


def _references(value: object) -> Iterator[str]:
    """Find what a name refers to; a function other than a join counts as a reference of its own."""
    match value:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::Join": [_, list(parts)]}:
            for part in parts:
                yield from _references(part)
        case dict():
            yield from map(str, value)


def _shown(name: object) -> str:
    match name:
        case {"Ref": str(reference)}:
            return f"${{{reference}}}"
        case {"Fn::Join": [str(separator), list(parts)]}:
            return repr(separator.join(part if isinstance(part, str) else _shown(part) for part in parts))
        case _:
            return repr(name)
