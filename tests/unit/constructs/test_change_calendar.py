"""ChangeCalendar: the document, its text as other libraries read it, and what is invalid."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Annotations, Match, Template

from patching_constructs import (
    CalendarEvent,
    CalendarType,
    ChangeCalendar,
    DayOfWeek,
    EventFrequency,
    PatchFreeze,
    PatchGate,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
)
from tests.refusals import refused, untyped

pytestmark = pytest.mark.proves("ChangeCalendar", "unit")

OPEN, CLOSED = CalendarType
BERLIN = ZoneInfo("Europe/Berlin")
CHRISTMAS = PatchFreeze(date(2026, 12, 18), date(2027, 1, 4), "Christmas", time_zone="Europe/Berlin")
DOCUMENT = "AWS::SSM::Document"
TOKEN = cdk.Token.as_string({"Ref": "Parameter"})


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def calendar(stack: cdk.Stack, *events: PatchFreeze | CalendarEvent, **properties: Any) -> ChangeCalendar:
    return ChangeCalendar(stack, "Calendar", **{"calendar_type": OPEN, "events": events} | properties)


def rendered(stack: cdk.Stack) -> Any:
    (document,) = Template.from_stack(stack).find_resources(DOCUMENT).values()
    return document["Properties"]


def event(**properties: Any) -> CalendarEvent:
    start = datetime(2027, 1, 2, 22, tzinfo=BERLIN)
    minimal: dict[str, Any] = {"summary": "Weekend", "start": start, "duration": timedelta(hours=8)}
    return CalendarEvent(**minimal | properties)


# --- The document -------------------------------------------------------------------------------------


def test_the_document_of_a_calendar(stack: cdk.Stack) -> None:
    made = calendar(stack, CHRISTMAS, calendar_name="freezes", description="Peaks; sales, and holidays")
    properties = rendered(stack)
    content = properties.pop("Content")
    assert properties == {
        "Name": "freezes",
        "DocumentType": "ChangeCalendar",
        "DocumentFormat": "TEXT",
        "UpdateMethod": "NewVersion",
    }
    assert content == made.content
    assert content.split("\r\n") == [
        "BEGIN:VCALENDAR",
        "PRODID:-//AWS//Change Calendar 1.0//EN",
        "VERSION:2.0",
        "X-CALENDAR-TYPE:DEFAULT_OPEN",
        "X-WR-CALDESC:Peaks\\; sales\\, and holidays",
        "BEGIN:VEVENT",
        "DTSTAMP:20260101T000000Z",
        "UID:58eb477929503ac24da7b9509b0a5d32@patching-constructs",
        "DTSTART:20261217T230000Z",
        "DTEND:20270103T230000Z",
        "SUMMARY:Christmas",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_the_same_calendar_is_the_same_text(stack: cdk.Stack) -> None:
    other = cdk.Stack(cdk.App(), "Other")
    assert calendar(stack, CHRISTMAS).content == calendar(other, CHRISTMAS).content


def warnings(stack: cdk.Stack) -> list[str]:
    return [str(each.entry.data) for each in Annotations.from_stack(stack).find_warning("*", Match.any_value())]


def test_the_default_is_an_open_calendar_that_events_close(stack: cdk.Stack) -> None:
    content = ChangeCalendar(stack, "Calendar", events=[CHRISTMAS]).content
    assert "X-CALENDAR-TYPE:DEFAULT_OPEN\r\n" in content
    assert warnings(stack) == []


@pytest.mark.parametrize(("kind", "state"), [(OPEN, "open"), (CLOSED, "closed"), ("DEFAULT_CLOSED", "closed")])
def test_a_calendar_without_events_has_a_warning(stack: cdk.Stack, kind: str, state: str) -> None:
    calendar(stack, calendar_type=kind)
    assert warnings(stack) == [
        f"the calendar has no events, so it is always {state}; set events or ics_file "
        "[ack: patching-constructs:calendarWithoutEvents]"
    ]


def test_an_event_that_lasts_until_it_starts_again_has_a_warning(stack: cdk.Stack) -> None:
    calendar(stack, event(summary="sprints", frequency=EventFrequency.WEEKLY, duration=timedelta(days=9)))
    assert warnings(stack) == [
        "the WEEKLY event 'sprints' lasts 9 days, 0:00:00, until it starts again, so the calendar does not change "
        "between its events; reduce duration, or increase interval [ack: patching-constructs:eventWithoutGap]"
    ]


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"frequency": EventFrequency.WEEKLY, "count": 1},
        {"frequency": EventFrequency.WEEKLY, "interval": 2},
        {"frequency": EventFrequency.YEARLY},
        {"frequency": TOKEN},
    ],
)
def test_an_event_with_a_gap_has_no_warning(stack: cdk.Stack, properties: dict[str, Any]) -> None:
    calendar(stack, event(**properties, duration=timedelta(days=9)))
    assert warnings(stack) == []


def test_an_empty_calendar_has_a_component(stack: cdk.Stack) -> None:
    content = calendar(stack, calendar_type=CLOSED).content
    assert "X-CALENDAR-TYPE:DEFAULT_CLOSED\r\n" in content
    assert "BEGIN:VTODO\r\n" in content
    assert "Name" not in rendered(stack)
    assert content.endswith("END:VTODO\r\nEND:VCALENDAR\r\n")


def test_who_can_ask(stack: cdk.Stack) -> None:
    made = calendar(stack)
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("ssm.amazonaws.com"))
    made.grant_read(role)
    imported = ChangeCalendar.from_calendar_name(stack, "Imported", "others")
    imported.grant_read(role)
    (policy,) = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
    first, second = policy["Properties"]["PolicyDocument"]["Statement"]
    assert (first["Action"], first["Effect"]) == ("ssm:GetCalendarState", "Allow")
    logical_id = stack.resolve(stack.get_logical_id(made.document))
    assert json.dumps(first["Resource"]).endswith(f':document/", {{"Ref": "{logical_id}"}}]]}}')
    assert json.dumps(second["Resource"]).endswith(':document/others"]]}')
    assert imported.calendar_name == "others"
    assert imported.document_ref.document_name == "others"
    assert made.document_ref.document_name == made.calendar_name
    assert made.env.region == imported.env.region == stack.region


def test_a_gate_asks_a_calendar(stack: cdk.Stack) -> None:
    schedule = PatchSchedule(
        stack,
        "Install",
        schedule=ScheduleExpression.daily(hour=4),
        targets=[PatchTarget.patch_group("web")],
        operation=PatchOperation.INSTALL,
        gate=PatchGate(calendars=[calendar(stack, CHRISTMAS)]),
    )
    assert schedule.gate_role is not None
    statements = json.dumps(Template.from_stack(stack).find_resources("AWS::IAM::Role"))
    assert "ssm:GetCalendarState" in statements


# --- Files --------------------------------------------------------------------------------------------

EXPORTED = """\
BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
X-WR-TIMEZONE:Europe/Berlin
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261218
DTEND;VALUE=DATE:20270104
DTSTAMP:20261001T120000Z
UID:1@google.com
SUMMARY:Christmas: a long summary that the application has folded into two
  lines of the file
END:VEVENT
END:VCALENDAR
"""


def test_a_file_gets_the_header(stack: cdk.Stack, tmp_path: Path) -> None:
    file = tmp_path / "exported.ics"
    file.write_text(EXPORTED, encoding="utf-8-sig")
    content = ChangeCalendar(stack, "Calendar", calendar_type=OPEN, ics_file=str(file)).content
    assert content.split("\r\n")[:5] == [
        "BEGIN:VCALENDAR",
        "PRODID:-//AWS//Change Calendar 1.0//EN",
        "X-CALENDAR-TYPE:DEFAULT_OPEN",
        "VERSION:2.0",
        "X-WR-TIMEZONE:Europe/Berlin",
    ]
    # It is folded again, at another place.
    assert "has folded into two lines of the file" in content.replace("\r\n ", "")
    assert rendered(stack)["Content"] == content


def test_a_file_that_was_written_for_change_calendar_is_the_same(stack: cdk.Stack, tmp_path: Path) -> None:
    file = tmp_path / "calendar.ics"
    own = calendar(stack, CHRISTMAS).content
    file.write_bytes(own.encode())
    again = ChangeCalendar(stack, "Again", calendar_type=OPEN, ics_file=file).content
    assert sorted(again.split("\r\n")) == sorted(own.split("\r\n"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda _: "Freezes: 18 December to 4 January",
            "ics_file must be one iCalendar: BEGIN:VCALENDAR to END:VCALENDAR, got another text",
        ),
        (lambda _: "", "ics_file must be one iCalendar: BEGIN:VCALENDAR to END:VCALENDAR, got another text"),
        (
            lambda text: text.replace("END:VEVENT\n", ""),
            "ics_file must end every component that begins, got 'END:VCALENDAR'",
        ),
        (
            lambda text: text.replace("BEGIN:STANDARD\n", ""),
            "ics_file must end every component that begins, got 'END:STANDARD'",
        ),
        (
            lambda text: text.replace("VEVENT", "VTODO"),
            "ics_file must have at least one event, got none; without an event, use ChangeCalendar(...)",
        ),
        (
            lambda text: text.replace("VERSION:2.0", "VERSION:2.0\nX-CALENDAR-TYPE:DEFAULT_CLOSED"),
            "ics_file must have the X-CALENDAR-TYPE of calendar_type, got DEFAULT_CLOSED, calendar_type=DEFAULT_OPEN",
        ),
        (
            lambda text: text.replace("X-WR-TIMEZONE:Europe/Berlin\n", ""),
            "ics_file must have a time zone for events in local time, got 'DTSTART;VALUE=DATE:20261218'; add "
            "X-WR-TIMEZONE:Europe/Berlin after VERSION:2.0",
        ),
        (
            lambda text: text.replace("SUMMARY:", f"SUMMARY:{'x' * 65_536}"),
            "ics_file must have at most 65536 bytes as iCalendar, got 68703; export fewer details or a shorter time",
        ),
    ],
)
def test_what_is_invalid_in_a_file(
    stack: cdk.Stack, tmp_path: Path, change: Callable[[str], str], message: str
) -> None:
    file = tmp_path / "exported.ics"
    file.write_text(change(EXPORTED), encoding="utf-8")
    assert refused(lambda: calendar(stack, ics_file=file)) == f"{message} [Stack/Calendar]"
    assert Template.from_stack(stack).find_resources(DOCUMENT) == {}


def test_events_in_utc_or_with_a_time_zone_need_no_other(stack: cdk.Stack, tmp_path: Path) -> None:
    file = tmp_path / "exported.ics"
    lines = "DTSTART;TZID=Europe/Berlin:20261218T000000\nDTEND:20270103T230000Z"
    changed = EXPORTED.replace("X-WR-TIMEZONE:Europe/Berlin\n", "").replace(
        "DTSTART;VALUE=DATE:20261218\nDTEND;VALUE=DATE:20270104", lines
    )
    file.write_text(changed, encoding="utf-8")
    assert "TZID=Europe/Berlin:20261218" in calendar(stack, ics_file=file).content


# --- What is invalid ----------------------------------------------------------------------------------

SATURDAY = [DayOfWeek.SATURDAY]


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        (
            {"calendar_type": CLOSED, "events": [CHRISTMAS]},
            "events of a DEFAULT_CLOSED calendar open it, and cannot be a PatchFreeze, got 'Christmas'; use "
            "DEFAULT_OPEN, or CalendarEvent",
        ),
        (
            {"calendar_type": TOKEN},
            "calendar_type must be known at synthesis, because it is a part of the calendar, got a token",
        ),
        (
            {"events": [event(summary=TOKEN)]},
            "summary must be known at synthesis, because it is a part of the calendar, got a token",
        ),
        (
            {"events": [PatchFreeze(CHRISTMAS.start, CHRISTMAS.end, TOKEN)]},
            "reason must be known at synthesis, because it is a part of the calendar, got a token",
        ),
        (
            {"description": TOKEN},
            "description must be known at synthesis, because it is a part of the calendar, got a token",
        ),
        (
            {"calendar_name": "my calendar"},
            "calendar_name must be 3-128 letters, digits, _, - and ., got 'my calendar'; for example 'my-calendar'",
        ),
        (
            {"events": [CHRISTMAS], "ics_file": "freezes.ics"},
            "ics_file cannot be used with events, got both; add them to the file, or leave it out",
        ),
        (
            {"description": "Freezes", "ics_file": "freezes.ics"},
            "ics_file cannot be used with description, got both; add them to the file, or leave it out",
        ),
        (
            {"events": [event(start=event().start + timedelta(days=7 * week)) for week in range(400)]},
            "events must have at most 65536 bytes as iCalendar, got 85315; use fewer events, or a rule that "
            "repeats one",
        ),
    ],
)
def test_what_is_invalid(stack: cdk.Stack, properties: dict[str, Any], message: str) -> None:
    assert refused(lambda: calendar(stack, **properties)) == f"{message} [Stack/Calendar]"


def test_a_file_that_does_not_exist_is_invalid(stack: cdk.Stack) -> None:
    message = refused(lambda: calendar(stack, ics_file="missing.ics"))
    assert message.startswith("ics_file must be a text file that can be read, got 'missing.ics': [Errno 2]")


def test_a_grant_to_something_else_is_invalid(stack: cdk.Stack) -> None:
    message = refused(lambda: calendar(stack).grant_read(untyped("role")))
    assert message == "grantee must be an IGrantable, such as a role, got 'role'"


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        (
            {"start": datetime.fromisoformat("2027-01-02T22:00:00+01:00")},
            "start must be in UTC or in a time zone with a name, got 2027-01-02T22:00:00+01:00; use datetime.UTC or "
            "zoneinfo.ZoneInfo('Europe/Berlin')",
        ),
        (
            {"start": date(2026, 12, 18)},
            "start must be an aware datetime, got datetime.date(2026, 12, 18); write "
            "datetime(2026, 12, 18, tzinfo=UTC)",
        ),
        ({"duration": timedelta(seconds=59)}, "duration must be from 1 min to 366 days, in whole seconds, got 59 s"),
        (
            {"duration": cdk.Duration.seconds(cdk.Token.as_number({"Ref": "Seconds"}))},
            "duration must be known at synthesis, because it is a part of the calendar, got a token",
        ),
        (
            {"frequency": EventFrequency.DAILY, "interval": 0},
            "interval must be a whole number of at least 1, got 0",
        ),
        ({"frequency": EventFrequency.DAILY, "count": 0}, "count must be a whole number of at least 1, got 0"),
        ({"count": 2}, "count requires frequency, got 2; set frequency=EventFrequency.WEEKLY"),
        (
            {"frequency": EventFrequency.DAILY, "count": 2, "until": datetime(2028, 1, 1, tzinfo=UTC)},
            "until cannot be used with count, got until=2028-01-01T00:00:00+00:00, count=2",
        ),
        (
            {"frequency": EventFrequency.DAILY, "until": datetime(2026, 1, 1, tzinfo=UTC)},
            "until must not be before start, got start=2027-01-02T22:00:00+01:00, until=2026-01-01T00:00:00+00:00",
        ),
        (
            {"frequency": EventFrequency.DAILY, "week_days": SATURDAY},
            "week_days requires the frequency WEEKLY or MONTHLY, got EventFrequency.DAILY",
        ),
        (
            {"frequency": EventFrequency.WEEKLY, "week_days": [DayOfWeek.MONDAY]},
            "start must be on one of week_days, got 2027-01-02T22:00:00+01:00, DayOfWeek.SATURDAY",
        ),
        (
            {"frequency": EventFrequency.WEEKLY, "week_days": SATURDAY, "nth": 1},
            "nth requires the frequency MONTHLY and one of week_days, got EventFrequency.WEEKLY with 1 week_days",
        ),
        (
            {"frequency": EventFrequency.MONTHLY, "week_days": SATURDAY},
            "week_days requires nth in a MONTHLY event, got DayOfWeek.SATURDAY; set nth=2",
        ),
        (
            {"frequency": EventFrequency.MONTHLY, "week_days": SATURDAY, "nth": 2},
            "start must be the nth weekday of its month, 1-4 or -1, got 2027-01-02T22:00:00+01:00 with nth=2",
        ),
        (
            {
                "frequency": EventFrequency.MONTHLY,
                "start": datetime(2027, 1, 30, tzinfo=UTC),
                "week_days": SATURDAY,
                "nth": 5,
            },
            "start must be the nth weekday of its month, 1-4 or -1, got 2027-01-30T00:00:00+00:00 with nth=5",
        ),
        (
            {"frequency": EventFrequency.MONTHLY, "start": datetime(2027, 1, 31, tzinfo=UTC)},
            "start must be on a day that every month has, 1-28, got 31; for the last weekday of the month, set nth=-1 "
            "and week_days",
        ),
        (
            {"frequency": EventFrequency.YEARLY, "start": datetime(2028, 2, 29, tzinfo=UTC)},
            "start must be on a day that every year has, got 29 February",
        ),
    ],
)
def test_what_is_invalid_in_an_event(properties: dict[str, Any], message: str) -> None:
    assert refused(lambda: event(**properties)) == message
