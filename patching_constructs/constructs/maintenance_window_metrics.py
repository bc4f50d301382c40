"""MaintenanceWindowMetrics: whether maintenance windows have run, as CloudWatch metrics.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/publishingMetrics.html
"""

from datetime import timedelta

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from patching_constructs._errors import located
from patching_constructs.constructs._evidence_metrics import evidence_metric
from patching_constructs.constructs._metric_options import checked_period
from patching_constructs.constructs._window_facade import WindowFacade
from patching_constructs.evidence.names import WINDOW_DIMENSION, EvidenceMetric
from patching_constructs.properties._durations import Length
from patching_constructs.ssm.metrics import NAMESPACE, RunCommandMetric


class MaintenanceWindowMetrics(WindowFacade):
    """CloudWatch metrics that show whether maintenance windows have run.

    Systems Manager publishes no metric per window. A `PatchMonitoring` publishes these every 15 minutes for the windows
    that it monitors; for any other window they have no data.

    Of several windows, as those of a schedule with freezes, a metric is a math expression over all of them. A freeze
    that would add another window after that is an error.

    Systems Manager publishes three metrics for commands, without dimensions: those of ``all_commands`` count the
    commands of an account and Region.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-cloudwatch-metrics.html
    """

    def hours_overdue(
        self, *, period: Length = timedelta(hours=1), label: str | None = None, color: str | None = None
    ) -> cloudwatch.Metric | cloudwatch.MathExpression:
        """Return the hours since the end of the earliest due execution that no success followed, 0 if there is none.

        Of several windows, it is the maximum. In an alarm, the threshold is the time after which a schedule that did
        not run is reported, and missing data should be breaching.

        Args:
            period: the period, 1 minute to 1 day in whole minutes. Default: 1 hour.
            label: the label in a graph. Default: the name of the metric, or the expression.
            color: the color in a graph, such as ``#d13212``. Default: automatic.

        Raises:
            PatchingError: an argument is invalid.
        """
        with located(self._covered.scope):
            checked = checked_period(period, label, color)
        return self._metric(EvidenceMetric.HOURS_OVERDUE, "MAX", checked, label, color)

    def hours_since_success(
        self, *, period: Length = timedelta(hours=1), label: str | None = None, color: str | None = None
    ) -> cloudwatch.Metric | cloudwatch.MathExpression:
        """Return the hours since the last execution that succeeded; it has no data before the first one.

        An execution without a task, or with patch commands but no node, is not a success. Of several windows, it is the
        minimum. For an alarm use `hours_overdue`, which depends on when the window should have opened.

        Args:
            period: the period, 1 minute to 1 day in whole minutes. Default: 1 hour.
            label: the label in a graph. Default: the name of the metric, or the expression.
            color: the color in a graph, such as ``#d13212``. Default: automatic.

        Raises:
            PatchingError: an argument is invalid.
        """
        with located(self._covered.scope):
            checked = checked_period(period, label, color)
        return self._metric(EvidenceMetric.HOURS_SINCE_SUCCESS, "MIN", checked, label, color)

    # --- Commands -------------------------------------------------------------------------------------

    @staticmethod
    def all_commands_succeeded(
        *, period: Length = timedelta(minutes=5), label: str | None = None, color: str | None = None
    ) -> cloudwatch.Metric:
        """Return the number of commands in the account and Region that succeeded, of any document and window.

        Args:
            period: the period, 1 minute to 1 day in whole minutes. Default: 5 minutes.
            label: the label in a graph. Default: the name of the metric.
            color: the color in a graph, such as ``#1d8102``. Default: automatic.

        Raises:
            PatchingError: an argument is invalid.
        """
        return _of_commands(RunCommandMetric.SUCCEEDED, period, label, color)

    @staticmethod
    def all_commands_failed(
        *, period: Length = timedelta(minutes=5), label: str | None = None, color: str | None = None
    ) -> cloudwatch.Metric:
        """Return the number of commands in the account and Region that failed, of any document and window.

        Args:
            period: the period, 1 minute to 1 day in whole minutes. Default: 5 minutes.
            label: the label in a graph. Default: the name of the metric.
            color: the color in a graph, such as ``#d13212``. Default: automatic.

        Raises:
            PatchingError: an argument is invalid.
        """
        return _of_commands(RunCommandMetric.FAILED, period, label, color)

    @staticmethod
    def all_commands_delivery_timed_out(
        *, period: Length = timedelta(minutes=5), label: str | None = None, color: str | None = None
    ) -> cloudwatch.Metric:
        """Return the number of commands in the account and Region that did not start in time.

        Args:
            period: the period, 1 minute to 1 day in whole minutes. Default: 5 minutes.
            label: the label in a graph. Default: the name of the metric.
            color: the color in a graph, such as ``#d13212``. Default: automatic.

        Raises:
            PatchingError: an argument is invalid.
        """
        return _of_commands(RunCommandMetric.DELIVERY_TIMED_OUT, period, label, color)

    def _metric(
        self, name: EvidenceMetric, function: str, period: Duration, label: str | None, color: str | None
    ) -> cloudwatch.Metric | cloudwatch.MathExpression:
        metrics = [
            evidence_metric(name, {WINDOW_DIMENSION: window_id}, period=period, label=label, color=color)
            for window_id in self._covered.listed_ids()
        ]
        if len(metrics) == 1:
            return metrics[0]
        ids = [f"window{number}" for number, _ in enumerate(metrics, start=1)]
        return cloudwatch.MathExpression(
            expression=f"{function}([{', '.join(ids)}])",
            using_metrics=dict(zip(ids, metrics, strict=True)),
            period=period,
            label=label,
            color=color,
        )


def _of_commands(name: RunCommandMetric, period: Length, label: str | None, color: str | None) -> cloudwatch.Metric:
    checked = checked_period(period, label, color)
    return cloudwatch.Metric(
        namespace=NAMESPACE, metric_name=name, statistic="Sum", period=checked, label=label, color=color
    )
