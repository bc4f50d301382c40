"""Durations, as ``aws_cdk.Duration`` or ``datetime.timedelta``, converted to the whole units of the service."""

from datetime import timedelta
from typing import Final, Literal, Protocol

from patching_constructs._errors import refusal, shown
from patching_constructs._tokens import is_unresolved


class CdkDuration(Protocol):
    """An ``aws_cdk.Duration``, recognized by its methods, so that the CDK is not imported."""

    def to_days(self, *, integral: bool | None = None) -> float:
        """Return the days."""
        ...  # pragma: no cover

    def to_hours(self, *, integral: bool | None = None) -> float:
        """Return the hours."""
        ...  # pragma: no cover

    def to_seconds(self, *, integral: bool | None = None) -> float:
        """Return the seconds."""
        ...  # pragma: no cover


Length = CdkDuration | timedelta
Unit = Literal["days", "hours", "seconds"]
UsualUnit = Literal["days", "hours", "minutes", "seconds"]
_SECONDS: Final[dict[UsualUnit, int]] = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 24 * 3600}


def whole(what: str, length: Length, unit: Unit, bounds: tuple[int, int], *, usual: UsualUnit | None = None) -> float:
    """Return the length in whole units. A token is returned unchanged.

    Args:
        what: the property.
        length: its value.
        unit: the unit.
        bounds: the smallest and the largest number of units.
        usual: the unit of a number that somebody gives by mistake. Default: the unit.

    Raises:
        PatchingError: the length is not whole, not within the bounds, or a token in another unit.
    """
    first, last = (bound * _SECONDS[unit] for bound in bounds)
    _check_type(what, length, usual or unit, (first, last))
    return whole_number(what, _in_unit(what, length, unit), unit, bounds)


def whole_number(what: str, number: float, unit: Unit, bounds: tuple[int, int]) -> float:
    """Return a number of units as an integer. A token is returned unchanged.

    Raises:
        PatchingError: the number is not whole, or not within the bounds.
    """
    if is_unresolved(number):
        return number
    first, last = bounds
    if not first <= number <= last or number % 1:
        raise refusal(what, f"must be {first}-{last} whole {unit}", f"{number:.10g} {unit}")
    return int(number)


def length_in_seconds(what: str, length: Length, bounds: tuple[timedelta, timedelta], usual: UsualUnit) -> float:
    """Return the length in whole seconds. A token is returned unchanged.

    In a message, the bounds and the length have the units that the documentation uses.

    Args:
        what: the property.
        length: its value.
        bounds: the shortest and the longest length.
        usual: the unit of a number that somebody gives by mistake.

    Raises:
        PatchingError: the length is not whole, not within the bounds, or a token in another unit.
    """
    first, last = (bound.total_seconds() for bound in bounds)
    _check_type(what, length, usual, (first, last))
    seconds = _in_unit(what, length, "seconds")
    if is_unresolved(seconds):
        return seconds
    if not first <= seconds <= last or seconds % 1:
        rule = f"must be from {in_words(first)} to {in_words(last)}, in whole seconds"
        raise refusal(what, rule, in_words(seconds))
    return int(seconds)


_UNITS: Final = ((24 * 3600, "day", "days"), (3600, "h", "h"), (60, "min", "min"), (1, "s", "s"))


def in_words(seconds: float) -> str:
    """Return a length in the largest unit in which it is a whole number, such as ``31 days`` or ``90 min``."""
    size, one, several = next((unit for unit in _UNITS if seconds and seconds % unit[0] == 0), _UNITS[-1])
    return f"{seconds / size:.10g} {one if seconds == size else several}"


def _check_type(what: str, length: object, usual: UsualUnit, bounds: tuple[float, float]) -> None:
    if isinstance(length, timedelta) or hasattr(type(length), "to_seconds"):
        return
    fix = ""
    if isinstance(length, int | float) and not isinstance(length, bool) and not is_unresolved(length):
        fix = f"write datetime.timedelta({_meant(length, usual, bounds)}={length})"
    raise refusal(what, "must be an aws_cdk.Duration or a datetime.timedelta", shown(length), fix)


def _meant(number: float, usual: UsualUnit, bounds: tuple[float, float]) -> UsualUnit:
    """Return the unit that a number has: the usual one, unless only another one makes it valid."""
    first, last = bounds
    units = (usual, *_SECONDS) if number % 1 == 0 else (usual,)
    return next((unit for unit in units if first <= number * _SECONDS[unit] <= last), usual)


def _in_unit(what: str, length: Length, unit: Unit) -> float:
    if isinstance(length, timedelta):
        return length / timedelta(**{unit: 1})
    return _from_duration(what, length, unit)


def _from_duration(what: str, length: CdkDuration, unit: Unit) -> float:
    try:
        if unit == "days":
            return length.to_days(integral=False)
        return length.to_hours(integral=False) if unit == "hours" else length.to_seconds(integral=False)
    except RuntimeError:
        # The CDK cannot convert an unresolved duration to another unit.
        fix = f"write aws_cdk.Duration.{unit}(...)"
        raise refusal(what, f"must be in {unit} if it is a token", "another unit", fix) from None
