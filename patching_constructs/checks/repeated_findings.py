"""Findings that the template of a StackSet has in several of its Regions."""

from collections.abc import Hashable, Iterable

from patching_constructs.checks.finding import Finding
from patching_constructs.checks.moments import without_moments


def first_of_regions(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings without those that an earlier Region has at the same place in the same words, but for times."""
    found: dict[Hashable, Finding] = {}
    for finding in findings:
        found.setdefault(_key(finding), finding)
    return list(found.values())


def _key(finding: Finding) -> Hashable:
    template = finding.at.template
    if not template.source.set_region:
        return id(finding)
    return template.written, finding.at.path, finding.rule.id, finding.status, without_moments(finding.problem)
