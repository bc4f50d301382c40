"""Windows and their executions, read from Systems Manager.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeMaintenanceWindowExecutions.html
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from .overdue import Success, Watched, Window
from .success import (
    AUTOMATION,
    PATCH_DOCUMENTS,
    RUN_COMMAND,
    UNFINISHED,
    Command,
    TaskRun,
    why_no_success,
)

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

Answer = Mapping[str, Any]

# A window that runs every few minutes and finds no node could have thousands of executions to examine.
_MOST_EXAMINED: Final = 100
_DEFINING: Final = ("Schedule", "ScheduleTimezone", "StartDate", "EndDate", "Enabled")


class Executions:
    """The executions of windows in an account and Region."""

    def __init__(self, ssm: "SSMClient", *, kept_since: datetime | None = None) -> None:
        """Take the client, and from when commands are read; what earlier ones ran on is not known any more."""
        self._ssm = ssm
        self._kept_since = kept_since

    def window(self, window_id: str, longest_wait: timedelta | None, expression: str | None) -> Window:
        """Return a window.

        Args:
            window_id: its id.
            longest_wait: the longest time until an execution.
            expression: the schedule that the time is for. If the window has another one, the time is unknown.
        """
        found = self._ssm.get_maintenance_window(WindowId=window_id)
        offset = timedelta(days=found.get("ScheduleOffset") or 0)
        is_same = expression is not None and _as_compared(found["Schedule"]) == _as_compared(expression)
        return Window(
            duration=timedelta(hours=found["Duration"]),
            is_enabled=found["Enabled"],
            next_execution=moment(found.get("NextExecutionTime")),
            modified=found.get("ModifiedDate") or found.get("CreatedDate"),
            start_date=moment(found.get("StartDate")),
            end_date=moment(found.get("EndDate")),
            recurs=not _as_compared(found["Schedule"]).startswith("at("),
            definition=_definition(found),
            longest_wait=longest_wait + offset if is_same and longest_wait is not None else None,
        )

    def read(self, window_id: str, watched: Watched) -> tuple[Success | None, datetime | None]:
        """Return the last success of a window, and from when its executions have to be read the next time."""
        found = sorted(self._begun(window_id, watched.read_from), key=_start, reverse=True)
        unfinished = [_start(each) for each in found if each["Status"] in UNFINISHED]
        newest = _start(found[0]) if found else watched.read_from
        known = watched.success
        new = (each for each in found if known is None or _start(each) > known.start)
        ended = (each for each in new if each["Status"] not in UNFINISHED)
        successes = (each for each in islice(ended, _MOST_EXAMINED) if self._has_succeeded(each))
        last = next(successes, None)
        success = known if last is None else Success(start=_start(last), end=last["EndTime"])
        return success, min(unfinished, default=newest)

    def _begun(self, window_id: str, after: datetime | None) -> list[Answer]:
        filters = [] if after is None else [{"Key": "ExecutedAfter", "Values": [f"{after:%Y-%m-%dT%H:%M:%SZ}"]}]
        pages = self._ssm.get_paginator("describe_maintenance_window_executions").paginate(
            WindowId=window_id,
            Filters=filters,  # type: ignore[arg-type]
        )
        found = [each for page in pages for each in page["WindowExecutions"] if "StartTime" in each]
        return [each for each in found if after is None or each["StartTime"] >= after]

    def _has_succeeded(self, execution: Answer) -> bool:
        # Most executions without a success show it by their status alone.
        if execution["Status"] != "SUCCESS":
            return False
        return why_no_success(execution["Status"], list(self.tasks(execution))) is None

    # --- What ran -------------------------------------------------------------------------------------

    def tasks(self, execution: Answer) -> Iterator[TaskRun]:
        """Return what the tasks of an execution did."""
        pages = self._ssm.get_paginator("describe_maintenance_window_execution_tasks").paginate(
            WindowExecutionId=execution["WindowExecutionId"]
        )
        for task in (each for page in pages for each in page["WindowExecutionTaskIdentities"]):
            commands = tuple(self._commands(task, since=_start(execution)))
            yield TaskRun(name=task["TaskArn"], kind=task["TaskType"], status=task["Status"], commands=commands)

    def _commands(self, task: Answer, *, since: datetime) -> Iterator[Command]:
        if task["TaskType"] == RUN_COMMAND:
            for command_id in self._started_by(task):
                yield self._command(command_id, task["TaskArn"], since=since)
        elif task["TaskType"] == AUTOMATION:
            automations = list(self._started_by(task))
            for command_id, document in self._patch_commands_of(automations, since=since):
                yield self._command(command_id, document, since=since)

    def _started_by(self, task: Answer) -> Iterator[str]:
        """Return what the invocations of a task have started: commands or automations."""
        pages = self._ssm.get_paginator("describe_maintenance_window_execution_task_invocations").paginate(
            WindowExecutionId=task["WindowExecutionId"], TaskId=task["TaskExecutionId"]
        )
        for page in pages:
            for each in page["WindowExecutionTaskInvocationIdentities"]:
                if "ExecutionId" in each:
                    yield each["ExecutionId"]

    def _command(self, command_id: str, document: str, *, since: datetime) -> Command:
        """Return a command. Whether it ran on a node is known as soon as there is one."""
        if self._kept_since is not None and since < self._kept_since:
            return Command(document=document, nodes=None)
        pages = self._ssm.get_paginator("list_command_invocations").paginate(CommandId=command_id)
        nodes = next((len(page["CommandInvocations"]) for page in pages if page["CommandInvocations"]), 0)
        return Command(document=document, nodes=nodes)

    def _patch_commands_of(self, automations: Sequence[str], *, since: datetime) -> Iterator[tuple[str, str]]:
        """Return the patch commands of runbooks that are gates: their snapshot has the id of the automation."""
        snapshots = [[each] for each in automations]
        for document in PATCH_DOCUMENTS if automations else ():
            pages = self._ssm.get_paginator("list_commands").paginate(
                Filters=[
                    {"key": "InvokedAfter", "value": f"{since:%Y-%m-%dT%H:%M:%SZ}"},
                    {"key": "DocumentName", "value": document},
                ]
            )
            for each in (command for page in pages for command in page["Commands"]):
                if each.get("Parameters", {}).get("SnapshotId") in snapshots:
                    yield each["CommandId"], document


def moment(text: str | None) -> datetime | None:
    """Return a time of the service, which is in UTC if it has no offset; None for an empty text."""
    if not text:
        return None
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _start(execution: Answer) -> datetime:
    found: datetime = execution["StartTime"]
    return found


def _definition(window: Answer) -> str | None:
    """Return what decides when a window opens; None if another change of the window can move its next execution.

    AWS documents this for a schedule offset. From when a rate counts after a change is not documented.
    """
    if window.get("ScheduleOffset") or _as_compared(window["Schedule"]).startswith("rate("):
        return None
    return "|".join(str(window.get(name)) for name in _DEFINING)


def _as_compared(expression: str) -> str:
    return "".join(expression.split()).lower()
