"""PatchNodes: the patch group tag of nodes, and the permissions of their instance profile.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-patch-groups.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html
"""

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Final, Self

from aws_cdk import Annotations, Tags
from aws_cdk.aws_iam import Grant, IRole
from constructs import Node

from patching_constructs._errors import located, refusal
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import check_list_of, check_type
from patching_constructs.constructs._hosts import host_of
from patching_constructs.constructs._node_grants import NodeRole, grant_object, grant_output
from patching_constructs.constructs._override_warnings import warn_of_granted_override
from patching_constructs.constructs.overrides import BaselineOverride, InstallOverrideList
from patching_constructs.properties._override_url import check_override_url
from patching_constructs.properties.output import CommandOutput
from patching_constructs.properties.patch_group import PatchGroup
from patching_constructs.ssm.target_keys import PATCH_GROUP_TAG

if TYPE_CHECKING:
    from patching_constructs.constructs._hosts import PatchableHost

Override = InstallOverrideList | BaselineOverride | str

_JOINED: Final = "patching-constructs:patchGroup"
_STARTED: Final = "patching-constructs:startedInPatchGroup"
# Tags have the priority 100 by default, and their removal 200. The highest priority wins, regardless of the order.
_PRIORITY: Final = 300

POSSIBLE_SECOND_GROUP: Final = "patching-constructs:possibleSecondPatchGroup"


class PatchNodes:
    """Prepares nodes for patching: their patch group and their permissions.

    ``nodes = PatchNodes.of(instance)``, then ``nodes.join(web)`` and ``nodes.grant_patching()``. It creates only tags
    and policies.

    Args:
        host: the construct that creates the nodes: an ``aws_ec2.Instance``, an ``aws_autoscaling.AutoScalingGroup``, an
            ``aws_ec2.LaunchTemplate``, or an ``aws_eks.Nodegroup`` with a launch template. It must be created in this
            app.

    Raises:
        PatchingError: the host has another type, or was imported, so that the app cannot tag it.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-patch-groups.html
    """

    def __init__(self, host: "PatchableHost") -> None:
        self._host = host_of(host)

    @classmethod
    def of(cls, host: "PatchableHost") -> Self:
        """Return the nodes of a host.

        Args:
            host: the construct that creates the nodes, see `PatchNodes`.

        Raises:
            PatchingError: the host has another type, or was imported.
        """
        return cls(host)

    def join(self, group: PatchGroup | str) -> None:
        """Add the nodes to a patch group, by its tag.

        An instance is tagged in place. An auto scaling group and a launch template propagate the tag to instances that
        they launch later: replace instances that are already running. The CDK also adds the tags of a launch template
        to its volumes. For a node group, its launch template is tagged.

        The tag overrides tags that are set on the nodes or on a scope, before or after, unless their priority is 300 or
        higher. A second group is an error. If a name is a token, it is a warning
        (``patching-constructs:possibleSecondPatchGroup``), and the last tag is used.

        Args:
            group: the group, as a `PatchGroup` that baselines and schedules share, or by name.

        Raises:
            PatchingError: the nodes are already in another group; or their tags are exposed in instance metadata, where
                a key cannot contain a space; or the host is a node group without a launch template of this app.
        """
        with located(self._host.construct):
            check_type("group", group, (PatchGroup, str))
            self._join(group if isinstance(group, PatchGroup) else PatchGroup(group))

    def _join(self, group: PatchGroup) -> None:
        tagged, membership = self._host.tagged, f"{group.tag_key}={group.name}"
        self._check_key(group.tag_key)
        node = tagged.node
        joined, started = _records(node)
        templates = [each.construct.node for each in self._host.launch_templates if each.construct]
        of_templates = [record for template in templates for record in _records(template)[0]]
        self._check_only_group(membership, [*joined, *started, *of_templates])
        if membership in joined:
            return
        node.add_metadata(_JOINED, membership)
        Tags.of(tagged).add(
            group.tag_key, group.name, include_resource_types=[self._host.tagged_type], priority=_PRIORITY
        )
        for template in templates:
            template.add_metadata(_STARTED, membership)

    def _check_only_group(self, membership: str, others: Sequence[str]) -> None:
        # The same name under both tag keys is one group.
        second = [other for other in others if _name(other) != _name(membership)]
        for other in second:
            if not is_unresolved([other, membership]):
                rule = f"must be {other}, because the nodes are already in this patch group"
                raise refusal("group", rule, membership)
        if second:
            Annotations.of(self._host.construct).add_warning_v2(
                POSSIBLE_SECOND_GROUP,
                "the nodes join a second patch group, and one of the two names is unknown until deployment; make sure "
                "that the names are equal, because a node can be in only one patch group",
            )

    def _check_key(self, key: str) -> None:
        exposing = self._host.exposing_tags if key == PATCH_GROUP_TAG else None
        if exposing:
            rule = (
                f"must have a tag key without a space, because {exposing} exposes tags in instance metadata and "
                "the launch would fail"
            )
            raise refusal("group", rule, repr(key), "use PatchGroup(..., instance_metadata_tags=True)")

    def grant_patching(self, *, output: CommandOutput | None = None, overrides: Sequence[Override] = ()) -> Grant:
        """Grant the role of the nodes' instance profile the permissions for ``AWS-RunPatchBaseline``.

        The role gets the AWS managed policy ``AmazonSSMManagedInstanceCore``, and permission to:

        - read the overrides;
        - upload the output to the bucket below its prefix, with an ACL, read the encryption settings of the bucket, and
          use its key if the bucket is an encrypted L2 construct;
        - write the output to the log group.

        A role that was imported as immutable is not changed, and the grant reports success, as in the CDK: make sure
        that the role has these permissions. The CDK cannot attach a managed policy to any other imported role, which is
        a warning (``patching-constructs:managedPolicyNotAttached``): attach it where the role is created.

        Args:
            output: the output of the schedule. Default: none.
            overrides: the overrides of the schedule: an `InstallOverrideList`, a `BaselineOverride`, or a URL. An
                ``https://`` URL is read without credentials, so no permission is granted for it; if the file is or can
                be in S3, it is a warning (``patching-constructs:overrideWithoutCredentials``,
                ``patching-constructs:overrideHostUnknown``). Default: none.

        Returns:
            A grant that combines all grants. It succeeds if at least one of them does.

        Raises:
            PatchingError: the role is not known to this app, or an override is invalid.

        https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html
        """
        with located(self._host.construct):
            if output is not None:
                check_type("output", output, CommandOutput, "write CommandOutput(...)")
            _check_overrides(overrides)
            roles = self._host.roles
        for override in overrides:
            if isinstance(override, str):
                warn_of_granted_override(self._host.construct, "overrides", override)
        return reduce(Grant.combine, (grant for role in roles for grant in self._grants(role, output, overrides)))

    def _grants(self, role: IRole, output: CommandOutput | None, overrides: Sequence[Override]) -> Iterator[Grant]:
        nodes = NodeRole(self._host.construct, role)
        yield nodes.grant_management()
        if not overrides and output is None:
            return
        grantee = nodes.grantee
        for override in overrides:
            if not isinstance(override, str):
                yield override.grant_read(grantee)
            elif override.startswith("s3://"):
                yield grant_object(grantee, override)
        if output:
            yield from grant_output(grantee, output)


def _records(node: Node) -> tuple[list[str], list[str]]:
    """Return the groups of a construct, and those of the nodes that are launched from it, as ``key=name``."""
    # In metadata, because a Python attribute would be lost if jsii recreates the Python object.
    metadata = [(each.type, str(each.data)) for each in node.metadata]
    joined, started = ([data for kind, data in metadata if kind == wanted] for wanted in (_JOINED, _STARTED))
    return joined, started


def _name(membership: str) -> str:
    return membership.partition("=")[2]


def _check_overrides(overrides: Sequence[Override]) -> None:
    for override in check_list_of("overrides", overrides, (InstallOverrideList, BaselineOverride, str)):
        if isinstance(override, str):
            _check_url(override)


def _check_url(url: str) -> None:
    if not is_unresolved(url):
        check_override_url("overrides", url)
    elif not url.startswith(("s3://", "https://")):
        fix = "pass the InstallOverrideList or BaselineOverride itself, not its s3_url"
        raise refusal("overrides", "must begin with s3:// or https://", "a token", fix)
