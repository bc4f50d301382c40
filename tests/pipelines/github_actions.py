"""Run the jobs of a workflow as GitHub Actions does: each in a clone, with its conditions, artifacts and outputs."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

import yaml

from tests.pipelines.expressions import evaluated, filled_in
from tests.pipelines.repository import BASH, PIPELINES, Machine, Repository

WORKFLOW: Final = PIPELINES / "github" / "patching.yml"
NAME: Final = "example/fleet"


def workflow() -> dict[str, Any]:
    """Return the workflow; YAML 1.1 reads the key ``on`` as a boolean."""
    document: dict[Any, Any] = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    return {"on" if key is True else key: value for key, value in document.items()}


def pull_request(merge: str, head: str = NAME) -> dict[str, Any]:
    """Return the context of a pull request from the repository with the name ``head``."""
    event = {"number": 7, "pull_request": {"head": {"repo": {"full_name": head}}}}
    return _context("pull_request", merge, event)


def push(before: str, after: str) -> dict[str, Any]:
    """Return the context of a push to main."""
    return _context("push", after, {"before": before})


def _context(event_name: str, sha: str, event: dict[str, Any]) -> dict[str, Any]:
    github = {"event_name": event_name, "event": event, "sha": sha, "repository": NAME, "token": "the token of the run"}
    return {"github": github, "vars": {"AWS_ROLE_ARN": "the role", "AWS_REGION": "eu-central-1"}}


@dataclass
class Job:
    """What became of a job: ``success``, ``failure`` or ``skipped``."""

    folder: Path
    result: str = "success"
    log: str = ""
    summary: str = ""
    outputs: dict[str, Any] = field(default_factory=dict)
    failed_step: str = ""


def is_run(job: Mapping[str, Any], needed: Job, context: Mapping[str, Any]) -> bool:
    """Return whether a job runs: a condition without a function of the status implies ``success()``."""
    condition = str(job.get("if", "!cancelled()"))
    return (needed.result == "success" or "cancelled()" in condition) and bool(evaluated(condition, context))


class Run:
    """A run of the workflow."""

    def __init__(self, repository: Repository, machine: Machine, context: dict[str, Any], folder: Path) -> None:
        self._repository = repository
        self._machine = machine
        self._context = context
        self._folder = folder
        self.artifacts = folder / "artifacts"
        self._numbers = count(2)
        self.jobs: dict[str, Job] = {}
        for name, job in workflow()["jobs"].items():
            self.jobs[name] = self._run(job, self._folder / name)

    def again(self, name: str, machine: Machine | None = None) -> Job:
        """Run a job once more, with the artifacts that are there, for this pull request or on another machine."""
        self._machine = machine or self._machine
        return self._run(workflow()["jobs"][name], self._folder / f"{name}-{next(self._numbers)}")

    def _run(self, job: Mapping[str, Any], folder: Path) -> Job:
        done = Job(folder)
        needed = self.jobs[job["needs"]] if "needs" in job else Job(folder)
        context = self._context | {"needs": {job.get("needs"): {"outputs": needed.outputs}}, "steps": {}}
        if not is_run(job, needed, context):
            done.result = "skipped"
            return done
        done.folder.mkdir(parents=True)
        for step in job["steps"]:
            if "if" in step and not evaluated(step["if"], context):
                continue
            outputs = self._script(step, done, context) if "run" in step else self._action(step, done, context)
            if done.result == "failure":
                done.failed_step = step["name"]
                break
            context["steps"] |= {step.get("id", ""): {"outputs": outputs}}
        done.outputs = {key: evaluated(value, context) for key, value in job.get("outputs", {}).items()}
        return done

    def _script(self, step: Mapping[str, Any], job: Job, context: Mapping[str, Any]) -> dict[str, Any]:
        assert "${{" not in step["run"], "a script takes values from the environment"
        summary = self._folder / "summary.md"
        variables = {name: filled_in(str(value), context) for name, value in step.get("env", {}).items()}
        variables |= {
            "GITHUB_SHA": self._context["github"]["sha"],
            "GITHUB_STEP_SUMMARY": str(summary),
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": NAME,
            "GITHUB_RUN_ID": "1",
        }
        done = self._machine.run(step["run"], job.folder, variables, BASH)
        job.log += f"{done.stdout}{done.stderr}"
        if done.returncode:
            job.result = "failure"
        if summary.exists():
            job.summary = summary.read_text(encoding="utf-8")
        return {}

    def _action(self, step: Mapping[str, Any], job: Job, context: Mapping[str, Any]) -> dict[str, Any]:
        given = {name: filled_in(str(value), context) for name, value in step.get("with", {}).items()}
        match step["uses"].partition("@")[0]:
            case "actions/checkout":
                revision = given.get("ref", self._context["github"]["sha"])
                self._repository.clone(job.folder, revision, int(given.get("fetch-depth", 1)))
            case "actions/upload-artifact":
                self._upload(job.folder / given["path"], self.artifacts / given["name"])
                return {"artifact-id": given["name"]}
            case "actions/download-artifact":
                names = [given["name"]] if "name" in given else [each.name for each in self.artifacts.iterdir()]
                for each in names:
                    shutil.copytree(self.artifacts / each, job.folder / given.get("path", "."), dirs_exist_ok=True)
            case "github/codeql-action/upload-sarif":
                assert (job.folder / given["sarif_file"]).is_file()
            case action:
                assert action in {"actions/setup-python", "actions/setup-node", "aws-actions/configure-aws-credentials"}
        return {}

    @staticmethod
    def _upload(path: Path, artifact: Path) -> None:
        if path.is_dir():
            shutil.copytree(path, artifact)
        else:
            artifact.mkdir(parents=True)
            shutil.copy(path, artifact)
