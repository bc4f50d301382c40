"""Rate control: how many nodes run a command concurrently, and how many errors stop it.

https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-multiple.html
"""

import re
from dataclasses import dataclass
from typing import Final, Self

from patching_constructs._errors import refusal, shown
from patching_constructs._tokens import as_text, is_unresolved_scalar
from patching_constructs._validation import check_type
from patching_constructs.ssm import limits

# Without leading zeros: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RegisterTaskWithMaintenanceWindow.html
_WRITTEN: Final = re.compile(r"(0|[1-9][0-9]{0,6})(%?)")


@dataclass(frozen=True, slots=True)
class RateControl:
    """A number of nodes, or a percentage of the nodes that the targets match. ``str()`` returns the service's format.

    Raises:
        PatchingError: the unit is neither empty nor ``%``, or the number is not within the bounds of the unit.
    """

    number: float
    unit: str = ""

    def __post_init__(self) -> None:
        if self.unit not in ("", "%"):
            fix = "use RateControl.count(...) or RateControl.percentage(...)"
            raise refusal("RateControl unit", "must be '' or '%'", shown(self.unit), fix)
        object.__setattr__(self, "number", _checked(self.number, self.unit))

    def __str__(self) -> str:
        return as_text(self.number) + self.unit

    @classmethod
    def count(cls, nodes: float) -> Self:
        """Limit to a number of nodes, 0 or more.

        Raises:
            PatchingError: the number is negative, not whole, or longer than the service's seven characters.
        """
        return cls(nodes)

    @classmethod
    def percentage(cls, percent: float) -> Self:
        """Limit to a percentage of all nodes, 0-100.

        Raises:
            PatchingError: the percentage is not a whole number from 0 to 100.
        """
        return cls(percent, "%")

    @classmethod
    def parsed(cls, text: str) -> Self | None:
        """Parse the service's format, ``10`` or ``10%``; return None if the text is invalid or out of bounds."""
        check_type("RateControl.parsed text", text, str)
        found = _WRITTEN.fullmatch(text)
        if found is None:
            return None
        number, unit = int(found[1]), found[2]
        return cls(number, unit) if number <= _largest(unit) else None


def check_max_concurrency(limit: RateControl, fix: str = "") -> None:
    """Check that ``max_concurrency`` lets something run.

    Raises:
        PatchingError: it is 0.
    """
    if limit.number == 0:
        raise refusal("max_concurrency", "must be at least 1", repr(str(limit)), fix)


def _largest(unit: str) -> int:
    return limits.RATE_CONTROL_PERCENTAGE if unit else limits.RATE_CONTROL_COUNT


def _checked(number: float, unit: str) -> float:
    if is_unresolved_scalar(number):
        return number
    # `number in range(...)` compares a float with every number, which takes half a second here.
    whole = isinstance(number, int | float) and not isinstance(number, bool) and number % 1 == 0
    if not whole or not 0 <= number <= _largest(unit):
        what = "RateControl.percentage" if unit else "RateControl.count"
        raise refusal(what, f"must be a whole number from 0 to {_largest(unit)}", shown(number))
    return int(number)
