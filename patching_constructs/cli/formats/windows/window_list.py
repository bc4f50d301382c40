"""What `describe` writes, in whatever format."""

from dataclasses import dataclass
from datetime import datetime

from patching_constructs.description.described import Described, Subject
from patching_constructs.description.next_executions import assumptions_of
from patching_constructs.template import MaintenanceWindow
from patching_constructs.template.upcoming import UnplannedWindow, planned


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowList:
    """The schedules of a cloud assembly or a template, with what else decides what they do."""

    path: str
    described: Described
    to_file: bool = False
    """Whether it is written to a file, and not to a terminal or a pipe."""

    now: datetime
    """An aware datetime, from which on executions are looked at for assumptions."""

    def assumptions_of(self, subject: Subject) -> tuple[str, ...]:
        """Return what is assumed of the starts of a schedule."""
        return assumptions_of(subject, after=self.now)


def invalid_because(window: MaintenanceWindow) -> str | None:
    """Return why Systems Manager would refuse when the window runs, None where it would not."""
    read = planned(window, owner=window)
    return read.reason.removeprefix("invalid: ") if isinstance(read, UnplannedWindow) and read.is_invalid else None


def idle_because(window: MaintenanceWindow) -> str | None:
    """Return why nothing runs in the window, None where a task runs."""
    if window.tasks:
        return None
    return "the schedule is frozen" if window.is_frozen else "the window has no task"
