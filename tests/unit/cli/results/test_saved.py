"""The file of ``calendar --save-results``, which ``--results-from`` reads."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.formats.schemas import validator
from tests.unit.cli.live.aws import RefusedError
from tests.unit.cli.results.account import REGION, Account
from tests.unit.cli.results.running import DAILY, DAY, DAYS, HERE, calendar, document, unknown
from tests.unit.cli.results.templates import cdk_out, template


def test_saved_results_are_those_that_were_read(account: Account, nightly: str, tmp_path: Path) -> None:
    account.add_execution(nightly, DAYS[3] + 3 * DAY / 24, "FAILED", tasks=("FAILED",))
    account.windows[nightly] |= {"ScheduleTimezone": "Etc/UTC", "NextExecutionTime": "2027-01-01T03:00Z"}
    account.add_window("other", DAILY, ScheduleOffset=2, NextExecutionTime="2027-01-01T03:00:00")
    file, saved = template(tmp_path, nightly={"Schedule": DAILY}), tmp_path / "results.json"
    live = document(file, "--save-results", saved)
    account.asked.clear()
    again = document(file, "--results-from", saved)
    assert account.asked == []
    assert [each["result"] for each in again["executions"]] == [each["result"] for each in live["executions"]]
    assert again["results"] == live["results"]
    twice = tmp_path / "twice.json"
    twice.write_text(saved.read_text(encoding="utf-8"), encoding="utf-8")
    assert unknown(file, "--results-from", saved, "--results-from", twice) == [
        f"it can be a window in {HERE} and {HERE}"
    ]


def test_the_file_is_valid(account: Account, nightly: str, tmp_path: Path) -> None:
    account.stacks["Patching"] = {"nightly": nightly}
    account.errors["DescribeMaintenanceWindowExecutions"] = [RefusedError("AccessDeniedException")]
    saved = tmp_path / "results.json"
    calendar(cdk_out(tmp_path, nightly={"Schedule": DAILY}), "--with-results", "--save-results", saved)
    found = json.loads(saved.read_text(encoding="utf-8"))
    validator("results").validate(found)
    (place,) = found["places"]
    assert place["records"] == {nightly: {"failure": "they could not be read", "executions": []}}


def test_windows_that_were_not_read_are_named(account: Account, nightly: str, tmp_path: Path) -> None:
    other = account.add_window("other", DAILY)
    file = template(tmp_path, nightly={"Schedule": DAILY}, other={"Schedule": DAILY})
    saved = tmp_path / "results.json"
    assert nightly
    calendar(file, "--with-results", "--schedule", "nightly", "--save-results", saved)
    (each,) = document(file, "--results-from", saved)["results"]["unknown"]
    assert each["reason"] == f"the executions of {other} are unknown: they were not read"


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        '{"version": 2, "places": []}',
        '{"version": 1}',
        '{"version": 1, "places": [{}]}',
        '{"version": 1, "places": [{"account": 1, "region": "eu-west-1"}]}',
        '{"version": 1, "places": [{"account": null, "region": "r", "readAt": "2027-01-01T00:00:00"}]}',
        '{"version": 1, "places": ["place"]}',
    ],
)
def test_another_file_is_an_error(content: str, tmp_path: Path) -> None:
    saved = tmp_path / "results.json"
    saved.write_text(content, encoding="utf-8")
    result = calendar(template(tmp_path, nightly={}), "--with-results", "--results-from", saved)
    message = f"{saved}: it is not a file of --save-results of version 1\n"
    assert (result.exit_code, result.stderr) == (2, message)


def test_a_window_without_a_known_state_is_no_result(tmp_path: Path) -> None:
    """A file of somebody else can have any value."""
    window = {
        "id": "mw-1",
        "name": "nightly",
        "isEnabled": "yes",
        "schedule": DAILY,
        "durationHours": 2,
        "cutoffHours": 1,
    }
    nothing = dict.fromkeys(
        ("timeZone", "scheduleOffsetDays", "startDate", "endDate", "nextExecution", "createdAt", "modifiedAt")
    )
    place: dict[str, Any] = {
        "account": None,
        "region": REGION,
        "readAt": "2027-01-01T00:00:00+00:00",
        "failure": "",
        "windows": [window | nothing],
        "stacks": {},
        "records": {},
    }
    saved = tmp_path / "results.json"
    saved.write_text(json.dumps({"version": 1, "places": [place]}), encoding="utf-8")
    result = calendar(template(tmp_path, nightly={}), "--with-results", "--results-from", saved)
    assert result.exit_code == 2
    assert "is not a file of --save-results" in result.stderr
