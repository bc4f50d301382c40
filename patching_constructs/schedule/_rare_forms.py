"""Crons that are invalid only by forms of which no source settles whether a service accepts them.

They are days before the last one (``L-3``), ranges that go backward (``FRI-MON``), and lists with ``L``, ``W`` or
``#``.
"""

import re
from typing import Final

from patching_constructs._errors import PatchingError
from patching_constructs.schedule._cron import DAY, HOUR, MINUTE, MONTH, SECOND, WEEKDAY, YEAR, FieldRule, parse_field

_SIX: Final = (MINUTE, HOUR, DAY, MONTH, WEEKDAY, YEAR)
_FIELDS: Final = {len(_SIX): _SIX, len(_SIX) + 1: (SECOND, *_SIX)}


def has_rare_forms_only(parts: list[str]) -> bool:
    """Return whether every field of a cron that does not parse is plain or of a rare form, ``?`` in its place."""
    rules = _FIELDS.get(len(parts))
    if rules is None:
        return False
    unspecified = [rule for rule, part in zip(rules, parts, strict=True) if part == "?"]
    return unspecified in ([DAY], [WEEKDAY]) and all(
        _is_plain_or_rare(rule, atom) for rule, part in zip(rules, parts, strict=True) for atom in part.split(",")
    )


def _is_plain_or_rare(rule: FieldRule, atom: str) -> bool:
    if rule is DAY and re.fullmatch(r"L-(?:[1-9]|[12][0-9]|30)", atom, re.IGNORECASE):
        return True
    backward = re.fullmatch(r"([^-/]+)-([^-/]+)", atom)
    return _parses(rule, atom) or (backward is not None and _parses(rule, f"{backward[2]}-{backward[1]}"))


def _parses(rule: FieldRule, text: str) -> bool:
    try:
        parse_field(rule, text)
    except PatchingError:
        return False
    return True
