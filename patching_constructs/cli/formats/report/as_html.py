"""The compliance report as one HTML page; see `patching_constructs/cli/page/README.md`."""

from patching_constructs.cli.formats.report.shown_report import ShownReport
from patching_constructs.cli.page.report.build import build_page


def render(shown: ShownReport) -> str:
    """Write the page."""
    return build_page(shown.report, zone=shown.zone, statuses=shown.statuses)
