"""What was read of the maintenance windows in one account and Region."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from patching_constructs.planning.live_windows import LiveWindow
from patching_constructs.planning.recorded_executions import RecordedExecution


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRecord:
    """The executions of one window, or why they could not be read."""

    executions: tuple[RecordedExecution, ...] = ()
    failure: str = ""


@dataclass(frozen=True, kw_only=True)
class RecordedPlace:
    """The windows of an account and Region, and the recorded executions of some of them."""

    account: str | None
    """None where it could not be read."""
    region: str
    read_at: datetime
    """An aware datetime."""
    windows: tuple[LiveWindow, ...] = ()
    stacks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The maintenance windows that each stack has created: their ids by logical id. A stack that could not be read is
    missing; one that does not exist is empty."""
    records: Mapping[str, WindowRecord] = field(default_factory=dict)
    """The executions of each window that was asked for, by its id."""
    failure: str = ""
    """Why the windows could not be read."""

    @property
    def name(self) -> str:
        """The account and Region: ``111122223333/eu-central-1``."""
        return f"{self.account or 'unknown account'}/{self.region}"

    @cached_property
    def begins(self) -> datetime | None:
        """When the earliest recorded execution has started; None if none is recorded."""
        return min((each.started for record in self.records.values() for each in record.executions), default=None)
