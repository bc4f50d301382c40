"""Rules for alarms: CloudWatch accepts an alarm on a metric that nothing publishes."""

from collections.abc import Iterator
from typing import Final

from patching_constructs._validation import nearest
from patching_constructs.checks.context import Context
from patching_constructs.checks.rule import GUIDE, rule
from patching_constructs.checks.rules._value_checks import for_each
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.ssm.metrics import NAMESPACE, RunCommandMetric
from patching_constructs.template.alarms import Alarm
from patching_constructs.template.value import Value, shown

_METRICS: Final = f"{GUIDE}monitoring-cloudwatch-metrics.html"


@rule(
    "AlarmMetric",
    Severity.WARNING,
    of="alarms",
    fix=f"Use one of {', '.join(RunCommandMetric)}, or an EventBridge rule for other statuses.",
    page=_METRICS,
)
def alarm_metric(alarm: Alarm, _: Context) -> Iterator[Outcome]:
    """An alarm on Run Command should use a metric that Systems Manager documents."""
    yield from for_each(_run_command_metrics(alarm), _documented_name)


def _documented_name(metric: Value) -> Iterator[Outcome]:
    name = metric["MetricName"]
    text = name.text()
    if text is not None and text not in list(RunCommandMetric):
        near = nearest(text, list(RunCommandMetric), cutoff=0.9)
        yield Violation(name, f"{NAMESPACE} has no documented metric {shown(text)}.", f"Use {near}." if near else None)


@rule(
    "AlarmDimension",
    Severity.WARNING,
    of="alarms",
    fix="Remove Dimensions. For a single window or document, use an EventBridge rule.",
    page=_METRICS,
)
def alarm_dimension(alarm: Alarm, _: Context) -> Iterator[Outcome]:
    """An alarm on Run Command should not use dimensions, because none are documented."""
    yield from for_each(_run_command_metrics(alarm), _without_dimensions)


def _without_dimensions(metric: Value) -> Iterator[Outcome]:
    dimensions = metric["Dimensions"]
    if dimensions.count():
        names = ", ".join(shown(each["Name"].content) for each in dimensions.items())
        yield Violation(dimensions, f"The metrics of {NAMESPACE} have no documented dimensions, got {names}.")


def _run_command_metrics(alarm: Alarm) -> list[Value]:
    """Return the metrics of Run Command; what has an unknown namespace is not known to be one."""
    return [metric for metric in alarm.metrics if metric["Namespace"].content == NAMESPACE]
