"""Stop patching for a while: the windows stay, and nothing runs in them.

Deploy with ``cdk deploy --context freeze=true``, and again without it when the freeze is over.
"""

import aws_cdk as cdk

from patching_constructs import PatchOperation, PatchSchedule, PatchTarget, ScheduleExpression

app = cdk.App()
stack = cdk.Stack(app, "Freeze")

PatchSchedule(
    stack,
    "MonthlyInstall",
    schedule=ScheduleExpression.patch_tuesday(days_after=5, hour=4),
    targets=[PatchTarget.patch_group("web")],
    operation=PatchOperation.INSTALL,
    enabled=app.node.try_get_context("freeze") != "true",
)
app.synth()
