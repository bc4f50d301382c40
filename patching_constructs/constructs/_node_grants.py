"""Permissions of the nodes' instance profile for patch commands.

https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html
"""

from collections.abc import Iterator
from functools import cached_property
from posixpath import normpath
from typing import Final, cast

from aws_cdk import Annotations, Aws, Resource, Stack
from aws_cdk.aws_iam import (
    AddToPrincipalPolicyResult,
    ArnPrincipal,
    CfnPolicy,
    Grant,
    IGrantable,
    IRole,
    ManagedPolicy,
    Policy,
    PolicyStatement,
    Role,
)
from aws_cdk.aws_s3 import BucketGrants
from aws_cdk.interfaces.aws_logs import ILogGroupRef
from aws_cdk.interfaces.aws_s3 import IBucketRef
from constructs import Construct

from patching_constructs._tokens import is_unresolved
from patching_constructs.constructs._role_policies import attached_policy
from patching_constructs.properties.output import CommandOutput

_MANAGED_POLICY: Final = "AmazonSSMManagedInstanceCore"
_POLICY_ID: Final = "PatchingPolicy"
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
_ESCAPES: Final = str.maketrans({"*": "${*}", "?": "${?}", "$": "${$}"})


MANAGED_POLICY_NOT_ATTACHED: Final = "patching-constructs:managedPolicyNotAttached"


class _CoveredByManagedPolicy(ArnPrincipal):
    """Accepts a statement without adding it, because the managed policy of the role contains it."""

    def __init__(self, role: IRole) -> None:
        super().__init__(role.role_arn)
        self._role = role

    def add_to_principal_policy(self, statement: PolicyStatement) -> AddToPrincipalPolicyResult:
        del statement
        return AddToPrincipalPolicyResult(statement_added=True, policy_dependable=self._role)


class _GrantedHere(ArnPrincipal):
    """The role as the principal in resource policies. Its own statements are added to a policy in the nodes' stack.

    A ``Policy`` as a grantee is not a principal, so it cannot be in the policy of a resource in another account.
    """

    def __init__(self, role: IRole, policy: Policy) -> None:
        super().__init__(role.role_arn)
        self._role = role
        self._policy = policy

    @property
    def principal_account(self) -> str | None:
        return self._role.principal_account

    def add_to_principal_policy(self, statement: PolicyStatement) -> AddToPrincipalPolicyResult:
        self._policy.add_statements(statement)
        return AddToPrincipalPolicyResult(statement_added=True, policy_dependable=self._policy)


class NodeRole:
    """The role of a host's nodes, and the policy at the host if the role is created elsewhere."""

    def __init__(self, host: Construct, role: IRole) -> None:
        self._host = host
        self._role = role

    def grant_management(self) -> Grant:
        """Attach the policy that AWS documents for every managed node; warn if the CDK cannot attach it."""
        role = self._role
        actions, everything = ["ssm:UpdateInstanceInformation"], ["*"]
        if Role.is_role(role):
            role.add_managed_policy(ManagedPolicy.from_aws_managed_policy_name(_MANAGED_POLICY))
            covered = _CoveredByManagedPolicy(role)
            return Grant.add_to_principal(grantee=covered, actions=actions, resource_arns=everything)
        if self._is_immutable:
            return Grant.add_to_principal(grantee=role, actions=actions, resource_arns=everything)
        Annotations.of(self._host).add_warning_v2(
            MANAGED_POLICY_NOT_ATTACHED,
            f"the CDK cannot attach a managed policy to the imported role {role.node.path}; attach {_MANAGED_POLICY} "
            "where the role is created, unless the nodes use Default Host Management Configuration",
        )
        return Grant.drop(role, "management by Systems Manager")

    @cached_property
    def grantee(self) -> IGrantable:
        """What the statements for the role are added to.

        For a role that is created elsewhere, it is a policy at the host. An immutable role handles a grant itself: it
        reports success, or with ``add_grants_to_resources`` leaves the grant to the resource.
        """
        is_created_here = Stack.of(self._role) is Stack.of(self._host) and Resource.is_owned_resource(self._role)
        if is_created_here or self._is_immutable:
            return self._role
        return _GrantedHere(self._role, self._policy)

    @cached_property
    def _policy(self) -> Policy:
        policy = self._host.node.try_find_child(_POLICY_ID)
        if isinstance(policy, Policy):
            self._role.attach_inline_policy(policy)
            return policy
        return attached_policy(self._host, _POLICY_ID, self._role)

    @cached_property
    def _is_immutable(self) -> bool:
        """Whether the role ignores policies: the CDK has no type for such a role, but it attaches no policy."""
        stack = Stack.of(self._host)
        policy = cast("CfnPolicy", self._policy.node.default_child)
        return stack.resolve(self._role.role_name) not in (stack.resolve(policy.roles) or [])


def grant_output(grantee: IGrantable, output: CommandOutput) -> Iterator[Grant]:
    """Grant SSM Agent permission to write its output to the bucket, the log group, or both."""
    if output.bucket:
        yield from _grant_upload(grantee, output.bucket, output.key_prefix)
    if output.log_group:
        yield from _grant_logging(grantee, output.log_group)


def _grant_upload(grantee: IGrantable, bucket: IBucketRef, key_prefix: str | None) -> Iterator[Grant]:
    # BucketGrants.put() would also allow retention, legal holds and tags, which the agent does not need.
    # The agent needs PutObjectAcl, because it uploads with bucket-owner-full-control.
    yield BucketGrants.from_bucket(bucket).actions_on_object_keys(
        grantee, _keys_below(key_prefix), "s3:PutObject", "s3:PutObjectAcl", "kms:Decrypt", "kms:GenerateDataKey"
    )
    # The agent reads the encryption settings of the bucket to encrypt in the same way.
    yield Grant.add_to_principal(
        grantee=grantee, actions=["s3:GetEncryptionConfiguration"], resource_arns=[bucket.bucket_ref.bucket_arn]
    )


def _keys_below(key_prefix: str | None) -> str:
    """Return the pattern of the keys that the agent writes.

    The agent joins the prefix and the command id to a path, without empty segments and without a leading slash.
    """
    if key_prefix is None:
        return "*"
    # A token is one segment, because it contains no slash.
    path = normpath(f"/{key_prefix}").strip("/")
    return f"{_literal(path)}/*" if path else "*"


def _grant_logging(grantee: IGrantable, log_group: ILogGroupRef) -> Iterator[Grant]:
    yield Grant.add_to_principal(
        grantee=grantee,
        actions=["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        resource_arns=[log_group.log_group_ref.log_group_arn],
    )
    # The agent searches all log groups for the name.
    yield Grant.add_to_principal(
        grantee=grantee,
        actions=["logs:DescribeLogGroups"],
        resource_arns=[f"arn:{Aws.PARTITION}:logs:{Aws.REGION}:{Aws.ACCOUNT_ID}:log-group:*"],
    )


def grant_object(grantee: IGrantable, s3_url: str) -> Grant:
    """Grant read permission for the object of an s3:// URL."""
    arn = f"arn:{Aws.PARTITION}:s3:::{_literal(s3_url.removeprefix('s3://'))}"
    return Grant.add_to_principal(grantee=grantee, actions=["s3:GetObject"], resource_arns=[arn])


def _literal(text: str) -> str:
    """Escape the wildcards and variables of IAM policies. A segment with a token is not changed."""
    return "/".join(part if is_unresolved(part) else part.translate(_ESCAPES) for part in text.split("/"))
