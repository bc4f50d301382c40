"""Policies for roles from elsewhere: created in the stack that uses the role, and attached to it."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import Aws, Fn
from aws_cdk.aws_iam import IRole, Policy, PolicyStatement
from constructs import Construct

from patching_constructs.constructs._names import generated_name

# The name of a policy has at most 128 characters; the stack's id takes 37 of them.
_POLICY_NAME_LENGTH: Final = 90


def attached_policy(
    scope: Construct,
    id: str,  # noqa: A002
    role: IRole,
    statements: Sequence[PolicyStatement] = (),
) -> Policy:
    """Create a policy in the scope's stack, wherever the role is; an immutable role is left unchanged.

    A policy in the role's own stack would refer to resources here while those here refer to the role there, which no
    deployment order resolves. The id of the stack is in its name, because a role has one policy of a name, and the
    same construct ids occur in many stacks.
    """
    name = f"{generated_name(scope, _POLICY_NAME_LENGTH)}-{Fn.select(2, Fn.split('/', Aws.STACK_ID))}"
    policy = Policy(scope, id, policy_name=name, statements=list(statements))
    role.attach_inline_policy(policy)
    return policy
