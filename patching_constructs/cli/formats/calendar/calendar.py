"""What `calendar` writes, in whatever format."""

from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from patching_constructs.template.upcoming import Upcoming
from patching_constructs.template.upcoming_runs import UpcomingRuns


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The upcoming executions of a range of time."""

    upcoming: Upcoming
    runs: UpcomingRuns = field(default_factory=UpcomingRuns)
    """What patches outside of maintenance windows."""
    after: datetime
    """The aware datetime that the range begins with."""
    until: datetime | None = None
    """The aware datetime that the range ends with. None where a number of executions is listed."""
    zone: tzinfo | None = None
    """The time zone of all times. None where every schedule has its own."""
    most: int | None = None
    """How many executions of each window the table lists at most. None for all."""
    to_file: bool = False
    """Whether it is written to a file, and not to a terminal or a pipe."""

    @property
    def end(self) -> datetime:
        """The end of the range, or else of the last execution."""
        return self.until or max((each.occurrence.end for each in self.upcoming.executions), default=self.after)
