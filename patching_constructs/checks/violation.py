"""What a rule yields: violations, and values that it needs and that are unknown until deployment."""

from dataclasses import dataclass

from patching_constructs.template.value import UnknownError, Value


@dataclass(frozen=True, slots=True)
class Violation:
    """A value that violates a rule; and the fix, where it depends on the value."""

    at: Value
    problem: str
    fix: str | None = None


Outcome = Violation | UnknownError
"""What a rule yields. A resource for which it yields nothing complies."""
