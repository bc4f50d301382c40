"""The nodes that templates create: instances, Auto Scaling groups, and other resources with a launch template.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html
"""

from collections.abc import Callable, Container, Iterable, Sequence
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
from patching_constructs.template.unknown import NO_CHOICES, Choice
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
    is_certain: bool = True
    """Whether the nodes certainly have it, if its key is known."""

    @property
    def name(self) -> str:
        """Its key."""
        return self.key.text() or ""

    @property
    def is_known(self) -> bool:
        """Whether the nodes certainly have it, and its key is known."""
        return self.is_certain and not self.key.is_unknown


class NodeGroup:
    """The nodes that a resource creates, all with the same tags."""

    def __init__(
        self,
        resource: Launcher,
        launch_template: Node | None,
        *,
        replaced_by: ReplacedBy | None,
        template_choices: frozenset[Choice],
    ) -> None:
        """Create the group from a resource and its launch template, if that is in the templates.

        Args:
            resource: the resource.
            launch_template: the launch template.
            replaced_by: what replaces the nodes.
            template_choices: the choices that decide which launch template a resource has.
        """
        self.resource = resource
        self.launch_template = launch_template
        self.replaced_by = replaced_by
        self._template_choices = template_choices

    @cached_property
    def tags(self) -> dict[str, NodeTag]:
        """The known tags of the nodes, by key. Tags of the resource override those of its launch template."""
        found: dict[str, NodeTag] = {}
        for tag in (tag for source in self._sources for tag in _tags_of(source)):
            if tag.is_known and tag.name:
                found[tag.name] = tag
            elif not tag.key.is_unknown:
                # It is unknown which of the two values the nodes have.
                found.pop(tag.name, None)
        return found

    @cached_property
    def choices(self) -> frozenset[Choice]:
        """The choices that decide which tags the nodes have, whatever their values are."""
        return self._template_choices.union(*map(_choices_of_tags, self._sources))

    def choices_of_values(self, keys: Container[str]) -> frozenset[Choice]:
        """Return the choices that decide the values of the tags with some keys."""
        return NO_CHOICES.union(*(tag.value.choices for key, tag in self.tags.items() if key in keys))

    @cached_property
    def written_tags(self) -> list[NodeTag]:
        """The tags of the nodes, with those whose keys are unknown until deployment."""
        return [*self.tags.values(), *(tag for source in self._sources for tag in _tags_of(source) if not tag.is_known)]

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
    launchers = [each for each in found if isinstance(each, Launcher)]
    launch_templates = _LaunchTemplates(launchers, certain)
    providers = [each for each in found if isinstance(each, EcsCapacityProvider)]
    in_ecs = {id(certain(each.auto_scaling_group)) for each in providers}
    return [
        NodeGroup(
            each,
            launch_templates.of(each),
            replaced_by=_replaced_by(each, is_in_ecs=id(each) in in_ecs),
            template_choices=launch_templates.choices_of(each),
        )
        for each in launchers
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

    def __init__(self, launchers: Sequence[Launcher], resolve: Callable[[Value], Resource | None]) -> None:
        self._resolve = resolve
        self._by_name: dict[str, Node] = {}
        names = [(each, each.at("LaunchTemplateName")) for each in launchers if each.type == LAUNCH_TEMPLATE]
        for each, name in names:
            if isinstance(each, Node) and isinstance(name.identity, str) and name.identity:
                self._by_name[name.identity] = each
        self._choices_of_names = NO_CHOICES.union(*(name.choices for _, name in names))
        self._choices = NO_CHOICES.union(*(self.choices_of(each) for each in launchers if each.type != LAUNCH_TEMPLATE))
        """The choices that decide which resources use which launch templates."""

    def of(self, resource: Launcher) -> Node | None:
        """Return the launch template of a resource, if its content is in the templates."""
        if resource.type == LAUNCH_TEMPLATE:
            return None
        given = launch_template_of(resource)
        version = given.at("Version").identity
        if isinstance(version, str) and version.isdigit() and version != _FIRST_VERSION:
            # Another version than the one that is deployed first.
            return None
        by_id, name = given.at("LaunchTemplateId"), _name_in(given)
        if by_id.content is None and given.is_nested:
            by_id = given.at("Id")
        found = self._resolve(by_id)
        if found is None:
            found = self._by_name.get(name.identity) if isinstance(name.identity, str) else None
        return found if isinstance(found, Node) and found.type == LAUNCH_TEMPLATE else None

    def choices_of(self, resource: Launcher) -> frozenset[Choice]:
        """Return the choices that decide which launch template a resource has; of a launch template, who uses it."""
        if resource.type == LAUNCH_TEMPLATE:
            return self._choices
        given = launch_template_of(resource)
        parts = [given, *(given.at(key) for key in ("LaunchTemplateId", "Id", "Version")), _name_in(given)]
        by_name = NO_CHOICES if parts[-1].content is None else self._choices_of_names
        return by_name.union(*(part.choices for part in parts))


def _name_in(given: Value) -> Value:
    """Return the name of a launch template; that of a managed node group of Amazon EKS has a key of its own."""
    name = given.at("LaunchTemplateName")
    return given.at("Name") if name.content is None else name


def _tags_of(source: Launcher) -> list[NodeTag]:
    try:
        tags = source.tags
    except UnknownError:
        return []
    return [NodeTag(tag.at("Key"), tag.at("Value"), is_certain=_is_certain(tag)) for tag in tags]


def _is_certain(tag: Value) -> bool:
    """Return whether it is known that the nodes have a tag."""
    return not tag.is_unknown and not tag.at("PropagateAtLaunch").is_unknown


def _choices_of_tags(source: Launcher) -> frozenset[Choice]:
    """Return the choices that decide which tags a resource passes to its nodes."""
    try:
        tags = source.tags
    except UnknownError as error:
        return error.choices
    parts = [part for tag in tags for part in (tag, tag.at("Key"), tag.at("PropagateAtLaunch"))]
    return NO_CHOICES.union(*(part.choices for part in parts))


def _has_unknown_tags(source: Launcher) -> bool:
    try:
        tags = source.tags
    except UnknownError:
        return True
    return not all(_is_certain(tag) and not tag.at("Key").is_unknown for tag in tags)
