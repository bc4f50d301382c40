"""The roles of a window: one for the tasks of each type, and one for each runbook."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.assertions import Template

from patching_constructs import (
    CommandNotification,
    MaintenanceWindow,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
    TaskType,
    WindowTask,
)

TASK = "AWS::SSM::MaintenanceWindowTask"
NIGHTLY = ScheduleExpression.daily(hour=2)
WEB = PatchTarget.tag("Role", "web")


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def window(stack: cdk.Stack, *tasks: WindowTask) -> MaintenanceWindow:
    return MaintenanceWindow(stack, "Window", schedule=NIGHTLY, targets=[WEB], tasks=tasks)


def tasks_of(stack: cdk.Stack) -> dict[str, dict[str, Any]]:
    """Return the properties of every task by its id."""
    found = Template.from_stack(stack).find_resources(TASK)
    return {name[len("Window") : -8]: task["Properties"] for name, task in found.items()}


def roles_of(stack: cdk.Stack) -> dict[str, Any]:
    found = Template.from_stack(stack).find_resources("AWS::IAM::Role")
    return {name[len("Window") : -8]: role["Properties"] for name, role in found.items()}


def allowed(role: dict[str, Any]) -> list[tuple[Any, Any]]:
    """Return the actions and resources of the policies of a role."""
    statements = [each for policy in role["Policies"] for each in policy["PolicyDocument"]["Statement"]]
    return [(each["Action"], each["Resource"]) for each in statements]


def test_the_tasks_of_one_type_share_a_role_that_allows_each_document(stack: cdk.Stack) -> None:
    window(stack, WindowTask.scan(), WindowTask.reboot(), WindowTask.scan().with_options(id="Again"))
    (role,) = roles_of(stack).values()
    (send, resources), (other, everything) = allowed(role)
    assert send == "ssm:SendCommand"
    assert [each["Fn::Join"][1][-1] for each in resources] == [
        "::document/AWS-RunPatchBaseline",
        ":instance/*",
        ":managed-instance/*",
        "::document/AWS-InstanceRebootWithHooks",
    ]
    assert ("ssm:CancelCommand" in other, everything) == (True, "*")
    roles = {str(task["ServiceRoleArn"]) for task in tasks_of(stack).values()}
    assert len(roles) == 1


def test_two_tasks_share_the_role_of_their_runbook(stack: cdk.Stack) -> None:
    made = window(stack, WindowTask.create_image(), WindowTask.create_image().with_options(id="Again"))
    assert list(made.runbook_roles) == ["AWS-CreateImage"]
    assert list(roles_of(stack)) == ["AWSCreateImageRole", "AutomationRole"]


def test_a_given_role_runs_the_task_and_no_other_is_created(stack: cdk.Stack) -> None:
    role = iam.Role.from_role_name(stack, "Given", "given")
    window(stack, WindowTask.scan().with_options(role=role))
    assert roles_of(stack) == {}
    assert tasks_of(stack)["Scan"]["ServiceRoleArn"] == stack.resolve(role.role_arn)


def test_the_service_linked_role_can_run_a_command(stack: cdk.Stack) -> None:
    window(stack, WindowTask.scan().with_options(service_linked_role=True))
    assert roles_of(stack) == {}
    assert "ServiceRoleArn" not in tasks_of(stack)["Scan"]


def test_a_given_role_may_pass_the_role_of_the_runbook(stack: cdk.Stack) -> None:
    role = iam.Role(stack, "Given", assumed_by=iam.ServicePrincipal("ssm.amazonaws.com"))
    made = window(stack, WindowTask.create_image().with_options(role=role))
    template = Template.from_stack(stack)
    policies = template.find_resources("AWS::IAM::Policy")
    (passing,) = (policy for name, policy in policies.items() if "PassRolePolicy" in name)
    (statement,) = passing["Properties"]["PolicyDocument"]["Statement"]
    assert statement == {
        "Action": "iam:PassRole",
        "Condition": {"StringEquals": {"iam:PassedToService": "ssm.amazonaws.com"}},
        "Effect": "Allow",
        "Resource": stack.resolve(made.runbook_roles["AWS-CreateImage"].role_arn),
    }
    (task,) = template.find_resources(TASK).values()
    assert sorted(task["DependsOn"]) == sorted(policies)
    assert dict(made.task_roles) == {}


def test_the_policies_of_a_given_role_have_different_names(stack: cdk.Stack) -> None:
    role = iam.Role(stack, "Given", assumed_by=iam.ServicePrincipal("ssm.amazonaws.com"))
    instances = PatchTarget.instance_ids("i-0123456789abcdef0")
    tasks = (WindowTask.create_image(), WindowTask.start_stopped_instances(instances))
    window(stack, *(task.with_options(role=role) for task in tasks))
    policies = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
    assert len({str(policy["Properties"]["PolicyName"]) for policy in policies}) == len(policies) == 3


def test_a_notification_of_a_task_has_a_publishing_role_of_its_own(stack: cdk.Stack) -> None:
    topic = sns.Topic(stack, "Topic")
    noisy = WindowTask.shell_script("date").with_options(notification=CommandNotification(topic=topic))
    window(stack, noisy, WindowTask.scan())
    assert list(roles_of(stack)) == ["ShellScriptNotificationRole", "TaskRole"]
    command = tasks_of(stack)["ShellScript"]["TaskInvocationParameters"]["MaintenanceWindowRunCommandParameters"]
    assert command["ServiceRoleArn"]["Fn::GetAtt"][0].startswith("WindowShellScriptNotificationRole")
    assert ("iam:PassRole", command["ServiceRoleArn"]) in allowed(roles_of(stack)["TaskRole"])


def test_a_schedule_with_a_notification_shares_its_role_with_other_commands(stack: cdk.Stack) -> None:
    topic = sns.Topic(stack, "Topic")
    schedule = PatchSchedule(
        stack,
        "Window",
        schedule=NIGHTLY,
        targets=[WEB],
        operation=PatchOperation.INSTALL,
        notification=CommandNotification(topic=topic),
        after=[WindowTask.reboot()],
    )
    assert schedule.task_role is schedule.task_roles[TaskType.RUN_COMMAND]
    assert list(roles_of(stack)) == ["NotificationRole", "TaskRole"]


def test_permissions_of_a_task_that_is_added_later_are_added(stack: cdk.Stack) -> None:
    made = window(stack, WindowTask.automation("Notify").with_options(targets=[]))
    made.add_task("OnNodes", WindowTask.automation("Notify"))
    assert [action for action, _ in allowed(roles_of(stack)["AutomationRole"])] == [
        "ssm:StartAutomationExecution",
        "ssm:GetAutomationExecution",
        ["resource-groups:ListGroupResources", "resource-groups:ListGroups", "tag:GetResources"],
    ]


@pytest.mark.parametrize("imported", [True, False])
def test_the_policy_to_pass_a_role_does_not_depend_on_other_tasks(*, imported: bool) -> None:
    def policies(*ids: str) -> dict[str, Any]:
        stack = cdk.Stack(cdk.App(), "Stack")
        trust = iam.ServicePrincipal("ssm.amazonaws.com")
        role: Any = (
            iam.Role.from_role_name(stack, "Given", "given") if imported else iam.Role(stack, "Given", assumed_by=trust)
        )
        window(stack, *(WindowTask.create_image().with_options(id=id_, role=role) for id_ in ids))
        return dict(Template.from_stack(stack).find_resources("AWS::IAM::Policy"))

    every = policies("First", "Second", "Third")
    assert policies("Second", "Third") == {name: each for name, each in every.items() if "First" not in name}
    assert len(every) == 4


STARTS: dict[str, tuple[Callable[[cdk.Stack], WindowTask], list[str]]] = {
    "a command": (lambda _: WindowTask.scan(), ["ssm:SendCommand"]),
    "a runbook": (
        lambda _: WindowTask.automation("Notify"),
        ["ssm:StartAutomationExecution", "ssm:GetAutomationExecution"],
    ),
    "a function": (
        lambda stack: WindowTask.lambda_function(
            lambda_.Function.from_function_arn(stack, "F", "arn:aws:lambda:eu-central-1:1:function:SSMCheck")
        ),
        ["lambda:InvokeFunction"],
    ),
    "a state machine": (
        lambda stack: WindowTask.step_functions(
            sfn.StateMachine.from_state_machine_arn(stack, "M", "arn:aws:states:eu-central-1:1:stateMachine:SSMCheck")
        ),
        ["states:StartExecution", "states:DescribeExecution"],
    ),
}


def granted(stack: cdk.Stack) -> list[Any]:
    policies = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
    return [each["Action"] for policy in policies for each in policy["Properties"]["PolicyDocument"]["Statement"]]


@pytest.mark.parametrize(("make", "actions"), STARTS.values(), ids=STARTS.keys())
def test_a_given_role_may_start_what_the_task_runs(
    stack: cdk.Stack, make: Callable[[cdk.Stack], WindowTask], actions: list[str]
) -> None:
    role = iam.Role(stack, "Given", assumed_by=iam.ServicePrincipal("ssm.amazonaws.com"))
    window(stack, make(stack).with_options(role=role))
    assert [action for action in granted(stack) if isinstance(action, str)] == actions


def test_an_immutable_role_is_not_changed(stack: cdk.Stack) -> None:
    role = iam.Role(stack, "Given", assumed_by=iam.ServicePrincipal("ssm.amazonaws.com")).without_policy_updates()
    window(stack, WindowTask.automation("Notify").with_options(role=role))
    assert granted(stack) == []


def test_an_l1_role_may_start_what_its_tasks_run(stack: cdk.Stack) -> None:
    role = iam.CfnRole(stack, "Given", assume_role_policy_document={})
    window(stack, WindowTask.scan().with_options(role=role), WindowTask.reboot().with_options(role=role))
    assert [action for action in granted(stack) if isinstance(action, str)] == ["ssm:SendCommand"] * 2
    Template.from_stack(stack).resource_count_is("AWS::IAM::Policy", 1)


def test_a_given_role_may_find_targets_that_are_added_later(stack: cdk.Stack) -> None:
    role = iam.Role(stack, "Given", assumed_by=iam.ServicePrincipal("ssm.amazonaws.com"))
    task = WindowTask.automation("Notify").with_options(role=role)
    made = MaintenanceWindow(stack, "Window", schedule=NIGHTLY, tasks=[task])
    assert made.task_roles == {}
    made.add_target(WEB)
    assert granted(stack)[-1] == [
        "resource-groups:ListGroupResources",
        "resource-groups:ListGroups",
        "tag:GetResources",
    ]
    assert len(granted(stack)) == 3
