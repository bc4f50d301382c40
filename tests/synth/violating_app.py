"""An app with violations that the validators must find: an invalid value, and an unprotected bucket."""

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ssm as ssm

app = cdk.App()
stack = cdk.Stack(app, "Violating")
window = ssm.CfnMaintenanceWindow(
    stack,
    "Window",
    name="web",
    schedule="cron(0 4 ? * SUN *)",
    duration=48,
    cutoff=1,
    allow_unassociated_targets=False,
)
s3.Bucket(stack, "Bucket")
app.synth()
