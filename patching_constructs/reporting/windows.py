"""A deployed maintenance window in a report: its executions, and the nodes that it selects."""

from dataclasses import dataclass
from datetime import datetime

from patching_constructs.planning.coverage import Selection
from patching_constructs.reporting.nodes import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowExecution:
    """An execution of a window.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_MaintenanceWindowExecution.html
    """

    id: str
    status: str
    started: datetime
    ended: datetime | None = None
    details: str = ""
    """The reason of the status, where the service gives one."""
    is_success: bool | None = None
    """Whether every task succeeded and ran on a node; None where that was not read. A window without tasks or nodes
    has the status SUCCESS too."""


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
    executions: tuple[WindowExecution, ...] | None = None
    """Newest first; None where they were not read."""

    @property
    def last_execution(self) -> WindowExecution | None:
        """The newest execution that the service still lists."""
        return self.executions[0] if self.executions else None
