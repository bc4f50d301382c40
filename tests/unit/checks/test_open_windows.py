"""A window that is open has an execution, even if it is the last one."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from patching_constructs.checks.engine import check_paths
from tests.unit.checks.test_engine import window
from tests.unit.template.written import written

RULE = "Patching-NoUpcomingExecution"
ONCE = {"Schedule": "at(2026-11-28T20:30:00)"}
RATE = {"Schedule": "rate(1 day)", "EndDate": "2026-11-28T21:00:00Z"}


@pytest.mark.parametrize(
    ("properties", "time", "is_reported"),
    [
        pytest.param(ONCE, "20:30", False, id="at its start"),
        pytest.param(ONCE, "23:59", False, id="while it is open"),
        pytest.param(ONCE | {"Duration": 3}, "23:30", True, id="at its end"),
        pytest.param(RATE, "21:40", True, id="a rate that counts from the creation"),
        pytest.param(RATE | {"StartDate": "2026-11-01T20:00:00Z"}, "21:40", False, id="a rate from a start date"),
        pytest.param(ONCE | {"Duration": {"Ref": "Hours"}}, "23:59", True, id="a duration that is unknown"),
    ],
)
def test_the_last_execution_of_a_window(
    tmp_path: Path, properties: dict[str, Any], time: str, is_reported: object
) -> None:
    file = written(tmp_path / "fleet.json", window("web", **properties))
    now = datetime.fromisoformat(f"2026-11-28T{time}").replace(tzinfo=UTC)
    assert (RULE in {finding.rule.id for finding in check_paths([file], now=now)}) == is_reported
