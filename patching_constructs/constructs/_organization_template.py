"""What a StackSet with service-managed permissions cannot deploy, found before its template is written.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-associate-stackset-with-org.html
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import jsii
from aws_cdk import CfnResource, Stack
from aws_cdk.aws_cloudformation import CfnStackSet
from constructs import IConstruct, IValidation

from patching_constructs._errors import refusal
from patching_constructs.constructs._organization_aspect import NO_NESTED_STACKS
from patching_constructs.constructs._organization_file import NO_TRANSFORMS
from patching_constructs.constructs._organization_names import fixed_name

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
_MOST_RESOURCES: Final = 500
_NESTED_STACK: Final = "AWS::CloudFormation::Stack"
# https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.Annotations.html
_MESSAGES: Final = ("aws:cdk:info", "aws:cdk:warning", "aws:cdk:error")


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
        inner = [each.node.path for each in constructs if isinstance(each, Stack)][1:]
        return [
            *self._of_stack(),
            *_inner_stacks(inner),
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
            yield str(refusal("PatchOrganization", NO_TRANSFORMS, ", ".join(transforms)))
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
        if resource.cfn_resource_type == _NESTED_STACK:
            yield str(refusal("PatchOrganization", NO_NESTED_STACKS, resource.node.path))
        yield from fixed_name(self._stack, resource, regions=self._regions)


def _same_name(outer: Stack, stack_set: IConstruct) -> Iterator[str]:
    """Find a StackSet of the same name in the same account and Region."""
    own = f"{stack_set.node.path}/Resource"
    found = {each.node.path: each for each in outer.node.root.node.find_all() if isinstance(each, CfnStackSet)}
    name = outer.resolve(found.pop(own).stack_set_name)
    for path, other in found.items():
        stack = Stack.of(other)
        if _are_together(stack, outer) and stack.resolve(other.stack_set_name) == name:
            rule = "must have a stack_set_name that no other StackSet of its account and Region has"
            of = path.removesuffix("/Resource").removesuffix(".StackSet")
            yield str(refusal("PatchOrganization", rule, f"{name!r}, which is the name of {of} too"))


def _are_together(one: Stack, other: Stack) -> bool:
    """Return whether two stacks are certainly in one account and Region."""
    if one.node.path == other.node.path:
        return True
    return one.environment == other.environment and "unknown-" not in one.environment


def _inner_stacks(paths: Sequence[str]) -> Iterator[str]:
    if paths:
        rule = "must not contain stacks, which the CDK deploys to the account of the StackSet"
        fix = "create their resources in the PatchOrganization"
        yield str(refusal("PatchOrganization", rule, ", ".join(paths), fix))


def _number(resources: Sequence[CfnResource]) -> Iterator[str]:
    if not resources:
        fix = "create the schedules in the PatchOrganization, not in the stack around it"
        yield str(refusal("PatchOrganization", "must have at least one resource", "none", fix))
    if len(resources) > _MOST_RESOURCES:
        rule = f"must have at most {_MOST_RESOURCES} resources"
        yield str(refusal("PatchOrganization", rule, len(resources), "use several of them"))
