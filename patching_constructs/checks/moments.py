"""Moments in the texts of findings, which differ between the time zones of the Regions of a StackSet."""

import re
from datetime import UTC, datetime
from typing import Final

_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2} at \d{2}:\d{2} UTC")


def moment_in_words(moment: datetime) -> str:
    """Return a moment: ``2027-01-31 at 02:00 UTC``."""
    return f"{moment.astimezone(UTC):%Y-%m-%d at %H:%M} UTC"


def without_moments(text: str) -> str:
    """Return a text that is the same for whatever moments."""
    return _MOMENT.sub("", text)
