"""PatchComplianceReport: its resources, who can write and read what, and what is invalid."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk.assertions import Annotations, Match, Template
from constructs import IConstruct

from patching_constructs import PatchComplianceReport
from tests.refusals import refused, untyped

pytestmark = pytest.mark.proves("PatchComplianceReport", "unit")

HERE = cdk.Environment(account="111122223333", region="eu-central-1")
ORGANIZATION = "o-a1b2c3d4e5"
TOKEN = cdk.Token.as_string({"Ref": "Parameter"})
SERVICE = {"Service": "ssm.amazonaws.com"}
OF_THE_QUEUE = {"sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"}
Statements = list[dict[str, Any]]


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack", env=HERE)


def resources(stack: cdk.Stack, kind: str) -> Mapping[str, Any]:
    return Template.from_stack(stack).find_resources(kind)


def logical_id(stack: cdk.Stack, construct: IConstruct) -> str:
    resource = construct.node.default_child
    assert isinstance(resource, cdk.CfnElement)
    return str(stack.resolve(resource.logical_id))


def of_the_service(policies: Mapping[str, Any]) -> Statements:
    """Return the statements for Systems Manager in policies of buckets."""
    documents = [each["Properties"]["PolicyDocument"]["Statement"] for each in policies.values()]
    return [each for statements in documents for each in statements if each["Principal"] == SERVICE]


def bucket_statements(stack: cdk.Stack) -> Statements:
    return of_the_service(resources(stack, "AWS::S3::BucketPolicy"))


def objects(pattern: str, bucket: str = "ReportBucket83562F83") -> Any:
    return {"Fn::Join": ["", [{"Fn::GetAtt": [bucket, "Arn"]}, f"/{pattern}"]]}


def syncs_of(account: str) -> Any:
    return {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, f":ssm:*:{account}:resource-data-sync/*"]]}


# --- Who can write ------------------------------------------------------------------------------------


def test_the_account_of_the_report_can_write(stack: cdk.Stack) -> None:
    PatchComplianceReport(stack, "Report")
    assert bucket_statements(stack) == [
        {
            "Action": "s3:GetBucketAcl",
            "Effect": "Allow",
            "Principal": SERVICE,
            "Resource": {"Fn::GetAtt": ["ReportBucket83562F83", "Arn"]},
        },
        {
            "Action": "s3:PutObject",
            "Effect": "Allow",
            "Principal": SERVICE,
            "Resource": objects("*/accountid=111122223333/*"),
            "Condition": {
                "StringEquals": {
                    "s3:x-amz-acl": "bucket-owner-full-control",
                    "aws:SourceAccount": ["111122223333"],
                },
                "ArnLike": {"aws:SourceArn": [syncs_of("111122223333")]},
            },
        },
    ]


def test_other_accounts_can_write_below_their_own_prefix(stack: cdk.Stack) -> None:
    PatchComplianceReport(stack, "Report", accounts=["444455556666", "111122223333"])
    (_, upload) = bucket_statements(stack)
    accounts = ["111122223333", "444455556666"]
    assert upload["Resource"] == [objects(f"*/accountid={account}/*") for account in accounts]
    assert upload["Condition"]["StringEquals"]["aws:SourceAccount"] == accounts
    assert upload["Condition"]["ArnLike"]["aws:SourceArn"] == [syncs_of(account) for account in accounts]


def test_all_accounts_of_an_organization_can_write(stack: cdk.Stack) -> None:
    PatchComplianceReport(stack, "Report", organization_id=ORGANIZATION)
    (_, _, upload, tagging) = bucket_statements(stack)
    assert (upload["Action"], tagging["Action"]) == ("s3:PutObject", "s3:PutObjectTagging")
    assert upload["Resource"] == tagging["Resource"] == objects("*/accountid=*/*")
    from_organization = {"aws:SourceOrgID": ORGANIZATION}
    assert upload["Condition"] == {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", **from_organization}}
    assert tagging["Condition"] == {"StringEquals": from_organization}


def test_a_key_is_required_and_allowed(stack: cdk.Stack) -> None:
    key = kms.Key(stack, "Key")
    PatchComplianceReport(stack, "Report", encryption_key=key, organization_id=ORGANIZATION)
    (_, *uploads, _) = bucket_statements(stack)
    arn = {"Fn::GetAtt": [logical_id(stack, key), "Arn"]}
    for upload in uploads:
        encrypted = upload["Condition"]["StringEquals"]
        assert encrypted["s3:x-amz-server-side-encryption"] == "aws:kms"
        assert encrypted["s3:x-amz-server-side-encryption-aws-kms-key-id"] == arn
    (sync,) = resources(stack, "AWS::SSM::ResourceDataSync").values()
    assert sync["Properties"]["S3Destination"]["KMSKeyArn"] == arn
    (rendered,) = resources(stack, "AWS::KMS::Key").values()
    statements = [each for each in rendered["Properties"]["KeyPolicy"]["Statement"] if each["Principal"] == SERVICE]
    assert [each["Action"] for each in statements] == ["kms:GenerateDataKey"] * 2
    assert [list(each["Condition"]) for each in statements] == [["StringEquals", "ArnLike"], ["StringEquals"]]
    groups = resources(stack, "AWS::Athena::WorkGroup").values()
    configurations = [each["Properties"]["WorkGroupConfiguration"]["ResultConfiguration"] for each in groups]
    encryption = {"EncryptionOption": "SSE_KMS", "KmsKey": arn}
    assert [each["EncryptionConfiguration"] for each in configurations] == [encryption] * 2


def test_the_sync_waits_for_the_policy(stack: cdk.Stack) -> None:
    report = PatchComplianceReport(stack, "Report")
    (sync,) = resources(stack, "AWS::SSM::ResourceDataSync").values()
    policy = report.bucket.policy
    assert policy is not None
    assert sync["Properties"]["SyncName"] == report.sync.sync.sync_name
    assert sync["DependsOn"] == [logical_id(stack, policy)]


# --- Buckets ------------------------------------------------------------------------------------------


def test_new_buckets_are_encrypted_private_and_kept(stack: cdk.Stack) -> None:
    PatchComplianceReport(stack, "Report")
    buckets = resources(stack, "AWS::S3::Bucket")
    assert len(buckets) == 2
    for bucket in buckets.values():
        properties = bucket["Properties"]
        (encryption,) = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert encryption["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
        assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
        assert bucket["DeletionPolicy"] == "Retain"
    results = buckets["ReportResultsB341B0BA"]["Properties"]
    expiring = {each["Prefix"]: each["ExpirationInDays"] for each in results["LifecycleConfiguration"]["Rules"]}
    assert expiring == {"results/": 30, "access-logs/": 90}
    logs = {"DestinationBucketName": {"Ref": "ReportResultsB341B0BA"}, "LogFilePrefix": "access-logs/"}
    assert buckets["ReportBucket83562F83"]["Properties"]["LoggingConfiguration"] == logs


def test_given_buckets(stack: cdk.Stack) -> None:
    data, results = s3.Bucket(stack, "Data"), s3.Bucket(stack, "Answers", encryption=s3.BucketEncryption.KMS)
    report = PatchComplianceReport(stack, "Report", bucket=data, prefix="inventory", results_bucket=results)
    assert (report.bucket, report.results_bucket) == (data, results)
    assert len(resources(stack, "AWS::S3::Bucket")) == 2
    (_, upload) = bucket_statements(stack)
    assert upload["Resource"] == objects("inventory/*/accountid=111122223333/*", logical_id(stack, data))
    for group in resources(stack, "AWS::Athena::WorkGroup").values():
        configuration = group["Properties"]["WorkGroupConfiguration"]["ResultConfiguration"]
        assert configuration["EncryptionConfiguration"]["EncryptionOption"] == "SSE_KMS"


def test_a_new_bucket_without_a_new_bucket_for_logs(stack: cdk.Stack) -> None:
    PatchComplianceReport(stack, "Report", results_bucket=s3.Bucket(stack, "Answers"))
    bucket = resources(stack, "AWS::S3::Bucket")["ReportBucket83562F83"]
    assert "LoggingConfiguration" not in bucket["Properties"]


def test_the_policies_of_imported_resources_are_not_changed(stack: cdk.Stack) -> None:
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-central-1:111122223333:key/abc")
    bucket = s3.Bucket.from_bucket_attributes(stack, "Data", bucket_name="data", encryption_key=key)
    PatchComplianceReport(stack, "Report", bucket=bucket)
    advice = (
        "so its policy is not changed; make sure that the policy allows the syncs, as https://docs.aws.amazon.com/"
        "systems-manager/latest/userguide/inventory-create-resource-data-sync.html describes"
    )
    for what, warning in (("bucket", "syncBucketPolicyNotChanged"), ("key of the bucket", "syncKeyPolicyNotChanged")):
        text = f"the {what} was imported, {advice} [ack: patching-constructs:{warning}]"
        Annotations.from_stack(stack).has_warning("/Stack/Report", text)
    (sync,) = resources(stack, "AWS::SSM::ResourceDataSync").values()
    assert "DependsOn" not in sync


def test_created_buckets_have_no_warning(stack: cdk.Stack) -> None:
    PatchComplianceReport(stack, "Report")
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())


# --- Tables and queries -------------------------------------------------------------------------------


def test_tables_read_everything_below_their_type(stack: cdk.Stack) -> None:
    PatchComplianceReport(stack, "Report", bucket=s3.Bucket.from_bucket_name(stack, "Data", "data"), prefix="inventory")
    tables = [each["Properties"]["TableInput"] for each in resources(stack, "AWS::Glue::Table").values()]
    locations = {each["Name"]: each["StorageDescriptor"]["Location"] for each in tables if "aws" in each["Name"]}
    assert locations == {
        "aws_instanceinformation": "s3://data/inventory/AWS:InstanceInformation/",
        "aws_tag": "s3://data/inventory/AWS:Tag/",
        "aws_patchsummary": "s3://data/inventory/AWS:PatchSummary/",
        "aws_complianceitem": "s3://data/inventory/AWS:ComplianceItem/",
    }
    assert {each["TableType"] for each in tables} == {"EXTERNAL_TABLE", "VIRTUAL_VIEW"}


def test_saved_queries_are_in_the_workgroup(stack: cdk.Stack) -> None:
    report = PatchComplianceReport(stack, "Report", database_name="patches")
    saved = [each["Properties"] for each in resources(stack, "AWS::Athena::NamedQuery").values()]
    assert {each["Name"] for each in saved} == {
        "Non-compliant nodes by patch group and age",
        "Pending reboots",
        "Oldest missing critical patches",
        "Nodes without evidence",
        "Compliance by day",
    }
    group = {"Ref": stack.get_logical_id(report.work_group)}
    assert [each["WorkGroup"] for each in saved] == [group] * 5
    assert all(each["Description"].endswith(".") for each in saved)
    assert {each["QueryString"].split()[0] for each in saved} == {"SELECT", "WITH"}
    assert report.queries["pending_reboots"].name == "Pending reboots"
    assert stack.resolve(report.database.database_input)["name"] == "patches"


def test_the_database_has_a_name_that_athena_accepts() -> None:
    stack = cdk.Stack(cdk.Stage(cdk.App(), "Prod-EU"), "Patch-Data")
    PatchComplianceReport(stack, "Report")
    (database,) = resources(stack, "AWS::Glue::Database").values()
    assert database["Properties"]["DatabaseInput"]["Name"] == "prodeupatchdata_report_77300b69"


# --- The history --------------------------------------------------------------------------------------


def test_the_history_is_recorded_once_a_day(stack: cdk.Stack) -> None:
    report = PatchComplianceReport(stack, "Report", database_name="patches")
    (schedule,) = resources(stack, "AWS::Scheduler::Schedule").values()
    properties = schedule["Properties"]
    assert properties["ScheduleExpression"] == "cron(0 12 * * ? *)"
    target = properties["Target"]
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 21600}
    assert target["RoleArn"] == {"Fn::GetAtt": [logical_id(stack, report.history_role), "Arn"]}
    prefix, group, suffix = target["Input"]["Fn::Join"][1]
    request = json.loads(f"{prefix}{group['Ref']}{suffix}")
    assert request["WorkGroup"] == "ReportHistoryWorkGroup4EA5A80B"
    assert request["QueryExecutionContext"] == {"Catalog": "AwsDataCatalog", "Database": "patches"}
    # Athena requires 32-128 characters; the time has 20.
    token = request["ClientRequestToken"].replace("<aws.scheduler.scheduled-time>", "2026-11-29T12:00:00Z")
    assert 32 <= len(token) <= 128
    assert request["QueryString"].startswith("INSERT INTO compliance_history\n")
    assert report.history_schedule.schedule_expression == properties["ScheduleExpression"]


def test_a_request_that_starts_no_query_is_kept(stack: cdk.Stack) -> None:
    report = PatchComplianceReport(stack, "Report")
    arn = {"Fn::GetAtt": [logical_id(stack, report.history_dead_letter_queue), "Arn"]}
    (schedule,) = resources(stack, "AWS::Scheduler::Schedule").values()
    assert schedule["Properties"]["Target"]["DeadLetterConfig"] == {"Arn": arn}
    assert allowed(stack, report.history_role)["sqs:SendMessage"] == arn


@pytest.mark.parametrize("with_target", [True, False])
def test_a_query_that_could_not_record_the_history(stack: cdk.Stack, with_target: bool) -> None:  # noqa: FBT001
    report = PatchComplianceReport(stack, "Report")
    target = targets.SqsQueue(sqs.Queue(stack, "Queue")) if with_target else None
    rule = report.on_history_failed("Failed", target=target)
    assert rule.node.path == "Stack/Report/Failed"
    (rendered,) = resources(stack, "AWS::Events::Rule").values()
    assert rendered["Properties"]["EventPattern"] == {
        "source": ["aws.athena"],
        "detail-type": ["Athena Query State Change"],
        "detail": {
            "currentState": ["FAILED", "CANCELLED"],
            "workgroupName": [{"Ref": "ReportHistoryWorkGroup4EA5A80B"}],
        },
    }
    assert ("Targets" in rendered["Properties"]) == with_target


def test_a_failed_query_of_a_user_is_in_another_workgroup(stack: cdk.Stack) -> None:
    report = PatchComplianceReport(stack, "Report")
    groups = resources(stack, "AWS::Athena::WorkGroup")
    assert list(groups) == [stack.get_logical_id(report.work_group), "ReportHistoryWorkGroup4EA5A80B"]
    assert len({each["Properties"]["Name"] for each in groups.values()}) == 2


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (
            lambda _: "topic",
            "target must be an IRuleTarget, got 'topic'; use one of aws_cdk.aws_events_targets, such as "
            "SnsTopic(topic)",
        ),
        (
            lambda stack: targets.SnsTopic(
                sns.Topic(stack, "Topic", master_key=kms.Alias.from_alias_name(stack, "Key", "alias/aws/sns"))
            ),
            "target cannot be encrypted with the AWS managed key, got alias/aws/sns; use a customer managed key, to "
            "which EventBridge can have access",
        ),
    ],
)
def test_events_need_a_target_that_can_get_them(
    stack: cdk.Stack, target: Callable[[cdk.Stack], Any], message: str
) -> None:
    report = PatchComplianceReport(stack, "Report")
    given = target(stack)
    create = partial(report.on_history_failed, "Failed", target=untyped(given))
    assert refused(create) == f"{message} [Stack/Report/Failed]"


def test_two_reports_with_one_results_bucket_have_a_history_each(stack: cdk.Stack) -> None:
    results = s3.Bucket(stack, "Results")
    for name in ("web", "database"):
        PatchComplianceReport(stack, name, results_bucket=results, database_name=name)
    tables = [each["Properties"]["TableInput"] for each in resources(stack, "AWS::Glue::Table").values()]
    bucket = {"Ref": logical_id(stack, results)}
    assert [each["StorageDescriptor"]["Location"] for each in tables if each["Name"] == "compliance_history"] == [
        {"Fn::Join": ["", ["s3://", bucket, f"/history/{name}/"]]} for name in ("web", "database")
    ]


# --- Who can read -------------------------------------------------------------------------------------


def allowed(stack: cdk.Stack, role: iam.Role) -> dict[str, Any]:
    """Return the resources that a role can use, by action."""
    name = {"Ref": logical_id(stack, role)}
    policies = [each["Properties"] for each in resources(stack, "AWS::IAM::Policy").values()]
    (policy,) = [each for each in policies if each["Roles"] == [name]]
    return {
        action: statement["Resource"]
        for statement in policy["PolicyDocument"]["Statement"]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }


def test_only_the_role_of_the_history_can_write_it(stack: cdk.Stack) -> None:
    report = PatchComplianceReport(stack, "Report", database_name="patches")
    analyst = iam.Role(stack, "Analyst", assumed_by=iam.AccountRootPrincipal())
    grant = report.grant_query(analyst)
    assert grant.success
    results = "ReportResultsB341B0BA"
    assert allowed(stack, analyst)["s3:PutObject"] == objects("results/*", results)
    assert allowed(stack, report.history_role)["s3:PutObject"] == objects("history/patches/*", results)
    # Both read it, and one writes it.
    policies = json.dumps(resources(stack, "AWS::IAM::Policy"))
    assert (policies.count('"/history/patches/*"'), policies.count('"/history/')) == (3, 3)
    assert set(allowed(stack, report.history_role)) - set(allowed(stack, analyst)) == OF_THE_QUEUE


def test_nothing_but_objects_has_a_wildcard(stack: cdk.Stack) -> None:
    report = PatchComplianceReport(stack, "Report", encryption_key=kms.Key(stack, "Key"))
    granted = allowed(stack, report.history_role)
    with_wildcard = {action for action, resource in granted.items() if "*" in json.dumps(resource)}
    assert with_wildcard == {
        "s3:AbortMultipartUpload",
        "s3:GetObject",
        "s3:ListMultipartUploadParts",
        "s3:PutObject",
    }
    assert {"kms:Decrypt", "kms:GenerateDataKey*"} <= set(granted)


def test_only_a_principal_can_be_granted_something(stack: cdk.Stack) -> None:
    report = PatchComplianceReport(stack, "Report")
    message = "grantee must be an IGrantable, such as a role, got 'analyst' [Stack/Report]"
    assert refused(lambda: report.grant_query(untyped("analyst"))) == message


# --- What is invalid ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"accounts": ["1111"]}, "accounts must be ids of accounts, which have 12 digits, got '1111'"),
        ({"accounts": "111122223333"}, "accounts must be a list of strings, got '111122223333'; wrap it in [...]"),
        (
            {"accounts": cdk.Token.as_list({"Ref": "Accounts"})},
            "accounts must not be a list that is a token, got a token; pass its items: aws_cdk.Fn.select(0, list)",
        ),
        (
            {"organization_id": "r-1234"},
            "organization_id must be o- and 10-32 lowercase letters and digits, got 'r-1234'; use the id that aws "
            "organizations describe-organization returns; for some of its accounts, use accounts",
        ),
        (
            {"organization_id": "o-SHORT"},
            "organization_id must be o- and 10-32 lowercase letters and digits, got 'o-SHORT'; use the id that aws "
            "organizations describe-organization returns",
        ),
        (
            {"bucket": "a"},
            "bucket must be an IBucket, got 'a'; pass s3.Bucket(...), or s3.Bucket.from_bucket_name(scope, id, name)",
        ),
        ({"prefix": "inventory"}, "prefix requires bucket, got 'inventory'; leave it out, or pass bucket"),
        ({"encryption_key": "arn"}, "encryption_key must be an IKey, got 'arn'; pass kms.Key(...)"),
        ({"evidence_limit": timedelta(0)}, "evidence_limit must be 1-8784 whole hours, got 0 hours"),
        (
            {"evidence_limit": cdk.Duration.hours(cdk.Token.as_number({"Ref": "Hours"}))},
            "evidence_limit must be known at synthesis, because it is a part of the views, got a token",
        ),
        ({"database_name": "Patch-Data"}, "database_name must be 1-255 of a-z, 0-9 and _, got 'Patch-Data'"),
        (
            {"database_name": TOKEN},
            "database_name must be known at synthesis, because it is a part of the views, got a token",
        ),
    ],
)
def test_what_is_invalid(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    assert refused(lambda: PatchComplianceReport(stack, "Report", **untyped(options))) == f"{message} [Stack/Report]"
    assert stack.node.try_find_child("Report") is None


def test_a_key_that_has_no_effect_is_invalid(stack: cdk.Stack) -> None:
    data, results = s3.Bucket(stack, "Data"), s3.Bucket(stack, "Answers")
    key = kms.Key(stack, "Key")
    create = partial(PatchComplianceReport, bucket=data, results_bucket=results, encryption_key=key)
    assert refused(lambda: create(stack, "Report")) == (
        "encryption_key cannot be used with bucket and results_bucket, which have an encryption of their own, "
        "got all of them [Stack/Report]"
    )


def test_a_bucket_with_object_lock_is_invalid(stack: cdk.Stack) -> None:
    bucket = s3.Bucket(stack, "Data", object_lock_enabled=True)
    assert refused(lambda: PatchComplianceReport(stack, "Report", bucket=bucket)) == (
        "bucket must not have Object Lock, because Systems Manager cannot write into it, got object_lock_enabled=True "
        "[Stack/Report]"
    )


def test_tokens_pass(stack: cdk.Stack) -> None:
    PatchComplianceReport(stack, "Report", accounts=[TOKEN], organization_id=TOKEN)
    (_, upload, of_organization, _) = bucket_statements(stack)
    assert upload["Condition"]["StringEquals"]["aws:SourceAccount"] == ["111122223333", {"Ref": "Parameter"}]
    assert of_organization["Condition"]["StringEquals"]["aws:SourceOrgID"] == {"Ref": "Parameter"}
