"""Check a path in a process of its own, with a bound on its memory: ``python bounded.py PATH``.

A bomb that goes off takes that process with it, and neither the machine nor the tests.
"""

import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from patching_constructs import PatchingError
from patching_constructs.checks.inspection import check_paths

TODAY = datetime(2026, 11, 23, tzinfo=UTC)
MEMORY = 300_000_000
SECONDS = 2.0
ATTEMPTS = 4

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the memory of a process has no bound")

_ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Outcome:
    """What became of a path: a refusal, or findings; and the CPU time that it took."""

    refusal: str | None
    findings: list[str]
    seconds: float


def bounded(path: Path) -> Outcome:
    """Check a path with `MEMORY` bytes more than the imported program has. Whatever is no refusal fails the test."""
    outcome = _once(path)
    for _ in range(ATTEMPTS - 1):
        # A machine that does other things as well can be slow, and never too fast.
        if outcome.seconds < SECONDS:
            break
        outcome = _once(path)
    return outcome


def _once(path: Path) -> Outcome:
    done = subprocess.run(
        [sys.executable, __file__, str(path)],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=60,
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
    started = time.process_time()
    try:
        found = check_paths([Path(sys.argv[1])], now=TODAY, use_defaults=True)
        findings = [f"{each.line} {each.rule.id} {each.problem} {each.mend}" for each in found]
    except PatchingError as error:
        refusal = str(error)
    seconds = time.process_time() - started
    json.dump({"refusal": refusal, "findings": findings, "seconds": seconds}, sys.stdout)


if __name__ == "__main__":
    _main()
