"""What opens when, and what is worth a second look."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from patching_constructs.planning.executions import Note, NoteKind
from patching_constructs.template import Deferred, TargetRecord, WindowRecord
from patching_constructs.template.upcoming import Upcoming, upcoming_executions

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
WEB = TargetRecord("Web", "INSTANCE", (("tag:Patch Group", ("web",)),))
NIGHTLY = "cron(0 22 * * ? *)"


def window(name: str, schedule: Any = NIGHTLY, **properties: Any) -> WindowRecord:
    given: dict[str, Any] = {
        "stack": "Stack",
        "environment": "aws://123456789012/eu-central-1",
        "place": "aws://123456789012/eu-central-1",
        "time_zone": None,
        "schedule_offset": None,
        "duration": "4",
        "cutoff": "1",
        "start_date": None,
        "end_date": None,
        "targets": (WEB,),
    }
    return WindowRecord(logical_id=name, name=name, schedule=schedule, **given | properties)


def target(**filters: tuple[str, ...]) -> tuple[TargetRecord, ...]:
    return (TargetRecord("Target", "INSTANCE", tuple((f"tag:{key}", values) for key, values in filters.items())),)


def told(found: Upcoming) -> list[tuple[str, str]]:
    return [(each.owner.label, f"{each.occurrence.start:%m-%d %H:%M}") for each in found.executions]


def notes(found: Upcoming) -> dict[str, list[str]]:
    return {each.owner.label: [note.text for note in each.notes] for each in found.executions if each.notes}


# --- Which openings -----------------------------------------------------------------------------------


def test_openings_of_all_windows_are_told_in_order() -> None:
    windows = [window("night"), window("noon", "cron(0 12 * * ? *)"), window("sunday", "cron(0 4 ? * SUN *)")]
    found = upcoming_executions(windows, after=MONDAY, count=2)
    assert told(found) == [
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
    assert told(upcoming_executions([window("night")], after=night, until=night + timedelta(days=1))) == [
        ("night", "11-23 22:00")
    ]


def test_an_offset_a_zone_and_dates_are_heeded() -> None:
    found = upcoming_executions(
        [
            window(
                "install",
                "cron(0 4 ? * TUE#2 *)",
                time_zone="Europe/Berlin",
                schedule_offset="5",
                start_date="2027-01-01T00:00:00+01:00",
                end_date="2027-02-28T00:00:00+01:00",
            )
        ],
        after=MONDAY,
    )
    assert told(found) == [("install", "01-17 03:00"), ("install", "02-14 03:00")]


def test_a_schedule_that_never_fires_has_no_opening() -> None:
    found = upcoming_executions([window("never", "cron(0 0 31 2 ? *)")], after=MONDAY, count=5)
    assert (found.executions, found.unknown) == ((), ())


UNKNOWN: dict[str, tuple[dict[str, Any], str]] = {
    "a schedule from a parameter": (
        {"schedule": Deferred('{"Ref":"Schedule"}')},
        "its schedule is not known before deployment",
    ),
    "a time zone from a parameter": (
        {"time_zone": Deferred('{"Ref":"Zone"}')},
        "its time zone is not known before deployment",
    ),
    "a length from a parameter": (
        {"duration": Deferred('{"Ref":"Hours"}')},
        "its duration is not known before deployment",
    ),
    "no schedule": ({"schedule": None}, "invalid: Schedule is required"),
    "a cutoff that is no number": ({"cutoff": "one"}, "invalid: Cutoff must be 0-23 whole hours, got 'one'"),
    "an endless length": ({"duration": "inf"}, "invalid: Duration must be 1-24 whole hours, got 'inf'"),
    "a length beyond a day": ({"duration": "25"}, "invalid: Duration must be 1-24 whole hours, got 25"),
    "a length beyond all time": (
        {"duration": "999999999"},
        "invalid: Duration must be 1-24 whole hours, got 999999999",
    ),
    "a negative length": ({"duration": "-5"}, "invalid: Duration must be 1-24 whole hours, got -5"),
    "no length": ({"duration": None}, "invalid: Duration is required"),
    "a negative cutoff": ({"cutoff": "-1"}, "invalid: Cutoff must be 0-23 whole hours, got -1"),
    "a cutoff of the whole window": (
        {"cutoff": "4"},
        "invalid: Cutoff must be shorter than Duration, got Cutoff=4 h, Duration=4 h",
    ),
    "no cutoff": ({"cutoff": None}, "invalid: Cutoff is required"),
    "an offset of a week": ({"schedule_offset": "7"}, "invalid: ScheduleOffset must be 1-6 whole days, got 7"),
    "no time zone of that name": (
        {"schedule": "rate(1 day)", "time_zone": "Mars/Olympus"},
        "invalid: time_zone must be a name in the IANA time zone database, got 'Mars/Olympus'; "
        "write a name such as 'Europe/Berlin'",
    ),
    "half an hour": ({"duration": "4.5"}, "invalid: Duration must be 1-24 whole hours, got '4.5'"),
    "a start that is no date": (
        {"start_date": "tomorrow"},
        "invalid: StartDate must be an ISO-8601 date and time, got 'tomorrow'",
    ),
    "an end without an offset": (
        {"end_date": "2027-01-01T00:00:00"},
        "invalid: EndDate must have an offset from UTC, got '2027-01-01T00:00:00'",
    ),
    "a schedule of no dialect": (
        {"schedule": "cron(0 2 * * 1)"},
        "invalid: schedule must have six fields (minutes hours day-of-month month day-of-week year) or seven with "
        "seconds in front, got 5 in 'cron(0 2 * * 1)'; it looks like a Unix cron: write cron(0 2 ? * MON *)",
    ),
}


@pytest.mark.parametrize(("properties", "reason"), UNKNOWN.values(), ids=UNKNOWN.keys())
def test_what_cannot_be_told_is_named_and_never_guessed(properties: dict[str, Any], reason: str) -> None:
    found = upcoming_executions([window("odd", **properties), window("night")], after=MONDAY, count=1)
    assert [(each.window.label, each.reason) for each in found.unknown] == [("odd", reason)]
    assert told(found) == [("night", "11-23 22:00")]


# --- Company ------------------------------------------------------------------------------------------


def test_windows_that_overlap_and_share_a_target_name_each_other() -> None:
    found = upcoming_executions([window("one"), window("other", "cron(0 23 * * ? *)")], after=MONDAY, count=1)
    assert notes(found) == {
        "one": ["other is open at the same time and shares a target"],
        "other": ["one is open at the same time and shares a target"],
    }
    assert {note.kind for each in found.executions for note in each.notes} == {NoteKind.OVERLAP}


def test_a_window_that_is_still_open_at_the_start_is_seen() -> None:
    found = upcoming_executions(
        [window("night"), window("late", "cron(0 1 * * ? *)")], after=MONDAY.replace(hour=23), count=1
    )
    assert notes(found)["late"] == ["night is open at the same time and shares a target"]


def test_an_opening_that_is_not_told_itself_is_company_all_the_same() -> None:
    windows = [window("night"), window("sunday", "cron(0 23 ? * SUN *)")]
    found = upcoming_executions(windows, after=MONDAY, count=1)
    assert notes(found) == {"sunday": ["night is open at the same time and shares a target"]}


APART: dict[str, Sequence[WindowRecord]] = {
    "one ends when the other begins": [window("one"), window("two", "cron(0 2 * * ? *)")],
    "other accounts": [window("one"), window("two", place="aws://210987654321/eu-central-1")],
    "other values of a tag": [window("one"), window("two", targets=target(**{"Patch Group": ("api",)}))],
    "other tags": [window("one"), window("two", targets=target(Role=("web",)))],
    "narrowed to other stages": [
        window("one", targets=target(Role=("web",), Stage=("dev",))),
        window("two", targets=target(Role=("web",), Stage=("prod",))),
    ],
    "no targets": [window("one", targets=()), window("two", targets=())],
}


@pytest.mark.parametrize("windows", APART.values(), ids=APART.keys())
def test_windows_that_stay_apart_are_not_marked(windows: Sequence[WindowRecord]) -> None:
    assert notes(upcoming_executions(windows, after=MONDAY, count=3)) == {}


def test_one_common_value_is_enough() -> None:
    windows = [
        window("one", targets=target(Role=("web", "api"))),
        window("two", targets=target(Role=("api", "db"), Stage=("prod",))),
    ]
    assert set(notes(upcoming_executions(windows, after=MONDAY, count=1))) == {"one", "two"}


def test_the_same_parameter_is_the_same_value() -> None:
    same = (TargetRecord("Target", "INSTANCE", (("tag:Role", (Deferred('{"Ref":"Role"}'),)),)),)
    found = upcoming_executions([window("one", targets=same), window("two", targets=same)], after=MONDAY, count=1)
    assert set(notes(found)) == {"one", "two"}


def test_a_sixth_window_at_once_is_too_many() -> None:
    windows = [window(str(place), targets=target(Role=(str(place),))) for place in range(6)]
    found = upcoming_executions(windows, after=MONDAY, count=1)
    assert notes(found) == {"5": ["6 windows are open at once; the service runs at most 5"]}
    assert found.executions[5].notes == [
        Note(NoteKind.CONCURRENCY, "6 windows are open at once; the service runs at most 5")
    ]
    assert notes(upcoming_executions(windows[:5], after=MONDAY, count=1)) == {}


# --- The clock ----------------------------------------------------------------------------------------

SWITCHES = {
    "skipped": (
        "cron(30 2 ? * SUN *)",
        datetime(2027, 3, 28, tzinfo=UTC),
        ["the clock skips 02:30 that day; assumed to open at 03:30"],
    ),
    "repeated": (
        "cron(30 2 ? * SUN *)",
        datetime(2027, 10, 31, tzinfo=UTC),
        [
            "the clock shows 02:30 twice that day; assumed to open the first time",
            "the clock goes back 60 minutes while the window is open",
        ],
    ),
    "inside": (
        "cron(0 1 ? * SUN *)",
        datetime(2027, 3, 28, tzinfo=UTC),
        ["the clock goes forwards 60 minutes while the window is open"],
    ),
    "outside": ("cron(0 4 ? * SUN *)", datetime(2027, 3, 28, tzinfo=UTC), []),
}


@pytest.mark.parametrize(("schedule", "night", "texts"), SWITCHES.values(), ids=SWITCHES.keys())
def test_a_switch_of_the_clock_is_explained(schedule: str, night: datetime, texts: list[str]) -> None:
    found = upcoming_executions(
        [window("w", schedule, time_zone="Europe/Berlin")], after=night - timedelta(hours=3), count=1
    )
    assert [note.text for note in found.executions[0].notes] == texts
    assert {note.kind for note in found.executions[0].notes} <= {NoteKind.CLOCK_CHANGE}


def test_a_rate_says_what_it_counts_from() -> None:
    found = upcoming_executions([window("rate", "rate(7 days)")], after=MONDAY, count=2)
    assert told(found) == [("rate", "11-23 00:00"), ("rate", "11-30 00:00")]
    assert {note.kind for each in found.executions for note in each.notes} == {NoteKind.START_ASSUMED}
    anchored = upcoming_executions(
        [window("rate", "rate(7 days)", start_date="2026-11-25T03:00:00Z")], after=MONDAY, count=1
    )
    assert told(anchored) == [("rate", "11-25 03:00")]
    assert notes(anchored) == {}
