"""Keep the output of the nodes in a bucket and a log group, and send a mail if patching fails."""

from datetime import UTC, datetime, timedelta

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions

from patching_constructs import (
    CommandNotification,
    CommandOutput,
    CutoffBehavior,
    NotificationEvent,
    NotificationType,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    RateControl,
    RebootOption,
    ScheduleExpression,
)

app = cdk.App()
stack = cdk.Stack(app, "LogsAndMail")

access_logs = s3.Bucket(stack, "AccessLogs", enforce_ssl=True, block_public_access=s3.BlockPublicAccess.BLOCK_ALL)
output = s3.Bucket(
    stack,
    "PatchOutput",
    enforce_ssl=True,
    block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
    server_access_logs_bucket=access_logs,
)
log_group = logs.LogGroup(stack, "PatchLog", retention=logs.RetentionDays.ONE_YEAR)
key = kms.Key(stack, "TopicKey", enable_key_rotation=True)
topic = sns.Topic(stack, "PatchNews", master_key=key, enforce_ssl=True)
address = cdk.CfnParameter(stack, "Address", description="Receives a mail if patching fails")
topic.add_subscription(subscriptions.EmailSubscription(address.value_as_string))

schedule = PatchSchedule(
    stack,
    "MonthlyInstall",
    schedule=ScheduleExpression.patch_tuesday(days_after=5, hour=4, time_zone="Europe/Berlin"),
    targets=[PatchTarget.patch_group("web", "api").and_tag("Stage", "prod")],
    operation=PatchOperation.INSTALL,
    reboot_option=RebootOption.REBOOT_IF_NEEDED,
    duration=timedelta(hours=5),
    cutoff=timedelta(hours=2),
    cutoff_behavior=CutoffBehavior.CONTINUE_TASK,
    max_concurrency=RateControl.percentage(20),
    max_errors=RateControl.count(2),
    output=CommandOutput(bucket=output, key_prefix="patching/web", log_group=log_group),
    notification=CommandNotification(
        topic=topic,
        events=(NotificationEvent.FAILED, NotificationEvent.TIMED_OUT),
        notification_type=NotificationType.COMMAND,
    ),
    window_name="web-monthly-install",
    description="Installs what the baseline approves on the web fleet",
    start_date=datetime(2027, 1, 1, tzinfo=UTC),
    end_date=datetime(2030, 1, 1, tzinfo=UTC),
    start_timeout=timedelta(minutes=30),
)

# The only findings of cdk-nag: these actions do not support resource-level permissions.
nodes = "the nodes are chosen by a tag, so their ARNs are not known"
cdk.Validations.of(schedule).acknowledge(
    cdk.Acknowledgment(
        id="AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>:instance/*]",
        reason=nodes,
    ),
    cdk.Acknowledgment(
        id="AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:managed-instance/*]",
        reason=nodes,
    ),
    cdk.Acknowledgment(
        id="AwsSolutions::AwsSolutions-IAM5[Resource::*]",
        reason="listing and canceling commands, and finding nodes by tag, do not support resource-level permissions",
    ),
)
app.synth()
