"""Closed sets: a `StrEnum` whose values are the service's own literals."""

from enum import StrEnum

from patching_constructs._errors import refusal, shown
from patching_constructs._tokens import is_unresolved


def check_literal(what: str, value: object, literals: type[StrEnum]) -> None:
    """Refuse what is no member of the set; a string token passes.

    Raises:
        PatchingError: the value is none of the literals; the message lists them.
    """
    is_token = isinstance(value, str) and is_unresolved(value)
    if not is_token and value not in list(literals):
        names = ", ".join(f"{literals.__name__}.{literal.name}" for literal in literals)
        raise refusal(what, f"must be one of {names}", shown(value))
