"""Which nodes a target selects, and whether two of them can select common ones.

A selection is what one target says: keys with values, all of which a node must match. Two selections can share nodes
where they name a tag or another key in common, and agree on every one that they have in common; whether two different
tags are on one node is not seen here. ``tag-key`` agrees with any value of its tag.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Target.html
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Final, Generic, TypeVar

from patching_constructs.ssm import target_keys
from patching_constructs.ssm.target_keys import TAG, TAG_KEY

_Item = TypeVar("_Item")
Selection = Mapping[str, frozenset[Hashable]]
"""The nodes that match every one of some keys, each with any of its values. A value is text, or whatever stands for one
that is not known and is equal to itself alone."""
Step = tuple[Hashable, Hashable]

# State Manager's way to say every node.
EVERY_NODE: Final[Selection] = {target_keys.INSTANCE_IDS: frozenset([target_keys.EVERY_NODE])}

# What one property of a node must be: any of these, or, for None, anything.
_Facets = dict[Hashable, frozenset[Hashable] | None]


class _Wildcard:
    """What stands in an index for no value."""


# A selection that takes any value, and a selection with values of which any will do.
_ANY_VALUE: Final = _Wildcard()
_SOME_VALUE: Final = _Wildcard()


def selection_of(entries: Iterable[tuple[str, Iterable[Hashable]]]) -> Selection:
    """Return what the entries of a target select. All of them must match, also two of one key."""
    found: dict[str, frozenset[Hashable]] = {}
    for key, values in entries:
        given = frozenset(values)
        if key not in found:
            found[key] = given
        else:
            found[key] = found[key] | given if key == TAG_KEY else found[key] & given
    return found


def steps(choices: Iterable[Selection]) -> set[Step]:
    """Return every key with every value."""
    return {(key, value) for choice in choices for key, values in choice.items() for value in values}


def keys_of(choice: Selection) -> frozenset[Hashable]:
    """Return the keys that a selection can be compared by: ``tag-key`` of a tag is a key like the tag's own."""
    return frozenset(_facets(choice))


def _facets(choice: Selection) -> _Facets:
    found: _Facets = {}
    for key, values in choice.items():
        if key == TAG_KEY:
            for tag in values:
                found.setdefault(f"{TAG}{tag}" if isinstance(tag, str) else (TAG_KEY, tag), None)
        else:
            found[key] = values
    return found


def _share(one: _Facets, other: _Facets) -> bool:
    common = one.keys() & other.keys()
    return bool(common) and all(_agree(one[key], other[key]) for key in common)


def _agree(one: frozenset[Hashable] | None, other: frozenset[Hashable] | None) -> bool:
    if one is None:
        return other is None or bool(other)
    return bool(one) if other is None else not one.isdisjoint(other)


class SelectionIndex(Generic[_Item]):
    """Selections with what they belong to, to be found by those that can share nodes with them.

    A fleet can have a thousand targets with one stage in common and each a role of its own; so selections are kept by
    the keys that they have, and looked up by the key under which the fewest agree.
    """

    def __init__(self) -> None:
        self._by_keys: dict[frozenset[Hashable], dict[Step, dict[tuple[int, int], tuple[_Facets, _Item]]]] = {}
        # Which of these know a step; what is empty is not kept.
        self._keys: dict[Step, dict[frozenset[Hashable], None]] = {}
        self._facets: dict[int, tuple[Selection, _Facets]] = {}

    def add(self, choice: Selection, item: _Item) -> None:
        """Keep a selection; it and the item are known by their identities, as an item can have several."""
        facets = self._facets_of(choice)
        keys = frozenset(facets)
        by_step = self._by_keys.setdefault(keys, {})
        for step in _kept_under(facets):
            by_step.setdefault(step, {})[id(item), id(choice)] = facets, item
            self._keys.setdefault(step, {})[keys] = None

    def remove(self, choice: Selection, item: _Item) -> None:
        """Forget a selection, if it is kept."""
        facets = self._facets_of(choice)
        keys = frozenset(facets)
        by_step = self._by_keys.get(keys, {})
        for step in _kept_under(facets):
            same = by_step.get(step, {})
            same.pop((id(item), id(choice)), None)
            if not same:
                by_step.pop(step, None)
                self._keys.get(step, {}).pop(keys, None)

    def sharing(self, choice: Selection) -> Iterator[_Item]:
        """Return the items whose selections can share nodes with this one, an item perhaps several times.

        Take them all before you add or remove one.
        """
        facets = self._facets_of(choice)
        wanted = {key: list(_looked_up_under(key, values)) for key, values in facets.items()}
        for keys in {keys: None for found in wanted.values() for step in found for keys in self._keys.get(step, ())}:
            by_step = self._by_keys[keys]
            found = [[by_step.get(step, {}) for step in wanted[key]] for key in keys & facets.keys()]
            for near in min(found, key=lambda same: sum(map(len, same))):
                yield from (item for other, item in near.values() if _share(facets, other))

    def _facets_of(self, choice: Selection) -> _Facets:
        # The selection is kept with them, so that no other one can get its identity.
        if id(choice) not in self._facets:
            self._facets[id(choice)] = choice, _facets(choice)
        return self._facets[id(choice)][1]


class SharingIndex(Generic[_Item]):
    """Items with the selections of each, to be found by those that can share nodes with them.

    Many windows of a fleet have the same targets: those are kept together and compared once.
    """

    def __init__(self) -> None:
        self._alike: dict[frozenset[frozenset[tuple[str, frozenset[Hashable]]]], _Alike[_Item]] = {}
        self._known: dict[int, tuple[Sequence[Selection], _Alike[_Item]]] = {}
        self._index: SelectionIndex[_Alike[_Item]] = SelectionIndex()

    def add(self, selections: Sequence[Selection], item: _Item) -> None:
        """Keep an item; it is known by its identity."""
        alike = self._alike_of(selections)
        if not alike.items:
            for choice in alike.selections:
                self._index.add(choice, alike)
        alike.items[id(item)] = item

    def remove(self, selections: Sequence[Selection], item: _Item) -> None:
        """Forget an item, if it is kept."""
        alike = self._alike_of(selections)
        if alike.items.pop(id(item), None) is not None and not alike.items:
            for choice in alike.selections:
                self._index.remove(choice, alike)

    def sharing(self, selections: Sequence[Selection]) -> Iterator[_Item]:
        """Return every item that can share nodes with what has these selections. Take all before you change any."""
        found = {
            id(each): each for choice in self._alike_of(selections).selections for each in self._index.sharing(choice)
        }
        for alike in found.values():
            yield from alike.items.values()

    def _alike_of(self, selections: Sequence[Selection]) -> "_Alike[_Item]":
        # The selections are kept, so that no others can get their identity.
        if id(selections) not in self._known:
            key = frozenset(frozenset(choice.items()) for choice in selections)
            self._known[id(selections)] = selections, self._alike.setdefault(key, _Alike(selections))
        return self._known[id(selections)][1]


class _Alike(Generic[_Item]):
    """The items with equal selections."""

    def __init__(self, selections: Sequence[Selection]) -> None:
        self.selections = selections
        self.items: dict[int, _Item] = {}


def _kept_under(facets: _Facets) -> Iterator[Step]:
    for key, values in facets.items():
        if values is None:
            yield from ((key, _ANY_VALUE), (key, _SOME_VALUE))
        elif values:
            yield from ((key, value) for value in values)
            yield key, _SOME_VALUE


def _looked_up_under(key: Hashable, values: frozenset[Hashable] | None) -> Iterator[Step]:
    if values is None:
        yield key, _SOME_VALUE
    else:
        yield from ((key, value) for value in values)
        yield key, _ANY_VALUE
