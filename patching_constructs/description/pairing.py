"""Which property of one side is which of the other: by its name, and an item of a list by what it says."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Final

from patching_constructs.description.content import as_json
from patching_constructs.description.facts import Fact

# A baseline has up to 10 rules and 20 sources. The time of an alignment can grow with the cube of the length.
_MOST_ALIGNED: Final = 50

Pair = tuple[Fact | None, Fact | None]


def paired(before: Mapping[str, Fact], after: Mapping[str, Fact]) -> Iterator[Pair]:
    """Return the properties of both sides in pairs, in the order of the sides.

    A rule that is inserted into a list makes no other rule differ, unless the list is longer than the service accepts.
    """
    lists: set[str] = set()
    for name, fact in {**before, **after}.items():
        if fact.list_name is None:
            yield before.get(name), after.get(name)
        elif fact.list_name not in lists:
            lists.add(fact.list_name)
            yield from _aligned(_items(before, fact.list_name), _items(after, fact.list_name))


def _items(facts: Mapping[str, Fact], list_name: str) -> list[Fact]:
    return [fact for fact in facts.values() if fact.list_name == list_name]


def _aligned(before: Sequence[Fact], after: Sequence[Fact]) -> Iterator[Pair]:
    if max(len(before), len(after)) > _MOST_ALIGNED:
        yield from zip_longest(before, after)
        return
    one, other = ([as_json(fact.content) for fact in side] for side in (before, after))
    for _, start, end, other_start, other_end in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        yield from zip_longest(before[start:end], after[other_start:other_end])
