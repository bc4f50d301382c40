"""The forecast of what a construct creates: all commands agree with the warning of the construct."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Annotations, Match
from typer.testing import CliRunner

from patching_constructs import (
    DayOfWeek,
    MaintenanceWindow,
    PatchCapacity,
    PatchFreeze,
    PatchGate,
    PatchOperation,
    PatchRing,
    PatchRollout,
    PatchSchedule,
    PatchTarget,
    RateControl,
    ScheduleExpression,
    WindowTask,
)
from patching_constructs.checks.engine import check_paths
from patching_constructs.cli.app import app as command_line
from patching_constructs.template import WINDOW

WEB, DB = PatchTarget.patch_group("web"), PatchTarget.patch_group("db")
MANY = PatchCapacity(nodes=400, minutes_per_node=20)


def patch_schedule(scope: cdk.Stack, **properties: Any) -> None:
    schedule = ScheduleExpression.weekly(DayOfWeek.SUNDAY, hour=4)
    PatchSchedule(scope, "Schedule", schedule=schedule, targets=[WEB], operation=PatchOperation.INSTALL, **properties)


def warnings(stack: cdk.Stack) -> list[str]:
    found = Annotations.from_stack(stack).find_warning("*", Match.any_value())
    return [str(each.entry.data) for each in found]


def synthesized(folder: Path, **properties: Any) -> Path:
    app = cdk.App(outdir=str(folder), analytics_reporting=False, tree_metadata=False)
    patch_schedule(cdk.Stack(app, "Stack"), capacity=MANY, window_name="web", **properties)
    app.synth()
    return folder


def forecasts(folder: Path) -> list[dict[str, Any]]:
    result = CliRunner().invoke(command_line, ["capacity", str(folder), "--format", "json"])
    found: list[dict[str, Any]] = json.loads(result.stdout)["windows"]
    return found


def test_a_schedule_with_a_freeze_is_reported_once(tmp_path: Path) -> None:
    freeze = PatchFreeze(datetime(2027, 12, 13, tzinfo=UTC), datetime(2028, 1, 10, tzinfo=UTC), reason="Christmas")
    folder = synthesized(tmp_path, freezes=[freeze])
    template = json.loads((folder / "Stack.template.json").read_text(encoding="utf-8"))
    written = [each["Metadata"] for each in template["Resources"].values() if each["Type"] == WINDOW]
    assert [each["PatchingConstructs"]["Capacity"]["Nodes"] for each in written] == [400, 400]
    assert [each["windowName"] for each in forecasts(folder)] == ["web"]
    findings = check_paths([folder], now=datetime(2027, 1, 1, tzinfo=UTC))
    assert [each.rule.id for each in findings].count("Patching-CapacityExceedsWindow") == 1


def test_a_schedule_with_a_gate_has_the_same_forecast_in_its_template(tmp_path: Path) -> None:
    gate = PatchGate(calendars=["changes"], start_within=timedelta(minutes=30))
    folder = synthesized(tmp_path, gate=gate)
    (found,) = forecasts(folder)
    forecast = found["forecast"]
    assert (found["status"], forecast["deadlineMinutes"], forecast["maxConcurrency"]) == ("exceeds", 150, "10%")
    assert (forecast["notStartedAtCutoff"]["p95"], forecast["notFinishedAtEnd"]["p95"]) == (80, 120)
    findings = check_paths([folder], now=datetime(2027, 1, 1, tzinfo=UTC))
    (problem,) = (each.problem for each in findings if each.rule.id == "Patching-CapacityExceedsWindow")
    assert problem.startswith(
        "With 400 nodes, 40 at the same time, and 20 min each, patching takes 3 h 20 min (10 waves), but the gate ends "
        "it after 2 h 30 min: 120 nodes have not finished then, of which 80 have not started"
    )
    table = CliRunner().invoke(command_line, ["capacity", str(folder)]).stdout
    assert "  2 h 30 min (gate)   120  no" in table


def gated_schedule(scope: cdk.Stack) -> None:
    patch_schedule(scope, capacity=MANY, gate=PatchGate(calendars=["changes"]))


def gated_schedule_after_another(scope: cdk.Stack) -> None:
    before = MaintenanceWindow.from_maintenance_window_id(scope, "Before", "mw-0123456789abcdef0")
    spread = PatchCapacity(nodes=400, minutes_per_node=12, minutes_per_node_p95=40)
    properties = {"max_concurrency": RateControl.count(30), "before": [WindowTask.update_ssm_agent()]}
    patch_schedule(scope, capacity=spread, gate=PatchGate(after=before), **properties)


def gated_rollout(scope: cdk.Stack) -> None:
    dev = PatchRing("dev", targets=[WEB], days_after=1, bake_time=timedelta(days=1))
    PatchRollout(
        scope,
        "Rollout",
        schedule=ScheduleExpression.patch_tuesday(hour=4),
        operation=PatchOperation.INSTALL,
        rings=[dev, PatchRing("prod", targets=[DB], days_after=7, capacity=MANY)],
        gated=True,
    )


@pytest.mark.parametrize("create", [gated_schedule, gated_schedule_after_another, gated_rollout])
def test_all_commands_agree_with_the_warning_of_a_gate(tmp_path: Path, create: Callable[[cdk.Stack], None]) -> None:
    app = cdk.App(outdir=str(tmp_path), analytics_reporting=False, tree_metadata=False)
    stack = cdk.Stack(app, "Stack")
    create(stack)
    (warning,) = (each for each in warnings(stack) if each.startswith("With 400 nodes"))
    overrun, _, rest = warning.partition("; use ")
    assert "but the gate ends it after 2 h 45 min" in overrun
    app.synth()
    findings = check_paths([tmp_path], now=datetime(2027, 1, 1, tzinfo=UTC))
    (problem,) = (each.problem for each in findings if each.rule.id == "Patching-CapacityExceedsWindow")
    assert problem == f"{overrun}. {rest[rest.index('Assumed') :].partition(' [ack')[0]}."

    def written(*words: str) -> str:
        return CliRunner().invoke(command_line, [*words, str(tmp_path)]).stdout

    described = json.loads(written("describe", "--format", "json"))["windows"]
    assert [each["capacityDescription"] for each in described if each["capacityDescription"]] == [overrun]
    (forecast,) = (each["forecast"] for each in forecasts(tmp_path) if each["forecast"])
    assert forecast["deadlineMinutes"] == 165
    assert overrun in " ".join(written("capacity").split())
    assert overrun in written("calendar", "--format", "html")
