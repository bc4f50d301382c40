"""The capacity of a schedule: its metadata, and the warning if the nodes do not fit."""

from datetime import timedelta
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Annotations, Match, Template

from patching_constructs import (
    CutoffBehavior,
    DayOfWeek,
    PatchCapacity,
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
from tests.refusals import refused, untyped

NUMBER = cdk.Token.as_number({"Ref": "Number"})
WEB, DB = PatchTarget.patch_group("web"), PatchTarget.patch_group("db")
MANY = PatchCapacity(nodes=400, minutes_per_node=20)
ASSUMED = "Assumed: no node fails or is offline; a node starts as soon as another one has finished"
ROUNDED = "; a percentage is rounded down, which AWS does not document"
CANCELED = "; the cutoff stops running commands, which AWS does not guarantee"


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def patch_schedule(scope: cdk.Stack, **properties: Any) -> PatchSchedule:
    minimal: dict[str, Any] = {
        "schedule": ScheduleExpression.weekly(DayOfWeek.SUNDAY, hour=4),
        "targets": [WEB],
        "operation": PatchOperation.INSTALL,
    }
    return PatchSchedule(scope, "Schedule", **minimal | properties)


def warnings(stack: cdk.Stack) -> list[str]:
    found = Annotations.from_stack(stack).find_warning("*", Match.any_value())
    return [str(each.entry.data) for each in found]


def metadata(stack: cdk.Stack) -> object:
    (window,) = Template.from_stack(stack).find_resources("AWS::SSM::MaintenanceWindow").values()
    return window.get("Metadata")


# --- Metadata -----------------------------------------------------------------------------------------


def test_the_window_has_the_capacity_in_its_metadata(stack: cdk.Stack) -> None:
    patch_schedule(stack, capacity=PatchCapacity(nodes=100, minutes_per_node=8.5))
    assert metadata(stack) == {"PatchingConstructs": {"Capacity": {"Nodes": 100, "MinutesPerNode": 8.5}}}
    assert warnings(stack) == []


def test_the_metadata_has_the_spread_and_the_freeze(stack: cdk.Stack) -> None:
    capacity = PatchCapacity(nodes=4000, minutes_per_node=8, minutes_per_node_p95=25)
    patch_schedule(stack, capacity=capacity, enabled=False)
    expected = {"Nodes": 4000, "MinutesPerNode": 8, "MinutesPerNodeP95": 25}
    assert metadata(stack) == {"PatchingConstructs": {"Frozen": True, "Capacity": expected}}
    assert warnings(stack) == [], "nothing runs in a frozen window"


def test_without_a_capacity_there_is_no_metadata(stack: cdk.Stack) -> None:
    patch_schedule(stack)
    assert metadata(stack) is None


def test_a_token_is_a_reference_in_the_metadata(stack: cdk.Stack) -> None:
    patch_schedule(stack, capacity=PatchCapacity(nodes=NUMBER, minutes_per_node=1440))
    assert metadata(stack) == {"PatchingConstructs": {"Capacity": {"Nodes": {"Ref": "Number"}, "MinutesPerNode": 1440}}}
    assert warnings(stack) == []


# --- The warning --------------------------------------------------------------------------------------

WARNINGS: dict[str, tuple[dict[str, Any], str]] = {
    "a percentage": (
        {},
        "With 400 nodes, 40 at the same time, and 20 min each, patching takes 3 h 20 min (10 waves), but the cutoff "
        "is 3 h after "
        "the window opens: 40 nodes have not started then; use max_concurrency=RateControl.percentage(12) or "
        f"duration=timedelta(hours=5). {ASSUMED}{ROUNDED}{CANCELED}",
    ),
    "a count": (
        {"max_concurrency": RateControl.count(39), "duration": cdk.Duration.hours(3)},
        "With 400 nodes, 39 at the same time, and 20 min each, patching takes 3 h 40 min (11 waves), but the cutoff "
        "is 2 h after "
        "the window opens: 166 nodes have not started then; use max_concurrency=RateControl.count(67) or "
        f"duration=timedelta(hours=5). {ASSUMED}{CANCELED}",
    ),
    "a task that continues": (
        {"cutoff_behavior": CutoffBehavior.CONTINUE_TASK, "duration": timedelta(hours=3)},
        "With 400 nodes, 40 at the same time, and 20 min each, patching takes 3 h 20 min (10 waves), but the window "
        "is open for 3 h: 40 nodes have not started then; use max_concurrency=RateControl.percentage(12) or "
        "duration=timedelta(hours=4). "
        f"{ASSUMED}{ROUNDED}",
    ),
    "a scan": (
        {"operation": PatchOperation.SCAN, "max_concurrency": RateControl.percentage(5)},
        "With 400 nodes, 20 at the same time, and 20 min each, patching takes 6 h 40 min (20 waves), but the window "
        "is open for 4 h: 160 nodes have not started then; use max_concurrency=RateControl.percentage(9) or "
        "duration=timedelta(hours=7). "
        f"{ASSUMED}{ROUNDED}",
    ),
    "a spread": (
        {"capacity": PatchCapacity(nodes=400, minutes_per_node=12, minutes_per_node_p95=40)},
        "With 400 nodes, 40 at the same time, and 12 min each (p95 40 min), patching takes 4 h 25 min (p95, 10 "
        "waves), but the "
        "cutoff is 3 h after the window opens: 8 nodes have not finished then; use "
        "max_concurrency=RateControl.percentage(32) or duration=timedelta(hours=6). "
        f"{ASSUMED}{ROUNDED}; the times of the nodes have a log-normal distribution{CANCELED}",
    ),
    "two targets after another task": (
        {"targets": [WEB, DB], "before": [WindowTask.update_ssm_agent()]},
        "With 400 nodes, 20 at the same time, and 20 min each, patching takes 6 h 40 min (20 waves), but the cutoff "
        "is 3 h after "
        "the window opens: 220 nodes have not started then; use max_concurrency=RateControl.percentage(25) or "
        f"duration=timedelta(hours=8). {ASSUMED}{ROUNDED}; the 2 targets have equally many nodes and run one after "
        f"another, with the percentage of its own nodes; earlier tasks of the window take no time{CANCELED}",
    ),
    "a gate": (
        {"gate": PatchGate(calendars=["changes"], start_within=timedelta(minutes=30))},
        "With 400 nodes, 40 at the same time, and 20 min each, patching takes 3 h 20 min (10 waves), but the gate ends "
        "it after 2 h 30 min: 120 nodes have not finished then, of which 80 have not started; use "
        "max_concurrency=RateControl.percentage(15) or duration=timedelta(hours=5). "
        f"{ASSUMED}{ROUNDED}; the gate stops running commands, which AWS does not guarantee",
    ),
    "nodes that need both": (
        {"capacity": PatchCapacity(nodes=5, minutes_per_node=400)},
        "With 5 nodes, 1 at the same time, and 400 min each, patching takes 33 h 20 min (5 waves), but the cutoff is "
        "3 h after the window opens: 5 nodes have not finished then, of which 4 have not started; use "
        "max_concurrency=RateControl.percentage(100) and duration=timedelta(hours=8). "
        f"{ASSUMED}{ROUNDED}{CANCELED}",
    ),
    "targets that need several windows": (
        {"targets": [WEB, DB], "capacity": PatchCapacity(nodes=2, minutes_per_node=720)},
        "With 2 nodes, 1 at the same time, and 720 min each, patching takes 24 h (2 waves), but the cutoff is 3 h "
        "after the window opens: 2 nodes have not finished then, of which 1 has not started; divide the nodes between "
        f"several schedules. {ASSUMED}{ROUNDED}; the 2 targets have equally many nodes and run one after another, with "
        f"the percentage of its own nodes{CANCELED}",
    ),
    "a node that does not end": (
        {"capacity": PatchCapacity(nodes=1, minutes_per_node=1440)},
        "With 1 node, 1 at the same time, and 1440 min each, patching takes 24 h (1 wave), but the cutoff is 3 h "
        "after the "
        "window opens: 1 node has not finished then; make patching faster, because one node alone does not fit into "
        "the longest window (24 h with the same cutoff). "
        f"{ASSUMED}{ROUNDED}{CANCELED}",
    ),
}


@pytest.mark.parametrize(("properties", "message"), WARNINGS.values(), ids=WARNINGS)
def test_nodes_that_do_not_fit_are_a_warning(stack: cdk.Stack, properties: dict[str, Any], message: str) -> None:
    patch_schedule(stack, **{"capacity": MANY} | properties)
    assert warnings(stack) == [f"{message} [ack: patching-constructs:capacityExceedsWindow]"]


def test_the_warning_can_be_acknowledged(stack: cdk.Stack) -> None:
    schedule = patch_schedule(stack, capacity=MANY)
    cdk.Annotations.of(schedule).acknowledge_warning("patching-constructs:capacityExceedsWindow")
    assert warnings(stack) == []


@pytest.mark.parametrize(
    "properties",
    [
        {"max_concurrency": RateControl.percentage(12)},
        {"duration": timedelta(hours=5)},
        {"cutoff": timedelta(0)},
        {"cutoff_behavior": CutoffBehavior.CONTINUE_TASK},
        {"operation": PatchOperation.SCAN},
    ],
)
def test_nodes_that_fit_are_no_warning(stack: cdk.Stack, properties: dict[str, Any]) -> None:
    patch_schedule(stack, capacity=MANY, **properties)
    assert warnings(stack) == []


@pytest.mark.parametrize(
    "properties",
    [
        {"max_concurrency": RateControl.percentage(NUMBER)},
        {"duration": cdk.Duration.hours(NUMBER)},
        {"cutoff": cdk.Duration.hours(NUMBER)},
        {"capacity": PatchCapacity(nodes=400, minutes_per_node=NUMBER)},
        {"capacity": PatchCapacity(nodes=400, minutes_per_node=20, minutes_per_node_p95=NUMBER)},
        {"cutoff_behavior": untyped(cdk.Token.as_string({"Ref": "Behavior"}))},
    ],
)
def test_what_is_unknown_until_deployment_is_no_warning(stack: cdk.Stack, properties: dict[str, Any]) -> None:
    patch_schedule(stack, **{"capacity": MANY} | properties)
    assert warnings(stack) == []


def test_a_target_that_is_added_counts(stack: cdk.Stack) -> None:
    schedule = patch_schedule(stack, capacity=PatchCapacity(nodes=400, minutes_per_node=12))
    assert warnings(stack) == []
    schedule.add_target(DB)
    (warning,) = warnings(stack)
    assert warning.startswith("With 400 nodes, 20 at the same time, and 12 min each, patching takes 4 h (20 waves), ")


def test_a_capacity_is_a_patch_capacity(stack: cdk.Stack) -> None:
    assert refused(lambda: patch_schedule(stack, capacity=untyped(400))) == (
        "capacity must be a PatchCapacity, got 400; write PatchCapacity(nodes=..., minutes_per_node=...) "
        "[Stack/Schedule]"
    )


def test_the_ring_of_a_rollout_has_a_capacity(stack: cdk.Stack) -> None:
    PatchRollout(
        stack,
        "Rollout",
        schedule=ScheduleExpression.patch_tuesday(hour=4),
        operation=PatchOperation.INSTALL,
        rings=[PatchRing("dev", targets=[WEB], days_after=1, capacity=MANY)],
    )
    (found,) = Annotations.from_stack(stack).find_warning("*", Match.string_like_regexp("With 400 nodes, 40 at "))
    assert found.id == "/Stack/Rollout/dev"
