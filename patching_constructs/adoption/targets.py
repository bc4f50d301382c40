"""The targets of windows."""

from collections.abc import Iterator

from patching_constructs.adoption.code import Call, Expression, Literal
from patching_constructs.adoption.given import Given, NotAdoptableError, shown, text, texts
from patching_constructs.properties.targets import TargetResourceType
from patching_constructs.ssm.target_keys import (
    INSTANCE_IDS,
    PATCH_GROUP_TAG,
    RESOURCE_GROUP,
    RESOURCE_TYPES,
    TAG,
    TAG_KEY,
)


def target_expression(given: Given) -> Expression:
    """Return the expression of a target.

    Raises:
        NotAdoptableError: the constructs have no such target.
    """
    filters = list(_filters(given))
    kind, name, owner = given.take("ResourceType"), given.take("Name"), given.take("OwnerInformation")
    found = _group(filters) if kind == TargetResourceType.RESOURCE_GROUP else _nodes(filters)
    if kind not in list(TargetResourceType):
        raise NotAdoptableError(f"ResourceType must be known, got {shown(kind)}")
    if name is not None:
        found = Call("with_name", [text(name)], of=found)
    if owner is not None:
        found = Call("with_owner_information", [text(owner)], of=found)
    return found


_Filter = tuple[object, list[Expression]]


def _filters(given: Given) -> Iterator[_Filter]:
    for each in given.mappings("Targets"):
        yield each.required("Key"), texts(each.required("Values"))
        each.finish()


def _group(filters: list[_Filter]) -> Expression:
    match filters:
        case [(key, names)] if key == RESOURCE_GROUP:
            return Call("PatchTarget.resource_group", names)
        case [(key, names), (types_key, types)] if (key, types_key) == (RESOURCE_GROUP, RESOURCE_TYPES):
            return Call("PatchTarget.resource_group", [*names, *types])
        case _:
            raise NotAdoptableError("Targets of a resource group have other keys than those of the constructs")


def _nodes(filters: list[_Filter]) -> Expression:
    match filters:
        case [(key, [value])] if key == TAG_KEY:
            return Call("PatchTarget.tag_key", [value])
        case [(key, ids)] if key == INSTANCE_IDS:
            return Call("PatchTarget.instance_ids", ids)
        case [first, *others]:
            found = _tag("PatchTarget", first)
            for each in others:
                found = _tag(found, each)
            return found
        case _:
            raise NotAdoptableError("there are no Targets")


def _tag(of: "Expression | str", given: _Filter) -> Expression:
    key, values = given
    if not isinstance(key, str) or not key.startswith(TAG):
        raise NotAdoptableError(f"the constructs have no combination of targets with {shown(key)}")
    tag = key.removeprefix(TAG)
    if not isinstance(of, str):
        return Call("and_tag", [Literal(tag), *values], of=of)
    if tag == PATCH_GROUP_TAG:
        return Call("PatchTarget.patch_group", values)
    return Call("PatchTarget.tag", [Literal(tag), *values])
