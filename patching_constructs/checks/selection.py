"""Which findings are left to report: those that nobody has ignored, acknowledged, or recorded in a baseline file."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from patching_constructs.checks.finding import Finding

Covers = Callable[[Finding], bool]
"""Whether a finding is one of those that are excluded."""


class Exclusion(StrEnum):
    """Why a finding is only counted."""

    IGNORED = "ignored"
    """An option, the configuration or the template ignores its rule there."""
    ACKNOWLEDGED = "acknowledged"
    """The CDK app acknowledges its rule on the construct."""
    BASELINE = "baseline"
    """It is in the baseline file."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The findings that are left, and how many are excluded."""

    findings: list[Finding]
    excluded: Mapping[Exclusion, int]


def select(findings: Iterable[Finding], exclusions: Iterable[tuple[Exclusion, Covers]]) -> Selection:
    """Leave out the findings that are excluded. Each is counted once, by the first exclusion that covers it."""
    left, excluded, exclusions = list[Finding](), Counter[Exclusion](), list(exclusions)
    for finding in findings:
        exclusion = next((each for each, covers in exclusions if covers(finding)), None)
        if exclusion is None:
            left.append(finding)
        else:
            excluded[exclusion] += 1
    return Selection(left, excluded)
