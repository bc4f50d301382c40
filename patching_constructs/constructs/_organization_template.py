"""What a StackSet with service-managed permissions cannot deploy, found when the app is synthesized.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-associate-stackset-with-org.html
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import jsii
from aws_cdk import CfnResource, Stack
from aws_cdk.aws_cloudformation import CfnStackSet
from constructs import IConstruct, IValidation

from patching_constructs._errors import refusal

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
_MOST_RESOURCES: Final = 500
_NESTED_STACK: Final = "AWS::CloudFormation::Stack"
# IAM has no Regions: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
_UNIQUE_IN_ACCOUNT: Final = {
    "AWS::IAM::Group": "group_name",
    "AWS::IAM::InstanceProfile": "instance_profile_name",
    "AWS::IAM::ManagedPolicy": "managed_policy_name",
    "AWS::IAM::Role": "role_name",
    "AWS::IAM::User": "user_name",
}
# https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.Annotations.html
_MESSAGES: Final = ("aws:cdk:info", "aws:cdk:warning", "aws:cdk:error")
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_BUCKET: Final = "AWS::S3::Bucket"
_NAME_FIX: Final = "leave the name out, or include the token aws_cdk.Aws.REGION"
_BUCKET_FIX: Final = "leave the name out, or include the tokens aws_cdk.Aws.ACCOUNT_ID and aws_cdk.Aws.REGION"


@jsii.implements(IValidation)
class OrganizationTemplate:
    """The template of a StackSet, checked before it is written."""

    def __init__(self, stack: Stack, stack_set: IConstruct, *, regions: int) -> None:
        """Take the stack of the template, the StackSet, and the number of Regions."""
        self._stack = stack
        self._stack_set = stack_set
        self._regions = regions
        self._shown: set[tuple[str, str]] = set()

    def validate(self) -> list[str]:
        """Return what cannot be deployed, in words."""
        constructs = self._stack.node.find_all()
        self._show_messages(constructs)
        resources = [each for each in constructs if isinstance(each, CfnResource)]
        return [
            *self._of_stack(),
            *(found for each in resources for found in self._of_resource(each)),
            *_number(resources),
        ]

    def _show_messages(self, constructs: Iterable[IConstruct]) -> None:
        """Add the warnings and errors of all constructs to the StackSet.

        The CDK's command line shows only those of stacks in the ``cdk.out``, and this one is none of them.
        """
        for each in constructs:
            for entry in each.node.metadata:
                message = entry.type, f"{entry.data} [{each.node.path}]"
                if entry.type in _MESSAGES and message not in self._shown:
                    # An app can be synthesized more than once.
                    self._shown.add(message)
                    self._stack_set.node.add_metadata(*message)

    def _of_stack(self) -> Iterator[str]:
        transforms = self._stack.template_options.transforms
        if transforms:
            rule = "must not have transforms, which StackSets with service-managed permissions do not support"
            yield str(refusal("PatchOrganization", rule, ", ".join(transforms)))
        others = sorted(each.node.path for each in self._stack.dependencies)
        if others:
            rule = "must not refer to other stacks, because their exports do not exist in other accounts and Regions"
            fix = "create the resource in the PatchOrganization, or import it by its name or ARN"
            yield str(refusal("PatchOrganization", rule, ", ".join(others), fix))
        outer = Stack.of(self._stack_set)
        yield from _same_name(outer, self._stack_set)
        if self._stack.node.path in (each.node.path for each in outer.dependencies):
            rule = "must not be referred to by the stack of the StackSet, because its resources are in other accounts"
            yield str(refusal("PatchOrganization", rule, outer.node.path))

    def _of_resource(self, resource: CfnResource) -> Iterator[str]:
        kind = resource.cfn_resource_type
        if kind == _NESTED_STACK:
            rule = "must not contain nested stacks, which StackSets with service-managed permissions do not support"
            yield str(refusal("PatchOrganization", rule, resource.node.path))
        elif kind == _BUCKET:
            rule = "must not contain a fixed bucket name, which only one account and Region can have"
            yield from self._of_name(resource, "bucket_name", rule, _BUCKET_FIX)
        elif kind in _UNIQUE_IN_ACCOUNT and self._regions > 1:
            rule = "must not contain a fixed name of an IAM resource, which only one Region of an account can have"
            yield from self._of_name(resource, _UNIQUE_IN_ACCOUNT[kind], rule, _NAME_FIX)

    def _of_name(self, resource: CfnResource, attribute: str, rule: str, fix: str) -> Iterator[str]:
        """Find a name that is the same in all accounts and Regions."""
        name = self._stack.resolve(getattr(resource, attribute, None))
        if isinstance(name, str):
            yield str(refusal("PatchOrganization", rule, f"{name!r} at {resource.node.path}", fix))


def _same_name(outer: Stack, stack_set: IConstruct) -> Iterator[str]:
    """Find a StackSet of the same name in the same stack, and so in the same account and Region."""
    found = {each.node.path: each for each in outer.node.find_all() if isinstance(each, CfnStackSet)}
    names = {path: outer.resolve(each.stack_set_name) for path, each in found.items()}
    name = names.pop(f"{stack_set.node.path}/Resource")
    for path in [path for path, other in names.items() if other == name]:
        rule = "must have a stack_set_name that no other StackSet has"
        yield str(refusal("PatchOrganization", rule, f"{name!r}, which is the name of {path} too"))


def _number(resources: Sequence[CfnResource]) -> Iterator[str]:
    if not resources:
        fix = "create the schedules in the PatchOrganization, not in the stack around it"
        yield str(refusal("PatchOrganization", "must have at least one resource", "none", fix))
    if len(resources) > _MOST_RESOURCES:
        rule = f"must have at most {_MOST_RESOURCES} resources"
        yield str(refusal("PatchOrganization", rule, len(resources), "use several of them"))
