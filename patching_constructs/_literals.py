"""Closed sets: a `StrEnum` whose values are the service's own literals."""

from enum import StrEnum

from patching_constructs._errors import refusal
from patching_constructs._tokens import is_unresolved


def check_literal(what: str, value: object, literals: type[StrEnum]) -> None:
    """Refuse what is no member of the set; a token passes.

    Raises:
        PatchingError: the value is none of the literals; the message lists them.
    """
    if not is_unresolved(value) and value not in list(literals):
        names = ", ".join(f"{literals.__name__}.{literal.name}" for literal in literals)
        raise refusal(what, f"must be one of {names}", repr(value))
