"""PatchDataSync: copies the inventory and the patch compliance of an account and Region into a bucket.

https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-create-resource-data-sync.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-resourcedatasync.html
"""

import json
from hashlib import sha256
from typing import Final

from aws_cdk import Annotations, Stack
from aws_cdk.aws_ssm import CfnResourceDataSync
from aws_cdk.interfaces.aws_kms import IKeyRef
from aws_cdk.interfaces.aws_s3 import IBucketRef
from constructs import Construct

from patching_constructs._errors import refusal
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import check_length, check_reference
from patching_constructs.constructs._names import generated_name
from patching_constructs.constructs._scopes import creating
from patching_constructs.constructs._sync_buckets import has_aws_managed_key, physical_name
from patching_constructs.ssm import limits

AWS_MANAGED_KEY: Final = "patching-constructs:syncAwsManagedKey"
TOO_MANY: Final = "patching-constructs:tooManySyncs"
_FORMAT: Final = "JsonSerDe"
_HASH_LENGTH: Final = 8
_NO_PREFIX: Final = "for no prefix, leave it out"
_BUCKET_FIX: Final = "pass the bucket, or s3.Bucket.from_bucket_attributes(scope, id, bucket_name=..., region=...)"


class PatchDataSync(Construct):
    """A resource data sync, which copies the data of all managed nodes of its account and Region into a bucket.

    `PatchComplianceReport` has one for its own account and Region. Create one in every other Region and account; the
    report allows accounts by its ``accounts`` and ``organization_id``. A Region of an account can have 5 syncs; more of
    them in one stack are a warning (``patching-constructs:tooManySyncs``).

    CloudFormation cannot update a sync: a change of the destination creates another one, and then deletes the old one.
    The default name depends on the destination, so that the new sync can be created. It cannot depend on a name that
    CloudFormation generates: if you replace such a bucket and keep its logical id, also set or change ``sync_name``.

    Args:
        scope: the construct that this one belongs to.
        id: the construct's id, unique within the scope.
        bucket: the bucket, whose policy must allow the sync. It can be in another account or Region: import it with
            ``s3.Bucket.from_bucket_attributes(scope, id, bucket_name=..., region=...)``. A bucket that is imported
            without its Region is taken to be in the Region of the stack. It cannot have Object Lock. Without ``key``, a
            bucket that is encrypted with the AWS managed key ``aws/s3`` is a warning
            (``patching-constructs:syncAwsManagedKey``), because that key's policy cannot allow Systems Manager.
        prefix: the prefix of all keys, 1-256 characters without ``/`` at the beginning and the end, and without
            ``//``. Default: none.
        key: the KMS key that encrypts the objects, in the Region of the bucket. Default: the encryption of the bucket.
        sync_name: the name of the sync, 1-64 characters. With a name of your own, change the name whenever you change
            the destination. Default: a name from the path of the construct and the destination.

    Raises:
        PatchingError: a property is invalid, or the key is not in the Region of the bucket.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-create-resource-data-sync.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        bucket: IBucketRef,
        prefix: str | None = None,
        key: IKeyRef | None = None,
        sync_name: str | None = None,
    ) -> None:
        with creating(scope, id):
            check_reference("bucket", bucket, "IBucketRef", _BUCKET_FIX)
            check_prefix(prefix)
            if key is not None:
                check_reference("key", key, "IKeyRef", "pass the key, or kms.Key.from_key_arn(scope, id, arn)")
                _check_regions(bucket, key)
            if sync_name is not None:
                check_length("sync_name", sync_name, limits.SYNC_NAME_LENGTH)
        super().__init__(scope, id)
        destination = {
            "bucketName": bucket.bucket_ref.bucket_name,
            "bucketRegion": bucket.env.region,
            "syncFormat": _FORMAT,
            **({} if prefix is None else {"bucketPrefix": prefix}),
            **({} if key is None else {"kmsKeyArn": key.key_ref.key_arn}),
        }
        self._sync = CfnResourceDataSync(
            self,
            "Resource",
            sync_name=sync_name or self._name_for(bucket, destination),
            sync_type="SyncToDestination",
            s3_destination=destination,
        )
        self._warn(encrypted_by_bucket=key is None and has_aws_managed_key(bucket))

    @property
    def sync_name(self) -> str:
        """The name of the sync."""
        return self._sync.ref

    @property
    def sync(self) -> CfnResourceDataSync:
        """The L1 construct of the sync."""
        return self._sync

    def _warn(self, *, encrypted_by_bucket: bool) -> None:
        if encrypted_by_bucket:
            message = (
                "the default encryption of the bucket is the AWS managed key aws/s3, whose policy cannot be changed to "
                "allow Systems Manager, so the sync probably cannot write; use a customer managed key or SSE-S3"
            )
            Annotations.of(self).add_warning_v2(AWS_MANAGED_KEY, message)
        count = sum(isinstance(each, CfnResourceDataSync) for each in Stack.of(self).node.find_all())
        if count > limits.SYNCS:
            message = (
                f"this stack has {count} resource data syncs, and an account can have {limits.SYNCS} in a Region; the "
                "deployment fails unless AWS has increased this quota"
            )
            Annotations.of(self).add_warning_v2(TOO_MANY, message)

    def _name_for(self, bucket: IBucketRef, destination: dict[str, str]) -> str:
        # A token is another text in every process, but what it resolves to is stable. A reference to a bucket stays
        # the same if its name in the template changes, which replaces the bucket.
        name = physical_name(bucket)
        hashed = Stack.of(self).resolve(destination) | ({} if name is None else {"physicalName": name})
        resolved = json.dumps(hashed, sort_keys=True)
        digest = sha256(resolved.encode()).hexdigest()[:_HASH_LENGTH]
        return f"{generated_name(self, limits.SYNC_NAME_LENGTH - _HASH_LENGTH - 1)}-{digest}"


def check_prefix(prefix: str | None) -> None:
    """Check the prefix of the keys of a sync. None and a token pass.

    Raises:
        PatchingError: the prefix has an invalid length, begins or ends with ``/``, or contains ``//``, which Athena
            does not read.
    """
    if prefix is None:
        return
    check_length("prefix", prefix, limits.SYNC_PREFIX_LENGTH, "" if prefix else _NO_PREFIX)
    valid = "/".join(filter(None, prefix.split("/")))
    if not is_unresolved(prefix) and prefix != valid:
        fix = f"write {valid!r}" if valid else _NO_PREFIX
        raise refusal("prefix", "must not begin or end with /, or contain //", repr(prefix), fix)


def _check_regions(bucket: IBucketRef, key: IKeyRef) -> None:
    there, here = key.env.region, bucket.env.region
    if not is_unresolved((there, here)) and there != here:
        raise refusal("key", f"must be in the Region of the bucket, {here}", there)
