"""The compliance report as one HTML page: whether the fleet is patched, and if not, which nodes, since when and why."""

from collections.abc import Collection
from datetime import tzinfo
from typing import Final

from patching_constructs.cli.compliance_words import STATUSES
from patching_constructs.cli.page.rendering import PageFiles, render
from patching_constructs.cli.page.report.data import script_data
from patching_constructs.cli.page.report.model import ReportPage
from patching_constructs.reporting.nodes import NodeStatus
from patching_constructs.reporting.report import ComplianceReport

FILES: Final = PageFiles(
    folder="report",
    styles=("statuses", "strip", "tables", "dialog", "small", "print"),
    scripts=(
        "data",
        "page_zone",
        "words",
        "signs",
        "state",
        "filters",
        "compliance",
        "trend",
        "strip",
        "table",
        "cells",
        "nodes",
        "groups",
        "patches",
        "windows",
        "dialog",
        "view",
        "print",
        "age",
        "main",
    ),
)


def build_page(report: ComplianceReport, *, zone: tzinfo | None = None, statuses: Collection[NodeStatus] = ()) -> str:
    """Write a report as a page to read in a browser: the same input gives the same bytes.

    Args:
        report: the report.
        zone: the time zone of all times. Default: that of the reader.
        statuses: the statuses of the nodes that the page lists first; a reader can choose others. Default: all.
    """
    data = script_data(report) | {
        "zone": None if zone is None else str(zone),
        "listed": [status for status in STATUSES if status in statuses] or list(STATUSES),
    }
    return render(FILES, data=data, page=ReportPage(report))
