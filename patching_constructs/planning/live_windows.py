"""A maintenance window in an account, as Systems Manager describes it.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_MaintenanceWindowIdentity.html
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from patching_constructs._errors import PatchingError
from patching_constructs.planning.windows import WindowTimes


@dataclass(frozen=True, kw_only=True)
class LiveWindow:
    """A window in an account."""

    id: str
    name: str
    region: str
    account: str | None = None
    """None where it could not be read."""
    is_enabled: bool
    schedule: str
    time_zone: str | None = None
    schedule_offset: int | None = None
    duration: int
    """In hours."""
    cutoff: int
    """In hours."""
    start_date: str | None = None
    """As the service returns it."""
    end_date: str | None = None
    """As the service returns it."""
    next_execution: datetime | None = None
    """An aware datetime. None for a window that is disabled, or that has no other execution."""
    created: datetime | None = None
    """An aware datetime; None where it was not read."""
    modified: datetime | None = None
    """When its properties were last changed, as an aware datetime; None where it was not read."""

    @cached_property
    def times(self) -> WindowTimes | None:
        """When and for how long it is open; None where the planner cannot read it."""
        offset = None if self.schedule_offset is None else str(self.schedule_offset)
        try:
            return WindowTimes.read(
                schedule=self.schedule,
                time_zone=self.time_zone,
                schedule_offset=offset,
                duration=str(self.duration),
                cutoff=str(self.cutoff),
                start_date=self.start_date,
                end_date=self.end_date,
            )
        except PatchingError:
            return None

    def opens_at(self, moment: datetime) -> bool:
        """Return whether its schedule has an execution that starts at an aware datetime; False if it is unknown."""
        return self.times is not None and self.times.opens_at(moment)
