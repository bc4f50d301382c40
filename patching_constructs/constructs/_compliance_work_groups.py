"""The workgroups of a `PatchComplianceReport`.

https://docs.aws.amazon.com/athena/latest/ug/workgroups-manage-queries-control-costs.html
"""

from typing import Final

from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.aws_athena import CfnWorkGroup
from constructs import Construct

from patching_constructs.constructs._compliance_buckets import RESULTS
from patching_constructs.constructs._names import generated_name

_NAME_LENGTH: Final = 128
_OF_HISTORY: Final = "-history"


def query_work_group(scope: Construct, results: s3.IBucket, key: kms.IKey | None) -> CfnWorkGroup:
    """Create the workgroup of the saved queries and of the queries of users.

    Args:
        scope: the construct that it belongs to.
        results: the bucket of results.
        key: the key that encrypts the results. None for keys of S3.
    """
    name = generated_name(scope, _NAME_LENGTH)
    return _work_group(scope, "WorkGroup", name, "Queries about patch compliance", results, key)


def history_work_group(scope: Construct, results: s3.IBucket, key: kms.IKey | None) -> CfnWorkGroup:
    """Create the workgroup of the query that records the history, so that its failures are not those of users.

    Args:
        scope: the construct that it belongs to.
        results: the bucket of results.
        key: the key that encrypts the results. None for keys of S3.
    """
    name = generated_name(scope, _NAME_LENGTH - len(_OF_HISTORY)) + _OF_HISTORY
    return _work_group(scope, "HistoryWorkGroup", name, "Records the patch compliance of the day", results, key)


def _work_group(
    scope: Construct, id_: str, name: str, description: str, results: s3.IBucket, key: kms.IKey | None
) -> CfnWorkGroup:
    encryption = {"encryptionOption": "SSE_S3"}
    if key is not None:
        encryption = {"encryptionOption": "SSE_KMS", "kmsKey": key.key_arn}
    return CfnWorkGroup(
        scope,
        id_,
        name=name,
        description=description,
        # The saved queries and past queries would otherwise prevent the deletion.
        recursive_delete_option=True,
        work_group_configuration={
            "enforceWorkGroupConfiguration": True,
            "publishCloudWatchMetricsEnabled": True,
            "engineVersion": {"selectedEngineVersion": "Athena engine version 3"},
            "resultConfiguration": {
                "outputLocation": f"s3://{results.bucket_name}/{RESULTS}",
                "encryptionConfiguration": encryption,
            },
        },
    )
