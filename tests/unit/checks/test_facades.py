"""The linter and the command line agree with what the facades create."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from typer.testing import CliRunner

from patching_constructs import (
    DayOfWeek,
    ExecutionStatus,
    MaintenanceWindowEvents,
    MaintenanceWindowGrants,
    MaintenanceWindowMetrics,
    PatchFreeze,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
    WindowState,
)
from patching_constructs.checks.engine import check_paths
from patching_constructs.cli.app import app as command_line

NOW = datetime(2026, 12, 1, tzinfo=UTC)
MONITORED = re.compile(r"^monitored .*\n(?: .*\n)*", re.MULTILINE)
"""The row that shows what a facade has created."""
CHRISTMAS = PatchFreeze(date(2026, 12, 18), date(2027, 1, 4), "Christmas", time_zone="Europe/Berlin")
STATUSES: list[list[ExecutionStatus] | None] = [None, [*ExecutionStatus], *([each] for each in ExecutionStatus)]
STATES: list[list[WindowState] | None] = [None, [*WindowState], *([each] for each in WindowState)]


def scheduled(scope: cdk.Stack, freezes: Sequence[PatchFreeze]) -> PatchSchedule:
    return PatchSchedule(
        scope,
        "Install",
        schedule=ScheduleExpression.weekly(DayOfWeek.SUNDAY, hour=3, time_zone="Europe/Berlin"),
        targets=[PatchTarget.patch_group("web")],
        operation=PatchOperation.INSTALL,
        window_name="web-install",
        freezes=freezes,
    )


def use_facades(schedule: PatchSchedule) -> None:
    """Create every rule, an alarm on every metric, and every grant."""
    stack = cdk.Stack.of(schedule)
    topic = sns.Topic(stack, "Topic")
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    events = MaintenanceWindowEvents.from_maintenance_window(schedule)
    for number, statuses in enumerate(STATUSES):
        events.on_execution_status_change(f"Execution{number}", statuses=statuses, target=targets.SnsTopic(topic))
        events.on_task_status_change(f"Task-{number}", statuses=statuses)
    for number, states in enumerate(STATES):
        events.on_state_change(f"State{number}", states=states)
    for name in ("unsuccessful", "failed", "timed_out", "cancelled", "skipped", "succeeded"):
        getattr(events, f"on_{name}")(name)
    metrics: list[cloudwatch.Metric | cloudwatch.MathExpression] = [
        schedule.metrics.hours_overdue(),
        schedule.metrics.hours_since_success(period=timedelta(minutes=15)),
        MaintenanceWindowMetrics.all_commands_succeeded(),
        MaintenanceWindowMetrics.all_commands_failed(),
        MaintenanceWindowMetrics.all_commands_delivery_timed_out(),
    ]
    for number, metric in enumerate(metrics):
        metric.create_alarm(stack, f"Alarm{number}", threshold=1, evaluation_periods=1)
    grants = MaintenanceWindowGrants.from_maintenance_window(schedule)
    grants.read(role)
    grants.update(role)
    grants.cancel_executions(role)


def synthesized(folder: Path, *, facades: bool, freezes: Sequence[PatchFreeze] = (CHRISTMAS,)) -> Path:
    """Synthesize a schedule, with or without its facades."""
    app = cdk.App(outdir=str(folder))
    schedule = scheduled(cdk.Stack(app, "Stack"), freezes)
    if facades:
        use_facades(schedule)
    app.synth()
    return folder


@pytest.mark.parametrize("freezes", [(), (CHRISTMAS,)], ids=["one window", "two windows"])
def test_nothing_that_a_facade_creates_has_a_finding(freezes: Sequence[PatchFreeze], tmp_path: Path) -> None:
    findings = [
        check_paths([synthesized(tmp_path / str(facades), facades=facades, freezes=freezes)], now=NOW)
        for facades in (False, True)
    ]
    without, with_facades = ([(each.rule.id, each.problem) for each in found] for found in findings)
    assert with_facades == without


@pytest.mark.parametrize("command", ["describe", "calendar", "coverage"])
def test_no_command_shows_something_else_of_the_patching(command: str, tmp_path: Path) -> None:
    outputs: list[str] = []
    for facades in (False, True):
        folder = synthesized(tmp_path / str(facades), facades=facades)
        result = CliRunner().invoke(command_line, [command, str(folder)])
        assert result.exit_code == 0, result.output
        outputs.append(MONITORED.sub("", result.output.replace(str(folder), "")))
    assert outputs[0] == outputs[1]


def test_diff_shows_no_other_change_of_the_patching(tmp_path: Path) -> None:
    before, after = (synthesized(tmp_path / str(facades), facades=facades) for facades in (False, True))
    result = CliRunner().invoke(command_line, ["diff", "--format", "json", str(before), str(after)])
    (window,) = json.loads(result.output)["changes"]
    settings = [each["property"] for resource in window["resources"] for each in resource["settings"]]
    assert settings == ["Monitoring.Alarms", "Monitoring.Events", "Monitoring.Destinations"]
    assert (result.exit_code, window["effects"]) == (1, [])
