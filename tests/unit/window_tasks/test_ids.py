"""The ids of tasks: none is that of another construct that the window creates, or would create for another task."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn

from patching_constructs import (
    CommandNotification,
    MaintenanceWindow,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
    WindowTask,
)
from patching_constructs.ssm.runbooks import RUNBOOK_PERMISSIONS
from tests.refusals import refused

NIGHTLY = ScheduleExpression.daily(hour=2)
NODE = PatchTarget.instance_ids("i-0123456789abcdef0")
COMMAND = WindowTask.shell_script("date")
ARN = "arn:aws:{}:eu-central-1:111111111111:{}:SSMCheck"


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def schedule(stack: cdk.Stack, **properties: Any) -> PatchSchedule:
    minimal: dict[str, Any] = {"schedule": NIGHTLY, "targets": [NODE], "operation": PatchOperation.INSTALL}
    return PatchSchedule(stack, "Schedule", **minimal | properties)


def every_kind_of_child() -> PatchSchedule:
    """Return a schedule that has every kind of child that a window can create."""
    stack = cdk.Stack(cdk.App(), "Everything")
    notification = CommandNotification(topic=sns.Topic(stack, "Topic"))
    given = iam.Role.from_role_arn(stack, "Given", "arn:aws:iam::111111111111:role/given").role_ref
    role: Any = type("Reference", (), {"role_ref": given})()
    function = lambda_.Function.from_function_arn(stack, "Function", ARN.format("lambda", "function"))
    machine = sfn.StateMachine.from_state_machine_arn(stack, "Machine", ARN.format("states", "stateMachine"))
    targets = [NODE] * 10
    runbooks = [
        WindowTask.automation(
            name, parameters={"VolumeId" if name == "AWS-CreateSnapshot" else "InstanceId": "i-0123456789abcdef0"}
        ).with_options(targets=[])
        for name in RUNBOOK_PERMISSIONS
    ]
    return schedule(
        stack,
        targets=targets,
        notification=notification,
        role=role,
        after=[
            WindowTask.scan().with_options(targets=targets, notification=notification, role=role),
            COMMAND,
            WindowTask.lambda_function(function),
            WindowTask.step_functions(machine),
            *runbooks,
        ],
    )


EVERYTHING = every_kind_of_child()
TASKS = list(EVERYTHING.tasks)
OTHERS = sorted({child.node.id for child in EVERYTHING.node.children} - set(TASKS))


def test_every_kind_of_child_is_there() -> None:
    assert set(OTHERS) >= {
        "AWS-CreateImage-Role",
        "AutomationRole",
        "GivenTaskRole",
        "LambdaRole",
        "NotificationRole",
        "PassRolePolicy",
        "Resource",
        "ScanGivenTaskRole",
        "ScanNotificationRole",
        "ScanPassRolePolicy",
        "ScanTarget",
        "ScanTarget10",
        "StepFunctionsRole",
        "Target",
        "Target10",
        "TaskRole",
    }


@pytest.mark.parametrize("id_", [*OTHERS, "Default"])
@pytest.mark.parametrize("first", [False, True])
def test_the_id_of_another_child_is_refused_by_the_constructor(stack: cdk.Stack, id_: str, *, first: bool) -> None:
    tasks = [WindowTask.scan(), COMMAND.with_options(id=id_)]
    assert refused(lambda: schedule(stack, before=tasks[::-1] if first else tasks)) == (
        f"id of a task must not be that of another construct of the window, got {id_!r}; set another one with "
        ".with_options(id=...) [Stack/Schedule]"
    )
    assert stack.node.children == []


@pytest.mark.parametrize("id_", [*OTHERS, "Default"])
def test_the_id_of_another_child_is_refused_by_add_task(id_: str) -> None:
    before = [child.node.id for child in EVERYTHING.node.children]
    assert refused(lambda: EVERYTHING.add_task(id_, COMMAND)) == (
        f"id of a task must not be that of another construct of the window, got {id_!r}; pass another one "
        "[Everything/Schedule]"
    )
    assert [child.node.id for child in EVERYTHING.node.children] == before


@pytest.mark.parametrize("id_", TASKS)
def test_the_id_of_another_task_is_refused_by_add_task(id_: str) -> None:
    assert refused(lambda: EVERYTHING.add_task(id_, COMMAND)) == (
        f"id of a task must be unique in the window, got {id_!r}; pass another one [Everything/Schedule]"
    )


def test_a_task_is_refused_whose_targets_would_have_the_id_of_a_task(stack: cdk.Stack) -> None:
    made = MaintenanceWindow(stack, "Window", schedule=NIGHTLY, targets=[NODE])
    made.add_task("DrainTarget", COMMAND)
    assert refused(lambda: made.add_task("Drain", COMMAND.with_options(targets=[NODE]))) == (
        "id of a task must not be that of another construct of the window, got 'DrainTarget'; pass another one "
        "[Stack/Window]"
    )


@pytest.mark.parametrize("id_", ["NotificationRole", "PassRolePolicy", "Target11", "AWS-CreateImage", "Role"])
def test_other_ids_are_accepted(stack: cdk.Stack, id_: str) -> None:
    made = MaintenanceWindow(stack, "Window", schedule=NIGHTLY, targets=[NODE])
    made.add_task(id_, COMMAND)
    assert list(made.tasks) == [id_]


def test_an_id_is_known_when_the_app_is_synthesized() -> None:
    message = "id must be known when the app is synthesized, got a token; write a text"
    assert refused(lambda: COMMAND.with_options(id=f"A{cdk.Aws.REGION}")) == message
