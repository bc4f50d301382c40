"""The CloudWatch metrics that Systems Manager publishes for Run Command, and those of this library.

AWS documents the former and no dimension of them. None is published per maintenance window, so a `PatchMonitoring`
publishes its own.

https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-cloudwatch-metrics.html
"""

from enum import StrEnum
from typing import Final

NAMESPACE: Final = "AWS/SSM-RunCommand"


class RunCommandMetric(StrEnum):
    """The name of a metric."""

    SUCCEEDED = "CommandsSucceeded"
    FAILED = "CommandsFailed"
    DELIVERY_TIMED_OUT = "CommandsDeliveryTimedOut"


EVIDENCE_NAMESPACE: Final = "PatchingConstructs"
"""The namespace of the metrics that the function of a ``PatchMonitoring`` publishes."""
WINDOW_DIMENSION: Final = "WindowId"
SCHEDULE_DIMENSION: Final = "Schedule"


class EvidenceMetric(StrEnum):
    """The name of a metric of that function: of a window, or of the nodes of a schedule."""

    HOURS_OVERDUE = "HoursOverdue"
    HOURS_SINCE_SUCCESS = "HoursSinceSuccess"
    NON_COMPLIANT_NODES = "NonCompliantNodes"
    NODES_WITHOUT_EVIDENCE = "NodesWithoutEvidence"
    NODES = "Nodes"
