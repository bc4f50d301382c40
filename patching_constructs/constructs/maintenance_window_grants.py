"""MaintenanceWindowGrants: permissions to read, to change and to stop maintenance windows.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
"""

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk.interfaces.aws_ssm import IMaintenanceWindowRef

from patching_constructs._errors import located, refusal, shown
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import check_list_of, has_property
from patching_constructs.constructs._covered_windows import window_ids
from patching_constructs.constructs._window_facade import WindowFacade
from patching_constructs.ssm.window_actions import ACTION, CANCEL, READ, READ_EVERY_WINDOW, UPDATE


class MaintenanceWindowGrants(WindowFacade):
    """Grant permissions for maintenance windows.

    It covers all windows of a schedule, also those that a freeze adds later. As with the grants of the CDK, an imported
    role that is immutable is not changed, because it is assumed to have the permissions.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
    """

    def actions(self, grantee: iam.IGrantable, actions: Sequence[str]) -> iam.Grant:
        """Grant permission for actions on the windows.

        Args:
            grantee: the role, user or group.
            actions: the actions, such as ``ssm:GetMaintenanceWindow``. They must support resource-level permissions for
                windows, and must not have wildcards, which would also match actions that do not.

        Raises:
            PatchingError: the grantee is not an ``IGrantable``, or has no policy; there is no action, or one has a
                wildcard or does not support resource-level permissions.
        """
        with located(self._covered.scope):
            if not has_property(grantee, "grant_principal"):
                raise refusal("grantee", "must be an IGrantable, such as a role", shown(grantee))
            _check_actions(actions)
            granted = _grant(
                grantee,
                actions,
                [_arn(window, window_id) for window in self._covered.windows for window_id in window_ids(window)],
            )
        self._covered.follow(
            lambda window, added: _grant(grantee, actions, [_arn(window, window_id) for window_id in added])
        )
        return granted

    def read(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant permission to read the windows, their targets, their tasks and their executions.

        Seven of these actions do not support resource-level permissions, among them those for the tasks of an
        execution. They are granted for all windows of the account.

        Args:
            grantee: the role, user or group.

        Raises:
            PatchingError: the argument is not an ``IGrantable``, or has no policy.
        """
        return self.actions(grantee, READ).combine(_grant(grantee, READ_EVERY_WINDOW, ["*"]))

    def update(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant permission to enable, disable and change the windows, for example their schedules.

        CloudFormation can neither enable nor disable a window. The next change of the window in the template may undo
        what was changed.

        Args:
            grantee: the role, user or group.

        Raises:
            PatchingError: the argument is not an ``IGrantable``, or has no policy.
        """
        return self.actions(grantee, UPDATE)

    def cancel_executions(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant permission to cancel a running execution of the windows.

        Args:
            grantee: the role, user or group.

        Raises:
            PatchingError: the argument is not an ``IGrantable``, or has no policy.
        """
        return self.actions(grantee, CANCEL)


def _check_actions(actions: Sequence[str]) -> None:
    if not check_list_of("actions", actions, str):
        raise refusal("actions", "must have at least 1 item", 0)
    for action in actions:
        if is_unresolved(action):
            continue
        if "*" in action or "?" in action:
            fix = "name each action, or use read(...), update(...) or cancel_executions(...)"
            raise refusal("actions", "must not have wildcards", repr(action), fix)
        if not ACTION.fullmatch(action):
            raise refusal("actions", "must be like ssm:GetMaintenanceWindow", repr(action))
        if action in READ_EVERY_WINDOW:
            rule = "must support resource-level permissions for windows"
            raise refusal("actions", rule, action, "use read(...), which grants it for all windows")


def _grant(grantee: iam.IGrantable, actions: Sequence[str], arns: Sequence[str]) -> iam.Grant:
    grant = iam.Grant.add_to_principal(grantee=grantee, actions=list(actions), resource_arns=list(arns))
    if not grant.success:
        fix = "a maintenance window has no resource policy for other principals"
        raise refusal("grantee", "must have a policy, as a role does", shown(grantee), fix)
    return grant


def _arn(window: IMaintenanceWindowRef, window_id: str) -> str:
    """Return the ARN of a window in its own account and Region, where the grantee may not be."""
    environment = window.env
    return Stack.of(window).format_arn(
        service="ssm",
        account=environment.account,
        region=environment.region,
        resource="maintenancewindow",
        resource_name=window_id,
    )
