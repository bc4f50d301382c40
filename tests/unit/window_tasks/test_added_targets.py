"""A target that is added has the same result as one that is given to the constructor."""

from collections.abc import Callable, Iterable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.assertions import Annotations, Match, Template

from patching_constructs import (
    MaintenanceWindow,
    PatchTarget,
    PseudoParameter,
    RateControl,
    ScheduleExpression,
    WindowTask,
)

NIGHTLY = ScheduleExpression.daily(hour=2)
NODE = PatchTarget.instance_ids("i-0123456789abcdef0")
GROUP = PatchTarget.resource_group("fleet", "AWS::EC2::VPC")
TAGS = PatchTarget.tag("Role", *"abcdef")
ARN = "arn:aws:{}:eu-central-1:111111111111:{}:SSMCheck"
Tasks = Callable[[cdk.Stack], list[WindowTask]]


def install(*, reboot: str) -> WindowTask:
    return WindowTask.run_command("AWS-RunPatchBaseline", parameters={"Operation": "Install", "RebootOption": reboot})


def function(stack: cdk.Stack) -> WindowTask:
    return WindowTask.lambda_function(
        lambda_.Function.from_function_arn(stack, "Function", ARN.format("lambda", "function"))
    )


def machine(stack: cdk.Stack) -> WindowTask:
    return WindowTask.step_functions(
        sfn.StateMachine.from_state_machine_arn(stack, "Machine", ARN.format("states", "stateMachine"))
    )


def runbook(_: cdk.Stack) -> list[WindowTask]:
    restart = WindowTask.automation("AWS-RestartEC2Instance", parameters={"InstanceId": "i-0123456789abcdef0"})
    return [WindowTask.automation("Notify"), restart, WindowTask.automation("Other")]


# Windows without targets, in which a task with targets of its own patches or reboots the node.
WITHOUT_TARGETS: dict[str, Tasks] = {
    "a runbook": runbook,
    "a function": lambda stack: [function(stack)],
    "a state machine": lambda stack: [machine(stack)],
    "targets of its own": lambda stack: [WindowTask.scan().with_options(targets=[TAGS]), function(stack)],
    "a runbook that reboots": lambda _: [
        install(reboot="NoReboot").with_options(targets=[NODE]),
        WindowTask.automation("AWS-RestartEC2Instance", parameters={"InstanceId": "i-0123456789abcdef0"}),
    ],
}
WITH_TARGETS: dict[str, Tasks] = {
    "an install of the same nodes": lambda _: [
        install(reboot="NoReboot").with_options(targets=[NODE]),
        WindowTask.reboot(),
    ],
    "a command": lambda _: [WindowTask.scan(), WindowTask.shell_script("date")],
    "a runbook for instances": lambda _: [
        WindowTask.automation("AWS-StopEC2Instance", parameters={"InstanceId": PseudoParameter.RESOURCE_ID})
    ],
    "rates": lambda _: [WindowTask.scan().with_options(max_errors=RateControl.count(0))],
}
CASES = [
    *(pytest.param(tasks, [], [each], id=name) for name, tasks in WITHOUT_TARGETS.items() for each in (NODE, TAGS)),
    *(pytest.param(tasks, [], [NODE, TAGS], id=f"{name}, twice") for name, tasks in WITHOUT_TARGETS.items()),
    *(pytest.param(tasks, [TAGS], [each], id=name) for name, tasks in WITH_TARGETS.items() for each in (NODE, GROUP)),
]


def made(
    tasks: Tasks, given: Iterable[PatchTarget], added: Iterable[PatchTarget], *, enabled: bool
) -> tuple[dict[str, Any], set[str]]:
    """Return the resources and the warnings, with statements in any order."""
    stack = cdk.Stack(cdk.App(), "Stack")
    window = MaintenanceWindow(stack, "Window", schedule=NIGHTLY, targets=[*given], tasks=tasks(stack), enabled=enabled)
    for target in added:
        window.add_target(target)
    resources: dict[str, Any] = Template.from_stack(stack).to_json()["Resources"]
    for resource in resources.values():
        for policy in resource["Properties"].get("Policies", []):
            policy["PolicyDocument"]["Statement"].sort(key=str)
    found = Annotations.from_stack(stack).find_warning("*", Match.any_value())
    return resources, {str(each.entry.data) for each in found}


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize(("tasks", "given", "added"), CASES)
def test_it_does_not_matter_when_a_target_is_added(
    tasks: Tasks, given: list[PatchTarget], added: list[PatchTarget], *, enabled: bool
) -> None:
    assert made(tasks, given, added, enabled=enabled) == made(tasks, [*given, *added], [], enabled=enabled)


def test_a_warning_is_given_once() -> None:
    stack = cdk.Stack(cdk.App(), "Stack")
    window = MaintenanceWindow(stack, "Window", schedule=NIGHTLY, tasks=[WindowTask.automation("Notify")])
    window.add_target(NODE)
    window.add_target(TAGS)
    assert len(Annotations.from_stack(stack).find_warning("*", Match.any_value())) == 1


def test_the_service_linked_role_is_not_changed() -> None:
    stack = cdk.Stack(cdk.App(), "Stack")
    scan = WindowTask.scan().with_options(service_linked_role=True)
    window = MaintenanceWindow(stack, "Window", schedule=NIGHTLY, targets=[NODE], tasks=[scan])
    window.add_target(TAGS)
    assert dict(window.task_roles) == {}
