"""The findings of cfn-lint and the CDK's own validation in the corpus are those in docs/what-others-find.md."""

import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from patching_constructs.checks.rules import RULES
from tests.unit.checks.test_corpus import expected

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "what-others-find.md"
CORPUS = ROOT / "tests" / "corpus"
TOOL = runpy.run_path(str(ROOT / "tools" / "differential.py"))
RECORD: dict[str, Any] = json.loads((CORPUS / "differential.json").read_text(encoding="utf-8"))
FOUND = TOOL["as_found"](RECORD)
CFN_LINT, CDK = TOOL["TOOLS"]
STALE = "run `python tools/differential.py`"


def recorded(tool: str, files: list[Path]) -> dict[str, Any]:
    return {TOOL["name"](file): FOUND[tool].get(TOOL["name"](file), []) for file in files}


def found_now(tool: str, files: list[Path]) -> dict[str, Any]:
    look = TOOL["cfn_lint"] if tool == CFN_LINT else TOOL["cdk_validation"]
    found = look(files)
    return {TOOL["name"](file): found[str(file)] for file in files}


def test_what_was_measured_is_what_there_is() -> None:
    assert RECORD["versions"] == TOOL["versions"](), STALE
    assert RECORD["corpus"] == TOOL["fingerprint"](), f"a template was changed: {STALE}"


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == TOOL["page"](RECORD), STALE


def test_the_cdk_finds_what_is_recorded() -> None:
    files = TOOL["templates"]()
    assert found_now(CDK, files) == recorded(CDK, files), STALE


@pytest.mark.parametrize("share", range(2))
def test_cfn_lint_finds_what_is_recorded(share: int) -> None:
    # All would take most of a minute: one of every rule, in which it finds something if there is such a one.
    files = [telling(rule.id) for rule in RULES][share::2]
    assert found_now(CFN_LINT, files) == recorded(CFN_LINT, files), STALE


def telling(rule: str) -> Path:
    found = [CORPUS / file for file in FOUND[CFN_LINT] if file.startswith(f"violating/{rule}/")]
    return min(found, default=CORPUS / "violating" / rule / "example.yaml")


def test_marks_are_read_as_the_corpus_means_them() -> None:
    for file in TOOL["templates"]("violating"):
        definite = {mark for mark in expected(file).marks if not mark[1].endswith("?")}
        assert TOOL["planted"](file) == definite, file


@pytest.mark.parametrize(
    ("found", "about"),
    [
        ("Resources/Window/Properties/Targets/0", True),
        ("Resources/Window/Properties/Targets", True),
        ("Resources/Window/Properties/Targets/0/Key", True),
        ("Resources/Window/Properties", True),
        ("Resources/Window", True),
        ("Resources", False),
        ("", False),
        ("Resources/Window/Properties/Targets/1", False),
        ("Resources/Window/Properties/Name", False),
        ("Resources/Task/Properties/Targets/0", False),
    ],
)
def test_a_finding_within_or_around_a_violation_counts(found: str, about: bool) -> None:  # noqa: FBT001
    violation = ("Resources", "Window", "Properties", "Targets", "0")
    assert TOOL["about"](violation, tuple(filter(None, found.split("/")))) is about


def test_a_rule_with_findings_in_good_templates_does_not_count() -> None:
    file = CORPUS / "violating" / "Patching-WindowCutoff" / "example.yaml"
    (violation,) = TOOL["planted"](file)
    (path,) = TOOL["places"](file)[violation]
    found = TOOL["ToolFinding"]("X1", path)
    violating = {TOOL["name"](file): [found]}
    assert TOOL["theirs"]({CDK: violating}, CDK, file) == {violation}
    assert TOOL["theirs"]({CDK: violating | {"good/any.yaml": [found]}}, CDK, file) == set()


def test_every_slip_was_tried_and_some_are_found() -> None:
    assert list(RECORD["slips"]) == [mistake.text for mistake in TOOL["MISTAKES"]], STALE
    assert {tool for tools in RECORD["slips"].values() for tool in tools} == {CFN_LINT, CDK}
    assert not any(TOOL["ours"](mistake) for mistake in TOOL["MISTAKES"]), "a rule finds it now: remove the mistake"


def test_every_link_leads_somewhere() -> None:
    text = PAGE.read_text(encoding="utf-8")
    anchors = {f"rules.md#{rule.id.lower()}" for rule in RULES}
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", text):
        assert target in anchors or (PAGE.parent / target).exists(), target
