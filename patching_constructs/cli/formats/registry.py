"""The output formats of every command.

To add a format, add its name here, and beside its siblings a module ``as_<name>`` with a function ``render`` that takes
what they take and returns text. A format is imported when it is asked for, so that no other format waits for its
libraries.
"""

from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from patching_constructs.cli.formats.calendar.calendar import Calendar
    from patching_constructs.cli.formats.findings.report import Report
    from patching_constructs.cli.formats.rules.rule_list import RuleList


class CalendarFormat(StrEnum):
    """The formats of `calendar`."""

    TABLE = "table"
    JSON = "json"
    ICS = "ics"
    HTML = "html"


class FindingsFormat(StrEnum):
    """The formats of `check`."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"


class RulesFormat(StrEnum):
    """The formats of `check --list-rules`."""

    TEXT = "text"
    JSON = "json"


def render_calendar(calendar: "Calendar", format_: CalendarFormat) -> str:
    """Write upcoming executions in a format."""
    return _render("calendar", format_, calendar)


def render_findings(report: "Report", format_: FindingsFormat) -> str:
    """Write findings in a format."""
    return _render("findings", format_, report)


def render_rules(rules: "RuleList", format_: RulesFormat) -> str:
    """Write the list of rules in a format."""
    return _render("rules", format_, rules)


def _render(package: str, format_: StrEnum, subject: object) -> str:
    module = import_module(f"patching_constructs.cli.formats.{package}.as_{format_}")
    text: str = module.render(subject)
    return text
