"""The app that the pipelines synthesize, check and deploy: a scan every night, and an installation once a month."""

import aws_cdk as cdk

from patching_constructs import PatchOperation, PatchSchedule, PatchTarget, ScheduleExpression

app = cdk.App()
stack = cdk.Stack(app, "Patching")
web = [PatchTarget.patch_group("web")]
nightly = ScheduleExpression.daily(hour=22, time_zone="Europe/Berlin")
monthly = ScheduleExpression.patch_tuesday(days_after=5, hour=4, time_zone="Europe/Berlin")

PatchSchedule(stack, "NightlyScan", schedule=nightly, targets=web, operation=PatchOperation.SCAN)
PatchSchedule(stack, "MonthlyInstall", schedule=monthly, targets=web, operation=PatchOperation.INSTALL)
app.synth()
