"""Run ``calendar --with-results``."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from patching_constructs.cli.app import app
from tests.unit.cli.formats.schemas import validator
from tests.unit.cli.live.aws import ACCOUNT
from tests.unit.cli.results.account import REGION

NOW = datetime(2026, 9, 1, 11, 20, tzinfo=UTC)
"""When these tests run, whatever the date is."""
# The last execution has ended some hours ago.
LAST = NOW - timedelta(hours=6)
DAILY = f"cron({LAST.minute} {LAST.hour} * * ? *)"
DAYS = [LAST - timedelta(days=day) for day in range(14)]
HERE = f"{ACCOUNT}/{REGION}"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def calendar(*arguments: str | Path) -> Result:
    """Run the command, which raises nothing."""
    result = CliRunner().invoke(app, ["calendar", *map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def document(*arguments: str | Path) -> Any:
    """Return the JSON of a calendar with results, which is valid."""
    result = calendar(*arguments, "--with-results", "--format", "json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    validator("calendar").validate(found)
    return found


def results(*arguments: str | Path) -> dict[datetime, tuple[str, str]]:
    """Return the result and the reason of each past execution, by its start."""
    executions = document(*arguments)["executions"]
    return {
        datetime.fromisoformat(each["start"]): (each["result"]["result"], each["result"]["reason"])
        for each in executions
        if each["result"]
    }


def unknown(*arguments: str | Path) -> list[str]:
    """Return why the results of schedules are unknown."""
    found = document(*arguments)
    assert all(each["result"] is None for each in found["executions"])
    return [each["reason"] for each in found["results"]["unknown"]]


def section(text: str, heading: str) -> list[str]:
    """Return the lines of a section of the table."""
    lines = [line.rstrip() for line in text.splitlines()]
    first = lines.index(heading) + 1
    later = lines[first:]
    return [line[2:] for line in (later[: later.index("")] if "" in later else later)]
