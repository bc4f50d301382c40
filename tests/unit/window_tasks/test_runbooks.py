"""Runbooks that are not run by a preset: their roles, what is missing in them, and the resources that they run on."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ssm as ssm
from aws_cdk.assertions import Annotations, Match, Template

from patching_constructs import MaintenanceWindow, PatchTarget, PseudoParameter, ScheduleExpression, WindowTask
from patching_constructs.ssm.documents import known_documents
from patching_constructs.ssm.runbooks import RESOURCE_TYPES, RUNBOOK_PERMISSIONS
from tests.refusals import refused

NODE = PatchTarget.instance_ids("i-0123456789abcdef0")
GROUP = PatchTarget.resource_group("fleet")
INSTANCES = PatchTarget.resource_group("fleet", "AWS::EC2::Instance")
EACH_INSTANCE = {"InstanceId": PseudoParameter.RESOURCE_ID}
RESTART = "AWS-RestartEC2Instance"
ARNS = ("arn:aws:ssm:eu-central-1::document/{}", "arn:aws:ssm:eu-central-1::automation-definition/{}:$DEFAULT")


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def window(stack: cdk.Stack, *tasks: WindowTask, **properties: Any) -> MaintenanceWindow:
    minimal: dict[str, Any] = {"schedule": ScheduleExpression.daily(hour=2), "targets": [NODE]}
    return MaintenanceWindow(stack, "Window", tasks=tasks, **minimal | properties)


def warnings(stack: cdk.Stack) -> list[str]:
    return [str(each.entry.data) for each in Annotations.from_stack(stack).find_warning("*", Match.any_value())]


def runbook_statements(stack: cdk.Stack, made: MaintenanceWindow, runbook: str) -> list[tuple[Any, Any]]:
    """Return the actions and the resources that the role of a runbook is allowed."""
    name = stack.resolve(made.runbook_roles[runbook].role_arn)["Fn::GetAtt"][0]
    role = Template.from_stack(stack).find_resources("AWS::IAM::Role")[name]
    statements = role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    return [(each["Action"], each["Resource"]) for each in statements]


# --- The role of a runbook ----------------------------------------------------------------------------


def test_a_restart_has_the_role_that_aws_documents(stack: cdk.Stack) -> None:
    made = window(stack, WindowTask.automation(RESTART, parameters=EACH_INSTANCE))
    (changing, instances), describing = runbook_statements(stack, made, RESTART)
    assert changing == ["ec2:StartInstances", "ec2:StopInstances"]
    assert instances["Fn::Join"][1][-1] == ":instance/*"
    assert describing == ("ec2:DescribeInstanceStatus", "*")
    assert warnings(stack) == []


@pytest.mark.parametrize("arn", ARNS)
@pytest.mark.parametrize("runbook", RUNBOOK_PERMISSIONS)
def test_a_runbook_given_by_its_arn_has_the_same_role(stack: cdk.Stack, runbook: str, arn: str) -> None:
    (parameter,) = (name for name, each in known_documents()[runbook].parameters.items() if each.required)
    made = window(
        stack,
        WindowTask.automation(arn.format(runbook), parameters={parameter: "i-0123456789abcdef0"}).with_options(
            id="ByArn", targets=[]
        ),
        WindowTask.automation(runbook, parameters={parameter: "i-0123456789abcdef0"}).with_options(targets=[]),
    )
    assert list(made.runbook_roles) == [runbook]
    roles = [
        task["Properties"]["TaskInvocationParameters"]["MaintenanceWindowAutomationParameters"]["Parameters"][
            "AutomationAssumeRole"
        ]
        for task in Template.from_stack(stack).find_resources("AWS::SSM::MaintenanceWindowTask").values()
    ]
    assert roles[0] == roles[1]
    assert warnings(stack) == []


# --- A runbook without a role -------------------------------------------------------------------------

MISSING = (
    "task {} has no runbook_role, and the created role can only start its runbook: it lacks the permissions of the "
    "steps, and iam:PassRole for a role that the document assumes; {}pass runbook_role=..., or add the permissions to "
    "task_roles[TaskType.AUTOMATION] [ack: patching-constructs:runbookWithoutRole]"
)


def of_app(stack: cdk.Stack, parameters: dict[str, Any]) -> ssm.CfnDocument:
    content = {"schemaVersion": "0.3", "parameters": parameters, "mainSteps": []}
    return ssm.CfnDocument(stack, "Document", content=content, document_type="Automation")


@pytest.mark.parametrize("document", ["Notify", "AWS-ASGEnterStandby", "AWS-PatchInstanceWithRollback"])
def test_a_runbook_without_a_role_is_a_warning(stack: cdk.Stack, document: str) -> None:
    parameters = None if document == "Notify" else EACH_INSTANCE
    window(stack, WindowTask.automation(document, parameters=parameters))
    assert warnings(stack) == [MISSING.format(document, "")]


def test_a_runbook_of_the_app_without_a_role_is_a_warning(stack: cdk.Stack) -> None:
    window(stack, WindowTask.automation(of_app(stack, {"AutomationAssumeRole": {"type": "String", "default": ""}})))
    assert warnings(stack) == [MISSING.format("Automation", "")]


def test_a_runbook_of_the_app_without_the_parameter_for_a_role_is_a_warning(stack: cdk.Stack) -> None:
    window(stack, WindowTask.automation(of_app(stack, {})))
    fix = "add the parameter AutomationAssumeRole to the document, "
    assert warnings(stack) == [MISSING.format("Automation", fix)]


def test_a_runbook_with_a_given_role_is_no_warning(stack: cdk.Stack) -> None:
    role = iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::111111111111:role/given")
    window(
        stack,
        WindowTask.automation("Notify", runbook_role=role),
        WindowTask.automation("Other").with_options(role=role),
    )
    assert warnings(stack) == []


def test_the_warning_can_be_acknowledged(stack: cdk.Stack) -> None:
    made = window(stack, WindowTask.automation("Notify"))
    cdk.Annotations.of(made).acknowledge_warning("patching-constructs:runbookWithoutRole", "it only waits")
    made.add_task("Later", WindowTask.automation("Notify"))
    assert warnings(stack) == []


# --- The resources that a runbook runs on -------------------------------------------------------------


def on_each(runbook: str) -> WindowTask:
    parameter = "VolumeId" if runbook == "AWS-CreateSnapshot" else "InstanceId"
    role = iam.Role.from_role_arn(cdk.Stack(), "Role", "arn:aws:iam::111111111111:role/given")
    return WindowTask.automation(runbook, parameters={parameter: PseudoParameter.RESOURCE_ID}, runbook_role=role)


@pytest.mark.parametrize(("runbook", "kind"), RESOURCE_TYPES.items())
def test_a_group_without_resource_types_is_a_warning(stack: cdk.Stack, runbook: str, kind: str) -> None:
    window(stack, on_each(runbook), targets=[GROUP])
    assert warnings(stack) == [
        f"every resource in the resource group 'fleet' is a target of {runbook}, which runs only on {kind}: AWS "
        f"documents that others might be reported as errors; use PatchTarget.resource_group(name, '{kind}') "
        "[ack: patching-constructs:resourceGroupTypes]"
    ]


@pytest.mark.parametrize(("runbook", "kind"), RESOURCE_TYPES.items())
def test_a_group_of_other_resources_is_a_warning(stack: cdk.Stack, runbook: str, kind: str) -> None:
    window(stack, on_each(runbook), targets=[PatchTarget.resource_group("fleet", kind, "AWS::EC2::VPC")])
    assert warnings(stack) == [
        f"resource type 'AWS::EC2::VPC' is not supported: {runbook} runs only on {kind} "
        "[ack: patching-constructs:targetNodeType]"
    ]


def test_a_group_whose_name_is_a_token_is_named_as_one(stack: cdk.Stack) -> None:
    window(stack, WindowTask.stop_instances(PatchTarget.resource_group(cdk.Aws.STACK_NAME)))
    (warning,) = warnings(stack)
    assert warning.startswith("every resource in the resource group '<token>' is a target of AWS-StopEC2Instance")


@pytest.mark.parametrize(
    ("task", "targets"),
    [
        (on_each(RESTART), [INSTANCES]),
        (on_each(RESTART), [PatchTarget.resource_group("fleet", cdk.Aws.STACK_NAME)]),
        (on_each("AWS-CreateSnapshot"), [PatchTarget.resource_group("volumes", "AWS::EC2::Volume")]),
        (WindowTask.automation(RESTART, parameters={"InstanceId": "i-0123456789abcdef0"}), [GROUP]),
        (WindowTask.scan(), [GROUP]),
    ],
    ids=["instances", "a token", "volumes", "a fixed instance", "a command"],
)
def test_other_targets_are_no_warning(stack: cdk.Stack, task: WindowTask, targets: list[PatchTarget]) -> None:
    window(stack, task, targets=targets)
    assert warnings(stack) == []


def test_a_group_that_is_added_later_is_a_warning(stack: cdk.Stack) -> None:
    window(stack, on_each(RESTART)).add_target(GROUP)
    assert len(warnings(stack)) == 1


def test_nodes_are_no_volumes(stack: cdk.Stack) -> None:
    assert refused(lambda: window(stack, on_each("AWS-CreateSnapshot"))) == (
        "targets must be resource groups for AWS-CreateSnapshot, which runs on AWS::EC2::Volume, got 'InstanceIds'; "
        "use PatchTarget.resource_group(name, 'AWS::EC2::Volume') [Stack/Window]"
    )


@pytest.mark.parametrize("arn", ARNS)
def test_the_targets_of_a_runbook_given_by_its_arn_are_checked_too(stack: cdk.Stack, arn: str) -> None:
    hybrid = PatchTarget.instance_ids("mi-0123456789abcdef0")
    message = refused(lambda: window(stack, on_each(arn.format(RESTART)), targets=[hybrid]))
    assert message == f"targets must be EC2 instances for {RESTART}, got 'mi-0123456789abcdef0' [Stack/Window]"


# --- Commands that are given by their ARN -------------------------------------------------------------


def test_a_command_given_by_its_arn_is_checked_as_by_its_name(stack: cdk.Stack) -> None:
    by_arn = "arn:aws:ssm:eu-central-1::document/{}".format
    assert refused(lambda: WindowTask.run_command(by_arn("AWS-RunPatchBaselin"))) == (
        "document must be spelled as AWS publishes it, got 'AWS-RunPatchBaselin'; did you mean 'AWS-RunPatchBaseline'?"
    )
    legacy = WindowTask.run_command(by_arn("AWS-ApplyPatchBaseline"), parameters={"Operation": "Scan"})
    window(stack, legacy.with_options(document_version="1"))
    assert [each.split(" ")[0] for each in warnings(stack)] == ["AWS-ApplyPatchBaseline", "document_version"]
