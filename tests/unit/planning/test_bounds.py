"""The cost of a plan, in steps and not in seconds, and until when it is complete."""

from collections.abc import Hashable, Iterable
from datetime import UTC, datetime, timedelta

import pytest

from patching_constructs.planning import conflicts as conflicts_module
from patching_constructs.planning import executions as executions_module
from patching_constructs.planning.conflicts import conflicts
from patching_constructs.planning.coverage import Selection
from patching_constructs.planning.executions import NoteKind, plan
from patching_constructs.planning.windows import PlannedWindow
from tests.unit.planning.counted import WEB, Steps, steps, window

__all__ = ["steps"]

DAY = timedelta(days=1)
AFTER = datetime(2026, 11, 23, tzinfo=UTC)
FIVE_MINUTES = "rate(5 minutes)"


def own(number: int) -> Selection:
    return {"tag:Role": frozenset([str(number)])}


def own_stage(number: int) -> dict[str, frozenset[Hashable]]:
    return {"tag:Stage": frozenset([str(number)])}


def names(found: Iterable[PlannedWindow[str]]) -> list[str]:
    return sorted((each.label for each in found), key=lambda name: int(name.strip("w")))


# --- The calendar -------------------------------------------------------------------------------------


def test_a_far_execution_costs_none_of_the_time_until_then(steps: Steps) -> None:
    found = plan([window("fast", FIVE_MINUTES), window("far", "at(2150-01-01T00:00:00)")], after=AFTER, count=5)
    assert [each.owner for each in found.executions] == ["fast"] * 5 + ["far"]
    assert set(found.executions[-1].overlaps.values()) == {datetime(2150, 1, 1, tzinfo=UTC)}
    assert steps.taken < 20


def test_a_distant_execution_with_a_cron_of_every_minute(steps: Steps) -> None:
    found = plan([window("fast", "cron(* * * * ? *)"), window("far", "at(2150-01-01T00:00:00)")], after=AFTER, count=5)
    assert found.executions[-1].has(NoteKind.OVERLAP)
    # A day and four hours before and while it is open, twice an hour; and as much for what is shown of the fast one.
    assert steps.taken < 150


def test_windows_in_other_places_are_not_processed(steps: Steps) -> None:
    fast = [window(f"fast{number}", FIVE_MINUTES, place=f"account {number}") for number in range(50)]
    plan([*fast, window("monthly", "cron(0 4 1 * ? *)", place="elsewhere")], after=AFTER, count=2)
    assert steps.taken <= 51 * 4


def test_windows_without_common_nodes_are_not_processed(steps: Steps) -> None:
    few = [window(f"fast{number}", "cron(* * * * ? *)", own(number)) for number in range(5)]
    plan(few, after=AFTER, count=2)
    assert steps.taken <= 5 * 4


def test_a_plan_contains_the_instant_until_which_it_is_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executions_module, "_STEPS", 500)
    monkeypatch.setattr(executions_module, "_STEPS_PER_EXECUTION", 0)
    windows = [window("hourly", "cron(0 * * * ? *)", hours=1), window("monthly", "cron(0 4 1 * ? *)")]
    found = plan(windows, after=AFTER, until=AFTER + 40 * DAY)
    assert found.computed_until is not None
    assert AFTER + 19 * DAY < found.computed_until < AFTER + 21 * DAY
    assert found.executions[-1].owner == "hourly"
    assert not found.executions[-1].notes
    assert found.executions[-1].occurrence.start > found.computed_until
    assert found.overlaps == {frozenset(windows): datetime(2026, 12, 1, 4, tzinfo=UTC)}


def test_the_limit_grows_with_the_executions_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executions_module, "_STEPS", 100)
    windows = [window(f"hourly{number}", "cron(0 * * * ? *)", own(number), hours=1) for number in range(10)]
    assert plan(windows, after=AFTER, until=AFTER + 30 * DAY).computed_until is None


def test_many_that_share_a_target_are_noted_as_many() -> None:
    windows = [window(f"w{number:02}", "cron(0 4 * * ? *)") for number in range(60)]
    late = window("late", "cron(0 5 * * ? *)")
    found = plan([*windows, late], after=AFTER, count=1)
    for each in found.executions:
        assert len(each.overlaps) == 50
        texts = [note.text for note in each.notes if note.kind is NoteKind.OVERLAP]
        assert len(texts) == 51
        assert texts[-1] == "more than 50 windows that can select the same nodes are open at the same time"


def test_exactly_as_many_as_are_noted_are_not_more() -> None:
    windows = [window(f"w{number:02}", "cron(0 4 * * ? *)") for number in range(51)]
    found = plan(windows, after=AFTER, count=1)
    assert {len(each.overlaps) for each in found.executions} == {50}
    assert not [note for each in found.executions for note in each.notes if "more than" in note.text]


# --- The linter ---------------------------------------------------------------------------------------


def test_a_frequent_window_does_not_hide_overlaps_of_others() -> None:
    others = [window("one", "cron(0 4 1 10 ? *)", own(1)), window("other", "cron(0 6 1 10 ? *)", own(1))]
    fast = [window(f"fast{number}", "cron(* * * * ? *)", own(0)) for number in range(100)]
    found = conflicts([*fast, *others], after=AFTER)
    assert found.overlaps[others[1]] == (others[0], datetime(2027, 10, 1, 6, tzinfo=UTC))
    assert len(found.overlaps) == 100
    assert found.overlaps_until is None


def test_a_rate_that_never_closes_costs_a_step(steps: Steps) -> None:
    found = conflicts([window(f"w{number}", FIVE_MINUTES) for number in range(100)], after=AFTER)
    assert len(found.overlaps) == 99
    assert len(found.excess) == 95
    assert steps.taken < 500


def test_a_cron_of_every_minute_costs_two_steps_an_hour(steps: Steps) -> None:
    windows = [window("minutely", "cron(* * * * ? *)", hours=1), window("never", "cron(0 4 1 1 ? 2099)")]
    assert conflicts(windows, after=AFTER).overlaps_until is None
    # The first days are looked at by themselves.
    assert steps.taken <= 2 * 24 * (366 + 8 + 2) + 20


def test_conflicts_contain_the_instant_until_which_they_are_complete(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conflicts_module, "_STEPS", 20_000)
    pairs = [
        window(f"{minute} {hour}", f"cron({minute} {hour}/2 * * ? *)", own(minute), hours=1)
        for minute in range(60)
        for hour in (0, 1)
    ]
    found = conflicts(pairs, after=AFTER)
    assert found.overlaps == {}
    for until in (found.overlaps_until, found.excess_until):
        # 120 windows that open twelve times a day use 20,000 steps in two weeks.
        assert until is not None
        assert AFTER + 12 * DAY < until < AFTER + 15 * DAY
    assert steps.taken < 60_000


def test_a_fast_one_leaves_the_others_their_year() -> None:
    slow = [window(f"w{hour}", f"cron(0 {hour} * * ? *)", hours=1) for hour in range(0, 24, 2)]
    fast = window("fast", "cron(* * * * ? *)", own(1), hours=1)
    found = conflicts([*slow, fast], after=AFTER)
    assert (found.overlaps_until, found.excess_until) == (None, None)


def test_more_windows_at_once_than_can_be_gone_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conflicts_module, "_STEPS", 1000)
    alike = [window(f"w{number}", "cron(0 4 * * ? *)", {**WEB, **own_stage(number)}) for number in range(50)]
    found = conflicts([window("apart", "cron(0 9 * * ? *)"), *alike], after=AFTER)
    assert found.overlaps == {}
    # Two schedules are gone through for a year, and fifty-one windows on nearly twenty days.
    assert found.overlaps_until is not None
    assert AFTER + 17 * DAY < found.overlaps_until < AFTER + 20 * DAY
    assert found.excess_until is None
    assert names(found.excess) == [f"w{number}" for number in range(5, 50)]


def test_more_windows_than_can_be_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conflicts_module, "_STEPS", 400)
    monkeypatch.setattr(conflicts_module, "_CHEAP", 1)
    alike = [window(f"w{number}", "cron(0 4 * * ? *)", own(number)) for number in range(20)]
    found = conflicts(alike, after=AFTER)
    assert found.excess_until == AFTER + 19 * DAY + timedelta(hours=4)
    assert (len(found.excess), found.overlaps_until) == (15, None)


@pytest.mark.parametrize("after", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_at_the_ends_of_time(after: datetime) -> None:
    windows = [window("one", "rate(1 day)", start_date=after, end_date=after), window("other", "cron(0 4 * * ? *)")]
    assert conflicts(windows, after=after).overlaps == {}
    assert [each.owner for each in plan(windows, after=after, count=1).executions] in ([], ["other"])
