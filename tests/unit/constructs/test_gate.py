"""A schedule with a gate: its runbook, its roles, and what it refuses and warns about."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_ssm as ssm
from aws_cdk.assertions import Annotations, Match, Template

from patching_constructs import (
    CalendarType,
    ChangeCalendar,
    CommandNotification,
    CommandOutput,
    CutoffBehavior,
    DayOfWeek,
    InstallOverrideList,
    MaintenanceWindow,
    NotificationEvent,
    OverridePatch,
    PatchGate,
    PatchHooks,
    PatchingError,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    RateControl,
    RebootOption,
    ScheduleExpression,
    TaskType,
    WindowTask,
)

pytestmark = pytest.mark.proves("PatchGate", "unit")

MONTHLY = ScheduleExpression.patch_tuesday(days_after=7, hour=4, time_zone="Europe/Berlin")
BEFORE = "mw-0123456789abcdef0"
FREEZES = PatchGate(calendars=["freezes"])
DOCUMENT = "AWS::SSM::Document"
TASK = "AWS::SSM::MaintenanceWindowTask"


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def before(scope: cdk.Stack) -> Any:
    return MaintenanceWindow.from_maintenance_window_id(scope, "Before", BEFORE)


def patch_schedule(scope: cdk.Stack, name: str = "Schedule", **properties: Any) -> PatchSchedule:
    minimal: dict[str, Any] = {
        "schedule": MONTHLY,
        "operation": PatchOperation.INSTALL,
        "targets": [PatchTarget.patch_group("web")],
        "gate": FREEZES,
    }
    return PatchSchedule(scope, name, **minimal | properties)


def properties_of(template: Template, kind: str) -> dict[str, Any]:
    (resource,) = template.find_resources(kind).values()
    found: dict[str, Any] = resource["Properties"]
    return found


def steps_of(template: Template) -> dict[str, dict[str, Any]]:
    (document,) = template.find_resources(DOCUMENT, {"Properties": {"DocumentType": "Automation"}}).values()
    return {step["name"]: step for step in document["Properties"]["Content"]["mainSteps"]}


def command_of(scope: cdk.Stack) -> dict[str, Any]:
    found: dict[str, Any] = steps_of(Template.from_stack(scope))["Patch"]["inputs"]
    return found


def input_of(scope: cdk.Stack) -> dict[str, Any]:
    found: dict[str, Any] = steps_of(Template.from_stack(scope))["Decide"]["inputs"]["InputPayload"]
    return found


def statements_of(scope: cdk.Stack, role: iam.Role | None) -> Mapping[str, Any]:
    """Return the resources of the actions that a role is allowed, with the actions as one text."""
    assert role is not None
    found = Template.from_stack(scope).find_resources("AWS::IAM::Role")[scope.get_logical_id(role.node.default_child)]  # type: ignore[arg-type]
    (policy,) = found["Properties"]["Policies"]
    return {
        ", ".join([each["Action"]] if isinstance(each["Action"], str) else each["Action"]): _arns(each["Resource"])
        for each in policy["PolicyDocument"]["Statement"]
    }


def _arns(resources: Any) -> list[str]:
    listed = resources if isinstance(resources, list) else [resources]
    return ["".join(map(_part, each["Fn::Join"][1])) if "Fn::Join" in each else _part(each) for each in listed]


def _part(part: Any) -> str:
    if isinstance(part, str):
        return part
    return f"<{part['Ref']}>" if "Ref" in part else json.dumps(part)


# --- The runbook --------------------------------------------------------------------------------------


def test_the_task_of_the_window_starts_the_runbook(stack: cdk.Stack) -> None:
    schedule = patch_schedule(stack)
    template = Template.from_stack(stack)
    assert schedule.gate_document is not None
    assert schedule.gate_role is not None
    task = properties_of(template, TASK)
    assert task["TaskType"] == "AUTOMATION"
    assert task["TaskArn"] == stack.resolve(schedule.gate_document.ref)
    assert task["CutoffBehavior"] == "CANCEL_TASK"
    assert task["TaskInvocationParameters"] == {
        "MaintenanceWindowAutomationParameters": {
            "Parameters": {
                "WindowId": ["{{WINDOW_ID}}"],
                "WindowExecutionId": ["{{WINDOW_EXECUTION_ID}}"],
                "AutomationAssumeRole": [stack.resolve(schedule.gate_role.role_arn)],
            }
        }
    }
    assert not {"Targets", "MaxConcurrency", "MaxErrors"} & task.keys()
    document = properties_of(template, DOCUMENT)
    assert (document["DocumentType"], document["DocumentFormat"], document["UpdateMethod"]) == (
        "Automation",
        "YAML",
        "NewVersion",
    )
    template.resource_count_is("AWS::SSM::MaintenanceWindowTarget", 1)


def test_the_patch_step_sends_what_the_task_would_send(stack: cdk.Stack) -> None:
    options: dict[str, Any] = {
        "reboot_option": RebootOption.NO_REBOOT,
        "max_concurrency": RateControl.count(2),
        "max_errors": RateControl.percentage(5),
        "comment": "monthly",
        "document_version": "$LATEST",
        "start_timeout": timedelta(minutes=30),
        "execution_timeout": timedelta(hours=2),
        "targets": [PatchTarget.patch_group("web").and_tag("Stage", "prod", "live")],
        "output": CommandOutput(
            bucket=s3.Bucket(stack, "Bucket"), key_prefix="web", log_group=logs.LogGroup(stack, "Log")
        ),
        "notification": CommandNotification(topic=sns.Topic(stack, "Topic"), events=(NotificationEvent.FAILED,)),
    }
    gated = patch_schedule(stack, **options)
    other = cdk.Stack(cdk.App(), "Other")
    options |= {
        "output": CommandOutput(
            bucket=s3.Bucket(other, "Bucket"), key_prefix="web", log_group=logs.LogGroup(other, "Log")
        ),
        "notification": CommandNotification(topic=sns.Topic(other, "Topic"), events=(NotificationEvent.FAILED,)),
    }
    patch_schedule(other, gate=None, **options)
    template = Template.from_stack(other)
    task, target = properties_of(template, TASK), properties_of(template, "AWS::SSM::MaintenanceWindowTarget")
    expected = task["TaskInvocationParameters"]["MaintenanceWindowRunCommandParameters"]
    command = command_of(stack)
    assert command.pop("DocumentName") == task["TaskArn"]
    assert command.pop("MaxConcurrency") == task["MaxConcurrency"]
    assert command.pop("MaxErrors") == task["MaxErrors"]
    assert command.pop("Targets") == target["Targets"]
    assert command["Parameters"].pop("SnapshotId") == ["{{automation:EXECUTION_ID}}"]
    assert command == expected
    assert gated.notification_role is not None


@pytest.mark.parametrize(
    "properties",
    [
        {"hooks": PatchHooks(pre_install="Drain")},
        {"install_override_list": "s3://bucket/list.yaml"},
        {"operation": PatchOperation.SCAN, "baseline_override": "s3://bucket/baselines.json"},
        {"targets": [PatchTarget.instance_ids("i-0123456789abcdef0")]},
        {"targets": [PatchTarget.resource_group("web")]},
    ],
    ids=str,
)
def test_every_command_can_be_gated(properties: dict[str, Any], stack: cdk.Stack) -> None:
    schedule = patch_schedule(stack, **properties)
    other = cdk.Stack(cdk.App(), "Other")
    patch_schedule(other, gate=None, **properties)
    task = properties_of(Template.from_stack(other), TASK)
    command = command_of(stack)
    document = command["DocumentName"]
    assert document == task["TaskArn"]
    given = task["TaskInvocationParameters"]["MaintenanceWindowRunCommandParameters"]["Parameters"]
    assert command["Parameters"] == given | {"SnapshotId": ["{{automation:EXECUTION_ID}}"]}
    allowed = statements_of(stack, schedule.gate_role)["ssm:SendCommand"]
    assert allowed[0] == f"arn:<AWS::Partition>:ssm:<AWS::Region>::document/{document}"
    assert steps_of(Template.from_stack(stack))["Finish"]["inputs"]["InputPayload"]["DocumentName"] == document


def test_an_override_list_of_the_app(stack: cdk.Stack) -> None:
    override = InstallOverrideList.from_patches(stack, "List", patches=[OverridePatch(id="kernel.x86_64")])
    patch_schedule(stack, install_override_list=override)
    assert "Fn::Sub" in command_of(stack)["Parameters"]["InstallOverrideList"][0]


# --- The conditions -----------------------------------------------------------------------------------


def test_the_conditions_are_the_input_of_the_decision(stack: cdk.Stack) -> None:
    calendar = ssm.CfnDocument(stack, "Calendar", content={}, document_type="ChangeCalendar", document_format="TEXT")
    gate = PatchGate(
        after=before(stack),
        bake_time=cdk.Duration.days(2),
        max_age=timedelta(days=21),
        max_failed=1,
        max_pending_reboots=2,
        calendars=["freezes", calendar],
        start_within=timedelta(minutes=30),
    )
    schedule = patch_schedule(stack, gate=gate, duration=timedelta(hours=5), cutoff=timedelta(hours=2))
    assert input_of(stack) == {
        "WindowId": "{{ WindowId }}",
        "WindowExecutionId": "{{ WindowExecutionId }}",
        "OwnWindowIds": [stack.resolve(schedule.maintenance_window_id)],
        "StartWithinSeconds": 1800,
        "LongestRunSeconds": 9000,
        "Calendars": ["freezes", stack.resolve(calendar.ref)],
        "AfterWindowIds": [BEFORE],
        "BakeTimeSeconds": 172800,
        "MaxAgeSeconds": 1814400,
        "MaxFailed": 1,
        "MaxPendingReboots": 2,
        "Operation": "Install",
    }
    assert steps_of(Template.from_stack(stack))["Patch"]["timeoutSeconds"] == 9000


def test_a_change_calendar_of_the_app(stack: cdk.Stack) -> None:
    calendar = ChangeCalendar(stack, "Calendar", calendar_type=CalendarType.DEFAULT_OPEN)
    imported = ChangeCalendar.from_calendar_name(stack, "Imported", "freezes")
    schedule = patch_schedule(stack, gate=PatchGate(calendars=[calendar, imported]))
    name = stack.resolve(calendar.calendar_name)
    assert input_of(stack)["Calendars"] == [name, "freezes"]
    here = "arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:document"
    allowed = statements_of(stack, schedule.gate_role)["ssm:GetCalendarState"]
    assert allowed == [f"{here}/<{name['Ref']}>", f"{here}/freezes"]


@pytest.mark.parametrize(("given", "kind"), [(None, "Command"), ("Automation", "Automation")], ids=["default", "given"])
def test_a_document_of_another_type_is_no_calendar(given: str | None, kind: str, stack: cdk.Stack) -> None:
    document = ssm.CfnDocument(stack, "Document", content={"schemaVersion": "2.2"}, document_type=given)
    rule = "PatchGate calendars must be documents of type ChangeCalendar"
    with pytest.raises(PatchingError) as refused:
        PatchGate(calendars=[document])
    assert str(refused.value) == f"{rule}, got the type {kind}; pass a ChangeCalendar"


def test_the_defaults(stack: cdk.Stack) -> None:
    patch_schedule(stack, gate=PatchGate(after=before(stack)))
    given = input_of(stack)
    assert {name: given[name] for name in ("BakeTimeSeconds", "MaxFailed", "MaxPendingReboots", "Calendars")} == {
        "BakeTimeSeconds": 0,
        "MaxFailed": 0,
        "MaxPendingReboots": 0,
        "Calendars": [],
    }
    assert (given["StartWithinSeconds"], given["LongestRunSeconds"]) == (900, 9900)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        # The third Tuesdays are four or five weeks apart, once an hour less because of daylight saving.
        (MONTHLY, timedelta(days=28) - timedelta(hours=1)),
        (ScheduleExpression.patch_tuesday(days_after=7, hour=4), timedelta(days=28)),
        (ScheduleExpression.monthly(day=1, hour=4), timedelta(days=28)),
        (ScheduleExpression.weekly(DayOfWeek.TUESDAY, DayOfWeek.FRIDAY, hour=4), timedelta(days=3)),
        (ScheduleExpression.daily(hour=4), timedelta(days=1)),
        (ScheduleExpression.rate(days=14), timedelta(days=14)),
    ],
    ids=str,
)
def test_a_success_of_an_earlier_period_is_too_old(
    schedule: ScheduleExpression, expected: timedelta, stack: cdk.Stack
) -> None:
    patch_schedule(stack, schedule=schedule, gate=PatchGate(after=before(stack)))
    assert input_of(stack)["MaxAgeSeconds"] == expected.total_seconds()


def test_tokens(stack: cdk.Stack) -> None:
    failed = cdk.CfnParameter(stack, "Failed", type="Number")
    bake = cdk.CfnParameter(stack, "Bake", type="Number")
    operation, calendar = cdk.CfnParameter(stack, "Operation"), cdk.CfnParameter(stack, "Calendar")
    gate = PatchGate(
        after=before(stack),
        bake_time=cdk.Duration.seconds(bake.value_as_number),
        max_failed=failed.value_as_number,
        calendars=[calendar.value_as_string],
    )
    schedule = patch_schedule(stack, gate=gate, operation=operation.value_as_string)
    given = input_of(stack)
    assert given["MaxFailed"] == {"Ref": "Failed"}
    assert given["BakeTimeSeconds"] == {"Ref": "Bake"}
    assert given["Calendars"] == [{"Ref": "Calendar"}]
    assert given["Operation"] == {"Ref": "Operation"}
    assert command_of(stack)["Parameters"]["Operation"] == [{"Ref": "Operation"}]
    allowed = statements_of(stack, schedule.gate_role)["ssm:GetCalendarState"]
    assert allowed == ["arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:document/<Calendar>"]


def test_a_window_of_another_stack() -> None:
    app = cdk.App()
    first, second = cdk.Stack(app, "First"), cdk.Stack(app, "Second")
    earlier = patch_schedule(first, gate=None)
    patch_schedule(second, gate=PatchGate(after=earlier))
    app.synth()
    (imported,) = input_of(second)["AfterWindowIds"]
    assert imported["Fn::ImportValue"].startswith("First:")


@pytest.mark.parametrize(
    ("before", "own", "message"),
    [
        (
            ("111122223333", "eu-central-1"),
            ("111122223333", "us-east-1"),
            "Region of the schedule, us-east-1, got eu-central-1",
        ),
        (
            ("111122223333", "eu-central-1"),
            ("444455556666", "eu-central-1"),
            "account of the schedule, 444455556666, got 111122223333",
        ),
    ],
)
def test_a_window_of_another_account_or_region(before: tuple[str, str], own: tuple[str, str], message: str) -> None:
    app = cdk.App()
    first, second = (
        cdk.Stack(app, name, env=cdk.Environment(account=account, region=region))
        for name, (account, region) in (("First", before), ("Second", own))
    )
    fix = "use a window of the same account and Region"
    earlier = patch_schedule(first, gate=None)
    with pytest.raises(PatchingError) as refused:
        patch_schedule(second, gate=PatchGate(after=earlier))
    assert str(refused.value) == f"PatchGate after must be in the {message}; {fix} [Second/Schedule]"
    patch_schedule(first, "Gated", gate=PatchGate(after=earlier))


# --- Roles --------------------------------------------------------------------------------------------


def test_the_role_of_the_runbook_is_allowed_what_it_requires(stack: cdk.Stack) -> None:
    shared = "arn:aws:ssm:eu-central-1:111122223333:document/shared"
    schedule = patch_schedule(stack, gate=PatchGate(after=before(stack), calendars=["freezes", shared]))
    here = "arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>"
    window = stack.resolve(schedule.maintenance_window_id)["Ref"]
    nodes = "arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>:instance/*"
    assert statements_of(stack, schedule.gate_role) == {
        "ssm:GetCalendarState": [
            f"{here}:document/freezes",
            shared,
        ],
        "ssm:DescribeMaintenanceWindowExecutions": [
            f"{here}:maintenancewindow/<{window}>",
            f"{here}:maintenancewindow/{BEFORE}",
        ],
        "ssm:DescribeInstancePatchStates, ssm:DescribeMaintenanceWindowExecutionTaskInvocations, "
        "ssm:DescribeMaintenanceWindowExecutionTasks": ["*"],
        "ssm:SendCommand": [
            "arn:<AWS::Partition>:ssm:<AWS::Region>::document/AWS-RunPatchBaseline",
            nodes,
            f"{here}:managed-instance/*",
        ],
        "ssm:CancelCommand, ssm:GetCommandInvocation, ssm:ListCommandInvocations, ssm:ListCommands, "
        "resource-groups:ListGroupResources, resource-groups:ListGroups, tag:GetResources": ["*"],
    }


def test_without_a_window_before_it_reads_none(stack: cdk.Stack) -> None:
    statements = statements_of(stack, patch_schedule(stack).gate_role)
    assert not any("DescribeInstancePatchStates" in actions for actions in statements)
    without = cdk.Stack(cdk.App(), "Without")
    statements = statements_of(without, patch_schedule(without, gate=PatchGate(after=before(without))).gate_role)
    assert "ssm:GetCalendarState" not in statements


def test_the_role_of_the_task_starts_only_this_runbook(stack: cdk.Stack) -> None:
    schedule = patch_schedule(stack)
    assert schedule.task_role is schedule.task_roles[TaskType.AUTOMATION]
    statements = statements_of(stack, schedule.task_role)
    assert set(statements) == {"ssm:StartAutomationExecution", "ssm:GetAutomationExecution", "iam:PassRole"}
    assert "GateDocument" in statements["ssm:StartAutomationExecution"][0]
    assert "GateRole" in statements["iam:PassRole"][0]


def test_a_given_role_may_pass_the_role_of_the_runbook(stack: cdk.Stack) -> None:
    role = iam.Role(stack, "Own", assumed_by=iam.ServicePrincipal("ssm.amazonaws.com"))
    schedule = patch_schedule(stack, role=role)
    assert schedule.task_role is None
    template = Template.from_stack(stack)
    assert properties_of(template, TASK)["ServiceRoleArn"] == stack.resolve(role.role_arn)
    policies = template.find_resources("AWS::IAM::Policy").values()
    statements = [each for policy in policies for each in policy["Properties"]["PolicyDocument"]["Statement"]]
    start, _, statement = sorted(statements, key=lambda each: str(each["Action"]), reverse=True)
    assert start["Action"] == "ssm:StartAutomationExecution"
    assert "GateDocument" in str(start["Resource"])
    assert statement["Action"] == "iam:PassRole"
    assert schedule.gate_role is not None
    assert statement["Resource"] == stack.resolve(schedule.gate_role.role_arn)


def test_a_notification_is_published_by_a_role_that_the_runbook_passes(stack: cdk.Stack) -> None:
    schedule = patch_schedule(stack, notification=CommandNotification(topic=sns.Topic(stack, "Topic")))
    assert schedule.notification_role is not None
    arn = stack.resolve(schedule.notification_role.role_arn)
    assert command_of(stack)["ServiceRoleArn"] == arn
    assert json.loads(statements_of(stack, schedule.gate_role)["iam:PassRole"][0]) == arn
    template = Template.from_stack(stack)
    (document,) = template.find_resources(DOCUMENT).values()
    (policy,) = template.find_resources("AWS::IAM::Policy")
    assert document["DependsOn"] == [policy]


def test_a_given_publisher_is_not_created(stack: cdk.Stack) -> None:
    role = iam.Role(stack, "Publisher", assumed_by=iam.ServicePrincipal("ssm.amazonaws.com"))
    notification = CommandNotification(topic=sns.Topic(stack, "Topic"), role=role)
    schedule = patch_schedule(stack, notification=notification)
    assert schedule.notification_role is None
    assert command_of(stack)["ServiceRoleArn"] == stack.resolve(role.role_arn)


# --- Other properties ---------------------------------------------------------------------------------


def test_without_a_gate_there_is_none(stack: cdk.Stack) -> None:
    schedule = patch_schedule(stack, gate=None)
    assert (schedule.gate_document, schedule.gate_role) == (None, None)
    Template.from_stack(stack).resource_count_is(DOCUMENT, 0)


def test_a_frozen_schedule_keeps_its_runbook_and_roles(stack: cdk.Stack) -> None:
    schedule = patch_schedule(stack, enabled=False)
    template = Template.from_stack(stack)
    template.resource_count_is(TASK, 0)
    template.resource_count_is(DOCUMENT, 1)
    assert schedule.task is None
    assert schedule.gate_role is not None


def test_a_gate_does_not_change_the_other_logical_ids(stack: cdk.Stack) -> None:
    patch_schedule(stack)
    without = cdk.Stack(cdk.App(), "Stack")
    patch_schedule(without, gate=None)
    gated = Template.from_stack(stack).to_json()["Resources"]
    assert Template.from_stack(without).to_json()["Resources"].keys() < gated.keys()


def test_other_tasks_run_on_the_targets_of_the_window(stack: cdk.Stack) -> None:
    patch_schedule(stack, after=[WindowTask.shell_script("uptime")])
    tasks = Template.from_stack(stack).find_resources(TASK).values()
    assert {task["Properties"]["TaskType"]: "Targets" in task["Properties"] for task in tasks} == {
        "AUTOMATION": False,
        "RUN_COMMAND": True,
    }


# --- What is invalid ----------------------------------------------------------------------------------

AT = ScheduleExpression.at(datetime(2027, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        (
            {"after": "mw-1"},
            "PatchGate after must be an IMaintenanceWindowRef, got 'mw-1'; pass a PatchSchedule, or use "
            "MaintenanceWindow.from_maintenance_window_id(...)",
        ),
        (
            {"calendars": "freezes"},
            "PatchGate calendars must be a list of strings or IDocumentRef, got 'freezes'; "
            "pass a ChangeCalendar, or the name or ARN of a calendar",
        ),
        ({"calendars": ["a b"]}, "PatchGate calendars must be the names or ARNs of change calendars, got 'a b'"),
        (
            {"calendars": [7]},
            "PatchGate calendars must be an IDocumentRef, got 7; pass a ChangeCalendar, or the name or ARN of a "
            "calendar",
        ),
        (
            {"calendars": ["freezes"], "bake_time": timedelta(days=1)},
            "PatchGate bake_time requires after, got datetime.timedelta(days=1); set after, or in a rollout "
            "bake_time of the ring",
        ),
        (
            {"calendars": ["freezes"], "max_failed": -1},
            "PatchGate max_failed must be a whole number of at least 0, got -1",
        ),
        (
            {"calendars": ["freezes"], "start_within": timedelta(seconds=5)},
            "PatchGate start_within must be from 1 min to 12 h, in whole seconds, got 5 s",
        ),
        (
            {"calendars": ["freezes"], "start_within": timedelta(days=1)},
            "PatchGate start_within must be from 1 min to 12 h, in whole seconds, got 1 day",
        ),
    ],
)
def test_an_invalid_gate_is_refused(properties: dict[str, Any], message: str) -> None:
    with pytest.raises(PatchingError) as refused:
        PatchGate(**properties)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({}, "PatchGate requires after, calendars, or both, got neither"),
        ({"max_failed": 1}, "PatchGate requires after, calendars, or both, got neither"),
        (
            {"calendars": ["freezes"], "max_age": timedelta(days=1)},
            "PatchGate max_age requires after, got datetime.timedelta(days=1); set after",
        ),
        ({"calendars": ["freezes"], "max_failed": 1}, "PatchGate max_failed requires after, got 1; set after"),
        (
            {"calendars": ["freezes"], "max_pending_reboots": 1},
            "PatchGate max_pending_reboots requires after, got 1; set after",
        ),
    ],
)
def test_the_gate_of_a_schedule_has_a_condition(properties: dict[str, Any], message: str, stack: cdk.Stack) -> None:
    with pytest.raises(PatchingError) as refused:
        patch_schedule(stack, gate=PatchGate(**properties))
    assert str(refused.value) == f"{message} [Stack/Schedule]"
    assert stack.node.try_find_child("Schedule") is None


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"bake_time": timedelta(days=40)}, "bake_time must be from 0 s to 31 days, in whole seconds, got 40 days"),
        ({"max_age": timedelta(seconds=90.5)}, "max_age must be from 1 s to 366 days, in whole seconds, got 90.5 s"),
    ],
)
def test_a_length_has_the_units_of_the_documentation(
    properties: dict[str, Any], message: str, stack: cdk.Stack
) -> None:
    with pytest.raises(PatchingError) as refused:
        PatchGate(after=before(stack), **properties)
    assert str(refused.value) == f"PatchGate {message}"


@pytest.mark.parametrize(
    ("gate", "properties", "message"),
    [
        (
            {},
            {"schedule": AT},
            "PatchGate max_age is required with a schedule that is a token, or that has only one execution, "
            "got 'at(2027-01-01T00:00:00)'; set max_age",
        ),
        (
            {"bake_time": timedelta(days=28)},
            {},
            "PatchGate bake_time must be shorter than the time between two executions, the default of max_age, so that "
            "a success can be old enough, got bake_time=28 days, 0:00:00, max_age=27 days, 23:00:00",
        ),
        (
            {"bake_time": timedelta(days=8), "max_age": timedelta(days=7)},
            {},
            "PatchGate bake_time must be shorter than max_age, so that a success can be old enough, got "
            "bake_time=8 days, 0:00:00, max_age=7 days, 0:00:00",
        ),
        (
            {"start_within": timedelta(hours=3)},
            {},
            "PatchGate start_within must be shorter than the time from the start of the window to its "
            "cutoff, got 3:00:00 with duration=4 h, cutoff=1 h",
        ),
        (
            {},
            {"targets": [PatchTarget.patch_group("web"), PatchTarget.patch_group("db")]},
            "targets must have exactly 1 item with a gate, whose runbook sends one command, got 2; select "
            "the nodes by one tag with several values, or create a schedule for each target",
        ),
        (
            {},
            {"cutoff_behavior": CutoffBehavior.CONTINUE_TASK},
            "cutoff_behavior must not be CONTINUE_TASK with a gate, whose runbook cancels the patching at the cutoff, "
            "got CONTINUE_TASK; leave it out",
        ),
        (
            {},
            {"comment": "by {{WINDOW_ID}}"},
            "comment must not contain {{ with a gate, because Automation would replace it, got 'by {{WINDOW_ID}}'",
        ),
        (
            {},
            {"targets": [PatchTarget.tag("Env", "{{x}}")]},
            "targets must not contain {{ with a gate, because Automation would replace it, got '{{x}}'",
        ),
    ],
)
def test_what_a_schedule_with_a_gate_cannot_have(
    gate: dict[str, Any], properties: dict[str, Any], message: str, stack: cdk.Stack
) -> None:
    given = PatchGate(after=before(stack), **gate)
    with pytest.raises(PatchingError) as refused:
        patch_schedule(stack, gate=given, **properties)
    assert str(refused.value) == f"{message} [Stack/Schedule]"
    assert stack.node.try_find_child("Schedule") is None


def test_texts_of_the_output_must_not_be_replaced(stack: cdk.Stack) -> None:
    output = CommandOutput(bucket=s3.Bucket(stack, "Bucket"), key_prefix="{{x}}")
    with pytest.raises(PatchingError, match=r"^CommandOutput key_prefix must not contain \{\{ with a gate"):
        patch_schedule(stack, output=output)


@pytest.mark.parametrize("name", ["duration", "cutoff"])
def test_the_times_of_the_window_must_be_known(name: str, stack: cdk.Stack) -> None:
    hours: dict[str, Any] = {name: cdk.Duration.hours(cdk.CfnParameter(stack, "Hours", type="Number").value_as_number)}
    rule = "must be known at synthesis with a gate, because it determines the timeout of the runbook"
    with pytest.raises(PatchingError) as refused:
        patch_schedule(stack, **hours)
    assert str(refused.value) == f"{name} {rule}, got a token [Stack/Schedule]"


def test_the_schedule_must_be_known_without_max_age(stack: cdk.Stack) -> None:
    parameter = cdk.CfnParameter(stack, "Cron")
    schedule = ScheduleExpression.expression(parameter.value_as_string)
    with pytest.raises(PatchingError, match=r"^PatchGate max_age is required .*, got a token; set max_age"):
        patch_schedule(stack, schedule=schedule, gate=PatchGate(after=before(stack)))
    patch_schedule(stack, "OnlyCalendars", schedule=schedule)
    known = PatchGate(after=before(cdk.Stack(cdk.App(), "Other")), max_age=timedelta(days=28))
    patch_schedule(stack, "WithMaxAge", schedule=schedule, gate=known)


def test_another_value_than_a_gate(stack: cdk.Stack) -> None:
    fix = "write PatchGate(after=...) or PatchGate(calendars=[...])"
    with pytest.raises(PatchingError) as refused:
        patch_schedule(stack, gate="freezes")
    assert str(refused.value) == f"gate must be a PatchGate, got 'freezes'; {fix} [Stack/Schedule]"


def test_no_second_target_can_be_added(stack: cdk.Stack) -> None:
    schedule = patch_schedule(stack)
    with pytest.raises(PatchingError, match=r"^targets must have exactly 1 item with a gate.*\[Stack/Schedule\]$"):
        schedule.add_target(PatchTarget.patch_group("db"))
    without = patch_schedule(stack, "Without", gate=None)
    without.add_target(PatchTarget.patch_group("db"))
    assert len(without.window_targets) == 2


@pytest.mark.parametrize("name", ["GateDocument", "GateRole"])
def test_no_task_takes_the_id_of_a_part_of_the_gate(name: str, stack: cdk.Stack) -> None:
    with pytest.raises(PatchingError, match="id of a task must not be that of another construct of the window"):
        patch_schedule(stack, after=[WindowTask.scan().with_options(id=name)])


# --- Warnings -----------------------------------------------------------------------------------------


def warnings(scope: cdk.Stack) -> list[str]:
    found = Annotations.from_stack(scope).find_warning("*", Match.any_value())
    return sorted(str(each.entry.data).partition(" [ack: ")[0] for each in found)


def test_a_gate_alone_has_no_warning(stack: cdk.Stack) -> None:
    patch_schedule(stack, after=[WindowTask.shell_script("uptime")])
    assert warnings(stack) == []


def test_tasks_beside_the_gate(stack: cdk.Stack) -> None:
    schedule = patch_schedule(stack, before=[WindowTask.create_image()], after=[WindowTask.reboot()])
    schedule.add_task("Later", WindowTask.scan())
    use = "use a schedule with a gate of its own"
    assert warnings(stack) == [
        "CreateImage runs first, and the gate is closed if patching does not begin within 15 minutes; "
        "set start_within=... of the gate",
        f"Later patches nodes even if the gate is closed, because only Task has the gate; {use}",
        f"Reboot reboots nodes even if the gate is closed, because only Task has the gate; {use}",
    ]


def test_a_given_time_to_start_is_no_warning(stack: cdk.Stack) -> None:
    gate = PatchGate(calendars=["freezes"], start_within=timedelta(hours=1))
    patch_schedule(stack, gate=gate, before=[WindowTask.create_image()])
    assert warnings(stack) == []


def test_the_warnings_of_the_patch_command_remain(stack: cdk.Stack) -> None:
    patch_schedule(
        stack,
        reboot_option=RebootOption.NO_REBOOT,
        start_timeout=timedelta(hours=5),
        document_version="1",
        targets=[PatchTarget.tag("Env", *"abcdef")],
    )
    assert [text.partition(" ")[0] for text in warnings(stack)] == [
        "'tag:Env'",
        "document_version",
        "start_timeout",
        "with",
    ]
