"""Which nodes a target chooses, and whether two of them choose common ones."""

from collections.abc import Iterable
from typing import Final

from patching_constructs.assembly.intrinsics import Deferred

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
    if EVERY_NODE in (one, other):
        return True
    common = one.keys() & other.keys()
    return bool(common) and all(one[key] & other[key] for key in common)
