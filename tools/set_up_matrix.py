"""Test the setup in fresh clones, and print a table: ``python tools/set_up_matrix.py python3.11 --pip 22.3``.

Every Python is tried with the pip that it brings and with each given one; pip's cache is left out, so that downloads
count. A row needs half a minute for ``synth`` and some minutes for ``test``.
Python 3.12 and later need pip 23.1.2 or later.
"""

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

ROOT: Final = Path(__file__).parent.parent
# Environment variables that must not be passed to the clones.
LENT: Final = ("VIRTUAL_ENV", "JSII_NODE", "PYTHONDONTWRITEBYTECODE", "MAKEFLAGS", "MAKELEVEL")


@dataclass(frozen=True)
class Row:
    """One test of the setup, and its result."""

    python: str
    pip: str
    target: str
    seconds: float
    passed: bool
    megabytes: int

    def __str__(self) -> str:
        """Return the row in Markdown."""
        result = "passed" if self.passed else "failed"
        columns = (self.python, self.pip or "bundled", f"make {self.target}", f"{self.seconds:.0f} s", result)
        return f"| {' | '.join(columns)} | {self.megabytes} MB |"


def main() -> int:
    """Test all combinations; return how many failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pythons", nargs="+", metavar="PYTHON")
    parser.add_argument("--pip", action="append", default=[], metavar="VERSION", help="may be given several times")
    parser.add_argument("--target", action="append", metavar="TARGET", help="of the Makefile; default: synth and test")
    given = parser.parse_args()
    print("| Python | pip | command | time | result | environment |\n|---|---|---|---|---|---|", flush=True)
    failed = 0
    for python in given.pythons:
        for pip in ("", *given.pip):
            with TemporaryDirectory() as folder:
                subprocess.run(["git", "clone", "--quiet", str(ROOT), folder], check=True)
                for target in given.target or ["synth", "test"]:
                    row = tried(Path(folder), python, pip, target)
                    failed += not row.passed
                    print(row, flush=True)
    return failed


def tried(clone: Path, python: str, pip: str, target: str) -> Row:
    """Run a target in a clone, and show its output if it fails."""
    environment = {name: value for name, value in os.environ.items() if name not in LENT} | {"PIP_NO_CACHE_DIR": "1"}
    started = time.monotonic()
    command = ["make", target, f"PYTHON={python}", f"PIP={pip}"]
    done = subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - started
    if done.returncode:
        print(f"{done.stdout[-5000:]}\n{done.stderr[-5000:]}", file=sys.stderr)
    version = subprocess.check_output([python, "-c", "import platform; print(platform.python_version())"], text=True)
    return Row(version.strip(), pip, target, seconds, done.returncode == 0, _megabytes(clone / ".venv"))


def _megabytes(folder: Path) -> int:
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    return round(size / 1e6)


if __name__ == "__main__":
    sys.exit(main())
