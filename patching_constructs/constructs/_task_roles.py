"""The two roles for a notification: one runs the task, the other publishes to the topic.

The task role passes the publishing role to the service with ``iam:PassRole``. Confusing the two roles is a frequently
reported mistake with maintenance windows.

https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-sns-notifications.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-maintenance-permissions.html
"""

from dataclasses import dataclass, replace
from typing import Final, cast

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk.aws_sns import TopicGrants
from aws_cdk.interfaces.aws_iam import IRoleRef
from aws_cdk.interfaces.aws_sns import ITopicRef
from constructs import Construct, IConstruct

from patching_constructs.constructs._role_policies import attached_policy
from patching_constructs.properties.notification import CommandNotification

_SYSTEMS_MANAGER: Final = "ssm.amazonaws.com"
_PASSED_TO_SYSTEMS_MANAGER: Final = {"StringEquals": {"iam:PassedToService": _SYSTEMS_MANAGER}}


@dataclass(frozen=True, slots=True)
class TaskRoles:
    """The roles that run the task and publish its notifications, and the permissions that they require."""

    runner: IRoleRef | None
    publisher: IRoleRef | None = None
    created_runner: iam.Role | None = None
    created_publisher: iam.Role | None = None
    publishing: iam.Grant | None = None
    passing: iam.Policy | None = None

    def precede(self, task: IConstruct) -> None:
        """Create the policies before the task, because a window can open while the stack is being deployed."""
        if self.publishing:
            self.publishing.apply_before(task)
        if self.passing:
            task.node.add_dependency(self.passing)


def task_roles(
    scope: Construct, *, document_name: str, role: IRoleRef | None, notification: CommandNotification | None
) -> TaskRoles:
    """Return the roles of a task. For a notification, roles that are not given are created."""
    if notification is None:
        return TaskRoles(role)
    if notification.role is None:
        created = _create_publisher(scope)
        publishing = _allow_publishing(created, notification.topic)
        roles = TaskRoles(role, created, created_publisher=created, publishing=publishing)
    else:
        roles = TaskRoles(role, notification.role)
    return _with_runner(scope, document_name, roles)


def _with_runner(scope: Construct, document_name: str, roles: TaskRoles) -> TaskRoles:
    publisher = cast("IRoleRef", roles.publisher)
    if roles.runner is not None:
        return replace(roles, passing=_allow_passing(scope, roles.runner, publisher))
    runner = _create_runner(scope, document_name, publisher)
    return replace(roles, runner=runner, created_runner=runner)


def _create_publisher(scope: Construct) -> iam.Role:
    return iam.Role(scope, "NotificationRole", assumed_by=iam.ServicePrincipal(_SYSTEMS_MANAGER))


def _allow_publishing(role: iam.Role, topic: ITopicRef) -> iam.Grant:
    # TopicGrants.publish() would grant kms:GenerateDataKey*, which is more than SNS documents as required.
    return TopicGrants.from_topic(topic).actions(
        role, ["sns:Publish"], key_actions=["kms:Decrypt", "kms:GenerateDataKey"]
    )


def _create_runner(scope: Construct, document_name: str, publisher: IRoleRef) -> iam.Role:
    statements = [*_run_statements(document_name), _pass_statement(publisher)]
    return iam.Role(
        scope,
        "TaskRole",
        assumed_by=iam.ServicePrincipal(_SYSTEMS_MANAGER),
        inline_policies={"RunPatchCommand": iam.PolicyDocument(statements=statements)},
    )


def _allow_passing(scope: Construct, role: IRoleRef, publisher: IRoleRef) -> iam.Policy:
    """Grant the given role permission to pass the publishing role. An immutable role is not changed."""
    return attached_policy(scope, "PassRolePolicy", _attachable(scope, role), [_pass_statement(publisher)])


def _attachable(scope: Construct, role: IRoleRef) -> iam.IRole:
    # IRoleRef has only a name and an ARN. Whether it is an L2 role is known only at run time.
    if hasattr(role, "attach_inline_policy"):
        return cast("iam.IRole", role)
    return iam.Role.from_role_name(scope, "GivenTaskRole", role.role_ref.role_name)


def _pass_statement(publisher: IRoleRef) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        actions=["iam:PassRole"],
        resources=[publisher.role_ref.role_arn],
        conditions=_PASSED_TO_SYSTEMS_MANAGER,
    )


def _run_statements(document_name: str) -> list[iam.PolicyStatement]:
    here = f"arn:{Aws.PARTITION}:ssm:{Aws.REGION}"
    nodes = [
        f"arn:{Aws.PARTITION}:ec2:{Aws.REGION}:{Aws.ACCOUNT_ID}:instance/*",
        f"{here}:{Aws.ACCOUNT_ID}:managed-instance/*",
    ]
    return [
        iam.PolicyStatement(actions=["ssm:SendCommand"], resources=[f"{here}::document/{document_name}", *nodes]),
        iam.PolicyStatement(
            # These actions do not support resource-level permissions, except ListGroupResources, whose
            # group is not known if nodes are selected by tags.
            actions=[
                "ssm:CancelCommand",
                "ssm:GetCommandInvocation",
                "ssm:ListCommandInvocations",
                "ssm:ListCommands",
                "resource-groups:ListGroupResources",
                "resource-groups:ListGroups",
                "tag:GetResources",
            ],
            resources=["*"],
        ),
    ]
