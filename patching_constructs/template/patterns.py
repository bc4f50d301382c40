"""All strings that match a regular expression, if they are few: ``[1-9][0-9]?%`` has 99.

An ``AllowedPattern`` is a Java expression that must match the whole value. Only syntax
with the same meaning in Java and here is supported: characters, classes, groups, alternatives and counted repetition.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

import string
from collections.abc import Iterable
from itertools import product
from typing import Final

_LONGEST_PATTERN: Final = 200
_DIGITS: Final = frozenset(string.digits)
_CLASSES: Final = {"d": _DIGITS, "w": frozenset(string.ascii_letters + string.digits + "_")}
_SPECIAL: Final = frozenset(".^$*+?{}[]\\|()&")
_Texts = frozenset[str]


class _UnreadError(Exception):
    """The pattern has too many matches, or uses syntax that is not supported here."""


def matching_texts(pattern: str, most: int) -> tuple[str, ...] | None:
    """Return all strings that match a pattern, in order; None if there may be more than `most`."""
    if len(pattern) > _LONGEST_PATTERN:
        return None
    reader = _Reader(pattern, most)
    try:
        texts = reader.alternatives()
        reader.expect_end()
    except _UnreadError:
        return None
    return tuple(sorted(texts, key=lambda text: (len(text), text))) or None


class _Reader:
    """Parses a pattern from left to right into the set of its matches."""

    def __init__(self, pattern: str, most: int) -> None:
        self._pattern = pattern
        self._most = most
        self._place = 0
        self._open_groups = 0

    def expect_end(self) -> None:
        if self._place < len(self._pattern):
            raise _UnreadError

    def alternatives(self) -> _Texts:
        found = self._sequence()
        while self._next_is("|"):
            found = self._bounded(found | self._sequence())
        return found

    def _sequence(self) -> _Texts:
        is_outermost = not self._open_groups
        if is_outermost:
            # The whole value must match, so an anchor at either end of an alternative has no effect.
            self._next_is("^")
        found = frozenset({""})
        while self._peek() not in {"", "|", ")"} and not (is_outermost and self._is_at_end_anchor()):
            found = self._joined(found, self._repeated(self._item()))
        return found

    def _is_at_end_anchor(self) -> bool:
        return self._pattern[self._place : self._place + 2] in {"$", "$|"} and self._next_is("$")

    def _repeated(self, item: _Texts) -> _Texts:
        least, most = self._repetition()
        found = every = self._power(item, least)
        for _ in range(least, most):
            every = self._joined(every, item)
            found = self._bounded(found | every)
        # A possessive or reluctant repetition, or one of a repetition.
        if self._peek() and self._peek() in "?*+{":
            raise _UnreadError
        return found

    def _repetition(self) -> tuple[int, int]:
        if self._next_is("?"):
            return 0, 1
        if not self._next_is("{"):
            return 1, 1
        numbers = self._until("}").split(",")
        if len(numbers) > 2 or not all(number.isdecimal() and len(number) <= 2 for number in numbers):  # noqa: PLR2004
            raise _UnreadError
        return int(numbers[0]), int(numbers[-1])

    def _item(self) -> _Texts:
        character = self._take()
        if character == "(":
            if self._next_is("?") and not self._next_is(":"):
                raise _UnreadError
            self._open_groups += 1
            found = self.alternatives()
            self._open_groups -= 1
            self._expect(")")
            return found
        if character == "[":
            return self._class()
        if character == "\\":
            return self._escaped()
        if character in _SPECIAL:
            raise _UnreadError
        return frozenset({character})

    def _class(self) -> _Texts:
        found: set[str] = set()
        while not self._next_is("]"):
            first = self._in_class()
            if len(first) == 1 and self._next_is("-"):
                (start,), (end, *more) = first, self._in_class()
                if more or ord(end) - ord(start) > self._most:
                    raise _UnreadError
                found |= {chr(code) for code in range(ord(start), ord(end) + 1)}
            else:
                found |= first
        return frozenset(found)

    def _in_class(self) -> _Texts:
        character = self._take()
        if character == "\\":
            return self._escaped()
        if character in "^[]&-":
            raise _UnreadError
        return frozenset({character})

    def _escaped(self) -> _Texts:
        character = self._take()
        if character in _CLASSES:
            return _CLASSES[character]
        if character.isalnum():
            raise _UnreadError
        return frozenset({character})

    def _power(self, item: _Texts, count: int) -> _Texts:
        found = frozenset({""})
        for _ in range(count):
            found = self._joined(found, item)
        return found

    def _joined(self, left: _Texts, right: _Texts) -> _Texts:
        return self._bounded("".join(pair) for pair in product(left, right))

    def _bounded(self, texts: Iterable[str]) -> _Texts:
        found = frozenset(texts)
        if len(found) > self._most:
            raise _UnreadError
        return found

    def _peek(self) -> str:
        return self._pattern[self._place : self._place + 1]

    def _take(self) -> str:
        character = self._peek()
        if not character:
            raise _UnreadError
        self._place += 1
        return character

    def _next_is(self, character: str) -> bool:
        found = self._peek() == character
        self._place += found
        return found

    def _expect(self, character: str) -> None:
        if not self._next_is(character):
            raise _UnreadError

    def _until(self, end: str) -> str:
        inner, found, _ = self._pattern[self._place :].partition(end)
        if not found:
            raise _UnreadError
        self._place += len(inner) + 1
        return inner
