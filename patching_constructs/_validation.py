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
from patching_constructs._tokens import (
    has_item_of_unresolved_list,
    is_unresolved,
    is_unresolved_list,
    is_unresolved_scalar,
)

Kind = type | tuple[type, ...]
Item = TypeVar("Item")

_SINGULAR: Final = {str: "a string", int: "a whole number", float: "a number", bool: "True or False"}
_PLURAL: Final = {str: "strings", int: "whole numbers", float: "numbers"}


# --- Types --------------------------------------------------------------------------------------------


def check_type(what: str, value: object, kind: Kind, fix: str = "") -> None:
    """Check the type of a value. A bool does not count as a number.

    Raises:
        PatchingError: the value has another type; the message names the right one.
    """
    if not _is(value, kind):
        raise refusal(what, f"must be {' or '.join(map(_one, _kinds(kind)))}", shown(value), fix)


def check_flag(what: str, value: object, fix: str = "") -> None:
    """Check that a value is True or False: ``"false"`` would count as true, and None as false.

    Raises:
        PatchingError: the value is not a bool.
    """
    check_type(what, value, bool, fix)


def check_list_of(what: str, values: Sequence[Item], kind: Kind, fix: str = "", *, item: str = "") -> tuple[Item, ...]:
    """Return the items of a list, or of another sequence, as a tuple.

    Args:
        what: the property.
        values: the list. Neither a string nor a single item is a list.
        kind: the type of every item; for a `StrEnum`, also its literals.
        fix: how to create an item.
        item: the name of an item in messages. Default: the name of the list.

    Raises:
        PatchingError: the value is not a list, or an item has another type; the message names the right type. Or a
            list that is a token is combined with other items.
    """
    rule = f"must be a list of {' or '.join(map(_many, _kinds(kind)))}"
    if isinstance(values, str | bytes) or not isinstance(values, Sequence):
        raise refusal(what, rule, shown(values), "wrap it in [...]" if _is(values, kind) else fix)
    for value in values:
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            check_literal(what, value, kind)
        elif item:
            check_type(item, value, kind, fix)
        elif not _is(value, kind):
            raise refusal(what, rule, shown(value), fix)
    if kind is str and not is_unresolved_list(values):
        for value in values:
            check_no_list_token(what, str(value))
    return tuple(values)


def check_no_list_token(what: str, text: str) -> None:
    """Check that a text contains no item of a list that is a token, which the CDK resolves only as a whole.

    Raises:
        PatchingError: it contains one.
    """
    if has_item_of_unresolved_list(text):
        fix = "pass the list alone, or use aws_cdk.Fn.select(0, list) for an item"
        raise refusal(what, "must not contain items of a list that is a token", "a token", fix)


def check_reference(what: str, value: object, interface: str, fix: str) -> None:
    """Check that a value implements an interface of ``aws_cdk.interfaces``.

    An L1 or L2 construct has the property that the interface is named after: an ``IBucketRef`` has ``bucket_ref``.

    Raises:
        PatchingError: the value does not implement the interface; the message names it.
    """
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", interface.removeprefix("I")).lower()
    if not has_property(value, name):
        raise refusal(what, f"must be an {interface}", shown(value), fix)


def has_property(value: object, name: str) -> bool:
    """Return whether a value, which may be a construct, has a property. A class has none.

    Looking it up on the type costs nothing. The jsii class of an imported resource (``Role.from_role_name``) does not
    have the property, so looking it up costs a round trip.
    """
    return not isinstance(value, type) and (hasattr(type(value), name) or hasattr(value, name))


def _is(value: object, kind: Kind) -> bool:
    kinds = _kinds(kind)
    if isinstance(value, bool):
        return bool in kinds
    if isinstance(value, kinds):
        return True
    # A numeric token can be a string, and an integer token is a float.
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
    """Check that a value is a member of a closed set, a `StrEnum` with the service's literals. A string token passes.

    Raises:
        PatchingError: the value is not one of the literals; the message lists them.
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
    """Return the word that is most similar to another, ignoring case; None if no word is similar."""
    return _nearest(word, tuple(words), cutoff) if len(word) <= _LONGEST_WORD else None


@lru_cache(maxsize=1024)
def _nearest(word: str, words: tuple[str, ...], cutoff: float) -> str | None:
    lower = {str(each).lower(): str(each) for each in words}
    found = get_close_matches(word.lower(), lower, n=1, cutoff=cutoff)
    return lower[found[0]] if found else None


# --- Counts and lengths -------------------------------------------------------------------------------


def check_count(what: str, items: Sequence[object], *, most: int, least: int = 0, fix: str = "") -> None:
    """Check the number of items. A list that is a token passes.

    Raises:
        PatchingError: there are too few or too many items.
    """
    # A list token has one element; a token among other elements counts as one item.
    if not least <= len(items) <= most:
        raise refusal(what, f"must have {_count(least, most)}", len(items), fix)


def _count(least: int, most: int) -> str:
    if least == most:
        return f"exactly {most} item{'s' if most > 1 else ''}"
    return f"{least}-{most} items" if least else f"at most {most} items"


def check_length(what: str, text: str, longest: int, fix: str = "") -> None:
    """Check that a string is neither empty nor too long. A token passes.

    The message contains only the length, because the text can be confidential.

    Raises:
        PatchingError: the value is not a string, or its length is not between 1 and the longest.
    """
    check_type(what, text, str)
    if not is_unresolved(text) and not 1 <= len(text) <= longest:
        raise refusal(what, f"must have 1-{longest} characters", len(text), fix)


def check_description(description: str | None, longest: int) -> None:
    """Check the length of a description. None and a token pass.

    Raises:
        PatchingError: the description is not a string, or its length is not between 1 and the longest.
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
