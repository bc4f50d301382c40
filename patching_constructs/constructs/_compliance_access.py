"""The permissions to query the tables of a `PatchComplianceReport` with Amazon Athena.

https://docs.aws.amazon.com/athena/latest/ug/workgroups-access.html
https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final

from aws_cdk import Arn, ArnComponents, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from patching_constructs.constructs._compliance_buckets import RESULTS, history_of
from patching_constructs.constructs._compliance_catalog import TABLES

_QUERYING: Final = (
    "athena:BatchGetNamedQuery",
    "athena:GetNamedQuery",
    "athena:GetQueryExecution",
    "athena:GetQueryResults",
    "athena:GetWorkGroup",
    "athena:ListNamedQueries",
    "athena:ListQueryExecutions",
    "athena:StartQueryExecution",
    "athena:StopQueryExecution",
)
_CATALOG: Final = ("glue:GetDatabase", "glue:GetPartitions", "glue:GetTable", "glue:GetTables")
_LISTING: Final = ("s3:GetBucketLocation", "s3:ListBucket")
_WRITING: Final = ("s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject")


@dataclass(frozen=True, slots=True)
class QueryAccess:
    """What a principal needs to run queries."""

    scope: Construct
    work_group: str
    database: str
    data: s3.IBucket
    prefix: str | None
    results: s3.IBucket
    keys: Sequence[kms.IKey]

    def grant_query(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant permission to run queries, to read their results, and to read what they read."""
        return reduce(iam.Grant.combine, self._query_grants(grantee))

    def grant_record(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant permission to write the history."""
        objects = [self.results.arn_for_objects(f"{history_of(self.database)}*")]
        return iam.Grant.add_to_principal(grantee=grantee, actions=list(_WRITING), resource_arns=objects)

    def _query_grants(self, grantee: iam.IGrantable) -> Iterator[iam.Grant]:
        for actions, resources in self._allowed():
            yield iam.Grant.add_to_principal(grantee=grantee, actions=list(actions), resource_arns=resources)
        for key in self.keys:
            yield key.grant_encrypt_decrypt(grantee)

    def _allowed(self) -> Iterator[tuple[Sequence[str], list[str]]]:
        start = "" if self.prefix is None else f"{self.prefix}/"
        tables = [f"table/{self.database}/{table}" for table in TABLES]
        yield _QUERYING, [self._arn("athena", f"workgroup/{self.work_group}")]
        # Athena also reads the database named default.
        databases = ["catalog", "database/default", f"database/{self.database}", *tables]
        yield _CATALOG, [self._arn("glue", resource) for resource in databases]
        yield _LISTING, [self.data.bucket_arn, self.results.bucket_arn]
        yield (
            ["s3:GetObject"],
            [
                self.data.arn_for_objects(f"{start}AWS:*"),
                self.results.arn_for_objects(f"{history_of(self.database)}*"),
            ],
        )
        yield _WRITING, [self.results.arn_for_objects(f"{RESULTS}*")]

    def _arn(self, service: str, resource: str) -> str:
        return Arn.format(ArnComponents(service=service, resource=resource), Stack.of(self.scope))
