"""How severe it is to violate a rule."""

from enum import StrEnum


class Severity(StrEnum):
    """How severe it is to violate a rule."""

    ERROR = "error"
    """The service rejects it, or nothing is patched, or something other than it seems."""
    WARNING = "warning"
    """It can be deployed, and is seldom what was meant."""
    NOTE = "note"
    """Good to know."""

    @property
    def rank(self) -> int:
        """0 for the most severe."""
        return list(Severity).index(self)
