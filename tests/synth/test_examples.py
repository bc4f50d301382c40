"""Every example, synthesized as a user does: no finding by CDK validation, cdk-nag, cfn-lint and our own check."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pytest
from cfnlint import api as cfn_lint
from typer.testing import CliRunner

from patching_constructs.cli.app import app
from patching_constructs.template import read_windows
from tests.unit.cli.formats.schemas import validated, validated_sarif

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
EXAMPLES = [ROOT / "app.py", *sorted((ROOT / "examples").glob("*.py"))]


@dataclass
class Synthesized:
    """The result of an app: its exit code, the findings of the validators, and its templates."""

    returncode: int
    findings: list[str]
    templates: list[Path]

    def lint(self) -> list[str]:
        return [
            f"{finding.rule.id} {finding.message}"
            for template in self.templates
            for finding in cfn_lint.lint(template.read_text(encoding="utf-8"))
        ]


def synthesize(
    example: Path, out: Path, *, nag: bool = True, context: Mapping[str, str] = MappingProxyType({})
) -> Synthesized:
    settings = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))
    environment = {name: value for name, value in os.environ.items() if name != "CDK_VALIDATION"}
    environment |= {"CDK_OUTDIR": str(out), "CDK_CONTEXT_JSON": json.dumps(settings["context"] | context)}
    command = [sys.executable, *([str(HERE / "with_nag.py")] if nag else []), str(example)]
    run = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    report = json.loads((out / "validation-report.json").read_text(encoding="utf-8"))
    findings = [
        f"{plugin['pluginName']}: {violation['ruleName']}"
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
    ]
    return Synthesized(run.returncode, findings, sorted(out.rglob("*.template.json")))


def checked(out: Path) -> tuple[int, list[str]]:
    """Run ``patching-constructs check``; return its exit code, and its findings: its output without all counts."""
    result = CliRunner().invoke(app, ["check", str(out)])
    lines = result.stdout.splitlines()[:-1]
    return result.exit_code, [line for line in lines if line and not line.endswith("list with --unknown")]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.stem)
def test_example_has_no_finding(example: Path, tmp_path: Path) -> None:
    synthesized = synthesize(example, tmp_path)
    assert synthesized.findings == []
    assert synthesized.returncode == 0
    assert synthesized.templates
    assert synthesized.lint() == []
    assert checked(tmp_path) == (0, [])
    validated("check", "check", tmp_path, "--severity", "note", "--format", "json")
    validated("calendar", "calendar", tmp_path, "--format", "json")
    validated("describe", "describe", tmp_path, "--format", "json")
    validated_sarif(tmp_path, "--severity", "note")


def test_a_frozen_schedule_is_clean_too(tmp_path: Path) -> None:
    synthesize(ROOT / "examples" / "freeze.py", tmp_path, nag=False, context={"freeze": "true"})
    (window,) = read_windows(tmp_path)
    assert (window.is_frozen, window.tasks) == (True, [])
    assert checked(tmp_path) == (0, [])


def test_only_what_iam_cannot_narrow_is_acknowledged() -> None:
    rules = {
        each.stem: sorted(set(re.findall(r"AwsSolutions::AwsSolutions-(\w+)\[", each.read_text(encoding="utf-8"))))
        for each in EXAMPLES
        if "AwsSolutions::" in each.read_text(encoding="utf-8")
    }
    assert rules == {
        "containers": ["IAM4"],
        "first_fleet_amazon_linux_2023": ["IAM4"],
        "first_fleet_ubuntu": ["IAM4"],
        "first_fleet_windows": ["IAM4"],
        "hybrid_nodes": ["IAM4"],
        "lifecycle_hooks": ["IAM5"],
        "logs_and_mail": ["IAM5"],
        "window_tasks": ["IAM5"],
    }


def test_the_validators_find_violations(tmp_path: Path) -> None:
    synthesized = synthesize(HERE / "violating_app.py", tmp_path)
    validators = {finding.split(":")[0] for finding in synthesized.findings}
    assert validators == {"AwsSolutions", "CloudFormation Validate"}
    assert synthesized.returncode != 0
    assert any(finding.startswith("E3034") for finding in synthesized.lint())
