"""The maintenance windows of an account and Region.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeMaintenanceWindows.html
"""

from datetime import UTC, datetime
from typing import Final

from patching_constructs.cli.aws_errors import AwsError
from patching_constructs.cli.live.client import LiveReader
from patching_constructs.cli.live.request import Answer, Request
from patching_constructs.evidence.executions import moment
from patching_constructs.planning.live_windows import LiveWindow
from patching_constructs.reporting.nodes import UNKNOWN_ACCOUNT

_PAGE: Final = 100
# The error code, ValidationError, is that of many other errors.
_NO_STACK: Final = "does not exist"


def read_windows(reader: LiveReader) -> list[LiveWindow]:
    """Return all windows, without the times at which they were created and changed.

    Raises:
        AwsError: they cannot be read.
    """
    request = Request(operation="describe_maintenance_windows", result="WindowIdentities", page_size=_PAGE)
    return [_window(reader, each) for each in reader.read(request)]


def read_window(reader: LiveReader, window_id: str) -> LiveWindow:
    """Return a window with the times at which it was created and changed.

    Raises:
        AwsError: it cannot be read.
    """
    request = Request(operation="get_maintenance_window", result=None, parameters={"WindowId": window_id})
    (found,) = reader.read(request)
    return _window(reader, found)


def read_windows_of_stack(reader: LiveReader, stack: str) -> dict[str, str]:
    """Return the windows that a stack has created: their ids by logical id. Empty for a stack that does not exist.

    Raises:
        AwsError: it cannot be read.
    """
    request = Request(
        service="cloudformation",
        operation="list_stack_resources",
        result="StackResourceSummaries",
        parameters={"StackName": stack},
    )
    try:
        resources = reader.read(request)
    except AwsError as error:
        if _NO_STACK in str(error):
            return {}
        raise
    return {
        each["LogicalResourceId"]: each["PhysicalResourceId"]
        for each in resources
        if each["ResourceType"] == "AWS::SSM::MaintenanceWindow" and each.get("PhysicalResourceId")
    }


def _window(reader: LiveReader, found: Answer) -> LiveWindow:
    account, region = reader.place.account, reader.place.region
    return LiveWindow(
        id=found["WindowId"],
        name=found.get("Name") or found["WindowId"],
        account=None if account == UNKNOWN_ACCOUNT else account,
        region=region,
        is_enabled=found.get("Enabled", True),
        schedule=found.get("Schedule", ""),
        time_zone=found.get("ScheduleTimezone"),
        schedule_offset=found.get("ScheduleOffset"),
        duration=found.get("Duration", 0),
        cutoff=found.get("Cutoff", 0),
        start_date=found.get("StartDate"),
        end_date=found.get("EndDate"),
        next_execution=moment(found.get("NextExecutionTime")),
        created=_in_utc(found.get("CreatedDate")),
        modified=_in_utc(found.get("ModifiedDate")),
    )


def _in_utc(time: datetime | None) -> datetime | None:
    return None if time is None else time.astimezone(UTC)
