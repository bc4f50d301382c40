"""The text of a change calendar: iCalendar, with the header that Change Calendar requires.

https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-change-calendar.html
https://www.rfc-editor.org/rfc/rfc5545
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from patching_constructs._errors import refusal
from patching_constructs.properties.calendar_events import CalendarEvent, CalendarType
from patching_constructs.properties.freeze import PatchFreeze
from patching_constructs.ssm import limits

_PRODUCT: Final = "PRODID:-//AWS//Change Calendar 1.0//EN"
_TYPE: Final = "X-CALENDAR-TYPE"
_ZONE: Final = "X-WR-TIMEZONE"
# Fixed, so that the same calendar is the same text.
_STAMP: Final = "DTSTAMP:20260101T000000Z"
_LONGEST_LINE: Final = 75
"""In octets, without the line break."""
_ESCAPED: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})
# AWS's own calendars without an event have this one: an empty one is not valid.
_PLACEHOLDER: Final = ("BEGIN:VTODO", _STAMP, "UID:placeholder@patching-constructs", "SUMMARY:No events", "END:VTODO")


def calendar_text(
    kind: CalendarType, events: Sequence[PatchFreeze | CalendarEvent], description: str | None = None
) -> str:
    """Return the text of a calendar.

    Raises:
        PatchingError: it is longer than a document can be.
    """
    lines = [*_header(kind, description), *_events(events), "END:VCALENDAR"]
    return _checked("events", "".join(map(_folded, lines)), "use fewer events, or a rule that repeats one")


def _header(kind: CalendarType, description: str | None) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", _PRODUCT, "VERSION:2.0", f"{_TYPE}:{kind}")
    if description is not None:
        yield f"X-WR-CALDESC:{_escaped(description)}"


def _events(events: Sequence[PatchFreeze | CalendarEvent]) -> Iterator[str]:
    if not events:
        yield from _PLACEHOLDER
    for event in events:
        yield from _event(event)


def _event(event: PatchFreeze | CalendarEvent) -> Iterator[str]:
    if isinstance(event, PatchFreeze):
        times = [f"DTSTART:{_utc(event.start)}", f"DTEND:{_utc(event.end)}"]
        summary = event.reason
    else:
        times = [*_times(event), *_rule(event)]
        summary = event.summary
    uid = sha256("\n".join([summary, *times]).encode()).hexdigest()[:32]
    yield from ("BEGIN:VEVENT", _STAMP, f"UID:{uid}@patching-constructs", *times)
    yield from (f"SUMMARY:{_escaped(summary)}", "END:VEVENT")


def _times(event: CalendarEvent) -> Iterator[str]:
    # In local time, as the repeated events.
    end = event.start + event.length
    for name, moment in (("DTSTART", event.start), ("DTEND", end)):
        if event.zone is None:
            yield f"{name}:{_utc(moment)}"
        else:
            yield f"{name};TZID={event.zone}:{moment:%Y%m%dT%H%M%S}"


def _rule(event: CalendarEvent) -> Iterator[str]:
    if event.frequency is None:
        return
    parts = [f"FREQ={event.frequency}"]
    if event.interval != 1:
        parts.append(f"INTERVAL={event.interval}")
    if event.week_days:
        nth = "" if event.nth is None else str(event.nth)
        parts.append(f"BYDAY={','.join(f'{nth}{day[:2]}' for day in event.week_days)}")
    if event.until is not None:
        parts.append(f"UNTIL={_utc(event.until)}")
    if event.count is not None:
        parts.append(f"COUNT={event.count}")
    yield f"RRULE:{';'.join(parts)}"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


# --- A calendar in a file -----------------------------------------------------------------------------


def calendar_of_file(text: str, kind: CalendarType) -> str:
    """Return the text of a calendar that another application has exported, with the header of Change Calendar.

    Raises:
        PatchingError: it is not an iCalendar with an event, its type is another one, the time zone of an event is not
            known, or it is longer than a document can be.
    """
    lines = [line for line in _unfolded(text) if line]
    _check_components(lines)
    depth_one = list(_of_calendar(lines))
    found = next((line.partition(":")[2].strip() for line in depth_one if _name(line) == _TYPE), None)
    if found is not None and found != kind:
        raise refusal("ics_file", f"must have the {_TYPE} of calendar_type", f"{found}, calendar_type={kind}")
    _check_zones(lines, has_zone=any(_name(line) == _ZONE for line in depth_one))
    kept = [line for line in lines[1:] if _name(line) not in ("PRODID", _TYPE)]
    written = ["BEGIN:VCALENDAR", _PRODUCT, f"{_TYPE}:{kind}", *kept]
    fix = "export fewer details or a shorter time"
    return _checked("ics_file", "".join(map(_folded, written)), fix)


def _unfolded(text: str) -> list[str]:
    return re.split(r"\r\n?|\n", re.sub(r"(?:\r\n?|\n)[ \t]", "", text.removeprefix("\ufeff")))


def _name(line: str) -> str:
    return re.split("[:;]", line, maxsplit=1)[0].upper()


def _check_components(lines: Sequence[str]) -> None:
    if not lines or lines[0].upper() != "BEGIN:VCALENDAR" or lines[-1].upper() != "END:VCALENDAR":
        raise refusal("ics_file", "must be one iCalendar: BEGIN:VCALENDAR to END:VCALENDAR", "another text")
    opened: list[str] = []
    for line in lines:
        component = line.partition(":")[2].strip().upper()
        if _name(line) == "BEGIN":
            opened.append(component)
        elif _name(line) == "END" and (not opened or opened.pop() != component):
            raise refusal("ics_file", "must end every component that begins", repr(line))
    if "BEGIN:VEVENT" not in map(str.upper, lines):
        raise refusal("ics_file", "must have at least one event", "none", "without an event, use ChangeCalendar(...)")


def _of_calendar(lines: Iterable[str]) -> Iterator[str]:
    """Return the lines of the calendar itself."""
    depth = 0
    for line in lines:
        depth += (_name(line) == "BEGIN") - (_name(line) == "END")
        if depth == 1:
            yield line


def _check_zones(lines: Iterable[str], *, has_zone: bool) -> None:
    """Check that the time zone of every event is known; the rules of time zones have local times."""
    is_in_event = False
    for line in lines:
        if line.upper() in ("BEGIN:VEVENT", "END:VEVENT"):
            is_in_event = line.upper().startswith("BEGIN")
        is_local = _name(line) == "DTSTART" and "TZID=" not in line.upper() and not line.strip().endswith("Z")
        if is_in_event and is_local and not has_zone:
            fix = f"add {_ZONE}:Europe/Berlin after VERSION:2.0"
            raise refusal("ics_file", "must have a time zone for events in local time", repr(line), fix)


# --- Lines --------------------------------------------------------------------------------------------


def _escaped(text: str) -> str:
    return text.translate(_ESCAPED)


def _folded(line: str) -> str:
    """Return a line with its line breaks: none is longer than 75 octets, and no character is divided."""
    folded: list[str] = []
    size = 0
    for character in line:
        length = len(character.encode())
        if size + length > _LONGEST_LINE:
            folded.append("\r\n ")
            size = 1
        folded.append(character)
        size += length
    return "".join(folded) + "\r\n"


def _checked(what: str, text: str, fix: str) -> str:
    size = len(text.encode())
    if size > limits.DOCUMENT_SIZE:
        raise refusal(what, f"must have at most {limits.DOCUMENT_SIZE} bytes as iCalendar", size, fix)
    return text
