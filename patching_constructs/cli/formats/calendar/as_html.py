"""The calendar as one HTML page, see `patching_constructs.cli.page`."""

from patching_constructs.cli.formats.calendar.calendar import Calendar
from patching_constructs.cli.page.calendar.build import build_page


def render(calendar: Calendar) -> str:
    """Write the page."""
    return build_page(calendar)
