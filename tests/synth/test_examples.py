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
from typing import Any

import pytest
from cfnlint import api as cfn_lint
from typer.testing import CliRunner

from patching_constructs.cli.app import app as command_line
from patching_constructs.template import read_windows
from tests.proof.evidence import STATIC
from tests.proof.features import proves_example
from tests.unit.cli.formats.schemas import validated, validated_sarif

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
EXAMPLES = [ROOT / "app.py", *sorted((ROOT / "examples").glob("*.py"))]


# As many as there are processors on most machines: the examples of a share are synthesized in one process.
SHARES = 2


@dataclass
class Synthesized:
    """The findings of the validators, and the templates."""

    findings: list[str]
    templates: list[Path]

    def lint(self) -> list[str]:
        return [
            f"{finding.rule.id} {finding.message}"
            for template in self.templates
            for finding in cfn_lint.lint(template.read_text(encoding="utf-8"))
        ]


def synthesized(out: Path) -> Synthesized:
    report = json.loads((out / "validation-report.json").read_text(encoding="utf-8"))
    findings = [
        f"{plugin['pluginName']}: {violation['ruleName']}"
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
    ]
    return Synthesized(findings, sorted(out.rglob("*.template.json")))


def run(
    *command: object, context: Mapping[str, str] = MappingProxyType({}), **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a Python file with the settings of the CDK CLI, and with the CDK's own validation."""
    settings = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))
    environment |= {name: value for name, value in os.environ.items() if name != "CDK_VALIDATION"}
    environment |= {"CDK_CONTEXT_JSON": json.dumps(settings["context"] | context)}
    arguments = [sys.executable, *map(str, command)]
    return subprocess.run(arguments, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)


def checked(out: Path) -> tuple[int, list[str]]:
    """Run ``patching-constructs check``; return its exit code, and its findings: its output without all counts."""
    result = CliRunner().invoke(command_line, ["check", str(out)])
    lines = result.stdout.splitlines()[:-1]
    return result.exit_code, [line for line in lines if line and not line.endswith("list with --unknown")]


def share_of(number: int) -> Any:
    """Return a share of the examples, with the marks of what its test shows of each."""
    examples = EXAMPLES[number::SHARES]
    return pytest.param(
        examples, marks=[mark for each in examples for mark in proves_example(each, *STATIC)], id=f"{number}"
    )


@pytest.mark.parametrize("examples", [share_of(number) for number in range(SHARES)])
def test_examples_have_no_finding(examples: list[Path], tmp_path: Path) -> None:
    done = run(HERE / "with_nag.py", tmp_path, *examples)
    assert done.returncode == 0, done.stderr
    outs = [tmp_path / example.stem for example in examples]
    apps = {out.name: synthesized(out) for out in outs}
    assert [name for name, app in apps.items() if not app.templates] == []
    assert {name: app.findings for name, app in apps.items() if app.findings} == {}
    assert {name: found for name, app in apps.items() if (found := app.lint())} == {}
    assert {out.name: result for out in outs if (result := checked(out)) != (0, [])} == {}
    for out in outs:
        validated("check", "check", out, "--severity", "note", "--format", "json")
        validated("calendar", "calendar", out, "--format", "json")
        validated("describe", "describe", out, "--format", "json")
        validated_sarif(out, "--severity", "note")


def test_a_frozen_schedule_is_clean_too(tmp_path: Path) -> None:
    run(ROOT / "examples" / "freeze.py", context={"freeze": "true"}, CDK_OUTDIR=str(tmp_path))
    (window,) = read_windows(tmp_path)
    assert (window.is_frozen, window.tasks) == (True, [])
    assert checked(tmp_path) == (0, [])


def test_only_what_iam_cannot_narrow_or_cdk_nag_does_not_recognize_is_acknowledged() -> None:
    rules = {
        each.stem: sorted(set(re.findall(r"AwsSolutions::AwsSolutions-(\w+)", each.read_text(encoding="utf-8"))))
        for each in EXAMPLES
        if "AwsSolutions::" in each.read_text(encoding="utf-8")
    }
    assert rules == {
        "compliance_report": ["IAM5", "SQS3"],
        "containers": ["IAM4"],
        "first_fleet_amazon_linux_2023": ["IAM4"],
        "first_fleet_ubuntu": ["IAM4"],
        "first_fleet_windows": ["IAM4"],
        "fleet": ["IAM4", "IAM5"],
        "gate": ["IAM5"],
        "hybrid_nodes": ["IAM4"],
        "lifecycle_hooks": ["IAM5"],
        "logs_and_mail": ["IAM5"],
        "monitoring": ["IAM5"],
        "rollout": ["IAM5"],
        "window_tasks": ["IAM5"],
    }


def test_the_validators_find_violations(tmp_path: Path) -> None:
    done = run(HERE / "with_nag.py", tmp_path, HERE / "violating_app.py")
    app = synthesized(tmp_path / "violating_app")
    validators = {finding.split(":")[0] for finding in app.findings}
    assert validators == {"AwsSolutions", "CloudFormation Validate"}
    assert done.returncode != 0
    assert any(finding.startswith("E3034") for finding in app.lint())
