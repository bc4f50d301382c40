"""Which of several selections reach a node, as far as its tags are known.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Target.html
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, Generic, TypeVar

from patching_constructs.planning.coverage import EVERY_NODE, Selection, Step
from patching_constructs.ssm.target_keys import INSTANCE_IDS, TAG, TAG_KEY

_Item = TypeVar("_Item")
_Node = TypeVar("_Node")

# Of more selections than these, each is taken for one that may reach the node.
MOST_COMPARED: Final = 200


class Match(Enum):
    """Whether a selection reaches a node."""

    YES = auto()
    NO = auto()
    UNKNOWN = auto()
    """It is unknown until deployment."""


@dataclass(frozen=True, slots=True)
class NodeTags:
    """What is known of a node."""

    tags: Mapping[str, Hashable]
    """The values of its tags. A value is text, or whatever stands for one that is unknown and equals itself alone."""
    is_complete: bool = True
    """Whether it has no other tags."""
    node_id: Hashable = None
    """What stands for its id."""

    @property
    def identity(self) -> Hashable:
        """What to compare it by."""
        return frozenset(self.tags.items()), self.is_complete, self.node_id

    @property
    def is_known(self) -> bool:
        """Whether all tags and their values are known."""
        return self.is_complete and _all_text(self.tags.values())


def match(choice: Selection, node: NodeTags) -> Match:
    """Return whether a selection reaches a node: every key of it must match."""
    return _every({_match_of_key(key, values, node) for key, values in choice.items()})


def _every(keys: set[Match]) -> Match:
    """Return whether every key of a selection matches; one without keys selects nothing."""
    if Match.NO in keys or not keys:
        return Match.NO
    return Match.UNKNOWN if Match.UNKNOWN in keys else Match.YES


def _match_of_key(key: str, values: frozenset[Hashable], node: NodeTags) -> Match:
    if key == INSTANCE_IDS:
        is_match = node.node_id in values or values == EVERY_NODE[INSTANCE_IDS]
        return Match.YES if is_match else _no(is_known=_all_text(values))
    if key == TAG_KEY:
        return Match.YES if not values.isdisjoint(node.tags) else _no(is_known=node.is_complete and _all_text(values))
    if not key.startswith(TAG):
        # A resource group can hold any node.
        return Match.UNKNOWN
    name = key.removeprefix(TAG)
    if name not in node.tags:
        return _no(is_known=node.is_complete)
    value = node.tags[name]
    return Match.YES if value in values else _no(is_known=_all_text([value, *values]))


def match_all(choice: Selection, nodes: Selection) -> Match:
    """Return whether a selection reaches all nodes of another selection, or none; otherwise that is unknown."""
    return _every({_match_of_filter(key, values, nodes) for key, values in choice.items()})


def _match_of_filter(key: str, values: frozenset[Hashable], nodes: Selection) -> Match:
    every = EVERY_NODE[INSTANCE_IDS]
    own = nodes.get(key)
    is_tagged = key == TAG_KEY and any(f"{TAG}{tag}" in nodes for tag in values)
    if is_tagged or (key == INSTANCE_IDS and values == every) or (own is not None and own <= values):
        return Match.YES
    if own is None or own == every or not (key.startswith(TAG) or key == INSTANCE_IDS):
        return Match.UNKNOWN
    return _no(is_known=own.isdisjoint(values) and _all_text([*own, *values]))


def _no(*, is_known: bool) -> Match:
    return Match.NO if is_known else Match.UNKNOWN


def _all_text(values: Iterable[Hashable]) -> bool:
    return all(isinstance(value, str) for value in values)


class Selectors(Generic[_Item]):
    """Selections with what they belong to, to be found by the nodes that they reach."""

    def __init__(self, selectors: Iterable[tuple[Selection, _Item]]) -> None:
        """Take the selections. Equal ones are compared once."""
        self._items: dict[frozenset[tuple[str, frozenset[Hashable]]], tuple[Selection, list[_Item]]] = {}
        for choice, item in selectors:
            self._items.setdefault(frozenset(choice.items()), (choice, []))[1].append(item)
        choices = [choice for choice, _ in self._items.values()]
        self._loose = [choice for choice in choices if not is_decided_by_tags(choice)]
        frequency = Counter(step for choice in choices for step in _steps(choice))
        self._by_step: dict[Step, list[Selection]] = {}
        for choice in choices:
            for step in _rarest(choice, frequency):
                self._by_step.setdefault(step, []).append(choice)
        self.keys = frozenset(key for choice in choices for key in _tags_of(choice))
        """The keys of the tags that the selections name."""
        self.node_ids = frozenset(each for choice in choices for each in choice.get(INSTANCE_IDS, ()))
        """What stands for the ids of the nodes that the selections name."""

    def relevant(self, node: NodeTags) -> NodeTags:
        """Return a node with only the tags that selections name, so that nodes with equal reach compare equal."""
        tags = {key: value for key, value in node.tags.items() if key in self.keys}
        return NodeTags(tags, node.is_complete, node.node_id if node.node_id in self.node_ids else None)

    def selections(self) -> Iterator[tuple[Selection, list[_Item]]]:
        """Return every selection once, with what it belongs to."""
        return iter(self._items.values())

    def reaching(self, node: NodeTags) -> Iterator[Selection]:
        """Return the selections that certainly reach a node."""
        seen: set[int] = set()
        for step in _steps_of(node):
            for choice in self._by_step.get(step, ()):
                if id(choice) not in seen and match(choice, node) is Match.YES:
                    seen.add(id(choice))
                    yield choice

    def reaching_all(self, nodes: Selection) -> Iterator[Selection]:
        """Return the selections that certainly reach all nodes of a selection, as far as its tags and ids show that."""
        yield from (choice for choice in self.reaching(_example_of(nodes)) if match_all(choice, nodes) is Match.YES)

    def may_reach_some(self, nodes: Selection) -> bool:
        """Return whether some selection may reach nodes of a selection."""
        return any(match_all(choice, nodes) is not Match.NO for choice in self._everything)

    def first_reached(self, nodes: Iterable[tuple[NodeTags, _Node]]) -> dict[int, _Node]:
        """Return the first of several nodes that each selection certainly reaches, by the selection's identity.

        What is found is not compared again, so that a thousand selections of a thousand nodes are no million.
        """
        found: dict[int, _Node] = {}
        left: dict[Step, list[Selection]] = {}
        for node, item in nodes:
            for step in _steps_of(node):
                missing = []
                for choice in left.get(step, self._by_step.get(step, [])):
                    if match(choice, node) is Match.YES:
                        found.setdefault(id(choice), item)
                    elif id(choice) not in found:
                        missing.append(choice)
                left[step] = missing
        return found

    def known_as(self, choice: Selection) -> Selection:
        """Return the first of the selections that are equal to one of them."""
        return self._items[frozenset(choice.items())][0]

    def items(self, choice: Selection) -> list[_Item]:
        """Return what a selection belongs to."""
        return self._items[frozenset(choice.items())][1]

    def may_reach(self, node: NodeTags) -> bool:
        """Return whether it is unknown until deployment of some selection whether it reaches a node."""
        uncertain = self._loose if node.is_known else self._everything
        if len(uncertain) > MOST_COMPARED:
            return True
        return any(match(choice, node) is Match.UNKNOWN for choice in uncertain)

    @property
    def _everything(self) -> list[Selection]:
        return [choice for choice, _ in self._items.values()]


def _example_of(nodes: Selection) -> NodeTags:
    """Return a node that a selection can reach. What reaches all of its nodes reaches this one."""
    first = {key: next(iter(values)) for key, values in nodes.items() if values}
    tags = {key.removeprefix(TAG): value for key, value in first.items() if key.startswith(TAG)}
    named = {tag: None for key, tag in first.items() if key == TAG_KEY and isinstance(tag, str)}
    return NodeTags(named | tags, is_complete=False, node_id=first.get(INSTANCE_IDS))


def _steps_of(node: NodeTags) -> Iterator[Step]:
    """Return the steps under which a selection that reaches a node is found."""
    for key, value in node.tags.items():
        yield f"{TAG}{key}", value
        yield TAG_KEY, key
    yield INSTANCE_IDS, node.node_id
    yield from _steps(EVERY_NODE)


def _steps(choice: Selection) -> Iterator[Step]:
    return ((key, value) for key, values in choice.items() for value in values)


def _rarest(choice: Selection, frequency: Mapping[Step, int]) -> list[Step]:
    """Return the steps of the key under which the fewest selections are found."""
    by_key: list[list[Step]] = [[(key, value) for value in values] for key, values in choice.items()]
    return min(by_key, key=lambda steps: sum(frequency[step] for step in steps), default=[])


def _tags_of(choice: Selection) -> Iterator[str]:
    for key, values in choice.items():
        if key == TAG_KEY:
            yield from (value for value in values if isinstance(value, str))
        elif key.startswith(TAG):
            yield key.removeprefix(TAG)


def is_decided_by_tags(choice: Selection) -> bool:
    """Return whether the tags and the id of a node decide whether a selection reaches it."""
    by_tags = all(key.startswith(TAG) or key in {TAG_KEY, INSTANCE_IDS} for key in choice)
    return by_tags and all(map(_all_text, choice.values()))
