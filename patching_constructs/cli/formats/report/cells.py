"""Times, ages and shares in the tables of a report."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from rich.text import Text

from patching_constructs.reporting.counts import Counts


@dataclass(frozen=True, slots=True)
class CellWords:
    """How times are written."""

    zone: tzinfo | None
    """None for UTC."""
    now: datetime

    def full(self, moment: datetime) -> str:
        """Return a time with its time zone, which is that of all times."""
        return f"{moment.astimezone(self.zone or UTC):%Y-%m-%d %H:%M %Z}"

    def time(self, moment: datetime) -> str:
        """Return a time."""
        return f"{moment.astimezone(self.zone or UTC):%Y-%m-%d %H:%M}"

    def day(self, moment: datetime | None) -> Text:
        """Return a day."""
        return Text("-" if moment is None else f"{moment.astimezone(self.zone or UTC):%Y-%m-%d}")

    def age(self, moment: datetime | None) -> str:
        """Return for how long something has been so."""
        if moment is None:
            return "-"
        return f"{(self.now - moment) // timedelta(days=1)} d"


def counted(number: int, one: str, many: str) -> str:
    """Return a number of things."""
    return f"{number:,} {one if number == 1 else many}"


def share_in_words(counts: Counts) -> str:
    """Return the share of compliant nodes; nothing without nodes."""
    percent = counts.percent_compliant
    return "" if percent is None else f"{percent} %"
