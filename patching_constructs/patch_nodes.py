"""PatchNodes: the nodes' half of patching, which is their tag and what their instance profile may do.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-patch-groups.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html
"""

from collections.abc import Sequence
from typing import Final, Protocol, Self

from aws_cdk import Aws, Tags
from aws_cdk.aws_iam import Grant, IRole, ManagedPolicy
from aws_cdk.aws_s3 import BucketGrants
from aws_cdk.interfaces.aws_logs import ILogGroupRef
from constructs import IConstruct

from patching_constructs._errors import refusal
from patching_constructs.override_list import BaselineOverride, InstallOverrideList
from patching_constructs.patch_group import PatchGroup
from patching_constructs.reporting import CommandOutput

_MEMBERSHIP: Final = "patching-constructs:patchGroup"
_NODES: Final = ["AWS::AutoScaling::AutoScalingGroup", "AWS::EC2::Instance"]


class IPatchableHost(IConstruct, Protocol):
    """What is patched: an ``aws_ec2.Instance`` or an ``aws_autoscaling.AutoScalingGroup``."""

    @property
    def role(self) -> IRole:
        """The role of the instance profile."""
        ...  # pragma: no cover


class PatchNodes:
    """What an instance or an auto scaling group needs to be patched: a patch group, and permissions.

    ``PatchNodes.of(instance).join(web).grant_patching()``. It makes no construct of its own, only tags and grants.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-patch-groups.html
    """

    def __init__(self, host: IPatchableHost) -> None:
        self._host = host

    @classmethod
    def of(cls, host: IPatchableHost) -> Self:
        """Speak of an ``aws_ec2.Instance`` or of all instances that an ``aws_autoscaling.AutoScalingGroup`` launches.

        Args:
            host: a construct with the role of its instance profile.
        """
        return cls(host)

    def join(self, group: PatchGroup | str) -> Self:
        """Put the nodes into a patch group, by its tag. Instances that an auto scaling group launches get it too.

        Instances that run already when the tag is added to their auto scaling group do not: replace them.
        Where ``group.instance_metadata_tags`` says so, the instance metadata is yours to configure.

        Args:
            group: the group, as `PatchGroup`, which the nodes' baselines and schedules share, or by name.

        Raises:
            PatchingError: the nodes are in another group already: a node is in one at most.
        """
        group = group if isinstance(group, PatchGroup) else PatchGroup(group)
        membership = f"{group.tag_key}={group.name}"
        joined = self._membership()
        if joined is None:
            self._host.node.add_metadata(_MEMBERSHIP, membership)
            # Its role and security group are no nodes, and may be shared with other groups.
            Tags.of(self._host).add(group.tag_key, group.name, include_resource_types=_NODES)
        elif joined != membership:
            path = self._host.node.path
            raise refusal("join", "allows a node in one patch group", f"{membership} where {path} has {joined}")
        return self

    def _membership(self) -> str | None:
        return next((str(each.data) for each in self._host.node.metadata if each.type == _MEMBERSHIP), None)

    def grant_patching(
        self,
        *,
        output: CommandOutput | None = None,
        overrides: Sequence[InstallOverrideList | BaselineOverride] = (),
    ) -> Self:
        """Grant the nodes' role what ``AWS-RunPatchBaseline`` does with it: nodes act by their instance profile.

        The role gets AWS's managed policy ``AmazonSSMManagedInstanceCore``, and on what is given here: reading these
        overrides, writing below the output's prefix with the bucket's key where it is an L2 construct that is
        encrypted, and writing to the output's log group. A role imported as immutable is left alone.

        Args:
            output: where the schedule's output goes. Default: nowhere.
            overrides: what the schedule uses in place of the registered baseline. Default: nothing.

        https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html
        """
        role = self._host.role
        role.add_managed_policy(ManagedPolicy.from_aws_managed_policy_name("AmazonSSMManagedInstanceCore"))
        for override in overrides:
            override.grant_read(role)
        if output and output.bucket:
            keys = f"{output.key_prefix}/*" if output.key_prefix else "*"
            # BucketGrants.put() would allow retention, legal holds and tags too; the agent needs none of them.
            BucketGrants.from_bucket(output.bucket).actions_on_object_keys(
                role, keys, "s3:PutObject", "kms:Decrypt", "kms:GenerateDataKey"
            )
        if output and output.log_group:
            _grant_logging(role, output.log_group)
        return self


def _grant_logging(role: IRole, log_group: ILogGroupRef) -> None:
    Grant.add_to_principal(
        grantee=role,
        actions=["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        resource_arns=[log_group.log_group_ref.log_group_arn],
    )
    # The agent looks for the group by its name among all of them.
    Grant.add_to_principal(
        grantee=role,
        actions=["logs:DescribeLogGroups"],
        resource_arns=[f"arn:{Aws.PARTITION}:logs:{Aws.REGION}:{Aws.ACCOUNT_ID}:log-group:*"],
    )
