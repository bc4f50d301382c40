"""A value of a template in words: what it is, or what it can be where the deployment decides that."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from patching_constructs.template.possible_values import PossibleValues, possible_values
from patching_constructs.template.unknown import Choice
from patching_constructs.template.value import Value

UNKNOWN: Final = "unknown until deployment"
_UNKNOWN_VALUE: Final = f"a value that is {UNKNOWN}"
_MOST_NAMED: Final = 5


def text(value: Value, *, default: str = "none") -> str:
    """Return a value of the template as text, or the values that it can have."""
    return text_of_possible(possible_values(value), lambda each: known_text(each, default=default))


def known_text(value: Value, *, default: str = "none") -> str:
    """Return a value of the template as text, whatever else it can be."""
    if value.is_unknown:
        return UNKNOWN
    written = value.written()
    return default if written is None else written


def text_of_possible(possible: PossibleValues, words: Callable[[Value], str]) -> str:
    """Describe the values that a value can have, each in the given words."""
    return one_of(list(dict.fromkeys(map(words, possible.values))), possible.choices)


def one_of(words: Sequence[str], choices: Sequence[Choice]) -> str:
    """Return the words, or all of them and what decides between them."""
    if len(words) == 1:
        return words[0]
    named = [_UNKNOWN_VALUE if each == UNKNOWN else each for each in words[:_MOST_NAMED]]
    more = [f"{len(words) - _MOST_NAMED} more"] if len(words) > _MOST_NAMED else []
    separator = "; " if any("," in each for each in named) else ", "
    return f"one of {separator.join(named + more)} (depends on {names_of(choices)})"


def names_of(choices: Sequence[Choice]) -> str:
    """Return the parameters and conditions by their names."""
    return " and ".join(map(_name_of, choices))


def _name_of(choice: Choice) -> str:
    if choice.name.startswith("AWS::"):
        return choice.name
    return f"condition {choice.name}" if choice.is_condition else f"parameter {choice.name}"


def length_in_words(seconds: str) -> str:
    """Return a length of time: ``2 d 12 h``."""
    if not re.fullmatch("[0-9]{1,12}", seconds):
        return seconds
    left, parts = int(seconds), []
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        number, left = divmod(left, length)
        parts += [f"{number} {unit}"] if number else []
    return " ".join(parts) or "0 s"
