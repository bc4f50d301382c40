"""Buckets and tables."""

import json
from collections.abc import Iterator
from typing import Any

from tests.api_model.mappings.registry import Created, Properties, rename, requests_of
from tests.api_model.model import Request


@requests_of("AWS::S3::Bucket")
def bucket(created: Created) -> Iterator[Request]:
    created.take("BucketName")
    name = {"Bucket": created.name}
    yield Request("s3", "CreateBucket", name)
    for put, given in _settings(created):
        yield Request("s3", put, name | given)


def _settings(created: Created) -> Iterator[tuple[str, Properties]]:
    if encryption := created.take("BucketEncryption"):
        rules = [_encryption(rule) for rule in encryption["ServerSideEncryptionConfiguration"]]
        yield "PutBucketEncryption", {"ServerSideEncryptionConfiguration": {"Rules": rules}}
    if lifecycle := created.take("LifecycleConfiguration"):
        rules = [_lifecycle(rule) for rule in lifecycle["Rules"]]
        yield "PutBucketLifecycleConfiguration", {"LifecycleConfiguration": {"Rules": rules}}
    if logging := created.take("LoggingConfiguration"):
        renamed = {"DestinationBucketName": "TargetBucket", "LogFilePrefix": "TargetPrefix"}
        enabled = {"TargetPrefix": ""} | rename(logging, **renamed)
        yield "PutBucketLogging", {"BucketLoggingStatus": {"LoggingEnabled": enabled}}
    for taken, put in (
        ("PublicAccessBlockConfiguration", "PutPublicAccessBlock"),
        ("VersioningConfiguration", "PutBucketVersioning"),
        ("OwnershipControls", "PutBucketOwnershipControls"),
    ):
        if given := created.take_some(taken):
            yield put, given
    if tags := created.take("Tags"):
        yield "PutBucketTagging", {"Tagging": {"TagSet": tags}}


def _encryption(rule: Properties) -> Any:
    given = rename(rule, ServerSideEncryptionByDefault="ApplyServerSideEncryptionByDefault")
    return {name: rename(each, KMSMasterKeyID="KMSMasterKeyID") for name, each in given.items()}


def _lifecycle(rule: Properties) -> Properties:
    given: Properties = rename(rule, Id="ID")
    days = given.pop("ExpirationInDays", None)
    return given | ({} if days is None else {"Expiration": {"Days": days}})


@requests_of("AWS::S3::BucketPolicy")
def bucket_policy(created: Created) -> Iterator[Request]:
    text = json.dumps(created.take("PolicyDocument"))
    yield Request("s3", "PutBucketPolicy", created.rest() | {"Policy": text})


@requests_of("AWS::DynamoDB::Table")
def table(created: Created) -> Iterator[Request]:
    name = {"TableName": created.name}
    settings = {
        "UpdateTimeToLive": created.take_some("TimeToLiveSpecification"),
        "UpdateContinuousBackups": created.take_some("PointInTimeRecoverySpecification"),
    }
    yield Request("dynamodb", "CreateTable", name | created.rest())
    for operation, given in settings.items():
        if given:
            yield Request("dynamodb", operation, name | given)
