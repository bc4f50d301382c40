"""The two functions of a `PatchMonitoring`, each with its role and its log group."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk.interfaces.aws_sns import ITopicRef
from constructs import Construct

from patching_constructs.constructs._evidence_code import HANDLER, evidence_code
from patching_constructs.constructs._evidence_metrics import monitoring_name
from patching_constructs.constructs._monitoring_permissions import (
    WindowPermissions,
    notify_permissions,
    watch_permissions,
)
from patching_constructs.evidence.names import MONITORING_VARIABLE, TOPIC_VARIABLE

# The newest runtime of the oldest supported aws-cdk-lib.
_RUNTIME: Final = lambda_.Runtime.PYTHON_3_14
_NOTIFY_FOLDER: Final = Path(__file__).parent / "monitoring_functions"
_NOT_DEPLOYED: Final = ["**/__pycache__", "**/*.pyc"]
"""Compiled files would change the hash of the asset, and so the function, from one machine to the next."""


class WatchFunction:
    """The function that reads executions and nodes, and publishes the metrics."""

    def __init__(self, scope: Construct, retention: logs.RetentionDays, *, selects_groups: bool) -> None:
        """Create it with the table of its state."""
        self.table = dynamodb.Table(
            scope,
            "WatchState",
            partition_key=dynamodb.Attribute(name="Id", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            time_to_live_attribute="Expires",
            # The function works without its state, see ADR 0054.
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.permissions = WindowPermissions(
            "ssm:GetMaintenanceWindow",
            "ssm:DescribeMaintenanceWindowExecutions",
            "ssm:DescribeMaintenanceWindowTargets",
        )
        statements = watch_permissions(self.table.table_arn, selects_groups=selects_groups)
        log_group = _log_group(scope, "WatchLog", retention)
        self.role = _role(scope, "Watch", log_group, [self.permissions.statement, *statements])
        self.function = _function(
            scope,
            "Watch",
            role=self.role,
            log_group=log_group,
            code=evidence_code(),
            handler=HANDLER,
            description="Reads executions of maintenance windows and patch states of nodes, and publishes metrics",
            environment={"TABLE_NAME": self.table.table_name, MONITORING_VARIABLE: monitoring_name(scope)},
            timeout=Duration.minutes(10),
            # The next run is soon.
            retry_attempts=0,
        )


class NotifyFunction:
    """The function that turns events into messages."""

    def __init__(self, scope: Construct, retention: logs.RetentionDays, topic: ITopicRef, queue: sqs.IQueue) -> None:
        """Create it, with access to the topic and its key."""
        self.topic: Final = topic
        self.permissions = WindowPermissions("ssm:GetMaintenanceWindow", "ssm:DescribeMaintenanceWindowExecutions")
        log_group = _log_group(scope, "NotifyLog", retention)
        self.role = _role(scope, "Notify", log_group, [self.permissions.statement, *notify_permissions()])
        sns.TopicGrants.from_topic(topic).publish(self.role)
        self.function = _function(
            scope,
            "Notify",
            role=self.role,
            log_group=log_group,
            code=lambda_.Code.from_asset(str(_NOTIFY_FOLDER), exclude=_NOT_DEPLOYED),
            handler="notify.handler.handle",
            description="Sends events of maintenance windows and alarms to a topic, as messages that a person can read",
            environment={TOPIC_VARIABLE: topic.topic_ref.topic_arn},
            timeout=Duration.seconds(60),
            dead_letter_queue=queue,
        )


def _log_group(scope: Construct, id: str, retention: logs.RetentionDays) -> logs.LogGroup:  # noqa: A002
    return logs.LogGroup(scope, id, retention=retention, removal_policy=RemovalPolicy.DESTROY)


def _role(
    scope: Construct,
    name: str,
    log_group: logs.LogGroup,
    statements: Sequence[iam.PolicyStatement],
) -> iam.Role:
    """Create a role that can write the log of its function, and nothing else that is not in the statements."""
    actions = ["logs:CreateLogStream", "logs:PutLogEvents"]
    writing = iam.PolicyStatement(actions=actions, resources=[log_group.log_group_arn])
    return iam.Role(
        scope,
        f"{name}Role",
        assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
        inline_policies={name: iam.PolicyDocument(statements=[writing, *statements])},
    )


def _function(
    scope: Construct,
    id: str,  # noqa: A002
    **properties: Any,  # noqa: ANN401 - properties of the function, which checks them
) -> lambda_.Function:
    function = lambda_.Function(scope, id, runtime=_RUNTIME, memory_size=256, **properties)
    # It refers to its role anyway, and Lambda repeats what fails before the role has all of its policies.
    cast("lambda_.CfnFunction", function.node.default_child).add_deletion_override("DependsOn")
    return function
