"""Upcoming executions as iCalendar, to subscribe to in a calendar application.

https://www.rfc-editor.org/rfc/rfc5545, https://www.rfc-editor.org/rfc/rfc7986
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar as ICalendar
from icalendar import Event

from patching_constructs._printable import printable
from patching_constructs.cli import descriptions, labels, run_descriptions
from patching_constructs.cli.formats.calendar.calendar import Calendar, CalendarFreeze
from patching_constructs.cli.labels import EFFECTS, Effect
from patching_constructs.cli.notes import NOTES
from patching_constructs.cli.result_words import RESULTS
from patching_constructs.cli.schedule_labels import label_of, path_or_label_of
from patching_constructs.planning.executions import Execution
from patching_constructs.planning.recorded_executions import ExecutionResult
from patching_constructs.template import MaintenanceWindow
from patching_constructs.template.resource import Resource
from patching_constructs.template.upcoming_runs import RunExecution

_NAME: Final = "Patch calendar"
# How often a calendar application looks for a new version.
_REFRESH: Final = timedelta(hours=12)


def render(calendar: Calendar) -> str:
    """Write every execution as an event in the time zone of its schedule, with the rules of the time zones."""
    ics = ICalendar()
    ics.add("prodid", "-//patching_constructs//patching-constructs calendar//EN")
    ics.add("version", "2.0")
    ics.add("name", _NAME)
    ics.add("x-wr-calname", _NAME)
    ics.add("x-wr-caldesc", " ".join(_caveats(calendar)))
    ics.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    ics.add("x-published-ttl", "PT12H")
    for execution in calendar.upcoming.executions:
        ics.add_component(_event(execution, calendar))
    for run_execution in calendar.runs.executions:
        ics.add_component(_run_event(run_execution, calendar))
    for frozen in calendar.freezes:
        ics.add_component(_freeze_event(frozen, calendar))
    ics.add_missing_timezones()
    return str(ics.to_ical(), "utf-8")


def _caveats(calendar: Calendar) -> Iterator[str]:
    yield f"Covers until {_moment(calendar.complete_until, calendar)}."
    unknown = len(calendar.upcoming.unknown) + len(calendar.runs.unknown)
    if calendar.ended:
        yield f"Schedules without an upcoming execution: {len(calendar.ended)}."
    if unknown:
        yield f"Schedules that are not included because their executions are unknown: {unknown}."
    if calendar.upcoming.computed_until is not None:
        yield f"Overlaps are not computed beyond {_moment(calendar.upcoming.computed_until, calendar)}."


def _event(execution: Execution[MaintenanceWindow], calendar: Calendar) -> Event:
    occurrence, window = execution.occurrence, execution.owner
    operations = labels.operation_of_window(window)
    title = _title(labels.effect_of_window(window), operations, labels.targets_of_window(window))
    if execution.result is not None:
        title = f"{title} ({RESULTS[execution.result.result].title.lower()})"
    event = _entry(window, window.logical_id, occurrence.start, calendar)
    event.add("dtstart", occurrence.local_start)
    event.add("dtend", occurrence.local_end)
    event.add("summary", title)
    event.add("description", "\n".join(map(printable, _lines(execution))))
    event.add("categories", [printable(operations)])
    return event


def _run_event(execution: RunExecution, calendar: Calendar) -> Event:
    occurrence, run = execution.occurrence, execution.run
    operations = labels.operation_of_run(run)
    event = _entry(run.resource, str(run.schedule.path), occurrence.start, calendar)
    # How long it lasts is not known, so the event has no end.
    event.add("dtstart", occurrence.local_start)
    event.add("summary", _title(labels.effect_of_run(run), operations, labels.targets_of_run(run)))
    lines = [
        f"Starts: {_local(occurrence.local_start)}. How long it runs is unknown.",
        f"Outside of maintenance windows: {run_descriptions.KINDS[run.kind]} {run.label}",
        f"Stack: {run.resource.stack}",
        *_condition(run.resource),
        f"Targets: {run_descriptions.targets_in_words(run)}",
        *execution.notes,
    ]
    event.add("description", "\n".join(map(printable, lines)))
    event.add("categories", [printable(operations)])
    return event


def _freeze_event(frozen: CalendarFreeze, calendar: Calendar) -> Event:
    freeze, (first, *_) = frozen.freeze, frozen.windows
    event = _entry(first, f"freeze/{freeze.end.isoformat()}/{freeze.reason}", freeze.start, calendar)
    event.add("dtstart", freeze.start.astimezone(UTC))
    event.add("dtend", freeze.end.astimezone(UTC))
    event.add("summary", printable(f"Freeze: {freeze.reason}"))
    names = ", ".join(path_or_label_of(window) for window in frozen.windows)
    event.add("description", printable(f"No execution of {names}"))
    event.add("categories", ["Freeze"])
    return event


def _title(effect: Effect, operations: str, targets: str) -> str:
    """Return what happens, and to which nodes: ``Install with reboot: web``."""
    return printable(f"{operations if effect is Effect.OTHER else EFFECTS[effect].title}: {targets}")


def _lines(execution: Execution[MaintenanceWindow]) -> Iterator[str]:
    occurrence, window = execution.occurrence, execution.owner
    cutoff = "unknown until deployment" if execution.cutoff is None else _local(occurrence.local_cutoff)
    yield from _result(execution.result)
    yield f"Starts: {_local(occurrence.local_start)}"
    yield f"Cutoff: {cutoff}; {descriptions.cutoff_in_words(window)}"
    yield f"Ends: {_local(occurrence.local_end)}"
    yield f"Window: {label_of(window)}"
    if window.schedule_path is not None:
        yield f"Construct: {window.schedule_path}"
    if window.ring is not None:
        yield f"Ring: {descriptions.ring_in_words(window.ring)}"
    yield f"Stack: {window.stack}"
    yield from _condition(window)
    yield f"Targets: {descriptions.targets_in_words(window)}"
    yield f"Reboot: {descriptions.reboots_in_words(window)}"
    for note in execution.notes:
        yield f"{NOTES[note.kind].title} (times in {occurrence.zone}): {note.text}"


def _result(result: ExecutionResult | None) -> Iterator[str]:
    if result is None:
        return
    yield f"Result: {RESULTS[result.result].title.lower()}{f': {result.reason}' if result.reason else ''}"
    if result.recorded is not None:
        ended = result.recorded.ended
        yield f"Ran: {_local(result.recorded.started)} to {_local(ended) if ended else 'now'}"
    if not result.is_scheduled:
        yield "The template has no execution at this time."


def _condition(resource: Resource) -> Iterator[str]:
    condition = descriptions.condition_in_words(resource)
    if condition is not None:
        yield f"Created if: {condition}"


def _local(moment: datetime) -> str:
    """Return a time with its zone, and in UTC: ``2026-03-29 03:30 Europe/Berlin (01:30 UTC)``."""
    utc = moment.astimezone(UTC)
    local = f"{moment:%Y-%m-%d %H:%M} {moment.tzinfo}"
    return local if str(moment.tzinfo) == "UTC" else f"{local} ({utc:%H:%M} UTC)"


def _moment(moment: datetime, calendar: Calendar) -> str:
    return _local(moment.astimezone(calendar.zone or UTC))


def _entry(resource: Resource, name: str, start: datetime, calendar: Calendar) -> Event:
    event = Event()
    event.add("uid", _uid(resource, name, start))
    event.add("dtstamp", calendar.made_at.astimezone(UTC))
    # A window does not make anyone busy.
    event.add("transp", "TRANSPARENT")
    return event


def _uid(resource: Resource, name: str, start: datetime) -> str:
    """Return an id that the execution keeps in every later calendar."""
    key = f"{resource.environment}/{resource.stack}/{name}/{start.isoformat()}"
    return f"{uuid5(NAMESPACE_URL, key)}@patching-constructs"
