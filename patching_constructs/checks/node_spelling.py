"""Tags of nodes, targets, and baselines that are likely meant to be the same and are not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

from patching_constructs.planning.coverage import Selection
from patching_constructs.planning.node_tags import Match, match
from patching_constructs.planning.spelling import SpellingIndex, folded
from patching_constructs.ssm.target_keys import PATCH_GROUP_KEYS, TAG
from patching_constructs.template.node_groups import PATCH_GROUP_TAGS, NodeGroup, NodeTag
from patching_constructs.template.node_reach import NodeReach, Selector
from patching_constructs.template.resource import Resource
from patching_constructs.template.value import UnknownError, Value

# Thousands of targets can be spelled alike, or select the same nodes.
_MOST_COMPARED: Final = 20


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A tag of nodes that no selection reaches, and a selection that nearly does."""

    tag: NodeTag
    selector: Selector
    key: str
    """The key that the selection names."""
    value: str


@dataclass(frozen=True, slots=True)
class _Named:
    """A tag as a selection names it."""

    choice: Selection
    key: str
    holders: list[Selector]


class NodeSpelling:
    """The tags that patching commands select nodes by, to be found by tags that are spelled alike."""

    def __init__(self, reach: NodeReach) -> None:
        """Take the commands and nodes of a deployment."""
        self._reach = reach
        self._known: dict[int, NearMiss | None] = {}
        names: dict[str, list[tuple[str, _Named]]] = {}
        for choice, holders in reach.selectors.selections():
            for key, values in choice.items():
                if key.startswith(TAG):
                    named = [(value, _Named(choice, key, holders)) for value in values if isinstance(value, str)]
                    names.setdefault(folded(key), []).extend(named)
        self._by_key = {key: SpellingIndex(named) for key, named in names.items()}

    def near_miss(self, group: NodeGroup) -> NearMiss | None:
        """Return how a selection nearly reaches nodes that certainly no selection reaches."""
        if id(group) not in self._known:
            self._known[id(group)] = None if self._reach.may_reach(group.node_tags) else self._find(group)
        return self._known[id(group)]

    def _find(self, group: NodeGroup) -> NearMiss | None:
        return next((found for tag in group.tags.values() for found in self._near_misses(group, tag)), None)

    def _near_misses(self, group: NodeGroup, tag: NodeTag) -> Iterator[NearMiss]:
        value = tag.value.identity
        index = self._by_key.get(folded(TAG + tag.name))
        if index is None or not isinstance(value, str):
            return
        near = [self._near_miss(group, tag, *each) for each in islice(index.alike(value), _MOST_COMPARED)]
        if tag.name in PATCH_GROUP_TAGS:
            typos = (each for each in index.typos(value) if id(each[1].choice) not in self._reach.used)
            near += [self._near_miss(group, tag, *each) for each in islice(typos, _MOST_COMPARED)]
        yield from filter(None, near)

    def _near_miss(self, group: NodeGroup, tag: NodeTag, wanted: str, named: _Named) -> NearMiss | None:
        others = {key: values for key, values in named.choice.items() if key != named.key}
        if others and match(others, group.node_tags) is not Match.YES:
            return None
        together = (each for each in named.holders[:_MOST_COMPARED] if _are_together(group.resource, each.holder))
        holder = next(together, None)
        return None if holder is None else NearMiss(tag, holder, named.key.removeprefix(TAG), wanted)


@dataclass(frozen=True, slots=True)
class PatchGroupName:
    """A patch group that a target or a node names, and where."""

    name: str
    value: Value
    holder: Resource


class PatchGroupNames:
    """The patch groups that the targets and nodes of a deployment name, and those of its baselines."""

    def __init__(self, reach: NodeReach, registered: Iterable[str]) -> None:
        """Take the commands and nodes of a deployment, and the patch groups that its baselines are registered for."""
        self._registered = set(registered)
        self._reach = reach

    @cached_property
    def unregistered(self) -> list[PatchGroupName]:
        """The patch groups that no baseline is registered for, each where it is named first."""
        return [each for name, each in self._names.items() if name not in self._registered]

    def registered_like(self, name: str) -> str | None:
        """Return a patch group of a baseline that is likely meant by a name."""
        alike = next((found for found, _ in self._index.alike(name)), None)
        return alike or next((found for found, _ in self._index.typos(name) if found not in self._names), None)

    @cached_property
    def _index(self) -> SpellingIndex[None]:
        return SpellingIndex((name, None) for name in sorted(self._registered))

    @cached_property
    def _names(self) -> dict[str, PatchGroupName]:
        found: dict[str, PatchGroupName] = {}
        for each in self._all():
            found.setdefault(each.name, each)
        return found

    def _all(self) -> Iterator[PatchGroupName]:
        for _, selectors in self._reach.selectors.selections():
            for selector in selectors[:1]:
                if _uses_baseline(selector):
                    yield from _named_by(selector)
        for group in self._reach.groups:
            for tag in group.patch_tags:
                if isinstance(tag.value.identity, str):
                    yield PatchGroupName(tag.value.identity, tag.value, group.resource)


def _named_by(selector: Selector) -> Iterator[PatchGroupName]:
    for entry in selector.entries:
        if entry.at("Key").identity in PATCH_GROUP_KEYS:
            for value in entry.at("Values").each():
                if isinstance(value.identity, str):
                    yield PatchGroupName(value.identity, value, selector.holder)


def _uses_baseline(selector: Selector) -> bool:
    """Return whether a command certainly patches by the baseline of the patch group."""
    try:
        return selector.command.given("BaselineOverride") is None
    except UnknownError:
        return False


def _are_together(one: Resource, other: Resource) -> bool:
    """Return whether two resources certainly are in one account and Region, and under no different conditions."""
    places = one.template.source.certain_place, other.template.source.certain_place
    return places[0] == places[1] and (None in (one.condition, other.condition) or one.condition == other.condition)
