"""Read the windows of templates and their executions in one account and Region."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeVar

from patching_constructs.cli.aws_errors import AwsError
from patching_constructs.cli.live.client import LiveReader
from patching_constructs.cli.live.executions import examined, read_executions, recorded
from patching_constructs.cli.live.reading import Job, Reading
from patching_constructs.cli.live.request import Answer
from patching_constructs.cli.live.windows import read_window, read_windows, read_windows_of_stack
from patching_constructs.cli.results.matching import Match, matches
from patching_constructs.cli.results.recorded_place import RecordedPlace, WindowRecord
from patching_constructs.planning.recorded_executions import RecordedExecution, result_of_status
from patching_constructs.reporting.nodes import UNKNOWN_ACCOUNT
from patching_constructs.ssm import limits
from patching_constructs.template import MaintenanceWindow

# An execution that is older than the range proves that those in the range are still recorded; a window that runs every
# month has one.
_LOOK_BACK: Final = timedelta(days=32)
# The window of an execution can be open when the range begins.
_LONGEST: Final = timedelta(hours=limits.DURATION_HOURS[1])
_OLD: Final = "it is older than what was examined"
_NOT_READ: Final = "they could not be read"
_Item = TypeVar("_Item")
_Read = TypeVar("_Read")


class LivePlace:
    """An account and Region that is read once."""

    def __init__(self, reader: LiveReader, reading: Reading, *, after: datetime, now: datetime) -> None:
        """Take what reads.

        Args:
            reader: the account and Region.
            reading: what reads many things at the same time.
            after: an aware datetime, from which on executions are examined.
            now: an aware datetime.
        """
        self._reader = reader
        self._reading = reading
        self._after = after
        self._now = now

    def read(self, every: Sequence[MaintenanceWindow], shown: Sequence[MaintenanceWindow]) -> RecordedPlace:
        """Return what is known of windows.

        Args:
            every: all windows of the templates.
            shown: the windows whose executions are read.
        """
        account = self._reader.place.account
        empty = RecordedPlace(
            account=None if account == UNKNOWN_ACCOUNT else account,
            region=self._reader.place.region,
            read_at=self._now,
        )
        try:
            place = replace(empty, windows=tuple(read_windows(self._reader)))
        except AwsError as error:
            return replace(empty, failure=str(error))
        place = replace(place, stacks=self._stacks(every))
        found = matches(every, [place])
        wanted = [match for window in shown if isinstance(match := found[id(window)], Match)]
        ids = list(dict.fromkeys(each.id for match in wanted for each in match.windows))
        return self._with_records(place, ids)

    def _stacks(self, every: Sequence[MaintenanceWindow]) -> dict[str, dict[str, str]]:
        """Return the windows of the stacks that can be read; of others, windows are found by their names."""
        names = list(dict.fromkeys(_stacks_of(every)))
        found = self._each("Reading stacks", "stacks", names, lambda name: read_windows_of_stack(self._reader, name))
        return {name: ids for name, ids in zip(names, found, strict=True) if ids is not None}

    def _with_records(self, place: RecordedPlace, ids: Sequence[str]) -> RecordedPlace:
        """Return a place with the details and executions of some windows."""
        details = self._each("Reading windows", "windows", ids, lambda each: read_window(self._reader, each))
        known = {window.id: window for window in details if window is not None}
        listed = self._each("Reading executions", "lists of executions", ids, self._executions)
        examined_of = self._examined([each for executions in listed for each in executions or ()])
        records = {
            window: WindowRecord(failure=_NOT_READ)
            if executions is None
            else WindowRecord(executions=tuple(examined_of[each["WindowExecutionId"]] for each in executions))
            for window, executions in zip(ids, listed, strict=True)
        }
        return replace(place, windows=tuple(known.get(each.id, each) for each in place.windows), records=records)

    def _executions(self, window: str) -> list[Answer]:
        return read_executions(self._reader, window, after=self._after - _LOOK_BACK)

    def _examined(self, executions: Sequence[Answer]) -> dict[str, RecordedExecution]:
        """Return executions by their ids, with what their tasks did if they are not older than the range."""
        found = {
            each["WindowExecutionId"]: recorded(each, result_of_status(each["Status"]), _OLD) for each in executions
        }
        recent = [each for each in executions if each["StartTime"] >= self._after - _LONGEST]
        results = self._each("Reading results", "executions", recent, self._examine)
        return found | {each.id: each for each in results if each is not None}

    def _examine(self, execution: Answer) -> RecordedExecution:
        return examined(self._reader, execution, now=self._now)

    def _each(
        self, doing: str, what: str, items: Sequence[_Item], read: Callable[[_Item], _Read]
    ) -> list[_Read | None]:
        """Read items at the same time; None for one that cannot be read, which is noted."""
        place = self._reader.place
        return self._reading.each(doing, [Job(read=partial(read, each), what=what, place=place) for each in items])


def _stacks_of(windows: Sequence[MaintenanceWindow]) -> Iterator[str]:
    """Return the stacks of a ``cdk.out``; a nested stack has another name when it is deployed."""
    for window in windows:
        for each in window.of_schedule:
            if each.environment and not each.template.source.root:
                yield each.stack
