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
# A command that is canceled at the cutoff can leave its node out of service, so all nodes are put back an hour after
# the window ends. The script changes nothing on a node that is in service.
MaintenanceWindow(
    stack,
    "PutBackWindow",
    schedule=ScheduleExpression.patch_tuesday(days_after=5, hour=9, time_zone="Europe/Berlin"),
    targets=web,
    tasks=[WindowTask.run_command(put_back).with_options(service_linked_role=True)],
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
