"""The output formats of every command.

To add a format, add its name to an enumeration here, and a module ``as_<name>`` to the package of that command. Its
function ``render`` takes the same argument as those of the other modules and returns text. A format is imported when it
is used, so that no command waits for the libraries of another format.
"""

from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from patching_constructs.cli.formats.adoption.adoption_report import AdoptionReport
    from patching_constructs.cli.formats.calendar.calendar import Calendar
    from patching_constructs.cli.formats.capacity.capacity_report import CapacityReport
    from patching_constructs.cli.formats.coverage.coverage_matrix import CoverageMatrix
    from patching_constructs.cli.formats.diff.diff_report import DiffReport
    from patching_constructs.cli.formats.findings.report import Report
    from patching_constructs.cli.formats.report.shown_report import ShownReport
    from patching_constructs.cli.formats.rules.rule_list import RuleList
    from patching_constructs.cli.formats.windows.window_list import WindowList


class AdoptionFormat(StrEnum):
    """The formats of `adopt`."""

    TEXT = "text"
    JSON = "json"


class CalendarFormat(StrEnum):
    """The formats of `calendar`."""

    TABLE = "table"
    JSON = "json"
    ICS = "ics"
    HTML = "html"


class CapacityFormat(StrEnum):
    """The formats of `capacity`."""

    TABLE = "table"
    JSON = "json"
    SVG = "svg"


class CoverageFormat(StrEnum):
    """The formats of `coverage`."""

    TEXT = "text"
    JSON = "json"


class DiffFormat(StrEnum):
    """The formats of `diff`."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class FindingsFormat(StrEnum):
    """The formats of `check`."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"


class ReportFormat(StrEnum):
    """The formats of `report`."""

    TABLE = "table"
    JSON = "json"
    HTML = "html"


class RulesFormat(StrEnum):
    """The formats of `check --list-rules`."""

    TEXT = "text"
    JSON = "json"


class WindowsFormat(StrEnum):
    """The formats of `describe`."""

    TEXT = "text"
    JSON = "json"


def render_adoption(report: "AdoptionReport", format_: AdoptionFormat) -> str:
    """Write what becomes of the resources of templates in a format."""
    return _render("adoption", format_, report)


def render_calendar(calendar: "Calendar", format_: CalendarFormat) -> str:
    """Write upcoming executions in a format."""
    return _render("calendar", format_, calendar)


def render_capacity(report: "CapacityReport", format_: CapacityFormat) -> str:
    """Write forecasts in a format."""
    return _render("capacity", format_, report)


def render_coverage(matrix: "CoverageMatrix", format_: CoverageFormat) -> str:
    """Write the coverage of nodes in a format."""
    return _render("coverage", format_, matrix)


def render_diff(report: "DiffReport", format_: DiffFormat) -> str:
    """Write what differs in a format."""
    return _render("diff", format_, report)


def render_findings(report: "Report", format_: FindingsFormat) -> str:
    """Write findings in a format."""
    return _render("findings", format_, report)


def render_report(shown: "ShownReport", format_: ReportFormat) -> str:
    """Write a compliance report in a format."""
    return _render("report", format_, shown)


def render_rules(rules: "RuleList", format_: RulesFormat) -> str:
    """Write the list of rules in a format."""
    return _render("rules", format_, rules)


def render_windows(windows: "WindowList", format_: WindowsFormat) -> str:
    """Write the description of windows in a format."""
    return _render("windows", format_, windows)


def _render(package: str, format_: StrEnum, subject: object) -> str:
    module = import_module(f"patching_constructs.cli.formats.{package}.as_{format_}")
    text: str = module.render(subject)
    return text
