"""CloudWatch's evaluation of an alarm on one metric, as AWS documents it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html

Not documented, and therefore parameters or assumptions:

- how many data points more than the evaluation periods are read (the examples read 5 for 3);
- where the periods begin: here, they end at the time of the evaluation.
"""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

Point = float | None
"""A data point; None if it is missing."""


class State(StrEnum):
    OK = "OK"
    ALARM = "ALARM"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"


@dataclass(frozen=True)
class Sample:
    """A value that was published."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    time: datetime
    value: float


COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
STATISTICS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "Maximum": max,
    "Minimum": min,
    "Sum": sum,
    "SampleCount": len,
    "Average": lambda values: sum(values) / len(values),
}


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """The properties of an AWS::CloudWatch::Alarm."""

    metric: tuple[str, str]
    dimensions: Mapping[str, str]
    statistic: str
    period: timedelta
    evaluation_periods: int
    datapoints_to_alarm: int
    comparison: str
    threshold: float
    missing: str

    @classmethod
    def of(cls, properties: Mapping[str, Any]) -> "Alarm":
        """Return an alarm of a template whose references are resolved."""
        periods = properties["EvaluationPeriods"]
        return cls(
            metric=(properties["Namespace"], properties["MetricName"]),
            dimensions={each["Name"]: each["Value"] for each in properties.get("Dimensions", ())},
            statistic=properties["Statistic"],
            period=timedelta(seconds=properties["Period"]),
            evaluation_periods=periods,
            datapoints_to_alarm=properties.get("DatapointsToAlarm", periods),
            comparison=properties["ComparisonOperator"],
            threshold=properties["Threshold"],
            missing=properties.get("TreatMissingData", "missing"),
        )

    def points(self, samples: Iterable[Sample], at: datetime, *, more: int = 2) -> list[Point]:
        """Return the data points of the evaluation range, the oldest one first."""
        own = [
            each
            for each in samples
            if (each.namespace, each.name) == self.metric and dict(each.dimensions) == dict(self.dimensions)
        ]
        ends = [at - self.period * number for number in reversed(range(self.evaluation_periods + more))]
        periods = [[each.value for each in own if end - self.period < each.time <= end] for end in ends]
        return [STATISTICS[self.statistic](values) if values else None for values in periods]

    def state(self, points: Sequence[Point], current: State) -> State:
        """Return the state after an evaluation."""
        real = [each for each in points if each is not None]
        breaching = [COMPARISONS[self.comparison](each, self.threshold) for each in real]
        if len(real) >= self.evaluation_periods:
            return self._counted(breaching[-self.evaluation_periods :])
        filled = self.evaluation_periods - len(real)
        match self.missing:
            case "breaching":
                return self._counted([True] * filled + breaching)
            case "notBreaching":
                return self._counted(breaching)
            case _ if False in breaching or breaching.count(True) >= self.datapoints_to_alarm:
                return self._counted(breaching)
            case "ignore":
                return current
            case _ if self._is_old_enough(points):
                return State.ALARM
            case _:
                return State.INSUFFICIENT_DATA

    def _counted(self, breaching: Sequence[bool]) -> State:
        return State.ALARM if breaching.count(True) >= self.datapoints_to_alarm else State.OK

    def _is_old_enough(self, points: Sequence[Point]) -> bool:
        """Whether the oldest of the breaching points, with no other points, is old enough for an alarm."""
        return any(each is not None for each in points[: len(points) - self.datapoints_to_alarm + 1])
