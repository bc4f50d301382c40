"""``patching-constructs calendar``: the table, the JSON and the iCalendar, and which input is invalid."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from typer.testing import CliRunner, Result

from patching_constructs.cli.app import app

HAND_WRITTEN = Path(__file__).parents[3] / "templates" / "hand_written.yaml"
FROM = ("--from", "2027-01-01")


def calendar(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["calendar", *map(str, arguments)])


def written(*arguments: str | Path) -> str:
    result = calendar(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


def template(tmp_path: Path, **windows: dict[str, Any]) -> Path:
    minimal = {"Name": "window", "Schedule": "cron(0 4 ? * SUN *)", "Duration": 4, "Cutoff": 1}
    resources = {
        name: {"Type": "AWS::SSM::MaintenanceWindow", "Properties": minimal | {"Name": name} | properties}
        for name, properties in windows.items()
    }
    file = tmp_path / "fleet.template.json"
    file.write_text(json.dumps({"Resources": resources}), encoding="utf-8")
    return file


CUTOFF = "1 h before the end: no new tasks start, and a task that has started continues on the remaining nodes"

# --- The table ----------------------------------------------------------------------------------------


def test_use_defaults_uses_the_defaults_of_parameters() -> None:
    lines = [line.rstrip() for line in written(HAND_WRITTEN, *FROM, "--next", "2", "--use-defaults").splitlines()]
    assert lines == [
        "start                           UTC          operation  window",
        "Mon 2027-01-11 01:00-06:00 EST  01-11 06:00  Install    prod-install",
        "Mon 2027-02-15 01:00-06:00 EST  02-15 06:00  Install    prod-install",
        "",
        "windows",
        "  prod-install: At 01:00, 1 day after the second Sunday of the month, America/New_York; duration: 5 h; "
        "operation: Install; targets: Patch Group = web-prod |",
        "  web-shared and Stage = prod; reboot: no, and nodes stay non-compliant until a reboot and the next scan; "
        "cutoff: 1 h before the end: no new tasks start, and a",
        "  task that has started continues on the remaining nodes",
        "  prod-scan: executions unknown: the schedule is unknown until deployment",
    ]


def test_without_use_defaults_parameters_are_unknown() -> None:
    lines = [line.rstrip() for line in written(HAND_WRITTEN, *FROM).splitlines()]
    assert lines == [
        "no executions in this range",
        "",
        "windows",
        "  ScanWindow: executions unknown: the schedule is unknown until deployment",
        "  InstallWindow: executions unknown: the duration is unknown until deployment",
    ]


def test_notes_are_in_the_table_and_explained_once(tmp_path: Path) -> None:
    file = template(tmp_path, Night={"Schedule": "cron(30 2 ? * SUN *)", "ScheduleTimezone": "Europe/Berlin"})
    lines = [line.rstrip() for line in written(file, "--from", "2027-03-27", "--next", "2").splitlines()]
    assert lines == [
        "start                            UTC          operation  window  notes",
        "Sun 2027-03-28 03:30-07:30 CEST  03-28 01:30  none       Night   daylight saving",
        "Sun 2027-04-04 02:30-06:30 CEST  04-04 00:30  none       Night",
        "",
        "windows",
        "  Night: At 02:30, only on Sunday, Europe/Berlin; duration: 4 h; operation: none; targets: none; reboot: no; "
        "cutoff: 1 h before the end: no new tasks start",
        "",
        "notes",
        "  daylight saving: Night: 02:30 does not exist on this day (daylight saving time); assumed to start at 03:30",
    ]


def test_a_note_that_repeats_is_counted(tmp_path: Path) -> None:
    text = written(template(tmp_path, Rate={"Schedule": "rate(7 days)"}), *FROM, "--next", "3")
    assert text.rstrip().endswith("assumed to be created now (3 executions)")


def test_tz_shows_all_times_in_one_time_zone(tmp_path: Path) -> None:
    text = written(template(tmp_path, Sunday={}), *FROM, "--next", "1", "--tz", "Asia/Tokyo")
    assert "Sun 2027-01-03 13:00-17:00 JST  01-03 04:00" in text


def test_times_without_an_offset_are_of_that_zone(tmp_path: Path) -> None:
    file = template(tmp_path, Hourly={"Schedule": "cron(0 * * * ? *)", "Duration": 1, "Cutoff": 0})
    bounds = ("--from", "2027-01-01T00:00", "--until", "2027-01-01T02:00", "--tz", "Asia/Tokyo", "--format", "json")
    starts = [each["start"] for each in json.loads(written(file, *bounds))["executions"]]
    assert starts == ["2026-12-31T15:00:00+00:00", "2026-12-31T16:00:00+00:00"]


def test_the_table_starts_now_by_default(tmp_path: Path) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    document = json.loads(written(template(tmp_path, Sunday={}), "--format", "json"))
    assert before <= datetime.fromisoformat(document["from"]) <= datetime.now(UTC)
    # The window can be open now.
    starts = [datetime.fromisoformat(each["start"]) for each in document["executions"]]
    first, _ = (start for start in starts if start >= before)
    assert first <= before + timedelta(days=8)


def test_on_a_terminal_the_table_is_as_wide_as_it_and_in_colour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = template(tmp_path, Rate={"Schedule": "rate(7 days)"})
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    coloured = written(file, *FROM)
    assert "\x1b[35massumed start" in coloured
    assert max(len(re.sub(r"\x1b\[[0-9;]*m", "", line)) for line in coloured.splitlines()) <= 80


@pytest.mark.parametrize("columns", [60, 80, 100])
def test_a_long_operation_is_wrapped_before_the_time_and_the_window_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(columns))
    file = template(tmp_path, Sunday={})
    document = json.loads(file.read_text(encoding="utf-8"))
    document["Resources"]["Task"] = {
        "Type": "AWS::SSM::MaintenanceWindowTask",
        "Properties": {
            "WindowId": {"Ref": "Sunday"},
            "TaskType": "AUTOMATION",
            "TaskArn": "Operations-PrepareTheNodesBeforePatching-AndThenInstallAndVerify",
        },
    }
    file.write_text(json.dumps(document), encoding="utf-8")
    row = re.sub(r"\x1b\[[0-9;]*m", "", written(file, *FROM, "--next", "1")).splitlines()[1]
    assert re.match(r"Sun (2027-)?01-03 04:00(-08:00)? UTC  Operations-Prepare.* Sunday", row)


def test_no_color_is_respected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = template(tmp_path, Rate={"Schedule": "rate(7 days)"})
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", written(file, *FROM))


def test_a_table_in_a_file_is_plain_text(tmp_path: Path) -> None:
    file = tmp_path / "calendar.txt"
    assert written(template(tmp_path, Sunday={}), *FROM, "--next", "1", "-o", file) == ""
    assert file.read_text(encoding="utf-8").startswith("start  ")


# --- JSON ---------------------------------------------------------------------------------------------


def test_json_of_an_execution() -> None:
    document = json.loads(written(HAND_WRITTEN, *FROM, "--next", "1", "--use-defaults", "--format", "json"))
    assert document == {
        "version": 1,
        "from": "2027-01-01T00:00:00+00:00",
        "until": None,
        "overlapsComputedUntil": None,
        "executions": [
            {
                "stack": "hand_written",
                "logicalId": "InstallWindow",
                "constructPath": None,
                "windowName": "prod-install",
                "start": "2027-01-11T06:00:00+00:00",
                "cutoff": "2027-01-11T10:00:00+00:00",
                "end": "2027-01-11T11:00:00+00:00",
                "timeZone": "America/New_York",
                "localStart": "2027-01-11T01:00:00-05:00",
                "localCutoff": "2027-01-11T05:00:00-05:00",
                "localEnd": "2027-01-11T06:00:00-05:00",
                "condition": None,
                "isFrozen": False,
                "ring": None,
                "operations": ["Install"],
                "cutoffDescription": CUTOFF,
                "rebootDescriptions": ["no, and nodes stay non-compliant until a reboot and the next scan"],
                "targets": [
                    {
                        "logicalId": "InstallTarget",
                        "filters": [
                            {"key": "tag:Patch Group", "values": ["web-prod", "web-shared"]},
                            {"key": "tag:Stage", "values": ["prod"]},
                        ],
                    }
                ],
                "notes": [],
                "result": None,
            }
        ],
        "unknown": [
            {
                "stack": "hand_written",
                "logicalId": "ScanWindow",
                "constructPath": None,
                "windowName": "prod-scan",
                "status": "unknown",
                "reason": "the schedule is unknown until deployment",
            }
        ],
        "runs": [],
        "unknownRuns": [],
        "freezes": [],
        "ended": [],
        "unread": [],
        "results": None,
    }


# --- iCalendar ----------------------------------------------------------------------------------------


def events(text: str) -> list[Any]:
    return list(Calendar.from_ical(text).walk("VEVENT"))


def test_ics_has_one_event_per_execution_in_its_time_zone() -> None:
    text = written(HAND_WRITTEN, *FROM, "--next", "2", "--use-defaults", "--format", "ics")
    first, second = events(text)
    assert first["DTSTART"].dt == datetime(2027, 1, 11, 1, tzinfo=ZoneInfo("America/New_York"))
    assert first["DTEND"].dt == datetime(2027, 1, 11, 6, tzinfo=ZoneInfo("America/New_York"))
    assert first["DTSTART"].params["TZID"] == "America/New_York"
    assert first["SUMMARY"] == "Install, no reboot: web-prod | web-shared prod"
    assert "Targets: Patch Group = web-prod | web-shared and Stage = prod" in first["DESCRIPTION"]
    assert first["UID"] != second["UID"]
    (zone,) = Calendar.from_ical(text).walk("VTIMEZONE")
    assert zone["TZID"] == "America/New_York"


def test_ics_of_utc_needs_no_zone(tmp_path: Path) -> None:
    text = written(template(tmp_path, Sunday={}), *FROM, "--next", "1", "--format", "ics")
    assert "DTSTART:20270103T040000Z" in text
    assert "VTIMEZONE" not in text


def test_ics_ids_do_not_change_between_calendars(tmp_path: Path) -> None:
    file = template(tmp_path, Sunday={})
    early = {each["UID"] for each in events(written(file, *FROM, "--next", "4", "--format", "ics"))}
    late = {each["UID"] for each in events(written(file, "--from", "2027-01-08", "--next", "4", "--format", "ics"))}
    assert len(early) == len(late) == 4
    assert len(early & late) == 3


def test_ics_reaches_92_days_by_default_and_keeps_its_line_ends(tmp_path: Path) -> None:
    file = tmp_path / "patching.ics"
    written(template(tmp_path, Sunday={}), *FROM, "--format", "ics", "-o", file)
    content = file.read_bytes()
    assert len(events(content.decode("utf-8"))) == 13
    assert content.count(b"\n") == content.count(b"\r\n")


def test_ics_describes_the_cutoff() -> None:
    text = written(HAND_WRITTEN, *FROM, "--next", "1", "--use-defaults", "--format", "ics")
    (event,) = events(text)
    assert f"Cutoff: 2027-01-11 05:00 America/New_York (10:00 UTC); {CUTOFF}" in event["DESCRIPTION"]


def test_ics_carries_the_notes(tmp_path: Path) -> None:
    file = template(tmp_path, Night={"Schedule": "cron(30 2 ? * SUN *)", "ScheduleTimezone": "Europe/Berlin"})
    (event,) = events(written(file, "--from", "2027-03-27", "--next", "1", "--format", "ics"))
    assert (
        "Daylight saving (times in Europe/Berlin): 02:30 does not exist on this day (daylight saving time); assumed to "
        "start at 03:30" in event["DESCRIPTION"]
    )


# --- HTML ---------------------------------------------------------------------------------------------


def test_html_is_written_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "patching.html"
    written(template(tmp_path, Sunday={}), *FROM, "--format", "html", "-o", file)
    assert file.read_text(encoding="utf-8").lower().startswith("<!doctype html>")


def test_html_of_the_next_executions_ends_with_the_last(tmp_path: Path) -> None:
    assert "Sunday" in written(template(tmp_path, Sunday={}), *FROM, "--next", "2", "--format", "html")


def starts_on_the_page(file: Path, start: str) -> list[datetime]:
    page = written(file, "--from", start, "--next", "1", "--format", "html")
    (data,) = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.DOTALL)
    return [datetime.fromtimestamp(each[1], UTC) for each in json.loads(data)["executions"]]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        pytest.param("2027-01-03T04:00", ["2027-01-03T04:00"], id="at its start"),
        pytest.param("2027-01-03T05:00", ["2027-01-03T04:00", "2027-01-10T04:00"], id="while it is open"),
        pytest.param("2027-01-05", ["2027-01-10T04:00"], id="two days later"),
    ],
)
def test_html_has_the_window_that_is_open_at_the_start(tmp_path: Path, start: str, expected: list[str]) -> None:
    starts = starts_on_the_page(template(tmp_path, Sunday={}), start)
    assert [f"{each:%Y-%m-%dT%H:%M}" for each in starts] == expected


def test_html_has_no_earlier_executions_of_a_rate_that_counts_from_its_creation(tmp_path: Path) -> None:
    rate = {"Schedule": "rate(6 hours)", "Duration": 6}
    started = rate | {"StartDate": "2026-12-01T00:00:00Z"}
    assert len(starts_on_the_page(template(tmp_path, Rate=rate), "2027-01-03T05:00")) == 1
    assert len(starts_on_the_page(template(tmp_path, Rate=started), "2027-01-03T05:00")) == 2


# --- Refusals -----------------------------------------------------------------------------------------

REFUSALS = {
    "both ends": (
        ("--until", "2027-02-01", "--next", "3"),
        "--until cannot be used with --next, got both; specify one of them",
    ),
    "an end before the start": (
        ("--until", "2026-02-01"),
        "--until must be later than --from, got --until 2026-02-01T00:00:00+00:00, --from 2027-01-01T00:00:00+00:00",
    ),
    "a time that is none": (
        ("--until", "soon"),
        "--until must be an ISO 8601 date or time such as 2027-01-31, got 'soon'",
    ),
    "a zone that is none": (
        ("--tz", "Europe/Berln"),
        "--tz must be a name in the IANA time zone database, got 'Europe/Berln'; did you mean 'Europe/Berlin'?",
    ),
}


@pytest.mark.parametrize(("options", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refusal(options: tuple[str, ...], message: str) -> None:
    result = calendar(HAND_WRITTEN, *FROM, *options)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"{message}\n")


def test_refusal_of_a_path_that_is_not_there() -> None:
    result = calendar("nowhere/cdk.out")
    message = "nowhere/cdk.out: no such file or directory; run cdk synth first\n"
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", message)


def test_refusal_of_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    result = calendar(HAND_WRITTEN, *FROM, "--format", "json", "-o", tmp_path)
    assert (result.exit_code, result.stderr) == (2, f"{tmp_path}: cannot be written: Is a directory\n")


# --- Templates that are not read ----------------------------------------------------------------------

APPLICATION = {"Type": "AWS::Serverless::Application", "Properties": {"Location": {"ApplicationId": "arn"}}}
NOT_READ = "{'ApplicationId': 'arn'} is not a file beside the template"


def with_application(tmp_path: Path) -> Path:
    file = template(tmp_path, weekly={})
    content = json.loads(file.read_text(encoding="utf-8"))
    content["Resources"]["Fleet"] = APPLICATION
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def test_the_table_lists_the_templates_that_are_not_read(tmp_path: Path) -> None:
    lines = written(with_application(tmp_path), *FROM).splitlines()
    assert [line.rstrip() for line in lines[-2:]] == ["templates that are not read", f"  Fleet: {NOT_READ}"]


def test_json_lists_the_templates_that_are_not_read(tmp_path: Path) -> None:
    document = json.loads(written(with_application(tmp_path), *FROM, "--format", "json"))
    assert document["unread"] == [{"stack": "fleet", "logicalId": "Fleet", "reason": NOT_READ}]


@pytest.mark.parametrize("format_", ["ics", "html"])
def test_the_other_formats_name_them_on_standard_error(tmp_path: Path, format_: str) -> None:
    result = calendar(with_application(tmp_path), *FROM, "--format", format_, "-o", tmp_path / "out")
    assert result.stderr == f"note: the template of Fleet is not read: {NOT_READ}\n"
