"""Three environments in three time zones: a patch is on the development nodes first, on the production nodes last."""

import aws_cdk as cdk

from patching_constructs import PatchOperation, PatchSchedule, PatchTarget, ScheduleExpression

app = cdk.App()

# The days after Patch Tuesday on which an environment installs, and its time zone.
ENVIRONMENTS = {
    "Development": (1, "Europe/Berlin"),
    "Staging": (5, "America/New_York"),
    "Production": (12, "Asia/Tokyo"),
}

for environment, (days_after, time_zone) in ENVIRONMENTS.items():
    stack = cdk.Stack(app, f"{environment}Patching")
    nodes = [PatchTarget.tag("Environment", environment.lower())]
    PatchSchedule(
        stack,
        "NightlyScan",
        schedule=ScheduleExpression.daily(hour=22, time_zone=time_zone),
        targets=nodes,
        operation=PatchOperation.SCAN,
    )
    PatchSchedule(
        stack,
        "MonthlyInstall",
        schedule=ScheduleExpression.patch_tuesday(days_after=days_after, hour=4, time_zone=time_zone),
        targets=nodes,
        operation=PatchOperation.INSTALL,
    )
app.synth()
