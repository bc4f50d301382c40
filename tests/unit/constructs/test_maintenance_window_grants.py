"""Permissions for maintenance windows: the statements of the policies, and what is invalid."""

from collections.abc import Callable
from datetime import date
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Template

from patching_constructs import (
    MaintenanceWindow,
    MaintenanceWindowGrants,
    PatchFreeze,
    PatchFreezes,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
)
from patching_constructs.ssm import window_actions
from tests.refusals import refused, untyped

pytestmark = pytest.mark.proves("MaintenanceWindowGrants", "unit")

WINDOW = "mw-0123456789abcdef0"
BERLIN = "Europe/Berlin"
CHRISTMAS = PatchFreeze(date(2026, 12, 18), date(2027, 1, 4), "Christmas", time_zone=BERLIN)
OF_WINDOW = [
    "ssm:DescribeMaintenanceWindowExecutions",
    "ssm:DescribeMaintenanceWindowTargets",
    "ssm:DescribeMaintenanceWindowTasks",
    "ssm:GetMaintenanceWindow",
    "ssm:GetMaintenanceWindowTask",
]
OF_EVERY_WINDOW = [
    "ssm:DescribeMaintenanceWindowExecutionTaskInvocations",
    "ssm:DescribeMaintenanceWindowExecutionTasks",
    "ssm:DescribeMaintenanceWindowSchedule",
    "ssm:DescribeMaintenanceWindows",
    "ssm:GetMaintenanceWindowExecution",
    "ssm:GetMaintenanceWindowExecutionTask",
    "ssm:GetMaintenanceWindowExecutionTaskInvocation",
]


@pytest.fixture
def stack() -> cdk.Stack:
    environment = cdk.Environment(account="111111111111", region="eu-central-1")
    return cdk.Stack(cdk.App(), "Stack", env=environment)


def role(scope: cdk.Stack) -> iam.Role:
    return iam.Role(scope, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))


def schedule(scope: cdk.Stack, **properties: Any) -> PatchSchedule:
    daily = ScheduleExpression.daily(hour=4, time_zone=BERLIN)
    web = PatchTarget.patch_group("web")
    return PatchSchedule(
        scope,
        "Install",
        schedule=daily,
        targets=[web],
        operation=PatchOperation.INSTALL,
        window_name="web",
        **properties,
    )


def grants(scope: cdk.Stack) -> MaintenanceWindowGrants:
    return MaintenanceWindow.from_maintenance_window_id(scope, "Window", WINDOW).grants


def statements(stack: cdk.Stack) -> list[dict[str, Any]]:
    """Return the statements of all policies of a stack."""
    policies = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
    return [each for policy in policies for each in policy["Properties"]["PolicyDocument"]["Statement"]]


def arn(window_id: Any, *, region: str = "eu-central-1") -> dict[str, Any]:
    here = f":ssm:{region}:111111111111:maintenancewindow/"
    text = [f"{here}{window_id}"] if isinstance(window_id, str) else [here, window_id]
    return {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, *text]]}


# --- What is granted ----------------------------------------------------------------------------------


def test_reading_is_granted_for_the_window_as_far_as_aws_supports_it(stack: cdk.Stack) -> None:
    grant = grants(stack).read(role(stack))
    assert grant.success
    assert statements(stack) == [
        {"Action": OF_WINDOW, "Effect": "Allow", "Resource": arn(WINDOW)},
        {"Action": OF_EVERY_WINDOW, "Effect": "Allow", "Resource": "*"},
    ]


@pytest.mark.parametrize(
    ("make", "action"),
    [
        (lambda made, grantee: made.update(grantee), "ssm:UpdateMaintenanceWindow"),
        (lambda made, grantee: made.cancel_executions(grantee), "ssm:CancelMaintenanceWindowExecution"),
        (
            lambda made, grantee: made.actions(grantee, ["ssm:RegisterTaskWithMaintenanceWindow"]),
            "ssm:RegisterTaskWithMaintenanceWindow",
        ),
    ],
)
def test_an_action_is_granted_for_the_window(
    make: Callable[[MaintenanceWindowGrants, iam.Role], iam.Grant], action: str, stack: cdk.Stack
) -> None:
    assert make(grants(stack), role(stack)).success
    assert statements(stack) == [{"Action": action, "Effect": "Allow", "Resource": arn(WINDOW)}]


def test_all_windows_of_a_schedule_are_granted_also_those_that_a_freeze_adds(stack: cdk.Stack) -> None:
    made = schedule(stack)
    made.grants.update(role(stack))
    PatchFreezes.of(stack).add(CHRISTMAS)
    assert [each["Resource"] for each in statements(stack)] == [
        arn(stack.resolve(id_)) for id_ in made.maintenance_window_ids
    ]


def test_one_statement_grants_several_windows(stack: cdk.Stack) -> None:
    made = schedule(stack, freezes=[CHRISTMAS])
    imported = MaintenanceWindow.from_maintenance_window_id(stack, "Window", WINDOW)
    MaintenanceWindowGrants.from_maintenance_windows([made, imported]).update(role(stack))
    (statement,) = statements(stack)
    assert statement["Resource"] == [*(arn(stack.resolve(id_)) for id_ in made.maintenance_window_ids), arn(WINDOW)]


def test_an_l1_construct_is_one_window(stack: cdk.Stack) -> None:
    made = schedule(stack)
    MaintenanceWindowGrants.from_maintenance_window(made.window).update(role(stack))
    (statement,) = statements(stack)
    assert statement["Resource"] == arn(stack.resolve(made.maintenance_window_id))


def test_a_role_in_another_region_gets_the_arn_of_the_window() -> None:
    app = cdk.App()
    frankfurt, virginia = (
        cdk.Stack(app, region, env=cdk.Environment(account="111111111111", region=region))
        for region in ("eu-central-1", "us-east-1")
    )
    grants(frankfurt).update(role(virginia))
    (statement,) = statements(virginia)
    assert statement["Resource"] == arn(WINDOW)


def test_a_token_is_an_action(stack: cdk.Stack) -> None:
    action = cdk.CfnParameter(stack, "Action").value_as_string
    grants(stack).actions(role(stack), [action])
    (statement,) = statements(stack)
    assert statement["Action"] == {"Ref": "Action"}


def test_an_immutable_role_is_not_changed(stack: cdk.Stack) -> None:
    imported = iam.Role.from_role_arn(stack, "Theirs", "arn:aws:iam::111111111111:role/theirs", mutable=False)
    assert grants(stack).update(imported).success
    assert not statements(stack)


def test_all_actions_are_operations_of_systems_manager() -> None:
    session = pytest.importorskip("botocore.session", reason="the tests with the oldest CDK install no botocore")
    operations = session.get_session().get_service_model("ssm").operation_names
    granted = (
        *window_actions.READ,
        *window_actions.READ_EVERY_WINDOW,
        *window_actions.UPDATE,
        *window_actions.CANCEL,
    )
    assert {action.removeprefix("ssm:") for action in granted} <= set(operations)


# --- What is invalid ----------------------------------------------------------------------------------


def test_a_grantee_is_not_its_name(stack: cdk.Stack) -> None:
    made = grants(stack)
    assert refused(lambda: made.read(untyped("role"))) == (
        "grantee must be an IGrantable, such as a role, got 'role' [Stack/Window]"
    )


def test_a_principal_without_a_policy_cannot_be_granted_anything(stack: cdk.Stack) -> None:
    made = grants(stack)
    assert refused(lambda: made.update(iam.ServicePrincipal("lambda.amazonaws.com"))) == (
        "grantee must have a policy, as a role does, got an object of type ServicePrincipal; "
        "a maintenance window has no resource policy for other principals [Stack/Window]"
    )


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        ([], "actions must have at least 1 item, got 0"),
        (
            "ssm:GetMaintenanceWindow",
            "actions must be a list of strings, got 'ssm:GetMaintenanceWindow'; wrap it in [...]",
        ),
        (["GetMaintenanceWindow"], "actions must be like ssm:GetMaintenanceWindow, got 'GetMaintenanceWindow'"),
        (
            ["ssm:UpdateMaintenanceWindow", "ssm:*"],
            "actions must not have wildcards, got 'ssm:*'; name each action, or use read(...), update(...) or "
            "cancel_executions(...)",
        ),
        (
            ["ssm:GetMaintenanceWindo?"],
            "actions must not have wildcards, got 'ssm:GetMaintenanceWindo?'; name each action, or use read(...), "
            "update(...) or cancel_executions(...)",
        ),
        (
            ["ssm:GetMaintenanceWindowExecution"],
            "actions must support resource-level permissions for windows, got ssm:GetMaintenanceWindowExecution; "
            "use read(...), which grants it for all windows",
        ),
    ],
)
def test_an_action_without_effect_is_invalid(actions: Any, message: str, stack: cdk.Stack) -> None:
    made, grantee = grants(stack), role(stack)
    assert refused(lambda: made.actions(grantee, actions)) == f"{message} [Stack/Window]"
    assert not statements(stack)
