"""The calendar as iCalendar, to subscribe to in a calendar program.

https://www.rfc-editor.org/rfc/rfc5545
"""

from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar, Event

from patching_constructs.cli import _words
from patching_constructs.openings import Forecast, Opening


def as_ics(forecast: Forecast, *, after: datetime) -> str:
    """Write every opening as an event in the time zone of its schedule, with the zones' own rules."""
    calendar = Calendar()
    calendar.add("prodid", "-//patching_constructs//patching-constructs calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Patch windows")
    for opening in forecast.openings:
        calendar.add_component(_event(opening, after))
    calendar.add_missing_timezones()
    return str(calendar.to_ical(), "utf-8")


def _event(opening: Opening, after: datetime) -> Event:
    occurrence, window = opening.occurrence, opening.window
    event = Event()
    event.add("uid", _uid(opening))
    event.add("dtstamp", after.astimezone(UTC))
    event.add("dtstart", occurrence.local_start)
    event.add("dtend", occurrence.local_end)
    event.add("summary", f"{_words.operations_in_words(window)}: {window.label}")
    event.add("description", "\n".join(_lines(opening)))
    event.add("categories", [_words.operations_in_words(window)])
    # A window is nobody's appointment.
    event.add("transp", "TRANSPARENT")
    return event


def _uid(opening: Opening) -> str:
    """Name an opening so that the same one has the same name in every later calendar."""
    window = opening.window
    name = f"{window.environment}/{window.stack}/{window.logical_id}/{opening.occurrence.start.isoformat()}"
    return f"{uuid5(NAMESPACE_URL, name)}@patching-constructs"


def _lines(opening: Opening) -> list[str]:
    occurrence, window = opening.occurrence, opening.window
    return [
        f"Stack: {window.stack}",
        f"Targets: {_words.targets_in_words(window)}",
        f"Reboot: {_words.reboots_in_words(window)}",
        f"Cutoff at {occurrence.local_cutoff:%H:%M}: {_words.cutoff_in_words(window)}",
        *(f"{note.mark}: {note.text}" for note in opening.notes),
    ]
