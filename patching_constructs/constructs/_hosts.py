"""The resources that create nodes: instances, auto scaling groups, launch templates and managed node groups of EKS.

A host is recognized by its CloudFormation resource type, so that ``aws_ec2``, ``aws_autoscaling`` and ``aws_eks``
(0.2-0.3 s each) are not imported by apps that do not use them.
"""

from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from aws_cdk import CfnResource
from aws_cdk.aws_iam import IRole
from constructs import Construct, IConstruct, Node

from patching_constructs._errors import PatchingError, refusal, shown
from patching_constructs._tokens import with_tokens_masked
from patching_constructs._validation import has_property
from patching_constructs.constructs._launch_templates import (
    LAUNCH_TEMPLATE,
    UsedLaunchTemplate,
    exposes_tags,
    without_role,
)

if TYPE_CHECKING:
    from aws_cdk.aws_autoscaling import AutoScalingGroup, CfnAutoScalingGroup
    from aws_cdk.aws_ec2 import BastionHostLinux, CfnInstance, Instance, LaunchTemplate
    from aws_cdk.aws_eks import CfnNodegroup, Nodegroup
    from aws_cdk.aws_eks_v2 import Nodegroup as NodegroupV2

    PatchableHost = (
        Instance
        | BastionHostLinux
        | CfnInstance
        | LaunchTemplate
        | AutoScalingGroup
        | CfnAutoScalingGroup
        | Nodegroup
        | NodegroupV2
        | CfnNodegroup
    )


class Host(ABC):
    """A resource that creates nodes, with its tags, launch templates and roles."""

    resource_type: ClassVar[str]
    """The CloudFormation resource type of the host."""
    construct_name: ClassVar[str]
    """The L2 construct, for messages."""
    imported_property: ClassVar[str | None] = None
    """The property by which an imported construct is recognized; None if it cannot be imported."""

    def __init__(self, construct: Construct, resource: CfnResource) -> None:
        self.construct = construct
        # Any, because the class of the resource type is not imported here.
        self._resource: Any = resource

    @cached_property
    @abstractmethod
    def launch_templates(self) -> list[UsedLaunchTemplate]:
        """The launch templates of the nodes."""

    @property
    def tagged(self) -> Construct:
        """The construct whose tags are propagated to the nodes.

        Raises:
            PatchingError: there is none in this app.
        """
        return self.construct

    @property
    def tagged_type(self) -> str:
        """The resource type to tag: not the role or the security group of the host, which can be shared."""
        return self.resource_type

    @property
    def exposing_tags(self) -> str | None:
        """What exposes the nodes' tags in instance metadata; None if nothing is known to expose them."""
        return next((str(each) for each in self.launch_templates if each.exposes_tags), None)

    @property
    def roles(self) -> list[IRole]:
        """The roles of the nodes' instance profiles.

        Raises:
            PatchingError: a role is not known to this app.
        """
        role: IRole | None = getattr(self.construct, "role", None)
        if role is None:
            raise without_role(f"the L1 construct {self.construct.node.path}", f"use an {self.construct_name}")
        return [role]


class _InstanceHost(Host):
    resource_type = "AWS::EC2::Instance"
    construct_name = "aws_ec2.Instance"

    @cached_property
    def launch_templates(self) -> list[UsedLaunchTemplate]:
        return UsedLaunchTemplate.specified_by(self._resource.launch_template)

    @property
    def exposing_tags(self) -> str | None:
        # The options of the instance override those of its launch template.
        match exposes_tags(self._resource.metadata_options):
            case None:
                return super().exposing_tags
            case exposes:
                return f"the instance {self.construct.node.path}" if exposes else None


class _LaunchTemplateHost(Host):
    resource_type = LAUNCH_TEMPLATE
    construct_name = "aws_ec2.LaunchTemplate"
    imported_property = "launch_template_id"

    def __init__(self, construct: Construct, resource: CfnResource) -> None:
        super().__init__(construct, resource)
        if construct is resource:
            fix = f"use an {self.construct_name}, which propagates its tags to the instances"
            raise _no_host(f"the L1 construct {construct.node.path}", fix)

    @cached_property
    def launch_templates(self) -> list[UsedLaunchTemplate]:
        return [UsedLaunchTemplate(cast("LaunchTemplate", self.construct), self._resource)]

    @property
    def roles(self) -> list[IRole]:
        return [each.role for each in self.launch_templates]


class _AutoScalingGroupHost(Host):
    resource_type = "AWS::AutoScaling::AutoScalingGroup"
    construct_name = "aws_autoscaling.AutoScalingGroup"
    imported_property = "auto_scaling_group_name"

    @cached_property
    def launch_templates(self) -> list[UsedLaunchTemplate]:
        mixed = getattr(self._resource.mixed_instances_policy, "launch_template", None)
        overrides = getattr(mixed, "overrides", None)
        return UsedLaunchTemplate.specified_by(
            self._resource.launch_template,
            getattr(mixed, "launch_template_specification", None),
            *(getattr(each, "launch_template_specification", None) for each in overrides or []),
        )

    @property
    def roles(self) -> list[IRole]:
        # Without a launch template, there is a launch configuration, and the group has its role.
        return [each.role for each in self.launch_templates] or super().roles


class _NodegroupHost(Host):
    resource_type = "AWS::EKS::Nodegroup"
    construct_name = "aws_eks.Nodegroup"
    imported_property = "nodegroup_name"

    @cached_property
    def launch_templates(self) -> list[UsedLaunchTemplate]:
        specification = self._resource.launch_template
        return [UsedLaunchTemplate.by_id(getattr(specification, "id", None))] if specification else []

    @property
    def tagged(self) -> Construct:
        templates = self.launch_templates
        if not templates or templates[0].construct is None:
            rule = (
                "requires a node group with a launch template created in this app, because EKS does not propagate the "
                "tags of a node group to its nodes"
            )
            got = str(templates[0]) if templates else "none"
            raise refusal("join", rule, got, "pass an aws_ec2.LaunchTemplate as launch_template_spec")
        return templates[0].construct

    @property
    def tagged_type(self) -> str:
        return LAUNCH_TEMPLATE


_KINDS: Final[dict[str, type[Host]]] = {
    kind.resource_type: kind for kind in (_InstanceHost, _LaunchTemplateHost, _AutoScalingGroupHost, _NodegroupHost)
}


def host_of(host: object) -> Host:
    """Return the host for a construct.

    Raises:
        PatchingError: the construct is not a supported host, or was imported.
    """
    if isinstance(host, str):
        raise _no_host(shown(with_tokens_masked(host)), "pass the construct itself, not its id or name")
    if not isinstance(getattr(host, "node", None), Node):
        raise _no_host(shown(host))
    construct = cast("IConstruct", host)
    owner, resource = _resource_of(construct)
    kind = _KINDS.get(resource.cfn_resource_type) if resource else None
    if resource and kind:
        return kind(cast("Construct", owner), resource)
    if has_property(construct, "role_arn") or (resource and resource.cfn_resource_type == "AWS::IAM::Role"):
        fix = "pass the construct that creates the nodes; grant_patching finds its role"
        raise _no_host(f"the role {construct.node.path}", fix)
    if resource is None and _is_imported_host(owner):
        fix = "use PatchNodes in the app that creates it, because an app cannot tag imported resources"
        raise _no_host(f"the imported {owner.node.path}", fix)
    raise _no_host(owner.node.path)


def _is_imported_host(construct: IConstruct) -> bool:
    names = (kind.imported_property for kind in _KINDS.values())
    return any(name is not None and has_property(construct, name) for name in names)


def _resource_of(construct: IConstruct) -> tuple[IConstruct, CfnResource | None]:
    owner, child = construct, construct
    while not isinstance(child, CfnResource):
        owner, default = child, child.node.default_child
        if default is None:
            return owner, None
        # The default child of a bastion host is an instance, whose default child is the resource.
        child = default
    return owner, child


def _no_host(got: str, fix: str = "") -> PatchingError:
    *names, last = (kind.construct_name for kind in _KINDS.values())
    return refusal("host", f"must be an {', an '.join(names)} or an {last} created in this app", got, fix)
