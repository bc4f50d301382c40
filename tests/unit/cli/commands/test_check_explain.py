"""``check --explain``: one rule, with its reasons."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from patching_constructs.checks.rule_ids import RULES_BY_ID
from patching_constructs.checks.violation import Violation
from tests.unit.cli.commands.checking import (
    UNUSED,
    checked,
    refused,
)


def test_a_rule_is_explained() -> None:
    rule = RULES_BY_ID[UNUSED]
    result = checked("--explain", UNUSED)
    assert (result.exit_code, result.stderr) == (0, "")
    head, _, examples = result.stdout.partition("\n\n  violating example:\n\n")
    assert head == f"{UNUSED}: warning\n\n  {rule.title}\n\n  fix: {rule.fix}\n  {rule.page}"
    violating, _, compliant = examples.partition("\n\n  compliant example:\n\n")
    assert [line for line in violating.splitlines() if "# <-- here" in line]
    assert compliant.startswith("    ")
    assert "# <-- here" not in compliant


def test_the_paragraphs_of_a_rule_are_its_reasons(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(*_: object) -> list[Violation]:
        """A requirement.

        The first reason,
        on two lines.

        The second.
        """
        return []

    monkeypatch.setitem(RULES_BY_ID, UNUSED, replace(RULES_BY_ID[UNUSED], title="A requirement.", check=check))
    lines = checked("--explain", UNUSED).stdout.splitlines()
    assert lines[2:8] == ["  A requirement.", "", "  The first reason, on two lines.", "", "  The second.", ""]


def test_a_rule_is_explained_as_json_and_into_a_file(tmp_path: Path) -> None:
    (rule,) = json.loads(checked("--explain", UNUSED, "--format", "json").stdout)["rules"]
    assert rule["id"] == UNUSED
    assert checked("--explain", UNUSED, "-o", tmp_path / "rule.txt").stdout == ""
    assert (tmp_path / "rule.txt").read_text(encoding="utf-8") == checked("--explain", UNUSED).stdout


def test_an_id_that_no_rule_has_is_refused() -> None:
    assert refused("--explain", "WindowWithoutTask") == (
        "--explain must be the id of a rule, got 'WindowWithoutTask'; did you mean Patching-WindowWithoutTask?"
    )


def test_other_formats_are_refused() -> None:
    assert refused("--explain", UNUSED, "--format", "junit") == "--explain requires --format text or json, got junit"
