"""iCalendar against JSON, read by another library than the one that writes it."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ical.calendar_stream import IcsCalendarStream
from ical.event import Event

from patching_constructs.cli.formats.calendar import as_ics, as_json
from patching_constructs.planning.executions import Plan
from patching_constructs.template import MaintenanceWindow
from patching_constructs.template.scheduled_runs import ScheduledRun
from tests.unit.cli.fleet import AFTER, FROM_UNIX, FROZEN, calendar_of, runs_of, window
from tests.unit.template.test_upcoming_runs import association

YEAR = AFTER + timedelta(days=365)
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]
EFFECT_OF_CUTOFF = "no new tasks start, and a task that has started continues on the remaining nodes"
Times = tuple[datetime, datetime | None]


def windows_in(zone: str) -> list[MaintenanceWindow]:
    return [
        # In the hour that daylight saving time skips or repeats, and over midnight.
        window("nightly", "cron(15 2 * * ? *)", zone=zone, operation="Scan"),
        window("weekly", "cron(30 22 ? * SUN *)", zone=zone),
        window("monthly", "cron(0 1 ? * SUN#2 *)", zone=zone, reboot="NoReboot"),
    ]


def texts_of(*windows: MaintenanceWindow, runs: list[ScheduledRun] = [], **others: Any) -> tuple[str, Any]:  # noqa: B006
    calendar = calendar_of(*windows, runs=runs, **others)
    return as_ics.render(calendar), json.loads(as_json.render(calendar))


def events_of(text: str) -> list[Event]:
    return list(IcsCalendarStream.calendar_from_ics(text).events)


def times_of(event: Event) -> Times:
    assert isinstance(event.dtstart, datetime)
    end = event.dtend
    return event.dtstart.astimezone(UTC), end.astimezone(UTC) if isinstance(end, datetime) else None


def times_in(document: Any) -> list[Times]:
    windows = [(each["start"], each["end"]) for each in document["executions"]]
    runs = [(each["start"], None) for each in document["runs"]]
    return [
        (datetime.fromisoformat(start), end and datetime.fromisoformat(end))
        for start, end in sorted([*windows, *runs], key=str)
    ]


@pytest.mark.parametrize("zone", ZONES)
def test_every_execution_of_a_year_is_that_of_json(zone: str) -> None:
    runs = runs_of(Weekly=association("cron(0 3 ? * SUN *)"))
    text, document = texts_of(*windows_in(zone), runs=runs, until=YEAR)
    events = events_of(text)
    assert len(events) > 400
    assert sorted(map(times_of, events), key=str) == sorted(times_in(document), key=str)


@pytest.mark.parametrize("zone", ZONES)
def test_the_rules_of_the_time_zone_are_in_the_calendar(zone: str) -> None:
    """A zone of another name has no rules but those of the calendar."""
    text, document = texts_of(*windows_in(zone), until=YEAR)
    events = events_of(text.replace(zone, "Own/Zone"))
    assert sorted(map(times_of, events), key=str) == sorted(times_in(document), key=str)


def test_calendar_applications_refresh_it() -> None:
    text, _ = texts_of(window())
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT12H\r\n" in text
    assert "X-PUBLISHED-TTL:PT12H\r\n" in text
    assert "NAME:Patch calendar\r\n" in text
    assert "X-WR-CALNAME:Patch calendar\r\n" in text


def test_titles_are_what_happens_to_which_nodes() -> None:
    runs = runs_of(Run=association("at(2026-03-02T00:00:00)"))
    until = AFTER + timedelta(days=2)
    own: dict[str, Any] = {"zone": None, "schedule": "cron(0 1 2 3 ? *)"}
    text, _ = texts_of(
        window("a", group="web", **own),
        window("b", group="db", reboot="NoReboot", **own),
        window("c", operation="Scan", **own),
        window("d", operation=None, **own),
        window("frozen", operation=None, is_frozen=True, **own),
        runs=runs,
        until=until,
    )
    assert sorted(str(event.summary) for event in events_of(text)) == [
        "Frozen: frozen",
        "Install with reboot: web",
        "Install, no reboot: db",
        "Scan: c",
        "Scan: web",
        "no task: d",
    ]


def test_every_time_in_a_text_has_its_zone() -> None:
    text, _ = texts_of(window("monthly", "cron(30 2 ? * 1L *)"))
    assert str(events_of(text)[0].description).splitlines() == [
        "Starts: 2026-03-29 03:30 Europe/Berlin (01:30 UTC)",
        f"Cutoff: 2026-03-29 06:30 Europe/Berlin (04:30 UTC); 1 h before the end: {EFFECT_OF_CUTOFF}",
        "Ends: 2026-03-29 07:30 Europe/Berlin (05:30 UTC)",
        "Window: monthly",
        "Construct: Patching/monthly",
        "Stack: Patching",
        "Targets: Patch Group = monthly",
        "Reboot: if a patch was installed",
        "Daylight saving (times in Europe/Berlin): 02:30 does not exist on this day (daylight saving time); assumed to "
        "start at 03:30",
    ]
    text, _ = texts_of(window("once", "at(2026-03-29T01:30:00)", zone=None, cutoff={"Ref": "Cutoff"}))
    (event,) = events_of(text)
    assert str(event.description).splitlines()[:2] == [
        "Starts: 2026-03-29 01:30 UTC",
        f"Cutoff: unknown until deployment; at a time that is unknown until deployment: {EFFECT_OF_CUTOFF}",
    ]


def test_the_description_of_the_calendar_has_what_it_does_not_cover() -> None:
    calendar = calendar_of(FROZEN, FROM_UNIX, runs=runs_of(Broken=association("rate(1 days)")))
    object.__setattr__(calendar.upcoming, "plan", Plan(calendar.upcoming.plan.executions, AFTER))
    text = as_ics.render(calendar).replace("\r\n ", "")
    (description,) = re.findall("X-WR-CALDESC:(.*)\r\n", text)
    assert description == (
        "Covers until 2026-06-01 00:00 UTC. "
        "Schedules that are not included because their executions are unknown: 2. "
        "Overlaps are not computed beyond 2026-03-01 00:00 UTC."
    )


def test_ids_are_stable() -> None:
    """An id that changes is a new event for everyone who has subscribed."""
    text, _ = texts_of(
        window("web", "at(2026-03-02T00:00:00)", zone=None), runs=runs_of(Run=association("at(2026-03-02T00:00:00)"))
    )
    assert [event.uid for event in events_of(text)] == [
        "0175aa52-4dfb-55b1-b321-1098196c43b1@patching-constructs",
        "277faf21-2fd7-505c-a078-007d63ec301f@patching-constructs",
    ]
