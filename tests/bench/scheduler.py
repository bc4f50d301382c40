"""The speed of the scheduler: ``python -m tests.bench.scheduler``.

Two numbers: ten years of a thousand monthly schedules, zone conversion included; and deciding that an expression
never fires. Both are CPU times. The first repetition finds all caches cold, so it is usually the maximum.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from patching_constructs.schedule.days_of_week import DayOfWeek
from patching_constructs.schedule.expression import ScheduleExpression
from patching_constructs.schedule.occurrences import has_no_executions, occurrences

SCHEDULES = 1000
AFTER = datetime(2026, 1, 1, tzinfo=UTC)
TEN_YEARS_ON = datetime(2036, 1, 1, tzinfo=UTC)
DURATION, CUTOFF = timedelta(hours=4), timedelta(hours=1)
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", None)
NEVER = ("cron(0 0 31 2 ? *)", "cron(0 0 31W 2,4,6,9,11 ? *)", "cron(0 0 29 2 ? 2025-2027)", "cron(0 0 ? 2 MON#5 2027)")


def monthly(place: int) -> ScheduleExpression:
    """Return one of a thousand schedules: a day of the month, a last weekday or a Patch Tuesday, in some time zone."""
    hour, zone = place % 24, ZONES[place % len(ZONES)]
    match place % 3:
        case 0:
            return ScheduleExpression.monthly(day=1 + place % 28, hour=hour, time_zone=zone)
        case 1:
            return ScheduleExpression.last_weekday(DayOfWeek.FRIDAY, hour=hour, time_zone=zone)
        case _:
            return ScheduleExpression.patch_tuesday(days_after=place % 21, hour=hour, time_zone=zone)


def list_ten_years() -> None:
    """Compute all executions of ten years."""
    found = 0
    for place in range(SCHEDULES):
        windows = occurrences(monthly(place), after=AFTER, end_date=TEN_YEARS_ON, duration=DURATION, cutoff=CUTOFF)
        found += sum(1 for _ in windows)
    assert abs(found - SCHEDULES * 120) <= SCHEDULES


def decide(expression: str) -> None:
    """Decide that an expression has no executions, and no next execution."""
    schedule = ScheduleExpression.expression(expression)
    assert has_no_executions(schedule)
    assert next(occurrences(schedule, after=AFTER, duration=DURATION, cutoff=CUTOFF), None) is None


def seconds(run: Callable[..., None], *arguments: str) -> float:
    """Return the CPU time of a run: one thread that waits for nothing, so on an idle machine it is the wall time."""
    started = time.process_time()
    run(*arguments)
    return time.process_time() - started


def shown(milliseconds: Sequence[float]) -> str:
    """Return minimum, median and maximum as text."""
    lowest, median, highest = min(milliseconds), statistics.median(milliseconds), max(milliseconds)
    return f"min {lowest:9.3f} ms   median {median:9.3f} ms   max {highest:9.3f} ms"


def main() -> None:
    """Measure and print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=7)
    repetitions = range(parser.parse_args().repetitions)
    # The slowest expression, not the mean of all.
    deciding = [max(seconds(decide, text) for text in NEVER) * 1000 for _ in repetitions]
    listing = [seconds(list_ten_years) * 1000 for _ in repetitions]
    print(f"never-firing expression, decided (< 10 ms):          {shown(deciding)}")
    print(f"ten years of 1000 monthly schedules (< 2000 ms):     {shown(listing)}")


if __name__ == "__main__":
    main()
