"""From when on a `PatchMonitoring` raises an alarm."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Self

from patching_constructs._errors import refusal
from patching_constructs._tokens import is_unresolved
from patching_constructs.properties._durations import Length, UsualUnit, length_in_seconds

_HOUR: Final = timedelta(hours=1)
_YEAR: Final = timedelta(days=366)
# The executions are read every 15 minutes.
_GRACE: Final = (timedelta(minutes=15), timedelta(days=31))
_NODES: Final = (_HOUR, _YEAR)


@dataclass(frozen=True, slots=True)
class MonitoringLimits:
    """The checked limits."""

    grace: timedelta
    non_compliant_after: timedelta
    evidence_max_age: timedelta | None

    @classmethod
    def checked(cls, grace: Length, non_compliant_after: Length, evidence_max_age: Length | None) -> Self:
        """Return the limits.

        Raises:
            PatchingError: one of them is invalid.
        """
        return cls(
            _known("grace", grace, _GRACE, "hours"),
            _known("non_compliant_after", non_compliant_after, _NODES, "days"),
            None if evidence_max_age is None else _known("evidence_max_age", evidence_max_age, _NODES, "days"),
        )


def _known(what: str, length: Length, bounds: tuple[timedelta, timedelta], usual: UsualUnit) -> timedelta:
    seconds = length_in_seconds(what, length, bounds, usual)
    if is_unresolved(seconds):
        raise refusal(what, "must be known at synthesis, because the limits of alarms are computed from it", "a token")
    return timedelta(seconds=seconds)
