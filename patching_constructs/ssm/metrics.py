"""The CloudWatch metrics that Systems Manager publishes for Run Command.

AWS documents these metrics and no dimension of them. None is published per maintenance window, so a `PatchMonitoring`
publishes its own: `evidence.names`.

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
