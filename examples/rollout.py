"""After Patch Tuesday, dev the next day, staging three days later, production a week after that; not over Christmas.

Each ring is patched in its own time zone, only if the ring before it has succeeded, and approves what had been released
when dev was patched.
"""

from datetime import date, timedelta

import aws_cdk as cdk

from patching_constructs import (
    ApprovalAlignment,
    OperatingSystem,
    PatchFreeze,
    PatchFreezes,
    PatchOperation,
    PatchRing,
    PatchRollout,
    PatchRule,
    PatchTarget,
    ScheduleExpression,
)

WINDOWS = OperatingSystem.WINDOWS
app = cdk.App()
stack = cdk.Stack(app, "Rollout")

PatchFreezes.of(app).add(PatchFreeze(date(2026, 12, 18), date(2027, 1, 4), "Christmas", time_zone="Europe/Berlin"))
rollout = PatchRollout(
    stack,
    "Monthly",
    schedule=ScheduleExpression.patch_tuesday(hour=20),
    operation=PatchOperation.INSTALL,
    rings=[
        PatchRing("dev", targets=[PatchTarget.patch_group("dev")], days_after=1, time_zone="Europe/Berlin"),
        PatchRing("staging", targets=[PatchTarget.patch_group("staging")], days_after=4, time_zone="America/New_York"),
        PatchRing("prod", targets=[PatchTarget.patch_group("prod")], days_after=11, time_zone="Asia/Tokyo"),
    ],
    approval=ApprovalAlignment.per_ring({WINDOWS: [PatchRule.security_patches(WINDOWS, after=timedelta(0))]}),
    gated=True,
)

# The only findings of cdk-nag: nodes are selected by a tag, executions and versions have no ARN yet, and the actions
# that read executions, commands and patch states do not support resource-level permissions.
ec2, ssm = (f"arn:<AWS::Partition>:{service}:<AWS::Region>:<AWS::AccountId>:" for service in ("ec2", "ssm"))
gates = [each.gate_document for each in rollout.rings.values() if each.gate_document]
runbooks = [f"{ssm}automation-definition/<{stack.get_logical_id(each)}>:*" for each in gates]
for each in ("*", f"{ec2}instance/*", f"{ssm}managed-instance/*", f"{ssm}automation-execution/*", *runbooks):
    rule = f"AwsSolutions::AwsSolutions-IAM5[Resource::{each}]"
    cdk.Validations.of(rollout).acknowledge(cdk.Acknowledgment(id=rule, reason="IAM cannot narrow it further"))
app.synth()
