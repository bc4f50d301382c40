"""The schedule that records the history of a `PatchComplianceReport`: a query, once a day.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
https://docs.aws.amazon.com/athena/latest/ug/insert-into.html
"""

import json
from typing import Final, NamedTuple

from aws_cdk import Aws
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_scheduler import CfnSchedule
from constructs import Construct

from patching_constructs.constructs._compliance_access import QueryAccess
from patching_constructs.constructs._compliance_views import Statement
from patching_constructs.constructs._dead_letter_queues import dead_letter_queue

# At noon, so that a retry is on the same day in UTC, which is that of the rows.
_DAILY: Final = "cron(0 12 * * ? *)"
_RETRY_SECONDS: Final = 6 * 3600


class History(NamedTuple):
    """What records the history."""

    role: iam.Role
    schedule: CfnSchedule
    queue: sqs.Queue
    work_group: str

    def on_failed(self, scope: Construct, id_: str, target: events.IRuleTarget | None) -> events.Rule:
        """Create a rule for queries that failed."""
        detail = {"currentState": ["FAILED", "CANCELLED"], "workgroupName": [self.work_group]}
        pattern = events.EventPattern(source=["aws.athena"], detail_type=["Athena Query State Change"], detail=detail)
        rule = events.Rule(scope, id_, event_pattern=pattern)
        if target is not None:
            rule.add_target(target)
        return rule


def create_history(scope: Construct, access: QueryAccess) -> History:
    """Create the schedule, and its role, which can run queries and write the history."""
    principal = iam.ServicePrincipal(
        "scheduler.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
    )
    role = iam.Role(scope, "HistoryRole", assumed_by=principal)
    queue = dead_letter_queue(scope, "HistoryUndelivered")
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
            "deadLetterConfig": {"arn": queue.queue_arn},
            "retryPolicy": {"maximumEventAgeInSeconds": _RETRY_SECONDS},
        },
    )
    for grant in (access.grant_query(role), access.grant_record(role), queue.grant_send_messages(role)):
        grant.apply_before(schedule)
    return History(role, schedule, queue, access.work_group)
