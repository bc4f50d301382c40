"""No installation from 18 December to 4 January, without a deployment at Christmas; the nightly scan continues."""

from datetime import UTC, datetime

import aws_cdk as cdk

from patching_constructs import DayOfWeek, PatchOperation, PatchSchedule, PatchTarget, ScheduleExpression

app = cdk.App()
stack = cdk.Stack(app, "ChristmasFreeze")
shop = [PatchTarget.patch_group("shop")]
weekly = ScheduleExpression.weekly(DayOfWeek.SUNDAY, hour=4, time_zone="Europe/Berlin")

PatchSchedule(
    stack,
    "NightlyScan",
    schedule=ScheduleExpression.daily(hour=22, time_zone="Europe/Berlin"),
    targets=shop,
    operation=PatchOperation.SCAN,
)
PatchSchedule(
    stack,
    "Install2026",
    schedule=weekly,
    targets=shop,
    operation=PatchOperation.INSTALL,
    end_date=datetime(2026, 12, 18, tzinfo=UTC),
)
PatchSchedule(
    stack,
    "Install2027",
    schedule=weekly,
    targets=shop,
    operation=PatchOperation.INSTALL,
    start_date=datetime(2027, 1, 4, tzinfo=UTC),
)
app.synth()
