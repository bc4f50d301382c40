"""The calendar as one HTML page: what happens now and next, a month, a timeline and an agenda."""

from typing import Final

from patching_constructs.cli.formats.calendar.calendar import Calendar
from patching_constructs.cli.page.calendar.data import script_data
from patching_constructs.cli.page.calendar.model import CalendarPage
from patching_constructs.cli.page.rendering import PageFiles, render

FILES: Final = PageFiles(
    folder="calendar",
    styles=(
        "effects",
        "strip",
        "results",
        "lines",
        "month",
        "timeline",
        "agenda",
        "schedules",
        "dialog",
        "small",
        "print",
    ),
    scripts=(
        "data",
        "page_zone",
        "days",
        "words",
        "signs",
        "results",
        "lines",
        "rollouts",
        "state",
        "filters",
        "strip",
        "month",
        "agenda",
        "schedules",
        "dialog",
        "warnings",
        "ticks",
        "lanes",
        "timeline",
        "view",
        "print",
        "age",
        "main",
    ),
)


def build_page(calendar: Calendar) -> str:
    """Write the executions as a page to read in a browser: the same input gives the same bytes."""
    page = CalendarPage(calendar)
    return render(FILES, data=script_data(page), page=page)
