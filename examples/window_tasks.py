"""Run six tasks in one window: create an image, patch, reboot, scan, run a smoke test, and update the agent."""

import aws_cdk as cdk

from patching_constructs import PatchOperation, PatchSchedule, PatchTarget, RateControl, RebootOption, WindowTask
from patching_constructs import ScheduleExpression as When

CHECK = "systemctl is-active nginx"
app = cdk.App()
schedule = PatchSchedule(
    cdk.Stack(app, "WindowTasks"),
    "MonthlyInstall",
    schedule=When.patch_tuesday(days_after=5, hour=4, time_zone="Europe/Berlin"),
    targets=[PatchTarget.patch_group("web")],
    operation=PatchOperation.INSTALL,
    reboot_option=RebootOption.NO_REBOOT,
    duration=cdk.Duration.hours(8),  # with the cutoff of one hour, the images have up to seven hours
    before=[WindowTask.create_image().with_options(max_concurrency=RateControl.percentage(100))],
    after=[WindowTask.reboot(), WindowTask.scan(), WindowTask.shell_script(CHECK), WindowTask.update_ssm_agent()],
)
# The only findings of cdk-nag: the nodes are selected by a tag, and listing commands and images has no resource.
ec2, ssm = (f"Resource::arn:<AWS::Partition>:{service}:<AWS::Region>:" for service in ("ec2", "ssm"))
found = [f"{ec2}<AWS::AccountId>:instance/*", f"{ec2}:image/*", f"{ec2}:snapshot/*", "Resource::*"]
found += [f"{ssm}<AWS::AccountId>:{kind}/*" for kind in ("managed-instance", "automation-execution")]
for each in (*found, f"{ssm}*:automation-definition/AWS-CreateImage:*"):
    rule = f"AwsSolutions::AwsSolutions-IAM5[{each}]"
    cdk.Validations.of(schedule).acknowledge(cdk.Acknowledgment(id=rule, reason="IAM cannot narrow it further"))
app.synth()
