"""A thousand windows are checked in under two seconds, without Node and without the CDK."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.checks import SHAPES, fleet

ROOT = Path(__file__).parents[3]
SECONDS = 2.0
ATTEMPTS = 4

# What imports the CDK fails here, and what asks for Node finds none.
PROGRAM = """
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

sys.modules.update({"aws_cdk": None, "constructs": None, "jsii": None})
from patching_constructs.checks.inspection import check_paths

started = time.process_time()
findings = check_paths([Path(sys.argv[1])], now=datetime(2026, 11, 23, tzinfo=UTC))
print(time.process_time() - started, len(findings))
"""


@pytest.mark.parametrize("shape", SHAPES)
def test_a_thousand_windows_take_less_than_two_seconds(tmp_path: Path, shape: str) -> None:
    file = tmp_path / "fleet.template.json"
    file.write_text(fleet(shape, 1000), encoding="utf-8")
    # A machine that does other things as well can be slow, and never too fast.
    assert any(seconds(file) < SECONDS for _ in range(ATTEMPTS))


def seconds(file: Path) -> float:
    """Return the CPU time of a check in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(file)], cwd=ROOT, env={}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    taken, findings = done.stdout.split()
    # More than 50 windows are a finding, so that a check that saw nothing is not taken for a fast one.
    assert int(findings) >= 1
    return float(taken)
