"""PatchDataSync: its destination, its name, and what is invalid."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match, Template

from patching_constructs import PatchDataSync
from tests.refusals import refused, untyped

pytestmark = pytest.mark.proves("PatchDataSync", "unit")

HERE = cdk.Environment(account="111122223333", region="us-east-1")
TOKEN = cdk.Token.as_string({"Ref": "Parameter"})


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack", env=HERE)


def central(stack: cdk.Stack) -> s3.IBucket:
    return s3.Bucket.from_bucket_attributes(stack, "Central", bucket_name="patch-data", region="eu-central-1")


def rendered(stack: cdk.Stack) -> Any:
    (sync,) = Template.from_stack(stack).find_resources("AWS::SSM::ResourceDataSync").values()
    return sync["Properties"]


def test_a_sync_into_a_bucket_of_another_region(stack: cdk.Stack) -> None:
    sync = PatchDataSync(stack, "Sync", bucket=central(stack))
    assert rendered(stack) == {
        "SyncName": "Stack-Sync-555A6524-cb0a77bc",
        "SyncType": "SyncToDestination",
        "S3Destination": {
            "BucketName": "patch-data",
            "BucketRegion": "eu-central-1",
            "SyncFormat": "JsonSerDe",
        },
    }
    assert stack.resolve(sync.sync_name) == {"Ref": stack.get_logical_id(sync.sync)}


def test_prefix_key_and_name(stack: cdk.Stack) -> None:
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-central-1:444455556666:key/abc")
    PatchDataSync(stack, "Sync", bucket=central(stack), prefix="inventory", key=key, sync_name="mine")
    properties = rendered(stack)
    assert properties["SyncName"] == "mine"
    assert properties["S3Destination"]["BucketPrefix"] == "inventory"
    assert properties["S3Destination"]["KMSKeyArn"] == "arn:aws:kms:eu-central-1:444455556666:key/abc"


def test_another_destination_is_another_name() -> None:
    def name(**options: Any) -> str:
        other = cdk.Stack(cdk.App(), "Stack")
        PatchDataSync(other, "Sync", bucket=s3.Bucket(other, options.pop("id", "Bucket")), **options)
        return str(rendered(other)["SyncName"])

    names = [name(), name(prefix="a"), name(prefix="b"), name(id="Other")]
    assert len(set(names)) == len(names)
    assert name() == name()


@pytest.mark.parametrize("kind", [s3.Bucket, s3.CfnBucket])
def test_another_name_of_the_bucket_is_another_name(kind: Any) -> None:
    def name(**options: Any) -> str:
        other = cdk.Stack(cdk.App(), "Stack")
        bucket = kind(other, "Bucket", **options)
        PatchDataSync(other, "Sync", bucket=bucket)
        return str(rendered(other)["SyncName"])

    names = [name(), name(bucket_name="old-data"), name(bucket_name="new-data"), name(bucket_name=TOKEN)]
    assert len(set(names)) == len(names)


# --- Warnings -----------------------------------------------------------------------------------------


def encrypted(algorithm: str, **options: str) -> s3.CfnBucket.BucketEncryptionProperty:
    default = s3.CfnBucket.ServerSideEncryptionByDefaultProperty(sse_algorithm=algorithm, **options)
    rule = s3.CfnBucket.ServerSideEncryptionRuleProperty(server_side_encryption_by_default=default)
    return s3.CfnBucket.BucketEncryptionProperty(server_side_encryption_configuration=[rule])


def known_at_deployment() -> s3.CfnBucket.BucketEncryptionProperty:
    rules = cdk.Token.as_any({"Fn::If": ["Encrypted", [], {"Ref": "AWS::NoValue"}]})
    return s3.CfnBucket.BucketEncryptionProperty(server_side_encryption_configuration=rules)


ALIAS = {"kms_master_key_id": "alias/aws/s3"}


@pytest.mark.parametrize(
    ("make", "warned"),
    [
        (lambda stack: s3.Bucket(stack, "Data", encryption=s3.BucketEncryption.KMS_MANAGED), True),
        (lambda stack: s3.Bucket(stack, "Data", encryption=s3.BucketEncryption.DSSE_MANAGED), True),
        (lambda stack: s3.CfnBucket(stack, "Data", bucket_encryption=encrypted("aws:kms", **ALIAS)), True),
        (lambda stack: s3.CfnBucket(stack, "Data", bucket_encryption=encrypted("AES256")), False),
        (lambda stack: s3.CfnBucket(stack, "Data", bucket_encryption=known_at_deployment()), False),
        (lambda stack: s3.CfnBucket(stack, "Data"), False),
        (lambda stack: s3.Bucket(stack, "Data", encryption=s3.BucketEncryption.KMS), False),
        (lambda stack: s3.Bucket(stack, "Data", encryption=s3.BucketEncryption.S3_MANAGED), False),
        (central, False),
    ],
)
def test_the_aws_managed_key_of_a_bucket(
    stack: cdk.Stack,
    make: Callable[[cdk.Stack], Any],
    warned: bool,  # noqa: FBT001
) -> None:
    PatchDataSync(stack, "Sync", bucket=make(stack))
    annotations = Annotations.from_stack(stack)
    if not warned:
        annotations.has_no_warning("*", Match.any_value())
        return
    annotations.has_warning(
        "/Stack/Sync",
        "the default encryption of the bucket is the AWS managed key aws/s3, whose policy cannot be changed to allow "
        "Systems Manager, so the sync probably cannot write; use a customer managed key or SSE-S3 "
        "[ack: patching-constructs:syncAwsManagedKey]",
    )


def test_a_key_of_the_sync_is_used_instead_of_the_aws_managed_key(stack: cdk.Stack) -> None:
    bucket = s3.Bucket(stack, "Data", encryption=s3.BucketEncryption.KMS_MANAGED)
    PatchDataSync(stack, "Sync", bucket=bucket, key=kms.Key(stack, "Key"))
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())


def test_a_region_of_an_account_can_have_five_syncs(stack: cdk.Stack) -> None:
    bucket = central(stack)
    for prefix in "abcde":
        PatchDataSync(stack, prefix, bucket=bucket, prefix=prefix)
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())


def test_a_sixth_sync_exceeds_the_quota(stack: cdk.Stack) -> None:
    bucket = central(stack)
    for prefix in "abcdef":
        PatchDataSync(stack, prefix, bucket=bucket, prefix=prefix)
    annotations = Annotations.from_stack(stack)
    annotations.has_no_warning("/Stack/e", Match.any_value())
    annotations.has_warning(
        "/Stack/f",
        "this stack has 6 resource data syncs, and an account can have 5 in a Region; the deployment fails unless AWS "
        "has increased this quota [ack: patching-constructs:tooManySyncs]",
    )


# --- Names and tokens ---------------------------------------------------------------------------------


def test_the_name_of_a_deep_construct_is_shortened() -> None:
    scope = cdk.Stack(cdk.Stage(cdk.App(), "Production" * 4), "Inventory" * 4)
    PatchDataSync(scope, "Synchronization" * 4, bucket=s3.Bucket(scope, "Bucket"))
    assert len(rendered(scope)["SyncName"]) == 63


def test_a_token_passes(stack: cdk.Stack) -> None:
    PatchDataSync(stack, "Sync", bucket=central(stack), prefix=TOKEN, sync_name=TOKEN)
    assert rendered(stack)["S3Destination"]["BucketPrefix"] == {"Ref": "Parameter"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"bucket": "patch-data"},
            "bucket must be an IBucketRef, got 'patch-data'; pass the bucket, or "
            "s3.Bucket.from_bucket_attributes(scope, id, bucket_name=..., region=...)",
        ),
        ({"prefix": ""}, "prefix must have 1-256 characters, got 0; for no prefix, leave it out"),
        ({"prefix": "a" * 257}, "prefix must have 1-256 characters, got 257"),
        (
            {"prefix": "inventory/"},
            "prefix must not begin or end with /, or contain //, got 'inventory/'; write 'inventory'",
        ),
        ({"prefix": "/a//b/"}, "prefix must not begin or end with /, or contain //, got '/a//b/'; write 'a/b'"),
        ({"prefix": "a//b"}, "prefix must not begin or end with /, or contain //, got 'a//b'; write 'a/b'"),
        (
            {"prefix": "//"},
            "prefix must not begin or end with /, or contain //, got '//'; for no prefix, leave it out",
        ),
        ({"prefix": 7}, "prefix must be a string, got 7"),
        ({"sync_name": "a" * 65}, "sync_name must have 1-64 characters, got 65"),
        ({"key": "arn"}, "key must be an IKeyRef, got 'arn'; pass the key, or kms.Key.from_key_arn(scope, id, arn)"),
    ],
)
def test_what_is_invalid(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    properties = {"bucket": central(stack)} | options
    assert refused(lambda: PatchDataSync(stack, "Sync", **untyped(properties))) == f"{message} [Stack/Sync]"


def test_the_key_must_be_in_the_region_of_the_bucket(stack: cdk.Stack) -> None:
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:us-east-1:444455556666:key/abc")
    create: Callable[[], object] = lambda: PatchDataSync(stack, "Sync", bucket=central(stack), key=key)  # noqa: E731
    assert refused(create) == "key must be in the Region of the bucket, eu-central-1, got us-east-1 [Stack/Sync]"
