"""The upcoming executions of windows, and what needs attention."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from patching_constructs.planning.executions import Note, NoteKind
from patching_constructs.template import TARGET, WINDOW, MaintenanceWindow
from patching_constructs.template.upcoming import Upcoming, upcoming_executions
from tests.in_memory import HERE, read_resources

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
NIGHTLY = "cron(0 22 * * ? *)"


def target(**tags: Any) -> dict[str, Any]:
    entries = [{"Key": f"tag:{key}", "Values": values} for key, values in tags.items()]
    return {"ResourceType": "INSTANCE", "Targets": entries}


WEB = target(**{"Patch Group": ["web"]})


def window(name: str, schedule: object = NIGHTLY, *, target: dict[str, Any] | None = WEB, **own: Any) -> dict[str, Any]:
    """Return the resources of a window with a target."""
    properties = {"Name": name, "Schedule": schedule, "Duration": 4, "Cutoff": 1} | own
    resources = {name: {"Type": WINDOW, "Properties": properties}}
    if target is not None:
        resources[f"{name}Target"] = {"Type": TARGET, "Properties": {"WindowId": {"Ref": name}} | target}
    return resources


def upcoming(*windows: dict[str, Any], **extent: Any) -> Upcoming:
    """Return the upcoming executions of windows of one template."""
    return upcoming_executions(read(*windows), **extent)


def read(*windows: dict[str, Any], environment: str = HERE) -> list[MaintenanceWindow]:
    resources = {name: resource for window in windows for name, resource in window.items()}
    return read_resources(resources, environment=environment)


def times_of(found: Upcoming) -> list[tuple[str, str]]:
    return [(each.owner.label, f"{each.occurrence.start:%m-%d %H:%M}") for each in found.executions]


def notes(found: Upcoming) -> dict[str, list[str]]:
    return {each.owner.label: [note.text for note in each.notes] for each in found.executions if each.notes}


# --- Which executions -----------------------------------------------------------------------------------


def test_executions_of_all_windows_are_in_order() -> None:
    windows = [window("night"), window("noon", "cron(0 12 * * ? *)"), window("sunday", "cron(0 4 ? * SUN *)")]
    found = upcoming(*windows, after=MONDAY, count=2)
    assert times_of(found) == [
        ("noon", "11-23 12:00"),
        ("night", "11-23 22:00"),
        ("noon", "11-24 12:00"),
        ("night", "11-24 22:00"),
        ("sunday", "11-29 04:00"),
        ("sunday", "12-06 04:00"),
    ]
    assert all(one.occurrence.start <= other.occurrence.start for one, other in pairwise(found.executions))


def test_the_end_is_not_included_and_the_start_is() -> None:
    night = MONDAY.replace(hour=22)
    assert times_of(upcoming(window("night"), after=night, until=night + timedelta(days=1))) == [
        ("night", "11-23 22:00")
    ]


def test_an_offset_a_time_zone_and_dates_are_used() -> None:
    properties: dict[str, Any] = {
        "ScheduleTimezone": "Europe/Berlin",
        "ScheduleOffset": 5,
        "StartDate": "2027-01-01T00:00:00+01:00",
        "EndDate": "2027-02-28T00:00:00+01:00",
    }
    found = upcoming(window("install", "cron(0 4 ? * TUE#2 *)", **properties), after=MONDAY)
    assert times_of(found) == [("install", "01-17 03:00"), ("install", "02-14 03:00")]


def test_a_schedule_that_never_runs_has_no_executions() -> None:
    found = upcoming(window("never", "cron(0 0 31 2 ? *)"), after=MONDAY, count=5)
    assert (found.executions, found.unknown) == ((), ())


UNKNOWN: dict[str, tuple[dict[str, Any], str]] = {
    "a schedule from a parameter": (
        {"schedule": {"Ref": "Schedule"}},
        "the schedule is unknown until deployment",
    ),
    "a time zone from a parameter": (
        {"ScheduleTimezone": {"Ref": "Zone"}},
        "the time zone is unknown until deployment",
    ),
    "a length from a parameter": (
        {"Duration": {"Ref": "Hours"}},
        "the duration is unknown until deployment",
    ),
    "a length that is a list": ({"Duration": [4]}, "invalid: Duration must be 1-24 whole hours, got '[4]'"),
    "no schedule": ({"schedule": None}, "invalid: Schedule is required"),
    "a cutoff that is no number": ({"Cutoff": "one"}, "invalid: Cutoff must be 0-23 whole hours, got 'one'"),
    "an endless length": ({"Duration": "inf"}, "invalid: Duration must be 1-24 whole hours, got 'inf'"),
    "a length beyond a day": ({"Duration": "25"}, "invalid: Duration must be 1-24 whole hours, got 25"),
    "a length beyond all time": (
        {"Duration": "999999999"},
        "invalid: Duration must be 1-24 whole hours, got 999999999",
    ),
    "a negative length": ({"Duration": "-5"}, "invalid: Duration must be 1-24 whole hours, got -5"),
    "no length": ({"Duration": None}, "invalid: Duration is required"),
    "a negative cutoff": ({"Cutoff": "-1"}, "invalid: Cutoff must be 0-23 whole hours, got -1"),
    "a cutoff of the whole window": (
        {"Cutoff": "4"},
        "invalid: Cutoff must be shorter than Duration, got Cutoff=4 h, Duration=4 h",
    ),
    "no cutoff": ({"Cutoff": None}, "invalid: Cutoff is required"),
    "an offset of a week": ({"ScheduleOffset": "7"}, "invalid: ScheduleOffset must be 1-6 whole days, got 7"),
    "no time zone of that name": (
        {"schedule": "rate(1 day)", "ScheduleTimezone": "Mars/Olympus"},
        "invalid: time_zone must be a name in the IANA time zone database, got 'Mars/Olympus'; "
        "write a name such as 'Europe/Berlin'",
    ),
    "half an hour": ({"Duration": "4.5"}, "invalid: Duration must be 1-24 whole hours, got '4.5'"),
    "a start that is no date": (
        {"StartDate": "tomorrow"},
        "invalid: StartDate must be an ISO 8601 timestamp, got 'tomorrow'",
    ),
    "an end without an offset": (
        {"EndDate": "2027-01-01T00:00:00"},
        "EndDate should have a UTC offset, got '2027-01-01T00:00:00'",
    ),
    "a form that is not documented": (
        {"schedule": "cron(0 2 L-3 * ? *)"},
        "schedule day-of-month must not count back from the last day, because AWS documents only L and LW, got 'L-3'; "
        "use L or the number of a day",
    ),
    "a schedule of no dialect": (
        {"schedule": "cron(0 2 * * 1)"},
        "invalid: schedule must have six fields (minutes hours day-of-month month day-of-week year), or seven with "
        "seconds first, got 5 in 'cron(0 2 * * 1)'; this looks like a Unix cron expression; write cron(0 2 ? "
        "* MON *)",
    ),
}


@pytest.mark.parametrize(("properties", "reason"), UNKNOWN.values(), ids=UNKNOWN.keys())
def test_unknown_and_invalid_windows_are_listed(properties: dict[str, Any], reason: str) -> None:
    found = upcoming(window("odd", **properties), window("night"), after=MONDAY, count=1)
    assert [(each.window.label, each.reason) for each in found.unknown] == [("odd", reason)]
    assert times_of(found) == [("night", "11-23 22:00")]


# --- Company ------------------------------------------------------------------------------------------


def test_windows_that_overlap_and_share_a_target_name_each_other() -> None:
    found = upcoming(window("one"), window("other", "cron(0 23 * * ? *)"), after=MONDAY, count=1)
    assert notes(found) == {
        "one": ["other is open at the same time and can select the same nodes"],
        "other": ["one is open at the same time and can select the same nodes"],
    }
    assert {note.kind for each in found.executions for note in each.notes} == {NoteKind.OVERLAP}


def test_a_window_that_is_still_open_at_the_start_is_seen() -> None:
    found = upcoming(window("night"), window("late", "cron(0 1 * * ? *)"), after=MONDAY.replace(hour=23), count=1)
    assert notes(found)["late"] == ["night is open at the same time and can select the same nodes"]


def test_an_execution_outside_the_list_counts_as_overlap() -> None:
    windows = [window("night"), window("sunday", "cron(0 23 ? * SUN *)")]
    found = upcoming(*windows, after=MONDAY, count=1)
    assert notes(found) == {"sunday": ["night is open at the same time and can select the same nodes"]}


APART: dict[str, list[dict[str, Any]]] = {
    "one ends when the other begins": [window("one"), window("two", "cron(0 2 * * ? *)")],
    "other values of a tag": [window("one"), window("two", target=target(**{"Patch Group": ["api"]}))],
    "other tags": [window("one"), window("two", target=target(Role=["web"]))],
    "narrowed to other stages": [
        window("one", target=target(Role=["web"], Stage=["dev"])),
        window("two", target=target(Role=["web"], Stage=["prod"])),
    ],
    "no targets": [window("one", target=None), window("two", target=None)],
}


@pytest.mark.parametrize("windows", APART.values(), ids=APART.keys())
def test_windows_that_do_not_overlap_have_no_notes(windows: list[dict[str, Any]]) -> None:
    assert notes(upcoming(*windows, after=MONDAY, count=3)) == {}


def test_windows_in_two_accounts_are_not_marked() -> None:
    windows = [*read(window("one")), *read(window("two"), environment="aws://210987654321/eu-central-1")]
    assert notes(upcoming_executions(windows, after=MONDAY, count=3)) == {}


def test_one_common_value_is_enough() -> None:
    windows = [
        window("one", target=target(Role=["web", "api"])),
        window("two", target=target(Role=["api", "db"], Stage=["prod"])),
    ]
    assert set(notes(upcoming(*windows, after=MONDAY, count=1))) == {"one", "two"}


def test_the_same_parameter_is_the_same_value() -> None:
    same = target(Role=[{"Ref": "Role"}])
    found = upcoming(window("one", target=same), window("two", target=same), after=MONDAY, count=1)
    assert set(notes(found)) == {"one", "two"}


def test_a_parameter_of_the_same_name_in_another_stack_is_another_value() -> None:
    same = target(Role=[{"Ref": "Role"}])
    windows = [*read(window("one", target=same)), *read(window("two", target=same))]
    assert notes(upcoming_executions(windows, after=MONDAY, count=1)) == {}


def test_a_sixth_window_at_once_is_too_many() -> None:
    windows = [window(str(place), target=target(Role=[str(place)])) for place in range(6)]
    found = upcoming(*windows, after=MONDAY, count=1)
    assert notes(found) == {"5": ["6 windows are open at the same time; Systems Manager runs at most 5"]}
    assert found.executions[5].notes == [
        Note(NoteKind.CONCURRENCY, "6 windows are open at the same time; Systems Manager runs at most 5")
    ]
    assert notes(upcoming(*windows[:5], after=MONDAY, count=1)) == {}


# --- The clock ----------------------------------------------------------------------------------------

SWITCHES = {
    "skipped": (
        "cron(30 2 ? * SUN *)",
        datetime(2027, 3, 28, tzinfo=UTC),
        ["02:30 does not exist on this day (daylight saving time); assumed to start at 03:30"],
    ),
    "repeated": (
        "cron(30 2 ? * SUN *)",
        datetime(2027, 10, 31, tzinfo=UTC),
        [
            "02:30 occurs twice on this day (daylight saving time); assumed to start at the first",
            "the clock moves back by 60 minutes while the window is open",
        ],
    ),
    "inside": (
        "cron(0 1 ? * SUN *)",
        datetime(2027, 3, 28, tzinfo=UTC),
        ["the clock moves forward by 60 minutes while the window is open"],
    ),
    "outside": ("cron(0 4 ? * SUN *)", datetime(2027, 3, 28, tzinfo=UTC), []),
}


@pytest.mark.parametrize(("schedule", "night", "texts"), SWITCHES.values(), ids=SWITCHES.keys())
def test_a_daylight_saving_change_is_explained(schedule: str, night: datetime, texts: list[str]) -> None:
    found = upcoming(window("w", schedule, ScheduleTimezone="Europe/Berlin"), after=night - timedelta(hours=3), count=1)
    assert [note.text for note in found.executions[0].notes] == texts
    assert {note.kind for note in found.executions[0].notes} <= {NoteKind.CLOCK_CHANGE}


def test_a_rate_has_a_note_about_its_start() -> None:
    found = upcoming(window("rate", "rate(7 days)"), after=MONDAY, count=2)
    assert times_of(found) == [("rate", "11-23 00:00"), ("rate", "11-30 00:00")]
    assert {note.kind for each in found.executions for note in each.notes} == {NoteKind.START_ASSUMED}
    anchored = upcoming(window("rate", "rate(7 days)", StartDate="2026-11-25T03:00:00Z"), after=MONDAY, count=1)
    assert times_of(anchored) == [("rate", "11-25 03:00")]
    assert notes(anchored) == {}
