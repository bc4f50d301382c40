"""Patch production only if staging went well two days before, and no change calendar is closed."""

from datetime import timedelta

import aws_cdk as cdk

from patching_constructs import PatchGate, PatchOperation, PatchSchedule, PatchTarget, ScheduleExpression

app = cdk.App()
staging = PatchSchedule(
    cdk.Stack(app, "Staging"),
    "MonthlyInstall",
    schedule=ScheduleExpression.patch_tuesday(days_after=3, hour=4, time_zone="Europe/Berlin"),
    targets=[PatchTarget.patch_group("staging")],
    operation=PatchOperation.INSTALL,
)
production = PatchSchedule(
    cdk.Stack(app, "Production"),
    "MonthlyInstall",
    schedule=ScheduleExpression.patch_tuesday(days_after=7, hour=4, time_zone="Europe/Berlin"),
    targets=[PatchTarget.patch_group("production")],
    operation=PatchOperation.INSTALL,
    gate=PatchGate(after=staging, bake_time=timedelta(days=2), max_failed=1, calendars=["company-freezes"]),
)

# The only findings of cdk-nag: nodes are selected by a tag, executions and versions have no ARN yet, and the actions
# that read executions, commands and patch states do not support resource-level permissions.
ec2, ssm = (f"arn:<AWS::Partition>:{service}:<AWS::Region>:<AWS::AccountId>:" for service in ("ec2", "ssm"))
found = [f"{ec2}instance/*", f"{ssm}managed-instance/*", f"{ssm}automation-execution/*", "*"]
for each in (*found, f"{ssm}automation-definition/<MonthlyInstallGateDocumentED12D4A8>:*"):
    rule = f"AwsSolutions::AwsSolutions-IAM5[Resource::{each}]"
    cdk.Validations.of(production).acknowledge(cdk.Acknowledgment(id=rule, reason="IAM cannot narrow it further"))
app.synth()
