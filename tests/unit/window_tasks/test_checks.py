"""The command line on windows with tasks: no finding without a warning, and every task in every command."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_ssm as ssm
from aws_cdk import aws_stepfunctions as sfn
from typer.testing import CliRunner

from patching_constructs import (
    CommandNotification,
    CutoffBehavior,
    HookDocument,
    MaintenanceWindow,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    PseudoParameter,
    RateControl,
    RebootOption,
    ScheduleExpression,
    WindowTask,
)
from patching_constructs.checks.engine import check_paths
from patching_constructs.checks.severity import Severity
from patching_constructs.cli.app import app as command_line
from tests.unit.window_tasks.presets import NODE, PRESETS

TODAY = datetime(2026, 11, 23, tzinfo=UTC)
WEEKLY = ScheduleExpression.expression("cron(0 4 ? * SUN *)")
WEB = PatchTarget.tag("Role", "web")


def function(stack: cdk.Stack) -> WindowTask:
    arn = "arn:aws:lambda:eu-central-1:111111111111:function:SSMCheck"
    payload = {"node": PseudoParameter.RESOURCE_ID}
    return WindowTask.lambda_function(lambda_.Function.from_function_arn(stack, "Function", arn), payload=payload)


def machine(stack: cdk.Stack) -> WindowTask:
    arn = "arn:aws:states:eu-central-1:111111111111:stateMachine:SSMCheck"
    return WindowTask.step_functions(sfn.StateMachine.from_state_machine_arn(stack, "Machine", arn))


def own_document(stack: cdk.Stack) -> WindowTask:
    content = {"schemaVersion": "2.2", "parameters": {"Level": {"type": "String"}}, "mainSteps": []}
    return WindowTask.run_command(ssm.CfnDocument(stack, "Document", content=content), parameters={"Level": "low"})


def notifying(stack: cdk.Stack) -> WindowTask:
    notification = CommandNotification(topic=sns.Topic(stack, "Topic"))
    return WindowTask.shell_script("date").with_options(notification=notification)


def with_role(stack: cdk.Stack) -> WindowTask:
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("ssm.amazonaws.com"))
    return WindowTask.create_image().with_options(role=role)


MADE: dict[str, Callable[[cdk.Stack], WindowTask]] = {
    **{name: preset.make for name, preset in PRESETS.items()},
    "a function": function,
    "a state machine": machine,
    "a document of the app": own_document,
    "a hook document": lambda stack: WindowTask.run_command(HookDocument.shell(stack, "Hook", ["date"])),
    "a notification": notifying,
    "a given role": with_role,
    "the service-linked role": lambda _: WindowTask.scan().with_options(service_linked_role=True),
    "no targets": lambda _: WindowTask.automation("Check").with_options(targets=[]),
    "targets of its own": lambda _: WindowTask.scan().with_options(targets=[NODE, PatchTarget.resource_group("web")]),
    "every option": lambda _: WindowTask.reboot().with_options(
        max_concurrency=RateControl.count(1),
        max_errors=RateControl.count(0),
        cutoff_behavior=CutoffBehavior.CONTINUE_TASK,
        task_name="reboot",
        task_description="Reboots every node",
        comment="monthly",
        document_version="$LATEST",
        start_timeout=timedelta(minutes=10),
    ),
}


@pytest.mark.parametrize("make", MADE.values(), ids=MADE.keys())
def test_nothing_is_found_in_a_window_with_a_task(make: Callable[[cdk.Stack], WindowTask], tmp_path: Path) -> None:
    app = cdk.App(outdir=str(tmp_path), analytics_reporting=False)
    stack = cdk.Stack(app, "Stack")
    task = make(stack)
    targets = [WEB] if task.targets is None else []
    MaintenanceWindow(stack, "Window", schedule=WEEKLY, targets=targets, tasks=[task])
    app.synth()
    found = [each for each in check_paths([tmp_path], now=TODAY) if each.severity is not Severity.NOTE]
    assert [f"{each.rule.id} {each.problem}" for each in found] == []


@pytest.fixture
def six_tasks(tmp_path: Path) -> Path:
    app = cdk.App(outdir=str(tmp_path), analytics_reporting=False)
    PatchSchedule(
        cdk.Stack(app, "Stack"),
        "Install",
        schedule=WEEKLY,
        targets=[WEB],
        operation=PatchOperation.INSTALL,
        reboot_option=RebootOption.NO_REBOOT,
        before=[WindowTask.update_ssm_agent(), WindowTask.create_image()],
        after=[
            WindowTask.reboot(),
            WindowTask.scan(),
            WindowTask.create_snapshot("volumes"),
        ],
    )
    app.synth()
    return tmp_path


def printed(*arguments: Any) -> Any:
    result = CliRunner().invoke(command_line, [*map(str, arguments), "--format", "json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_describe_lists_every_task(six_tasks: Path) -> None:
    (window,) = printed("describe", six_tasks)["windows"]
    assert sorted(task["document"] for task in window["tasks"]) == [
        "AWS-CreateImage",
        "AWS-CreateSnapshot",
        "AWS-InstanceRebootWithHooks",
        "AWS-RunPatchBaseline",
        "AWS-RunPatchBaseline",
        "AWS-UpdateSSMAgent",
    ]


def test_the_calendar_has_the_window_once(six_tasks: Path) -> None:
    assert len(printed("calendar", six_tasks, "--from", "2027-01-04", "--next", "1")["executions"]) == 1
