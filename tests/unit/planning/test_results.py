"""What became of planned executions: what was recorded, what certainly did not run, and what is unknown."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patching_constructs.planning.executions import Execution, plan
from patching_constructs.planning.live_windows import LiveWindow
from patching_constructs.planning.recorded_executions import (
    ExecutionResult,
    RecordedExecution,
    Result,
    result_of_status,
)
from patching_constructs.planning.results import History, executions_with_results
from patching_constructs.planning.windows import PlannedWindow
from tests.unit.planning.counted import times

WINDOW = "mw-0123456789abcdef0"
NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
AFTER = NOW - timedelta(days=7)
MADE = datetime(2026, 1, 1, tzinfo=UTC)
DAILY = "cron(0 3 * * ? *)"
STARTS = [datetime(2026, 11, 23 + day, 3, 0, tzinfo=UTC) for day in range(7)]


def live(
    schedule: str = DAILY,
    *,
    enabled: bool = True,
    created: datetime | None = MADE,
    modified: datetime | None = MADE,
    start_date: str | None = None,
    zone: str | None = None,
    offset: int | None = None,
) -> LiveWindow:
    return LiveWindow(
        id=WINDOW,
        name="nightly",
        region="eu-central-1",
        is_enabled=enabled,
        schedule=schedule,
        time_zone=zone,
        schedule_offset=offset,
        duration=4,
        cutoff=0,
        start_date=start_date,
        created=created,
        modified=modified,
    )


def record(started: datetime, result: Result = Result.SUCCEEDED, *, reason: str = "") -> RecordedExecution:
    return RecordedExecution(
        window_id=WINDOW, id=f"{started}", status="SUCCESS", started=started, result=result, reason=reason
    )


def planned_window(schedule: str = DAILY, *, hours: int = 4) -> PlannedWindow[str]:
    return PlannedWindow(label="nightly", place="here", times=times(schedule, hours=hours), owner="nightly")


def judged(history: History, schedule: str = DAILY, *, hours: int = 4, now: datetime = NOW) -> Sequence[Execution[str]]:
    window = planned_window(schedule, hours=hours)
    executions = plan([window], after=AFTER, until=now).executions
    return executions_with_results(window, executions, history, after=AFTER)


def results(history: History, schedule: str = DAILY, *, hours: int = 4) -> list[tuple[datetime, ExecutionResult]]:
    found = judged(history, schedule, hours=hours)
    assert all(each.result for each in found)
    return [(each.occurrence.start, each.result) for each in found if each.result]


def reasons(history: History, schedule: str = DAILY, *, hours: int = 4) -> set[tuple[Result, str]]:
    return {(each.result, each.reason) for _, each in results(history, schedule, hours=hours)}


# --- Records ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("late", [timedelta(seconds=-30), timedelta(0), timedelta(hours=3, minutes=59)])
def test_a_record_is_the_result_of_the_execution_in_which_it_started(late: timedelta) -> None:
    found = results(History(read_at=NOW, windows=[live()], executions=[record(each + late) for each in STARTS]))
    assert [(start, each.result) for start, each in found] == [(start, Result.SUCCEEDED) for start in STARTS]
    assert all(each.recorded and each.is_scheduled for _, each in found)


def test_a_record_at_another_time_is_an_execution_that_the_schedule_does_not_have() -> None:
    started = STARTS[1] + timedelta(hours=4)
    found = dict(
        results(History(read_at=NOW, windows=[live()], executions=[record(started, Result.FAILED)], begins=started))
    )
    assert found[started].result is Result.FAILED
    assert not found[started].is_scheduled
    assert found[STARTS[1]].result is Result.UNKNOWN
    found_again = judged(History(read_at=NOW, windows=[live()], executions=[record(started)]))
    (unscheduled,) = (each for each in found_again if each.result and not each.result.is_scheduled)
    assert unscheduled.occurrence.end - unscheduled.occurrence.start == timedelta(hours=4)


def test_of_two_records_in_one_execution_both_are_listed() -> None:
    first, second = record(STARTS[0]), record(STARTS[0] + timedelta(hours=1), Result.SKIPPED)
    found = results(History(read_at=NOW, windows=[live()], executions=[second, first]))
    assert [(each.recorded, each.is_scheduled) for _, each in found[:2]] == [(first, True), (second, False)]


def test_records_from_before_the_range_are_not_listed() -> None:
    before = record(AFTER - timedelta(hours=2))
    found = results(History(read_at=NOW, windows=[live()], executions=[before, *map(record, STARTS)]))
    assert [start for start, _ in found] == STARTS


def test_a_rate_has_the_executions_that_were_recorded() -> None:
    started = [AFTER + timedelta(days=day, hours=5) for day in range(3)]
    found = results(
        History(read_at=NOW, windows=[live("rate(1 day)")], executions=list(map(record, started))), "rate(1 day)"
    )
    assert [(start, each.is_scheduled) for start, each in found] == [(start, True) for start in started]


def test_the_reason_of_a_failure_is_what_was_found_or_the_details_of_the_status() -> None:
    known = record(STARTS[0], Result.FAILED, reason="the task AWS-RunPatchBaseline is FAILED")
    assert ExecutionResult.of(known).reason == "the task AWS-RunPatchBaseline is FAILED"
    skipped = RecordedExecution(
        window_id=WINDOW, id="1", status="FAILED", started=NOW, details="Failed", result=Result.FAILED
    )
    assert ExecutionResult.of(skipped).reason == "Failed"


@pytest.mark.parametrize(
    ("status", "result"),
    [
        ("PENDING", Result.RUNNING),
        ("IN_PROGRESS", Result.RUNNING),
        ("FAILED", Result.FAILED),
        ("TIMED_OUT", Result.TIMED_OUT),
        ("CANCELLING", Result.CANCELLED),
        ("CANCELLED", Result.CANCELLED),
        ("SKIPPED_OVERLAPPING", Result.SKIPPED),
        ("SUCCESS", Result.UNKNOWN),
        ("SOMETHING_NEW", Result.UNKNOWN),
    ],
)
def test_the_result_of_a_status(status: str, result: Result) -> None:
    assert result_of_status(status) is result


def test_whether_a_record_is_a_success() -> None:
    found = {
        result: record(NOW, result).is_success for result in (Result.SUCCEEDED, Result.NOTHING_RAN, Result.UNKNOWN)
    }
    assert found == {Result.SUCCEEDED: True, Result.NOTHING_RAN: False, Result.UNKNOWN: None}


# --- Without a record ---------------------------------------------------------------------------------

OLD = MADE + timedelta(days=1)
NO_RECORD = (Result.DID_NOT_RUN, "no execution is recorded")


def test_an_execution_did_not_run_if_older_ones_are_recorded() -> None:
    assert reasons(History(read_at=NOW, windows=[live()], begins=OLD)) == {NO_RECORD}


def test_a_disabled_window_did_not_run_whatever_is_recorded() -> None:
    assert reasons(History(read_at=NOW, windows=[live(enabled=False)])) == {
        (Result.DID_NOT_RUN, "the window is disabled")
    }


@pytest.mark.parametrize(
    ("history", "reason"),
    [
        (
            History(read_at=NOW, windows=[live()]),
            "the account and Region have no recorded execution, and AWS does not document how long they are kept",
        ),
        (History(read_at=NOW, windows=[live()], begins=NOW), "the recorded executions begin at 2026-11-29 12:00 UTC"),
        (
            History(read_at=NOW, windows=[live("cron(0 5 * * ? *)")], begins=OLD),
            "the deployed schedule, cron(0 5 * * ? *), has no execution at this time",
        ),
        (
            History(read_at=NOW, windows=[live("cron(0 3 * * * *)")], begins=OLD),
            "the deployed schedule, cron(0 3 * * * *), has no execution at this time",
        ),
        (
            History(read_at=NOW, windows=[live(created=NOW)], begins=OLD),
            "the window was created at 2026-11-29 12:00 UTC",
        ),
        (
            History(read_at=NOW, windows=[live(modified=NOW)], begins=OLD),
            "the window was changed at 2026-11-29 12:00 UTC, and how it was before is unknown",
        ),
        (
            History(read_at=NOW, windows=[live(created=None)], begins=OLD),
            "when the window was created and changed is unknown",
        ),
        (
            History(read_at=NOW, windows=[live(modified=None)], begins=OLD),
            "when the window was created and changed is unknown",
        ),
    ],
)
def test_whatever_leaves_a_doubt_is_unknown(history: History, reason: str) -> None:
    assert reasons(history) == {(Result.UNKNOWN, reason)}


def test_a_window_that_is_open_can_still_run() -> None:
    now = STARTS[-1] + timedelta(hours=1)
    found = judged(History(read_at=now, windows=[live()], begins=OLD), now=now)
    assert [each.result and each.result.result for each in found] == [Result.DID_NOT_RUN] * 6 + [Result.UNKNOWN]
    assert found[-1].result == ExecutionResult.unknown("the results were read before the window closed")


def test_a_window_that_was_still_open_may_have_been_skipped() -> None:
    history = History(read_at=NOW, windows=[live("cron(0 0/3 * * ? *)")], begins=OLD)
    assert reasons(history, "cron(0 0/3 * * ? *)") == {
        (Result.UNKNOWN, "the window was still open from its previous execution"),
    } | {(Result.UNKNOWN, "the results were read before the window closed")}


def test_a_schedule_with_freezes_has_a_window_for_each_time() -> None:
    history = History(
        read_at=NOW, windows=[live(start_date="2027-01-01T00:00:00Z"), live(offset=None, zone="UTC")], begins=OLD
    )
    assert reasons(history) == {NO_RECORD}


# --- The law ------------------------------------------------------------------------------------------

SCHEDULES = ("cron(0 3 * * ? *)", "cron(30 2 ? * MON-FRI *)", "cron(0 1 ? * TUE#2 *)", "cron(15 4 1 * ? *)")


@given(
    schedule=st.sampled_from(SCHEDULES),
    ran=st.lists(st.booleans(), min_size=200, max_size=200),
    kept=st.integers(0, 200),
    changed=st.integers(0, 200),
    late=st.integers(0, 3 * 3600),
)
def test_no_execution_that_ran_is_said_not_to_have_run(
    schedule: str, ran: list[bool], kept: int, changed: int, late: int
) -> None:
    """Some executions take place, late; the service forgets those before a time, and somebody changes the window."""
    window = planned_window(schedule)
    after = NOW - timedelta(days=200)
    executions = plan([window], after=after, until=NOW).executions
    took_place = {each.occurrence.start for each, did in zip(executions, ran, strict=False) if did}
    kept_since = NOW - timedelta(days=kept)
    recorded = [record(each + timedelta(seconds=late)) for each in sorted(took_place) if each >= kept_since]
    begins = min((each.started for each in recorded), default=None)
    modified = NOW - timedelta(days=changed)
    history = History(read_at=NOW, windows=[live(schedule, modified=modified)], executions=recorded, begins=begins)
    found = executions_with_results(window, executions, history, after=after)
    assert [each.occurrence.start for each in found] == [each.occurrence.start for each in executions]
    for each in found:
        assert each.result
        start, result = each.occurrence.start, each.result.result
        assert (result is Result.SUCCEEDED) == (start in took_place and start >= kept_since)
        if result is Result.DID_NOT_RUN:
            assert start not in took_place
        elif result is Result.UNKNOWN:
            assert begins is None or start < max(begins, modified) or each.occurrence.end > NOW
