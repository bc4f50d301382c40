"""The severity of a violation."""

from enum import StrEnum


class Severity(StrEnum):
    """The severity of a violation."""

    ERROR = "error"
    """The service rejects the template, nothing is patched, or the result differs from what the template suggests."""
    WARNING = "warning"
    """The template can be deployed, but the result is probably not intended."""
    NOTE = "note"
    """For information."""

    @property
    def rank(self) -> int:
        """0 for the highest severity."""
        return list(Severity).index(self)
