"""One definition for several windows, with a time zone and rate control for each site."""

from dataclasses import replace
from functools import partial

import aws_cdk as cdk

from patching_constructs import PatchOperation, PatchSchedule, PatchTarget, RateControl, ScheduleExpression

app = cdk.App()
stack = cdk.Stack(app, "SharedDefinition")

monthly = ScheduleExpression.patch_tuesday(days_after=5, hour=3)
store = PatchTarget.patch_group("store")
install = partial(PatchSchedule, operation=PatchOperation.INSTALL, max_concurrency=RateControl.percentage(25))

for site, time_zone in {"Berlin": "Europe/Berlin", "Denver": "America/Denver", "Tokyo": "Asia/Tokyo"}.items():
    install(
        stack,
        f"{site}Install",
        schedule=replace(monthly, time_zone=time_zone),
        targets=[store.and_tag("Site", site)],
    )

install(
    stack,
    "HeadquartersInstall",
    schedule=replace(monthly, time_zone="Europe/London"),
    targets=[PatchTarget.patch_group("headquarters")],
    max_concurrency=RateControl.count(1),
)
app.synth()
