"""The outcomes of a rule: violations, and required values that are unknown until deployment."""

from dataclasses import dataclass

from patching_constructs.template.value import UnknownError, Value


@dataclass(frozen=True, slots=True)
class Violation:
    """A value that violates a rule, and the fix if it depends on the value."""

    at: Value
    problem: str
    fix: str | None = None


Outcome = Violation | UnknownError
"""What a rule yields. A resource without outcomes is compliant."""
