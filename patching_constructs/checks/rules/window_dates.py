"""Rules for the start date and the end date of a maintenance window."""

from collections.abc import Iterator
from datetime import datetime

from patching_constructs._errors import PatchingError, UndocumentedError
from patching_constructs.checks.context import Context
from patching_constructs.checks.rule import API, GUIDE, rule
from patching_constructs.checks.rules._value_checks import for_each, refused
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.planning.windows import check_dates, parse_moment, read_moment
from patching_constructs.template.maintenance_windows import MaintenanceWindow
from patching_constructs.template.value import Value


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
