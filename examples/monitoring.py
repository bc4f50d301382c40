"""Know that patching has failed, has not run, or has left nodes behind: alarms, mail and a dashboard."""

import aws_cdk as cdk
from aws_cdk import aws_sns_subscriptions as subscriptions

from patching_constructs import (
    DayOfWeek,
    PatchMonitoring,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
)

app = cdk.App()
stack = cdk.Stack(app, "Operations")
web = [PatchTarget.patch_group("web")]
scan = PatchSchedule(
    stack, "WebScan", schedule=ScheduleExpression.daily(hour=22), targets=web, operation=PatchOperation.SCAN
)
install = PatchSchedule(
    stack,
    "WebInstall",
    schedule=ScheduleExpression.patch_tuesday(days_after=5, hour=4, time_zone="Europe/Berlin"),
    targets=web,
    operation=PatchOperation.INSTALL,
)
batch = PatchSchedule(
    stack,
    "BatchInstall",
    schedule=ScheduleExpression.weekly(DayOfWeek.SUNDAY, hour=4, time_zone="Europe/Berlin"),
    targets=[PatchTarget.patch_group("batch")],
    operation=PatchOperation.INSTALL,
)

monitoring = PatchMonitoring(stack, "Monitoring", schedules=[scan, install, batch], dashboard=True)
monitoring.topic.add_subscription(subscriptions.EmailSubscription("patching@example.com"))

# The only findings of cdk-nag: the actions that read tasks of executions, commands and nodes do not support resources,
# the id of an automation is made when it runs, the baselines of AWS are in its own accounts, and publishing to an
# encrypted topic requires AWS's documented action.
found = ["Resource::*", "Action::kms:GenerateDataKey*"]
found.append("Resource::arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:automation-execution/*")
found.append("Resource::arn:<AWS::Partition>:ssm:<AWS::Region>:*:patchbaseline/*")
for each in found:
    rule = f"AwsSolutions::AwsSolutions-IAM5[{each}]"
    cdk.Validations.of(monitoring).acknowledge(cdk.Acknowledgment(id=rule, reason="IAM cannot narrow it further"))
app.synth()
