"""Policies for roles that are created elsewhere: they are created in the stack that uses the role."""

from collections.abc import Sequence
from typing import Final, cast

from aws_cdk import Aws, Fn, Stack
from aws_cdk.aws_iam import IRole, Policy, PolicyStatement
from constructs import Construct

from patching_constructs.constructs._names import generated_name, short_hash

# The name of a policy has at most 128 characters, 37 of which are for the stack id.
_POLICY_NAME_LENGTH: Final = 90


def attached_policy(
    scope: Construct,
    id: str,  # noqa: A002
    role: IRole,
    statements: Sequence[PolicyStatement] = (),
    *,
    part: str = "",
) -> Policy:
    """Create a policy in the stack of the scope and attach it to the role. An immutable role is not changed.

    A policy in the stack of the role would cause a cyclic dependency: it would refer to resources in this stack, which
    refer to the role. The name contains the stack id, because the names of a role's policies are unique, while
    construct ids are not unique among stacks.

    Args:
        scope: the construct that the policy belongs to.
        id: the id of the policy.
        role: the role.
        statements: the statements of the policy. Default: none yet.
        part: the part of the scope that the policy is for, if several can have policies for one role. Default: the
            whole scope.
    """
    own = f"-{short_hash(part)}" if part else ""
    name = f"{generated_name(scope, _POLICY_NAME_LENGTH - len(own))}{own}-{Fn.select(2, Fn.split('/', Aws.STACK_ID))}"
    policy = Policy(scope, id, policy_name=name, statements=list(statements))
    role.attach_inline_policy(policy)
    return policy


def shared_policy(scope: Construct, role: IRole, path: str) -> Policy:
    """Return the policy that all tasks in the stack of the scope share for a role. An immutable role is not changed.

    All inline policies of a role have at most 10,240 characters together. What many windows run, such as
    ``AWS-RunPatchBaseline``, is in the policy only once, because the CDK keeps one of equal statements.

    Args:
        scope: the construct that uses the role.
        role: the role.
        path: the path of the role in the construct tree.
    """
    stack = Stack.of(scope)
    id_ = f"PatchingTasksOf{short_hash(path)}"
    existing = stack.node.try_find_child(id_)
    return attached_policy(stack, id_, role, part=path) if existing is None else cast("Policy", existing)
