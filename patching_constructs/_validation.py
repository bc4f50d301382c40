"""Checks of types, closed sets, counts and lengths, and the value that was probably meant.

No check starts Node. A CDK token passes wherever the value that it represents would.
"""

import re
from collections.abc import Collection, Sequence
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from typing import Final, TypeVar

from patching_constructs._errors import refusal, shown
from patching_constructs._tokens import is_unresolved, is_unresolved_scalar

Kind = type | tuple[type, ...]
Item = TypeVar("Item")

_SINGULAR: Final = {str: "a string", int: "a whole number", float: "a number", bool: "True or False"}
_PLURAL: Final = {str: "strings", int: "whole numbers", float: "numbers"}


# --- Types --------------------------------------------------------------------------------------------


def check_type(what: str, value: object, kind: Kind, fix: str = "") -> None:
    """Refuse a value of another type; a bool is no number.

    Raises:
        PatchingError: it is none of the kind; the message names the right type.
    """
    if not _is(value, kind):
        raise refusal(what, f"must be {' or '.join(map(_one, _kinds(kind)))}", shown(value), fix)


def check_flag(what: str, value: object, fix: str = "") -> None:
    """Refuse what is neither True nor False: ``"false"`` would count as true, and None as false.

    Raises:
        PatchingError: it is no bool.
    """
    check_type(what, value, bool, fix)


def check_list_of(what: str, values: Sequence[Item], kind: Kind, fix: str = "", *, item: str = "") -> tuple[Item, ...]:
    """Return the values as a tuple if they are a list or another sequence of the kind.

    Args:
        what: the property.
        values: the list. A string is none, nor is a single value of the kind.
        kind: what every item must be; of a `StrEnum` the literals count too.
        fix: how to make an item.
        item: what a message calls a wrong item. Default: what it calls the list.

    Raises:
        PatchingError: it is no list, or an item is of another type; the message names the right type.
    """
    rule = f"must be a list of {' or '.join(map(_many, _kinds(kind)))}"
    if isinstance(values, str | bytes) or not isinstance(values, Sequence):
        raise refusal(what, rule, shown(values), "put [...] around it" if _is(values, kind) else fix)
    for value in values:
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            check_literal(what, value, kind)
        elif item:
            check_type(item, value, kind, fix)
        elif not _is(value, kind):
            raise refusal(what, rule, shown(value), fix)
    return tuple(values)


def check_reference(what: str, value: object, interface: str, fix: str) -> None:
    """Refuse what does not implement an interface of ``aws_cdk.interfaces``.

    An L1 or L2 construct has the property that the interface is named after: an ``IBucketRef`` has ``bucket_ref``.

    Raises:
        PatchingError: it has not; the message names the interface.
    """
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", interface.removeprefix("I")).lower()
    if not has_property(value, name):
        raise refusal(what, f"must be an {interface}", shown(value), fix)


def has_property(value: object, name: str) -> bool:
    """Return whether a value, which may be a construct, has a property; a class has none.

    To look for it on the type reads nothing. What the CDK imports (``Role.from_role_name``) is wrapped by jsii without
    it there, and costs a round trip.
    """
    return not isinstance(value, type) and (hasattr(type(value), name) or hasattr(value, name))


def _is(value: object, kind: Kind) -> bool:
    kinds = _kinds(kind)
    if isinstance(value, bool):
        return bool in kinds
    if isinstance(value, kinds):
        return True
    # A number that is a token may come as a string, and an int that is one comes as a float.
    return (int in kinds or float in kinds) and is_unresolved_scalar(value)


def _kinds(kind: Kind) -> tuple[type, ...]:
    return kind if isinstance(kind, tuple) else (kind,)


def _one(kind: type) -> str:
    article = "an" if kind.__name__[0] in "AEIOU" else "a"
    return _SINGULAR.get(kind, f"{article} {kind.__name__}")


def _many(kind: type) -> str:
    return _PLURAL.get(kind, kind.__name__)


# --- Closed sets, and the value that was probably meant -----------------------------------------------

# A suggestion should be a typing error or another spelling, not merely the least different value.
_LIKENESS: Final = 0.8
# A comparison costs the product of the lengths, and a value in a template can be a megabyte long.
_LONGEST_WORD: Final = 100


def check_literal(what: str, value: object, literals: type[StrEnum]) -> None:
    """Refuse what is no member of the set; a string token passes.

    Raises:
        PatchingError: the value is none of the literals; the message lists them.
    """
    is_token = isinstance(value, str) and is_unresolved(value)
    if not is_token and value not in list(literals):
        names = ", ".join(f"{literals.__name__}.{literal.name}" for literal in literals)
        raise refusal(what, f"must be one of {names}", shown(value), _literal_fix(value, literals))


def _literal_fix(value: object, literals: type[StrEnum]) -> str:
    if hasattr(type(value), "value_as_string"):
        return "pass the value_as_string of the parameter"
    words = {word: literal for literal in literals for word in (literal.name, literal.value)}
    meant = nearest(value, words, cutoff=_LIKENESS) if isinstance(value, str) else None
    return f"did you mean {shown(words[meant])}?" if meant else ""


def nearest(word: str, words: Collection[str], *, cutoff: float = 0.6) -> str | None:
    """Return the word that is most like another, whatever the case; None where none is near."""
    return _nearest(word, tuple(words), cutoff) if len(word) <= _LONGEST_WORD else None


@lru_cache(maxsize=1024)
def _nearest(word: str, words: tuple[str, ...], cutoff: float) -> str | None:
    lower = {str(each).lower(): str(each) for each in words}
    found = get_close_matches(word.lower(), lower, n=1, cutoff=cutoff)
    return lower[found[0]] if found else None


# --- Counts and lengths -------------------------------------------------------------------------------


def check_count(what: str, things: Sequence[object], *, most: int, least: int = 0, fix: str = "") -> None:
    """Refuse too few or too many; a list that is a token passes.

    Raises:
        PatchingError: the number of things is not within the bounds.
    """
    # A list that is a token has one odd element; a token among others is one of them.
    if not least <= len(things) <= most:
        raise refusal(what, f"must be {least}-{most}", len(things), fix)


def check_length(what: str, text: str, longest: int, fix: str = "") -> None:
    """Refuse what is no text, or one that is empty or too long; a token passes.

    Only the length is told: what a text of this kind says may be nobody's business.

    Raises:
        PatchingError: it is no string, or its length is not within 1 and the longest.
    """
    check_type(what, text, str)
    if not is_unresolved(text) and not 1 <= len(text) <= longest:
        raise refusal(what, f"must have 1-{longest} characters", len(text), fix)


def check_description(description: str | None, longest: int) -> None:
    """Refuse a description that the service refuses, an empty one too; None and a token pass.

    Raises:
        PatchingError: it is no string, or its length is not within 1 and the longest.
    """
    if description is not None:
        check_length("description", description, longest, "" if description else "for no description, leave it out")


# --- Texts of templates -------------------------------------------------------------------------------

_WHOLE_NUMBER: Final = re.compile(r"-?[0-9]{1,12}(?:\.0{1,12})?")


def read_whole_number(name: str, text: str | None, bounds: tuple[int, int], unit: str) -> int | None:
    """Read a whole number of a unit; None where there is none.

    Raises:
        PatchingError: it is no whole number, or it is out of bounds.
    """
    if text is None:
        return None
    first, last = bounds
    number = int(float(text)) if _WHOLE_NUMBER.fullmatch(text) else None
    if number is None or not first <= number <= last:
        raise refusal(name, f"must be {first}-{last} whole {unit}", repr(text) if number is None else text)
    return number
