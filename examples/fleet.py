"""Windows and Linux nodes in one patch group: own baselines, a scan, an installation, logs and mail."""

from datetime import timedelta

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns

from patching_constructs import (
    CommandNotification,
    CommandOutput,
    NotificationEvent,
    OperatingSystem,
    PatchFleet,
    PatchRule,
    ScheduleExpression,
)

app = cdk.App()
stack = cdk.Stack(app, "Fleet")

# Where output and notifications go.
bucket = s3.Bucket.from_bucket_name(stack, "PatchOutput", "example-patch-output")
log_group = logs.LogGroup(stack, "PatchLog", retention=logs.RetentionDays.ONE_YEAR)
topic = sns.Topic(stack, "PatchNews", master_key=kms.Key(stack, "TopicKey", enable_key_rotation=True), enforce_ssl=True)

# The nodes.
role = iam.Role(stack, "NodeRole", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"))
windows, linux = (
    ec2.LaunchTemplate(stack, name, machine_image=image, role=role, require_imdsv2=True)
    for name, image in {
        "Windows": ec2.MachineImage.latest_windows(ec2.WindowsVersion.WINDOWS_SERVER_2022_ENGLISH_FULL_BASE),
        "Linux": ec2.MachineImage.latest_amazon_linux2023(),
    }.items()
)

# How they are patched.
fleet = PatchFleet(
    stack,
    "Shop",
    patch_group="shop",
    operating_systems=[OperatingSystem.WINDOWS, OperatingSystem.AMAZON_LINUX_2023],
    rules=lambda system: [PatchRule.security_patches(system, after=timedelta(days=3))],
    scan=ScheduleExpression.daily(hour=22, time_zone="Europe/London"),
    install=ScheduleExpression.patch_tuesday(days_after=12, hour=4, time_zone="Europe/London"),
    output=CommandOutput(bucket=bucket, log_group=log_group),
    notification=CommandNotification(topic=topic, events=(NotificationEvent.FAILED, NotificationEvent.TIMED_OUT)),
)
fleet.add_nodes(windows, linux)

# The only findings of cdk-nag: AWS's policy for managed nodes, and permissions that IAM cannot narrow.
rules = (
    "AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/AmazonSSMManagedInstanceCore]",
    "AwsSolutions::AwsSolutions-IAM5[Resource::*]",
    "AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>:instance/*]",
    "AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:managed-instance/*]",
    "AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:*]",
    "AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::example-patch-output/*]",
)
reason = "required by Systems Manager or SSM Agent"
cdk.Validations.of(stack).acknowledge(*(cdk.Acknowledgment(id=rule, reason=reason) for rule in rules))
app.synth()
