"""PatchSchedule, seen through the template that it synthesizes."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_ssm as ssm
from aws_cdk.assertions import Template
from constructs import Construct

from patching_constructs import (
    CommandNotification,
    CommandOutput,
    CutoffBehavior,
    DayOfWeek,
    NotificationEvent,
    NotificationType,
    PatchHooks,
    PatchingError,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    RateControl,
    RebootOption,
    ScheduleExpression,
)
from patching_constructs.constructs.overrides import BaselineOverride, InstallOverrideList
from patching_constructs.properties.override_files import OverridePatch
from patching_constructs.properties.patch_group import PatchGroup
from tests.refusals import refused

pytestmark = pytest.mark.proves("PatchSchedule", "unit")

WINDOW, TARGET, TASK = (f"AWS::SSM::MaintenanceWindow{part}" for part in ("", "Target", "Task"))
SUNDAY = ScheduleExpression.expression("cron(0 4 ? * SUN *)", time_zone="Europe/Berlin")
WEB = PatchTarget.patch_group("web")
DB = PatchTarget.tag("Role", "db")


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def patch_schedule(scope: Construct, name: str = "Schedule", **properties: Any) -> PatchSchedule:
    minimal: dict[str, Any] = {"schedule": SUNDAY, "targets": [WEB], "operation": PatchOperation.INSTALL}
    return PatchSchedule(scope, name, **minimal | properties)


def properties_of(template: Template, kind: str) -> dict[str, Any]:
    (resource,) = template.find_resources(kind).values()
    properties: dict[str, Any] = resource["Properties"]
    return properties


def run_command_of(template: Template) -> dict[str, Any]:
    invocation = properties_of(template, TASK)["TaskInvocationParameters"]
    command: dict[str, Any] = invocation["MaintenanceWindowRunCommandParameters"]
    return command


# --- Minimal ------------------------------------------------------------------------------------------


def test_minimal_schedule_is_one_window_one_target_one_task_and_nothing_else(stack: cdk.Stack) -> None:
    patch_schedule(stack)
    template = Template.from_stack(stack)
    assert sorted(each["Type"] for each in template.to_json()["Resources"].values()) == [WINDOW, TARGET, TASK]


def test_minimal_window(stack: cdk.Stack) -> None:
    patch_schedule(stack)
    assert properties_of(Template.from_stack(stack), WINDOW) == {
        "AllowUnassociatedTargets": False,
        "Cutoff": 1,
        "Duration": 4,
        "Name": "Stack-Schedule-4625BD80",
        "Schedule": "cron(0 4 ? * SUN *)",
        "ScheduleTimezone": "Europe/Berlin",
    }


def test_minimal_target_and_task(stack: cdk.Stack) -> None:
    patch_schedule(stack)
    template = Template.from_stack(stack)
    assert properties_of(template, TARGET) == {
        "ResourceType": "INSTANCE",
        "Targets": [{"Key": "tag:Patch Group", "Values": ["web"]}],
        "WindowId": {"Ref": "Schedule83A77FD1"},
    }
    assert properties_of(template, TASK) == {
        "CutoffBehavior": "CANCEL_TASK",
        "MaxConcurrency": "10%",
        "MaxErrors": "10%",
        "Priority": 1,
        "Targets": [{"Key": "WindowTargetIds", "Values": [{"Ref": "ScheduleTargetAA73BBA8"}]}],
        "TaskArn": "AWS-RunPatchBaseline",
        "TaskInvocationParameters": {
            "MaintenanceWindowRunCommandParameters": {"Parameters": {"Operation": ["Install"]}}
        },
        "TaskType": "RUN_COMMAND",
        "WindowId": {"Ref": "Schedule83A77FD1"},
    }


def test_children_have_the_ids_that_are_the_contract(stack: cdk.Stack) -> None:
    schedule = patch_schedule(stack, targets=[WEB, PatchTarget.tag("Role", "db"), PatchTarget.tag_key("Patch")])
    assert [child.node.id for child in schedule.node.children] == ["Resource", "Target", "Target2", "Target3", "Task"]
    assert schedule.node.default_child is schedule.window


def test_a_target_has_the_name_and_the_owner_information_that_it_is_given(stack: cdk.Stack) -> None:
    named = PatchTarget.tag("Role", "db").with_name("databases").with_owner_information("team-data")
    patch_schedule(stack, targets=[named])
    assert properties_of(Template.from_stack(stack), TARGET) == {
        "Name": "databases",
        "OwnerInformation": "team-data",
        "ResourceType": "INSTANCE",
        "Targets": [{"Key": "tag:Role", "Values": ["db"]}],
        "WindowId": {"Ref": "Schedule83A77FD1"},
    }


def test_targets_run_in_the_order_given(stack: cdk.Stack) -> None:
    schedule = patch_schedule(stack, targets=[WEB, PatchTarget.tag("Role", "db")])
    template = Template.from_stack(stack)
    template.resource_count_is(TARGET, 2)
    ids = [stack.resolve(each) for each in schedule.maintenance_window_target_ids]
    assert properties_of(template, TASK)["Targets"] == [{"Key": "WindowTargetIds", "Values": ids}]
    assert [stack.resolve(each.targets) for each in schedule.window_targets] == [
        [{"key": "tag:Patch Group", "values": ["web"]}],
        [{"key": "tag:Role", "values": ["db"]}],
    ]


def test_a_target_added_later_equals_one_given(stack: cdk.Stack) -> None:
    schedule = patch_schedule(stack)
    schedule.add_target(DB)
    assert len(schedule.window_targets) == len(schedule.maintenance_window_target_ids) == 2
    given = cdk.Stack(cdk.App(), "Stack")
    patch_schedule(given, targets=[WEB, DB])
    assert Template.from_stack(stack).to_json() == Template.from_stack(given).to_json()


def test_a_target_can_be_added_to_a_frozen_schedule(stack: cdk.Stack) -> None:
    patch_schedule(stack, enabled=False).add_target(DB)
    template = Template.from_stack(stack)
    template.resource_count_is(TARGET, 2)
    template.resource_count_is(TASK, 0)


def test_a_target_added_later_is_checked_too(stack: cdk.Stack) -> None:
    schedule = patch_schedule(stack, targets=[WEB] * 10)
    assert refused(lambda: schedule.add_target(DB)) == (
        "targets must have 1-10 items, got 11; split the schedule, or select more nodes by one tag [Stack/Schedule]"
    )
    assert len(schedule.window_targets) == 10


def test_handles_and_ids_name_the_resources(stack: cdk.Stack) -> None:
    schedule = patch_schedule(stack)
    assert stack.resolve(schedule.maintenance_window_id) == {"Ref": stack.get_logical_id(schedule.window)}
    assert stack.resolve(schedule.maintenance_window_ref.window_id) == stack.resolve(schedule.maintenance_window_id)
    (target,), (target_id,) = schedule.window_targets, schedule.maintenance_window_target_ids
    assert stack.resolve(target_id) == {"Ref": stack.get_logical_id(target)}
    assert schedule.task is not None
    assert stack.resolve(schedule.maintenance_window_task_id) == {"Ref": stack.get_logical_id(schedule.task)}


def test_generated_names_are_unique_and_valid() -> None:
    app = cdk.App()
    stack = cdk.Stack(app, "A" * 100)
    for place in range(3):
        patch_schedule(stack, "B" * 60 + str(place))
    windows = Template.from_stack(stack).find_resources(WINDOW).values()
    names = {window["Properties"]["Name"] for window in windows}
    assert len(names) == 3
    assert all(3 <= len(name) <= 128 and set(name) <= set("-AB012") | set("0123456789ABCDEF") for name in names)


@pytest.mark.parametrize(
    ("stack_name", "id_", "name"),
    [
        ("AB", "Default", "AB-patching"),
        ("A", "Default", "A-patching"),
        ("ABC", "Default", "ABC"),
    ],
)
def test_a_generated_name_has_at_least_three_characters(stack_name: str, id_: str, name: str) -> None:
    stack = cdk.Stack(cdk.App(), stack_name)
    patch_schedule(stack, id_)
    assert properties_of(Template.from_stack(stack), WINDOW)["Name"] == name


def test_tags_of_the_stack_reach_the_window(stack: cdk.Stack) -> None:
    patch_schedule(stack)
    cdk.Tags.of(stack).add("team", "platform")
    Template.from_stack(stack).has_resource_properties(WINDOW, {"Tags": [{"Key": "team", "Value": "platform"}]})


# --- Maximal ------------------------------------------------------------------------------------------


def test_every_property_of_the_window(stack: cdk.Stack) -> None:
    patch_schedule(
        stack,
        schedule=ScheduleExpression.patch_tuesday(days_after=9, hour=3, minute=30, time_zone="America/New_York"),
        duration=timedelta(hours=24),
        cutoff=cdk.Duration.hours(23),
        window_name="web.prod_monthly-install",
        description="Installs on the web fleet",
        start_date=datetime(2027, 1, 1, 8, 30, tzinfo=timezone(timedelta(hours=-8))),
        end_date=datetime(2030, 1, 1, tzinfo=UTC),
    )
    assert properties_of(Template.from_stack(stack), WINDOW) == {
        "AllowUnassociatedTargets": False,
        "Cutoff": 23,
        "Description": "Installs on the web fleet",
        "Duration": 24,
        "EndDate": "2030-01-01T00:00:00+00:00",
        "Name": "web.prod_monthly-install",
        "Schedule": "cron(30 3 ? * TUE#3 *)",
        "ScheduleOffset": 2,
        "ScheduleTimezone": "America/New_York",
        "StartDate": "2027-01-01T08:30:00-08:00",
    }


def test_every_property_of_the_task(stack: cdk.Stack) -> None:
    bucket, log_group, topic = s3.Bucket(stack, "Bucket"), logs.LogGroup(stack, "Log"), sns.Topic(stack, "Topic")
    role = iam.Role(stack, "Runner", assumed_by=iam.ServicePrincipal("ssm.amazonaws.com"))
    publisher = iam.Role(stack, "Publisher", assumed_by=iam.ServicePrincipal("ssm.amazonaws.com"))
    patch_schedule(
        stack,
        reboot_option=RebootOption.REBOOT_IF_NEEDED,
        cutoff_behavior=CutoffBehavior.CANCEL_TASK,
        max_concurrency=RateControl.count(5),
        max_errors=RateControl.count(0),
        install_override_list="s3://overrides/list.yaml",
        output=CommandOutput(bucket=bucket, key_prefix="web", log_group=log_group),
        notification=CommandNotification(
            topic=topic,
            events=(NotificationEvent.FAILED, NotificationEvent.CANCELLED),
            notification_type=NotificationType.INVOCATION,
            role=publisher,
        ),
        role=role,
        start_timeout=timedelta(minutes=10),
        execution_timeout=cdk.Duration.hours(2),
        task_name="web.patches",
        task_description="Installs what is approved",
        comment="monthly patches of web",
        document_version="$LATEST",
    )
    template = Template.from_stack(stack)
    task = properties_of(template, TASK)
    assert task["MaxConcurrency"] == "5"
    assert task["MaxErrors"] == "0"
    assert task["Name"] == "web.patches"
    assert task["Description"] == "Installs what is approved"
    assert task["CutoffBehavior"] == "CANCEL_TASK"
    assert task["ServiceRoleArn"] == stack.resolve(role.role_arn)
    assert run_command_of(template) == {
        "CloudWatchOutputConfig": {
            "CloudWatchLogGroupName": stack.resolve(log_group.log_group_name),
            "CloudWatchOutputEnabled": True,
        },
        "Comment": "monthly patches of web",
        "DocumentVersion": "$LATEST",
        "NotificationConfig": {
            "NotificationArn": stack.resolve(topic.topic_arn),
            "NotificationEvents": ["Failed", "Cancelled"],
            "NotificationType": "Invocation",
        },
        "OutputS3BucketName": stack.resolve(bucket.bucket_name),
        "OutputS3KeyPrefix": "web",
        "Parameters": {
            "InstallOverrideList": ["s3://overrides/list.yaml"],
            "Operation": ["Install"],
            "RebootOption": ["RebootIfNeeded"],
            "StepTimeoutSeconds": ["7200"],
        },
        "ServiceRoleArn": stack.resolve(publisher.role_arn),
        "TimeoutSeconds": 600,
    }


@pytest.mark.parametrize(
    ("operation", "given", "rendered"),
    [
        (PatchOperation.INSTALL, None, "CANCEL_TASK"),
        (PatchOperation.INSTALL, CutoffBehavior.CONTINUE_TASK, "CONTINUE_TASK"),
        (PatchOperation.SCAN, None, None),
        (PatchOperation.SCAN, CutoffBehavior.CANCEL_TASK, "CANCEL_TASK"),
        (cdk.Token.as_string({"Ref": "Operation"}), None, "CANCEL_TASK"),
    ],
    ids=["install", "install that continues", "scan", "scan that is canceled", "operation of a parameter"],
)
def test_an_install_patches_no_further_node_after_the_cutoff(
    stack: cdk.Stack, operation: PatchOperation | str, given: CutoffBehavior | None, rendered: str | None
) -> None:
    patch_schedule(stack, operation=operation, cutoff_behavior=given)
    assert properties_of(Template.from_stack(stack), TASK).get("CutoffBehavior") == rendered


def test_hooks_choose_the_document_with_hooks(stack: cdk.Stack) -> None:
    hooks = PatchHooks(pre_install="Drain-Node", post_install="Check-Node", on_exit="Rejoin-Node")
    patch_schedule(stack, hooks=hooks)
    template = Template.from_stack(stack)
    assert properties_of(template, TASK)["TaskArn"] == "AWS-RunPatchBaselineWithHooks"
    assert run_command_of(template)["Parameters"] == {
        "OnExitHookDocName": ["Rejoin-Node"],
        "Operation": ["Install"],
        "PostInstallHookDocName": ["Check-Node"],
        "PreInstallHookDocName": ["Drain-Node"],
    }


def test_a_log_group_alone_and_a_bucket_alone(stack: cdk.Stack) -> None:
    patch_schedule(stack, "Log", output=CommandOutput(log_group=logs.LogGroup(stack, "LogGroup")))
    patch_schedule(stack, "Bucket", output=CommandOutput(bucket=s3.Bucket(stack, "Output")))
    tasks = Template.from_stack(stack).find_resources(TASK)
    commands = [
        set(task["Properties"]["TaskInvocationParameters"]["MaintenanceWindowRunCommandParameters"])
        for task in tasks.values()
    ]
    assert commands == [{"CloudWatchOutputConfig", "Parameters"}, {"OutputS3BucketName", "Parameters"}]


# --- Overrides ----------------------------------------------------------------------------------------


def install_override_list(stack: cdk.Stack) -> InstallOverrideList:
    return InstallOverrideList.from_patches(stack, "List", [OverridePatch(id="kernel.x86_64")])


def baseline_override(stack: cdk.Stack, folder: Path) -> BaselineOverride:
    file = folder / "baselines.json"
    file.write_text('[{"OperatingSystem": "UBUNTU"}]', encoding="utf-8")
    return BaselineOverride.from_asset(stack, "Override", file)


def test_an_install_override_list_has_the_url_of_its_asset(stack: cdk.Stack) -> None:
    override = install_override_list(stack)
    patch_schedule(stack, install_override_list=override)
    parameters = run_command_of(Template.from_stack(stack))["Parameters"]
    assert parameters == {"InstallOverrideList": [stack.resolve(override.s3_url)], "Operation": ["Install"]}


def test_a_baseline_override_has_the_url_of_its_asset(stack: cdk.Stack, tmp_path: Path) -> None:
    override = baseline_override(stack, tmp_path)
    patch_schedule(stack, baseline_override=override, operation=PatchOperation.SCAN)
    parameters = run_command_of(Template.from_stack(stack))["Parameters"]
    assert parameters == {"BaselineOverride": [stack.resolve(override.s3_url)], "Operation": ["Scan"]}


def test_refusal_of_the_other_kind_of_override(stack: cdk.Stack, tmp_path: Path) -> None:
    listed, baselines = install_override_list(stack), baseline_override(stack, tmp_path)
    assert refused(lambda: patch_schedule(stack, install_override_list=baselines)) == (
        "install_override_list must be a URL or of type InstallOverrideList, got BaselineOverride [Stack/Schedule]"
    )
    assert refused(lambda: patch_schedule(stack, baseline_override=listed)) == (
        "baseline_override must be a URL or of type BaselineOverride, got InstallOverrideList [Stack/Schedule]"
    )


def test_refusal_of_an_override_after_which_nothing_is_installed(stack: cdk.Stack) -> None:
    override = install_override_list(stack)
    message = refused(lambda: patch_schedule(stack, install_override_list=override, operation=PatchOperation.SCAN))
    assert message == (
        "install_override_list requires operation INSTALL instead of SCAN, because a scan installs nothing, "
        "got a token; leave it out [Stack/Schedule]"
    )


def test_a_schedule_and_its_nodes_share_a_group(stack: cdk.Stack) -> None:
    patch_schedule(stack, targets=[PatchTarget.patch_group(PatchGroup("web"))])
    assert properties_of(Template.from_stack(stack), TARGET)["Targets"] == [
        {"Key": "tag:Patch Group", "Values": ["web"]}
    ]


# --- A freeze -----------------------------------------------------------------------------------------


def test_a_freeze_removes_only_the_task(stack: cdk.Stack) -> None:
    schedule = patch_schedule(stack, enabled=False)
    template = Template.from_stack(stack)
    template.resource_count_is(WINDOW, 1)
    template.resource_count_is(TARGET, 1)
    template.resource_count_is(TASK, 0)
    assert schedule.task is None
    assert schedule.maintenance_window_task_id is None


def test_a_freeze_removes_the_task_and_sets_metadata_of_the_window() -> None:
    def resources(*, enabled: bool) -> dict[str, Any]:
        stack = cdk.Stack(cdk.App(), "Stack")
        notification = CommandNotification(topic=sns.Topic(stack, "Topic"))
        patch_schedule(stack, notification=notification, enabled=enabled)
        found: dict[str, Any] = Template.from_stack(stack).to_json()["Resources"]
        return found

    thawed = resources(enabled=True)
    (task,) = (name for name, each in thawed.items() if each["Type"] == TASK)
    del thawed[task]
    frozen = resources(enabled=False)
    (window,) = (each for each in frozen.values() if each["Type"] == WINDOW)
    assert window.pop("Metadata") == {"PatchingConstructs": {"Frozen": True}}
    assert frozen == thawed


# --- Tokens -------------------------------------------------------------------------------------------


def test_tokens_go_through_everywhere(stack: cdk.Stack) -> None:
    text = cdk.CfnParameter(stack, "Text")
    number = cdk.CfnParameter(stack, "Number", type="Number")
    listed = cdk.CfnParameter(stack, "Listed", type="CommaDelimitedList")
    group = ssm.StringParameter.value_for_string_parameter(stack, "/fleet/patch-group")
    bucket = s3.Bucket(stack, "Bucket")
    patch_schedule(
        stack,
        schedule=ScheduleExpression.expression(
            text.value_as_string, time_zone=text.value_as_string, schedule_offset=number.value_as_number
        ),
        targets=[PatchTarget.patch_group(group), PatchTarget.tag("Role", *listed.value_as_list)],
        duration=cdk.Duration.hours(number.value_as_number),
        cutoff=cdk.Duration.hours(number.value_as_number),
        start_timeout=cdk.Duration.seconds(number.value_as_number),
        max_concurrency=RateControl.percentage(number.value_as_number),
        max_errors=RateControl.count(number.value_as_number),
        install_override_list=f"s3://{bucket.bucket_name}/list.yaml",
        output=CommandOutput(bucket=bucket, key_prefix=text.value_as_string),
        window_name=text.value_as_string,
        description=text.value_as_string,
        start_date=text.value_as_string,
        end_date=text.value_as_string,
        operation=text.value_as_string,
        reboot_option=text.value_as_string,
        execution_timeout=cdk.Duration.seconds(number.value_as_number),
        task_name=text.value_as_string,
        task_description=text.value_as_string,
        comment=text.value_as_string,
        document_version=text.value_as_string,
    )
    template = Template.from_stack(stack)
    ref_text, ref_number = {"Ref": "Text"}, {"Ref": "Number"}
    assert properties_of(template, WINDOW) == {
        "AllowUnassociatedTargets": False,
        "Cutoff": ref_number,
        "Description": ref_text,
        "Duration": ref_number,
        "EndDate": ref_text,
        "Name": ref_text,
        "Schedule": ref_text,
        "ScheduleOffset": ref_number,
        "ScheduleTimezone": ref_text,
        "StartDate": ref_text,
    }
    task, command = properties_of(template, TASK), run_command_of(template)
    assert task["MaxConcurrency"] == {"Fn::Join": ["", [ref_number, "%"]]}
    assert task["MaxErrors"] == ref_number
    assert command["TimeoutSeconds"] == ref_number
    assert command["OutputS3KeyPrefix"] == ref_text
    assert [task["Name"], task["Description"]] == [ref_text, ref_text]
    assert [command["Comment"], command["DocumentVersion"]] == [ref_text, ref_text]
    assert command["Parameters"]["Operation"] == command["Parameters"]["RebootOption"] == [ref_text]
    assert command["Parameters"]["StepTimeoutSeconds"] == [ref_number]
    override = {"Fn::Join": ["", ["s3://", stack.resolve(bucket.bucket_name), "/list.yaml"]]}
    assert command["Parameters"]["InstallOverrideList"] == [override]
    values = [each["Properties"]["Targets"][0]["Values"] for each in template.find_resources(TARGET).values()]
    assert values == [[stack.resolve(group)], {"Ref": "Listed"}]


def test_a_token_is_not_compared_with_a_known_duration(stack: cdk.Stack) -> None:
    number = cdk.CfnParameter(stack, "Number", type="Number")
    patch_schedule(stack, "A", duration=cdk.Duration.hours(number.value_as_number), cutoff=timedelta(hours=23))
    patch_schedule(stack, "B", duration=timedelta(hours=1), cutoff=cdk.Duration.hours(number.value_as_number))
    Template.from_stack(stack).resource_count_is(WINDOW, 2)


# --- Imported -----------------------------------------------------------------------------------------


def test_an_imported_window_creates_no_resource(stack: cdk.Stack) -> None:
    imported = PatchSchedule.from_maintenance_window_id(stack, "Imported", "mw-0123456789abcdef0")
    assert imported.maintenance_window_id == "mw-0123456789abcdef0"
    assert imported.maintenance_window_ref.window_id == "mw-0123456789abcdef0"
    assert Template.from_stack(stack).to_json().get("Resources", {}) == {}


def test_the_id_of_an_imported_window_can_be_a_token(stack: cdk.Stack) -> None:
    imported = PatchSchedule.from_maintenance_window_id(stack, "Imported", cdk.Fn.import_value("Window"))
    assert stack.resolve(imported.maintenance_window_id) == {"Fn::ImportValue": "Window"}


def test_a_schedule_and_an_imported_one_are_window_references(stack: cdk.Stack) -> None:
    for schedule in (
        patch_schedule(stack),
        PatchSchedule.from_maintenance_window_id(stack, "Imported", "mw-0123456789abcdef0"),
    ):
        assert schedule.env.account == stack.account


# --- Refusals -----------------------------------------------------------------------------------------

REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "a string for a schedule": (
        {"schedule": "cron(0 4 ? * SUN *)"},
        "schedule must be a ScheduleExpression, got 'cron(0 4 ? * SUN *)'; "
        "write ScheduleExpression.expression('cron(0 4 ? * SUN *)')",
    ),
    "a text that is no schedule": (
        {"schedule": "daily"},
        "schedule must be a ScheduleExpression, got 'daily'; use a factory such as ScheduleExpression.daily(hour=2)",
    ),
    "a number for a schedule": ({"schedule": 4}, "schedule must be a ScheduleExpression, got 4"),
    "a date that does not exist": (
        {"schedule": ScheduleExpression.expression("cron(0 4 31 2 ? *)")},
        "schedule must match a date in the years 1970-2199, got 'cron(0 4 31 2 ? *)'",
    ),
    "no target": ({"targets": []}, "targets must have 1-10 items, got 0; add PatchTarget.tag(key, value)"),
    "eleven targets": (
        {"targets": [PatchTarget.tag("Role", str(place)) for place in range(11)]},
        "targets must have 1-10 items, got 11; split the schedule, or select more nodes by one tag",
    ),
    "a target that is not in a list": (
        {"targets": PatchTarget.tag_key("Patch")},
        "targets must be a list of PatchTarget, got an object of type PatchTarget; wrap it in [...]",
    ),
    "a string for a target": (
        {"targets": ["web"]},
        "targets must be a list of PatchTarget, got 'web'; write PatchTarget.tag(key, value)",
    ),
    "an operation that does not exist": (
        {"operation": "install"},
        "operation must be one of PatchOperation.SCAN, PatchOperation.INSTALL, got 'install'; "
        "did you mean PatchOperation.INSTALL?",
    ),
    "a window with a duration of zero": (
        {"duration": timedelta(0), "cutoff": timedelta(0)},
        "duration must be 1-24 whole hours, got 0 hours",
    ),
    "a window longer than a day": (
        {"duration": cdk.Duration.hours(25)},
        "duration must be 1-24 whole hours, got 25 hours",
    ),
    "half an hour": ({"duration": timedelta(hours=1.5)}, "duration must be 1-24 whole hours, got 1.5 hours"),
    "minutes that are not whole hours": (
        {"cutoff": cdk.Duration.minutes(90)},
        "cutoff must be 0-23 whole hours, got 1.5 hours",
    ),
    "a negative cutoff": ({"cutoff": timedelta(hours=-1)}, "cutoff must be 0-23 whole hours, got -1 hours"),
    "a number without a unit": (
        {"duration": 4},
        "duration must be an aws_cdk.Duration or a datetime.timedelta, got 4; write datetime.timedelta(hours=4)",
    ),
    "a token in another unit": (
        {"duration": cdk.Duration.minutes(cdk.Token.as_number({"Ref": "Minutes"}))},
        "duration must be in hours if it is a token, got another unit; write aws_cdk.Duration.hours(...)",
    ),
    "a cutoff as long as the window": (
        {"duration": timedelta(hours=4), "cutoff": timedelta(hours=4)},
        "cutoff must be shorter than duration, got cutoff=4 h, duration=4 h",
    ),
    "a cutoff longer than the default window": (
        {"cutoff": cdk.Duration.hours(5)},
        "cutoff must be shorter than duration, got cutoff=5 h, duration=4 h",
    ),
    "a window cut off by the default": (
        {"duration": timedelta(hours=1)},
        "cutoff must be shorter than duration, got cutoff=1 h, duration=1 h",
    ),
    "a cutoff behavior that does not exist": (
        {"cutoff_behavior": "STOP"},
        "cutoff_behavior must be one of CutoffBehavior.CONTINUE_TASK, CutoffBehavior.CANCEL_TASK, got 'STOP'",
    ),
    "no node at once": (
        {"max_concurrency": RateControl.count(0)},
        "max_concurrency must be at least 1, got '0'; to pause patching, use enabled=False",
    ),
    "a string for a share": (
        {"max_errors": "10%"},
        "max_errors must be a RateControl, got '10%'; write RateControl.count(...) or RateControl.percentage(...)",
    ),
    "no share of the nodes at once": (
        {"max_concurrency": RateControl.percentage(0)},
        "max_concurrency must be at least 1, got '0%'; to pause patching, use enabled=False",
    ),
    "too little time to start": (
        {"start_timeout": timedelta(seconds=29)},
        "start_timeout must be 30-2592000 whole seconds, got 29 seconds",
    ),
    "no time to start": (
        {"start_timeout": timedelta(0)},
        "start_timeout must be 30-2592000 whole seconds, got 0 seconds",
    ),
    "too much time to start": (
        {"start_timeout": cdk.Duration.days(31)},
        "start_timeout must be 30-2592000 whole seconds, got 2678400 seconds",
    ),
    "no time to patch": (
        {"execution_timeout": timedelta(0)},
        "execution_timeout must be 1-36000 whole seconds, got 0 seconds",
    ),
    "too much time to patch": (
        {"execution_timeout": cdk.Duration.hours(11)},
        "execution_timeout must be 1-36000 whole seconds, got 39600 seconds",
    ),
    "a task's name with a space": (
        {"task_name": "web patches"},
        "task_name must be 3-128 letters, digits, _, - and ., got 'web patches'; for example 'web-patches'",
    ),
    "a long description of the task": (
        {"task_description": "x" * 129},
        "task_description must have 1-128 characters, got 129",
    ),
    "a long comment": ({"comment": "x" * 101}, "comment must have 1-100 characters, got 101"),
    "a version of an invalid form": (
        {"document_version": "$NEWEST"},
        "document_version must be '$DEFAULT', '$LATEST' or a number such as '1', got '$NEWEST'",
    ),
    "a version that is not a string": (
        {"document_version": 1},
        "document_version must be a string, got 1",
    ),
    "a name for an output": (
        {"output": "bucket"},
        "output must be a CommandOutput, got 'bucket'; write CommandOutput(bucket=...)",
    ),
    "a name for a notification": (
        {"notification": "topic"},
        "notification must be a CommandNotification, got 'topic'; write CommandNotification(topic=...)",
    ),
    "an ARN for a role": (
        {"role": "arn:aws:iam::123456789012:role/patching"},
        "role must be an IRoleRef, got 'arn:aws:iam::123456789012:role/patching'; "
        "pass an iam.Role, or use iam.Role.from_role_arn(...)",
    ),
    "a context value for enabled": (
        {"enabled": "false"},
        "enabled must be True or False, got 'false'; convert a context value, for example with value == 'true'",
    ),
    "a missing context value for enabled": (
        {"enabled": None},
        "enabled must be True or False, got None; convert a context value, for example with value == 'true'",
    ),
    "an empty name": ({"window_name": ""}, "window_name must be 3-128 letters, digits, _, - and ., got ''"),
    "a name with a space": (
        {"window_name": "web prod"},
        "window_name must be 3-128 letters, digits, _, - and ., got 'web prod'; for example 'web-prod'",
    ),
    "an empty description": (
        {"description": ""},
        "description must have 1-128 characters, got 0; for no description, leave it out",
    ),
    "a long description": ({"description": "x" * 129}, "description must have 1-128 characters, got 129"),
    "a naive start": (
        {"start_date": datetime(2027, 1, 1)},  # noqa: DTZ001
        "start_date must be an aware datetime, got datetime.datetime(2027, 1, 1, 0, 0); "
        "set tzinfo, for example to zoneinfo.ZoneInfo('Europe/Berlin') or datetime.UTC",
    ),
    "an end with a fraction": (
        {"end_date": datetime(2027, 1, 1, microsecond=5, tzinfo=UTC)},
        "end_date must be in whole seconds, got 2027-01-01T00:00:00.000005+00:00; use .replace(microsecond=0)",
    ),
    "an end before the start": (
        {"start_date": datetime(2027, 1, 2, tzinfo=UTC), "end_date": datetime(2027, 1, 1, tzinfo=UTC)},
        "end_date must be after start_date, got start_date=2027-01-02T00:00:00+00:00, "
        "end_date=2027-01-01T00:00:00+00:00",
    ),
    "no execution between the start and the end": (
        {
            "schedule": ScheduleExpression.weekly(DayOfWeek.SUNDAY, hour=4),
            "start_date": datetime(2027, 1, 4, tzinfo=UTC),
            "end_date": datetime(2027, 1, 9, tzinfo=UTC),
        },
        "schedule must have an execution between start_date and end_date, got 'cron(0 4 ? * SUN *)' with "
        "start_date=2027-01-04T00:00:00+00:00, end_date=2027-01-09T00:00:00+00:00",
    ),
    "a moment before the start": (
        {
            "schedule": ScheduleExpression.at(datetime(2026, 6, 1, tzinfo=UTC)),
            "start_date": datetime(2027, 1, 1, tzinfo=UTC),
        },
        "schedule must have an execution after start_date, got 'at(2026-06-01T00:00:00)' with "
        "start_date=2027-01-01T00:00:00+00:00",
    ),
    "a year after the end": (
        {
            "schedule": ScheduleExpression.cron(minute=0, hour=4, day=1, year=2028),
            "end_date": datetime(2027, 1, 1, tzinfo=UTC),
        },
        "schedule must have an execution before end_date, got 'cron(0 4 1 * ? 2028)' with "
        "end_date=2027-01-01T00:00:00+00:00",
    ),
    "a text for a date": (
        {"start_date": "2027-01-01"},
        "start_date must be an aware datetime, got '2027-01-01'; write "
        "datetime.fromisoformat('2027-01-01').replace(tzinfo=UTC)",
    ),
    "another text for a date": (
        {"start_date": "tomorrow"},
        "start_date must be an aware datetime, got 'tomorrow'; write for example datetime(2027, 1, 31, tzinfo=UTC)",
    ),
    "a reboot after a scan": (
        {"operation": PatchOperation.SCAN, "reboot_option": RebootOption.NO_REBOOT},
        "reboot_option requires operation INSTALL instead of SCAN, because a scan installs nothing, "
        "got 'NoReboot'; leave it out",
    ),
    "both overrides": (
        {"baseline_override": "s3://b/a.json", "install_override_list": "s3://b/a.yaml"},
        "baseline_override cannot be used with install_override_list, got 's3://b/a.json' and 's3://b/a.yaml'; "
        "keep only one of them",
    ),
}


@pytest.mark.parametrize(("properties", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refusal(stack: cdk.Stack, properties: dict[str, Any], message: str) -> None:
    assert refused(lambda: patch_schedule(stack, **properties)) == f"{message} [Stack/Schedule]"
    assert stack.node.children == [], "a refusal leaves nothing behind"


def test_refusal_of_a_parameter_itself(stack: cdk.Stack) -> None:
    operation = cdk.CfnParameter(stack, "Operation")
    assert refused(lambda: patch_schedule(stack, operation=operation)) == (
        "operation must be one of PatchOperation.SCAN, PatchOperation.INSTALL, got an object of type CfnParameter; "
        "pass the value_as_string of the parameter [Stack/Schedule]"
    )


def test_the_path_identifies_one_of_many_schedules() -> None:
    app = cdk.App()
    fleet = Construct(cdk.Stack(cdk.Stage(app, "Prod"), "Patching"), "Fleet")

    def many() -> None:
        for hours in (4, 25, 3):
            patch_schedule(fleet, f"Install{hours}", duration=timedelta(hours=hours))

    with pytest.raises(PatchingError) as caught:
        many()
    assert caught.value.construct_path == "Prod/Patching/Fleet/Install25"
    assert str(caught.value) == "duration must be 1-24 whole hours, got 25 hours [Prod/Patching/Fleet/Install25]"


@pytest.mark.parametrize("window_id", ["", "mw-123", "0123456789abcdef0", "mw-0123456789ABCDEF0"])
def test_refusal_of_an_invalid_window_id(stack: cdk.Stack, window_id: str) -> None:
    message = refused(lambda: PatchSchedule.from_maintenance_window_id(stack, "Imported", window_id))
    assert message == f"maintenance_window_id must be like mw-0123456789abcdef0, got {window_id!r} [Stack/Imported]"
