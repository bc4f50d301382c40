"""The two roles behind a notification: one runs the task, the other publishes to the topic.

The task's role hands the publishing role on with ``iam:PassRole``. Mixing the two up is the most reported fault
in this corner of the service.

https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-sns-notifications.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-maintenance-permissions.html
"""

from typing import Final, cast

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk.aws_sns import TopicGrants
from aws_cdk.interfaces.aws_iam import IRoleRef
from constructs import Construct

from patching_constructs.reporting import CommandNotification

_SYSTEMS_MANAGER: Final = "ssm.amazonaws.com"
_PASSED_TO_SYSTEMS_MANAGER: Final = {"StringEquals": {"iam:PassedToService": _SYSTEMS_MANAGER}}


def publishing_role(scope: Construct, notification: CommandNotification) -> IRoleRef:
    """Return the caller's role, or make one that may publish to the topic and nothing else."""
    if notification.role is not None:
        return notification.role
    role = iam.Role(scope, "NotificationRole", assumed_by=iam.ServicePrincipal(_SYSTEMS_MANAGER))
    # TopicGrants.publish() would ask for kms:GenerateDataKey*, which is more than SNS documents as needed.
    TopicGrants.from_topic(notification.topic).actions(
        role, ["sns:Publish"], key_actions=["kms:Decrypt", "kms:GenerateDataKey"]
    )
    return role


def task_role(scope: Construct, document_name: str, publisher: IRoleRef) -> IRoleRef:
    """Make a role that may run this document on nodes, follow the command, and pass the publisher on."""
    statements = [*_run_statements(document_name), _pass_statement(publisher)]
    return iam.Role(
        scope,
        "TaskRole",
        assumed_by=iam.ServicePrincipal(_SYSTEMS_MANAGER),
        inline_policies={"RunPatchCommand": iam.PolicyDocument(statements=statements)},
    )


def allow_passing(scope: Construct, role: IRoleRef, publisher: IRoleRef) -> None:
    """Let the caller's task role pass the publisher on; a role imported as immutable is left alone."""
    iam.Grant.add_to_principal(
        grantee=_grantable(scope, role),
        actions=["iam:PassRole"],
        resource_arns=[publisher.role_ref.role_arn],
        conditions=_PASSED_TO_SYSTEMS_MANAGER,
    )


def _grantable(scope: Construct, role: IRoleRef) -> iam.IGrantable:
    # IRoleRef promises a name and an ARN; what an L2 role adds to it is seen only at run time.
    if hasattr(role, "grant_principal"):
        return cast("iam.IGrantable", role)
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
            # None of these can be narrowed to a resource, but for ListGroupResources, whose group is
            # not known where nodes are chosen by a tag.
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
