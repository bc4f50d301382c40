"""The pipeline for GitLab CI: its validation, and its jobs, run in a repository of a user."""

import shutil
import subprocess
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.pipelines.repository import INSTALL, PIPELINES, SCAN, VIOLATION, Machine, Repository

FILE = PIPELINES / "gitlab" / "gitlab-ci.yml"
PIPELINE: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
DEPLOY = "npx cdk deploy --app cdk.out --all --require-approval never"


class Pipeline:
    """Jobs that run as GitLab runs them: each in a clone, with the artifacts of the jobs that it needs."""

    def __init__(self, folder: Path, repository: Repository, machine: Machine) -> None:
        self.folder = folder
        self._repository = repository
        self._machine = machine

    def run(self, name: str, revision: str, **variables: str) -> subprocess.CompletedProcess[str]:
        job = PIPELINE[name]
        folder = self.folder / name
        self._repository.clone(folder, revision, int(job.get("variables", {}).get("GIT_DEPTH", 20)))
        for path in chain.from_iterable(self._artifacts(need) for need in job.get("needs", ())):
            shutil.copytree(path, folder / path.name)
        return self._machine.run("\n".join(job["script"]), folder, job.get("variables", {}) | variables)

    def _artifacts(self, need: dict[str, Any]) -> Iterator[Path]:
        if need.get("artifacts"):
            for path in PIPELINE[need["job"]]["artifacts"]["paths"]:
                yield self.folder / need["job"] / path.rstrip("/")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "origin")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "machine")


@pytest.fixture
def pipeline(tmp_path: Path, repository: Repository, machine: Machine) -> Pipeline:
    return Pipeline(tmp_path / "pipeline", repository, machine)


def test_the_file_matches_the_schema() -> None:
    command = ["check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci", str(FILE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_the_default_branch_is_deployed_and_a_person_starts_it() -> None:
    deploy = PIPELINE["deploy"]
    assert deploy["rules"] == [{"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", "when": "manual"}]
    assert (deploy["environment"], deploy["resource_group"]) == ("production", "production")
    assert [need["job"] for need in deploy["needs"]] == ["synthesize", "check"]
    assert [name for name, job in PIPELINE.items() if "id_tokens" in job] == ["deploy"]


def test_a_merge_request_is_compared_with_its_target_branch(
    repository: Repository, machine: Machine, pipeline: Pipeline
) -> None:
    base = repository.add_project()
    change, _ = repository.merge_request(SCAN, INSTALL)
    done = pipeline.run("synthesize", change, CI_MERGE_REQUEST_DIFF_BASE_SHA=base, CI_COMMIT_BEFORE_SHA="0" * 40)
    assert done.returncode == 0, done.stderr
    reports = pipeline.folder / "synthesize" / "patching-reports"
    assert sorted(path.name for path in reports.iterdir()) == ["calendar.html", "diff.md", "patching.ics"]
    difference = (reports / "diff.md").read_text(encoding="utf-8")
    assert difference.startswith("### Patching: 1 changed\n")
    assert done.stdout.endswith(difference)
    assert pipeline.run("check", change).stdout.splitlines()[-1].startswith("1 template, no findings; ")
    token = pipeline.folder / "token"
    # The job's own file is in a folder that parallel tests share.
    variables = {
        "GITLAB_OIDC_TOKEN": "signed",
        "AWS_ROLE_ARN": "role",
        "AWS_REGION": "eu-central-1",
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(token),
    }
    deployed = pipeline.run("deploy", change, **variables)
    assert deployed.returncode == 0, deployed.stderr
    assert token.read_text(encoding="utf-8") == "signed"
    assert token.stat().st_mode & 0o777 == 0o600
    assert machine.calls()[-1]["command"] == DEPLOY
    assert machine.calls()[-1]["environment"] == {
        "AWS_REGION": "eu-central-1",
        "AWS_ROLE_ARN": "role",
        "AWS_ROLE_SESSION_NAME": "gitlab-$CI_PIPELINE_ID",
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(token),
    }


def test_findings_fail_the_check_and_are_a_test_report(repository: Repository, pipeline: Pipeline) -> None:
    repository.add_project()
    change = repository.change(*VIOLATION)
    # The first push of a branch has no earlier revision.
    assert pipeline.run("synthesize", change, CI_COMMIT_BEFORE_SHA="0" * 40).returncode == 0
    done = pipeline.run("check", change)
    assert done.returncode == 1
    assert "Patching-ScheduleExpression" in done.stdout
    report = PIPELINE["check"]["artifacts"]
    assert report["when"] == "always"
    assert "<failure" in (pipeline.folder / "check" / report["reports"]["junit"]).read_text(encoding="utf-8")
