"""Names that are likely meant to be one: they differ in case, in separators, or in one letter."""

import re
from collections.abc import Iterable, Iterator
from typing import Final, Generic, TypeVar

_Item = TypeVar("_Item")

# In a longer name one letter is looked for in vain: the longest value of a tag has 256 characters.
_LONGEST: Final = 64
_LEAST_WORD: Final = 4
# Short words of one length are often two words: east and west.
_LEAST_REPLACED: Final = 8


def folded(name: str) -> str:
    """Return a name without its case, spaces and other separators."""
    return "".join(character for character in name.casefold() if character.isalnum())


def is_typo(one: str, other: str) -> bool:
    """Return whether two names differ in one letter of a longer word: missing, doubled, swapped, or replaced."""
    words, others = _words(one), _words(other)
    different = [pair for pair in zip(words, others, strict=False) if pair[0] != pair[1]]
    return len(words) == len(others) and len(different) == 1 and _is_typo_of_word(*different[0])


def _is_typo_of_word(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(short) < _LEAST_WORD or len(long) - len(short) > 1:
        return False
    start = next((place for place, letter in enumerate(short) if letter != long[place]), len(short))
    if len(short) < len(long):
        return long[start].isalpha() and short[start:] == long[start + 1 :]
    if not (short[start].isalpha() and long[start].isalpha()):
        return False
    if short[start : start + 2] == long[start : start + 2][::-1] and short[start + 2 :] == long[start + 2 :]:
        return True
    return len(short) >= _LEAST_REPLACED and short[start + 1 :] == long[start + 1 :]


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", name.casefold())


class SpellingIndex(Generic[_Item]):
    """Names with what they belong to, to be found by names that are likely meant to be the same."""

    def __init__(self, names: Iterable[tuple[str, _Item]]) -> None:
        """Take the names."""
        self._folded: dict[str, list[tuple[str, _Item]]] = {}
        self._variants: dict[str, list[tuple[str, _Item]]] = {}
        for name, item in names:
            self._folded.setdefault(folded(name), []).append((name, item))
            for variant in _variants(name):
                self._variants.setdefault(variant, []).append((name, item))

    def alike(self, name: str) -> Iterator[tuple[str, _Item]]:
        """Return the names that are the same but for their case and separators."""
        return iter(self._folded.get(folded(name), ()))

    def typos(self, name: str) -> Iterator[tuple[str, _Item]]:
        """Return the names that differ in one letter, a name perhaps several times."""
        for variant in _variants(name):
            yield from (found for found in self._variants.get(variant, ()) if is_typo(name, found[0]))


def _variants(name: str) -> set[str]:
    """Return a name with and without each of its characters: two names that differ in one have a variant in common."""
    plain = name.casefold()
    if len(plain) > _LONGEST:
        return set()
    return {plain} | {plain[:place] + plain[place + 1 :] for place in range(len(plain))}
