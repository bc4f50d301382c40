"""The speed of the linter: ``python -m tests.bench.checks``.

The CPU time for a window with its target and task, of all rules, reading and lines included, for fleets of several
shapes and sizes. The last column says whether it grows with the fleet: 1 where a window costs the same in the largest
as in the smallest.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table

from patching_constructs.checks.engine import check_paths

SIZES = (10, 100, 1000, 5000)
TODAY = datetime(2026, 11, 23, tzinfo=UTC)
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")

Filters = list[dict[str, Any]]


def at_one_time(_: int) -> str:
    """Open all windows together."""
    return "cron(0 3 ? * SUN *)"


def monthly(number: int) -> str:
    """Spread the windows over the hours and weekdays of a month."""
    return f"cron({number % 60} {number % 24} ? * {WEEKDAYS[number % 7]}#{number % 4 + 1} *)"


def daily(number: int) -> str:
    """Open every window at a different minute of the day."""
    return f"cron({number % 60} {number // 60 % 24} * * ? *)"


def every_five_minutes(number: int) -> str:
    """Keep every window open."""
    return f"cron({number % 5}/5 * * * ? *)"


def shared(_: int) -> Filters:
    """Select the same nodes."""
    return [{"Key": "tag:Patch Group", "Values": ["web"]}]


def different(number: int) -> Filters:
    """Select different nodes."""
    return [{"Key": "tag:Patch Group", "Values": [f"web{number}"]}]


def narrowed(number: int) -> Filters:
    """Select different nodes with a common tag."""
    return [{"Key": "tag:Env", "Values": ["prod"]}, {"Key": "tag:Role", "Values": [f"web{number}"]}]


SHAPES: dict[str, tuple[Callable[[int], str], Callable[[int], Filters]]] = {
    "at one time, shared": (at_one_time, shared),
    "at one time, different": (at_one_time, different),
    "at one time, narrowed": (at_one_time, narrowed),
    "monthly, shared": (monthly, shared),
    "monthly, different": (monthly, different),
    "daily, shared": (daily, shared),
    "daily, different": (daily, different),
    "daily, narrowed": (daily, narrowed),
    "every five minutes, shared": (every_five_minutes, shared),
}


def fleet(shape: str, windows: int) -> str:
    """Write a template with a number of windows, each with a target and a task."""
    resources: dict[str, Any] = {}
    for number in range(windows):
        resources |= _window(number, *(make(number) for make in SHAPES[shape]))
    # Not indented, because five thousand windows would exceed the limit of a template.
    return json.dumps({"Resources": resources})


def _window(number: int, schedule: object, filters: object) -> dict[str, Any]:
    window, target, task = (f"{name}{number}" for name in ("Window", "Target", "Task"))
    return {
        window: _resource(
            "MaintenanceWindow",
            Name=f"fleet-{number}",
            Schedule=schedule,
            ScheduleTimezone=ZONES[number % len(ZONES)],
            Duration=4,
            Cutoff=1,
            AllowUnassociatedTargets=False,
        ),
        target: _resource(
            "MaintenanceWindowTarget", WindowId={"Ref": window}, ResourceType="INSTANCE", Targets=filters
        ),
        task: _resource(
            "MaintenanceWindowTask",
            WindowId={"Ref": window},
            TaskType="RUN_COMMAND",
            TaskArn="AWS-RunPatchBaseline",
            Priority=1,
            MaxConcurrency="10%",
            MaxErrors="10%",
            Targets=[{"Key": "WindowTargetIds", "Values": [{"Ref": target}]}],
            TaskInvocationParameters={
                "MaintenanceWindowRunCommandParameters": {"Parameters": {"Operation": ["Install"]}}
            },
        ),
    }


def _resource(kind: str, **properties: object) -> dict[str, Any]:
    return {"Type": f"AWS::SSM::{kind}", "Properties": properties}


def seconds(file: Path) -> float:
    """Return the CPU time of a check: one thread that waits for nothing, so on an idle machine it is the wall time."""
    started = time.process_time()
    check_paths([file], now=TODAY)
    return time.process_time() - started


def main() -> None:
    """Measure all shapes and sizes, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=5)
    repetitions = range(parser.parse_args().repetitions)
    table = Table(title="CPU time of a check for a window with its target and task: median, in milliseconds")
    for column in ("windows", *map(str, SIZES), "largest by smallest"):
        table.add_column(column, justify="right")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "fleet.template.json"
        for shape in SHAPES:
            costs = []
            for size in SIZES:
                file.write_text(fleet(shape, size), encoding="utf-8")
                costs.append(statistics.median(seconds(file) for _ in repetitions) / size * 1000)
            table.add_row(shape, *(f"{cost:.3f}" for cost in costs), f"{costs[-1] / costs[0]:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
