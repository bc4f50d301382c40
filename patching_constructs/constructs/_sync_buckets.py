"""What the L1 construct of a bucket says about its name and its encryption.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
"""

import json
from typing import Final

from aws_cdk import Stack
from aws_cdk import aws_s3 as s3
from aws_cdk.interfaces.aws_s3 import IBucketRef

_AWS_MANAGED_KEY: Final = "alias/aws/s3"


def bucket_resource(bucket: IBucketRef) -> s3.CfnBucket | None:
    """Return the L1 construct of a bucket; None for an imported one."""
    found = bucket if isinstance(bucket, s3.CfnBucket) else bucket.node.default_child
    return found if isinstance(found, s3.CfnBucket) else None


def physical_name(bucket: IBucketRef) -> object:
    """Return the name that the template gives to a bucket, resolved; None if CloudFormation generates one."""
    resource = bucket_resource(bucket)
    return None if resource is None else Stack.of(resource).resolve(resource.bucket_name)


def has_aws_managed_key(bucket: IBucketRef) -> bool:
    """Whether the default encryption of a bucket is the AWS managed key, ``aws/s3``, as far as it is known."""
    resource = bucket_resource(bucket)
    if resource is None:
        return False
    encryption = Stack.of(resource).resolve(resource.bucket_encryption) or {}
    rules = encryption.get("serverSideEncryptionConfiguration")
    # A function such as Fn::If is a mapping, whose value is only known at deployment.
    return isinstance(rules, list) and any(
        _is_aws_managed(rule.get("serverSideEncryptionByDefault") or {}) for rule in rules
    )


def _is_aws_managed(default: dict[str, object]) -> bool:
    if not str(default.get("sseAlgorithm")).startswith("aws:kms"):
        return False
    key = default.get("kmsMasterKeyId")
    return key is None or _AWS_MANAGED_KEY in json.dumps(key)
