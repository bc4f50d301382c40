"""The buckets that a `PatchComplianceReport` creates.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
"""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

RESULTS: Final = "results/"
"""The keys of the results of queries."""
_ACCESS_LOGS: Final = "access-logs/"


def history_of(database: str) -> str:
    """Return the prefix of the history of a database, so that reports can have the same bucket.

    Args:
        database: the name of the database.
    """
    return f"history/{database}/"


def created_data_bucket(scope: Construct, key: kms.IKey | None, access_logs: s3.IBucket | None) -> s3.Bucket:
    """Create the bucket of the data.

    Args:
        scope: the construct that it belongs to.
        key: the key that encrypts it. None for keys of S3.
        access_logs: the bucket of its access logs. None for no logs.
    """
    return s3.Bucket(
        scope,
        "Bucket",
        encryption=s3.BucketEncryption.KMS if key else s3.BucketEncryption.S3_MANAGED,
        encryption_key=key,
        bucket_key_enabled=True if key else None,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        enforce_ssl=True,
        server_access_logs_bucket=access_logs,
        server_access_logs_prefix=_ACCESS_LOGS if access_logs else None,
    )


def created_results_bucket(scope: Construct) -> s3.Bucket:
    """Create the bucket of results, history and access logs.

    A bucket for access logs can only have keys of S3 as its default encryption; the workgroup encrypts the results.
    """
    return s3.Bucket(
        scope,
        "Results",
        encryption=s3.BucketEncryption.S3_MANAGED,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        enforce_ssl=True,
        lifecycle_rules=[
            s3.LifecycleRule(prefix=RESULTS, expiration=Duration.days(30)),
            s3.LifecycleRule(prefix=_ACCESS_LOGS, expiration=Duration.days(90)),
        ],
    )
