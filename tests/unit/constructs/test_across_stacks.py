"""Typical programs of a platform team: one definition for several environments, and resources of other stacks."""

from datetime import UTC, date, datetime, timedelta

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Annotations, Match, Template

from patching_constructs import (
    CommandNotification,
    OperatingSystem,
    PatchBaseline,
    PatchOperation,
    PatchRule,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
)


def test_two_environments_with_one_definition_are_a_warning() -> None:
    app = cdk.App()
    stacks = {stage: cdk.Stack(app, stage) for stage in ("Dev", "Prod")}
    for stack in stacks.values():
        PatchBaseline(
            stack,
            "Baseline",
            operating_system=OperatingSystem.UBUNTU,
            rules=[PatchRule.security_patches(OperatingSystem.UBUNTU, after=timedelta(0))],
            patch_groups=["web"],
        )
    for stage, warnings in {"Dev": 0, "Prod": 1}.items():
        annotations = Annotations.from_stack(stacks[stage])
        assert len(annotations.find_error("*", Match.any_value())) == 0
        assert len(annotations.find_warning("*", Match.any_value())) == warnings
        Template.from_stack(stacks[stage]).has_resource_properties("AWS::SSM::PatchBaseline", {"PatchGroups": ["web"]})


def test_a_role_of_another_stack_with_a_notification() -> None:
    app = cdk.App()
    shared, stack = cdk.Stack(app, "Shared"), cdk.Stack(app, "Patching")
    role = iam.Role(shared, "Runner", assumed_by=iam.ServicePrincipal("ssm.amazonaws.com"))
    install = PatchSchedule(
        stack,
        "Install",
        schedule=ScheduleExpression.patch_tuesday(days_after=5, hour=4, time_zone="Europe/Berlin"),
        targets=[PatchTarget.patch_group("web")],
        operation=PatchOperation.INSTALL,
        role=role,
        notification=CommandNotification(topic=sns.Topic(shared, "Topic")),
    )
    first_of_january = datetime(2027, 1, 1, tzinfo=UTC)
    executions = install.next_executions(after=first_of_january, count=2)
    assert executions[1].start.date() == date(2027, 2, 14)
    assert install.task_role is None
    assert install.notification_role is not None
    app.synth()
    Template.from_stack(stack).resource_count_is("AWS::SSM::MaintenanceWindowTask", 1)
    Template.from_stack(shared).resource_count_is("AWS::IAM::Policy", 0)
