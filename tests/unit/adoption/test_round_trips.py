"""Every good template of the corpus is adopted, and the app synthesizes to the same resources."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from patching_constructs.adoption.plan import StackPlan, plan
from patching_constructs.template.reading import read_templates
from tests.unit.adoption.apps import adopt, diff, differences, normalized, synthesized, template

GOOD = sorted((Path(__file__).parents[2] / "corpus" / "good").iterdir())
# Nothing in them can be adopted, and why. All others are adopted at least in part.
WITHOUT_ADOPTION = {
    "instance-ids-of-a-task": "it runs on nodes that are no target of the window",
    "loops-over-topics": "the CDK cannot include Fn::ForEach::CrewTopics",
    "outputs-of-nested-stacks": "another stack deploys the template",
    "parameters-mappings-conditions": "OperatingSystem must be known",
    "resource-group": "Targets of a resource group have other keys than those of the constructs",
    "serverless-application": 'the constructs have no combination of targets with {"Fn::Sub": "tag:${AWS::StackName}"}',
    "targets-by-several-tags": "the constructs have no combination of targets with 'tag-key'",
    "window-of-another-stack": "its window is not in the template",
}
WITHOUT_WINDOWS = {
    "cdk-associations",
    "daily-scan-of-all-nodes",
    "no-patching-at-all",
    "patching-without-windows",
    "runbook-with-a-schedule",
    "state-machines",
    "weekly-install-by-association",
}
ADOPTED = [each for each in GOOD if each.stem not in WITHOUT_ADOPTION.keys() | WITHOUT_WINDOWS]
# A property that the constructs always write, with the note about it.
WRITTEN_OUT = {
    "CutoffBehavior": "CutoffBehavior CONTINUE_TASK, the default of the service, is written out",
    "OperatingSystem": "OperatingSystem WINDOWS, the default of the service, is written out",
}


def announced(stack: StackPlan) -> Iterator[str]:
    for note in stack.notes:
        name = next(name for name, text in WRITTEN_OUT.items() if text == note.text)
        yield f"Resources.{note.logical_id}.Properties.{name}"


@pytest.mark.parametrize("file", ADOPTED, ids=lambda file: file.stem)
def test_the_app_synthesizes_to_the_same_template(file: Path, tmp_path: Path) -> None:
    directory = tmp_path / "app"
    result = adopt(file, "--into", directory)
    assert result.exit_code == 0, result.output
    cdk_out = synthesized(directory)

    (stack,) = plan(read_templates(file))
    found = set(differences(normalized(stack.template.content), normalized(template(cdk_out))))
    assert found - {"AWSTemplateFormatVersion"} == set(announced(stack))
    assert all(note.text in result.output for note in stack.notes)
    compared = diff(file, cdk_out)
    assert (compared.exit_code, compared.output) == (0, "no differences\n")


@pytest.mark.parametrize(("name", "reason"), WITHOUT_ADOPTION.items())
def test_what_cannot_be_adopted_says_why(name: str, reason: str, tmp_path: Path) -> None:
    (file,) = (each for each in GOOD if each.stem == name)
    result = adopt(file, "--into", tmp_path / "app")
    assert result.exit_code == 1
    assert reason in result.output
    assert result.output.endswith("Nothing can be adopted.\n")
    assert not (tmp_path / "app").exists()


@pytest.mark.parametrize("name", sorted(WITHOUT_WINDOWS))
def test_a_template_without_windows_and_baselines(name: str) -> None:
    (file,) = (each for each in GOOD if each.stem == name)
    result = adopt(file)
    assert (result.exit_code, result.output) == (1, "There are no maintenance windows or patch baselines.\n")


def test_the_code_is_formatted_and_has_no_type_error(tmp_path: Path) -> None:
    for file in ADOPTED:
        assert adopt(file, "--into", tmp_path / file.stem.replace("-", "_")).exit_code == 0
    checks = (
        ("ruff", "format", "--isolated", "--check", "."),
        ("ruff", "check", "--isolated", "--select", "E,F,I,W,UP", "--ignore", "E501", "."),
        ("mypy", "--strict", "--scripts-are-modules", "--explicit-package-bases", "."),
    )
    cache = Path(__file__).parents[3] / ".mypy_cache"
    for command, *arguments in checks:
        cached = ["--cache-dir", str(cache)] if command == "mypy" else []
        run = [sys.executable, "-m", command, *arguments, *cached]
        found = subprocess.run(run, check=False, capture_output=True, text=True, cwd=tmp_path)
        assert found.returncode == 0, found.stdout + found.stderr
