"""Servers in a data center: the role for their activation, and a schedule for their tag."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from patching_constructs import DayOfWeek, PatchOperation, PatchSchedule, PatchTarget, ScheduleExpression

app = cdk.App()
stack = cdk.Stack(app, "HybridNodes")

role = iam.Role(
    stack,
    "NodeRole",
    assumed_by=iam.ServicePrincipal(
        "ssm.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": stack.account}}
    ),
    managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name("AmazonSSMManagedInstanceCore")],
)
cdk.CfnOutput(stack, "RoleForTheActivation", value=role.role_name)

PatchSchedule(
    stack,
    "WeeklyInstall",
    schedule=ScheduleExpression.weekly(DayOfWeek.SATURDAY, hour=5, time_zone="Europe/Berlin"),
    targets=[PatchTarget.tag("Location", "frankfurt-datacenter")],
    operation=PatchOperation.INSTALL,
)

# The only finding of cdk-nag.
cdk.Validations.of(role).acknowledge(
    cdk.Acknowledgment(
        id="AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/AmazonSSMManagedInstanceCore]",
        reason="AWS documents this policy for managed nodes and updates it with the agent",
    )
)
app.synth()
