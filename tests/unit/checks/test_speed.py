"""How the steps of a check grow with the number of windows; and that it needs neither Node nor the CDK.

Steps are counted and not seconds: a slow machine finds what a fast one does; ``tests/bench/checks.py`` has the seconds.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.checks import SHAPES, fleet

ROOT = Path(__file__).parents[3]
FEW, MANY = 60, 240
# No faster than the fleet, but for a twentieth.
GROWTH = 1.05 * MANY / FEW

# What imports the CDK fails here, and what asks for Node finds none.
PROGRAM = """
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.modules.update({"aws_cdk": None, "constructs": None, "jsii": None})
from patching_constructs.checks.engine import check_paths
from tests.steps import counted

for file in map(Path, sys.argv[1:]):
    with counted() as steps:
        findings = check_paths([file], now=datetime(2026, 11, 23, tzinfo=UTC))
    assert findings, "more than 50 windows are a finding: nothing was checked"
    print(steps.count)
"""


@pytest.mark.parametrize("shape", SHAPES)
def test_a_check_takes_no_more_steps_for_a_window_of_a_larger_fleet(tmp_path: Path, shape: str) -> None:
    few, many = steps(tmp_path, *(fleet(shape, windows) for windows in (FEW, MANY)))
    assert many <= GROWTH * few


def steps(folder: Path, *templates: str) -> list[int]:
    """Return the steps of checking one template after the other, in a process of its own."""
    files = [folder / f"{place}.template.json" for place in range(len(templates))]
    for file, template in zip(files, templates, strict=True):
        file.write_text(template, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *map(str, files)],
        cwd=ROOT,
        env={"PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [int(line) for line in done.stdout.split()]
