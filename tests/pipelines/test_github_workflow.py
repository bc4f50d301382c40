"""What validators find in the workflow for GitHub Actions, and what it may do."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.pipelines.github_actions import WORKFLOW, workflow
from tests.pipelines.repository import ROOT

JOBS: dict[str, dict[str, Any]] = workflow()["jobs"]
STEPS = [step for job in JOBS.values() for step in job["steps"]]
# The commits of the tags, as the repositories of the actions have them.
COMMITS = {
    "actions/checkout": ("3d3c42e5aac5ba805825da76410c181273ba90b1", "v7.0.1"),
    "actions/setup-python": ("5fda3b95a4ea91299a34e894583c3862153e4b97", "v7.0.0"),
    "actions/setup-node": ("820762786026740c76f36085b0efc47a31fe5020", "v7.0.0"),
    "actions/upload-artifact": ("bbbca2ddaa5d8feaa63e36b76fdaad77386f024f", "v7.0.0"),
    "actions/download-artifact": ("3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c", "v8.0.1"),
    "github/codeql-action/upload-sarif": ("8aad20d150bbac5944a9f9d289da16a4b0d87c1e", "v4.36.2"),
    "actions/upload-pages-artifact": ("fc324d3547104276b827a68afc52ff2a11cc49c9", "v5.0.0"),
    "actions/deploy-pages": ("cd2ce8fcbc39b97be8ca5fce6e763baed58fa128", "v5.0.0"),
    "aws-actions/configure-aws-credentials": ("e6de054238d6b7531b4efff3b6587d9aade6a06c", "v6.2.3"),
}


@pytest.mark.parametrize(
    "command",
    [
        ["jactionlint"],
        ["zizmor", "--quiet", "--offline", "--no-progress", "--persona", "pedantic"],
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows"],
    ],
    ids=lambda command: command[0],
)
def test_no_validator_has_a_finding(command: list[str]) -> None:
    done = subprocess.run([*command, str(WORKFLOW)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


GUIDES = {file.name: file.read_text(encoding="utf-8") for file in (ROOT / "docs" / "how-to").glob("*.md")}
RECIPES = [
    pytest.param(block, id=name)
    for name, text in sorted(GUIDES.items())
    for block in re.findall(r"^```yaml\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)
    if "runs-on:" in block
]


@pytest.mark.parametrize("recipe", RECIPES)
def test_no_validator_has_a_finding_in_a_guide(recipe: str, tmp_path: Path) -> None:
    file = tmp_path / "workflow.yml"
    file.write_text(recipe, encoding="utf-8")
    for command in (
        ["jactionlint"],
        ["zizmor", "--quiet", "--offline", "--no-progress"],
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows"],
    ):
        done = subprocess.run([*command, str(file)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_guides_have_workflows() -> None:
    assert [each.id for each in RECIPES] == ["check-templates.md", "share-the-calendar.md"]


@pytest.mark.parametrize(
    ("command", "change", "finding"),
    [
        (["jactionlint"], ("needs: synthesize", "needs: synthesise"), "synthesise"),
        (["jactionlint"], ("if [ -n", "if [ -n -n"), "shellcheck"),
        (
            ["zizmor", "--quiet", "--offline", "--no-progress"],
            ("pull_request:", "pull_request_target:"),
            "dangerous-triggers",
        ),
        (
            ["check-jsonschema", "--builtin-schema", "vendor.github-workflows"],
            ("timeout-minutes: 15", "timeout-minutes: soon"),
            "timeout-minutes",
        ),
    ],
    ids=["jobs", "scripts", "security", "schema"],
)
def test_the_validators_find_violations(
    command: list[str], change: tuple[str, str], finding: str, tmp_path: Path
) -> None:
    text = WORKFLOW.read_text(encoding="utf-8")
    assert change[0] in text
    changed = tmp_path / ".github" / "workflows" / "patching.yml"
    changed.parent.mkdir(parents=True)
    changed.write_text(text.replace(*change), encoding="utf-8")
    done = subprocess.run([*command, str(changed)], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert finding in done.stdout + done.stderr


def test_dependabot_updates_what_is_pinned() -> None:
    file = WORKFLOW.with_name("dependabot.yml")
    command = ["check-jsonschema", "--builtin-schema", "vendor.dependabot", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    updated = [each["package-ecosystem"] for each in yaml.safe_load(file.read_text(encoding="utf-8"))["updates"]]
    assert updated == ["github-actions", "npm", "pip"]


def test_every_action_is_pinned_to_the_commit_of_a_version() -> None:
    texts = [WORKFLOW.read_text(encoding="utf-8"), *GUIDES.values()]
    used = {action for text in texts for action in re.findall(r"uses: (.+)", text)}
    assert used == {f"{name}@{commit} # {version}" for name, (commit, version) in COMMITS.items()}


def test_each_job_has_only_the_permissions_that_it_needs() -> None:
    assert workflow()["permissions"] == {}
    assert {name: job["permissions"] for name, job in JOBS.items()} == {
        "synthesize": {"contents": "read"},
        "comment": {"pull-requests": "write"},
        "code-scanning": {"actions": "read", "contents": "read", "security-events": "write"},
        "deploy": {"contents": "read", "id-token": "write"},
    }


def test_the_code_of_a_pull_request_gets_no_secret_and_no_write_permission() -> None:
    text = WORKFLOW.read_text(encoding="utf-8")
    assert "pull_request_target" not in text
    assert "secrets." not in text
    # What comes from the repository runs only where nothing can be written.
    project = {name for name, job in JOBS.items() if any("requirements.txt" in str(step) for step in job["steps"])}
    assert project == {"synthesize"}


def test_no_value_is_inserted_into_a_script() -> None:
    assert [step["run"] for step in STEPS if "run" in step and "${{" in step["run"]] == []


def test_a_checkout_keeps_no_credentials() -> None:
    checkouts = [step["with"] for step in STEPS if step.get("uses", "").startswith("actions/checkout@")]
    assert [each["persist-credentials"] for each in checkouts] == [False, False, False]


def test_every_job_ends() -> None:
    assert all(job["timeout-minutes"] <= 60 for job in JOBS.values())


def test_only_one_deployment_runs_and_none_is_interrupted() -> None:
    deploy = JOBS["deploy"]
    assert deploy["environment"] == "production"
    assert deploy["concurrency"] == {"group": "patching-production", "cancel-in-progress": False}
    (credentials,) = [step["with"] for step in deploy["steps"] if "configure-aws" in step.get("uses", "")]
    assert credentials == {"role-to-assume": "${{ vars.AWS_ROLE_ARN }}", "aws-region": "${{ vars.AWS_REGION }}"}
