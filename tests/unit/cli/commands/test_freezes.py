"""Freezes by dates: every command reads the windows of a schedule as one, and shows when it is frozen."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from typer.testing import CliRunner

from patching_constructs.cli.app import app
from patching_constructs.template import read_windows
from tests.unit.cli.commands.diffs import changes, lines
from tests.unit.cli.formats.schemas import validator

CHRISTMAS = {"Start": "2026-12-18T00:00:00+01:00", "End": "2027-01-04T00:00:00+01:00", "Reason": "Christmas"}
FROM = ("--from", "2026-12-14", "--until", "2027-01-08")
_SHARED = {"Duration": 4, "Cutoff": 1, "AllowUnassociatedTargets": False, "Schedule": "cron(0 4 * * ? *)"}


def window(name: str, metadata: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """Write a window with a target and a task that installs."""
    window_id = {"WindowId": {"Ref": name}}
    parameters = {"Parameters": {"Operation": ["Install"]}}
    return {
        name: {
            "Type": "AWS::SSM::MaintenanceWindow",
            "Metadata": {"PatchingConstructs": metadata},
            "Properties": {"Name": f"fleet-{name}", **_SHARED} | properties,
        },
        f"{name}Target": {
            "Type": "AWS::SSM::MaintenanceWindowTarget",
            "Properties": window_id
            | {"ResourceType": "INSTANCE", "Targets": [{"Key": "tag:Patch Group", "Values": ["web"]}]},
        },
        f"{name}Task": {
            "Type": "AWS::SSM::MaintenanceWindowTask",
            "Properties": window_id
            | {
                "TaskType": "RUN_COMMAND",
                "TaskArn": "AWS-RunPatchBaseline",
                "Priority": 1,
                "MaxConcurrency": "10%",
                "MaxErrors": "10%",
                "CutoffBehavior": "CANCEL_TASK",
                "Targets": [{"Key": "WindowTargetIds", "Values": [{"Ref": f"{name}Target"}]}],
                "TaskInvocationParameters": {"MaintenanceWindowRunCommandParameters": parameters},
            },
        },
    }


FREE = window("Daily", {})
FROZEN = window("Daily", {"Freezes": [CHRISTMAS]}, EndDate="2026-12-17T19:00:00Z") | window(
    "Later", {"Freezes": [CHRISTMAS], "PartOf": "Daily"}, StartDate="2027-01-03T23:00:00Z"
)


def template(folder: Path, resources: dict[str, Any]) -> Path:
    file = folder / "fleet.json"
    file.write_text(json.dumps({"Resources": resources}), encoding="utf-8")
    return file


def run(command: str, file: Path, *options: str) -> str:
    result = CliRunner().invoke(app, [command, str(file), *options])
    assert result.exit_code == 0, result.output
    return result.stdout


def document(command: str, file: Path, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(command, file, *options, "--format", "json"))
    validator(command).validate(found)
    return found


# --- calendar -----------------------------------------------------------------------------------------


def test_the_calendar_lists_the_executions_of_all_windows_as_those_of_one_schedule(tmp_path: Path) -> None:
    found = document("calendar", template(tmp_path, FROZEN), *FROM)
    executions = [(each["logicalId"], each["windowName"], each["start"][5:10]) for each in found["executions"]]
    days = ["12-14", "12-15", "12-16", "12-17", "01-04", "01-05", "01-06", "01-07"]
    assert executions == [("Daily", "fleet-Daily", day) for day in days]
    assert found["freezes"] == [
        {
            "stack": "fleet",
            "logicalId": "Daily",
            "constructPath": None,
            "windowName": "fleet-Daily",
            "start": CHRISTMAS["Start"],
            "end": CHRISTMAS["End"],
            "reason": "Christmas",
        }
    ]
    assert found["ended"] == []


def test_next_counts_the_executions_of_a_schedule(tmp_path: Path) -> None:
    file = template(tmp_path, FROZEN)
    found = document("calendar", file, "--from", "2026-12-17", "--next", "3")
    assert [each["start"][5:10] for each in found["executions"]] == ["12-17", "01-04", "01-05"]


@pytest.mark.parametrize("start", ["2026-12-16", "2026-12-20", "2027-01-10"])
def test_a_schedule_has_not_ended_before_during_or_after_a_freeze(tmp_path: Path, start: str) -> None:
    assert document("calendar", template(tmp_path, FROZEN), "--from", start)["ended"] == []


def test_a_schedule_ends_with_its_last_window(tmp_path: Path) -> None:
    ended = deepcopy(FROZEN)
    ended["Later"]["Properties"]["EndDate"] = "2027-02-01T00:00:00Z"
    found = document("calendar", template(tmp_path, ended), "--from", "2027-03-01")
    assert [(each["logicalId"], each["reason"]) for each in found["ended"]] == [
        ("Daily", "the end date is 2027-02-01 00:00 UTC")
    ]


def test_the_table_names_the_freeze(tmp_path: Path) -> None:
    file = template(tmp_path, FROZEN)
    assert run("calendar", file, *FROM).splitlines()[-2:] == [
        "freezes",
        "  Fri 2026-12-18 00:00 UTC+01:00 to Mon 2027-01-04 00:00 UTC+01:00: Christmas: fleet-Daily",
    ]
    assert "  Thu 2026-12-17 23:00 UTC to Sun 2027-01-03 23:00 UTC: Christmas" in run(
        "calendar", file, *FROM, "--tz", "UTC"
    )
    assert "freezes" not in run("calendar", file, "--from", "2027-02-01", "--next", "1")


def test_icalendar_has_an_event_for_the_freeze(tmp_path: Path) -> None:
    events = Calendar.from_ical(run("calendar", template(tmp_path, FROZEN), *FROM, "--format", "ics")).events
    (freeze,) = [each for each in events if str(each["SUMMARY"]).startswith("Freeze")]
    assert str(freeze["SUMMARY"]) == "Freeze: Christmas"
    assert f"{freeze.decoded('DTSTART'):%Y-%m-%d %H:%M}" == "2026-12-17 23:00"
    assert f"{freeze.decoded('DTEND'):%Y-%m-%d %H:%M}" == "2027-01-03 23:00"
    assert str(freeze["DESCRIPTION"]) == "No execution of fleet-Daily"


def test_the_page_has_a_schedule_that_is_frozen_in_the_whole_range(tmp_path: Path) -> None:
    file = template(tmp_path, FROZEN)
    page = run("calendar", file, "--from", "2026-12-20", "--until", "2026-12-30", "--format", "html")
    data = json.loads(page.partition('id="data">')[2].partition("</script>")[0])
    (schedule,) = data["schedules"]
    assert data["executions"] == []
    assert schedule["freezes"] == [[1797548400, 1799017200, "Christmas"]]
    assert schedule["facts"]["Freezes"] == "2026-12-17 23:00 UTC to 2027-01-03 23:00 UTC: Christmas"


# --- describe, diff, check, coverage, now -------------------------------------------------------------


def test_describe_shows_one_schedule(tmp_path: Path) -> None:
    file = template(tmp_path, FROZEN)
    described = run("describe", file)
    assert described.count("window  ") == 1
    assert "\nfrozen           from 2026-12-18 00:00+01:00 to 2027-01-04 00:00+01:00: Christmas\n" in described
    (found,) = document("describe", file)["windows"]
    assert found["freezes"] == [{"start": CHRISTMAS["Start"], "end": CHRISTMAS["End"], "reason": "Christmas"}]
    assert found["laterWindows"] == [{"logicalId": "Later", "name": "fleet-Later"}]
    assert not [each for each in found["settings"] if each["property"].endswith("Date")]


def test_the_end_date_of_a_schedule_is_that_of_its_last_window(tmp_path: Path) -> None:
    ended = deepcopy(FROZEN)
    ended["Later"]["Properties"]["EndDate"] = "2027-02-01T00:00:00Z"
    (found,) = document("describe", template(tmp_path, ended))["windows"]
    dates = [each for each in found["settings"] if each["property"] == "EndDate"]
    assert [each["value"] for each in dates] == ["2027-02-01T00:00:00Z"]


def test_a_new_freeze_is_no_new_window(tmp_path: Path) -> None:
    (change,) = changes(tmp_path, FREE, FROZEN)
    assert (change["logicalId"], change["status"], change["effects"]) == ("Daily", "changed", ["frozen"])
    assert lines(tmp_path, FREE, FROZEN)[1:] == [
        "  frozen: there is no execution during a new freeze",
        "  next executions: Fri 2027-01-01 04:00 UTC, Sat 2027-01-02 04:00 UTC, Sun 2027-01-03 04:00 UTC -> "
        "Mon 2027-01-04 04:00 UTC, Tue 2027-01-05 04:00 UTC, Wed 2027-01-06 04:00 UTC",
        "  frozen: none -> from 2026-12-18 00:00+01:00 to 2027-01-04 00:00+01:00: Christmas",
        "1 changed",
    ]


def test_the_end_of_a_freeze_moves_executions(tmp_path: Path) -> None:
    (change,) = changes(tmp_path, FROZEN, FREE)
    assert (change["status"], change["effects"]) == ("changed", ["moved"])


def test_a_freeze_and_another_schedule_are_both_shown(tmp_path: Path) -> None:
    moved = deepcopy(FROZEN)
    for name in ("Daily", "Later"):
        moved[name]["Properties"]["Schedule"] = "cron(0 5 * * ? *)"
    (change,) = changes(tmp_path, FREE, moved)
    assert change["effects"] == ["frozen", "moved"]


def test_a_past_freeze_is_no_effect(tmp_path: Path) -> None:
    past = {"Start": "2026-06-01T00:00:00Z", "End": "2026-07-01T00:00:00Z", "Reason": "Summer"}
    other = window("Daily", {"Freezes": [past]})
    (change,) = changes(tmp_path, FREE, other)
    assert change["effects"] == []


def test_check_accepts_a_freeze(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["check", str(template(tmp_path, FROZEN))])
    assert result.exit_code == 0, result.output
    assert "no findings" in result.stdout


def test_check_does_not_assume_when_a_rate_runs(tmp_path: Path) -> None:
    file = template(tmp_path, window("Daily", {"Freezes": [CHRISTMAS]}, Schedule="rate(7 days)"))
    assert "no findings" in run("check", file)


def test_the_nodes_of_a_frozen_schedule_have_one_command(tmp_path: Path) -> None:
    (group,) = document("coverage", template(tmp_path, FROZEN))["nodeGroups"]
    assert [each["logicalId"] for each in group["installs"]] == ["Daily"]


def test_only_the_first_window_can_be_named(tmp_path: Path) -> None:
    file = template(tmp_path, FROZEN)
    assert [each.logical_id for each in read_windows(file)] == ["Daily"]
    result = CliRunner().invoke(app, ["describe", str(file), "--schedule", "Later"])
    assert result.exit_code == 2
    assert "the template has fleet/Daily" in result.stderr


# --- Metadata that is not what the constructs write ---------------------------------------------------


@pytest.mark.parametrize(
    "freezes",
    [
        "Christmas",
        [],
        [{"Start": "2026-12-18", "End": "2027-01-04T00:00:00Z"}],
        [{"Start": "soon", "End": "later", "Reason": "Christmas"}],
        [{"Start": {"Ref": "Start"}, "End": CHRISTMAS["End"]}],
        [{"Start": CHRISTMAS["End"], "End": CHRISTMAS["Start"], "Reason": "Christmas"}],
    ],
)
def test_an_invalid_freeze_is_left_out(tmp_path: Path, freezes: object) -> None:
    file = template(tmp_path, window("Daily", {"Freezes": freezes}))
    (found,) = document("describe", file)["windows"]
    assert found["freezes"] == []


def test_a_freeze_without_a_reason_has_one(tmp_path: Path) -> None:
    without = {name: each for name, each in CHRISTMAS.items() if name != "Reason"}
    file = template(tmp_path, window("Daily", {"Freezes": without}))
    (found,) = document("describe", file)["windows"]
    assert found["freezes"][0]["reason"] == "freeze"


@pytest.mark.parametrize(
    ("part", "changed"),
    [
        ("Missing", {}),
        ("Later", {}),
        ("DailyTarget", {}),
        ("Daily", {"Schedule": "cron(0 5 * * ? *)"}),
        ("Daily", {"Duration": 5}),
    ],
)
def test_a_window_that_is_not_the_same_is_a_schedule_of_its_own(
    tmp_path: Path, part: str, changed: dict[str, Any]
) -> None:
    resources = deepcopy(FROZEN)
    resources["Later"]["Metadata"]["PatchingConstructs"]["PartOf"] = part
    resources["Later"]["Properties"] |= changed
    assert [each.logical_id for each in read_windows(template(tmp_path, resources))] == ["Daily", "Later"]


def test_a_window_that_is_not_created_is_no_part(tmp_path: Path) -> None:
    resources = deepcopy(FROZEN)
    resources["Later"]["Condition"] = "Never"
    file = tmp_path / "fleet.json"
    conditions = {"Never": {"Fn::Equals": ["a", "b"]}}
    file.write_text(json.dumps({"Conditions": conditions, "Resources": resources}), encoding="utf-8")
    (found,) = read_windows(file)
    assert found.later == []


def test_a_part_of_a_part_is_a_schedule_of_its_own(tmp_path: Path) -> None:
    resources = FROZEN | window("Third", {"PartOf": "Later"}, StartDate="2027-06-01T00:00:00Z")
    assert [each.logical_id for each in read_windows(template(tmp_path, resources))] == ["Daily", "Third"]
