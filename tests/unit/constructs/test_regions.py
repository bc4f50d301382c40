"""What a task runs is in the Region of its window, as far as both are known."""

from collections.abc import Callable

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_ssm as ssm
from aws_cdk import aws_stepfunctions as sfn

from patching_constructs import (
    HookDocument,
    MaintenanceWindow,
    PatchHooks,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
    WindowTask,
)
from tests.refusals import refused

NIGHTLY = ScheduleExpression.daily(hour=2)
WEB = PatchTarget.tag("Role", "web")
ACCOUNT, HERE, THERE = "111111111111", "eu-central-1", "us-east-1"
SHARED = "arn:aws:ssm:{}:222222222222:document/Shared"


def hook(stack: cdk.Stack) -> HookDocument:
    return HookDocument.shell(stack, "Hook", ["date"])


def function(stack: cdk.Stack) -> WindowTask:
    arn = f"arn:aws:lambda:{stack.region}:{ACCOUNT}:function:SSMCheck"
    return WindowTask.lambda_function(lambda_.Function.from_function_arn(stack, "Function", arn))


def machine(stack: cdk.Stack) -> WindowTask:
    created = sfn.CfnStateMachine(stack, "Machine", role_arn="role", state_machine_name="SSMCheck")
    return WindowTask.step_functions(created)


def runbook(stack: cdk.Stack) -> WindowTask:
    document = ssm.CfnDocument(stack, "Runbook", content={"mainSteps": []}, document_type="Automation")
    return WindowTask.automation(document)


TASKS: dict[str, tuple[Callable[[cdk.Stack], WindowTask], str]] = {
    "a document": (lambda stack: WindowTask.run_command(hook(stack)), "document"),
    "a runbook": (runbook, "document"),
    "a document by its ARN": (lambda stack: WindowTask.run_command(SHARED.format(stack.region)), "document"),
    "a hook of a reboot": (lambda stack: WindowTask.reboot(post_reboot_hook=hook(stack)), "post_reboot_hook"),
    "a function": (function, "function"),
    "a state machine": (machine, "state_machine"),
}
MESSAGE = (
    "{} must be in the Region of the window, eu-central-1, got us-east-1; use one of the same Region [Here/Window]"
)


def stack_in(region: str | None, id_: str) -> cdk.Stack:
    return cdk.Stack(cdk.App(), id_, env=cdk.Environment(account=ACCOUNT, region=region))


def window(stack: cdk.Stack, *tasks: WindowTask) -> MaintenanceWindow:
    return MaintenanceWindow(stack, "Window", schedule=NIGHTLY, targets=[WEB], tasks=tasks)


@pytest.mark.parametrize(("make", "what"), TASKS.values(), ids=TASKS.keys())
def test_refusal_of_another_region(make: Callable[[cdk.Stack], WindowTask], what: str) -> None:
    task = make(stack_in(THERE, "There"))
    assert refused(lambda: window(stack_in(HERE, "Here"), task)) == MESSAGE.format(what)


@pytest.mark.parametrize(("make", "_"), TASKS.values(), ids=TASKS.keys())
@pytest.mark.parametrize(("there", "here"), [(HERE, HERE), (THERE, None), (None, HERE)])
def test_the_same_region_and_an_unknown_one_are_accepted(
    make: Callable[[cdk.Stack], WindowTask], _: str, there: str | None, here: str | None
) -> None:
    window(stack_in(here, "Here"), make(stack_in(there, "There")))


def test_refusal_of_a_task_that_is_added_later() -> None:
    made = window(stack_in(HERE, "Here"), WindowTask.scan())
    task = WindowTask.run_command(hook(stack_in(THERE, "There")))
    assert refused(lambda: made.add_task("Check", task)) == MESSAGE.format("document")


@pytest.mark.parametrize("name", ["pre_install", "post_install", "on_exit"])
def test_refusal_of_a_hook_of_a_schedule(name: str) -> None:
    hooks = PatchHooks(**{name: hook(stack_in(THERE, "There"))})
    here = stack_in(HERE, "Here")
    message = refused(
        lambda: PatchSchedule(
            here, "Window", schedule=NIGHTLY, targets=[WEB], operation=PatchOperation.INSTALL, hooks=hooks
        )
    )
    assert message == MESSAGE.format(f"PatchHooks {name}")
