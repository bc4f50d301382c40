"""The speed of the calendar: ``python -m tests.bench.calendar``.

The CPU time to plan 500 schedules, for fleets of several shapes; writing a format is not in it.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from rich.console import Console
from rich.table import Table

from patching_constructs.template import MaintenanceWindow
from patching_constructs.template.upcoming import Upcoming, upcoming_executions
from tests.unit.cli.fleet import AFTER, fleet

SCHEDULES = 500
UNTIL = AFTER + timedelta(days=92)


def in_many_accounts() -> list[MaintenanceWindow]:
    """Put ten windows into an account."""
    return fleet(SCHEDULES)


def in_one_account() -> list[MaintenanceWindow]:
    """Put all windows into one account and Region."""
    return fleet(SCHEDULES, environment="aws://123456789012/eu-central-1")


def with_one_target() -> list[MaintenanceWindow]:
    """Aim all windows at the same nodes."""
    return fleet(SCHEDULES, environment="aws://123456789012/eu-central-1", group="web")


def seconds(plan: Callable[[], Upcoming]) -> float:
    """Return the CPU time: one thread that waits for nothing, so on an idle machine it is the wall time."""
    started = time.process_time()
    assert plan().executions
    return time.process_time() - started


def main() -> None:
    """Measure all shapes, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=5)
    repetitions = range(parser.parse_args().repetitions)
    table = Table(title=f"CPU time of a plan of {SCHEDULES} schedules: median, in seconds")
    for column in ("schedules", "92 days", "the next 5 of each"):
        table.add_column(column, justify="right")
    for make in (in_many_accounts, in_one_account, with_one_target):
        windows = make()
        plans = [
            partial(upcoming_executions, windows, after=AFTER, until=UNTIL),
            partial(upcoming_executions, windows, after=AFTER, count=5),
        ]
        medians = (statistics.median(seconds(plan) for _ in repetitions) for plan in plans)
        table.add_row(make.__name__.replace("_", " "), *(f"{median:.3f}" for median in medians))
    Console().print(table)


if __name__ == "__main__":
    main()
