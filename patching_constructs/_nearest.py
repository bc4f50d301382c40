"""The word that was probably meant."""

from collections.abc import Collection
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

# A comparison costs the product of the lengths, and what a template holds can be a megabyte.
_LONGEST_WORD: Final = 100


def nearest(word: str, words: Collection[str], *, cutoff: float = 0.6) -> str | None:
    """Return the word that is most like another, whatever the case; None where none is near."""
    return _nearest(word, tuple(words), cutoff) if len(word) <= _LONGEST_WORD else None


@lru_cache(maxsize=1024)
def _nearest(word: str, words: tuple[str, ...], cutoff: float) -> str | None:
    lower = {str(each).lower(): str(each) for each in words}
    found = get_close_matches(word.lower(), lower, n=1, cutoff=cutoff)
    return lower[found[0]] if found else None
