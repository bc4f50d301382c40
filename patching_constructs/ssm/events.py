"""The events that Systems Manager sends to EventBridge for maintenance windows and compliance.

https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html
"""

import re
from enum import StrEnum
from typing import Final

EVENT_SOURCE: Final = "aws.ssm"

# Of a rule: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
RULE_NAME: Final = re.compile(r"[.\-_A-Za-z0-9]{1,64}")
RULE_DESCRIPTION_LENGTH: Final = 512
# "Event pattern size", adjustable: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
PATTERN_LENGTH: Final = 2048


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

# AWS documents two detail types for the state of a window: the second one at
# https://docs.aws.amazon.com/systems-manager/latest/userguide/reference-eventbridge-events.html
WINDOW_STATE_SPELLINGS: Final = (DetailType.WINDOW_STATE, "Maintenance Window Status-change Notification")

UNSUCCESSFUL: Final = (
    ExecutionStatus.FAILED,
    ExecutionStatus.TIMED_OUT,
    ExecutionStatus.CANCELLED,
    ExecutionStatus.SKIPPED_OVERLAPPING,
)
"""The statuses of an execution that ended without success."""

# Other detail types of the source that AWS documents.
OTHER_DETAIL_TYPES: Final = (
    WINDOW_STATE_SPELLINGS[1],
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
