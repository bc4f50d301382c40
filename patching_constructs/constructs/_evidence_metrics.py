"""The metrics that the watch function of a `PatchMonitoring` publishes."""

from collections.abc import Mapping
from typing import Final

from aws_cdk import Aws, Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from patching_constructs.constructs._names import shortened
from patching_constructs.evidence.names import MONITORING_DIMENSION, NAMESPACE, SCHEDULE_DIMENSION, EvidenceMetric

_LONGEST_PLACE: Final = 126
"""A dimension has at most 255 characters, and the name of a stack 128."""
_PERIOD: Final = Duration.hours(1)
"""The time between two checks of the nodes."""


def evidence_metric(
    name: EvidenceMetric,
    dimensions: Mapping[str, str],
    *,
    period: Duration,
    label: str | None = None,
    color: str | None = None,
) -> cloudwatch.Metric:
    """Return a metric with the largest value of each period."""
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=name,
        dimensions_map=dimensions,
        statistic="Maximum",
        period=period,
        label=label,
        color=color,
    )


def node_metric(name: EvidenceMetric, schedule: str, *, monitoring: str, label: str | None = None) -> cloudwatch.Metric:
    """Return a metric of the nodes of a schedule, as a monitoring counts them."""
    dimensions = {SCHEDULE_DIMENSION: schedule, MONITORING_DIMENSION: monitoring}
    return evidence_metric(name, dimensions, period=_PERIOD, label=label)


def monitoring_name(monitoring: Construct) -> str:
    """Return the name of a monitoring in dimensions, which is unique in an account and Region."""
    place = monitoring.node.path.removeprefix(f"{Stack.of(monitoring).node.path}/")
    return f"{Aws.STACK_NAME}/{dimension_value(place, longest=_LONGEST_PLACE)}"


def dimension_value(path: str, *, longest: int = 255) -> str:
    """Return a path as it can be in a dimension of a metric: in ASCII, and as much of it as fits.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html
    """
    value = path.encode("ascii", "backslashreplace").decode()
    return shortened(value, longest, unique=value)
