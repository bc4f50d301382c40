"""Which nodes a target selects, and whether two targets can select the same node.

A selection has the keys and values of one target. A node must match every key. Two selections can share nodes if they
have at least one key in common, and a common value for each common key. Whether a node has two different tags is
unknown. ``tag-key`` matches any value of its tag.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Target.html
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Final, Generic, TypeVar

from patching_constructs.ssm import target_keys
from patching_constructs.ssm.target_keys import TAG, TAG_KEY

_Item = TypeVar("_Item")
Selection = Mapping[str, frozenset[Hashable]]
"""The nodes that match every key with any of its values. A value is a string, or an object for an unknown value, which
is equal only to itself."""
Step = tuple[Hashable, Hashable]

# How a State Manager association selects every node.
EVERY_NODE: Final[Selection] = {target_keys.INSTANCE_IDS: frozenset([target_keys.EVERY_NODE])}

# The values that a node can have for each key; None for any value.
_Facets = dict[Hashable, frozenset[Hashable] | None]


class _Wildcard:
    """A marker in an index that is not a value."""


# For a selection that matches any value of a key, and for a selection that has some value of a key.
_ANY_VALUE: Final = _Wildcard()
_SOME_VALUE: Final = _Wildcard()


def selection_of(entries: Iterable[tuple[str, Iterable[Hashable]]]) -> Selection:
    """Return what the entries of a target select. A node must match all of them, even if they have the same key."""
    found: dict[str, frozenset[Hashable]] = {}
    for key, values in entries:
        given = frozenset(values)
        if key not in found:
            found[key] = given
        else:
            found[key] = found[key] | given if key == TAG_KEY else found[key] & given
    return found


def steps(choices: Iterable[Selection]) -> set[Step]:
    """Return every pair of a key and one of its values."""
    return {(key, value) for choice in choices for key, values in choice.items() for value in values}


def keys_of(choice: Selection) -> frozenset[Hashable]:
    """Return the keys to compare a selection by: ``tag-key`` with a tag counts as the key of that tag."""
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


def is_covered(choice: Selection, sharing: Callable[[Selection], Iterable[Selection]]) -> bool:
    """Return whether other selections can together select every node of this one.

    A single selection with a further key leaves nodes out; several can complement each other.

    Args:
        choice: the selection.
        sharing: returns those of the other selections that can share nodes with a selection.
    """
    return all(_is_part_covered(part, list(sharing(part))) for part in _parts(choice))


def _parts(choice: Selection) -> Iterator[Selection]:
    """Return the selection with each single value of each key."""
    for key, values in choice.items():
        # A group with resources of other types is used for commands too.
        for value in values if key != target_keys.RESOURCE_TYPES else ():
            yield {**choice, key: frozenset([value])}


def _is_part_covered(part: Selection, sharing: Sequence[Selection]) -> bool:
    return len({id(each) for each in sharing}) > 1 or any(not _is_narrower(each, part) for each in sharing)


def _is_narrower(one: Selection, other: Selection) -> bool:
    mine, others = _facets(one), _facets(other)
    further = mine.keys() - others.keys() - {target_keys.RESOURCE_TYPES}
    return bool(further) or any(others[key] is None and mine[key] is not None for key in mine.keys() & others.keys())


class SelectionIndex(Generic[_Item]):
    """An index of selections with their items, to find those that can share nodes with another selection.

    A fleet can have a thousand targets with the same stage and different roles. So selections are stored by their keys
    and looked up by the key with the fewest matches.
    """

    def __init__(self) -> None:
        self._by_keys: dict[frozenset[Hashable], dict[Step, dict[tuple[int, int], tuple[_Facets, _Item]]]] = {}
        # The sets of keys that contain a step. Empty entries are removed.
        self._keys: dict[Step, dict[frozenset[Hashable], None]] = {}
        self._facets: dict[int, tuple[Selection, _Facets]] = {}

    def add(self, choice: Selection, item: _Item) -> None:
        """Add a selection of an item. Both are identified by object identity, because an item can have several."""
        facets = self._facets_of(choice)
        keys = frozenset(facets)
        by_step = self._by_keys.setdefault(keys, {})
        for step in _kept_under(facets):
            by_step.setdefault(step, {})[id(item), id(choice)] = facets, item
            self._keys.setdefault(step, {})[keys] = None

    def remove(self, choice: Selection, item: _Item) -> None:
        """Remove a selection of an item, if it is in the index."""
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
        """Return the items whose selections can share nodes with this one; an item can occur several times.

        Consume the iterator before you add or remove an item.
        """
        facets = self._facets_of(choice)
        wanted = {key: list(_looked_up_under(key, values)) for key, values in facets.items()}
        for keys in {keys: None for found in wanted.values() for step in found for keys in self._keys.get(step, ())}:
            by_step = self._by_keys[keys]
            found = [[by_step.get(step, {}) for step in wanted[key]] for key in keys & facets.keys()]
            for near in min(found, key=lambda same: sum(map(len, same))):
                yield from (item for other, item in near.values() if _share(facets, other))

    def _facets_of(self, choice: Selection) -> _Facets:
        # The selection is stored too, so that no other object can have its id.
        if id(choice) not in self._facets:
            self._facets[id(choice)] = choice, _facets(choice)
        return self._facets[id(choice)][1]


class SharingIndex(Generic[_Item]):
    """An index of items with several selections, to find those that can share nodes with other selections.

    Many windows of a fleet have the same targets, so they are stored and compared together.
    """

    def __init__(self) -> None:
        self._alike: dict[frozenset[frozenset[tuple[str, frozenset[Hashable]]]], _Alike[_Item]] = {}
        self._known: dict[int, tuple[Sequence[Selection], _Alike[_Item]]] = {}
        self._index: SelectionIndex[_Alike[_Item]] = SelectionIndex()

    def add(self, selections: Sequence[Selection], item: _Item) -> None:
        """Add an item, which is identified by object identity."""
        alike = self._alike_of(selections)
        if not alike.items:
            for choice in alike.selections:
                self._index.add(choice, alike)
        alike.items[id(item)] = item

    def remove(self, selections: Sequence[Selection], item: _Item) -> None:
        """Remove an item, if it is in the index."""
        alike = self._alike_of(selections)
        if alike.items.pop(id(item), None) is not None and not alike.items:
            for choice in alike.selections:
                self._index.remove(choice, alike)

    def sharing(self, selections: Sequence[Selection]) -> Iterator[_Item]:
        """Return every item that can share nodes with these selections. Consume it before you add or remove an item."""
        found = {
            id(each): each for choice in self._alike_of(selections).selections for each in self._index.sharing(choice)
        }
        for alike in found.values():
            yield from alike.items.values()

    def _alike_of(self, selections: Sequence[Selection]) -> "_Alike[_Item]":
        # The selections are stored too, so that no other object can have their id.
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
