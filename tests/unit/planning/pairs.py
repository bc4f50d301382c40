"""A reference for the indexes: every pair of selections compared, key by key."""

from collections.abc import Hashable, Iterable

from patching_constructs.planning.coverage import Selection


def share_nodes(ones: Iterable[Selection], others: Iterable[Selection]) -> bool:
    """Return whether any of some selections can select a node that any of the others selects."""
    listed = list(others)
    return any(_share(one, other) for one in ones for other in listed)


def _share(one: Selection, other: Selection) -> bool:
    common = _keys(one) & _keys(other)
    return bool(common) and all(_agree(_values(one, key), _values(other, key)) for key in common)


def _keys(choice: Selection) -> set[Hashable]:
    return (choice.keys() - {"tag-key"}) | {_key(tag) for tag in choice.get("tag-key", ())}


def _key(tag: Hashable) -> Hashable:
    return f"tag:{tag}" if isinstance(tag, str) else tag


def _values(choice: Selection, key: Hashable) -> frozenset[Hashable] | None:
    return choice[key] if isinstance(key, str) and key in choice else None


def _agree(one: frozenset[Hashable] | None, other: frozenset[Hashable] | None) -> bool:
    if one is None or other is None:
        return (one is None or bool(one)) and (other is None or bool(other))
    return bool(one & other)
