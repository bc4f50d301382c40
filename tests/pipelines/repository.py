"""A repository of a user with the project of the examples, and a machine that runs commands in clones of it."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
PIPELINES: Final = ROOT / "examples" / "pipelines"
PROJECT: Final = PIPELINES / "project"
BASH: Final = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")
"""How GitHub Actions runs a script with ``shell: bash``, and GitLab the script of a job."""

SCAN: Final = "operation=PatchOperation.SCAN"
INSTALL: Final = "operation=PatchOperation.INSTALL"
VIOLATION: Final = (
    "app.synth()",
    """window = {"Name": "Legacy", "Schedule": "cron(0 22 * * *)", "Duration": 2, "Cutoff": 1}
cdk.CfnResource(stack, "Legacy", type="AWS::SSM::MaintenanceWindow", properties=window)
app.synth()""",
)
OTHER_COMMENTS: Final = [
    {"id": 99, "user": {"login": "github-actions[bot]"}, "body": "The comment of another workflow"},
    {"id": 100, "user": {"login": "reviewer"}, "body": "<!-- patching --> quoted"},
]
"""Comments on the pull request that the workflow must not change."""


class Machine:
    """Run commands with the packages of this environment, without a network.

    ``npm``, ``npx`` and ``gh`` are ``stand_in.py``: it synthesizes for real, and records what would call a registry,
    AWS or GitHub.
    """

    def __init__(self, folder: Path) -> None:
        commands = folder / "commands"
        commands.mkdir(parents=True)
        for name in ("npm", "npx", "gh"):
            script = commands / name
            script.write_text(
                f'#!/bin/sh\nexec "{sys.executable}" "{Path(__file__).parent / "stand_in.py"}" {name} "$@"\n'
            )
            script.chmod(0o755)
        self._record = folder / "calls.jsonl"
        self._comments = folder / "comments.json"
        self._comments.write_text(json.dumps(OTHER_COMMENTS), encoding="utf-8")
        self.environment = {
            "HOME": str(folder),
            "PATH": os.pathsep.join([str(commands), str(Path(sys.executable).parent), os.environ["PATH"]]),
            # A virtual environment that a script creates finds the packages too, so that pip has nothing to download.
            "PYTHONPATH": os.pathsep.join([str(ROOT), sysconfig.get_path("purelib")]),
            "PIP_NO_INDEX": "1",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "CDK_VALIDATION": "false",
            "STAND_IN_CALLS": str(self._record),
            "STAND_IN_COMMENTS": str(self._comments),
            **{name: os.environ[name] for name in ("JSII_NODE",) if name in os.environ},
        }

    def calls(self) -> list[dict[str, Any]]:
        """Return the recorded calls, in their order."""
        if not self._record.exists():
            return []
        return [json.loads(line) for line in self._record.read_text(encoding="utf-8").splitlines()]

    def comments(self) -> list[str]:
        """Return the comments that the workflow has written."""
        comments = json.loads(self._comments.read_text(encoding="utf-8"))
        assert comments[: len(OTHER_COMMENTS)] == OTHER_COMMENTS
        return [each["body"] for each in comments[len(OTHER_COMMENTS) :]]

    def run(
        self, script: str, folder: Path, variables: Mapping[str, str], shell: Sequence[str] = BASH
    ) -> subprocess.CompletedProcess[str]:
        """Run a script, and return what it wrote."""
        environment = self.environment | dict(variables)
        return subprocess.run(
            [*shell, script], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )


class Repository:
    """A git repository that has a branch ``main`` with one commit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch", "main")
        # A service fetches a commit that is no branch, such as the merge of a pull request.
        self.git("config", "uploadpack.allowAnySHA1InWant", "true")
        (folder / "README.md").write_text("# Patching\n", encoding="utf-8")
        self.first = self.commit("docs: a page")

    def git(self, *arguments: str) -> str:
        return _git(self.folder, "-c", "user.name=Developer", "-c", "user.email=developer@example.com", *arguments)

    def add_project(self, app: Path = PROJECT / "app.py") -> str:
        """Copy the project, which installs this package, and return the commit."""
        shutil.copytree(PROJECT, self.folder, dirs_exist_ok=True)
        shutil.copy(app, self.folder)
        requirements = self.folder / "requirements.txt"
        lines = requirements.read_text(encoding="utf-8").splitlines()
        (published,) = [line for line in lines if " @ git+" in line]
        installed = "\n".join([*lines, "patching-constructs[cli]"]).replace(published, "")
        requirements.write_text(f"{installed}\n", encoding="utf-8")
        return self.commit("feat: patch the fleet")

    def change(self, old: str, new: str, file: str = "app.py") -> str:
        """Replace a text of a file once, and return the commit."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return self.commit(f"feat: {new}")

    def commit(self, message: str) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        return self.head()

    def head(self) -> str:
        return self.git("rev-parse", "HEAD")

    def merge_request(self, old: str, new: str) -> tuple[str, str]:
        """Change the app on a branch; return its commit, and that of a merge with main, which does not change."""
        self.git("checkout", "--quiet", "-b", "change")
        change = self.change(old, new)
        self.git("checkout", "--quiet", "--detach", "main")
        self.git("merge", "--quiet", "--no-ff", "--message", "merge", "change")
        merge = self.head()
        self.git("checkout", "--quiet", "main")
        return change, merge

    def clone(self, folder: Path, revision: str, depth: int) -> None:
        """Check a revision out into a folder, with all of its history if the depth is 0."""
        folder.mkdir(parents=True, exist_ok=True)
        limit = [f"--depth={depth}"] if depth else []
        _git(folder, "init", "--quiet")
        _git(folder, "fetch", "--quiet", *limit, f"file://{self.folder}", revision)
        _git(folder, "checkout", "--quiet", "--detach", "FETCH_HEAD")


def _git(folder: Path, *arguments: str) -> str:
    # Settings of the person who runs the tests, such as signed commits, have no effect.
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()
