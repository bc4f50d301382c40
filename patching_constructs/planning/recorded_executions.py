"""The executions of maintenance windows that Systems Manager has recorded, and the result of each.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_MaintenanceWindowExecution.html
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from patching_constructs.ssm.events import ExecutionStatus


class Result(StrEnum):
    """The result of an execution."""

    SUCCEEDED = "succeeded"
    """Its tasks have run on at least one node, and all of them have succeeded."""
    NOTHING_RAN = "nothingRan"
    """It has the status SUCCESS, but no task has run, or none on a node."""
    FAILED = "failed"
    TIMED_OUT = "timedOut"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    RUNNING = "running"
    DID_NOT_RUN = "didNotRun"
    """The schedule had an execution, and there certainly was none."""
    UNKNOWN = "unknown"


_RESULTS: Final[dict[str, Result]] = {
    ExecutionStatus.PENDING: Result.RUNNING,
    ExecutionStatus.IN_PROGRESS: Result.RUNNING,
    ExecutionStatus.FAILED: Result.FAILED,
    ExecutionStatus.TIMED_OUT: Result.TIMED_OUT,
    ExecutionStatus.CANCELLING: Result.CANCELLED,
    ExecutionStatus.CANCELLED: Result.CANCELLED,
    ExecutionStatus.SKIPPED_OVERLAPPING: Result.SKIPPED,
}


def result_of_status(status: str) -> Result:
    """Return the result of an execution with a status other than SUCCESS, with which nothing can have run."""
    return _RESULTS.get(status, Result.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedExecution:
    """An execution of a window that Systems Manager has recorded."""

    window_id: str
    id: str
    status: str
    """As the service returns it, such as ``TIMED_OUT``."""
    started: datetime
    """An aware datetime."""
    ended: datetime | None = None
    """An aware datetime; None while it runs."""
    details: str = ""
    """The details of the status, as the service returns them."""
    result: Result
    reason: str = ""
    """Why the result is another one than the status says, or why it is unknown."""

    @property
    def is_success(self) -> bool | None:
        """Whether it has succeeded and has run on at least one node; None where that is unknown."""
        return None if self.result is Result.UNKNOWN else self.result is Result.SUCCEEDED


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionResult:
    """The result of an execution in a plan."""

    result: Result
    reason: str = ""
    """Why: the details of a failure, or why the result is unknown. Empty for a success."""
    recorded: RecordedExecution | None = None
    """What Systems Manager has recorded. None where it has recorded nothing, or where that is unknown."""
    is_scheduled: bool = True
    """Whether the schedule of the window has an execution at this time, as far as that is known."""

    @classmethod
    def of(cls, recorded: RecordedExecution, *, is_scheduled: bool = True) -> "ExecutionResult":
        """Return the result of an execution that was recorded."""
        reason = recorded.reason or recorded.details
        return cls(result=recorded.result, reason=reason, recorded=recorded, is_scheduled=is_scheduled)

    @classmethod
    def unknown(cls, reason: str) -> "ExecutionResult":
        """Return that the result is unknown."""
        return cls(result=Result.UNKNOWN, reason=reason)
