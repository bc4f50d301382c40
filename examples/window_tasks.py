"""Run six tasks in one window: update the agent, create an image, patch, reboot, scan, and run a smoke test."""

import aws_cdk as cdk

from patching_constructs import PatchOperation, PatchSchedule, PatchTarget, RebootOption, ScheduleExpression, WindowTask

app = cdk.App()
schedule = PatchSchedule(
    cdk.Stack(app, "WindowTasks"),
    "MonthlyInstall",
    schedule=ScheduleExpression.patch_tuesday(days_after=5, hour=4, time_zone="Europe/Berlin"),
    targets=[PatchTarget.patch_group("web")],
    operation=PatchOperation.INSTALL,
    reboot_option=RebootOption.NO_REBOOT,
    before=[WindowTask.update_ssm_agent(), WindowTask.create_image()],
    after=[WindowTask.reboot(), WindowTask.scan(), WindowTask.shell_script("systemctl is-active nginx")],
)
# The only findings of cdk-nag: the nodes are selected by a tag, and listing commands and images has no resource.
ec2, ssm = (f"Resource::arn:<AWS::Partition>:{service}:<AWS::Region>:" for service in ("ec2", "ssm"))
found = [f"{ec2}<AWS::AccountId>:instance/*", f"{ec2}:image/*", f"{ec2}:snapshot/*", "Resource::*"]
found += [f"{ssm}<AWS::AccountId>:{kind}/*" for kind in ("managed-instance", "automation-execution")]
for each in (*found, f"{ssm}*:automation-definition/AWS-CreateImage:*"):
    rule = f"AwsSolutions::AwsSolutions-IAM5[{each}]"
    cdk.Validations.of(schedule).acknowledge(cdk.Acknowledgment(id=rule, reason="IAM cannot narrow it further"))
app.synth()
