"""The workflow for GitHub Actions, run in a repository of a user: what a pull request and a push lead to."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.pipelines.github_actions import Run, pull_request, push
from tests.pipelines.repository import INSTALL, SCAN, Machine, Repository
from tests.unit.cli.formats.schemas import sarif_validator

VIOLATION = "hour=22", "hour=22, minute=0).delayed_by(7"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "origin")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "machine")


@pytest.fixture
def run(tmp_path: Path, repository: Repository, machine: Machine) -> Callable[[dict[str, Any]], Run]:
    def run(context: dict[str, Any]) -> Run:
        return Run(repository, machine, context, tmp_path / f"run-{len(list(tmp_path.iterdir()))}")

    return run


def results(run: Run) -> dict[str, str]:
    return {name: job.result for name, job in run.jobs.items()}


def test_a_pull_request_is_compared_with_its_target_branch(
    repository: Repository, machine: Machine, run: Callable[[dict[str, Any]], Run]
) -> None:
    repository.add_project()
    _, merge = repository.merge_request(SCAN, INSTALL)
    done = run(pull_request(merge))
    assert results(done) == {
        "synthesize": "success",
        "comment": "success",
        "code-scanning": "success",
        "deploy": "skipped",
    }, done.jobs["synthesize"].log
    difference = (done.artifacts / "reports" / "diff.md").read_text(encoding="utf-8")
    assert difference.startswith("### Patching: 1 schedule changed")
    assert "**Reboots**" in difference
    assert done.jobs["synthesize"].summary.startswith(difference)
    assert "### Calendar\n\n```text\nstart " in done.jobs["synthesize"].summary
    assert machine.comments() == [f"<!-- patching -->\n{difference}"]
    print(done.jobs["synthesize"].log)
    print(machine.calls())
    print(json.dumps(sorted(str(p.relative_to(done.artifacts)) for p in done.artifacts.rglob("*"))))
    sarif_validator().validate(json.loads((done.artifacts / "reports" / "patching.sarif").read_text(encoding="utf-8")))
