"""What nodes come from: an instance, an auto scaling group, a launch template, or a managed node group of EKS.

A host is recognised by its CloudFormation resource, so that nobody imports ``aws_ec2``, ``aws_autoscaling`` and
``aws_eks`` (0.2-0.3 s each) who does not use them.
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
    """What nodes come from: where their tags are set, which launch templates they start from, which roles they have."""

    resource_type: ClassVar[str]
    """The CloudFormation resource by which the host is recognised."""
    construct_name: ClassVar[str]
    """The L2 construct, for messages."""
    imported_property: ClassVar[str | None] = None
    """The property by which an imported one is recognised, None where nothing is imported."""

    def __init__(self, construct: Construct, resource: CfnResource) -> None:
        self.construct = construct
        # Any: its class is that of the resource type, which is not imported here.
        self._resource: Any = resource

    @cached_property
    @abstractmethod
    def launch_templates(self) -> list[UsedLaunchTemplate]:
        """The launch templates that the nodes start from."""

    @property
    def tagged(self) -> Construct:
        """The construct whose tags the nodes get.

        Raises:
            PatchingError: there is none in this app.
        """
        return self.construct

    @property
    def tagged_type(self) -> str:
        """The resource of it that is tagged: its role and security group are no nodes, and may be shared."""
        return self.resource_type

    @property
    def exposing_tags(self) -> str | None:
        """What exposes the nodes' tags in instance metadata, None where nothing is known to."""
        return next((str(each) for each in self.launch_templates if each.exposes_tags), None)

    @property
    def roles(self) -> list[IRole]:
        """The roles of the nodes' instance profiles.

        Raises:
            PatchingError: one of them is not known to this app.
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
        # What the instance says itself overrides its launch template.
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
            fix = f"use an {self.construct_name}, whose tags reach the instances"
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
        # Without a launch template there is a launch configuration, whose role the group knows.
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
                "needs a node group with a launch template of this app, because EKS does not propagate the tags of "
                "a node group to its nodes"
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
    """Recognise a host.

    Raises:
        PatchingError: it is something else, or was imported.
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
        fix = "pass what the nodes come from: they are tagged, not their role, and grant_patching finds the role"
        raise _no_host(f"the role {construct.node.path}", fix)
    if resource is None and _is_imported_host(owner):
        fix = "an app cannot tag what it imports, so join and grant where it is created"
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
        # A bastion host's default child is the instance, and the instance's is the resource.
        child = default
    return owner, child


def _no_host(got: str, fix: str = "") -> PatchingError:
    *names, last = (kind.construct_name for kind in _KINDS.values())
    return refusal("host", f"must be an {', an '.join(names)} or an {last} created in this app", got, fix)
