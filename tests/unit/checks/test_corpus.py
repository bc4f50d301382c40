"""The corpus: every planted violation is found under its id and on its line, and nothing else is.

A violating template marks its lines with the ids of the rules that they break: ``# Patching-RebootOption``; a question
mark behind an id says that it cannot be decided. JSON has no comments, so its marks stand in a file beside it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from patching_constructs.checks.engine import check_paths
from patching_constructs.checks.finding import Finding, Status
from patching_constructs.checks.rule import Rule
from patching_constructs.checks.rules import RULES
from patching_constructs.checks.severity import Severity
from patching_constructs.template.reading import read_templates

CORPUS = Path(__file__).parent.parent.parent / "corpus"
TODAY = datetime(2026, 11, 23, tzinfo=UTC)
MARK = re.compile(r"Patching-\w+\??")
ONLY = re.compile(r"# unknown: only (Patching-\w+) is compared")

Mark = tuple[int, str]


def templates(kind: str) -> list[Path]:
    return sorted(each for each in (CORPUS / kind).rglob("*") if each.suffix in {".yaml", ".json"})


def name(file: Path) -> str:
    return str(file.relative_to(CORPUS))


@dataclass(frozen=True)
class Expected:
    """What is planted in a template, and the rule that it is compared by, where that is only one."""

    marks: frozenset[Mark]
    only: str | None


def expected(file: Path) -> Expected:
    if file.suffix == ".json":
        lines = (file.parent / f"{file.name}.expected").read_text(encoding="utf-8").splitlines()
        found = {(int(line.split()[0]), mark) for line in lines for mark in MARK.findall(line)}
        return Expected(frozenset(found), None)
    lines = file.read_text(encoding="utf-8").splitlines()
    only = ONLY.match(lines[0])
    marked = [(number, line.rpartition("#")[2]) for number, line in enumerate(lines, 1) if "#" in line]
    marks = {(number, mark) for number, comment in marked[bool(only) :] for mark in MARK.findall(comment)}
    return Expected(frozenset(marks), only[1] if only else None)


def mark(finding: Finding) -> Mark:
    return finding.line, finding.rule.id + ("?" if finding.status is Status.UNKNOWN else "")


@pytest.mark.parametrize("file", templates("violating"), ids=name)
def test_every_planted_fault_is_found_on_its_line_and_nothing_else(file: Path) -> None:
    planted = expected(file)
    findings = check_paths([file], now=TODAY)
    found = {mark(each) for each in findings if planted.only in (None, each.rule.id)}
    # What is good to know is true of many templates that violate another rule.
    notes = {mark(each) for each in findings if each.rule.severity is Severity.NOTE} - planted.marks
    assert found - notes == planted.marks


@pytest.mark.parametrize("file", templates("compliant"), ids=name)
def test_a_mended_template_has_neither_errors_nor_warnings(file: Path) -> None:
    assert [mark(each) for each in check_paths([file], now=TODAY) if each.rule.severity is not Severity.NOTE] == []


@pytest.mark.parametrize("file", templates("good"), ids=name)
def test_a_good_template_has_neither_errors_nor_warnings(file: Path) -> None:
    assert [mark(each) for each in check_paths([file], now=TODAY) if each.severity is not Severity.NOTE] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_is_broken_in_two_ways_and_mended(rule: Rule) -> None:
    own = templates(f"violating/{rule.id}")
    planting = [file for file in own if any(mark.rstrip("?") == rule.id for _, mark in expected(file).marks)]
    assert (CORPUS / "violating" / rule.id / "example.yaml") in planting
    assert len(planting) > 1
    assert (CORPUS / "compliant" / f"{rule.id}.yaml").is_file()


def test_the_corpus_plants_nothing_that_is_no_rule() -> None:
    known = {rule.id for rule in RULES}
    assert {each.name for each in (CORPUS / "violating").iterdir()} == known
    assert {each.rstrip("?") for file in templates("violating") for _, each in expected(file).marks} == known


def test_the_good_corpus_is_about_patching() -> None:
    resources = [
        str(resource.get("Type"))
        for file in templates("good")
        for template in read_templates(file)
        for _, resource in template.resources()
    ]
    assert resources.count("AWS::SSM::MaintenanceWindowTask") > 20
    assert resources.count("AWS::SSM::PatchBaseline") > 20


@pytest.mark.parametrize("kind", ["violating", "compliant", "good"])
def test_no_template_names_a_lambda_runtime(kind: str) -> None:
    # AWS stops supporting each of them on some day, and cfn-lint finds another thing from then on.
    assert [name(file) for file in templates(kind) if re.search(r"\bRuntime\b", file.read_text(encoding="utf-8"))] == []
