"""Which findings are left to report: those that nobody has ignored, acknowledged, or recorded in a baseline file."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from patching_constructs.checks.finding import Finding

Reason = Callable[[Finding], str | None]
"""Returns why a finding is excluded, which can be an empty string; None for a finding that is not excluded."""


class Exclusion(StrEnum):
    """Why a finding is only counted."""

    IGNORED = "ignored"
    """An option, the configuration or the template ignores its rule there."""
    ACKNOWLEDGED = "acknowledged"
    """The CDK app acknowledges its rule on the construct."""
    BASELINE = "baseline"
    """It is in the baseline file."""


@dataclass(frozen=True, slots=True)
class Excluded:
    """A finding that is excluded, and the reason that somebody gave."""

    finding: Finding
    exclusion: Exclusion
    is_in_source: bool
    """Whether the template or the CDK app excludes it, and not a file or an option beside them."""
    reason: str


@dataclass(frozen=True, slots=True)
class Excluder:
    """What excludes findings."""

    exclusion: Exclusion
    reason: Reason
    is_in_source: bool = False

    def excluded(self, finding: Finding) -> Excluded | None:
        """Return the finding with the reason if it is excluded."""
        reason = self.reason(finding)
        return None if reason is None else Excluded(finding, self.exclusion, self.is_in_source, reason)


@dataclass(frozen=True, slots=True)
class Selection:
    """The findings that are left, and those that are excluded."""

    findings: list[Finding]
    excluded: list[Excluded]


def select(findings: Iterable[Finding], excluders: Sequence[Excluder]) -> Selection:
    """Leave out the findings that are excluded. Each is excluded once, by the first that excludes it."""
    left, excluded = list[Finding](), list[Excluded]()
    for finding in findings:
        found = next(filter(None, (each.excluded(finding) for each in excluders)), None)
        if found is None:
            left.append(finding)
        else:
            excluded.append(found)
    return Selection(left, excluded)
