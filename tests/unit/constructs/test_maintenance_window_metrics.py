"""Metrics of maintenance windows: those that a PatchMonitoring publishes, and those of Run Command."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk.assertions import Template

from patching_constructs import (
    MaintenanceWindow,
    MaintenanceWindowMetrics,
    PatchFreeze,
    PatchFreezes,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
)
from tests.refusals import refused, untyped

pytestmark = pytest.mark.proves("MaintenanceWindowMetrics", "unit")

WINDOW = "mw-0123456789abcdef0"
BERLIN = "Europe/Berlin"
CHRISTMAS = PatchFreeze(date(2026, 12, 18), date(2027, 1, 4), "Christmas", time_zone=BERLIN)


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def schedule(scope: cdk.Stack, **properties: Any) -> PatchSchedule:
    daily = ScheduleExpression.daily(hour=4, time_zone=BERLIN)
    web = PatchTarget.patch_group("web")
    return PatchSchedule(
        scope,
        "Install",
        schedule=daily,
        targets=[web],
        operation=PatchOperation.INSTALL,
        window_name="web",
        **properties,
    )


def metrics(scope: cdk.Stack) -> MaintenanceWindowMetrics:
    return MaintenanceWindow.from_maintenance_window_id(scope, "Window", WINDOW).metrics


def alarm(stack: cdk.Stack, metric: cloudwatch.Metric | cloudwatch.MathExpression) -> dict[str, Any]:
    """Return the properties of an alarm on a metric."""
    metric.create_alarm(stack, "Alarm", threshold=6, evaluation_periods=1)
    (found,) = Template.from_stack(stack).find_resources("AWS::CloudWatch::Alarm").values()
    return dict(found["Properties"])


# --- Of windows ---------------------------------------------------------------------------------------


def test_the_metric_of_a_window_has_its_id_as_the_dimension(stack: cdk.Stack) -> None:
    made = alarm(stack, metrics(stack).hours_overdue())
    assert made["Namespace"] == "PatchingConstructs"
    assert made["MetricName"] == "HoursOverdue"
    assert made["Dimensions"] == [{"Name": "WindowId", "Value": WINDOW}]
    assert made["Statistic"] == "Maximum"
    assert made["Period"] == 3600


def test_the_metric_of_a_schedule_refers_to_its_window(stack: cdk.Stack) -> None:
    created = schedule(stack)
    made = alarm(stack, created.metrics.hours_since_success(period=timedelta(minutes=15)))
    assert made["MetricName"] == "HoursSinceSuccess"
    assert made["Dimensions"] == [{"Name": "WindowId", "Value": stack.resolve(created.maintenance_window_id)}]
    assert made["Period"] == 900


@pytest.mark.parametrize(
    ("make", "name", "expression"),
    [
        (MaintenanceWindowMetrics.hours_overdue, "HoursOverdue", "MAX([window1, window2])"),
        (MaintenanceWindowMetrics.hours_since_success, "HoursSinceSuccess", "MIN([window1, window2])"),
    ],
)
def test_the_metric_of_several_windows_is_an_expression(
    make: Callable[..., cloudwatch.MathExpression], name: str, expression: str, stack: cdk.Stack
) -> None:
    created = schedule(stack, freezes=[CHRISTMAS])
    made = alarm(stack, make(created.metrics, label="Install", color="#d13212"))
    whole, *parts = made["Metrics"]
    assert (whole["Expression"], whole["Label"]) == (expression, "Install")
    assert [each["MetricStat"]["Metric"]["MetricName"] for each in parts] == [name, name]
    assert [each["MetricStat"]["Metric"]["Dimensions"][0]["Value"] for each in parts] == stack.resolve(
        list(created.maintenance_window_ids)
    )


def test_each_window_of_a_divided_schedule_has_a_metric(stack: cdk.Stack) -> None:
    first, second = schedule(stack, freezes=[CHRISTMAS]).windows
    made = alarm(stack, MaintenanceWindowMetrics.from_maintenance_window(second).hours_overdue())
    assert first.ref != second.ref
    assert made["Dimensions"] == [{"Name": "WindowId", "Value": stack.resolve(second.ref)}]


def test_a_freeze_cannot_add_a_window_that_the_metric_would_miss(stack: cdk.Stack) -> None:
    schedule(stack).metrics.hours_overdue()
    assert refused(lambda: PatchFreezes.of(stack).add(CHRISTMAS)) == (
        "freezes must not add a window after the windows of the schedule were listed, "
        "got AfterFreeze20270103T230000Z; add all freezes before the schedule is created [Stack/Install]"
    )


# --- Of commands --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (MaintenanceWindowMetrics.all_commands_succeeded, "CommandsSucceeded"),
        (MaintenanceWindowMetrics.all_commands_failed, "CommandsFailed"),
        (MaintenanceWindowMetrics.all_commands_delivery_timed_out, "CommandsDeliveryTimedOut"),
    ],
)
def test_the_metrics_of_commands_have_no_dimension(
    make: Callable[..., cloudwatch.Metric], name: str, stack: cdk.Stack
) -> None:
    made = alarm(stack, make(period=cdk.Duration.hours(1)))
    assert (made["Namespace"], made["MetricName"]) == ("AWS/SSM-RunCommand", name)
    assert (made["Statistic"], made["Period"]) == ("Sum", 3600)
    assert "Dimensions" not in made


def test_they_count_every_five_minutes_by_default(stack: cdk.Stack) -> None:
    assert alarm(stack, MaintenanceWindowMetrics.all_commands_failed())["Period"] == 300


# --- What is invalid ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"period": timedelta(days=2)}, "period must be from 1 min to 1 day, in whole seconds, got 2 days"),
        ({"period": timedelta(seconds=90)}, "period must be in whole minutes, got 90 s"),
        (
            {"period": 300},
            "period must be an aws_cdk.Duration or a datetime.timedelta, got 300; "
            "write datetime.timedelta(seconds=300)",
        ),
        ({"label": 1}, "label must be a string, got 1"),
        ({"color": 1}, "color must be a string, got 1"),
    ],
)
def test_an_invalid_option_is_named(options: dict[str, Any], message: str, stack: cdk.Stack) -> None:
    made = metrics(stack)
    assert refused(lambda: made.hours_overdue(**untyped(options))) == f"{message} [Stack/Window]"
    assert refused(lambda: made.hours_since_success(**untyped(options))) == f"{message} [Stack/Window]"
    assert refused(lambda: made.all_commands_failed(**untyped(options))) == message


def test_a_period_is_not_a_token(stack: cdk.Stack) -> None:
    period = cdk.Duration.seconds(cdk.CfnParameter(stack, "Period", type="Number").value_as_number)
    made = metrics(stack)
    assert refused(lambda: made.hours_overdue(period=period)) == (
        "period must be known at synthesis, because the CDK requires it, got a token [Stack/Window]"
    )
