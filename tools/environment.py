"""Install a lock file into a virtual environment: ``python tools/environment.py .venv requirements-dev.lock``.

The interpreter that runs this creates the environment. A lock that is installed is not installed again. The environment
is rebuilt when the interpreter or a lock has changed, or when an installation was interrupted, so that nothing is left
over from an earlier one.
"""

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
PROJECT: Final = ROOT / "pyproject.toml"
# In a virtual environment: the interpreter that it was created with.
INTERPRETER: Final[str] = getattr(sys, "_base_executable", sys.executable)
PIN: Final = re.compile(r"^[\w.-]+(?:\[[^]]*\])?==", re.MULTILINE)
# pip prints one of these for every pin.
PIN_SEEN: Final = re.compile(r"(?:Collecting|Ignoring|Requirement already satisfied:) ([^\s:;]+)")

State = dict[str, str]
"""The contents of an environment: the interpreter, the version of pip, and the digests of the lock files."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Install a lock file and this project, unless they are installed; return an exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the virtual environment is")
    parser.add_argument("lock", type=Path, help="what to install")
    parser.add_argument("--pip", default="", metavar="VERSION", help="the pip to install with; default: Python's own")
    given = parser.parse_args(arguments)
    environment = Environment(given.folder, given.pip)
    if environment.has(given.lock):
        return 0
    started = time.monotonic()
    try:
        environment.install(given.lock)
    except subprocess.CalledProcessError as error:
        print(f"{error.output or ''}\nThe set-up failed: {' '.join(error.cmd)}", file=sys.stderr)
        return error.returncode
    print(f"{given.folder} is ready after {time.monotonic() - started:.0f} s.", flush=True)
    return 0


@dataclass(frozen=True)
class Environment:
    """A virtual environment with a stamp file that records its contents."""

    folder: Path
    pip: str = ""

    def has(self, lock: Path) -> bool:
        """Return whether a lock file and this project are installed in their current versions."""
        return self._wanted(lock).items() <= self._kept.items()

    def install(self, lock: Path) -> None:
        """Install a lock file and this project. The stamp is written last, so an interrupted installation has none."""
        state = self._kept
        self._stamp.unlink(missing_ok=True)
        if not state:
            self._create()
        if state.get(lock.name) != digest(lock):
            self._install_pins(lock)
        print("Installing patching-constructs from this folder ...", flush=True)
        _quietly([*self._pip_install, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)])
        self._stamp.write_text(json.dumps(state | self._wanted(lock)), encoding="utf-8")

    @property
    def _stamp(self) -> Path:
        return self.folder / ".ready"

    @property
    def _origin(self) -> State:
        return {"interpreter": f"{INTERPRETER} {sys.version}", "pip": self.pip}

    def _wanted(self, lock: Path) -> State:
        return self._origin | {file.name: digest(file) for file in (lock, PROJECT)}

    @cached_property
    def _kept(self) -> State:
        """The installed contents; empty if the environment must be rebuilt."""
        try:
            state: State = json.loads(self._stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        locks = (name for name in state if name.endswith(".lock"))
        same = self._origin.items() <= state.items() and all(state[name] == digest(ROOT / name) for name in locks)
        return state if same else {}

    @property
    def _python(self) -> str:
        return str(self.folder / ("Scripts" if sys.platform == "win32" else "bin") / "python")

    @property
    def _pip_install(self) -> list[str]:
        # Compiling all of aws-cdk-lib takes longer than everything else, and Python compiles what is imported.
        return [self._python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-compile"]

    def _create(self) -> None:
        version = ".".join(map(str, sys.version_info[:3]))
        print(f"Creating the virtual environment {self.folder} with Python {version} ...", flush=True)
        _quietly([INTERPRETER, "-m", "venv", "--clear", str(self.folder)])
        if self.pip:
            _quietly([*self._pip_install, f"pip=={self.pip}"])

    def _install_pins(self, lock: Path) -> None:
        count = len(PIN.findall(lock.read_text(encoding="utf-8")))
        print(f"Downloading and installing the {count} packages of {lock.name} ...", flush=True)
        _with_progress([*self._pip_install, "--require-hashes", "--requirement", str(lock)], count)


def digest(file: Path) -> str:
    """Return the digest of a file, empty if there is no such file."""
    return sha256(file.read_bytes()).hexdigest() if file.exists() else ""


def _quietly(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _with_progress(command: list[str], count: int) -> None:
    """Run pip and show the current package on a terminal. The output of pip is shown only after an error."""
    output, seen = [], 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        for line in pip.stdout or ():
            output.append(line)
            if found := PIN_SEEN.match(line):
                seen += 1
                _show(f"  {seen} of {count}: {found[1]}")
            elif line.startswith("Installing collected packages"):
                _show("  unpacking")
    _show("")
    if pip.returncode:
        raise subprocess.CalledProcessError(pip.returncode, command, "".join(output))


def _show(words: str) -> None:
    if sys.stdout.isatty():
        print(f"\r\x1b[K{words}", end="", flush=True)


if __name__ == "__main__":
    sys.exit(main())
