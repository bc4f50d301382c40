"""The roles of a schedule's task, and the policies that they need, wherever the roles come from."""

from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Match, Template

from patching_constructs import (
    CommandNotification,
    PatchHooks,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
)

TASK = "AWS::SSM::MaintenanceWindowTask"
MONTHLY = ScheduleExpression.patch_tuesday(days_after=5, hour=4, time_zone="Europe/Berlin")


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def patch_schedule(scope: cdk.Stack, name: str = "Schedule", **properties: Any) -> PatchSchedule:
    minimal: dict[str, Any] = {"schedule": MONTHLY, "operation": PatchOperation.INSTALL}
    return PatchSchedule(scope, name, targets=[PatchTarget.patch_group("web")], **minimal | properties)


def notify(scope: cdk.Stack, **properties: Any) -> CommandNotification:
    return CommandNotification(topic=sns.Topic(scope, "Topic"), **properties)


def systems_manager_role(scope: cdk.Stack, name: str) -> iam.Role:
    return iam.Role(scope, name, assumed_by=iam.ServicePrincipal("ssm.amazonaws.com"))


def properties_of(template: Template, kind: str) -> dict[str, Any]:
    (resource,) = template.find_resources(kind).values()
    properties: dict[str, Any] = resource["Properties"]
    return properties


def run_command_of(template: Template) -> dict[str, Any]:
    command: dict[str, Any] = properties_of(template, TASK)["TaskInvocationParameters"][
        "MaintenanceWindowRunCommandParameters"
    ]
    return command


def roles_of(template: Template) -> Mapping[str, Any]:
    return template.find_resources("AWS::IAM::Role")


def test_no_role_without_a_notification(stack: cdk.Stack) -> None:
    patch_schedule(stack)
    template = Template.from_stack(stack)
    assert roles_of(template) == {}
    assert "ServiceRoleArn" not in properties_of(template, TASK)


def test_a_role_without_a_notification_runs_the_task_and_is_granted_what_it_requires(stack: cdk.Stack) -> None:
    role = iam.Role(stack, "Runner", assumed_by=iam.ServicePrincipal("ssm.amazonaws.com"))
    patch_schedule(stack, role=role)
    template = Template.from_stack(stack)
    assert properties_of(template, TASK)["ServiceRoleArn"] == stack.resolve(role.role_arn)
    assert "ServiceRoleArn" not in run_command_of(template)
    (policy,) = template.find_resources("AWS::IAM::Policy").values()
    assert policy["Properties"]["Roles"] == [stack.resolve(role.role_name)]
    send, other = policy["Properties"]["PolicyDocument"]["Statement"]
    assert send["Action"] == "ssm:SendCommand"
    assert "::document/AWS-RunPatchBaseline" in str(send["Resource"][0])
    assert "ssm:CancelCommand" in other["Action"]


def test_what_many_schedules_require_is_in_one_policy_of_the_role_once(stack: cdk.Stack) -> None:
    role = systems_manager_role(stack, "Runner")
    other = iam.Role.from_role_name(stack, "Other", "other")
    for name in ("One", "Two", "Three"):
        patch_schedule(stack, name, role=role)
    patch_schedule(stack, "Four", role=other)
    template = Template.from_stack(stack)
    policies = template.find_resources("AWS::IAM::Policy")
    documents = [policy["Properties"]["PolicyDocument"] for policy in policies.values()]
    assert len({str(policy["Properties"]["PolicyName"]) for policy in policies.values()}) == 2
    assert [len(document["Statement"]) for document in documents] == [2, 2]
    assert documents[0] == documents[1]
    waited_for = [name for task in template.find_resources(TASK).values() for name in task["DependsOn"]]
    assert sorted(waited_for.count(name) for name in policies) == [1, 3]


def test_a_notification_wires_the_runner_outside_and_the_publisher_inside(stack: cdk.Stack) -> None:
    patch_schedule(stack, notification=CommandNotification(topic=sns.Topic(stack, "Topic")))
    template = Template.from_stack(stack)
    runner, publisher = properties_of(template, TASK)["ServiceRoleArn"], run_command_of(template)["ServiceRoleArn"]
    assert runner == {"Fn::GetAtt": [role_id(template, "ScheduleTaskRole"), "Arn"]}
    assert publisher == {"Fn::GetAtt": [role_id(template, "ScheduleNotificationRole"), "Arn"]}
    trust = {
        "Statement": [
            {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": "ssm.amazonaws.com"}},
        ],
        "Version": "2012-10-17",
    }
    assert [role["Properties"]["AssumeRolePolicyDocument"] for role in roles_of(template).values()] == [trust, trust]


def role_id(template: Template, start: str) -> str:
    (found,) = (name for name in roles_of(template) if name.startswith(start))
    return found


def test_the_publishing_role_can_only_publish_to_the_topic(stack: cdk.Stack) -> None:
    topic = sns.Topic(stack, "Topic")
    patch_schedule(stack, notification=CommandNotification(topic=topic))
    (policy,) = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
    assert policy["Properties"]["PolicyDocument"]["Statement"] == [
        {"Action": "sns:Publish", "Effect": "Allow", "Resource": stack.resolve(topic.topic_arn)}
    ]


def test_the_publishing_role_can_use_the_key_of_an_encrypted_topic(stack: cdk.Stack) -> None:
    key = kms.Key(stack, "Key")
    patch_schedule(stack, notification=CommandNotification(topic=sns.Topic(stack, "Topic", master_key=key)))
    (policy,) = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
    assert policy["Properties"]["PolicyDocument"]["Statement"][1] == {
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Effect": "Allow",
        "Resource": stack.resolve(key.key_arn),
    }


def test_the_permissions_of_the_task_role(stack: cdk.Stack) -> None:
    patch_schedule(
        stack, hooks=PatchHooks(on_exit="Rejoin"), notification=CommandNotification(topic=sns.Topic(stack, "Topic"))
    )
    template = Template.from_stack(stack)
    (policy,) = roles_of(template)[role_id(template, "ScheduleTaskRole")]["Properties"]["Policies"]
    here = f"arn:{cdk.Aws.PARTITION}:ssm:{cdk.Aws.REGION}"
    assert policy["PolicyDocument"]["Statement"] == stack.resolve(
        [
            {
                "Action": "ssm:SendCommand",
                "Effect": "Allow",
                "Resource": [
                    f"{here}::document/AWS-RunPatchBaselineWithHooks",
                    f"arn:{cdk.Aws.PARTITION}:ec2:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}:instance/*",
                    f"{here}:{cdk.Aws.ACCOUNT_ID}:managed-instance/*",
                ],
            },
            {
                "Action": [
                    "ssm:CancelCommand",
                    "ssm:GetCommandInvocation",
                    "ssm:ListCommandInvocations",
                    "ssm:ListCommands",
                    "resource-groups:ListGroupResources",
                    "resource-groups:ListGroups",
                    "tag:GetResources",
                ],
                "Effect": "Allow",
                "Resource": "*",
            },
            {
                "Action": "iam:PassRole",
                "Condition": {"StringEquals": {"iam:PassedToService": "ssm.amazonaws.com"}},
                "Effect": "Allow",
                "Resource": run_command_of(template)["ServiceRoleArn"],
            },
        ]
    )


def given_l2(stack: cdk.Stack) -> iam.IRole:
    return iam.Role(stack, "Runner", assumed_by=iam.ServicePrincipal("ssm.amazonaws.com"))


def given_l1(stack: cdk.Stack) -> iam.CfnRole:
    return iam.CfnRole(stack, "Runner", assume_role_policy_document={"Statement": []})


def given_imported(stack: cdk.Stack) -> iam.IRole:
    return iam.Role.from_role_name(stack, "Runner", "patch-runner")


@pytest.mark.parametrize("given", [given_l2, given_l1, given_imported])
def test_a_given_runner_is_allowed_to_pass_the_publisher_on(stack: cdk.Stack, given: Callable[..., iam.IRole]) -> None:
    role = given(stack)
    patch_schedule(stack, role=role, notification=CommandNotification(topic=sns.Topic(stack, "Topic")))
    template = Template.from_stack(stack)
    assert properties_of(template, TASK)["ServiceRoleArn"] == stack.resolve(role.role_ref.role_arn)
    template.has_resource_properties(
        "AWS::IAM::Policy",
        {
            "PolicyDocument": {
                "Statement": [
                    {
                        "Action": "iam:PassRole",
                        "Condition": {"StringEquals": {"iam:PassedToService": "ssm.amazonaws.com"}},
                        "Effect": "Allow",
                        "Resource": run_command_of(template)["ServiceRoleArn"],
                    }
                ]
            },
            "Roles": [stack.resolve(role.role_ref.role_name)],
        },
    )


def test_an_immutable_task_role_is_not_changed(stack: cdk.Stack) -> None:
    arn = "arn:aws:iam::123456789012:role/patch-runner"
    role = iam.Role.from_role_arn(stack, "Runner", arn, mutable=False)
    publisher = iam.Role.from_role_name(stack, "Publisher", "patch-publisher")
    notification = CommandNotification(topic=sns.Topic(stack, "Topic"), role=publisher)
    patch_schedule(stack, role=role, notification=notification)
    template = Template.from_stack(stack)
    assert properties_of(template, TASK)["ServiceRoleArn"] == arn
    template.resource_count_is("AWS::IAM::Policy", 0)
    template.resource_count_is("AWS::IAM::Role", 0)


# --- Roles of other stacks, and of several ------------------------------------------------------------


def in_another_stack(app: cdk.App) -> iam.IRole:
    return systems_manager_role(cdk.Stack(app, "Shared"), "Runner")


def imported_in_another_stack(app: cdk.App) -> iam.IRole:
    return iam.Role.from_role_name(cdk.Stack(app, "Shared"), "Runner", "patch-runner")


@pytest.mark.parametrize("given", [in_another_stack, imported_in_another_stack])
def test_the_policy_of_a_role_from_another_stack_is_in_the_stack_of_the_schedule(
    given: Callable[[cdk.App], iam.IRole],
) -> None:
    app = cdk.App()
    role, stack = given(app), cdk.Stack(app, "Stack")
    patch_schedule(stack, role=role, notification=notify(stack))
    assembly = app.synth()
    assert "AWS::IAM::Policy" not in str(assembly.get_stack_by_name("Shared").template)
    template = Template.from_stack(stack)
    template.has_resource_properties("AWS::IAM::Policy", {"Roles": [stack.resolve(role.role_name)]})
    template.has_resource(TASK, {"DependsOn": Match.array_with([Match.string_like_regexp("SchedulePassRolePolicy")])})


def test_an_immutable_role_of_another_stack_is_left_unchanged() -> None:
    app = cdk.App()
    role = systems_manager_role(cdk.Stack(app, "Shared"), "Runner").without_policy_updates()
    stack = cdk.Stack(app, "Stack")
    publisher = iam.Role.from_role_name(stack, "Publisher", "patch-publisher")
    patch_schedule(stack, role=role, notification=notify(stack, role=publisher))
    app.synth()
    Template.from_stack(stack).resource_count_is("AWS::IAM::Policy", 0)


def policy_names(stack: cdk.Stack, role: str) -> list[Any]:
    policies = Template.from_stack(stack).find_resources("AWS::IAM::Policy", {"Properties": {"Roles": [role]}})
    return [policy["Properties"]["PolicyName"]["Fn::Join"] for policy in policies.values()]


def test_policies_of_one_role_have_different_names_in_every_schedule_stack_and_deployment() -> None:
    app = cdk.App()
    stacks = [cdk.Stack(app, place) for place in ("Dev", "Prod")]
    for stack in stacks:
        role = iam.Role.from_role_name(stack, "Runner", "patch-runner")
        for schedule in ("One", "Two"):
            topic = sns.Topic(stack, f"Topic{schedule}")
            patch_schedule(stack, schedule, role=role, notification=CommandNotification(topic=topic))
    names = [name for stack in stacks for name in policy_names(stack, "patch-runner")]
    # The id of the stack differs between two deployments of one template.
    guid = {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}
    # One for each schedule, and one of the stack.
    assert [name[1][1:] for name in names] == [[guid]] * 6
    assert len({name[1][0] for name in names}) == 6
    assert all(len(name[1][0]) + 36 <= 128 for name in names)


# --- What the task waits for, and what is exposed -----------------------------------------------------


def test_the_task_is_created_after_the_policies_that_let_it_run(stack: cdk.Stack) -> None:
    patch_schedule(stack, role=systems_manager_role(stack, "Runner"), notification=notify(stack))
    template = Template.from_stack(stack)
    (task,) = template.find_resources(TASK).values()
    resources = template.to_json()["Resources"]
    assert sorted(resources[name]["Type"] for name in task["DependsOn"]) == [
        "AWS::IAM::Policy",
        "AWS::IAM::Policy",
        "AWS::IAM::Policy",
    ]


def test_with_an_immutable_role_and_no_notification_it_waits_for_nothing(stack: cdk.Stack) -> None:
    patch_schedule(stack, role=systems_manager_role(stack, "Runner").without_policy_updates())
    (task,) = Template.from_stack(stack).find_resources(TASK).values()
    assert "DependsOn" not in task


def test_roles_that_are_created_are_exposed(stack: cdk.Stack) -> None:
    schedule = patch_schedule(stack, notification=notify(stack))
    template = Template.from_stack(stack)
    assert schedule.task_role
    assert schedule.notification_role
    assert stack.resolve(schedule.task_role.role_ref.role_arn) == properties_of(template, TASK)["ServiceRoleArn"]
    assert stack.resolve(schedule.notification_role.role_ref.role_arn) == run_command_of(template)["ServiceRoleArn"]


def test_those_that_are_given_are_the_callers(stack: cdk.Stack) -> None:
    runner, publisher = systems_manager_role(stack, "Runner"), systems_manager_role(stack, "Publisher")
    schedule = patch_schedule(stack, role=runner, notification=notify(stack, role=publisher))
    assert (schedule.task_role, schedule.notification_role) == (None, None)


def test_created_roles_can_be_granted_more(stack: cdk.Stack) -> None:
    schedule = patch_schedule(stack, notification=notify(stack))
    assert schedule.task_role
    schedule.task_role.add_to_policy(iam.PolicyStatement(actions=["ssm:GetParameter"], resources=["*"]))
    assert "ssm:GetParameter" in str(Template.from_stack(stack).find_resources("AWS::IAM::Policy"))


def test_without_a_role_and_a_notification_there_is_none(stack: cdk.Stack) -> None:
    schedule = patch_schedule(stack)
    assert (schedule.task_role, schedule.notification_role) == (None, None)
