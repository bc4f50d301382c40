"""The metrics of the nodes of a schedule, which the watch function of a `PatchMonitoring` publishes."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from patching_constructs.ssm.metrics import EVIDENCE_NAMESPACE, SCHEDULE_DIMENSION, EvidenceMetric

_PERIOD: Final = Duration.hours(1)
"""The time between two checks of the nodes."""


def node_metric(name: EvidenceMetric, schedule: str, *, label: str | None = None) -> cloudwatch.Metric:
    """Return a metric of the nodes of a schedule, with the largest value of each hour."""
    return cloudwatch.Metric(
        namespace=EVIDENCE_NAMESPACE,
        metric_name=name,
        dimensions_map={SCHEDULE_DIMENSION: schedule},
        statistic="Maximum",
        period=_PERIOD,
        label=label,
    )
