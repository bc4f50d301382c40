"""What the functions of a `PatchMonitoring` are allowed to do.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
"""

from collections.abc import Iterable, Iterator
from typing import Final

from aws_cdk import Aws
from aws_cdk import aws_iam as iam

from patching_constructs.constructs._task_permissions import window_arn
from patching_constructs.evidence.names import NAMESPACE

_ANY: Final = ("*",)
_ARN: Final = f"arn:{Aws.PARTITION}"
# These actions do not support resource-level permissions.
_TASKS_OF_EXECUTIONS: Final = (
    "ssm:DescribeMaintenanceWindowExecutionTaskInvocations",
    "ssm:DescribeMaintenanceWindowExecutionTasks",
    "ssm:ListCommandInvocations",
    "ssm:ListCommands",
)
_NODES: Final = (
    "ssm:DescribeInstanceInformation",
    "ssm:DescribeInstancePatchStates",
    "ssm:DescribePatchBaselines",
)
_NODES_OF_GROUPS: Final = ("cloudformation:DescribeStacks", "cloudformation:ListStackResources", "tag:GetResources")


class WindowPermissions:
    """Actions on windows."""

    def __init__(self, *actions: str) -> None:
        """Take the actions."""
        self.statement: Final = iam.PolicyStatement(actions=list(actions))

    def add(self, window_id: str) -> None:
        """Allow the actions on another window."""
        self.statement.add_resources(window_arn(window_id))


def watch_permissions(table_arn: str, *, selects_groups: bool) -> Iterator[iam.PolicyStatement]:
    """Return what the watch function does, besides reading windows."""
    yield _allowed((*_TASKS_OF_EXECUTIONS, *_NODES), _ANY)
    # Predefined patch baselines are in accounts of AWS.
    yield _allowed(("ssm:GetPatchBaseline",), (f"{_ARN}:ssm:{Aws.REGION}:*:patchbaseline/*",))
    yield _allowed(("dynamodb:GetItem", "dynamodb:PutItem"), (table_arn,))
    yield iam.PolicyStatement(
        actions=["cloudwatch:PutMetricData"],
        resources=list(_ANY),
        conditions={"StringEquals": {"cloudwatch:namespace": NAMESPACE}},
    )
    if selects_groups:
        groups = f"{_ARN}:resource-groups:{Aws.REGION}:{Aws.ACCOUNT_ID}:group/*"
        yield _allowed(("resource-groups:ListGroupResources",), (groups,))
        yield _allowed(_NODES_OF_GROUPS, _ANY)


def notify_permissions() -> Iterator[iam.PolicyStatement]:
    """Return what the notify function does, besides reading windows and publishing to its topic."""
    yield _allowed(_TASKS_OF_EXECUTIONS, _ANY)
    executions = f"{_ARN}:ssm:{Aws.REGION}:{Aws.ACCOUNT_ID}:automation-execution/*"
    yield _allowed(("ssm:GetAutomationExecution",), (executions,))


def _allowed(actions: Iterable[str], resources: Iterable[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(actions), resources=list(resources))
