"""Warnings about gates that cannot open, by the schedules, the tasks and the properties of the window before."""

from datetime import UTC, datetime, timedelta
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Annotations, Match

from patching_constructs import (
    DayOfWeek,
    MaintenanceWindow,
    PatchGate,
    PatchOperation,
    PatchRing,
    PatchRollout,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
    WindowTask,
)

WEB = [PatchTarget.patch_group("web")]
TIMES = (
    "the gate never opens: whenever the window does, the last execution of Stack/Before began less than bake_time ago, "
    "or more than max_age ago; change the days or hours of one of the schedules, bake_time, or max_age"
)
EARLY = (
    "the gate opens only if the execution of Stack/Before ends before its duration is over, because the window opens "
    "before bake_time has passed since; open it later, or reduce bake_time or the duration of the other"
)


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def tuesday(days_after: int, hour: int = 2) -> ScheduleExpression:
    return ScheduleExpression.patch_tuesday(days_after=days_after, hour=hour, time_zone="Europe/Berlin")


def schedule(scope: cdk.Stack, name: str, when: ScheduleExpression, **properties: Any) -> PatchSchedule:
    minimal: dict[str, Any] = {"targets": WEB, "operation": PatchOperation.INSTALL}
    return PatchSchedule(scope, name, schedule=when, **minimal | properties)


def warnings(scope: cdk.Stack) -> list[str]:
    found = Annotations.from_stack(scope).find_warning("*", Match.string_like_regexp("gateNeverOpens|gateBeforeEnd"))
    return [str(each.entry.data).partition(" [ack: ")[0] for each in found]


def between(scope: cdk.Stack, before: ScheduleExpression, own: ScheduleExpression, **gate: Any) -> list[str]:
    earlier = schedule(scope, "Before", before)
    schedule(scope, "Gated", own, gate=PatchGate(after=earlier, **gate))
    return warnings(scope)


@pytest.mark.parametrize(
    ("before", "own", "gate", "expected"),
    [
        (tuesday(7), tuesday(9), {}, []),
        (tuesday(7), tuesday(9), {"bake_time": timedelta(days=1)}, []),
        (tuesday(7), tuesday(9, hour=3), {"bake_time": timedelta(days=5)}, [TIMES]),
        # The window before is in the month before.
        (tuesday(7), tuesday(5), {}, []),
        (tuesday(7), tuesday(5), {"max_age": timedelta(days=20)}, [TIMES]),
        # It is still open.
        (tuesday(7), tuesday(7, hour=3), {}, [EARLY]),
        (tuesday(7), tuesday(7, hour=3), {"bake_time": timedelta(days=1)}, [TIMES]),
        (tuesday(7), tuesday(7, hour=6), {}, []),
        # It opens within start_within, and has ended later.
        (tuesday(7, hour=3), tuesday(7), {"start_within": timedelta(hours=2), "max_age": timedelta(days=9)}, [EARLY]),
        # Only one week of a month.
        (tuesday(7), ScheduleExpression.weekly(DayOfWeek.SUNDAY, hour=2), {}, []),
        # The next weekly execution has already begun.
        (
            ScheduleExpression.weekly(DayOfWeek.SUNDAY, hour=2),
            ScheduleExpression.weekly(DayOfWeek.MONDAY, hour=2),
            {"bake_time": timedelta(days=2)},
            [TIMES],
        ),
        (
            ScheduleExpression.at(datetime(2027, 1, 1, tzinfo=UTC)),
            ScheduleExpression.at(datetime(2027, 1, 3, tzinfo=UTC)),
            {"max_age": timedelta(days=1)},
            [TIMES],
        ),
        (
            ScheduleExpression.at(datetime(2027, 1, 1, tzinfo=UTC)),
            ScheduleExpression.at(datetime(2027, 1, 3, tzinfo=UTC)),
            {"max_age": timedelta(days=3)},
            [],
        ),
        # Too few of the longer period are compared, or it has none at all.
        (ScheduleExpression.monthly(day=1, hour=2), ScheduleExpression.expression("cron(0 * * * ? *)"), {}, []),
        (ScheduleExpression.at(datetime(2025, 1, 1, tzinfo=UTC)), tuesday(7), {}, []),
        # The first execution is unknown.
        (ScheduleExpression.rate(days=7), tuesday(7), {}, []),
    ],
    ids=str,
)
def test_the_times_of_two_schedules(
    before: ScheduleExpression, own: ScheduleExpression, gate: dict[str, Any], expected: list[str], stack: cdk.Stack
) -> None:
    assert between(stack, before, own, **gate) == expected


def test_what_is_unknown_is_no_warning(stack: cdk.Stack) -> None:
    token = cdk.CfnParameter(stack, "Bake", type="Number").value_as_number
    assert between(stack, tuesday(7), tuesday(7, hour=3), bake_time=cdk.Duration.seconds(token)) == []


def test_a_schedule_that_is_unknown_is_no_warning(stack: cdk.Stack) -> None:
    unknown = ScheduleExpression.expression(cdk.CfnParameter(stack, "Cron").value_as_string)
    assert between(stack, unknown, tuesday(7)) == []


INSTALLATION = WindowTask.run_command("AWS-RunPatchBaseline", parameters={"Operation": "Install"})
OVERRIDE = {"baseline_override": "s3://bucket/baselines.json"}


@pytest.mark.parametrize(
    ("properties", "own", "gate", "expected"),
    [
        (
            {"enabled": False},
            {},
            {},
            "has enabled=False, so its window has no task; set enabled=True, or remove the gate",
        ),
        (
            {"operation": PatchOperation.SCAN},
            {},
            {},
            "only scans, which shows nothing about an installation; use a schedule that installs",
        ),
        ({"operation": PatchOperation.SCAN}, {"operation": PatchOperation.SCAN}, {}, None),
        ({"operation": PatchOperation.SCAN, "after": [INSTALLATION]}, {}, {}, None),
        ({"operation": PatchOperation.SCAN, "after": [WindowTask.create_image()]}, {}, {}, None),
        ({"enabled": False}, {"enabled": False}, {}, None),
        (
            OVERRIDE,
            {},
            {},
            "uses baseline_override, with which nodes report no patch state, so each of them counts as failed",
        ),
        (OVERRIDE, {}, {"max_failed": 5}, None),
    ],
)
def test_what_the_window_before_does(
    properties: dict[str, Any], own: dict[str, Any], gate: dict[str, Any], expected: str | None, stack: cdk.Stack
) -> None:
    before = schedule(stack, "Before", tuesday(7), **properties)
    schedule(stack, "Gated", tuesday(14), gate=PatchGate(after=before, **gate), **own)
    assert warnings(stack) == ([] if expected is None else [f"the gate never opens, because Stack/Before {expected}"])


def test_an_imported_window_is_unknown(stack: cdk.Stack) -> None:
    before = MaintenanceWindow.from_maintenance_window_id(stack, "Before", "mw-0123456789abcdef0")
    schedule(stack, "Gated", tuesday(14), gate=PatchGate(after=before))
    assert warnings(stack) == []


def test_a_window_with_other_tasks_is_unknown(stack: cdk.Stack) -> None:
    before = MaintenanceWindow(stack, "Before", schedule=tuesday(7), targets=WEB, tasks=[WindowTask.reboot()])
    schedule(stack, "Gated", tuesday(14), gate=PatchGate(after=before))
    assert warnings(stack) == []


def test_a_ring_after_the_next_cycle(stack: cdk.Stack) -> None:
    rings = [
        PatchRing("dev", targets=WEB, days_after=0, bake_time=timedelta(days=2)),
        PatchRing("prod", targets=WEB, days_after=8),
    ]
    weekly = ScheduleExpression.weekly(DayOfWeek.SUNDAY, hour=2)
    PatchRollout(stack, "Rollout", schedule=weekly, operation=PatchOperation.INSTALL, rings=rings, gated=True)
    assert warnings(stack) == [TIMES.replace("Stack/Before", "Stack/Rollout/dev")]
