"""Tags of nodes and targets that are likely meant to be the same and are not."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from patching_constructs.planning.coverage import Selection
from patching_constructs.planning.node_tags import Match, match
from patching_constructs.planning.spelling import SpellingIndex, folded
from patching_constructs.ssm.target_keys import TAG
from patching_constructs.template.node_groups import PATCH_GROUP_TAGS, NodeGroup, NodeTag
from patching_constructs.template.node_reach import NodeReach, Selector, choices_of_selection
from patching_constructs.template.resource import Resource
from patching_constructs.template.unknown import NO_CHOICES, Choice
from patching_constructs.template.value import check_choices

# Thousands of targets can be spelled alike, or select the same nodes.
_MOST_COMPARED: Final = 20
_WHICH_TAGS: Final = "It is unknown until deployment which tags the nodes have, or which tags are selected"


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
        self._choices: dict[str, frozenset[Choice]] = {}
        names: dict[str, list[tuple[str, _Named]]] = {}
        for choice, holders in reach.selectors.selections():
            choices = choices_of_selection(choice)
            for key in (key for key in choice if key.startswith(TAG)):
                named = [(value, _Named(choice, key, holders)) for value in choice[key] if isinstance(value, str)]
                names.setdefault(folded(key), []).extend(named)
                self._choices[folded(key)] = self._choices.get(folded(key), NO_CHOICES) | choices
        self._by_key = {key: SpellingIndex(named) for key, named in names.items()}

    def near_miss(self, group: NodeGroup) -> NearMiss | None:
        """Return how a selection nearly reaches nodes that certainly no selection reaches.

        Raises:
            UnknownError: parameters or conditions decide it.
        """
        if not self._reach.misses(group):
            return None
        if id(group) not in self._known:
            check_choices(group.value, self._choices_near(group), _WHICH_TAGS)
            self._known[id(group)] = self._find(group)
        return self._known[id(group)]

    def _choices_near(self, group: NodeGroup) -> frozenset[Choice]:
        near = {name for name in group.tags if folded(TAG + name) in self._by_key}
        values = group.choices_of_values(near | self._reach.selectors.keys) if near else NO_CHOICES
        return values.union(*(self._choices[folded(TAG + name)] for name in near))

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
            possible = [self._near_miss(group, tag, *each) for each in islice(typos, _MOST_COMPARED)]
            if any(possible):
                # What is meant for other nodes is no typo.
                check_choices(group.value, self._reach.choices_of_values, _WHICH_TAGS)
            near += possible
        yield from filter(None, near)

    def _near_miss(self, group: NodeGroup, tag: NodeTag, wanted: str, named: _Named) -> NearMiss | None:
        others = {key: values for key, values in named.choice.items() if key != named.key}
        if others and match(others, group.node_tags) is not Match.YES:
            return None
        together = (each for each in named.holders[:_MOST_COMPARED] if _are_together(group.resource, each.holder))
        holder = next(together, None)
        return None if holder is None else NearMiss(tag, holder, named.key.removeprefix(TAG), wanted)


def _are_together(one: Resource, other: Resource) -> bool:
    """Return whether two resources certainly are in one account and Region, and under no different conditions."""
    places = one.template.source.certain_place, other.template.source.certain_place
    have_one_condition = one.template.scope is other.template.scope and one.condition == other.condition
    is_certain = True in (one.existence.holds, other.existence.holds)
    return places[0] == places[1] and (is_certain or have_one_condition)
