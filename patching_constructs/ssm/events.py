"""What Systems Manager tells EventBridge of windows and of compliance: the words of its events.

https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html
"""

from enum import StrEnum
from typing import Final

EVENT_SOURCE: Final = "aws.ssm"


class DetailType(StrEnum):
    """The kinds of events about maintenance windows and compliance."""

    WINDOW_STATE = "Maintenance Window State-change Notification"
    WINDOW_EXECUTION = "Maintenance Window Execution State-change Notification"
    TASK_EXECUTION = "Maintenance Window Task Execution State-change Notification"
    TARGET_INVOCATION = "Maintenance Window Task Target Invocation State-change Notification"
    TARGET_REGISTRATION = "Maintenance Window Target Registration Notification"
    TASK_REGISTRATION = "Maintenance Window Task Registration Notification"
    COMPLIANCE = "Configuration Compliance State Change"


class WindowState(StrEnum):
    """What a window is set to."""

    ENABLED = "ENABLED"
    DISABLED = "DISABLED"


class ExecutionStatus(StrEnum):
    """How a run of a window, of a task in it or on one target stands."""

    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    CANCELLING = "CANCELLING"
    CANCELLED = "CANCELLED"
    SKIPPED_OVERLAPPING = "SKIPPED_OVERLAPPING"


class ComplianceStatus(StrEnum):
    """Whether a node is compliant now."""

    COMPLIANT = "compliant"
    NON_COMPLIANT = "non_compliant"


# Under which key of an event's detail which words stand.
DETAILS: Final[dict[DetailType, tuple[str, type[StrEnum]]]] = {
    DetailType.WINDOW_STATE: ("status", WindowState),
    DetailType.WINDOW_EXECUTION: ("status", ExecutionStatus),
    DetailType.TASK_EXECUTION: ("status", ExecutionStatus),
    DetailType.TARGET_INVOCATION: ("status", ExecutionStatus),
    DetailType.COMPLIANCE: ("compliance-status", ComplianceStatus),
}
