"""Lists that are tokens, in what a task passes to what it runs."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.assertions import Annotations, Match, Template

from patching_constructs import MaintenanceWindow, PatchOperation, PatchTarget, ScheduleExpression, WindowTask
from tests.refusals import refused

STACK = cdk.Stack(cdk.App(), "Given")
IDS = cdk.Token.as_list({"Ref": "Ids"})
REF = {"Ref": "Ids"}
ITEMS = {"Fn::Join": ['","', REF]}
ARN = "arn:aws:{}:eu-central-1:111111111111:{}:SSMCheck"
FUNCTION = lambda_.Function.from_function_arn(STACK, "Function", ARN.format("lambda", "function"))
MACHINE = sfn.StateMachine.from_state_machine_arn(STACK, "Machine", ARN.format("states", "stateMachine"))


def rendered(task: WindowTask) -> Any:
    """Return what the task passes."""
    stack = cdk.Stack(cdk.App(), "Stack")
    target = PatchTarget.instance_ids("i-0123456789abcdef0")
    MaintenanceWindow(stack, "Window", schedule=ScheduleExpression.daily(hour=2), targets=[target], tasks=[task])
    assert Annotations.from_stack(stack).find_error("*", Match.any_value()) == []
    (resource,) = Template.from_stack(stack).find_resources("AWS::SSM::MaintenanceWindowTask").values()
    (invocation,) = resource["Properties"]["TaskInvocationParameters"].values()
    return invocation


PARAMETERS: dict[str, tuple[WindowTask, dict[str, Any]]] = {
    "a runbook": (WindowTask.automation("Notify", parameters={"Ids": IDS}), {"Ids": REF}),
    "a command": (WindowTask.run_command("Check", parameters={"Ids": IDS}), {"Ids": REF}),
    "a patch document": (
        WindowTask.run_command(
            "AWS-RunPatchBaseline",
            parameters={"Operation": IDS, "InstallOverrideList": IDS, "StepTimeoutSeconds": IDS},
        ),
        {"Operation": REF, "InstallOverrideList": REF, "StepTimeoutSeconds": REF},
    ),
    "a script": (WindowTask.shell_script(*IDS), {"commands": REF}),
    "updates": (
        WindowTask.windows_updates(PatchOperation.INSTALL, include_kbs=IDS),
        {"Action": ["Install"], "AllowReboot": ["False"], "IncludeKbs": [{"Fn::Join": [",", REF]}]},
    ),
}


@pytest.mark.parametrize(("task", "parameters"), PARAMETERS.values(), ids=PARAMETERS.keys())
def test_a_list_is_a_parameter(task: WindowTask, parameters: dict[str, Any]) -> None:
    assert rendered(task)["Parameters"] == parameters


def test_a_list_is_part_of_a_payload() -> None:
    payload = {"ids": IDS, "deep": [{"ids": tuple(IDS)}, 1]}
    invocation = rendered(WindowTask.lambda_function(FUNCTION, payload=payload, client_context={"ids": IDS}))
    text = ["", ['{"ids": ["', ITEMS, '"], "deep": [{"ids": ["', ITEMS, '"]}, 1]}']]
    assert invocation["Payload"] == {"Fn::Base64": {"Fn::Join": text}}
    assert invocation["ClientContext"] == {"Fn::Base64": {"Fn::Join": ["", ['{"ids": ["', ITEMS, '"]}']]}}


def test_a_list_is_part_of_an_input() -> None:
    invocation = rendered(WindowTask.step_functions(MACHINE, input={"ids": IDS}))
    assert invocation["Input"] == {"Fn::Join": ["", ['{"ids": ["', ITEMS, '"]}']]}


RULE = "must not contain items of a list that is a token, got a token; "
FIX = "pass the list alone, or use aws_cdk.Fn.select(0, list) for an item"
REFUSALS: dict[str, tuple[Callable[[], object], str]] = {
    "with other items": (
        lambda: WindowTask.run_command("Check", parameters={"Ids": [*IDS, "i-1"]}),
        "parameters 'Ids'",
    ),
    "one item": (lambda: WindowTask.automation("Check", parameters={"Id": IDS[0]}), "parameters 'Id'"),
    "with other lines": (lambda: WindowTask.shell_script("date", *IDS), "lines"),
    "with other updates": (
        lambda: WindowTask.windows_updates(PatchOperation.INSTALL, exclude_kbs=[*IDS, "KB1"]),
        "exclude_kbs",
    ),
    "with other items of a payload": (
        lambda: WindowTask.lambda_function(FUNCTION, payload={"ids": [*IDS, "i-1"]}),
        "payload",
    ),
    "one item of an input": (lambda: WindowTask.step_functions(MACHINE, input={"id": IDS[0]}), "input"),
}


@pytest.mark.parametrize(("make", "what"), REFUSALS.values(), ids=REFUSALS.keys())
def test_items_of_a_list_are_refused(make: Callable[[], object], what: str) -> None:
    assert refused(make) == f"{what} {RULE}{FIX}"
