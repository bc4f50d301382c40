"""What a bucket and its key must allow, so that resource data syncs of some accounts can write into it.

https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-create-resource-data-sync.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-resource-data-sync.html
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

_Conditions = Mapping[str, Mapping[str, object]]
_SERVICE: Final = "ssm.amazonaws.com"
_ANY: Final = "*"


@dataclass(frozen=True, slots=True)
class SyncSources:
    """The accounts whose syncs can write into a bucket."""

    accounts: Sequence[str]
    organization_id: str | None

    def key_statements(self) -> Iterator[iam.PolicyStatement]:
        """Return the statements for the policy of a key."""
        for _, conditions in self._senders():
            yield _allowed("kms:GenerateDataKey", [_ANY], conditions)

    def bucket_statements(
        self, bucket: s3.IBucket, prefix: str | None, key: kms.IKey | None
    ) -> Iterator[iam.PolicyStatement]:
        """Return the statements for the policy of a bucket.

        Args:
            bucket: the bucket.
            prefix: the prefix of the syncs.
            key: the key that syncs must use.
        """
        start = "" if prefix is None else f"{prefix}/"
        yield _allowed("s3:GetBucketAcl", [bucket.bucket_arn], {})
        for accounts, conditions in self._senders():
            objects = [bucket.arn_for_objects(f"{start}*/accountid={account}/*") for account in accounts]
            yield _allowed("s3:PutObject", objects, _with_upload(conditions, key))
            if accounts == [_ANY]:
                # A sync of an organization, which only the API can create, tags its objects.
                yield _allowed("s3:PutObjectTagging", objects, conditions)

    def _senders(self) -> Iterator[tuple[list[str], _Conditions]]:
        """Return the accounts in keys of objects, and the conditions by which their syncs are recognized."""
        yield (
            list(self.accounts),
            {
                "StringEquals": {"aws:SourceAccount": list(self.accounts)},
                "ArnLike": {"aws:SourceArn": [_syncs_of(account) for account in self.accounts]},
            },
        )
        if self.organization_id is not None:
            yield [_ANY], {"StringEquals": {"aws:SourceOrgID": self.organization_id}}


def _syncs_of(account: str) -> str:
    return f"arn:{Aws.PARTITION}:ssm:*:{account}:resource-data-sync/*"


def _with_upload(conditions: _Conditions, key: kms.IKey | None) -> _Conditions:
    upload: dict[str, object] = {"s3:x-amz-acl": "bucket-owner-full-control"}
    if key is not None:
        upload["s3:x-amz-server-side-encryption"] = "aws:kms"
        upload["s3:x-amz-server-side-encryption-aws-kms-key-id"] = key.key_arn
    return {**conditions, "StringEquals": {**upload, **conditions["StringEquals"]}}


def _allowed(action: str, resources: Sequence[str], conditions: _Conditions) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        actions=[action],
        resources=list(resources),
        principals=[iam.ServicePrincipal(_SERVICE)],
        conditions={operator: dict(values) for operator, values in conditions.items()},
    )
