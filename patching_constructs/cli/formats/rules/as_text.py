"""The rules for people: a table in a pipe or a file, one paragraph per rule on a terminal."""

import sys
from collections.abc import Iterator

from rich.text import Text

from patching_constructs.cli.formats.lines import SEVERITY_STYLES, Line, lay_out
from patching_constructs.cli.formats.rules.rule_list import RuleList


def render(listed: RuleList) -> str:
    """Write the id, the severity, the requirement and the documentation of every rule."""
    return lay_out(_lines(listed), to_file=listed.to_file)


def _lines(listed: RuleList) -> Iterator[Line]:
    in_columns = listed.to_file or not sys.stdout.isatty()
    longest = max(len(rule.id) for rule in listed.rules)
    widest = max(len(rule.title) for rule in listed.rules)
    for rule in listed.rules:
        head = Text.assemble(f"{rule.id:{longest}}  ", (f"{rule.severity:7}", SEVERITY_STYLES[rule.severity]))
        if in_columns:
            yield 0, head.append(f"  {rule.title:{widest}}  {rule.page}")
        else:
            yield 0, head
            yield 2, Text(rule.title)
            yield 0, Text(f"  {rule.page}", style="dim")
