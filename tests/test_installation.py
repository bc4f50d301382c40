"""The setup: the lock files are complete and consistent, and the installed versions are those that they pin."""

import json
import re
import runpy
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from readme_renderer import markdown

from tests import shared_file

ROOT = Path(__file__).parent.parent
DEV, SYNTH, LOWEST = (ROOT / f"requirements-{name}.lock" for name in ("dev", "synth", "lowest"))


def pins(lock: Path) -> dict[str, Requirement]:
    """Return the pins of a lock that count for this Python and this system, by the names of their packages."""
    return {canonicalize_name(each.name): each for each in all_pins(lock) if not each.marker or each.marker.evaluate()}


def all_pins(lock: Path) -> list[Requirement]:
    text = lock.read_text(encoding="utf-8").replace("\\\n", "")
    return [Requirement(line.partition("--hash")[0]) for line in text.splitlines() if line and not line.startswith("#")]


def required(package: str, extras: set[str]) -> Iterator[Requirement]:
    """Return what an installed package with these extras requires here."""
    for text in metadata.requires(package) or ():
        requirement = Requirement(text)
        marker = requirement.marker
        if not marker or any(marker.evaluate({"extra": extra}) for extra in extras | {""}):
            yield requirement


@pytest.mark.parametrize("lock", [DEV, SYNTH], ids=lambda lock: lock.stem)
def test_a_lock_pins_all_that_its_packages_require_with_the_extras(lock: Path) -> None:
    # Without `coverage[toml]` pip before 23.3 looks for the newest coverage, and fails because its hash is missing.
    pinned = pins(lock)
    for name, pin in pinned.items():
        for requirement in required(name, pin.extras):
            found = pinned.get(canonicalize_name(requirement.name))
            assert found, f"{lock.name}: {name} requires {requirement}"
            assert requirement.extras <= found.extras, f"{lock.name}: {name} requires {requirement}"


def test_what_the_small_lock_pins_is_a_part_of_the_large_one() -> None:
    large = {canonicalize_name(each.name): (str(each.specifier), each.extras) for each in all_pins(DEV)}
    for each in all_pins(SYNTH):
        specifier, extras = large[canonicalize_name(each.name)]
        assert str(each.specifier) == specifier
        assert each.extras <= extras


def test_the_lowest_lock_pins_the_lower_bounds_of_the_library() -> None:
    pinned = {each.name: each.specifier for each in all_pins(LOWEST)}
    for name in ("aws-cdk-lib", "constructs"):
        (bounds,) = [each.specifier for each in required("patching-constructs", set()) if each.name == name]
        (lowest,) = [each.version for each in bounds if each.operator == ">="]
        assert str(pinned[name]) == f"=={lowest}"


# --- The package index --------------------------------------------------------------------------------


def test_the_description_on_a_package_index_has_no_broken_link() -> None:
    command = [sys.executable, "-m", "hatchling", "metadata"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    readme = json.loads(done.stdout)["readme"]
    assert readme["content-type"] == "text/markdown"
    page = markdown.render(readme["text"])
    assert page, "an index could not render it"
    links = re.findall(r'(?:href|src)="([^"]+)"', page)
    assert [link for link in links if not link.startswith(("https://", "#"))] == []
    assert "the rules (<code>docs/rules.md</code>)" in page
    assert "This is <code>app.py</code>." in page


# --- tools/environment.py -----------------------------------------------------------------------------

TOOL = runpy.run_path(str(ROOT / "tools" / "environment.py"))
INSTALL: Callable[[list[str]], int] = TOOL["main"]


class SetUp:
    """The tool with its own lock file, and the commands that it would run."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder / "venv"
        self.lock = folder / "requirements-small.lock"
        self.lock.write_text("one==1\n", encoding="utf-8")
        self.commands: list[list[str]] = []
        self.fails = False
        self._patch = patch
        for name, value in {"ROOT": folder, "_quietly": self._run, "_with_progress": self._run}.items():
            self.replace(name, value)

    def replace(self, name: str, value: object) -> None:
        self._patch.setitem(INSTALL.__globals__, name, value)

    def _run(self, command: list[str], _: int = 0) -> None:
        self.commands.append(command)
        if self.fails:
            raise subprocess.CalledProcessError(1, command, "no network")
        self.folder.mkdir(exist_ok=True)

    def steps(self, lock: Path | None = None, *options: str) -> list[str]:
        """Install, and return the commands that were run."""
        self.commands.clear()
        INSTALL([str(self.folder), str(lock or self.lock), *options])
        words = {"venv": "create", "--requirement": "pins", "--editable": "project"}
        return [next((words[each] for each in command if each in words), command[-1]) for command in self.commands]


@pytest.fixture
def set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SetUp:
    return SetUp(tmp_path, monkeypatch)


ALL = ["create", "pins", "project"]


def test_an_installed_environment_is_not_changed(set_up: SetUp) -> None:
    assert set_up.steps() == ALL
    assert set_up.steps() == []


def test_another_interpreter_rebuilds_the_environment(set_up: SetUp) -> None:
    set_up.steps()
    set_up.replace("INTERPRETER", "/another/python3")
    assert set_up.steps() == ALL
    assert set_up.commands[0][0] == "/another/python3"


def test_a_changed_lock_rebuilds_the_environment(set_up: SetUp) -> None:
    set_up.steps()
    set_up.lock.write_text("one==2\n", encoding="utf-8")
    assert set_up.steps() == ALL


def test_a_second_lock_is_added_to_the_first(set_up: SetUp) -> None:
    set_up.steps()
    large = set_up.lock.with_name("requirements-large.lock")
    large.write_text("one==1\ntwo==2\n", encoding="utf-8")
    assert set_up.steps(large) == ["pins", "project"]
    assert set_up.steps(large) == []
    assert set_up.steps() == []
    set_up.lock.write_text("one==2\n", encoding="utf-8")
    assert set_up.steps(large) == ALL


def test_another_state_of_the_project_is_installed_alone(set_up: SetUp, tmp_path: Path) -> None:
    set_up.steps()
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    set_up.replace("PROJECT", tmp_path / "pyproject.toml")
    assert set_up.steps() == ["project"]


def test_another_pip_rebuilds_the_environment(set_up: SetUp) -> None:
    set_up.steps()
    assert set_up.steps(None, "--pip", "22.3") == ["create", "pip==22.3", "pins", "project"]


def test_an_interrupted_installation_leaves_no_stamp(set_up: SetUp, capsys: pytest.CaptureFixture[str]) -> None:
    set_up.steps()
    (set_up.folder / ".ready").write_text("half a stam", encoding="utf-8")
    set_up.fails = True
    assert INSTALL([str(set_up.folder), str(set_up.lock)]) == 1
    assert "no network\nThe set-up failed: " in capsys.readouterr().err
    assert not (set_up.folder / ".ready").exists()
    set_up.fails = False
    assert set_up.steps() == ALL


# --- The file that two packages ship ------------------------------------------------------------------


def package(folder: Path, name: str, version: str, content: str) -> metadata.Distribution:
    """Return an installed package that recorded the shared file with this content."""
    digest = urlsafe_b64encode(sha256(content.encode()).digest()).rstrip(b"=").decode()
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n", encoding="utf-8")
    (info / "RECORD").write_text(f"{shared_file.FILE},sha256={digest},{len(content)}\n", encoding="utf-8")
    return metadata.Distribution.at(info)


@pytest.mark.parametrize(
    ("content", "winner"),
    [("right", shared_file.RIGHT), ("other", shared_file.OTHER), ("changed manually", "neither")],
)
def test_the_file_that_two_packages_ship_is_recognized(tmp_path: Path, content: str, winner: str) -> None:
    right = package(tmp_path, "aws_cdk_lib", "2.275.0", "right")
    other = package(tmp_path, "aws_cdk_cloud_assembly_schema", "55.4.0", "other")
    file = tmp_path / shared_file.FILE
    file.parent.mkdir(parents=True)
    file.write_text(content, encoding="utf-8")
    assert shared_file.installed_from(right, other) == winner


def test_the_wrong_file_is_named_with_its_repair(tmp_path: Path) -> None:
    right = package(tmp_path, "aws_cdk_lib", "2.275.0", "right")
    assert shared_file.repair(shared_file.OTHER, right) == (
        "aws_cdk/cloud_assembly_schema/__init__.py is that of aws-cdk.cloud-assembly-schema, and must be that of "
        "aws-cdk-lib: both packages ship it, and the one that is installed last stays. "
        "Run: pip install --force-reinstall --no-deps aws-cdk-lib==2.275.0"
    )


# --- tools/counts.py ----------------------------------------------------------------------------------


def test_the_counts_of_all_runs_are_summed(tmp_path: Path) -> None:
    suite = '<testsuites><testsuite tests="{}" failures="{}" errors="{}" skipped="{}"/></testsuites>'
    for name, counts in {"a": (10, 1, 1, 2), "b": (5, 0, 0, 0)}.items():
        (tmp_path / f"{name}.xml").write_text(suite.format(*counts), encoding="utf-8")
    command = [sys.executable, str(ROOT / "tools" / "counts.py"), str(tmp_path)]
    assert subprocess.check_output(command, text=True) == "11 passed, 2 failed, 2 skipped\n"
