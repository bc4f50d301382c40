"""The inspection: templates in, findings out. Pure: the moment to look from is an argument."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from patching_constructs.assembly.document import DocumentPath
from patching_constructs.assembly.sources import Template, read_templates
from patching_constructs.checks.estate import Estate
from patching_constructs.checks.finding import Fault, Finding, UndecidableError, Verdict
from patching_constructs.checks.model import Resource
from patching_constructs.checks.rule import Rule
from patching_constructs.checks.rules import RULES


def check_paths(
    paths: Iterable[Path], *, now: datetime, use_defaults: bool = False, rules: Sequence[Rule] = RULES
) -> list[Finding]:
    """Check ``cdk.out`` directories and templates.

    Args:
        paths: ``cdk.out`` directories, and templates in JSON or YAML.
        now: an aware datetime: what is over is over by then, and the year after it is looked at.
        use_defaults: take a parameter's default for its value. Default: a parameter is not known before deployment.
        rules: the rules to check. Default: all.

    Returns:
        The findings in the order of files and lines.

    Raises:
        PatchingError: a path cannot be read, or is no template.
    """
    templates = [template for path in paths for template in read_templates(path, use_defaults=use_defaults)]
    return check_templates(templates, now=now, rules=rules)


def check_templates(templates: Sequence[Template], *, now: datetime, rules: Sequence[Rule] = RULES) -> list[Finding]:
    """Check templates that were read; see `check_paths`."""
    places: dict[str, list[Template]] = {}
    for template in templates:
        # A template by itself says nothing of where it is deployed to; it is taken for a place of its own.
        places.setdefault(template.source.environment or str(template.source.file), []).append(template)
    estates = [Estate(each, now=now) for each in places.values()]
    findings = [finding for estate in estates for rule in rules for finding in _findings(rule, estate)]
    order = {id(template): place for place, template in enumerate(templates)}
    return sorted(findings, key=lambda finding: (order[id(finding.resource.template)], finding.line, finding.rule.id))


def _findings(rule: Rule, estate: Estate) -> Iterator[Finding]:
    undecided: set[tuple[Resource, DocumentPath]] = set()
    for subject in getattr(estate, rule.of):
        for finding in _verdicts(rule, subject):
            place = finding.resource, finding.at.path
            # Several records can need the same value.
            if finding.verdict is not Verdict.NOT_DECIDABLE or place not in undecided:
                yield finding
            if finding.verdict is Verdict.NOT_DECIDABLE:
                undecided.add(place)


def _verdicts(rule: Rule, subject: object) -> Iterator[Finding]:
    try:
        for answer in rule.check(subject):
            yield _finding(rule, answer)
    except UndecidableError as error:
        yield _finding(rule, error)


def _finding(rule: Rule, answer: Fault | UndecidableError) -> Finding:
    if isinstance(answer, Fault):
        return Finding(rule, Verdict.NOT_COMPLIANT, answer.at, answer.problem, answer.mend or rule.mend)
    problem = f"{answer.reason}, so that this is not decided: {rule.title}"
    return Finding(rule, Verdict.NOT_DECIDABLE, answer.at, problem, _MAKE_KNOWN)


_MAKE_KNOWN = "Write the value out, take the parameters' defaults with --use-defaults, or see for yourself."
