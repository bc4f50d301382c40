"""Which nodes a schedule patches.

https://docs.aws.amazon.com/systems-manager/latest/userguide/mw-cli-tutorial-targets-examples.html
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from patching_constructs import _limits
from patching_constructs._errors import refusal
from patching_constructs._tokens import is_unresolved
from patching_constructs.patch_group import PATCH_GROUP_TAG, PATCH_GROUP_TAG_IN_METADATA, PatchGroup


class TargetResourceType(StrEnum):
    """What a target of a maintenance window is made of."""

    INSTANCE = "INSTANCE"
    RESOURCE_GROUP = "RESOURCE_GROUP"


@dataclass(frozen=True, slots=True)
class TargetFilter:
    """One key with its values, any of which is enough: ``tag:Env`` is ``dev`` or ``stage``."""

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PatchTarget:
    """Which nodes a schedule patches: those that match every one of the filters.

    Make one with a factory; each checks what the service would refuse, or would take and match nothing with.
    Tag keys and values are case-sensitive.
    """

    filters: tuple[TargetFilter, ...]
    resource_type: TargetResourceType = TargetResourceType.INSTANCE

    @classmethod
    def tag(cls, key: str, *values: str) -> Self:
        """Choose the nodes whose tag ``key`` has any of the values.

        Args:
            key: the tag's key, without ``tag:`` in front; 1-128 characters.
            values: 1-50 values, compared as they are: ``*`` is no wildcard.

        Raises:
            PatchingError: the key or a value is empty, too long, or of a form that would match nothing.
        """
        return cls((_tag_filter(key, values),))

    @classmethod
    def tag_key(cls, key: str) -> Self:
        """Choose the nodes that have a tag ``key``, whatever its value.

        Raises:
            PatchingError: the key is empty, too long, or has ``tag:`` in front.
        """
        return cls((TargetFilter("tag-key", (_checked_key(key),)),))

    @classmethod
    def patch_group(cls, *groups: str | PatchGroup, instance_metadata_tags: bool = False) -> Self:
        """Choose the nodes of one or more patch groups.

        Args:
            groups: the groups, 1-50: each a `PatchGroup`, shared with its nodes and baselines, or a name, which is
                the value of the nodes' ``Patch Group`` tag.
            instance_metadata_tags: for names, whether the nodes' tags can be read in their instance metadata. A key
                there has no spaces, so the tag is called ``PatchGroup``. A `PatchGroup` says so itself.
                Default: False, the tag is ``Patch Group``.

        Raises:
            PatchingError: a name is empty, too long, or of a form that would match nothing, or the groups are not
                all under one tag.

        https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-patch-groups.html
        """
        key_of_names = PATCH_GROUP_TAG_IN_METADATA if instance_metadata_tags else PATCH_GROUP_TAG
        keys = {group.tag_key if isinstance(group, PatchGroup) else key_of_names for group in groups}
        keys |= {key_of_names} if instance_metadata_tags else set()
        if len(keys) > 1:
            fix = "make a target for each tag"
            raise refusal("patch_group", "needs groups that are all under one tag", " and ".join(sorted(keys)), fix)
        names = [group.name if isinstance(group, PatchGroup) else group for group in groups]
        return cls.tag(keys.pop() if keys else key_of_names, *names)

    @classmethod
    def instance_ids(cls, *ids: str) -> Self:
        """Choose nodes by their ids.

        Args:
            ids: 1-50 EC2 instance ids (``i-...``) or managed node ids (``mi-...``).

        Raises:
            PatchingError: no id, too many, or one that is no node's id.
        """
        _check_count("instance_ids", ids, most=_limits.TARGET_VALUES, fix="choose the nodes by a tag")
        for node in ids:
            if not is_unresolved(node) and not _limits.NODE_ID.fullmatch(node):
                raise refusal("instance_ids", "must be like i-0123456789abcdef0 or mi-0123456789abcdef0", repr(node))
        return cls((TargetFilter("InstanceIds", ids),))

    @classmethod
    def resource_group(cls, name: str, *resource_types: str) -> Self:
        """Choose the nodes in a resource group.

        Args:
            name: the group's name.
            resource_types: only members of these types, such as ``AWS::EC2::Instance``. Default: every type.

        Raises:
            PatchingError: the name is empty or a list of names, or a type is not of the form ``AWS::...::...``.
        """
        _check_text("resource_group", name, _limits.TAG_VALUE_LENGTH, "give every group a target of its own")
        if resource_types:
            fix = "for every type, leave them out"
            _check_count("resource_group resource_types", resource_types, most=_limits.TARGET_VALUES, fix=fix)
        for kind in resource_types:
            if not is_unresolved(kind) and not _limits.RESOURCE_TYPE.fullmatch(kind):
                raise refusal("resource_group resource_types", "must be like AWS::EC2::Instance", repr(kind))
        filters = [TargetFilter("resource-groups:Name", (name,))]
        if resource_types:
            filters.append(TargetFilter("resource-groups:ResourceTypeFilters", resource_types))
        return cls(tuple(filters), TargetResourceType.RESOURCE_GROUP)

    def and_tag(self, key: str, *values: str) -> Self:
        """Narrow the choice to the nodes whose tag ``key`` also has any of the values.

        Raises:
            PatchingError: the target is not chosen by tags, has the key already, or has five filters already.
        """
        added = _tag_filter(key, values)
        keys = [each.key for each in self.filters]
        if not keys[0].startswith("tag"):
            raise refusal("and_tag", "narrows targets that are chosen by tags", f"a target by {keys[0]}")
        if added.key in keys:
            fix = "give all its values to one call: any of them is enough"
            raise refusal("and_tag", "takes a key once, as no node has two values of a tag", repr(key), fix)
        if len(keys) == _limits.TARGET_FILTERS:
            raise refusal(
                "and_tag", f"allows at most {_limits.TARGET_FILTERS} keys on a target", f"{key!r} as one more"
            )
        return replace(self, filters=(*self.filters, added))


def _tag_filter(key: str, values: tuple[str, ...]) -> TargetFilter:
    checked = _checked_key(key)
    if not is_unresolved(key) and not _limits.TAG_KEY.fullmatch(key):
        raise refusal("tag key", "must have letters, numbers, spaces and _.:/=-@ only", repr(key))
    fix = f"for any value use PatchTarget.tag_key({key!r})" if not values else "split it into several targets"
    _check_count(f"tag {key!r} values", values, most=_limits.TARGET_VALUES, fix=fix)
    for value in values:
        _check_text(f"tag {key!r} value", value, _limits.TAG_VALUE_LENGTH, "give every value as an argument of its own")
        if not is_unresolved(value) and "*" in value:
            fix = f"for any value use PatchTarget.tag_key({key!r})" if value == "*" else "write every value out"
            raise refusal(f"tag {key!r} value", "is compared as it is, * is no wildcard", repr(value), fix)
    return TargetFilter(f"tag:{checked}", values)


def _checked_key(key: str) -> str:
    if is_unresolved(key):
        return key
    for prefix in ("tag:", "tag-key"):
        if key.startswith(prefix):
            raise refusal("tag key", "must be the bare key", repr(key), f"leave {prefix!r} out")
    if not key.strip() or len(key) > _limits.TAG_KEY_LENGTH:
        raise refusal("tag key", f"must have 1-{_limits.TAG_KEY_LENGTH} characters", repr(key))
    if "*" in key:
        raise refusal("tag key", "is compared as it is, * is no wildcard", repr(key), "write the key out")
    return key


def _check_text(what: str, text: str, longest: int, comma_fix: str) -> None:
    if is_unresolved(text):
        return
    if not text.strip() or len(text) > longest:
        raise refusal(what, f"must have 1-{longest} characters", repr(text))
    if "," in text:
        raise refusal(what, "must have no comma, which the service takes for a list", repr(text), comma_fix)


def _check_count(what: str, values: tuple[str, ...], *, most: int, fix: str) -> None:
    if not 1 <= len(values) <= most:
        raise refusal(what, f"must be 1-{most}", f"{len(values)}", fix)
