"""The dashboard of a `PatchMonitoring`.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Dashboards.html
"""

from datetime import timedelta
from typing import Final

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from patching_constructs.constructs._evidence_metrics import monitoring_name, node_metric
from patching_constructs.constructs._monitored_schedules import MonitoredSchedule, MonitoredWindow
from patching_constructs.evidence.names import EvidenceMetric

_HALF: Final = 12
"""Half of the width of a dashboard."""


class MonitoringDashboard:
    """Shows when each schedule has run, and its nodes without patches."""

    def __init__(self, scope: Construct, grace: timedelta) -> None:
        """Create the dashboard with empty graphs."""
        self._monitoring: Final = monitoring_name(scope)
        limit = cloudwatch.HorizontalAnnotation(value=grace / timedelta(hours=1), label="Alarm above")
        self.dashboard: Final = cloudwatch.Dashboard(scope, "Dashboard")
        self._success: Final = _graph("Hours since the last success")
        self._overdue: Final = _graph("Hours overdue", limit)
        self._nodes: Final = {
            EvidenceMetric.NON_COMPLIANT_NODES: _graph("Nodes that are non-compliant for too long"),
            EvidenceMetric.NODES_WITHOUT_EVIDENCE: _graph("Nodes without a current patch state"),
        }
        self.dashboard.add_widgets(self._success, self._overdue)
        self.dashboard.add_widgets(*self._nodes.values())

    def add_window(self, window: MonitoredWindow) -> None:
        """Show a window."""
        self._success.add_left_metric(window.metrics.hours_since_success(label=window.path))
        self._overdue.add_left_metric(window.metrics.hours_overdue(label=window.path))

    def add_nodes(self, schedule: MonitoredSchedule) -> None:
        """Show the nodes of a schedule."""
        for name, graph in self._nodes.items():
            metric = node_metric(name, schedule.name, monitoring=self._monitoring, label=schedule.path)
            graph.add_left_metric(metric)


def _graph(title: str, *limits: cloudwatch.HorizontalAnnotation) -> cloudwatch.GraphWidget:
    left = cloudwatch.YAxisProps(min=0, show_units=False)
    return cloudwatch.GraphWidget(title=title, width=_HALF, left_y_axis=left, left_annotations=list(limits))
