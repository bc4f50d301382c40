"""Which resource of one deployment is which of another."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from patching_constructs.template.resource import Resource

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Pair(Generic[_Item]):
    """An item of one side, or of both."""

    before: _Item | None
    after: _Item | None
    either: _Item
    """The item after the change if it is there, the one before it otherwise."""


def stack_names(old: Iterable[Resource], new: Iterable[Resource]) -> Mapping[str, str]:
    """Return the names that the stacks of the new side have on the old one, where they differ.

    Two templates with other file names are the same stack, if each side has only one. So are those that they deploy.
    """
    before, after = {each.stack for each in old}, {each.stack for each in new}
    roots, new_roots = {_root(each) for each in before}, {_root(each) for each in after}
    if len(roots) != 1 or len(new_roots) != 1:
        return {}
    root, new_root = roots.pop(), new_roots.pop()
    names = {each: f"{root}{each.removeprefix(new_root)}" for each in after}
    deployed, new_deployed = before - {root}, after - {new_root}
    if len(deployed) == 1 and len(new_deployed) == 1:
        names |= {new_deployed.pop(): deployed.pop()}
    return names


def _root(stack: str) -> str:
    """Return the stack of the app that a stack belongs to: ``Fleet`` of ``Fleet/StackSet/eu-central-1``."""
    return stack.partition("/")[0]


def matched(
    old: Sequence[_Item],
    new: Sequence[_Item],
    resource_of: Callable[[_Item], Resource],
    renamed: Mapping[str, str],
) -> list[Pair[_Item]]:
    """Return the items in pairs: by their logical ids, then by the paths of their constructs.

    Items of the old side come first, in their order; those of the new side without a pair follow.
    """

    def logical_id(resource: Resource) -> Hashable:
        return renamed.get(resource.stack, resource.stack), resource.type, resource.logical_id

    def construct(resource: Resource) -> Hashable | None:
        path = resource.construct_path
        return None if path is None else (renamed.get(resource.stack, resource.stack), resource.type, path)

    pairs: dict[int, _Item] = {}
    used: set[int] = set()
    for key in (logical_id, construct):
        by_key = {key(resource_of(each)): each for each in new if id(each) not in used}
        for each in old:
            found = by_key.get(key(resource_of(each)))
            if id(each) not in pairs and found is not None and id(found) not in used and key(resource_of(each)):
                pairs[id(each)] = found
                used.add(id(found))
    known = [Pair(each, pairs.get(id(each)), pairs.get(id(each), each)) for each in old]
    return known + [Pair(None, each, each) for each in new if id(each) not in used]
