"""Fail the synthesis on violations, also in L1 constructs: `PatchingChecks`.

It needs cdk-nag: pip install './patching-constructs[nag]'.
"""

import aws_cdk as cdk
from aws_cdk import aws_ssm as ssm

from patching_constructs import PatchingChecks, PatchOperation, PatchSchedule, PatchTarget, ScheduleExpression

app = cdk.App()
cdk.Validations.of(app).add_plugins(PatchingChecks(app))
stack = cdk.Stack(app, "Checks")

PatchSchedule(
    stack,
    "Install",
    schedule=ScheduleExpression.patch_tuesday(days_after=5, hour=4, time_zone="Europe/Berlin"),
    targets=[PatchTarget.patch_group("web")],
    operation=PatchOperation.INSTALL,
)
# An L1 construct: with "scan" instead of "Scan", synthesis fails with Patching-Operation.
ssm.CfnAssociation(
    stack,
    "Scan",
    name="AWS-RunPatchBaseline",
    parameters={"Operation": ["Scan"]},
    schedule_expression="cron(0 22 ? * * *)",
    targets=[ssm.CfnAssociation.TargetProperty(key="tag:Patch Group", values=["web"])],
)
app.synth()
