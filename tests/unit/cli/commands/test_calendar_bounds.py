"""The calendar at its bounds: what it does not know, where it stops, and no traceback for any of it."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from patching_constructs.cli.app import app
from tests.unit.checks.test_commands_agree import fleet, tag
from tests.unit.checks.test_engine import written

FROM = ("--from", "2027-01-01")
HOURLY = {"Schedule": "cron(0 * * * ? *)", "Duration": 1, "Cutoff": 0}


def run(command: str, *arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [command, *map(str, arguments)])


def calendar(*arguments: str | Path) -> str:
    result = run("calendar", *arguments)
    assert result.exit_code == 0, result.output
    return result.output


def flat(text: str) -> str:
    return " ".join(text.split())


def unfolded(ics: str) -> str:
    return ics.replace("\r\n ", "").replace("\n ", "")


# --- Times --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["--from", "--until"])
@pytest.mark.parametrize("time", ["9999-12-20", "2200-01-01", "0001-01-01", "1969-12-31T23:59:59+14:00"])
@pytest.mark.parametrize("format_", ["table", "json", "ics", "html"])
def test_refusal_of_a_time_outside_the_years_of_schedules(tmp_path: Path, option: str, time: str, format_: str) -> None:
    result = run("calendar", written(tmp_path / "a.json", fleet({})), option, time, "--format", format_)
    message = f"{option} must be in the years 1970-2199, got '{time}'\n"
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", message)


@pytest.mark.parametrize("format_", ["table", "json", "ics", "html"])
def test_the_last_and_the_first_days_of_time(tmp_path: Path, format_: str) -> None:
    file = written(tmp_path / "a.json", fleet({"Schedule": "cron(0 22 * * ? *)"}, {"Schedule": "rate(5 minutes)"}))
    assert calendar(file, "--from", "2199-12-31T23:00-12:00", "--format", format_)
    assert calendar(file, "--from", "2199-12-30", "--until", "2199-12-31", "--format", format_)
    assert calendar(file, "--from", "1970-01-01T00:00+14:00", "--until", "1970-01-02", "--format", format_)


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_dates_at_the_ends_of_time(tmp_path: Path, date: str) -> None:
    for name in ("StartDate", "EndDate"):
        for schedule in ("cron(0 4 * * ? *)", "rate(1 day)", "at(2027-05-01T04:00:00)"):
            file = written(tmp_path / "a.json", fleet({}, {name: date, "Schedule": schedule}))
            assert json.loads(calendar(file, *FROM, "--format", "json"))["unknown"] == []
            assert run("check", file).exit_code in (0, 1)


# --- Invalid windows ----------------------------------------------------------------------------------

INVALID = {
    "a length beyond all time": ({"Duration": 999999999}, "Duration must be 1-24 whole hours, got 999999999"),
    "a negative length": ({"Duration": -5}, "Duration must be 1-24 whole hours, got -5"),
    "a length beyond a day": ({"Duration": 25}, "Duration must be 1-24 whole hours, got 25"),
    "no length": ({"Duration": 0}, "Duration must be 1-24 whole hours, got 0"),
    "a negative cutoff": ({"Cutoff": -1}, "Cutoff must be 0-23 whole hours, got -1"),
    "a cutoff of the whole window": (
        {"Cutoff": 4},
        "Cutoff must be shorter than Duration, got Cutoff=4 h, Duration=4 h",
    ),
    "an end before the start": (
        {"StartDate": "2027-02-01T00:00:00Z", "EndDate": "2027-01-01T00:00:00Z"},
        "EndDate must be after StartDate, got StartDate: 2027-02-01T00:00:00+00:00, EndDate: 2027-01-01T00:00:00+00:00",
    ),
}


@pytest.mark.parametrize(("properties", "reason"), INVALID.values(), ids=INVALID.keys())
def test_an_invalid_window_is_listed_with_its_reason_by_both(
    tmp_path: Path, properties: dict[str, Any], reason: str
) -> None:
    file = written(tmp_path / "a.json", fleet(properties))
    document = json.loads(calendar(file, *FROM, "--format", "json"))
    (unknown,) = document["unknown"]
    assert (document["executions"], unknown["logicalId"], unknown["reason"]) == ([], "Window0", reason)
    assert f"web: invalid: {reason}" in flat(calendar(file, *FROM))
    described = run("describe", file)
    assert described.exit_code == 0
    # `describe` has the words of the linter, which writes the value as the template does.
    assert f"invalid {reason.partition(', got ')[0]}" in flat(described.output)


def test_an_unknown_window_is_not_described_as_invalid(tmp_path: Path) -> None:
    described = run("describe", written(tmp_path / "a.json", fleet({"Duration": {"Ref": "Hours"}})))
    assert "invalid" not in described.output


def test_a_cutoff_that_is_known_only_at_deployment_hides_no_execution(tmp_path: Path) -> None:
    file = written(tmp_path / "a.json", fleet({"Cutoff": {"Ref": "Hours"}}))
    (first,) = json.loads(calendar(file, *FROM, "--next", "1", "--format", "json"))["executions"]
    assert (first["start"], first["end"]) == ("2027-01-03T04:00:00+00:00", "2027-01-03T08:00:00+00:00")
    assert (first["cutoff"], first["localCutoff"]) == (None, None)
    for format_ in ("table", "ics", "html"):
        assert "2027" in calendar(file, *FROM, "--next", "1", "--format", format_)
    ics = unfolded(calendar(file, *FROM, "--next", "1", "--format", "ics"))
    assert "Cutoff at" not in ics
    assert "\\nCutoff: " in ics


# --- Assumptions --------------------------------------------------------------------------------------


def notes(tmp_path: Path, **properties: Any) -> list[dict[str, str]]:
    file = written(tmp_path / "a.json", fleet(properties))
    (first,) = json.loads(calendar(file, *FROM, "--next", "1", "--format", "json"))["executions"]
    found: list[dict[str, str]] = first["notes"]
    return found


def test_a_time_zone_beside_a_moment_is_an_assumption(tmp_path: Path) -> None:
    assert notes(tmp_path, Schedule="at(2027-05-01T04:00:00)", ScheduleTimezone="Asia/Tokyo") == [
        {
            "kind": "assumedStart",
            "message": "at(...) is in UTC; the effect of ScheduleTimezone=Asia/Tokyo on it is not documented; "
            "assumed to have none",
        }
    ]


def test_a_time_zone_beside_a_rate_changes_nothing(tmp_path: Path) -> None:
    properties = {"Schedule": "rate(7 days)", "StartDate": "2027-02-01T03:00:00Z"}
    assert notes(tmp_path, **properties, ScheduleTimezone="Asia/Tokyo") == notes(tmp_path, **properties) == []


def test_a_rate_from_a_start_date_in_the_past_is_an_assumption(tmp_path: Path) -> None:
    assert notes(tmp_path, Schedule="rate(7 days)", StartDate="2026-12-01T03:00:00Z") == [
        {
            "kind": "assumedStart",
            "message": "a rate with a start date in the past counts from the creation or update of the window, which "
            "is unknown until deployment; assumed to count from the start date",
        }
    ]


def test_an_execution_that_begins_while_its_window_is_open_has_a_note(tmp_path: Path) -> None:
    file = written(tmp_path / "a.json", fleet({"Schedule": "cron(0 0/3 * * ? *)", "Duration": 4}))
    found = json.loads(calendar(file, "--from", "2027-01-01T01:00", "--next", "1", "--format", "json"))["executions"]
    assert [each["start"][:16] for each in found] == ["2027-01-01T00:00", "2027-01-01T03:00"]
    text = (
        "the window is still open from the previous execution; assumed to be skipped with the status "
        "SKIPPED_OVERLAPPING"
    )
    assert [each["notes"] for each in found] == [[{"kind": "stillOpen", "message": text}]] * 2
    assert "Still open" in calendar(file, *FROM, "--next", "2", "--format", "html")
    assert "still open: web: the window is still open" in flat(calendar(file, *FROM, "--next", "2"))


# --- Where it stops -----------------------------------------------------------------------------------


def test_every_format_shows_until_when_overlaps_are_computed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("patching_constructs.planning.executions._STEPS", 200)
    monkeypatch.setattr("patching_constructs.planning.executions._STEPS_PER_EXECUTION", 0)
    file = written(tmp_path / "a.json", fleet(HOURLY, {"Schedule": "cron(0 4 ? * SUN *)"}))
    options = (file, *FROM, "--until", "2027-02-01")
    until = json.loads(calendar(*options, "--format", "json"))["overlapsComputedUntil"]
    assert until == "2027-01-08T00:00:00+00:00"
    assert "overlaps are not computed beyond 2027-01-08 00:00 UTC" in flat(calendar(*options))
    assert "Overlaps are not computed beyond 8 Jan 2027, 00:00 UTC." in calendar(*options, "--format", "html")
    ics = unfolded(calendar(*options, "--format", "ics"))
    assert "Overlaps are not computed beyond 2027-01-08 00:00 UTC." in ics


def test_a_complete_calendar_has_no_such_time(tmp_path: Path) -> None:
    file = written(tmp_path / "a.json", fleet(HOURLY | tag("tag:Role", "web"), {}))
    for format_ in ("table", "ics", "html"):
        assert "not computed" not in calendar(file, *FROM, "--next", "2", "--format", format_)
