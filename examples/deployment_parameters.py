"""Use stack parameters for the schedule, the patch group and the duration of the window."""

import aws_cdk as cdk
from aws_cdk import aws_ssm as ssm

from patching_constructs import PatchOperation, PatchSchedule, PatchTarget, ScheduleExpression

app = cdk.App()
stack = cdk.Stack(app, "DeploymentParameters")

schedule = cdk.CfnParameter(stack, "Schedule", default="cron(0 4 ? * SUN *)")
hours = cdk.CfnParameter(stack, "Hours", type="Number", default=4)
patch_group = ssm.StringParameter.value_for_string_parameter(stack, "/fleet/patch-group")

PatchSchedule(
    stack,
    "Install",
    schedule=ScheduleExpression.expression(schedule.value_as_string),
    targets=[PatchTarget.patch_group(patch_group)],
    operation=PatchOperation.INSTALL,
    duration=cdk.Duration.hours(hours.value_as_number),
)
app.synth()
