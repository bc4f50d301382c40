"""What is done with a StackSet when the app is synthesized, before the CDK resolves its dependencies."""

from typing import Final

import jsii
from aws_cdk import IAspect, Names, NestedStack, Stack
from aws_cdk.aws_cloudformation import CfnStackSet
from constructs import IConstruct

from patching_constructs._errors import refusal

NO_NESTED_STACKS: Final = (
    "must not contain nested stacks, which StackSets with service-managed permissions do not support"
)


@jsii.implements(IAspect)
class OrganizationAspect:
    """Lets a StackSet wait until the files of its template are in their buckets.

    cdk-stacksets does so only for files that exist before the StackSet is created, and a `PatchOrganization` creates
    the StackSet before anything else.
    """

    def __init__(self, stack: Stack, *, buckets: int) -> None:
        """Take the stack of the template, and the number of buckets for files."""
        self._stack = stack
        self._buckets = buckets

    def visit(self, node: IConstruct) -> None:
        """Add the dependencies to the resource of the StackSet."""
        if not isinstance(node, CfnStackSet):
            return
        self._refuse_nested_stacks()
        siblings = Stack.of(node).node
        # As cdk-stacksets names them.
        ids = [f"{Names.unique_id(self._stack)}-AssetBucketDeployment-{place}" for place in range(self._buckets)]
        deployments = [siblings.try_find_child(each) for each in ids]
        node.node.add_dependency(*filter(None, deployments))

    def _refuse_nested_stacks(self) -> None:
        """Raise an error before the CDK does, which names only the bucket that the template of a nested stack needs."""
        for each in self._stack.node.find_all():
            if isinstance(each, NestedStack):
                raise refusal("PatchOrganization", NO_NESTED_STACKS, each.node.path).at(self._stack.node.path)
