"""Install patches by baselines in a bucket, and scan by the registered baseline, which updates compliance data."""

import aws_cdk as cdk

from patching_constructs import DayOfWeek, PatchOperation, PatchSchedule, PatchTarget, ScheduleExpression

app = cdk.App()
stack = cdk.Stack(app, "OverrideOfTheBaseline")
workers = [PatchTarget.tag("Role", "worker")]

PatchSchedule(
    stack,
    "WeeklyInstall",
    schedule=ScheduleExpression.weekly(DayOfWeek.TUESDAY, hour=5, time_zone="America/New_York"),
    targets=workers,
    operation=PatchOperation.INSTALL,
    baseline_override="s3://patching-overrides/worker/baselines.json",
)
PatchSchedule(
    stack,
    "NightlyScan",
    schedule=ScheduleExpression.daily(hour=22, time_zone="America/New_York"),
    targets=workers,
    operation=PatchOperation.SCAN,
)
app.synth()
