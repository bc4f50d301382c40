"""An example of each rule: resources that violate it, and the same resources with the fix.

``make rules`` cuts them out of the templates that test the rules, which are not part of the distribution.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from patching_constructs.checks.rule import Rule

_FILE: Final = Path(__file__).with_name("examples.json")


@dataclass(frozen=True, slots=True)
class Example:
    """The resources of a template in YAML."""

    violating: str
    """The line with the violation ends with a comment."""
    compliant: str


def example_of(rule: Rule) -> Example:
    """Return the example of a rule."""
    return Example(**json.loads(_FILE.read_text(encoding="utf-8"))[rule.id])
