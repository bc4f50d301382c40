"""Checks of types: what a value must be, before anything else looks at it.

No check calls into Node. A CDK token passes wherever the value that it stands for would.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final, TypeVar

from patching_constructs._errors import refusal, shown
from patching_constructs._literals import check_literal
from patching_constructs._tokens import is_unresolved_scalar

Kind = type | tuple[type, ...]
Item = TypeVar("Item")

_SINGULAR: Final = {str: "a string", int: "a whole number", float: "a number", bool: "True or False"}
_PLURAL: Final = {str: "strings", int: "whole numbers", float: "numbers"}


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
