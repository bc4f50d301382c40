"""Rules for the start date and the end date of a maintenance window, and for its freezes."""

from collections.abc import Iterator
from datetime import datetime

from patching_constructs._errors import PatchingError, UndocumentedError
from patching_constructs._template_metadata import FREEZE_END, FREEZE_START, FREEZES, METADATA_KEY
from patching_constructs.checks.context import Context
from patching_constructs.checks.moments import moment_in_words
from patching_constructs.checks.rule import API, GUIDE, rule
from patching_constructs.checks.rules._value_checks import for_each, refused
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.planning.freezes import execution_during
from patching_constructs.planning.windows import PlannedWindow, WindowTimes, check_dates, parse_moment, read_moment
from patching_constructs.properties.freeze import PatchFreeze
from patching_constructs.template.maintenance_windows import MaintenanceWindow
from patching_constructs.template.upcoming import planned
from patching_constructs.template.value import Value
from patching_constructs.template.window_freezes import freeze_of


@rule(
    "WindowDates",
    Severity.ERROR,
    of="windows",
    fix="Use timestamps with a UTC offset, such as 2027-01-31T00:00:00Z, and an EndDate after StartDate.",
    page=f"{API}API_CreateMaintenanceWindow.html",
)
def window_dates(window: MaintenanceWindow, _: Context) -> Iterator[Outcome]:
    """StartDate and EndDate must be ISO 8601 timestamps, in this order."""
    yield from for_each([window["StartDate"], window["EndDate"]], _date)
    start, end = _parsed(window["StartDate"]), _parsed(window["EndDate"])
    if start is not None and end is not None and (start.utcoffset() is None) == (end.utcoffset() is None):
        yield from refused(window["EndDate"], "EndDate", lambda: check_dates(start, end))


def _date(date: Value) -> Iterator[Outcome]:
    text = date.written()
    yield from refused(date, date.name, lambda: parse_moment(date.name, text))


def _parsed(date: Value) -> datetime | None:
    try:
        return parse_moment(date.name, date.text())
    except PatchingError:
        return None


@rule(
    "WindowDateOffset",
    Severity.WARNING,
    of="windows",
    fix="Add a UTC offset, as in 2027-01-31T00:00:00Z.",
    page=f"{GUIDE}maintenance-windows-schedule-options.html",
)
def window_date_offset(window: MaintenanceWindow, _: Context) -> Iterator[Outcome]:
    """StartDate and EndDate should have a UTC offset; the time zone of a date without one is not documented."""
    for date in (window["StartDate"], window["EndDate"]):
        if not date.is_unknown:
            yield from _without_offset(date)


def _without_offset(date: Value) -> Iterator[Outcome]:
    try:
        read_moment(date.name, date.written())
    except UndocumentedError as error:
        yield Violation(date, f"{error.problem}.")
    except PatchingError:
        # `WindowDates` reports an invalid date.
        return


@rule(
    "FreezeDates",
    Severity.WARNING,
    of="windows",
    fix="End the window before the freeze: EndDate is the start of the freeze minus Duration.",
    page=f"{API}API_CreateMaintenanceWindow.html",
)
def freeze_dates(window: MaintenanceWindow, _: Context) -> Iterator[Outcome]:
    """The freezes in the metadata of a maintenance window should be valid, and it should not be open during them."""
    at = window.value["Metadata"][METADATA_KEY][FREEZES]
    read = planned(window, owner=window)
    for entry in at.each():
        # What is unknown until deployment cannot be checked.
        for name in (FREEZE_START, FREEZE_END):
            entry[name].known()
        try:
            freeze = freeze_of(entry.content)
        except PatchingError as error:
            yield Violation(entry, f"{error.problem}.", "Correct the metadata.")
            continue
        # A window without tasks is frozen at any time.
        if isinstance(read, PlannedWindow) and read.times.is_first_start_known and window.tasks:
            yield from _open_during(freeze, read.times, entry)


def _open_during(freeze: PatchFreeze, times: WindowTimes, at: Value) -> Iterator[Outcome]:
    found = execution_during(freeze, times)
    if found is not None:
        name = f"the freeze from {freeze.start.isoformat()} to {freeze.end.isoformat()}"
        yield Violation(at, f"The window is open during {name}: from {moment_in_words(found.start)}.")
