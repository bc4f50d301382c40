"""The parameters of a template, and which values each can have.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Any, Final

from patching_constructs.template.content import scalar_text
from patching_constructs.template.patterns import matching_texts
from patching_constructs.template.unknown import Bounds, Unknown

MOST_VALUES: Final = 128
_STORED: Final = "AWS::SSM::Parameter::Value"
_LONGEST: Final = 4096


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter, with the constraints of its declaration."""

    default: object = None
    """Its default; None where there is none."""
    values: tuple[object, ...] | None = None
    """All the values that it can have; None where they are not few."""
    lengths: Bounds | None = None
    """The fewest and the most characters of its value, if it is one text."""
    numbers: Bounds | None = None
    """The least and the greatest number, if it is one."""
    kind: str = "String"
    """Its type."""

    @property
    def is_list(self) -> bool:
        """Whether its value is a list."""
        return _is_list(self.kind)

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Parameter":
        """Read a declaration. What it bounds is the value only where that is not stored elsewhere, or a list."""
        kind = str(content.get("Type"))
        default = _default(content, kind)
        if kind == "Number":
            numbers = _bounds(content, "MinValue", "MaxValue", default=(-inf, inf))
            return cls(default, _allowed(content) or _numbers(numbers), None, numbers, kind)
        if kind != "String":
            values = None if _is_list(kind) or kind.startswith(_STORED) else _allowed(content)
            return cls(default, values, kind=kind)
        values = _allowed(content)
        lengths = _bounds(content, "MinLength", "MaxLength", default=(0, _LONGEST))
        pattern = content.get("AllowedPattern")
        if values is None and isinstance(pattern, str):
            values = matching_texts(pattern, MOST_VALUES)
        if values is not None and lengths is not None:
            # A listed value that violates another bound is invalid.
            values = tuple(each for each in values if lengths[0] <= len(str(each)) <= lengths[1]) or None
        return cls(default, values, lengths)

    def value_of(self, given: object) -> object:
        """Return its value if another template passes this one; None if that does not determine the value."""
        match given:
            case str() | int() | float():
                return _typed(given, self.kind)
            case list():
                return given if self.is_list else None
            case Unknown():
                return None if self.is_list or self.kind.startswith(_STORED) else given
            case _:
                return None


def _allowed(content: Mapping[str, Any]) -> tuple[object, ...] | None:
    allowed = content.get("AllowedValues")
    if not isinstance(allowed, list) or not 0 < len(allowed) <= MOST_VALUES:
        return None
    texts = [scalar_text(value) for value in allowed]
    return tuple(dict.fromkeys(text for text in texts if text is not None)) if None not in texts else None


def _numbers(bounds: Bounds | None) -> tuple[object, ...] | None:
    """Return the integers within bounds; no property for patching takes other numbers."""
    if bounds is None or not 0 <= bounds[1] - bounds[0] < MOST_VALUES or bounds[0] % 1 or bounds[1] % 1:
        return None
    return tuple(str(number) for number in range(int(bounds[0]), int(bounds[1]) + 1))


def _bounds(content: Mapping[str, Any], least: str, most: str, default: Bounds) -> Bounds | None:
    if least not in content and most not in content:
        return None
    low, high = (_number(content[name]) if name in content else None for name in (least, most))
    low, high = (default[0] if low is None else low), (default[1] if high is None else high)
    return None if low > high else (low, high)


def _number(value: object) -> float | None:
    try:
        number = float(str(value)[:20])
    except ValueError:
        return None
    return number if abs(number) < 1e15 else None  # noqa: PLR2004


def _is_list(kind: str) -> bool:
    return kind == "CommaDelimitedList" or kind.startswith(("List<", f"{_STORED}<List<"))


def _default(content: Mapping[str, Any], kind: str) -> object:
    default = content.get("Default")
    return _typed(default, kind) if isinstance(default, str | int | float) else None


def _typed(given: str | float, kind: str) -> object:
    if kind.startswith(_STORED):
        # It is the name of a parameter of the Parameter Store, not its value.
        return None
    return [item.strip() for item in str(given).split(",")] if _is_list(kind) else given
