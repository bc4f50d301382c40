"""The inspection: templates in, findings out. Pure: the moment to look from is an argument."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from patching_constructs.checks.estate import Estate
from patching_constructs.checks.finding import Answer, Fault, Finding, UndecidableError, Verdict
from patching_constructs.checks.model import Resource
from patching_constructs.checks.rule import Rule
from patching_constructs.checks.rules import RULES
from patching_constructs.template.document import DocumentPath
from patching_constructs.template.sources import Template, read_templates

_LONGEST_PROBLEM: Final = 500
_MAKE_KNOWN: Final = "Write the value out, take the parameters' defaults (--use-defaults), or see for yourself."


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
    answers: dict[int, list[tuple[Rule, Answer]]] = {id(template): [] for template in templates}
    with _nothing_collected():
        for estate in _estates(templates, now):
            for rule in rules:
                for answer in _answers(rule, estate):
                    answers[id(answer.at.resource.template)].append((rule, answer))
        return [finding for template in templates for finding in _findings(template, answers[id(template)])]


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Keep the collector from looking again and again at records that all are needed: a third of the time, measured."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _estates(templates: Sequence[Template], now: datetime) -> list[Estate]:
    places: dict[str, list[Template]] = {}
    for template in templates:
        places.setdefault(template.source.place, []).append(template)
    return [Estate(each, now=now) for each in places.values()]


def _answers(rule: Rule, estate: Estate) -> Iterator[Answer]:
    """Ask a rule of every record, and tell once what it could not decide of a value."""
    undecided: set[tuple[Resource, DocumentPath]] = set()
    for subject in getattr(estate, rule.of):
        for answer in _asked(rule, subject):
            place = answer.at.resource, answer.at.path
            if isinstance(answer, Fault) or place not in undecided:
                yield answer
            if not isinstance(answer, Fault):
                undecided.add(place)


def _asked(rule: Rule, subject: object) -> Iterator[Answer]:
    try:
        yield from rule.check(subject)
    except UndecidableError as error:
        yield error


def _findings(template: Template, answers: Sequence[tuple[Rule, Answer]]) -> list[Finding]:
    lines = template.document.lines([answer.at.path for _, answer in answers])
    found = [_finding(rule, answer, line) for (rule, answer), line in zip(answers, lines, strict=True)]
    return sorted(found, key=lambda finding: (finding.line, finding.rule.id))


def _finding(rule: Rule, answer: Answer, line: int) -> Finding:
    if isinstance(answer, Fault):
        problem, mend = answer.problem, answer.mend or rule.mend
        return Finding(rule, Verdict.NOT_COMPLIANT, answer.at, line, _one_line(problem), _one_line(mend))
    reason, mend = _one_line(answer.reason), answer.mend or _MAKE_KNOWN
    problem = f"{reason}, so this is unknown until deployment: {rule.title}"
    return Finding(rule, Verdict.NOT_DECIDABLE, answer.at, line, problem, mend, reason)


def _one_line(text: str) -> str:
    """Keep what a template says from being more than a line: a name can have line ends, and a megabyte."""
    if len(text) <= _LONGEST_PROBLEM and text.isprintable():
        return text
    short = text if len(text) <= _LONGEST_PROBLEM else f"{text[: _LONGEST_PROBLEM - 3]}..."
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in short)
