"""The engine of the linter: it takes templates and returns findings. The current time is an argument."""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from patching_constructs._printable import printable
from patching_constructs.checks.alternatives import Alternatives
from patching_constructs.checks.assumed_deployments import Place, place_of
from patching_constructs.checks.context import Context
from patching_constructs.checks.finding import Finding, Status
from patching_constructs.checks.rule import Rule
from patching_constructs.checks.rules import RULES
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.template.reading import read_templates
from patching_constructs.template.resource import Resource
from patching_constructs.template.sources import Template, by_place
from patching_constructs.template.value import UnknownError

_LONGEST_PROBLEM: Final = 500
_MAKE_KNOWN: Final = (
    "Set the value in the template, use the defaults of parameters (--use-defaults), or check it manually."
)


def check_paths(
    paths: Iterable[Path], *, now: datetime, use_defaults: bool = False, rules: Sequence[Rule] = RULES
) -> list[Finding]:
    """Check ``cdk.out`` directories and templates.

    Args:
        paths: ``cdk.out`` directories, and templates in JSON or YAML.
        now: an aware datetime. Executions before it are in the past; the year after it is checked.
        use_defaults: use the default values of parameters. Default: parameters are unknown until deployment.
        rules: the rules to check. Default: all.

    Returns:
        The findings in the order of files and lines.

    Raises:
        PatchingError: a path cannot be read, or is not a template.
    """
    templates = [template for path in paths for template in read_templates(path, use_defaults=use_defaults)]
    return check_templates(templates, now=now, rules=rules)


@dataclass(frozen=True, slots=True)
class Result:
    """The findings, and what limits the search for them."""

    findings: list[Finding]
    """The findings in the order of files and lines."""
    incomplete: Sequence[Rule]
    """The rules that were not checked with every combination of possible values, because these are too many."""


def check_templates(templates: Sequence[Template], *, now: datetime, rules: Sequence[Rule] = RULES) -> list[Finding]:
    """Check templates; see `check_paths`."""
    return result_of(templates, now=now, rules=rules).findings


def result_of(templates: Sequence[Template], *, now: datetime, rules: Sequence[Rule] = RULES) -> Result:
    """Check templates, and return also which rules are not completely checked."""
    reports: dict[object, list[_Report]] = {template.scope: [] for template in templates}
    incomplete: dict[str, Rule] = {}
    with _nothing_collected():
        for deployment in _deployments(templates, now):
            alternatives = Alternatives(deployment, _applied)
            for rule in rules:
                for outcome in _outcomes(rule, deployment, alternatives):
                    report = _Report(rule, outcome, deployment.resource_of(outcome.at))
                    reports[outcome.at.template.scope].append(report)
            incomplete |= alternatives.incomplete
        lines = _lines(templates, reports)
        findings = [
            finding
            for template in templates
            for finding in _findings(template, reports[template.scope], lines[template.scope])
        ]
    return Result(findings, list(incomplete.values()))


@dataclass(frozen=True, slots=True)
class _Report:
    """An outcome of a rule, and its resource."""

    rule: Rule
    outcome: Outcome
    resource: Resource | None

    @property
    def construct_path(self) -> str | None:
        return (self.resource and self.resource.construct_path) or None


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Disable garbage collection: it takes a third of the time, and all objects are in use."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _deployments(templates: Sequence[Template], now: datetime) -> list[Context]:
    return [Context(together, now=now) for together in by_place(templates)]


def _outcomes(rule: Rule, deployment: Context, alternatives: Alternatives) -> Iterator[Outcome]:
    """Apply a rule to its collection, and report each unknown value only once."""
    unknown: set[Place] = set()
    for subject in getattr(deployment, rule.of):
        for outcome in alternatives.decided(rule, subject, _applied(rule, subject, deployment)):
            place = place_of(outcome.at)
            if isinstance(outcome, Violation) or place not in unknown:
                yield outcome
            if not isinstance(outcome, Violation):
                unknown.add(place)


def _applied(rule: Rule, subject: object, deployment: Context) -> list[Outcome]:
    found: list[Outcome] = []
    try:
        # A loop keeps what came before an error.
        for outcome in rule.check(subject, deployment):
            found.append(outcome)  # noqa: PERF402
    except UnknownError as error:
        found.append(error)
    return found


def _lines(templates: Sequence[Template], reports: Mapping[object, Sequence[_Report]]) -> dict[object, list[int]]:
    """Return the lines of the reports of every template by its scope, those of one file found at once."""
    by_document: dict[int, list[Template]] = {}
    for template in templates:
        by_document.setdefault(id(template.document.whole), []).append(template)
    found: dict[object, list[int]] = {}
    for together in by_document.values():
        paths = [each.path_in_file(report.outcome.at.path) for each in together for report in reports[each.scope]]
        lines = iter(together[0].document.whole.lines(paths))
        found |= {each.scope: [next(lines) for _ in reports[each.scope]] for each in together}
    return found


def _findings(template: Template, reports: Sequence[_Report], lines: Sequence[int]) -> list[Finding]:
    found = [_finding(template, report, line) for report, line in zip(reports, lines, strict=True)]
    return sorted(found, key=lambda finding: (finding.line, finding.rule.id))


def _finding(template: Template, report: _Report, line: int) -> Finding:
    rule, outcome = report.rule, report.outcome
    # As it was read: the rule may have looked at it with values assumed.
    at = replace(outcome.at, template=template)
    if isinstance(outcome, Violation):
        problem, fix = _one_line(outcome.problem), _one_line(outcome.fix or rule.fix)
        return Finding(rule, Status.FAIL, at, report.resource, report.construct_path, line, problem, fix)
    reason, fix = _one_line(outcome.reason), outcome.fix or _MAKE_KNOWN
    problem = f"{reason}. Requirement: {rule.title}"
    return Finding(rule, Status.UNKNOWN, at, report.resource, report.construct_path, line, problem, fix, reason)


def _one_line(text: str) -> str:
    """Return text in one short line: names in a template can contain line breaks, or be very long."""
    return printable(text if len(text) <= _LONGEST_PROBLEM else f"{text[: _LONGEST_PROBLEM - 3]}...")
