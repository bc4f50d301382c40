"""`diff` with a revision of a git repository."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from patching_constructs.cli import revisions
from tests.unit.cli.commands.diffs import (
    AT,
    run,
    weekly,
    written,
)
from tests.unit.cli.commands.test_describe import INSTALL

# --- Revisions of a repository ------------------------------------------------------------------------


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose first commit scans, and whose file installs."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    file = written(tmp_path / "templates" / "fleet.json", weekly())
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "."], [*identity, "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *command], check=True, cwd=tmp_path)  # noqa: S607
    return written(file, weekly(INSTALL))


def test_a_template_is_compared_with_a_revision(repository: Path) -> None:
    code, text, errors = run("HEAD:templates/fleet.json", repository, *AT)
    assert (code, errors) == (1, "")
    assert "    operation: Scan -> Install\n" in text
    assert run("HEAD:templates/fleet.json", "HEAD:templates/fleet.json") == (0, "no differences\n", "")


@pytest.mark.parametrize("side", ["nothing:templates/fleet.json", "HEAD:templates", "HEAD:missing.json"])
def test_a_revision_that_cannot_be_read(repository: Path, side: str) -> None:
    code, text, errors = run(side, repository)
    assert (code, text) == (2, "")
    # The reason is a message of git, which differs between its versions.
    assert errors.startswith(f"{side}: git cannot read it: ")
    assert errors.endswith("; specify a template, as in HEAD~1:template.json\n")


def test_an_option_is_no_revision(repository: Path) -> None:
    side = "--batch:templates/fleet.json"
    message = f"{side} must be a path, or a revision and a path such as HEAD~1:template.json, got {side!r}\n"
    assert run("--", side, repository) == (2, "", message)


def test_a_revision_without_a_file_is_a_path(repository: Path) -> None:
    assert run("HEAD:", repository) == (2, "", "HEAD:: no such file or directory\n")


def test_a_file_of_a_revision_that_is_no_template(repository: Path) -> None:
    repository.write_text("[]", encoding="utf-8")
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, "commit", "-q", "-am", "second"], check=True)  # noqa: S607
    message = "HEAD:templates/fleet.json: it is not a CloudFormation template: it is a list\n"
    assert run("HEAD:templates/fleet.json", repository) == (2, "", message)


def test_a_large_file_of_a_revision_is_not_loaded(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revisions, "LARGEST_JSON", 10)
    asked: list[str] = []
    runs = subprocess.run

    def noted(command: list[str], **options: Any) -> Any:
        asked.append(command[2])
        return runs(command, **options)

    monkeypatch.setattr(subprocess, "run", noted)
    message = "HEAD:templates/fleet.json: it is too large: files of up to 10 bytes are read\n"
    assert run("HEAD:templates/fleet.json", repository) == (2, "", message)
    assert asked == ["-s"]


def test_a_revision_requires_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    message = "HEAD:templates/fleet.json: reading a revision requires git; install it\n"
    assert run("HEAD:templates/fleet.json", repository) == (2, "", message)


def test_a_path_with_a_colon_is_a_path(tmp_path: Path) -> None:
    file = written(tmp_path / "a:b.json", weekly())
    assert run(file, file) == (0, "no differences\n", "")


def commit(message: str) -> None:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
    for command in (["add", "."], [*identity, "commit", "-q", "-m", message]):
        subprocess.run(["git", *command], check=True)  # noqa: S607


def nested(url: str) -> dict[str, Any]:
    return {"Nested": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}}


def test_nested_templates_are_read_from_the_same_revision(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outer = written(repository.parent / "outer.json", nested("../shared/middle.json"))
    written(repository.parents[1] / "shared" / "middle.json", nested("inner.json"))
    inner = written(repository.parents[1] / "shared" / "inner.json", weekly())
    commit("nested")
    assert run("HEAD:templates/outer.json", outer) == (0, "no differences\n", "")
    monkeypatch.chdir(repository.parent)
    assert run("HEAD:./outer.json", outer) == (0, "no differences\n", "")
    written(inner, weekly(INSTALL))
    code, text, errors = run("HEAD:./outer.json", outer, *AT)
    assert (code, errors) == (1, "")
    assert "    operation: Scan -> Install\n" in text


def test_a_nested_template_that_the_revision_lacks_is_not_read(repository: Path) -> None:
    elsewhere = {url: nested(url)["Nested"] for url in ("../../x.json", "https://example.com/x.json")}
    outer = written(repository.parent / "outer.json", nested("missing.json") | elsewhere)
    broken = written(repository.parent / "broken.json", nested("broken.txt"))
    Path("templates/broken.txt").write_text("[]", encoding="utf-8")
    commit("outer")
    code, text, _ = run("HEAD:templates/outer.json", outer)
    assert (code, "missing.json" in text) == (0, True)
    code, text, _ = run("HEAD:templates/broken.json", broken)
    assert (code, "HEAD:templates/broken.txt: it is not a CloudFormation template" in text) == (0, True)
