"""Windows and Linux nodes in one patch group: one schedule for both, and a baseline for each operating system."""

from datetime import timedelta

import aws_cdk as cdk

from patching_constructs import (
    OperatingSystem,
    PatchBaseline,
    PatchFilter,
    PatchGroup,
    PatchOperation,
    PatchRule,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
)

app = cdk.App()
stack = cdk.Stack(app, "WindowsAndLinux")
group = PatchGroup("shop")

PatchBaseline(
    stack,
    "WindowsBaseline",
    operating_system=OperatingSystem.WINDOWS,
    rules=[
        PatchRule.security_patches(OperatingSystem.WINDOWS, after=timedelta(days=3)),
        PatchRule.approve_after(timedelta(days=10), PatchFilter.classification("UpdateRollups")),
    ],
    # A patch that breaks the application.
    rejected_patches=["KB5012170"],
    patch_groups=[group],
)
PatchBaseline(
    stack,
    "LinuxBaseline",
    operating_system=OperatingSystem.AMAZON_LINUX_2023,
    rules=[PatchRule.security_patches(OperatingSystem.AMAZON_LINUX_2023, after=timedelta(days=3))],
    # The team of the application updates its runtime.
    rejected_patches=["nodejs*"],
    patch_groups=[group],
)
PatchSchedule(
    stack,
    "MonthlyInstall",
    schedule=ScheduleExpression.patch_tuesday(days_after=12, hour=4, time_zone="Europe/London"),
    targets=[PatchTarget.patch_group(group)],
    operation=PatchOperation.INSTALL,
)
app.synth()
