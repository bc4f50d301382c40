"""Closed sets: a `StrEnum` whose values are the service's own literals."""

from enum import StrEnum
from typing import Final

from patching_constructs._errors import refusal, shown
from patching_constructs._nearest import nearest
from patching_constructs._tokens import is_unresolved

# A suggestion should be a slip or another spelling, not merely the least unlike.
_LIKENESS: Final = 0.8


def check_literal(what: str, value: object, literals: type[StrEnum]) -> None:
    """Refuse what is no member of the set; a string token passes.

    Raises:
        PatchingError: the value is none of the literals; the message lists them.
    """
    is_token = isinstance(value, str) and is_unresolved(value)
    if not is_token and value not in list(literals):
        names = ", ".join(f"{literals.__name__}.{literal.name}" for literal in literals)
        raise refusal(what, f"must be one of {names}", shown(value), _fix(value, literals))


def _fix(value: object, literals: type[StrEnum]) -> str:
    if hasattr(type(value), "value_as_string"):
        return "pass the value_as_string of the parameter"
    words = {word: literal for literal in literals for word in (literal.name, literal.value)}
    meant = nearest(value, words, cutoff=_LIKENESS) if isinstance(value, str) else None
    return f"did you mean {shown(words[meant])}?" if meant else ""
