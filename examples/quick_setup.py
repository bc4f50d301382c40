"""A patch policy of Quick Setup for all accounts of an organizational unit, which scans daily and installs weekly."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from patching_constructs import (
    DayOfWeek,
    OperatingSystem,
    PatchBaseline,
    PatchPolicyBaseline,
    PatchRule,
    QuickSetupPatchPolicy,
    ScheduleExpression,
)

app = cdk.App()
stack = cdk.Stack(app, "PatchPolicies")

system = OperatingSystem.AMAZON_LINUX_2023
baseline = PatchBaseline(
    stack, "Baseline", operating_system=system, rules=[PatchRule.security_patches(system)], description="Security"
)

QuickSetupPatchPolicy(
    stack,
    "Policy",
    policy_name="weekly",
    baselines=[PatchPolicyBaseline.from_patch_baseline(baseline)],
    # In UTC: a patch policy has no time zone.
    scan=ScheduleExpression.daily(hour=1),
    install=ScheduleExpression.weekly(DayOfWeek.SUNDAY, hour=2),
    # Every node of these accounts.
    target=None,
    organizational_units=["ou-ab12-11112222"],
    regions=["eu-central-1", "us-east-1"],
    # The roles that Quick Setup deploys with.
    administration_role=iam.Role.from_role_name(stack, "Administration", "patch-policy-administration"),
    execution_role=iam.Role.from_role_name(stack, "Execution", "patch-policy-execution"),
)

app.synth()
