"""The recorded executions of maintenance windows, and whether they have really succeeded.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeMaintenanceWindowExecutions.html
"""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Final

from patching_constructs.cli.aws_errors import AwsError
from patching_constructs.cli.live.client import LiveReader
from patching_constructs.cli.live.request import Answer, Request
from patching_constructs.evidence.executions import Executions
from patching_constructs.evidence.success import COMMANDS_KEPT, SUCCESS, Command, TaskRun, kept_since, why_no_success
from patching_constructs.planning.recorded_executions import RecordedExecution, Result, result_of_status

_PAGE: Final = 100
_ASSUMED: Final = (
    f"Run Command keeps commands for {COMMANDS_KEPT.days} days, so it is unknown on how many nodes they ran"
)


def read_executions(reader: LiveReader, window_id: str, *, after: datetime) -> list[Answer]:
    """Return the executions of a window that started after an aware datetime, as the service returns them.

    Raises:
        AwsError: they cannot be read.
    """
    filters = [{"Key": "ExecutedAfter", "Values": [f"{after:%Y-%m-%dT%H:%M:%SZ}"]}]
    request = Request(
        operation="describe_maintenance_window_executions",
        result="WindowExecutions",
        parameters={"WindowId": window_id, "Filters": filters},
        page_size=_PAGE,
    )
    return [each for each in reader.read(request) if "StartTime" in each and each["StartTime"] >= after]


def examined(reader: LiveReader, execution: Answer, *, now: datetime) -> RecordedExecution:
    """Return an execution with what its tasks did, or why that is unknown. See `with_result`."""
    try:
        return with_result(reader, execution, now=now)
    except AwsError as error:
        return without_tasks(execution, str(error))


def with_result(reader: LiveReader, execution: Answer, *, now: datetime) -> RecordedExecution:
    """Return an execution with what its tasks did.

    Args:
        reader: the account and Region.
        execution: the execution, as the service returns it.
        now: an aware datetime.

    Raises:
        AwsError: that cannot be read.
    """
    result = result_of_status(execution["Status"])
    if result is Result.RUNNING or result is Result.SKIPPED:
        return recorded(execution, result)
    return _by_tasks(reader, execution, now)


def without_tasks(execution: Answer, error: str = "") -> RecordedExecution:
    """Return an execution whose tasks could not be read."""
    reason = "its tasks could not be read"
    return recorded(execution, result_of_status(execution["Status"]), f"{reason}: {error}" if error else reason)


def _by_tasks(reader: LiveReader, execution: Answer, now: datetime) -> RecordedExecution:
    tasks = _tasks(reader, execution, now)
    status = execution["Status"]
    if status != SUCCESS:
        failed = (f"the status of its task {each.name} is {each.status}" for each in tasks if each.status != SUCCESS)
        return recorded(execution, result_of_status(status), next(failed, ""))
    reason = why_no_success(status, tasks)
    if reason is None:
        is_assumed = any(command.nodes is None for each in tasks for command in each.commands)
        return recorded(execution, Result.SUCCEEDED, _ASSUMED if is_assumed else "")
    has_failed = any(each.status != SUCCESS for each in tasks)
    return recorded(execution, Result.FAILED if has_failed else Result.NOTHING_RAN, reason)


def _tasks(reader: LiveReader, execution: Answer, now: datetime) -> list[TaskRun]:
    """Return what the tasks of an execution did. It takes several requests, and is saved as one answer."""

    def ask() -> list[Answer]:
        executions = Executions(reader.client("ssm"), kept_since=kept_since(now))
        return [asdict(task) for task in executions.tasks(execution)]

    found = reader.once(f"tasks of {execution['WindowExecutionId']}", ask)
    return [TaskRun(**each | {"commands": tuple(Command(**command) for command in each["commands"])}) for each in found]


def recorded(execution: Answer, result: Result, reason: str = "") -> RecordedExecution:
    """Return an execution with its result."""
    # The times of boto3 are in the time zone of the machine.
    ended = execution.get("EndTime")
    return RecordedExecution(
        window_id=execution["WindowId"],
        id=execution["WindowExecutionId"],
        status=execution["Status"],
        started=execution["StartTime"].astimezone(UTC),
        ended=ended and ended.astimezone(UTC),
        details=execution.get("StatusDetails", ""),
        result=result,
        reason=reason,
    )
