"""Collect the patch compliance of an organization in one account, for SQL with Amazon Athena."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from patching_constructs import PatchComplianceReport, PatchComplianceRule, PatchDataSync

app = cdk.App()

# --- In one account and Region: the data and the queries ----------------------------------------------

central = cdk.Stack(app, "PatchCompliance")
report = PatchComplianceReport(central, "Report", organization_id="o-a1b2c3d4e5", database_name="patch_compliance")
analysts = iam.Role(central, "Analysts", assumed_by=iam.AccountRootPrincipal())
report.grant_query(analysts)

# --- In every other account and Region: the sync, and the rule of AWS Config --------------------------

member = cdk.Stack(app, "PatchData")
name = cdk.CfnParameter(member, "BucketName", description="The bucket of the report")
region = cdk.CfnParameter(member, "BucketRegion", description="The Region of the bucket")
bucket = s3.Bucket.from_bucket_attributes(
    member, "Central", bucket_name=name.value_as_string, region=region.value_as_string
)
PatchDataSync(member, "Sync", bucket=bucket)
PatchComplianceRule(member, "Rule")

# The only findings of cdk-nag: the keys of objects are unknown until they are written, and it does not recognize the
# dead-letter queue of a schedule.
data, results = "<ReportBucket83562F83.Arn>", "<ReportResultsB341B0BA.Arn>"
for objects in (f"{data}/AWS:*", f"{results}/history/patch_compliance/*", f"{results}/results/*"):
    rule = f"AwsSolutions::AwsSolutions-IAM5[Resource::{objects}]"
    cdk.Validations.of(central).acknowledge(cdk.Acknowledgment(id=rule, reason="IAM cannot narrow it further"))
reason = "It is the dead-letter queue of the schedule of the history"
queue = cdk.Validations.of(report.history_dead_letter_queue)
queue.acknowledge(cdk.Acknowledgment(id="AwsSolutions::AwsSolutions-SQS3", reason=reason))
app.synth()
