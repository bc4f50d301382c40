"""``patching-constructs calendar --with-results`` against an account on this machine."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from patching_constructs._template_metadata import PART_OF
from tests.unit.cli.live.aws import ACCOUNT
from tests.unit.cli.results.account import Account
from tests.unit.cli.results.running import DAILY, DAY, DAYS, HOUR, LAST, calendar, document, results, section
from tests.unit.cli.results.templates import cdk_out, template

SUCCEEDED = ("succeeded", "")


@pytest.fixture
def out(tmp_path: Path, account: Account, nightly: str) -> Path:
    """A stack that has created the window."""
    account.stacks["Patching"] = {"nightly": nightly}
    return cdk_out(tmp_path, nightly={"Schedule": DAILY})


def zoned(moment: datetime) -> str:
    return f"{moment:%a %Y-%m-%d %H:%M} UTC"


# --- What is recorded ---------------------------------------------------------------------------------


def test_every_execution_of_the_last_two_weeks_has_a_result(nightly: str, out: Path) -> None:
    assert results(out) == dict.fromkeys(DAYS, SUCCEEDED)
    listed = document(out)
    upcoming = [each for each in listed["executions"] if each["result"] is None]
    assert datetime.fromisoformat(upcoming[0]["start"]) == LAST + DAY
    assert listed["executions"][-15]["result"]["windowId"] == nightly


def test_the_range_is_given_with_from_and_until(nightly: str, out: Path) -> None:
    assert nightly
    bounds = ("--from", DAYS[3].isoformat(), "--until", DAYS[1].isoformat())
    assert results(out, *bounds) == {DAYS[3]: SUCCEEDED, DAYS[2]: SUCCEEDED}
    assert len(document(out, "--from", DAYS[2].isoformat(), "--next", "2")["executions"]) == 5


def test_what_a_status_hides_is_found(account: Account, nightly: str, out: Path) -> None:
    account.executions[nightly].clear()
    account.add_execution(nightly, DAYS[9], "TIMED_OUT", details="Execution timed out")
    account.add_execution(nightly, DAYS[8], tasks=("SUCCESS", "FAILED"))
    account.add_execution(nightly, DAYS[7], "SKIPPED_OVERLAPPING", tasks=())
    account.add_execution(nightly, DAYS[6], "CANCELLED", tasks=("SUCCESS", "CANCELLED"))
    account.add_execution(nightly, DAYS[5], "FAILED", tasks=("FAILED",))
    account.add_execution(nightly, DAYS[4], nodes=0)
    account.add_execution(nightly, DAYS[3], tasks=())
    account.add_execution(nightly, DAYS[2] + HOUR)
    account.add_execution(nightly, DAYS[0], "IN_PROGRESS", tasks=("IN_PROGRESS",))
    begins = f"the recorded executions begin at {DAYS[9]:%Y-%m-%d %H:%M} UTC"
    assert results(out) == dict.fromkeys(DAYS[10:], ("unknown", begins)) | {
        DAYS[9]: ("timedOut", "Execution timed out"),
        DAYS[8]: ("failed", "the status of its task AWS-RunPatchBaseline is FAILED"),
        DAYS[7]: ("skipped", ""),
        DAYS[6]: ("cancelled", "the status of its task AWS-RunPatchBaseline is CANCELLED"),
        DAYS[5]: ("failed", "the status of its task AWS-RunPatchBaseline is FAILED"),
        DAYS[4]: ("nothingRan", "its patch command ran on no node"),
        DAYS[3]: ("nothingRan", "it ran no task"),
        DAYS[2]: SUCCEEDED,
        DAYS[1]: ("didNotRun", "no execution is recorded"),
        DAYS[0]: ("running", ""),
    }


def test_an_execution_at_another_time_is_listed_as_unscheduled(account: Account, nightly: str, out: Path) -> None:
    account.add_execution(nightly, DAYS[1] + 5 * HOUR, "FAILED", tasks=("FAILED",))
    (found,) = [each for each in document(out)["executions"] if each["result"] and not each["result"]["isScheduled"]]
    assert found["result"]["result"] == "failed"
    assert found["start"] == (DAYS[1] + 5 * HOUR).isoformat()


def test_old_commands_are_assumed_to_have_run_on_nodes(account: Account, nightly: str, out: Path) -> None:
    account.add_execution(nightly, LAST - 35 * DAY)
    account.add_execution(nightly, LAST - 36 * DAY, tasks=())
    found = results(out, "--from", (LAST - 36 * DAY).isoformat())
    kept = "Run Command keeps commands for 30 days, so it is unknown on how many nodes they ran"
    assert found[LAST - 35 * DAY] == ("succeeded", kept)
    assert found[LAST - 36 * DAY] == ("nothingRan", "it ran no task")


def test_a_schedule_that_is_unknown_until_deployment_has_its_recorded_executions(
    account: Account, nightly: str, tmp_path: Path
) -> None:
    account.stacks["Patching"] = {"nightly": nightly}
    out = cdk_out(tmp_path, nightly={"Schedule": {"Ref": "Schedule"}})
    assert results(out) == dict.fromkeys(DAYS, SUCCEEDED)
    account.windows[nightly]["Schedule"] = "cron(no schedule)"
    assert results(out) == {}


def test_a_window_that_continues_after_a_freeze_belongs_to_the_schedule(
    account: Account, nightly: str, tmp_path: Path
) -> None:
    freeze_ends = DAYS[3] - HOUR
    later = account.add_window("nightly-after", DAILY, StartDate=freeze_ends.isoformat())
    account.windows[nightly]["EndDate"] = (DAYS[7] + HOUR).isoformat()
    account.executions[nightly] = account.executions[nightly][7:]
    account.add_execution(later, DAYS[3])
    metadata = {"after": {PART_OF: "nightly"}}
    out = cdk_out(
        tmp_path,
        metadata=metadata,
        nightly={"Schedule": DAILY, "EndDate": (DAYS[7] + HOUR).isoformat()},
        after={"Schedule": DAILY, "StartDate": freeze_ends.isoformat()},
    )
    account.stacks["Patching"] = {"nightly": nightly, "after": later}
    found = results(out)
    assert found[DAYS[7]] == found[DAYS[3]] == SUCCEEDED
    assert found[DAYS[2]] == ("didNotRun", "no execution is recorded")
    assert DAYS[5] not in found


# --- The formats --------------------------------------------------------------------------------------


def test_the_table_has_a_column_and_a_section(account: Account, nightly: str, tmp_path: Path) -> None:
    del account.executions[nightly][2]
    account.add_execution(nightly, DAYS[1] + 5 * HOUR, "FAILED", tasks=("FAILED",))
    account.stacks["Patching"] = {"nightly": nightly}
    out = cdk_out(tmp_path, nightly={"Schedule": DAILY}, other={})
    result = calendar(out, "--with-results")
    assert result.exit_code == 0
    end = DAYS[2] + 2 * HOUR
    assert f"{DAYS[2]:%a %Y-%m-%d %H:%M}-{end:%H:%M} UTC  did not run          none       nightly" in result.stdout
    first, counts, *others = section(result.stdout, "results")
    assert first.startswith(f"{ACCOUNT}/eu-central-1, read ")
    assert counts == "1 failed, 1 did not run, 13 succeeded"
    assert others == [
        f"other: results unknown: no window of this stack or name is in {ACCOUNT}/eu-central-1",
        f"did not run: nightly: {zoned(DAYS[2])}: no execution is recorded",
        f"failed, unscheduled: nightly: {zoned(DAYS[1] + 5 * HOUR)}; the template has no execution at this time: "
        "the status of its task AWS-RunPatchBaseline is FAILED",
    ]


def test_results_with_the_same_reason_are_one_line(account: Account, nightly: str, out: Path) -> None:
    account.windows[nightly]["Enabled"] = False
    account.executions[nightly].clear()
    *_, line = section(calendar(out, "--with-results").stdout, "results")
    assert line == f"did not run: nightly: {zoned(LAST)} and 13 earlier: the window is disabled"


def test_the_table_lists_the_last_past_executions_and_the_next_ones(account: Account, tmp_path: Path) -> None:
    window = account.add_window("nightly", "cron(0 * * * ? *)", Duration=1, Cutoff=0)
    account.add_execution(window, LAST.replace(minute=0))
    out = cdk_out(tmp_path, nightly={"Schedule": "cron(0 * * * ? *)", "Duration": 1, "Cutoff": 0})
    account.stacks["Patching"] = {"nightly": window}
    text = calendar(out, "--with-results").stdout
    assert text.count("  nightly\n") == 40
    assert "succeeded" in text
    assert "more in this range" in text


def test_the_calendar_for_applications_names_the_result(account: Account, nightly: str, out: Path) -> None:
    account.add_execution(nightly, DAYS[1] + 5 * HOUR, "FAILED", tasks=("FAILED",))
    account.executions[nightly][0].pop("EndTime")
    account.executions[nightly][0]["Status"] = "IN_PROGRESS"
    del account.executions[nightly][2]
    found: Any = Calendar.from_ical(calendar(out, "--with-results", "--format", "ics").stdout)
    events = {each["dtstart"].dt: each for each in found.walk("VEVENT")}
    assert str(events[DAYS[3]]["summary"]) == "no task: nightly (no targets) (succeeded)"
    assert str(events[LAST + DAY]["summary"]) == "no task: nightly (no targets)"

    def lines(start: datetime) -> list[str]:
        return str(events[start]["description"]).split("\n")

    ended = DAYS[3] + timedelta(minutes=40)
    ran = f"Ran: {DAYS[3]:%Y-%m-%d %H:%M} UTC to {ended:%Y-%m-%d %H:%M} UTC"
    assert lines(DAYS[3])[:2] == ["Result: succeeded", ran]
    assert lines(DAYS[0])[1] == f"Ran: {LAST:%Y-%m-%d %H:%M} UTC to now"
    assert lines(DAYS[2])[0] == "Result: did not run: no execution is recorded"
    failed = lines(DAYS[1] + 5 * HOUR)
    assert failed[0] == "Result: failed: the status of its task AWS-RunPatchBaseline is FAILED"
    assert failed[2] == "The template has no execution at this time."


def test_without_results_nothing_is_read(account: Account, nightly: str, out: Path) -> None:
    assert nightly
    assert calendar(out).exit_code == 0
    assert account.asked == []


def test_a_template_by_itself_is_found_by_name(account: Account, nightly: str, tmp_path: Path) -> None:
    assert nightly
    assert results(template(tmp_path, nightly={"Schedule": DAILY})) == dict.fromkeys(DAYS, SUCCEEDED)
    assert account.requests("ListStackResources") == []
