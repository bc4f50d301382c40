"""Take a node out of a load balancer before it is patched, and put it back afterwards."""

from datetime import timedelta
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from patching_constructs import (
    HookDocument,
    MaintenanceWindow,
    PatchHooks,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    RateControl,
    ScheduleExpression,
    WindowTask,
)

app = cdk.App()
stack = cdk.Stack(app, "LifecycleHooks")
target_group = cdk.Fn.import_value("WebTargetGroupArn")
script = Path(__file__).parent / "hooks" / "target_group.sh"

drain, put_back = (
    HookDocument.from_file(stack, name, script, environment={"HOOK": hook, "TARGET_GROUP_ARN": target_group})
    for name, hook in (("Drain", "drain"), ("PutBack", "return"))
)

web = [PatchTarget.patch_group("web")]
PatchSchedule(
    stack,
    "MonthlyInstall",
    schedule=ScheduleExpression.patch_tuesday(days_after=5, hour=4, time_zone="Europe/Berlin"),
    targets=web,
    operation=PatchOperation.INSTALL,
    max_concurrency=RateControl.count(1),
    hooks=PatchHooks(pre_install=drain, on_exit=put_back),
)
# A command that is canceled at the cutoff can leave its node out of service. So every day, an hour after the latest end
# of the window above, the nodes are put back: all at once, and whether or not it fails on some of them.
# The script changes nothing on a node that its hook has not taken out of service.
all_nodes = RateControl.percentage(100)
MaintenanceWindow(
    stack,
    "PutBackWindow",
    schedule=ScheduleExpression.daily(hour=9, time_zone="Europe/Berlin"),
    targets=web,
    tasks=[
        WindowTask.run_command(put_back).with_options(
            max_concurrency=all_nodes, max_errors=all_nodes, service_linked_role=True
        )
    ],
    duration=timedelta(hours=1),
    cutoff=timedelta(0),
)

# The nodes run the script with the role of their instance profile.
nodes = iam.Role.from_role_name(stack, "Nodes", "web-nodes")
change = ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"]
nodes.add_to_principal_policy(iam.PolicyStatement(actions=change, resources=[target_group]))
read = ["elasticloadbalancing:DescribeTargetHealth"]
nodes.add_to_principal_policy(iam.PolicyStatement(actions=read, resources=["*"]))

# The only finding of cdk-nag.
cdk.Validations.of(nodes).acknowledge(
    cdk.Acknowledgment(
        id="AwsSolutions::AwsSolutions-IAM5[Resource::*]",
        reason="DescribeTargetHealth does not support resource-level permissions",
    )
)
app.synth()
