"""After Patch Tuesday, dev the next day, staging three days later, production a week after that; not over Christmas.

Each ring is patched in its own time zone, and approves what had been released when dev was patched.
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
PatchRollout(
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
)
app.synth()
