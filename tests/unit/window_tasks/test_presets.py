"""Each preset: what it renders, what its roles are allowed to do, and the request that it stands for."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.assertions import Annotations, Match, Template

from patching_constructs import (
    CutoffBehavior,
    MaintenanceWindow,
    PatchOperation,
    PatchTarget,
    PseudoParameter,
    RateControl,
    ScheduleExpression,
    WindowTask,
)
from patching_constructs.ssm.documents import find_document
from tests.api_model.validator import validate
from tests.unit.window_tasks.presets import DOCUMENTED, FINDING, PRESETS, Preset, role

PAGE = Path(__file__).parent.parent.parent.parent / "docs" / "how-to" / "window-tasks.md"
TASK = "AWS::SSM::MaintenanceWindowTask"
every_preset = pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS.keys())


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def window(stack: cdk.Stack, *tasks: WindowTask) -> MaintenanceWindow:
    web = [PatchTarget.tag("Role", "web")]
    return MaintenanceWindow(stack, "Window", schedule=ScheduleExpression.daily(hour=2), targets=web, tasks=tasks)


def task_of(stack: cdk.Stack) -> dict[str, Any]:
    (resource,) = Template.from_stack(stack).find_resources(TASK).values()
    properties: dict[str, Any] = resource["Properties"]
    return properties


def statements_of(stack: cdk.Stack, role: str) -> Iterator[dict[str, Any]]:
    """Return the statements of the role whose id ends with a text."""
    for name, resource in Template.from_stack(stack).find_resources("AWS::IAM::Role").items():
        if name[:-8].endswith(role):
            yield from resource["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]


def actions_of(stack: cdk.Stack, role: str) -> set[str]:
    found = (each["Action"] for each in statements_of(stack, role))
    return {action for each in found for action in ([each] if isinstance(each, str) else each)}


def test_every_preset_is_tested() -> None:
    factories = {name for name, each in vars(WindowTask).items() if isinstance(each, classmethod)}
    assert {name for name in factories if not name.startswith("_")} == {
        *PRESETS,
        "automation",
        "lambda_function",
        "run_command",
        "step_functions",
    }


@every_preset
def test_a_preset_runs_its_document_with_its_parameters(stack: cdk.Stack, preset: Preset) -> None:
    window(stack, preset.make(stack))
    task = task_of(stack)
    invocation = next(iter(task.get("TaskInvocationParameters", {"": {}}).values()))
    parameters = dict(invocation.get("Parameters", {}))
    parameters.pop("AutomationAssumeRole", None)
    assert (task["TaskArn"], task["TaskType"]) == (preset.document, preset.kind)
    assert parameters == preset.parameters
    assert task.get("CutoffBehavior") == preset.cutoff
    assert find_document(preset.document)


@every_preset
def test_the_role_of_a_task_is_allowed_what_aws_documents(stack: cdk.Stack, preset: Preset) -> None:
    window(stack, preset.make(stack))
    passing = {"iam:PassRole"} if preset.kind == "AUTOMATION" else set()
    role = "WindowTaskRole" if preset.kind == "RUN_COMMAND" else "WindowAutomationRole"
    assert actions_of(stack, role) == DOCUMENTED[preset.kind] | passing


@every_preset
def test_the_role_of_a_runbook_is_allowed_what_it_requires(stack: cdk.Stack, preset: Preset) -> None:
    made = window(stack, preset.make(stack))
    assert actions_of(stack, f"{preset.document.replace('-', '')}Role") == preset.runbook_actions
    assert list(made.runbook_roles) == ([preset.document] if preset.runbook_actions else [])


@every_preset
def test_only_actions_without_resource_level_permissions_are_allowed_on_everything(
    stack: cdk.Stack, preset: Preset
) -> None:
    window(stack, preset.make(stack))
    everywhere = [each["Action"] for each in statements_of(stack, "Role") if each["Resource"] == "*"]
    actions = {action for each in everywhere for action in ([each] if isinstance(each, str) else each)}
    following = DOCUMENTED["RUN_COMMAND"] - {"ssm:SendCommand"}
    assert actions <= following | FINDING | {action for action in actions if action.startswith("ec2:Describe")}


@pytest.mark.proves("WindowTask", "api-model")
@every_preset
def test_the_request_is_one_that_the_service_model_accepts(stack: cdk.Stack, preset: Preset) -> None:
    window(stack, preset.make(stack))
    assert validate(Template.from_stack(stack).to_json()).problems == []


@every_preset
def test_a_preset_has_no_warning(stack: cdk.Stack, preset: Preset) -> None:
    window(stack, preset.make(stack))
    assert Annotations.from_stack(stack).find_warning("*", Match.any_value()) == []


def test_all_presets_can_be_in_one_window(stack: cdk.Stack) -> None:
    window(stack, *(preset.make(stack) for name, preset in PRESETS.items()))
    tasks = Template.from_stack(stack).find_resources(TASK)
    assert [task["Properties"]["Priority"] for task in tasks.values()] == list(range(1, len(PRESETS) + 1))


# --- Other types and options --------------------------------------------------------------------------


def test_other_requests_are_accepted_by_the_service_model_too(stack: cdk.Stack) -> None:
    function = lambda_.Function.from_function_arn(
        stack, "Function", "arn:aws:lambda:eu-central-1:111111111111:function:SSMCheck"
    )
    machine = sfn.StateMachine.from_state_machine_arn(
        stack, "Machine", "arn:aws:states:eu-central-1:111111111111:stateMachine:SSMCheck"
    )
    options: dict[str, Any] = {
        "max_concurrency": RateControl.count(1),
        "max_errors": RateControl.percentage(0),
        "cutoff_behavior": CutoffBehavior.CONTINUE_TASK,
        "task_name": "check",
        "task_description": "Checks it",
    }
    window(
        stack,
        WindowTask.lambda_function(
            function, payload={"id": PseudoParameter.TARGET_ID}, client_context={"a": 1}, qualifier="live"
        ).with_options(**options),
        WindowTask.step_functions(machine, input={}, execution_name=PseudoParameter.INVOCATION_ID),
        WindowTask.automation("Check", parameters={"Id": "1"}).with_options(targets=[], document_version="$DEFAULT"),
    )
    result = validate(Template.from_stack(stack).to_json())
    assert result.problems == []
    assert {"lambda:Invoke", "stepfunctions:StartExecution", "ssm:StartAutomationExecution"} <= {
        request.name for request in result.requests
    }


def test_the_optional_arguments_of_presets(stack: cdk.Stack) -> None:
    runbook, functions = role(stack, "Runbook"), role(stack, "Lambda")
    rollback = WindowTask.patch_with_rollback(runbook_role=runbook, lambda_role=functions)
    assert "ReportS3Bucket" not in str(rollback)
    agent = WindowTask.update_ssm_agent(version="3.3.0.0", allow_downgrade=True)
    image = WindowTask.create_image(no_reboot=False)
    hook = WindowTask.reboot(post_reboot_hook="Rejoin-Node")
    listing = WindowTask.windows_updates(PatchOperation.SCAN)
    window(stack, agent, image, hook, listing)
    given = [
        next(iter(task["Properties"]["TaskInvocationParameters"].values()))["Parameters"]
        for task in Template.from_stack(stack).find_resources(TASK).values()
    ]
    given[1].pop("AutomationAssumeRole")
    assert given == [
        {"allowDowngrade": ["true"], "version": ["3.3.0.0"]},
        {"InstanceId": ["{{RESOURCE_ID}}"], "NoReboot": ["false"]},
        {"PostRebootHookDocName": ["Rejoin-Node"]},
        {"Action": ["Scan"], "AllowReboot": ["False"]},
    ]


# --- The table in the documentation -------------------------------------------------------------------


def tabled() -> dict[str, tuple[str, set[str]]]:
    """Return the document and the actions of the role of the runbook of every preset in the page."""
    rows = re.findall(
        r"^\| `(\w+)\(.*?\)` \| `([\w-]+)` \| (.*?) \| .*\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    return {name: (document, set(re.findall(r"`(\w+:\w+)`", actions))) for name, document, actions in rows}


def test_the_documentation_lists_every_preset_with_its_permissions() -> None:
    assert tabled() == {name: (each.document, set(each.runbook_actions)) for name, each in PRESETS.items()}
