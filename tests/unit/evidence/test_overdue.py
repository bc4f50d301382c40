"""When a window is overdue, by example. The law is in test_threshold_law.py."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from patching_constructs.evidence.overdue import (
    Success,
    Watched,
    Window,
    hours_overdue,
    hours_since,
    last_of,
    observed,
    paused,
    settled,
)

HOUR = timedelta(hours=1)
DAY = 24 * HOUR
DUE = datetime(2027, 1, 19, 3, tzinfo=UTC)
WINDOW = Window(duration=4 * HOUR, is_enabled=True, next_execution=DUE + 7 * DAY, modified=DUE - 30 * DAY)
BEFORE = Success(start=DUE - 7 * DAY, end=DUE - 7 * DAY + HOUR)
SEEN = Watched(seen=DUE - timedelta(minutes=5), next_execution=DUE, success=BEFORE)


def overdue(now: datetime, watched: Watched = SEEN, window: Window = WINDOW, success: Success = BEFORE) -> float:
    known = settled(observed(watched, window, now), success)
    return hours_overdue(known, window, now)


def test_overdue_since_the_end_of_the_execution() -> None:
    assert overdue(DUE - timedelta(minutes=1)) == 0
    assert overdue(DUE + 4 * HOUR) == 0
    assert overdue(DUE + 6 * HOUR) == 2


def test_a_success_after_it_was_due() -> None:
    assert overdue(DUE + 6 * HOUR, success=Success(start=DUE, end=DUE + HOUR)) == 0


def test_an_execution_that_runs_when_the_next_one_is_due_counts_for_both() -> None:
    running = Success(start=DUE - HOUR, end=DUE + HOUR)
    assert overdue(DUE + 6 * HOUR, success=running) == 0


def test_a_change_before_it_was_due() -> None:
    changed = replace(WINDOW, modified=DUE - timedelta(minutes=1))
    assert overdue(DUE + 6 * HOUR, window=changed) == 0


def test_a_change_that_does_not_move_an_execution() -> None:
    defined = replace(SEEN, definition="Tuesday")
    changed = replace(WINDOW, modified=DUE - timedelta(minutes=1), definition="Tuesday")
    assert overdue(DUE + 6 * HOUR, defined, changed) == 2
    assert overdue(DUE + 6 * HOUR, defined, replace(changed, definition="Wednesday")) == 0


def test_a_change_after_it_was_due() -> None:
    changed = replace(WINDOW, modified=DUE + timedelta(minutes=1))
    assert overdue(DUE + 6 * HOUR, window=changed) == 2


def test_the_first_and_the_last_execution_that_were_due_are_kept() -> None:
    watched = replace(SEEN, due=(DUE - 3 * DAY, DUE - 2 * DAY))
    later = settled(observed(watched, WINDOW, DUE + HOUR), BEFORE)
    assert later.due == (DUE - 3 * DAY, DUE)
    assert settled(later, Success(start=DUE - DAY, end=DUE - HOUR)).due == (DUE,)
    assert settled(later, Success(start=DUE, end=DUE + HOUR)).due == ()


def test_nothing_is_due_in_a_paused_window() -> None:
    idle = paused(replace(SEEN, due=(DUE - DAY,)), DUE + HOUR)
    assert (idle.due, idle.next_execution, idle.success) == ((), None, BEFORE)
    # When it resumes, the time of the pause does not count.
    window = replace(WINDOW, longest_wait=7 * DAY)
    assert overdue(DUE + 7 * DAY, replace(idle, resumed=DUE + 6 * DAY), window) == 0


@pytest.mark.parametrize("is_enabled", [True, False])
def test_without_what_was_known_before(*, is_enabled: bool) -> None:
    next_execution = WINDOW.next_execution if is_enabled else None
    window = replace(WINDOW, is_enabled=is_enabled, next_execution=next_execution, longest_wait=7 * DAY)
    due = BEFORE.end + 7 * DAY + window.duration
    assert overdue(due, Watched(), window) == 0
    assert overdue(due + HOUR, Watched(), window) == 1
    # Since the window was changed, it is not overdue.
    assert overdue(due + HOUR, Watched(), replace(window, modified=DUE)) == 0
    assert overdue(due + HOUR, Watched(), replace(window, start_date=DUE + DAY)) == 0
    assert overdue(due + HOUR, Watched(), replace(window, modified=None)) == 0


def test_a_window_that_has_ended_is_overdue_only_if_it_was_due() -> None:
    ended = replace(WINDOW, next_execution=None, longest_wait=7 * DAY)
    assert overdue(DUE + 100 * DAY, Watched(), ended) == 0
    assert overdue(DUE + 100 * DAY, SEEN, ended) == 100 * 24 - 4


def test_hours_since_a_success() -> None:
    assert hours_since(None, DUE) is None
    assert hours_since(BEFORE, BEFORE.end + 3 * HOUR) == 3


def test_the_last_success() -> None:
    later = Success(start=DUE, end=DUE + HOUR)
    assert last_of([None, later, BEFORE]) == later
    assert last_of([None]) is None
