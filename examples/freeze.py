"""Pause patching: the windows remain, but nothing runs in them.

Deploy with ``cdk deploy --context freeze=true``, and again without it when the freeze is over.
"""

import aws_cdk as cdk

from patching_constructs import PatchOperation, PatchSchedule, PatchTarget, ScheduleExpression

app = cdk.App()
stack = cdk.Stack(app, "Freeze")
# A context value from the command line is a string, one from cdk.json can be a bool.
freeze = str(app.node.try_get_context("freeze")).lower() == "true"

PatchSchedule(
    stack,
    "MonthlyInstall",
    schedule=ScheduleExpression.patch_tuesday(days_after=5, hour=4),
    targets=[PatchTarget.patch_group("web")],
    operation=PatchOperation.INSTALL,
    enabled=not freeze,
)
app.synth()
