"""The events that Systems Manager sends to EventBridge for maintenance windows and compliance.

https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html
"""

from enum import StrEnum
from typing import Final

EVENT_SOURCE: Final = "aws.ssm"


class DetailType(StrEnum):
    """The detail types of the events."""

    WINDOW_STATE = "Maintenance Window State-change Notification"
    WINDOW_EXECUTION = "Maintenance Window Execution State-change Notification"
    TASK_EXECUTION = "Maintenance Window Task Execution State-change Notification"
    TARGET_INVOCATION = "Maintenance Window Task Target Invocation State-change Notification"
    TARGET_REGISTRATION = "Maintenance Window Target Registration Notification"
    TASK_REGISTRATION = "Maintenance Window Task Registration Notification"
    COMPLIANCE = "Configuration Compliance State Change"


class WindowState(StrEnum):
    """The state of a maintenance window."""

    ENABLED = "ENABLED"
    DISABLED = "DISABLED"


class ExecutionStatus(StrEnum):
    """The status of an execution of a window or of a task."""

    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    CANCELLING = "CANCELLING"
    CANCELLED = "CANCELLED"
    SKIPPED_OVERLAPPING = "SKIPPED_OVERLAPPING"


class InvocationStatus(StrEnum):
    """The status of a task on one target.

    Automation, Lambda and Step Functions tasks report only ``IN_PROGRESS`` and ``COMPLETE``, whether they succeed or
    not.
    """

    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    CANCELLING = "CANCELLING"
    CANCELLED = "CANCELLED"
    SKIPPED_OVERLAPPING = "SKIPPED_OVERLAPPING"
    COMPLETE = "COMPLETE"


class ComplianceStatus(StrEnum):
    """The compliance status of a node."""

    COMPLIANT = "compliant"
    NON_COMPLIANT = "non_compliant"


class CommandStatus(StrEnum):
    """The status of a command, or of a command on one node.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
    """

    PENDING = "Pending"
    IN_PROGRESS = "InProgress"
    DELAYED = "Delayed"
    SUCCESS = "Success"
    CANCELLED = "Cancelled"
    CANCELLING = "Cancelling"
    FAILED = "Failed"
    TIMED_OUT = "TimedOut"


COMMAND_DETAIL_TYPES: Final = (
    "EC2 Command Status-change Notification",
    "EC2 Command Invocation Status-change Notification",
)

# Other detail types of the source that AWS documents, including a second spelling of WINDOW_STATE.
OTHER_DETAIL_TYPES: Final = (
    "Maintenance Window Status-change Notification",
    *COMMAND_DETAIL_TYPES,
    "EC2 Automation Execution Status-change Notification",
    "EC2 Automation Step Status-change Notification",
    "EC2 State Manager Association State Change",
    "EC2 State Manager Instance Association State Change",
    "Calendar State Change",
)

# The key of each event's detail that has a status, and its literals.
DETAILS: Final[dict[DetailType, tuple[str, type[StrEnum]]]] = {
    DetailType.WINDOW_STATE: ("status", WindowState),
    DetailType.WINDOW_EXECUTION: ("status", ExecutionStatus),
    DetailType.TASK_EXECUTION: ("status", ExecutionStatus),
    DetailType.TARGET_INVOCATION: ("status", InvocationStatus),
    DetailType.COMPLIANCE: ("compliance-status", ComplianceStatus),
}
