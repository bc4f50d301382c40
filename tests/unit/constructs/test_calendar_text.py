"""The text of a change calendar, as the libraries icalendar and ical read it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from aws_cdk import Duration, Stack
from hypothesis import given
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream

from patching_constructs import CalendarEvent, CalendarType, ChangeCalendar, DayOfWeek, EventFrequency, PatchFreeze

OPEN, CLOSED = CalendarType
BERLIN = ZoneInfo("Europe/Berlin")
CHRISTMAS = PatchFreeze(date(2026, 12, 18), date(2027, 1, 4), "Christmas", time_zone="Europe/Berlin")


def content_of(event: PatchFreeze | CalendarEvent) -> str:
    kind = OPEN if isinstance(event, PatchFreeze) else CLOSED
    return ChangeCalendar(Stack(), "Calendar", calendar_type=kind, events=[event]).content


def event(**properties: Any) -> CalendarEvent:
    start = datetime(2027, 1, 2, 22, tzinfo=BERLIN)
    minimal: dict[str, Any] = {"summary": "Weekend", "start": start, "duration": timedelta(hours=8)}
    return CalendarEvent(**minimal | properties)


def starts(content: str, *, until: datetime) -> list[datetime]:
    """Return the starts of all events, as the library ical computes them."""
    parsed = IcsCalendarStream.calendar_from_ics(content)
    found = []
    for each in parsed.timeline_tz(UTC):
        start = each.dtstart
        assert isinstance(start, datetime)
        if start >= until:
            break
        found.append(start)
    return found


RULES: dict[str, tuple[CalendarEvent, list[str]]] = {
    "once": (event(), ["01-02 21:00"]),
    "daily": (event(frequency=EventFrequency.DAILY, count=3), ["01-02 21:00", "01-03 21:00", "01-04 21:00"]),
    "every other week": (
        event(frequency=EventFrequency.WEEKLY, interval=2, until=datetime(2027, 2, 1, tzinfo=UTC)),
        ["01-02 21:00", "01-16 21:00", "01-30 21:00"],
    ),
    "several days": (
        event(frequency=EventFrequency.WEEKLY, week_days=[DayOfWeek.SATURDAY, DayOfWeek.SUNDAY], count=3),
        ["01-02 21:00", "01-03 21:00", "01-09 21:00"],
    ),
    "a day of the month": (event(frequency=EventFrequency.MONTHLY, count=2), ["01-02 21:00", "02-02 21:00"]),
    "a weekday of the month": (
        event(frequency=EventFrequency.MONTHLY, week_days=[DayOfWeek.SATURDAY], nth=1, count=2),
        ["01-02 21:00", "02-06 21:00"],
    ),
    "the last weekday of the month": (
        event(
            start=datetime(2027, 1, 30, 22, tzinfo=BERLIN),
            frequency=EventFrequency.MONTHLY,
            week_days=[DayOfWeek.SATURDAY],
            nth=-1,
            count=3,
        ),
        # In March, the last Saturday is the day before the clocks go forward.
        ["01-30 21:00", "02-27 21:00", "03-27 21:00"],
    ),
    "local time": (
        event(
            start=datetime(2027, 3, 27, 22, tzinfo=BERLIN),
            duration=Duration.hours(4),
            frequency=EventFrequency.WEEKLY,
            count=2,
        ),
        ["03-27 21:00", "04-03 20:00"],
    ),
    "UTC": (
        event(start=datetime(2027, 3, 27, 22, tzinfo=UTC), frequency=EventFrequency.WEEKLY, count=2),
        ["03-27 22:00", "04-03 22:00"],
    ),
    "yearly": (event(frequency=EventFrequency.YEARLY, count=2), ["01-02 21:00", "01-02 21:00"]),
}


@pytest.mark.parametrize("name", RULES)
def test_an_event_is_read_by_other_libraries(name: str) -> None:
    made, expected = RULES[name]
    content = content_of(made)
    found = starts(content, until=datetime(2029, 1, 1, tzinfo=UTC))
    assert [f"{each.astimezone(UTC):%m-%d %H:%M}" for each in found] == expected
    (read,) = icalendar.Calendar.from_ical(content).events
    assert made.start == read.DTSTART
    assert made.length == read.DTEND - read.DTSTART


def test_a_time_zone_is_named_as_in_the_calendars_of_others() -> None:
    content = content_of(event(frequency=EventFrequency.WEEKLY))
    assert "DTSTART;TZID=Europe/Berlin:20270102T220000\r\n" in content
    assert "DTEND;TZID=Europe/Berlin:20270103T060000\r\n" in content
    assert "RRULE:FREQ=WEEKLY\r\n" in content
    assert event(start=datetime(2027, 1, 2, tzinfo=ZoneInfo("UTC"))).zone is None


@given(st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=128))
def test_any_reason_is_read_back_and_no_line_is_too_long(reason: str) -> None:
    freeze = PatchFreeze(CHRISTMAS.start, CHRISTMAS.end, reason)
    content = content_of(freeze)
    assert max(len(line.encode()) for line in content.split("\r\n")) <= 75
    (read,) = icalendar.Calendar.from_ical(content).events
    assert str(read["SUMMARY"]) == reason
