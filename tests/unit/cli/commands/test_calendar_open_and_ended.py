"""``calendar``: what is open at the start, what has ended, what is frozen, and what depends on a condition."""

import json
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from tests.unit.cli.commands.test_calendar import template, written
from tests.unit.cli.formats.schemas import validator
from tests.unit.template.test_upcoming_runs import schedule

ONCE = {"Schedule": "at(2027-01-01T20:30:00)"}
FROM = ("--from", "2027-01-01T21:40", "--next", "1")


def document_of(file: Path, *options: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(written(file, *(options or FROM), "--format", "json"))
    validator("calendar").validate(document)
    return document


def starts(file: Path, *options: str) -> list[str]:
    return [each["start"][:16] for each in document_of(file, *options)["executions"]]


def lines(file: Path, *options: str) -> list[str]:
    return written(file, *(options or FROM)).splitlines()


def ended(file: Path, *options: str) -> dict[str, tuple[str, str]]:
    return {each["logicalId"]: (each["status"], each["reason"]) for each in document_of(file, *options)["ended"]}


# --- Open at the start --------------------------------------------------------------------------------


def test_every_format_has_the_window_that_is_open_at_the_start(tmp_path: Path) -> None:
    file = template(tmp_path, Nightly={"Schedule": "cron(0 20 * * ? *)"})
    assert starts(file) == ["2027-01-01T20:00", "2027-01-02T20:00"]
    assert [line[:20] for line in lines(file)[1:3]] == ["Fri 2027-01-01 20:00", "Sat 2027-01-02 20:00"]
    events = Calendar.from_ical(written(file, *FROM, "--format", "ics")).walk("VEVENT")
    assert [f"{event.decoded('dtstart'):%Y-%m-%dT%H:%M}" for event in events] == starts(file)


@pytest.mark.parametrize(
    ("start", "is_open"), [("T20:30", True), ("T20:31", True), ("T00:29", True), ("T00:30", False)]
)
def test_a_window_is_open_until_its_end(tmp_path: Path, start: str, is_open: object) -> None:
    day = "2027-01-02" if start.startswith("T00") else "2027-01-01"
    assert starts(template(tmp_path, Once=ONCE), "--from", day + start) == (["2027-01-01T20:30"] if is_open else [])


def test_until_when_a_calendar_is_complete_does_not_depend_on_what_is_open(tmp_path: Path) -> None:
    file = template(tmp_path, Nightly={"Schedule": "cron(0 20 * * ? *)"}, Noon={"Schedule": "cron(0 12 * * ? *)"})
    text = written(file, *FROM, "--format", "ics").replace("\r\n ", "").replace("\n ", "")
    assert "Covers until 2027-01-02 12:00 UTC." in text


# --- Without an upcoming execution --------------------------------------------------------------------

ENDED: dict[str, tuple[dict[str, Any], tuple[str, str]]] = {
    "an end date": ({"EndDate": "2026-11-01T00:00:00Z"}, ("ended", "the end date is 2026-11-01 00:00 UTC")),
    "a moment": (
        {"Schedule": "at(2026-12-31T20:30:00)"},
        ("ended", "the only execution was 2026-12-31 20:30 UTC"),
    ),
    "a year": ({"Schedule": "cron(0 2 1 JAN ? 2026)"}, ("ended", "the schedule matches no later date")),
    "no date": ({"Schedule": "cron(0 2 31 2 ? *)"}, ("never", "the schedule matches no date")),
}


@pytest.mark.parametrize(("properties", "expected"), ENDED.values(), ids=ENDED.keys())
def test_a_window_without_an_upcoming_execution_is_listed(
    tmp_path: Path, properties: dict[str, Any], expected: tuple[str, str]
) -> None:
    file = template(tmp_path, Old=properties, Sunday={})
    assert ended(file) == {"Old": expected}
    assert lines(file)[-2:] == ["without an upcoming execution", f"  Old: {expected[0]}: {expected[1]}"]
    ics = written(file, *FROM, "--format", "ics").replace("\r\n ", "").replace("\n ", "")
    assert "Schedules without an upcoming execution: 1." in ics


def test_a_window_that_is_open_for_the_last_time_has_ended_too(tmp_path: Path) -> None:
    file = template(tmp_path, Once=ONCE)
    assert starts(file) == ["2027-01-01T20:30"]
    assert ended(file) == {"Once": ("ended", "the only execution was 2027-01-01 20:30 UTC")}


def test_a_schedule_outside_of_windows_and_unknown_ones(tmp_path: Path) -> None:
    file = template(tmp_path, Unknown={"Schedule": {"Ref": "Schedule"}})
    document = json.loads(file.read_text(encoding="utf-8"))
    document["Resources"] |= {
        "Run": schedule("at(2026-12-31T02:00:00)"),
        "Off": schedule("at(2026-12-31T02:00:00)", State="DISABLED"),
    }
    file.write_text(json.dumps(document), encoding="utf-8")
    assert ended(file) == {"Run": ("ended", "the only execution was 2026-12-31 02:00 UTC")}


def test_an_execution_after_the_range_is_upcoming(tmp_path: Path) -> None:
    file = template(tmp_path, Yearly={"Schedule": "cron(0 4 1 JUL ? *)"})
    assert ended(file, "--from", "2027-01-01", "--until", "2027-02-01") == {}


# --- Frozen, and conditions ---------------------------------------------------------------------------


def with_(file: Path, **attributes: Any) -> Path:
    document = json.loads(file.read_text(encoding="utf-8"))
    for resource in document["Resources"].values():
        resource.update(attributes)
    document["Parameters"] = {"Stage": {"Type": "String", "Default": "prod"}}
    document["Conditions"] = {"Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}}
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def test_a_frozen_window_is_not_one_without_a_task(tmp_path: Path) -> None:
    file = template(tmp_path, Sunday={})
    assert document_of(file)["executions"][0]["isFrozen"] is False
    assert " none " in lines(file)[1]
    with_(file, Metadata={"PatchingConstructs": {"Frozen": True}})
    assert document_of(file)["executions"][0]["isFrozen"] is True
    assert " frozen " in lines(file)[1]
    assert "operation: none: frozen;" in written(file, *FROM)


def test_a_window_with_a_condition(tmp_path: Path) -> None:
    file = with_(template(tmp_path, Sunday={}), Condition="Prod")
    assert document_of(file)["executions"][0]["condition"] == "Prod"
    assert lines(file)[1].endswith("Sunday (if condition Prod)")
    assert "Sunday: created if condition Prod; At 04:00" in written(file, *FROM)
    assert "Created if: condition Prod" in written(file, *FROM, "--format", "ics")
    assert '"Created if"' in written(file, *FROM, "--format", "html")


def test_a_condition_that_holds_is_not_mentioned(tmp_path: Path) -> None:
    file = with_(template(tmp_path, Sunday={}), Condition="Prod")
    assert document_of(file, *FROM, "--use-defaults")["executions"][0]["condition"] is None
    assert "condition" not in written(file, *FROM, "--use-defaults")


def test_a_run_with_a_condition(tmp_path: Path) -> None:
    file = template(tmp_path)
    document = json.loads(file.read_text(encoding="utf-8"))
    document["Resources"] = {"Run": schedule("at(2027-01-31T02:00:00)")}
    file.write_text(json.dumps(document), encoding="utf-8")
    with_(file, Condition="Prod")
    assert document_of(file)["runs"][0]["condition"] == "Prod"
    assert "Run (schedule, if condition Prod): operation" in written(file, *FROM)
    assert "Created if: condition Prod" in written(file, *FROM, "--format", "ics")
    assert '"Created if"' in written(file, *FROM, "--format", "html")
