"""The calendar page as text: its content, its security policy, and that it is the same every time."""

import base64
import hashlib
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from patching_constructs.cli.page.calendar.build import build_page
from patching_constructs.planning.executions import Note, NoteKind
from patching_constructs.template import MaintenanceWindow
from patching_constructs.template.upcoming import upcoming_executions
from patching_constructs.template.upcoming_runs import upcoming_runs
from tests.unit.cli.fleet import (
    AFTER,
    FROM_A_PARAMETER,
    FROM_UNIX,
    FROZEN,
    MONTHLY,
    NIGHTLY,
    ONCE,
    UNTIL,
    calendar_of,
    fleet,
    page_of,
    runs_of,
    window,
)
from tests.unit.cli.page.reader import HOSTILE, Reader
from tests.unit.template.test_upcoming_runs import association


def read(*windows: MaintenanceWindow, **others: Any) -> Reader:
    return Reader(page_of(*windows, **others))


# --- The same every time ------------------------------------------------------------------------------

PRINT = (
    "import sys; from tests.unit.cli.fleet import *; sys.stdout.buffer.write(page_of(*fleet(30), FROM_UNIX).encode())"
)


def test_the_same_input_gives_the_same_bytes_in_every_process() -> None:
    one, other = (
        subprocess.run(
            [sys.executable, "-c", PRINT], env={"PYTHONHASHSEED": seed, "TZ": zone}, capture_output=True, check=True
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    )
    assert one == other == page_of(*fleet(30), FROM_UNIX).encode()


def test_the_order_of_the_windows_does_not_change_the_order_of_the_schedules() -> None:
    names = [each["name"] for each in read(*fleet(30)).data["schedules"]]
    assert [each["name"] for each in read(*reversed(fleet(30))).data["schedules"]] == names


# --- Nothing loads, and nothing else runs -------------------------------------------------------------


def test_the_policy_lets_only_the_pages_own_script_and_style_run() -> None:
    page = read(NIGHTLY)
    (policy,) = [a["content"] for tag, a in page.tags if a.get("http-equiv") == "Content-Security-Policy"]
    script, style = (
        base64.b64encode(hashlib.sha256(page.raw[name].encode()).digest()).decode()
        for name in ("script module", "style")
    )
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def test_nothing_is_fetched() -> None:
    page = page_of(*fleet(30))
    addresses = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"'()]*", page))
    assert addresses == {"http://www.w3.org/2000/svg"}
    links = {value for _, attrs in Reader(page).tags for name, value in attrs.items() if name in {"src", "href"}}
    assert all(link and link.startswith(("#", "data:")) for link in links)


def test_there_are_no_style_and_no_handler_attributes() -> None:
    names = {name for _, attrs in read(*fleet(30)).tags for name in attrs}
    assert not {name for name in names if name == "style" or name.startswith("on")}


# --- Hostile names ------------------------------------------------------------------------------------


def test_a_hostile_name_is_always_text() -> None:
    hostile = (
        window(HOSTILE, group=HOSTILE, stack=HOSTILE, operation=HOSTILE),
        window(HOSTILE, HOSTILE, stack=HOSTILE),
        window("deferred", {"Ref": HOSTILE}),
    )
    page, tame = read(*hostile), read(window(), window("other", "other"), window("deferred", {"Ref": "Schedule"}))
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in tame.tags]
    assert page.data["schedules"][0]["name"] == HOSTILE
    assert page.text.count(HOSTILE) > 10


def test_the_data_holds_no_sign_that_starts_a_tag() -> None:
    assert "<" not in read(window(HOSTILE)).raw["script application/json"]


def test_half_a_surrogate_pair_does_not_keep_the_page_from_being_written() -> None:
    page = page_of(window("half-\ud83d"))
    assert page.encode()
    assert Reader(page).text.count("half-?") > 1


# --- What the script reads ----------------------------------------------------------------------------


def test_the_data_has_the_time_of_the_templates_and_the_range() -> None:
    data = read(NIGHTLY).data
    assert (data["made"], data["after"]) == (AFTER.timestamp(), AFTER.timestamp())
    assert (data["until"], data["complete"], data["zone"]) == (UNTIL.timestamp(), UNTIL.timestamp(), None)
    assert read(NIGHTLY, zone=ZoneInfo("Asia/Tokyo")).data["zone"] == "Asia/Tokyo"


def test_a_number_of_executions_is_complete_until_the_last_of_the_most_frequent_schedule() -> None:
    upcoming = upcoming_executions([NIGHTLY, MONTHLY, ONCE], after=AFTER, count=3)
    calendar = replace(calendar_of(), upcoming=upcoming, until=None)
    data = Reader(build_page(calendar)).data
    assert data["complete"] == datetime(2026, 3, 3, 21, tzinfo=UTC).timestamp()
    assert data["until"] == datetime(2026, 5, 31, 4, 30, tzinfo=UTC).timestamp()


def test_runs_outside_of_windows_count_too() -> None:
    runs = upcoming_runs(runs_of(Daily=association("cron(0 3 * * ? *)")), after=AFTER, count=3)
    data = Reader(build_page(replace(calendar_of(), runs=runs, until=None))).data
    assert data["complete"] == data["until"] == datetime(2026, 3, 3, 3, tzinfo=UTC).timestamp()
    empty = Reader(build_page(replace(calendar_of(), until=None))).data
    assert empty["complete"] == empty["until"] == AFTER.timestamp()


def test_executions_are_instants() -> None:
    page = read(*fleet(30), until=AFTER + timedelta(days=400))
    expected = calendar_of(*fleet(30), until=AFTER + timedelta(days=400)).upcoming.executions
    labels = [each["label"] for each in page.data["schedules"]]
    assert [(labels[place], start) for place, start, *_ in page.data["executions"]] == [
        (each.owner.schedule_path, each.occurrence.start.timestamp()) for each in expected
    ]


def test_an_operation_that_is_unknown_is_an_unknown_effect() -> None:
    (schedule,) = read(window("db", operation={"Ref": "Operation"})).data["schedules"]
    assert (schedule["effect"], schedule["isEffectUnknown"]) == ("other", True)


def test_a_schedule_has_what_the_views_need() -> None:
    (schedule,) = read(MONTHLY).data["schedules"]
    facts = schedule.pop("facts")
    assert schedule == {
        "name": "monthly-install",
        "label": "Patching/monthly-install",
        "stack": "Patching",
        "place": "111122223333/eu-central-1",
        "target": "monthly-install",
        "operation": "Install",
        "effect": "reboot",
        "isEffectUnknown": False,
        "words": "At 02:30, on the last Sunday of the month, Europe/Berlin",
        "zone": "Europe/Berlin",
        "duration": 4 * 3600,
        "cutoff": 3600,
        "freezes": [],
    }
    assert facts == {
        "Construct": "Patching/monthly-install",
        "Window": "monthly-install",
        "Stack": "Patching",
        "Runs": "At 02:30, on the last Sunday of the month",
        "Schedule": "cron(30 2 ? * 1L *)",
        "Time zone": "Europe/Berlin",
        "Duration": "4 h",
        "Cutoff": (
            "1 h before the end: no new tasks start, and a task that has started continues on the remaining nodes"
        ),
        "Operation": "Install",
        "Reboot": "if a patch was installed",
        "Targets": "Patch Group = monthly-install",
    }


def test_a_run_outside_of_windows_has_a_start_and_no_end() -> None:
    page = read(runs=runs_of(Weekly=association("rate(7 days)", AssociationName="weekly")))
    (schedule,) = page.data["schedules"]
    facts = schedule.pop("facts")
    assert schedule == {
        "name": "weekly",
        "label": "weekly",
        "stack": "Patching",
        "place": "",
        "target": "web",
        "operation": "Scan",
        "effect": "scan",
        "isEffectUnknown": False,
        "words": "Every 7 days",
        "zone": "UTC",
        "duration": None,
        "cutoff": 0,
        "freezes": [],
    }
    assert facts["State Manager association"] == "weekly"
    assert facts["Also runs"] == "at deployment, on edits and when its targets change"
    assert page.data["notes"] == [
        [
            "assumedStart",
            "a rate counts from the deployment, which is not known here; assumed to be deployed now",
            None,
            False,
        ]
    ]
    assert "weekly" in page.text


def test_runs_have_the_path_of_their_construct() -> None:
    resource = association("rate(7 days)") | {"Metadata": {"aws:cdk:path": "App/Weekly/Resource"}}
    (schedule,) = read(runs=runs_of(Weekly=resource)).data["schedules"]
    assert (schedule["label"], schedule["facts"]["Construct"]) == ("App/Weekly", "App/Weekly")


def test_a_frozen_schedule_is_frozen_in_the_whole_range() -> None:
    (schedule,) = read(FROZEN).data["schedules"]
    assert (schedule["operation"], schedule["facts"]["Operation"]) == ("Frozen", "none: frozen")
    assert schedule["freezes"] == [[AFTER.timestamp(), UNTIL.timestamp(), ""]]


@pytest.mark.parametrize(
    ("environment", "place"),
    [
        ("aws://unknown-account/eu-central-1", "any account/eu-central-1"),
        ("aws://unknown-account/unknown-region", "any account/any Region"),
        ("", ""),
    ],
)
def test_an_unknown_account_or_region_is_any(environment: str, place: str) -> None:
    (schedule,) = read(window(environment=environment)).data["schedules"]
    assert schedule["place"] == place


def test_a_construct_is_named_rather_than_a_generated_name() -> None:
    (schedule,) = read(window("Patching-NightlyScan-80A4CBCC")).data["schedules"]
    assert schedule["label"] == "Patching/Patching-NightlyScan-80A4CBCC"
    without = window("by-hand")
    without.schedule_path = None
    (schedule,) = read(without).data["schedules"]
    assert (schedule["label"], schedule["facts"]["Construct"]) == ("by-hand", "not in the template")


def test_a_cutoff_that_is_unknown_is_not_drawn() -> None:
    (schedule,) = read(window(cutoff={"Ref": "Cutoff"})).data["schedules"]
    assert schedule["cutoff"] == 0


# --- Notes --------------------------------------------------------------------------------------------


def notes_of(page: Reader) -> list[list[Any]]:
    return [page.data["notes"][note] for _, _, *notes in page.data["executions"] for note in notes]


def test_equal_notes_are_written_once_and_refer_to_the_other_schedule() -> None:
    page = read(window(), window("other", group="nightly"))
    assert [each["name"] for each in page.data["schedules"]] == ["nightly", "other"]
    assert sorted(page.data["notes"]) == [
        ["overlap", "nightly is open at the same time and can select the same nodes", 0, False],
        ["overlap", "other is open at the same time and can select the same nodes", 1, False],
    ]
    assert len(page.data["executions"]) == 184
    assert len(notes_of(page)) == 184


def test_many_notes_are_shortened() -> None:
    calendar = calendar_of(window(), until=AFTER + timedelta(days=1))
    execution = calendar.upcoming.executions[0]
    execution.notes += [Note(NoteKind.OVERLAP, f"{number}") for number in range(100)] * 2
    execution.notes.append(Note(NoteKind.CLOCK_CHANGE, "clock"))
    assert notes_of(Reader(build_page(calendar))) == [
        *(["overlap", str(number), None, False] for number in range(12)),
        ["overlap", "and 88 more", None, True],
        ["daylightSaving", "clock", None, False],
    ]


def test_only_the_kinds_of_notes_that_occur_are_explained() -> None:
    assert list(read(MONTHLY).data["kinds"]) == ["daylightSaving"]


# --- What is written without the script ---------------------------------------------------------------


def test_the_header_has_the_time_of_the_templates_and_the_end_of_the_range() -> None:
    text = read(NIGHTLY, MONTHLY).text
    assert "Patch calendar Made on 1 Mar 2026, 00:00 UTC Covers until 1 Jun 2026, 00:00 UTC" in text


def test_schedules_with_unknown_executions_are_listed_with_the_reason() -> None:
    text = read(NIGHTLY, FROM_A_PARAMETER, FROM_UNIX, runs=runs_of(Broken=association("rate(1 days)"))).text
    assert "Not shown: executions unknown 3 schedules are not in this calendar." in text
    assert 'Patching/from-a-parameter : the schedule is unknown until deployment {"Ref":"Schedule"} · Patching' in text
    assert "Patching/from-unix : invalid: schedule must be cron(...), rate(...) or at(...), got '0 4 * * *'" in text
    assert "Broken : invalid: schedule must have a singular unit after 1" in text


def test_one_schedule_is_singular() -> None:
    assert "1 schedule is not in this calendar." in read(FROM_UNIX).text


def test_the_end_of_the_computed_overlaps_is_noted() -> None:
    calendar = calendar_of(NIGHTLY)
    plan = replace(calendar.upcoming.plan, computed_until=AFTER)
    page = Reader(build_page(replace(calendar, upcoming=replace(calendar.upcoming, plan=plan))))
    assert "Overlaps are not computed beyond 1 Mar 2026, 00:00 UTC." in page.text


def test_a_page_without_executions_is_complete() -> None:
    page = read(FROM_UNIX)
    assert page.data["executions"] == []
    assert page.data["schedules"] == []


def test_without_javascript_there_is_a_table_of_executions() -> None:
    text = read(MONTHLY, runs=runs_of(Run=association("rate(90 days)"))).text
    assert (
        "29 Mar 2026, 03:30 29 Mar 2026, 07:30 Europe/Berlin monthly-install Install Patching/monthly-install "
        "Daylight saving"
    ) in text
    assert "1 Mar 2026, 00:00 unknown UTC web Scan Run Assumed start" in text


def test_the_table_has_the_time_zone_that_is_given() -> None:
    assert "29 Mar 2026, 10:30 29 Mar 2026, 14:30 Asia/Tokyo" in read(MONTHLY, zone=ZoneInfo("Asia/Tokyo")).text


def test_the_table_ends_after_500_executions() -> None:
    page = read(*fleet(30))
    assert "This table lists the first 500 of " in page.text
    assert len([tag for tag, attrs in page.tags if tag == "th" and attrs.get("scope") == "row"]) == 500


def test_the_page_of_500_schedules_is_small() -> None:
    page = page_of(*fleet(500))
    assert len(page.encode()) < 1_000_000
    assert len(Reader(page).data["executions"]) > 15_000
