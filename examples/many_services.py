"""Many services in three environments: each service installs on a day and hour of its own, and all scan every night."""

import aws_cdk as cdk

from patching_constructs import PatchOperation, PatchSchedule, PatchTarget, ScheduleExpression

app = cdk.App()
# As `cdk synth --context services=65`.
number = int(app.node.try_get_context("services") or 3)

NAMES = ("web", "api", "orders", "billing", "search", "queue", "cache", "auth", "media", "report", "batch", "edge")
# web to edge, web1 to edge1, ...
SERVICES = [f"{name}{copy or ''}" for copy in range(number) for name in NAMES][:number]

# The first of the days after Patch Tuesday on which an environment installs, and its time zone.
ENVIRONMENTS = {"Dev": (1, "Europe/Berlin"), "Stage": (6, "Europe/Berlin"), "Prod": (11, "America/New_York")}

for environment, (first_day, time_zone) in ENVIRONMENTS.items():
    stack = cdk.Stack(app, f"Patching{environment}")
    PatchSchedule(
        stack,
        "NightlyScan",
        schedule=ScheduleExpression.daily(hour=22, time_zone=time_zone),
        targets=[PatchTarget.tag("Environment", environment.lower())],
        operation=PatchOperation.SCAN,
    )
    for place, service in enumerate(SERVICES):
        PatchSchedule(
            stack,
            f"{service.title()}Install",
            schedule=ScheduleExpression.patch_tuesday(
                days_after=first_day + place % 5, hour=1 + place // 5 % 5, time_zone=time_zone
            ),
            duration=cdk.Duration.hours(3),
            targets=[PatchTarget.tag("Service", f"{service}-{environment.lower()}")],
            operation=PatchOperation.INSTALL,
        )
app.synth()
