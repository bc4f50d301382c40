"""Upcoming executions as iCalendar, to subscribe to in a calendar application.

https://www.rfc-editor.org/rfc/rfc5545
"""

from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar as ICalendar
from icalendar import Event

from patching_constructs.cli import descriptions, run_descriptions
from patching_constructs.cli.formats.calendar.calendar import Calendar
from patching_constructs.cli.notes import NOTES
from patching_constructs.planning.executions import Execution
from patching_constructs.template import MaintenanceWindow
from patching_constructs.template.upcoming_runs import RunExecution


def render(calendar: Calendar) -> str:
    """Write every execution as an event in the time zone of its schedule, with the rules of the time zones."""
    ics, upcoming = ICalendar(), calendar.upcoming
    ics.add("prodid", "-//patching_constructs//patching-constructs calendar//EN")
    ics.add("version", "2.0")
    ics.add("x-wr-calname", "Patch windows")
    if upcoming.computed_until is not None:
        ics.add("x-wr-caldesc", f"Overlaps are not computed beyond {upcoming.computed_until.isoformat()}")
    for execution in upcoming.executions:
        ics.add_component(_event(execution, calendar.after))
    for run_execution in calendar.runs.executions:
        ics.add_component(_run_event(run_execution, calendar.after))
    ics.add_missing_timezones()
    return str(ics.to_ical(), "utf-8")


def _event(execution: Execution[MaintenanceWindow], after: datetime) -> Event:
    occurrence, window = execution.occurrence, execution.owner
    event = Event()
    event.add("uid", _uid(execution))
    event.add("dtstamp", after.astimezone(UTC))
    event.add("dtstart", occurrence.local_start)
    event.add("dtend", occurrence.local_end)
    event.add("summary", f"{descriptions.operations_in_words(window)}: {window.label}")
    event.add("description", "\n".join(_lines(execution)))
    event.add("categories", [descriptions.operations_in_words(window)])
    # A window does not make anyone busy.
    event.add("transp", "TRANSPARENT")
    return event


def _run_event(execution: RunExecution, after: datetime) -> Event:
    occurrence, run = execution.occurrence, execution.run
    operations = run_descriptions.operations_in_words(run)
    name = f"{run.resource.environment}/{run.resource.stack}/{run.schedule.path}/{occurrence.start.isoformat()}"
    lines = [
        f"Stack: {run.resource.stack}",
        f"Outside of maintenance windows: {run_descriptions.KINDS[run.kind]}",
        f"Targets: {run_descriptions.targets_in_words(run)}",
        *execution.notes,
    ]
    event = Event()
    event.add("uid", f"{uuid5(NAMESPACE_URL, name)}@patching-constructs")
    event.add("dtstamp", after.astimezone(UTC))
    # How long it lasts is not known, so the event has no end.
    event.add("dtstart", occurrence.local_start)
    event.add("summary", f"{operations}: {run.label}")
    event.add("description", "\n".join(lines))
    event.add("categories", [operations])
    event.add("transp", "TRANSPARENT")
    return event


def _uid(execution: Execution[MaintenanceWindow]) -> str:
    """Return an id that the execution keeps in every later calendar."""
    window = execution.owner
    name = f"{window.environment}/{window.stack}/{window.logical_id}/{execution.occurrence.start.isoformat()}"
    return f"{uuid5(NAMESPACE_URL, name)}@patching-constructs"


def _lines(execution: Execution[MaintenanceWindow]) -> list[str]:
    occurrence, window = execution.occurrence, execution.owner
    cutoff = "Cutoff" if execution.cutoff is None else f"Cutoff at {occurrence.local_cutoff:%H:%M}"
    return [
        f"Stack: {window.stack}",
        f"Targets: {descriptions.targets_in_words(window)}",
        f"Reboot: {descriptions.reboots_in_words(window)}",
        f"{cutoff}: {descriptions.cutoff_in_words(window)}",
        *(f"{NOTES[note.kind].title}: {note.text}" for note in execution.notes),
    ]
