"""Every example, synthesized as a user does, with the CDK's own validation on, cdk-nag and cfn-lint: no finding."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from cfnlint import api as cfn_lint

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
EXAMPLES = [ROOT / "app.py", *sorted((ROOT / "examples").glob("*.py"))]


@dataclass
class Synthesized:
    """What came of an app: how it ended, what the validators found, and its templates."""

    returncode: int
    findings: list[str]
    templates: list[Path]

    def lint(self) -> list[str]:
        return [
            f"{finding.rule.id} {finding.message}"
            for template in self.templates
            for finding in cfn_lint.lint(template.read_text(encoding="utf-8"))
        ]


def synthesize(app: Path, out: Path, *, nag: bool = True) -> Synthesized:
    settings = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))
    environment = {name: value for name, value in os.environ.items() if name != "CDK_VALIDATION"}
    environment |= {"CDK_OUTDIR": str(out), "CDK_CONTEXT_JSON": json.dumps(settings["context"])}
    command = [sys.executable, *([str(HERE / "with_nag.py")] if nag else []), str(app)]
    run = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    report = json.loads((out / "validation-report.json").read_text(encoding="utf-8"))
    findings = [
        f"{plugin['pluginName']}: {violation['ruleName']}"
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
    ]
    return Synthesized(run.returncode, findings, sorted(out.rglob("*.template.json")))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.stem)
def test_example_has_no_finding(example: Path, tmp_path: Path) -> None:
    synthesized = synthesize(example, tmp_path)
    assert synthesized.findings == []
    assert synthesized.returncode == 0
    assert synthesized.templates
    assert synthesized.lint() == []


def test_only_what_iam_cannot_narrow_is_acknowledged() -> None:
    rules = {
        each.stem: sorted(set(re.findall(r"AwsSolutions::AwsSolutions-(\w+)\[", each.read_text(encoding="utf-8"))))
        for each in EXAMPLES
        if "AwsSolutions::" in each.read_text(encoding="utf-8")
    }
    assert rules == {
        "first_fleet_amazon_linux_2023": ["IAM4"],
        "first_fleet_ubuntu": ["IAM4"],
        "first_fleet_windows": ["IAM4"],
        "output_and_notification": ["IAM5"],
    }


def test_the_net_catches_a_fault(tmp_path: Path) -> None:
    synthesized = synthesize(HERE / "faulty_app.py", tmp_path)
    validators = {finding.split(":")[0] for finding in synthesized.findings}
    assert validators == {"AwsSolutions", "CloudFormation Validate"}
    assert synthesized.returncode != 0
    assert any(finding.startswith("E3034") for finding in synthesized.lint())
