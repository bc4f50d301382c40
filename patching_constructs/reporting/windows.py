"""A deployed maintenance window in a report: its executions, and the nodes that it selects."""

from dataclasses import dataclass
from datetime import datetime

from patching_constructs.planning.coverage import Selection
from patching_constructs.planning.recorded_executions import RecordedExecution
from patching_constructs.reporting.nodes import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWindow:
    """A maintenance window as it is deployed.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_MaintenanceWindowIdentity.html
    """

    id: str
    place: Place
    name: str
    is_enabled: bool = True
    schedule: str = ""
    time_zone: str | None = None
    duration_hours: int | None = None
    next_execution: datetime | None = None
    """None for a window that is disabled or has ended."""
    targets: tuple[Selection, ...] | None = None
    """The nodes of each target; None where the targets were not read."""
    executions: tuple[RecordedExecution, ...] | None = None
    """Newest first; None where they were not read."""

    @property
    def last_execution(self) -> RecordedExecution | None:
        """The newest execution that the service still lists."""
        return self.executions[0] if self.executions else None
