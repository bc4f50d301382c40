"""What `calendar` writes, in whatever format."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from patching_constructs.cli.ended_schedules import EndedSchedule
from patching_constructs.cli.results.past import PastExecutions
from patching_constructs.properties.freeze import PatchFreeze
from patching_constructs.template import MaintenanceWindow
from patching_constructs.template.unread import UnreadTemplate
from patching_constructs.template.upcoming import Upcoming
from patching_constructs.template.upcoming_runs import UpcomingRuns


@dataclass(frozen=True, slots=True)
class CalendarFreeze:
    """A freeze, and the windows that are not open during it."""

    freeze: PatchFreeze
    windows: Sequence[MaintenanceWindow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The executions of a range of time: upcoming ones, and past ones if their results were asked for."""

    upcoming: Upcoming
    windows: Sequence[MaintenanceWindow] = ()
    """The windows that are shown, whether or not they have executions in the range."""
    runs: UpcomingRuns = field(default_factory=UpcomingRuns)
    """What patches outside of maintenance windows."""
    ended: Sequence[EndedSchedule] = ()
    """The schedules without an upcoming execution. A window of them can still be open."""
    made_at: datetime
    """The aware datetime of now: when the templates were read."""
    unread: Sequence[UnreadTemplate] = ()
    """The templates that were not read, so that their executions are not listed."""
    after: datetime
    """The aware datetime that the range begins with."""
    until: datetime | None = None
    """The aware datetime that the range ends with. None where a number of executions is listed."""
    zone: tzinfo | None = None
    """The time zone of all times. None where every schedule has its own."""
    most: int | None = None
    """How many executions of each window the table lists at most. None for all."""
    past: PastExecutions | None = None
    """The past executions with their results, which ``upcoming`` contains too. None if they were not asked for."""
    to_file: bool = False
    """Whether it is written to a file, and not to a terminal or a pipe."""

    @property
    def end(self) -> datetime:
        """The end of the range, or else of the last execution."""
        ends = [
            *(each.occurrence.end for each in self.upcoming.executions),
            *(each.occurrence.end for each in self.runs.executions),
        ]
        return self.until or max(ends, default=self.after)

    @property
    def freezes(self) -> list[CalendarFreeze]:
        """The freezes in the range, in order, each with its windows."""
        found: dict[PatchFreeze, list[MaintenanceWindow]] = {}
        for window in self.windows:
            for freeze in window.freezes:
                if freeze.start < self.end and freeze.end > self.after:
                    found.setdefault(freeze, []).append(window)
        ordered = sorted(found.items(), key=lambda each: (each[0].start, each[0].end, each[0].reason))
        return [CalendarFreeze(freeze, windows) for freeze, windows in ordered]

    @property
    def complete_until(self) -> datetime:
        """Until when no execution is missing; earlier than the end where a number of executions is listed."""
        if self.until is not None:
            return self.until
        starts: dict[int, list[datetime]] = {}
        for execution in self.upcoming.executions:
            if execution.occurrence.start < self.after or execution.result is not None:
                # It is open at the start of the range, or past, and is not counted.
                continue
            starts.setdefault(id(execution.owner), []).append(execution.occurrence.start)
        for run in self.runs.executions:
            starts.setdefault(id(run.run), []).append(run.occurrence.start)
        most = max(map(len, starts.values()), default=0)
        # A schedule with fewer executions has no more than these.
        return min((each[-1] for each in starts.values() if len(each) == most), default=self.end)
