"""The permissions that a role requires to run a task, of those that AWS documents for all types of tasks.

https://docs.aws.amazon.com/systems-manager/latest/userguide/configuring-maintenance-window-permissions-console.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-setup-identity-based-policies.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aws_cdk import Aws, Fn
from aws_cdk import aws_iam as iam

from patching_constructs._tokens import is_unresolved
from patching_constructs.properties.task_actions import (
    Automation,
    LambdaFunction,
    RunCommand,
    TaskAction,
)
from patching_constructs.ssm.documents import is_owned_by_aws
from patching_constructs.ssm.runbooks import Permission

if TYPE_CHECKING:
    from aws_cdk.interfaces.aws_ssm import IDocumentRef

SYSTEMS_MANAGER: Final = "ssm.amazonaws.com"
PASS_ROLE: Final = ("iam:PassRole",)
_ARN: Final = f"arn:{Aws.PARTITION}"
_SSM: Final = f"{_ARN}:ssm:{Aws.REGION}"
_FINDING_RESOURCES: Final = ("resource-groups:ListGroupResources", "resource-groups:ListGroups", "tag:GetResources")
# These actions do not support resource-level permissions, except ListGroupResources, whose group is not known if nodes
# are selected by tags.
_FOLLOWING_COMMANDS: Final = (
    "ssm:CancelCommand",
    "ssm:GetCommandInvocation",
    "ssm:ListCommandInvocations",
    "ssm:ListCommands",
)
_EVERY_NODE: Final = (
    f"{_ARN}:ec2:{Aws.REGION}:{Aws.ACCOUNT_ID}:instance/*",
    f"{_SSM}:{Aws.ACCOUNT_ID}:managed-instance/*",
)

# An ARN of an automation definition can have a version.
_DEFINITION: Final = re.compile(r":automation-definition/([^:]+)(?::.*)?$")
_EVERY_EXECUTION: Final = f"{_SSM}:{Aws.ACCOUNT_ID}:automation-execution/*"


@dataclass(frozen=True, slots=True)
class Allowed:
    """Actions that are allowed on resources."""

    actions: tuple[str, ...]
    resources: tuple[str, ...] = ("*",)

    def statement(self) -> iam.PolicyStatement:
        """Return the statement of a policy."""
        passed = {"StringEquals": {"iam:PassedToService": SYSTEMS_MANAGER}} if self.actions == PASS_ROLE else None
        return iam.PolicyStatement(actions=list(self.actions), resources=list(self.resources), conditions=passed)


def permissions(action: TaskAction, *, has_targets: bool) -> Iterator[Allowed]:
    """Return what the role of a task must be allowed to do, without the roles that it passes."""
    match action:
        case RunCommand():
            yield Allowed(("ssm:SendCommand",), (document_arn(action.document), *_EVERY_NODE))
            yield Allowed((*_FOLLOWING_COMMANDS, *_FINDING_RESOURCES))
            return
        case Automation():
            # AWS documents the document and its executions; earlier policies have the automation definition.
            started = (document_arn(action.document), _EVERY_EXECUTION, _definition_arn(action.document))
            yield Allowed(("ssm:StartAutomationExecution",), started)
            yield Allowed(("ssm:GetAutomationExecution",), (_EVERY_EXECUTION,))
        case LambdaFunction():
            arn = action.function.function_ref.function_arn
            yield Allowed(("lambda:InvokeFunction",), (f"{arn}:{action.qualifier}" if action.qualifier else arn,))
        case _:
            arn = action.state_machine.state_machine_ref.state_machine_arn
            yield Allowed(("states:StartExecution",), (arn,))
            yield Allowed(("states:DescribeExecution",), (_executions_arn(arn),))
    if has_targets:
        yield Allowed(_FINDING_RESOURCES)


def runbook_permission(permission: Permission) -> Allowed:
    """Return a permission of a runbook, with the ARNs of its resources in this account and Region."""
    if not permission.has_resources:
        return Allowed(permission.actions)
    here = f"{_ARN}:ec2:{Aws.REGION}"
    of_account = (f"{here}:{Aws.ACCOUNT_ID}:{kind}/*" for kind in permission.of_account)
    of_region = (f"{here}::{kind}/*" for kind in permission.of_region)
    return Allowed(permission.actions, (*of_account, *of_region))


def document_arn(document: "str | IDocumentRef") -> str:
    """Return the ARN of a document."""
    name = document if isinstance(document, str) else document.document_ref.document_name
    if name.startswith("arn:"):
        return _DEFINITION.sub(r":document/\1", name)
    return f"{_SSM}:{'' if _is_owned_by_aws(name) else Aws.ACCOUNT_ID}:document/{name}"


def window_arn(window_id: str) -> str:
    """Return the ARN of a maintenance window of this account and Region."""
    return f"{_SSM}:{Aws.ACCOUNT_ID}:maintenancewindow/{window_id}"


def _definition_arn(document: "str | IDocumentRef") -> str:
    name = document if isinstance(document, str) else document.document_ref.document_name
    # The account in the ARN of a runbook of AWS is not documented.
    if name.startswith("arn:"):
        arn = document_arn(name).replace("::document/", ":*:document/")
        return f"{arn.replace(':document/', ':automation-definition/')}:*"
    return f"{_SSM}:{'*' if _is_owned_by_aws(name) else Aws.ACCOUNT_ID}:automation-definition/{name}:*"


def _is_owned_by_aws(name: str) -> bool:
    return not is_unresolved(name) and is_owned_by_aws(name)


def _executions_arn(state_machine_arn: str) -> str:
    name = Fn.select(6, Fn.split(":", state_machine_arn))
    return f"{_ARN}:states:{Aws.REGION}:{Aws.ACCOUNT_ID}:execution:{name}:*"
