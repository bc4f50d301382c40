"""However a run ends, neither the emulator nor the CDK CLI is left running."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.integ.environment import ROOT

pytestmark = pytest.mark.integ

HOLD = [sys.executable, "-m", "tests.integ.emulator.hold"]
# As make does: it starts the command and waits for it.
AS_A_CHILD = [sys.executable, "-c", "import subprocess, sys; subprocess.run(sys.argv[1:])", *HOLD]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_run_leaves_no_process(number: signal.Signals, tmp_path: Path) -> None:
    interrupt(HOLD, number, tmp_path)


def test_a_run_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    interrupt(AS_A_CHILD, signal.SIGKILL, tmp_path)


def interrupt(command: list[str], number: signal.Signals, folder: Path) -> None:
    with subprocess.Popen(
        [*command, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as run:
        try:
            assert run.stdout
            group = int(run.stdout.readline())
            wait(lambda: len(list(members(group))) > 1, "the CDK CLI did not start")
            run.send_signal(number)
            wait(lambda: not list(members(group)), f"{group} is still running")
        finally:
            # Leaving the block would wait for a run that does not end.
            run.kill()


def members(group: int) -> Iterator[int]:
    """Return the running processes of a process group."""
    for process in psutil.process_iter(["status"]):
        try:
            if os.getpgid(process.pid) == group and process.info["status"] != psutil.STATUS_ZOMBIE:
                yield process.pid
        except ProcessLookupError:
            continue


def wait(condition: Callable[[], bool], failure: str, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, failure
        time.sleep(0.1)
