"""Which nodes a schedule patches.

https://docs.aws.amazon.com/systems-manager/latest/userguide/mw-cli-tutorial-targets-examples.html
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Self

from patching_constructs._errors import refusal, shown
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import (
    check_count,
    check_flag,
    check_length,
    check_list_of,
    check_literal,
    check_reference,
    check_type,
)
from patching_constructs.properties._resource_names import check_resource_name
from patching_constructs.properties.patch_group import PatchGroup
from patching_constructs.ssm import limits
from patching_constructs.ssm.target_keys import (
    INSTANCE_IDS,
    PATCH_GROUP_TAG,
    PATCH_GROUP_TAG_IN_METADATA,
    RESOURCE_GROUP,
    RESOURCE_TYPES,
    TAG,
    TAG_KEY,
    is_group_key,
    is_node_key,
)

if TYPE_CHECKING:
    from aws_cdk.interfaces.aws_ec2 import IInstanceRef

# The name of a value of the key in messages; for a tag, it contains the tag.
_VALUES: Final = {
    TAG_KEY: "tag key",
    INSTANCE_IDS: "instance_id",
    RESOURCE_GROUP: "resource_group",
    RESOURCE_TYPES: "resource_group resource_type",
}


class TargetResourceType(StrEnum):
    """The type of a maintenance window target."""

    INSTANCE = "INSTANCE"
    RESOURCE_GROUP = "RESOURCE_GROUP"


def is_supported_key(key: str, resource_type: object) -> bool:
    """Return whether a window's target of a type can have the key; any other type is taken for either of the two."""
    is_group = resource_type == TargetResourceType.RESOURCE_GROUP
    is_node = resource_type == TargetResourceType.INSTANCE
    return (is_node_key(key) and not is_group) or (is_group_key(key) and not is_node)


@dataclass(frozen=True, slots=True)
class TargetFilter:
    """One key with its values: a node matches if it has any of them. For example, ``tag:Env`` is ``dev`` or ``stage``.

    Raises:
        PatchingError: the key or a value is invalid, or a value would match no node.
    """

    key: str
    values: tuple[str, ...]

    def __post_init__(self) -> None:
        check_type("TargetFilter key", self.key, str)
        what = _VALUES.get(self.key, f"tag {self.key.removeprefix(TAG)!r} value")
        object.__setattr__(self, "values", check_list_of(f"{what}s", self.values, str, item=what))
        _check_filter(self.key, self.values)


@dataclass(frozen=True, slots=True)
class PatchTarget:
    """Which nodes a schedule patches: those that match all of the filters.

    Create a target with a factory. Tag keys and values are case-sensitive.

    Raises:
        PatchingError: the filters cannot be used together, or the name or the owner information is invalid.
    """

    filters: tuple[TargetFilter, ...]
    resource_type: TargetResourceType = TargetResourceType.INSTANCE
    name: str | None = None
    """The target's name, see `with_name`. Default: none."""
    owner_information: str | None = None
    """Text in the events of the target, see `with_owner_information`. Default: none."""

    def __post_init__(self) -> None:
        fix = "use a factory such as PatchTarget.tag(key, value)"
        object.__setattr__(self, "filters", check_list_of("PatchTarget filters", self.filters, TargetFilter, fix))
        check_literal("PatchTarget resource_type", self.resource_type, TargetResourceType)
        _check_filters(self.resource_type, [each.key for each in self.filters])
        check_resource_name("PatchTarget name", self.name)
        if self.owner_information is not None:
            fix = "" if self.owner_information else "for no owner information, leave it out"
            what = "PatchTarget owner_information"
            check_length(what, self.owner_information, limits.OWNER_INFORMATION_LENGTH, fix)

    @classmethod
    def tag(cls, key: str, *values: str) -> Self:
        """Select the nodes whose tag ``key`` has any of the values.

        Args:
            key: the tag key, without the prefix ``tag:``; 1-128 characters.
            values: 1-50 values. Wildcards are not supported.

        Raises:
            PatchingError: the key or a value is empty, too long, or would match no node.
        """
        return cls((_tag_filter(key, values),))

    @classmethod
    def tag_key(cls, key: str) -> Self:
        """Select the nodes that have a tag ``key`` with any value.

        Raises:
            PatchingError: the key is empty, too long, begins with ``tag:``, or contains a comma.
        """
        return cls((TargetFilter(TAG_KEY, (key,)),))

    @classmethod
    def patch_group(cls, *groups: str | PatchGroup, instance_metadata_tags: bool = False) -> Self:
        """Select the nodes of one or more patch groups.

        Args:
            groups: 1-50 groups, each a `PatchGroup`, shared with its nodes and baselines, or a name, which is the value
                of the nodes' ``Patch Group`` tag.
            instance_metadata_tags: for names, whether the nodes expose their tags in instance metadata. Such keys have
                no spaces, so the tag key is ``PatchGroup``. A `PatchGroup` has its own property for it.
                Default: False, the tag key is ``Patch Group``.

        Raises:
            PatchingError: a name is empty, too long, or would match no node, or the groups have different tag keys.

        https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-patch-groups.html
        """
        check_list_of("patch_group groups", groups, (PatchGroup, str), item="patch_group groups")
        check_flag("patch_group instance_metadata_tags", instance_metadata_tags)
        default_key = PATCH_GROUP_TAG_IN_METADATA if instance_metadata_tags else PATCH_GROUP_TAG
        keys = {group.tag_key if isinstance(group, PatchGroup) else default_key for group in groups}
        keys |= {default_key} if instance_metadata_tags else set()
        if len(keys) > 1:
            fix = "create one target per tag key"
            got = " and ".join(map(repr, sorted(keys)))
            raise refusal("patch_group groups", "must have the same tag key", got, fix)
        names = [group.name if isinstance(group, PatchGroup) else group for group in groups]
        return cls.tag(keys.pop() if keys else default_key, *names)

    @classmethod
    def instance_ids(cls, *ids: str) -> Self:
        """Select nodes by their ids.

        Args:
            ids: 1-50 EC2 instance ids (``i-...``) or managed node ids (``mi-...``).

        Raises:
            PatchingError: there are not 1-50 ids, or an id is invalid.
        """
        return cls((TargetFilter(INSTANCE_IDS, ids),))

    @classmethod
    def instances(cls, *instances: "IInstanceRef") -> Self:
        """Select EC2 instances of the app. For the instances of an auto scaling group, use a tag.

        Args:
            instances: 1-50 instances, each an ``aws_ec2.Instance``, an ``aws_ec2.CfnInstance`` or an imported one.

        Raises:
            PatchingError: there are not 1-50 instances, or an argument is not an instance.
        """
        return cls((TargetFilter(INSTANCE_IDS, tuple(map(_id_of, instances))),))

    @classmethod
    def resource_group(cls, name: str, *resource_types: str) -> Self:
        """Select the nodes in a resource group.

        Args:
            name: the name of the group.
            resource_types: the resource types to select, which are case-sensitive. Nodes have the type
                ``AWS::EC2::Instance`` or ``AWS::SSM::ManagedInstance``. Default: all types.

        Raises:
            PatchingError: the name is empty or contains a comma, or a type is invalid.
        """
        filters = [TargetFilter(RESOURCE_GROUP, (name,))]
        if resource_types:
            filters.append(TargetFilter(RESOURCE_TYPES, resource_types))
        return cls(tuple(filters), TargetResourceType.RESOURCE_GROUP)

    def and_tag(self, key: str, *values: str) -> Self:
        """Select only the nodes whose tag ``key`` also has any of the values.

        Raises:
            PatchingError: the target does not select by tags, already has the key, or already has five filters.
        """
        return replace(self, filters=(*self.filters, _tag_filter(key, values)))

    @property
    def resource_types(self) -> tuple[str, ...]:
        """The resource types that are selected from a resource group; empty for all types."""
        return next((each.values for each in self.filters if each.key == RESOURCE_TYPES), ())

    @property
    def group_of_all_types(self) -> str | None:
        """The name of the resource group from which every type of resource is selected; None for another target."""
        return self.filters[0].values[0] if [each.key for each in self.filters] == [RESOURCE_GROUP] else None

    def with_name(self, name: str) -> Self:
        """Return the target with a name, which the console shows.

        Args:
            name: 3-128 letters, digits, ``_``, ``-`` and ``.``.

        Raises:
            PatchingError: the name is invalid.
        """
        check_type("PatchTarget name", name, str)
        return replace(self, name=name)

    def with_owner_information(self, owner_information: str) -> Self:
        """Return the target with text for the events of its tasks, such as the team that owns the nodes.

        Args:
            owner_information: 1-128 characters.

        Raises:
            PatchingError: the length of the text is invalid.

        https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTargetWithMaintenanceWindow.html
        """
        check_type("PatchTarget owner_information", owner_information, str)
        return replace(self, owner_information=owner_information)


# --- A target as a whole ------------------------------------------------------------------------------

_FILTERS: Final = {
    TargetResourceType.INSTANCE: f"only tags or only {INSTANCE_IDS}",
    TargetResourceType.RESOURCE_GROUP: f"{RESOURCE_GROUP}, optionally followed by {RESOURCE_TYPES},",
}


def _check_filters(resource_type: TargetResourceType, keys: list[str]) -> None:
    fix = "" if keys else "use a factory such as PatchTarget.tag(key, value)"
    check_count("PatchTarget filters", keys, least=1, most=limits.TARGET_FILTERS, fix=fix)
    if not is_unresolved([*keys, resource_type]) and not _fit(resource_type, keys):
        rule = f"must be {_FILTERS[resource_type]} in a target of type {resource_type}"
        raise refusal("PatchTarget filters", rule, " and ".join(keys))
    twice = next((key for key in keys if key != TAG_KEY and keys.count(key) > 1), None)
    if twice is not None:
        rule = "must not repeat a key, because a node has one value per tag"
        fix = "specify all its values in one call"
        raise refusal("PatchTarget filters", rule, f"{twice!r} twice", fix)


def _fit(resource_type: TargetResourceType, keys: list[str]) -> bool:
    if resource_type == TargetResourceType.RESOURCE_GROUP:
        return keys in ([RESOURCE_GROUP], [RESOURCE_GROUP, RESOURCE_TYPES])
    return keys == [INSTANCE_IDS] or all(key == TAG_KEY or key.startswith(TAG) for key in keys)


# --- A filter -----------------------------------------------------------------------------------------


def node_type_in_another_case(kind: str) -> str | None:
    """Return the resource type of nodes that is written in another case; None for any other text."""
    return next((each for each in limits.NODE_TYPES if each != kind and each.lower() == kind.lower()), None)


def _check_resource_type(kind: str) -> None:
    if is_unresolved(kind):
        return
    what = "resource_group resource_types"
    if not limits.RESOURCE_TYPE.fullmatch(kind):
        raise refusal(what, "must be like AWS::EC2::Instance", repr(kind))
    meant = node_type_in_another_case(kind)
    if meant:
        raise refusal(what, "are case-sensitive", repr(kind), f"did you mean {meant!r}?")


def _tag_filter(key: str, values: tuple[str, ...]) -> TargetFilter:
    check_type("tag key", key, str)
    return TargetFilter(f"{TAG}{key}", values)


def _check_filter(key: str, values: Sequence[str]) -> None:
    if key in _CHECKS:
        _CHECKS[key](values)
    elif key.startswith(TAG):
        _check_tag(key.removeprefix(TAG), values)
    elif not is_unresolved(key):
        known = f"{TAG}<key>, {', '.join(_CHECKS)}"
        raise refusal(
            "TargetFilter key",
            f"must be one of {known}",
            repr(key),
            "use a factory such as PatchTarget.tag(key, value)",
        )


def _check_keys(keys: Sequence[str]) -> None:
    _check_count("tag keys", keys, fix="use PatchTarget.tag_key(key)")
    for key in keys:
        _check_key(key)
        _check_text("tag key", key, "create one target per key")


def _check_group(names: Sequence[str]) -> None:
    fix = "create one target per group"
    check_count("resource_group", names, least=1, most=1, fix=fix)
    _check_text("resource_group", names[0], fix)


def _id_of(instance: "IInstanceRef") -> str:
    fix = "for ids, use PatchTarget.instance_ids(...); for an auto scaling group, use PatchTarget.tag(...)"
    check_reference("instances", instance, "IInstanceRef", fix)
    reference = instance.instance_ref
    # Instances of other services, such as Amazon Connect, have a property with the same name.
    if not hasattr(reference, "instance_id"):
        raise refusal("instances", "must be from aws_ec2", shown(instance), fix)
    return reference.instance_id


def _check_ids(ids: Sequence[str]) -> None:
    _check_count("instance_ids", ids, fix="select the nodes by a tag")
    for node in ids:
        if not is_unresolved(node) and not limits.NODE_ID.fullmatch(node):
            raise refusal("instance_ids", "must be like i-0123456789abcdef0 or mi-0123456789abcdef0", repr(node))


def _check_resource_types(types: Sequence[str]) -> None:
    _check_count("resource_group resource_types", types, fix="for all types, leave it out")
    for kind in types:
        _check_resource_type(kind)


def _check_tag(key: str, values: Sequence[str]) -> None:
    _check_key(key)
    if not is_unresolved(key) and not limits.TAG_KEY.fullmatch(key):
        raise refusal("tag key", "must contain only letters, numbers, spaces and _.:/=-@", repr(key))
    any_value = f"for any value, use PatchTarget.tag_key({key!r})"
    _check_count(f"tag {key!r} values", values, fix="create several targets" if values else any_value)
    for value in values:
        _check_text(f"tag {key!r} value", value, "pass each value as a separate argument")
        if not is_unresolved(value) and "*" in value:
            fix = any_value if value == "*" else "list every value"
            raise refusal(f"tag {key!r} value", "must not contain wildcards", repr(value), fix)


def _check_key(key: str) -> None:
    if is_unresolved(key):
        return
    if key.startswith(TAG):
        raise refusal("tag key", f"must not begin with {TAG!r}", repr(key), f"write {key.removeprefix(TAG)!r}")
    if key == TAG_KEY:
        raise refusal("tag key", f"must not be {TAG_KEY!r}", repr(key), "use PatchTarget.tag_key(key)")
    if not key.strip() or len(key) > limits.TAG_KEY_LENGTH:
        raise refusal("tag key", f"must have 1-{limits.TAG_KEY_LENGTH} characters", repr(key))
    if "*" in key:
        raise refusal("tag key", "must not contain wildcards", repr(key), "write the complete key")


def _check_text(what: str, text: str, comma_fix: str) -> None:
    if is_unresolved(text):
        return
    if not text.strip() or len(text) > limits.TAG_VALUE_LENGTH:
        raise refusal(what, f"must have 1-{limits.TAG_VALUE_LENGTH} characters", repr(text))
    if "," in text:
        raise refusal(what, "must not contain commas, which the service interprets as a list", repr(text), comma_fix)


def _check_count(what: str, values: Sequence[str], *, fix: str) -> None:
    check_count(what, values, least=1, most=limits.TARGET_VALUES, fix=fix)


_CHECKS: Final[dict[str, Callable[[Sequence[str]], None]]] = {
    TAG_KEY: _check_keys,
    INSTANCE_IDS: _check_ids,
    RESOURCE_GROUP: _check_group,
    RESOURCE_TYPES: _check_resource_types,
}
