"""Drain a node before it is patched, and put it back into service afterwards."""

import aws_cdk as cdk

from patching_constructs import DayOfWeek, PatchHooks, PatchOperation, PatchSchedule, PatchTarget, ScheduleExpression

app = cdk.App()
stack = cdk.Stack(app, "Hooks")

PatchSchedule(
    stack,
    "WeeklyInstall",
    schedule=ScheduleExpression.weekly(DayOfWeek.TUESDAY, DayOfWeek.THURSDAY, hour=5, time_zone="America/New_York"),
    targets=[PatchTarget.tag("Role", "worker")],
    operation=PatchOperation.INSTALL,
    hooks=PatchHooks(pre_install="Drain-Node", on_exit="Rejoin-Node"),
)
app.synth()
