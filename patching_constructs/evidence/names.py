"""The names that the function and the constructs that create it share: its metrics, and what it can check."""

from enum import StrEnum
from typing import Final

NAMESPACE: Final = "PatchingConstructs"
"""The namespace of the metrics."""
WINDOW_DIMENSION: Final = "WindowId"
SCHEDULE_DIMENSION: Final = "Schedule"
MONITORING_DIMENSION: Final = "Monitoring"
"""What the metrics of nodes depend on besides the schedule: its limits, and the stack, since paths are not unique."""
MONITORING_VARIABLE: Final = "MONITORING_NAME"
"""The environment variable of the function with the value of that dimension."""
TOPIC_VARIABLE: Final = "TOPIC_ARN"
"""The environment variable of the function that writes messages, which is not a part of this package."""
EXECUTIONS: Final = "executions"
"""The check of the executions of windows."""
COMPLIANCE: Final = "compliance"
"""The check of the nodes of schedules."""


class EvidenceMetric(StrEnum):
    """The name of a metric: of a window, or of the nodes of a schedule."""

    HOURS_OVERDUE = "HoursOverdue"
    HOURS_SINCE_SUCCESS = "HoursSinceSuccess"
    NON_COMPLIANT_NODES = "NonCompliantNodes"
    NODES_WITHOUT_EVIDENCE = "NodesWithoutEvidence"
    NODES = "Nodes"
