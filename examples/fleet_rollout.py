"""A fleet that is patched in rings: the development nodes first, the production nodes a week later."""

from datetime import timedelta

import aws_cdk as cdk

from patching_constructs import (
    FleetRollout,
    FleetSchedule,
    OperatingSystem,
    PatchFleet,
    PatchRing,
    PatchTarget,
    RateControl,
    ScheduleExpression,
)

app = cdk.App()
stack = cdk.Stack(app, "FleetRollout")

dev, prod = (PatchTarget.tag("Stage", stage) for stage in ("dev", "prod"))
PatchFleet(
    stack,
    "Shop",
    patch_group="shop",
    operating_systems=[OperatingSystem.UBUNTU, OperatingSystem.REDHAT_ENTERPRISE_LINUX],
    scan=FleetSchedule(
        ScheduleExpression.daily(hour=22, time_zone="Europe/London"), max_concurrency=RateControl.percentage(50)
    ),
    rollout=FleetRollout(
        ScheduleExpression.patch_tuesday(hour=4, time_zone="Europe/London"),
        rings=[
            PatchRing("dev", targets=[dev], days_after=7, bake_time=timedelta(days=3)),
            PatchRing("prod", targets=[prod], days_after=14),
        ],
    ),
)
app.synth()
