"""The scope and the id of a construct are checked before anything is created."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest

from patching_constructs import (
    OperatingSystem,
    PatchBaseline,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
)
from tests.refusals import refused

NIGHTLY = ScheduleExpression.daily(hour=22)


def schedule(scope: Any, name: Any = "Thing") -> PatchSchedule:
    web = PatchTarget.patch_group("web")
    return PatchSchedule(scope, name, schedule=NIGHTLY, targets=[web], operation=PatchOperation.SCAN)


def baseline(scope: Any, name: Any = "Thing") -> PatchBaseline:
    return PatchBaseline(
        scope, name, operating_system=OperatingSystem.UBUNTU, approved_patches=["a"], patch_groups=["web"]
    )


def imported_schedule(scope: Any, name: Any = "Thing") -> object:
    return PatchSchedule.from_maintenance_window_id(scope, name, "mw-0123456789abcdef0")


def imported_baseline(scope: Any, name: Any = "Thing") -> object:
    return PatchBaseline.from_patch_baseline_id(scope, name, "pb-0123456789abcdef0")


everything = pytest.mark.parametrize("create", [schedule, baseline, imported_schedule, imported_baseline])


@everything
@pytest.mark.parametrize(("scope", "shown"), [(None, "None"), ("Stack", "'Stack'"), (cdk.Stack, "the class Stack")])
def test_a_scope_other_than_a_construct(create: Callable[[Any], object], scope: Any, shown: str) -> None:
    message = f"scope must be a construct, got {shown}; pass the stack, or a construct in it"
    assert refused(lambda: create(scope)) == message


@everything
def test_a_scope_outside_of_a_stack(create: Callable[[Any], object]) -> None:
    app = cdk.App()
    stage = cdk.Stage(app, "Prod")
    rule, fix = "scope must be a stack or a construct in one", "create a Stack in it and pass that"
    assert refused(lambda: create(app)) == f"{rule}, got the app itself; {fix}"
    assert refused(lambda: create(stage)) == f"{rule}, got the stage itself; {fix}"
    assert stage.node.children == []


@everything
def test_an_invalid_id(create: Callable[[Any, Any], object]) -> None:
    stack = cdk.Stack(cdk.App(), "Stack")
    assert refused(lambda: create(stack, 1)) == "id must be a string, got 1"
    assert refused(lambda: create(stack, "")) == "id must have at least one character, got ''"
