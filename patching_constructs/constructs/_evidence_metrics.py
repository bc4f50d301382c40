"""The metrics that the watch function of a `PatchMonitoring` publishes."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from patching_constructs.evidence.names import NAMESPACE, SCHEDULE_DIMENSION, EvidenceMetric

_PERIOD: Final = Duration.hours(1)
"""The time between two checks of the nodes."""


def evidence_metric(
    name: EvidenceMetric,
    dimension: str,
    value: str,
    *,
    period: Duration,
    label: str | None = None,
    color: str | None = None,
) -> cloudwatch.Metric:
    """Return a metric with the largest value of each period."""
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=name,
        dimensions_map={dimension: value},
        statistic="Maximum",
        period=period,
        label=label,
        color=color,
    )


def node_metric(name: EvidenceMetric, schedule: str, *, label: str | None = None) -> cloudwatch.Metric:
    """Return a metric of the nodes of a schedule."""
    return evidence_metric(name, SCHEDULE_DIMENSION, schedule, period=_PERIOD, label=label)
