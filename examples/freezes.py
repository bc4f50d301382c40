"""No installation over Christmas and during the summer sale, without a deployment on these days; scans continue."""

from datetime import date

import aws_cdk as cdk

from patching_constructs import (
    DayOfWeek,
    PatchFreeze,
    PatchFreezes,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
)

BERLIN = "Europe/Berlin"

app = cdk.App()
stack = cdk.Stack(app, "Shop")
shop = [PatchTarget.patch_group("shop")]

PatchFreezes.of(app).add(
    PatchFreeze(date(2026, 12, 18), date(2027, 1, 4), "Christmas", time_zone=BERLIN),
    PatchFreeze(date(2027, 7, 1), date(2027, 7, 19), "summer sale", time_zone=BERLIN),
)
PatchSchedule(
    stack,
    "NightlyScan",
    schedule=ScheduleExpression.daily(hour=22, time_zone=BERLIN),
    targets=shop,
    operation=PatchOperation.SCAN,
)
PatchSchedule(
    stack,
    "WeeklyInstall",
    schedule=ScheduleExpression.weekly(DayOfWeek.SUNDAY, hour=4, time_zone=BERLIN),
    targets=shop,
    operation=PatchOperation.INSTALL,
)
app.synth()
