"""Check a path in a process of its own, count its steps and bound its memory: ``python bounded.py PATH``.

A bomb that goes off takes that process with it, and neither the machine nor the tests. Steps are calls of functions,
Python's and C's: as many on a slow machine as on a fast one. What a single call of C does is not counted; the bounds
on time and memory are far from what any machine needs, and end what would never end.
"""

import json
import resource
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from patching_constructs import PatchingError
from patching_constructs.checks.engine import check_paths
from tests.steps import counted

TODAY = datetime(2026, 11, 23, tzinfo=UTC)
# Twice what the costliest of the tests takes.
STEPS = 9_000_000
MEMORY = 2_000_000_000
SECONDS = 120

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the memory of a process has no bound")

_ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Outcome:
    """What became of a path: a refusal, or findings; and the steps that it took."""

    refusal: str | None
    findings: list[str]
    steps: int


def bounded(path: Path) -> Outcome:
    """Check a path with `MEMORY` bytes more than the imported program has. Whatever is no refusal fails the test."""
    done = subprocess.run(
        [sys.executable, __file__, str(path)],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return Outcome(**json.loads(done.stdout))


def _main() -> None:
    # The pages that the program has already are its own; Linux counts them here.
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    refusal, findings = None, []
    with counted() as steps:
        try:
            found = check_paths([Path(sys.argv[1])], now=TODAY, use_defaults=True)
            findings = [f"{each.line} {each.rule.id} {each.problem} {each.fix}" for each in found]
        except PatchingError as error:
            refusal = str(error)
    json.dump({"refusal": refusal, "findings": findings, "steps": steps.count}, sys.stdout)


if __name__ == "__main__":
    _main()
