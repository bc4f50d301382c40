"""The nodes that templates create: instances, Auto Scaling groups, and other resources with a launch template.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from patching_constructs.planning.node_tags import NodeTags
from patching_constructs.ssm.target_keys import PATCH_GROUP_TAG, PATCH_GROUP_TAG_IN_METADATA
from patching_constructs.template.auto_scaling import AutoScalingGroup, EcsCapacityProvider, EksNodeGroup
from patching_constructs.template.instances import LAUNCH_TEMPLATE, Node
from patching_constructs.template.resource import Resource
from patching_constructs.template.value import UnknownError, Value

PATCH_GROUP_TAGS: Final = (PATCH_GROUP_TAG, PATCH_GROUP_TAG_IN_METADATA)
_FIRST_VERSION: Final = "1"
Launcher = Node | AutoScalingGroup | EksNodeGroup


class ReplacedBy(StrEnum):
    """The service that replaces nodes with new ones from an image, which do not have the patches of the old ones."""

    AUTO_SCALING = "autoScaling"
    ECS = "ecs"
    EKS = "eks"


@dataclass(frozen=True, slots=True)
class NodeTag:
    """A tag of nodes."""

    key: Value
    value: Value

    @property
    def name(self) -> str:
        """Its key."""
        return self.key.text() or ""


class NodeGroup:
    """The nodes that a resource creates, all with the same tags."""

    def __init__(self, resource: Launcher, launch_template: Node | None, *, replaced_by: ReplacedBy | None) -> None:
        """Create the group from a resource and its launch template, if that is in the templates."""
        self.resource = resource
        self.launch_template = launch_template
        self.replaced_by = replaced_by

    @cached_property
    def tags(self) -> dict[str, NodeTag]:
        """The known tags of the nodes, by key. Tags of the resource override those of its launch template."""
        return {tag.name: tag for source in self._sources for tag in _known_tags(source)}

    @cached_property
    def patch_tags(self) -> list[NodeTag]:
        """The tags among them that name the patch group."""
        return [self.tags[key] for key in PATCH_GROUP_TAGS if key in self.tags]

    @property
    def metadata_tags(self) -> Value | None:
        """The option that exposes tags in instance metadata; None if it is not in the templates.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        options = [
            source.metadata_options["InstanceMetadataTags"] for source in self._sources if isinstance(source, Node)
        ]
        return next((option for option in reversed(options) if option.is_given), None)

    @property
    def profile(self) -> Value | None:
        """The instance profile of the nodes; None if it is not in the templates.

        Raises:
            UnknownError: it is unknown until deployment.
        """
        profiles = [source.profile for source in self._sources if isinstance(source, Node)]
        return next((profile for profile in reversed(profiles) if profile.is_given), None)

    @property
    def value(self) -> Value:
        """The part of the template that creates them."""
        return self.resource.value

    def has_own(self, value: Value) -> bool:
        """Return whether a value is a part of the resource itself, and not of its launch template."""
        return value.template.scope is self.resource.template.scope and value.path[1] == self.resource.logical_id

    @cached_property
    def node_tags(self) -> NodeTags:
        """The tags, in the form in which they are compared with selections."""
        values = {key: tag.value.identity for key, tag in self.tags.items()}
        template, logical_id = self.resource.template, self.resource.logical_id
        node_id = template.intrinsics.resolve({"Ref": logical_id}) if isinstance(self.resource, Node) else None
        return NodeTags(values, is_complete=self._is_complete, node_id=node_id)

    @property
    def _sources(self) -> list[Launcher]:
        return [*([self.launch_template] if self.launch_template else []), self.resource]

    @property
    def _is_complete(self) -> bool:
        if self.resource.type == LAUNCH_TEMPLATE:
            # Whatever launches nodes from it can give them more tags.
            return False
        unseen = self.launch_template is None and launch_template_of(self.resource).content is not None
        return not unseen and not any(map(_has_unknown_tags, self._sources))


def launches(resources: Iterable[Resource], resolve: Callable[[Value], Resource | None]) -> list[NodeGroup]:
    """Return the nodes that resources create, with a group for every launch template.

    Args:
        resources: the resources of a deployment.
        resolve: returns the resource that a value refers to.
    """

    def certain(value: Value) -> Resource | None:
        with suppress(UnknownError):
            return resolve(value)
        return None

    found = list(resources)
    launch_templates = _LaunchTemplates(found, certain)
    providers = [each for each in found if isinstance(each, EcsCapacityProvider)]
    in_ecs = {id(certain(each.auto_scaling_group)) for each in providers}
    return [
        NodeGroup(each, launch_templates.of(each), replaced_by=_replaced_by(each, is_in_ecs=id(each) in in_ecs))
        for each in found
        if isinstance(each, Launcher)
    ]


def node_groups(found: Iterable[NodeGroup]) -> list[NodeGroup]:
    """Return the groups without those of launch templates that other groups use."""
    groups = list(found)
    used = {id(group.launch_template) for group in groups}
    return [group for group in groups if id(group.resource) not in used]


def _replaced_by(resource: Launcher, *, is_in_ecs: bool) -> ReplacedBy | None:
    match resource:
        case AutoScalingGroup():
            return ReplacedBy.ECS if is_in_ecs else ReplacedBy.AUTO_SCALING
        case EksNodeGroup():
            return ReplacedBy.EKS
        case _:
            return None


def launch_template_of(resource: Launcher) -> Value:
    """Return the specification of the launch template of a resource: an ID or name, with a version."""
    return resource.at("LaunchTemplate") if isinstance(resource, Node) else resource.launch_template


class _LaunchTemplates:
    """The launch templates of a deployment."""

    def __init__(self, resources: Iterable[Resource], resolve: Callable[[Value], Resource | None]) -> None:
        self._resolve = resolve
        self._by_name: dict[str, Node] = {}
        for each in resources:
            if isinstance(each, Node) and each.type == LAUNCH_TEMPLATE:
                name = each.at("LaunchTemplateName").identity
                if isinstance(name, str) and name:
                    self._by_name[name] = each

    def of(self, resource: Launcher) -> Node | None:
        """Return the launch template of a resource, if its content is in the templates."""
        if resource.type == LAUNCH_TEMPLATE:
            return None
        given = launch_template_of(resource)
        version = given.at("Version").identity
        if isinstance(version, str) and version.isdigit() and version != _FIRST_VERSION:
            # Another version than the one that is deployed first.
            return None
        by_id, name = given.at("LaunchTemplateId"), given.at("LaunchTemplateName")
        if by_id.content is None and given.is_nested:
            by_id = given.at("Id")
        found = self._resolve(by_id)
        if found is None:
            found = self._by_name.get(name.identity) if isinstance(name.identity, str) else None
        return found if isinstance(found, Node) and found.type == LAUNCH_TEMPLATE else None


def _known_tags(source: Launcher) -> list[NodeTag]:
    with suppress(UnknownError):
        found = [tag for tag in source.tags if not tag.is_unknown]
        tags = [NodeTag(tag.at("Key"), tag.at("Value")) for tag in found]
        return [tag for tag in tags if not tag.key.is_unknown and tag.name]
    return []


def _has_unknown_tags(source: Launcher) -> bool:
    try:
        return any(tag.is_unknown or tag.at("Key").is_unknown for tag in source.tags)
    except UnknownError:
        return True
