"""Steps counted: how many occurrences of schedules are looked at."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from patching_constructs.planning import spans, windows
from patching_constructs.planning.coverage import Selection
from patching_constructs.planning.windows import PlannedWindow, WindowTimes
from patching_constructs.schedule._rule import parse_rule
from patching_constructs.schedule.expression import ScheduleExpression
from patching_constructs.schedule.occurrence import Occurrence
from patching_constructs.schedule.occurrences import occurrences

WEB: Selection = {"tag:Role": frozenset(["web"])}


@dataclass
class Steps:
    """How many occurrences were taken."""

    taken: int = 0


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    """Count every occurrence that is taken."""
    counter = Steps()

    def counted(*arguments: Any, **options: Any) -> Iterator[Occurrence]:
        for each in occurrences(*arguments, **options):
            counter.taken += 1
            yield each

    for module in (windows, spans):
        monkeypatch.setattr(module, "occurrences", counted)
    return counter


def times(
    schedule: str,
    *,
    hours: int = 4,
    zone: str | None = None,
    start_date: datetime | None = None,
    end_date: datetime | None = None,
) -> WindowTimes:
    """Write when a window opens."""
    return WindowTimes(
        schedule=ScheduleExpression(parse_rule(schedule), zone),
        duration=timedelta(hours=hours),
        cutoff=timedelta(0),
        start_date=start_date,
        end_date=end_date,
    )


def window(name: str, schedule: str, *selections: Selection, place: str = "here", **options: Any) -> PlannedWindow[str]:
    """Write a window that is owned by its name."""
    return PlannedWindow(
        label=name, place=place, times=times(schedule, **options), selections=selections or (WEB,), owner=name
    )
