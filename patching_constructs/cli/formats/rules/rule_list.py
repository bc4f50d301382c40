"""What `check --list-rules` writes, in whatever format."""

from collections.abc import Sequence
from dataclasses import dataclass

from patching_constructs.checks.rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleList:
    """The rules in their order."""

    rules: Sequence[Rule]
    to_file: bool = False
    """Whether it is written to a file, and not to a terminal or a pipe."""
