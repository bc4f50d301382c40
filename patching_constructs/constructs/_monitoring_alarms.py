"""The alarms of a `PatchMonitoring`.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
"""

from datetime import timedelta
from typing import Final

from aws_cdk import Annotations, Aws, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from constructs import Construct, DependencyGroup

from patching_constructs.constructs._evidence_metrics import monitoring_name, node_metric
from patching_constructs.constructs._monitored_schedules import MonitoredSchedule, MonitoredWindow
from patching_constructs.constructs._names import short_hash, shortened
from patching_constructs.evidence.names import EvidenceMetric
from patching_constructs.properties._durations import in_words

_ABOVE: Final = cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
# The function publishes four values in it, so that three runs can fail until data is missing.
_PERIOD: Final = timedelta(hours=1)
_LONGEST_PART: Final = 54
"""The name of an alarm has at most 255 characters; that of a stack, 128."""


class MonitoringAlarms:
    """Creates the alarms. All of their names begin with `prefix`, so that one event rule has all of them."""

    def __init__(self, scope: Construct) -> None:
        """Take the monitoring."""
        self._scope = scope
        self._monitoring = monitoring_name(scope)
        self._stack_path = Stack.of(scope).node.path
        self.prefix: Final = f"{Aws.STACK_NAME}/{self._part(scope.node.path)}/"
        self.created: Final[dict[str, cloudwatch.Alarm]] = {}
        self.preceding: Final = DependencyGroup()
        """What must exist before the alarms for which missing data is breaching are created."""

    def did_not_run(self, schedule: MonitoredSchedule, window: MonitoredWindow, grace: timedelta) -> None:
        """Create the alarm of a window, for which missing data counts as an execution that is missing."""
        limit = in_words(grace.total_seconds())
        alarm = self._create(
            "DidNotRun",
            window.path,
            f"{schedule.path} has not run: no execution has succeeded within {limit} after the end of its window.",
            window.metrics.hours_overdue(period=_PERIOD),
            threshold=grace / timedelta(hours=1),
            treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
        )
        alarm.node.add_dependency(self.preceding)

    def non_compliant(self, schedule: MonitoredSchedule, longer_than: timedelta) -> None:
        """Create the alarm of nodes that have been non-compliant for too long."""
        limit = in_words(longer_than.total_seconds())
        self._of_nodes(
            "NonCompliant",
            schedule,
            EvidenceMetric.NON_COMPLIANT_NODES,
            f"Nodes of {schedule.path} have been non-compliant for longer than {limit}.",
        )

    def without_evidence(self, schedule: MonitoredSchedule, max_age: timedelta | None) -> None:
        """Create the alarm of nodes without a current patch state."""
        limit = "" if max_age is None else f" in the last {in_words(max_age.total_seconds())}"
        self._of_nodes(
            "NoEvidence",
            schedule,
            EvidenceMetric.NODES_WITHOUT_EVIDENCE,
            f"Nodes of {schedule.path} have not reported their patch state{limit}.",
        )

    def of_monitoring(
        self,
        name: str,
        description: str,
        metric: cloudwatch.Metric,
        *,
        periods: int = 1,
        treat_missing_data: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING,
    ) -> cloudwatch.Alarm:
        """Create the alarm of the monitoring itself, for a number that should be 0."""
        return self._create(
            name,
            "",
            description,
            metric,
            threshold=0,
            evaluation_periods=periods,
            treat_missing_data=treat_missing_data,
        )

    def warn(self, id: str, message: str) -> None:  # noqa: A002
        """Add a warning to the monitoring."""
        Annotations.of(self._scope).add_warning_v2(id, message)

    def rule(self, id: str) -> events.Rule:  # noqa: A002
        """Create a rule for alarms that start or end; the first evaluation of an alarm is neither."""
        here = f"arn:{Aws.PARTITION}:cloudwatch:{Aws.REGION}:{Aws.ACCOUNT_ID}:alarm:"
        starts = {"state": {"value": ["ALARM"]}}
        ends = {"state": {"value": ["OK"]}, "previousState": {"value": ["ALARM"]}}
        return events.Rule(
            self._scope,
            id,
            event_pattern=events.EventPattern(
                source=["aws.cloudwatch"],
                detail_type=["CloudWatch Alarm State Change"],
                resources=events.Match.prefix(f"{here}{self.prefix}"),
                detail={"$or": [starts, ends]},
            ),
        )

    def _of_nodes(self, kind: str, schedule: MonitoredSchedule, name: EvidenceMetric, description: str) -> None:
        metric = node_metric(name, schedule.name, monitoring=self._monitoring)
        # A function that cannot read the nodes has an alarm itself.
        ignored = cloudwatch.TreatMissingData.IGNORE
        self._create(kind, schedule.path, description, metric, threshold=0, treat_missing_data=ignored)

    def _create(
        self,
        kind: str,
        path: str,
        description: str,
        metric: cloudwatch.IMetric,
        *,
        threshold: float,
        evaluation_periods: int = 1,
        treat_missing_data: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING,
    ) -> cloudwatch.Alarm:
        place = self._in_stack(path)
        id_ = f"{kind}-{place.replace('/', '-')}" if place else kind
        if id_ in self.created:
            id_ = f"{id_}-{short_hash(path)}"
        self.created[id_] = alarm = cloudwatch.Alarm(
            self._scope,
            id_,
            alarm_name="/".join([f"{self.prefix}{kind}", *([self._part(path)] if path else [])]),
            alarm_description=description,
            metric=metric,
            comparison_operator=_ABOVE,
            threshold=threshold,
            evaluation_periods=evaluation_periods,
            treat_missing_data=treat_missing_data,
        )
        return alarm

    def _in_stack(self, path: str) -> str:
        return path.removeprefix(f"{self._stack_path}/")

    def _part(self, path: str) -> str:
        """Return a part of the name of an alarm: the path without that of the stack, and as much of it as fits."""
        return shortened(self._in_stack(path), _LONGEST_PART, unique=path)
