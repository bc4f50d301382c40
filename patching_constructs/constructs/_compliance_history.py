"""The schedule that records the history of a `PatchComplianceReport`: a query, once a day.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
https://docs.aws.amazon.com/athena/latest/ug/insert-into.html
"""

import json
from typing import Final, NamedTuple

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk.aws_scheduler import CfnSchedule
from constructs import Construct

from patching_constructs.constructs._compliance_access import QueryAccess
from patching_constructs.constructs._compliance_views import Statement

# At noon, so that a retry is on the same day in UTC, which is that of the rows.
_DAILY: Final = "cron(0 12 * * ? *)"
_RETRY_SECONDS: Final = 6 * 3600


class History(NamedTuple):
    """What records the history."""

    role: iam.Role
    schedule: CfnSchedule


def create_history(scope: Construct, access: QueryAccess) -> History:
    """Create the schedule, and its role, which can run queries and write the history."""
    principal = iam.ServicePrincipal(
        "scheduler.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
    )
    role = iam.Role(scope, "HistoryRole", assumed_by=principal)
    request = {
        "QueryString": Statement.of("record_history").sql,
        "WorkGroup": access.work_group,
        "QueryExecutionContext": {"Catalog": "AwsDataCatalog", "Database": access.database},
        # Athena runs a query only once for a token, also if the schedule starts it again.
        "ClientRequestToken": f"{scope.node.addr}-<aws.scheduler.scheduled-time>",
    }
    schedule = CfnSchedule(
        scope,
        "HistorySchedule",
        description="Records the patch compliance of the day",
        schedule_expression=_DAILY,
        flexible_time_window={"mode": "OFF"},
        target={
            "arn": f"arn:{Aws.PARTITION}:scheduler:::aws-sdk:athena:startQueryExecution",
            "roleArn": role.role_arn,
            "input": json.dumps(request),
            "retryPolicy": {"maximumEventAgeInSeconds": _RETRY_SECONDS},
        },
    )
    for grant in (access.grant_query(role), access.grant_record(role)):
        grant.apply_before(schedule)
    return History(role, schedule)
