"""Which nodes a target chooses, and whether two of them choose common ones."""

from collections.abc import Iterable, Iterator
from typing import Final, Generic, TypeVar

from patching_constructs.assembly.intrinsics import Deferred

_Item = TypeVar("_Item")
Step = tuple[str, str | Deferred]
Selection = dict[str, frozenset[str | Deferred]]
"""The nodes that match every one of some keys, each with any of its values."""

# State Manager's word for every node.
EVERY_NODE: Final[Selection] = {"InstanceIds": frozenset(["*"])}


def steps(choices: Iterable[Selection]) -> set[Step]:
    """Return every key with every value: two selections without a common one choose no common nodes."""
    return {(key, value) for choice in choices for key, values in choice.items() for value in values}


def share_nodes(ones: Iterable[Selection], others: Iterable[Selection]) -> bool:
    """Tell whether some selections name common nodes with some others."""
    listed = list(others)
    return any(_share(one, other) for one in ones for other in listed)


def _share(one: Selection, other: Selection) -> bool:
    common = one.keys() & other.keys()
    return bool(common) and all(one[key] & other[key] for key in common)


class SelectionIndex(Generic[_Item]):
    """Selections with what they belong to, to be found by those that share nodes with them.

    A fleet can have a thousand targets with one stage in common and each a role of its own; so selections are kept by
    the keys that they have, and looked up by the key under which the fewest agree.
    """

    def __init__(self) -> None:
        self._by_keys: dict[frozenset[str], dict[Step, dict[tuple[int, int], tuple[Selection, _Item]]]] = {}
        # Which of these know a step; what is empty is not kept.
        self._keys: dict[Step, dict[frozenset[str], None]] = {}

    def add(self, choice: Selection, item: _Item) -> None:
        """Keep a selection; it and the item are known by their identities, as an item can have several."""
        keys = frozenset(choice)
        by_step = self._by_keys.setdefault(keys, {})
        for step in steps([choice]):
            by_step.setdefault(step, {})[id(item), id(choice)] = choice, item
            self._keys.setdefault(step, {})[keys] = None

    def remove(self, choice: Selection, item: _Item) -> None:
        """Forget a selection, if it is kept."""
        keys = frozenset(choice)
        by_step = self._by_keys.get(keys, {})
        for step in steps([choice]):
            same = by_step.get(step, {})
            same.pop((id(item), id(choice)), None)
            if not same:
                by_step.pop(step, None)
                self._keys.get(step, {}).pop(keys, None)

    def sharing(self, choice: Selection) -> Iterator[_Item]:
        """Return the items whose selections share nodes with this one."""
        for keys in {keys: None for step in steps([choice]) for keys in self._keys.get(step, ())}:
            by_step = self._by_keys[keys]
            found = [[by_step.get((key, value), {}) for value in choice[key]] for key in keys & choice.keys()]
            for near in min(found, key=lambda same: sum(map(len, same))):
                yield from (item for other, item in list(near.values()) if _share(choice, other))
