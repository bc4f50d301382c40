"""The workflow for GitHub Actions, run in a repository of a user: what a pull request and a push lead to."""

import json
from pathlib import Path

import pytest

from tests.pipelines.github_actions import Job, Run, is_run, pull_request, push, workflow
from tests.pipelines.repository import INSTALL, SCAN, VIOLATION, Machine, Repository
from tests.unit.cli.formats.schemas import sarif_validator

DEPLOY = "npx cdk deploy --app cdk.out --all --require-approval never"
MARK = "<!-- patching -->\n"
NO_DIFFERENCES = "### Patching: no differences\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "origin")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "machine")


def results(run: Run) -> tuple[str, ...]:
    assert list(run.jobs) == ["synthesize", "comment", "code-scanning", "deploy"]
    return tuple(job.result for job in run.jobs.values())


def sarif(run: Run) -> list[str]:
    """Return the rules of the findings in the log for code scanning, which is valid."""
    log = json.loads((run.artifacts / "reports" / "patching.sarif").read_text(encoding="utf-8"))
    sarif_validator().validate(log)
    return [result["ruleId"] for result in log["runs"][0]["results"]]


def test_a_pull_request_is_compared_with_its_target_branch(
    repository: Repository, machine: Machine, tmp_path: Path
) -> None:
    repository.add_project()
    _, merge = repository.merge_request(SCAN, INSTALL)
    run = Run(repository, machine, pull_request(merge), tmp_path / "run")
    assert results(run) == ("success", "success", "success", "skipped"), run.jobs["synthesize"].log
    difference = (run.artifacts / "reports" / "diff.md").read_text(encoding="utf-8")
    assert difference.startswith("### Patching: 1 changed\n")
    assert "> - **Reboots**" in difference
    summary = run.jobs["synthesize"].summary
    assert summary.startswith(f"{difference}\n### Calendar\n\n```text\nstart ")
    assert summary.endswith("```\n")
    assert machine.comments() == [f"{MARK}{difference}"]
    assert sarif(run) == []
    assert (run.artifacts / "reports" / "calendar.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert (run.artifacts / "reports" / "patching.ics").read_text(encoding="utf-8").startswith("BEGIN:VCALENDAR")
    report = run.artifacts / "reports" / "diff.md"
    report.write_text("### Patching: 900 changed\n" + 65_000 * "-", encoding="utf-8")
    assert run.again("comment").result == "success"
    link = "[All changes](https://github.com/example/fleet/actions/runs/1)\n"
    assert machine.comments() == [f"{MARK}### Patching: 900 changed\n{link}"]
    report.write_text(NO_DIFFERENCES, encoding="utf-8")
    assert run.again("comment").result == "success"
    assert machine.comments() == [f"{MARK}{NO_DIFFERENCES}"]
    untouched = Machine(tmp_path / "untouched")
    assert run.again("comment", untouched).result == "success"
    assert untouched.comments() == []


def test_findings_fail_the_check_and_are_reported(repository: Repository, machine: Machine, tmp_path: Path) -> None:
    repository.add_project()
    before = repository.first
    after = repository.change(*VIOLATION)
    run = Run(repository, machine, push(before, after), tmp_path / "run")
    assert results(run) == ("failure", "skipped", "success", "skipped")
    assert run.jobs["synthesize"].failed_step == "Check"
    assert "::error file=cdk.out/Patching.template.json,line=" in run.jobs["synthesize"].log
    assert "Patching-ScheduleExpression" in sarif(run)
    assert machine.calls()[-1]["command"] != DEPLOY


def test_a_push_is_deployed_as_it_was_checked(repository: Repository, machine: Machine, tmp_path: Path) -> None:
    after = repository.add_project()
    run = Run(repository, machine, push(repository.first, after), tmp_path / "run")
    assert results(run) == ("success", "skipped", "success", "success"), run.jobs["deploy"].log
    assert run.jobs["synthesize"].summary.startswith("### Patching: 2 added\n")
    deployed = run.jobs["deploy"].folder / "cdk.out" / "Patching.template.json"
    assert deployed.read_bytes() == (run.jobs["synthesize"].folder / "cdk.out" / "Patching.template.json").read_bytes()
    assert [call["command"] for call in machine.calls()[-2:]] == ["npm ci --ignore-scripts", DEPLOY]
    repository.change(SCAN, INSTALL)
    late = run.again("deploy")
    assert (late.result, late.failed_step) == ("failure", "Check that no newer revision is waiting")
    assert late.log == "::error::main has a newer commit. Approve the deployment of that commit instead.\n"


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        (pull_request("merge"), ["comment", "code-scanning"]),
        (pull_request("merge", head="somebody/fork"), []),
        (push("before", "after"), ["code-scanning", "deploy"]),
    ],
    ids=["pull request", "pull request of a fork", "push"],
)
@pytest.mark.parametrize("result", ["success", "failure"])
def test_what_runs_for_an_event(context: dict[str, object], expected: list[str], result: str, tmp_path: Path) -> None:
    needed = Job(tmp_path, result, outputs={"reports": "1"})
    context = context | {"needs": {"synthesize": {"outputs": needed.outputs}}}
    running = [name for name, job in workflow()["jobs"].items() if "needs" in job and is_run(job, needed, context)]
    assert running == (expected if result == "success" else [name for name in expected if name != "deploy"])


def test_nothing_is_reported_of_an_app_that_is_not_synthesized(tmp_path: Path) -> None:
    needed = Job(tmp_path, "failure", outputs={"reports": None})
    context = pull_request("merge") | {"needs": {"synthesize": {"outputs": needed.outputs}}}
    assert [name for name, job in workflow()["jobs"].items() if "needs" in job and is_run(job, needed, context)] == []
