"""The unit that a number instead of a length is probably meant to have."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import aws_cdk as cdk
import pytest

from patching_constructs import (
    CalendarEvent,
    HookDocument,
    MaintenanceWindow,
    MaintenanceWindowMetrics,
    PatchComplianceReport,
    PatchGate,
    PatchMonitoring,
    PatchOperation,
    PatchRing,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
)
from tests.refusals import refused

Call = Callable[[Any], object]
RULE: Final = "must be an aws_cdk.Duration or a datetime.timedelta"


def _of_schedule(name: str) -> Call:
    daily, targets = ScheduleExpression.cron(minute="0", hour="3"), [PatchTarget.tag("Role", "web")]
    given: dict[str, Any] = {"schedule": daily, "targets": targets, "operation": PatchOperation.INSTALL}
    return lambda value: PatchSchedule(cdk.Stack(), "Install", **given, **{name: value})


def _of_monitoring(name: str) -> Call:
    def create(value: object) -> object:
        stack = cdk.Stack()
        window = MaintenanceWindow.from_maintenance_window_id(stack, "Window", "mw-0123456789abcdef0")
        given: dict[str, Any] = {name: value}
        return PatchMonitoring(stack, "Monitoring", schedules=[window], **given)

    return create


def _of_gate(name: str) -> Call:
    gate: dict[str, Any] = {"start_within": timedelta(minutes=30)}
    return lambda value: _of_schedule("gate")(PatchGate(**gate | {name: value}))


NUMBERS: dict[str, tuple[Call, float, str]] = {
    "grace": (_of_monitoring("grace"), 4, "hours=4"),
    "grace in minutes": (_of_monitoring("grace"), 1_000, "seconds=1000"),
    "grace that is too long in every unit": (_of_monitoring("grace"), 5_000_000, "hours=5000000"),
    "non_compliant_after": (_of_monitoring("non_compliant_after"), 7, "days=7"),
    "evidence_max_age": (_of_monitoring("evidence_max_age"), 2.5, "days=2.5"),
    "evidence_limit": (lambda value: PatchComplianceReport(cdk.Stack(), "Report", evidence_limit=value), 7, "days=7"),
    "duration": (_of_schedule("duration"), 4, "hours=4"),
    "duration in minutes": (_of_schedule("duration"), 240, "minutes=240"),
    "cutoff": (_of_schedule("cutoff"), 0, "hours=0"),
    "start_timeout": (_of_schedule("start_timeout"), 600, "seconds=600"),
    "start_timeout in minutes": (_of_schedule("start_timeout"), 10, "minutes=10"),
    "execution_timeout": (_of_schedule("execution_timeout"), 3600, "seconds=3600"),
    "PatchRing first bake_time": (
        lambda value: PatchRing("first", days_after=0, targets=[PatchTarget.tag("Role", "web")], bake_time=value),
        24,
        "hours=24",
    ),
    "PatchGate start_within": (_of_gate("start_within"), 30, "minutes=30"),
    "PatchGate max_age": (_of_gate("max_age"), 7, "days=7"),
    "PatchGate bake_time": (_of_gate("bake_time"), 24, "hours=24"),
    "timeout": (lambda value: HookDocument.shell(cdk.Stack(), "Hook", lines=["date"], timeout=value), 60, "seconds=60"),
    "period": (lambda value: MaintenanceWindowMetrics.all_commands_failed(period=value), 300, "seconds=300"),
    "period in minutes": (lambda value: MaintenanceWindowMetrics.all_commands_failed(period=value), 5, "minutes=5"),
    "a duration of an event": (
        lambda value: CalendarEvent(summary="Weekend", start=datetime(2027, 1, 2, tzinfo=UTC), duration=value),
        48,
        "hours=48",
    ),
}


@pytest.mark.parametrize(("call", "number", "meant"), NUMBERS.values(), ids=NUMBERS.keys())
def test_a_number_gets_the_unit_that_is_usual_or_else_one_that_is_valid(call: Call, number: float, meant: str) -> None:
    message = refused(lambda: call(number)).partition(" [")[0]
    assert message.endswith(f"{RULE}, got {number}; write datetime.timedelta({meant})")


@pytest.mark.parametrize("value", [True, "4", None])
def test_other_values_get_no_unit(value: object) -> None:
    assert "timedelta(" not in refused(lambda: _of_schedule("duration")(value))


def test_a_number_that_is_a_token_gets_no_unit() -> None:
    token = cdk.Token.as_number({"Ref": "Hours"})
    assert "timedelta(" not in refused(lambda: _of_schedule("duration")(token))
