"""A value that is unknown until deployment, with its constraints: above all, the values that it can have."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

# A private character of Unicode. A template that has it is taken for less known than it is, and no more.
UNKNOWN: Final = "\ue000"


@dataclass(frozen=True, slots=True)
class AnyOther:
    """Any value other than those that the template compares with."""

    values: frozenset[str]

    def __str__(self) -> str:
        """Name it in a message."""
        return "any other value"


@dataclass(frozen=True, slots=True)
class Choice:
    """A parameter or condition with a few possible values, and the same value wherever the template uses it."""

    scope: object = field(repr=False)
    """Stands for the template that it belongs to."""
    name: str
    values: tuple[object, ...] = field(compare=False)
    """The values that it can have, `AnyOther` among them if these are not all."""
    is_condition: bool = False


Assumed = Mapping[Choice, object]
"""One value for each of some choices."""

NOTHING_ASSUMED: Final[Assumed] = MappingProxyType({})
NO_CHOICES: Final[frozenset[Choice]] = frozenset()
Bounds = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is unknown until deployment, with its constraints. Equal instances are the same value."""

    function: str
    """The intrinsic function that returns it, as JSON."""
    reference: str | None = field(default=None, compare=False)
    """The logical id of the template's resource that it refers to, if it is a plain reference."""
    attribute: str | None = field(default=None, compare=False)
    """The attribute of that resource; None for a plain ``Ref``."""
    shape: str = field(default=UNKNOWN, compare=False)
    """The text as far as it is known, with `UNKNOWN` for every part that is not."""
    parts: "tuple[Unknown, ...]" = field(default=(), compare=False, repr=False)
    """What the unknown parts of the text are, in their order."""
    example: str | None = field(default=None, compare=False)
    """The text with a possible value for each pseudo parameter and each name that the service makes up; None where
    more than these is unknown."""
    scope: object = field(default=None, repr=False)
    """Stands for the template that the function belongs to: a parameter of one template is not the parameter of the
    same name of another. None for a function that returns the same in every template of an account and Region."""
    choices: frozenset[Choice] = field(default=NO_CHOICES, compare=False)
    """What decides it, or decides some of it."""
    lengths: Bounds | None = field(default=None, compare=False)
    """The fewest and the most characters that the text can have."""
    numbers: Bounds | None = field(default=None, compare=False)
    """The least and the greatest number that it can be."""
    is_list: bool = field(default=False, compare=False)
    """Whether it is certainly a list, of unknown items."""
    is_optional: bool = field(default=False, compare=False)
    """Whether it can turn out that there is no value."""
    is_impossible: bool = field(default=False, compare=False)
    """Whether there can be no such value, so that the template cannot be deployed like this."""


def choices_of(values: Iterable[object]) -> frozenset[Choice]:
    """Return the choices that decide any of the values."""
    return NO_CHOICES.union(*(value.choices for value in values if isinstance(value, Unknown)))
