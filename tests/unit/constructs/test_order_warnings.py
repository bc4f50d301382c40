"""Warnings of the tasks of a window: their order, their documents and their targets."""

from datetime import timedelta
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Annotations, Match

from patching_constructs import (
    MaintenanceWindow,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    PseudoParameter,
    RebootOption,
    ScheduleExpression,
    WindowTask,
)

MONTHLY = ScheduleExpression.patch_tuesday(days_after=5, hour=4)
WEB, DB = PatchTarget.tag("Role", "web"), PatchTarget.tag("Role", "db")
NO_REBOOT = (
    "with RebootOption.NO_REBOOT, nodes stay non-compliant until they are rebooted and scanned again; schedule both "
    "[ack: patching-constructs:noReboot]"
)
PARALLEL = "so both can patch the same nodes at the same time [ack: patching-constructs:parallelPatchTasks]"
DURING = "so a reboot can interrupt an install [ack: patching-constructs:rebootDuringInstall]"


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def warnings(stack: cdk.Stack) -> list[str]:
    return [str(each.entry.data) for each in Annotations.from_stack(stack).find_warning("*", Match.any_value())]


def install(stack: cdk.Stack, **properties: Any) -> PatchSchedule:
    minimal: dict[str, Any] = {"schedule": MONTHLY, "targets": [WEB], "operation": PatchOperation.INSTALL}
    return PatchSchedule(stack, "Install", **minimal | properties)


def without_reboot(stack: cdk.Stack, **properties: Any) -> PatchSchedule:
    return install(stack, reboot_option=RebootOption.NO_REBOOT, **properties)


# --- Reboots ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reboot",
    [
        WindowTask.reboot(),
        WindowTask.automation("AWS-RestartEC2Instance", parameters={"InstanceId": PseudoParameter.RESOURCE_ID}),
    ],
    ids=["by a command", "by an automation"],
)
def test_a_reboot_after_an_install_without_one_is_no_warning(stack: cdk.Stack, reboot: WindowTask) -> None:
    without_reboot(stack, after=[reboot, WindowTask.scan()])
    assert warnings(stack) == []


def test_a_reboot_that_is_added_later_removes_the_warning(stack: cdk.Stack) -> None:
    schedule = without_reboot(stack)
    assert warnings(stack) == [NO_REBOOT]
    schedule.add_task("Reboot", WindowTask.reboot())
    assert warnings(stack) == []


@pytest.mark.parametrize(
    "properties",
    [
        {"before": [WindowTask.reboot()]},
        {"after": [WindowTask.reboot().with_options(targets=[DB])]},
        {"after": [WindowTask.scan(), WindowTask.shell_script("reboot")]},
    ],
    ids=["before it", "of other nodes", "by a script"],
)
def test_another_reboot_does_not_complete_the_install(stack: cdk.Stack, properties: dict[str, Any]) -> None:
    without_reboot(stack, **properties)
    assert warnings(stack) == [NO_REBOOT]


def test_two_tasks_that_install_are_warned_of_once_and_a_reboot_removes_it(stack: cdk.Stack) -> None:
    patch = WindowTask.run_command(
        "AWS-RunPatchBaseline", parameters={"Operation": "Install", "RebootOption": "NoReboot"}
    )
    window = MaintenanceWindow(stack, "Window", schedule=MONTHLY, targets=[WEB], tasks=[patch])
    window.add_task("Reboot", WindowTask.reboot())
    assert warnings(stack) == []


# --- Tasks at the same time ---------------------------------------------------------------------------


def test_two_tasks_that_patch_the_same_nodes_at_the_same_time(stack: cdk.Stack) -> None:
    install(stack).add_task("Scan", WindowTask.scan(), priority=1)
    assert warnings(stack) == [f"Scan and Task have the same priority 1, {PARALLEL}"]


def test_a_reboot_at_the_same_time_as_an_install(stack: cdk.Stack) -> None:
    install(stack).add_task("Reboot", WindowTask.reboot(), priority=1)
    assert warnings(stack) == [f"Reboot and Task have the same priority 1, {DURING}"]


@pytest.mark.parametrize(
    "task",
    [
        WindowTask.scan().with_options(targets=[DB]),
        WindowTask.shell_script("date"),
        WindowTask.create_image(),
    ],
    ids=["other nodes", "a script", "an automation"],
)
def test_other_tasks_at_the_same_time_are_no_warning(stack: cdk.Stack, task: WindowTask) -> None:
    install(stack).add_task("Other", task, priority=1)
    assert warnings(stack) == []


def test_two_reboots_at_the_same_time_are_no_warning(stack: cdk.Stack) -> None:
    window = MaintenanceWindow(stack, "Window", schedule=MONTHLY, targets=[WEB], tasks=[WindowTask.reboot()])
    window.add_task("Again", WindowTask.reboot(), priority=1)
    assert warnings(stack) == []


# --- Single tasks -------------------------------------------------------------------------------------


def window(stack: cdk.Stack, *tasks: WindowTask) -> MaintenanceWindow:
    return MaintenanceWindow(stack, "Window", schedule=MONTHLY, targets=[WEB], tasks=tasks)


def test_a_command_that_can_start_after_the_window(stack: cdk.Stack) -> None:
    window(stack, WindowTask.shell_script("date").with_options(start_timeout=timedelta(hours=5)))
    assert warnings(stack) == [
        "start_timeout (5 h) is longer than the window (4 h): a node that was offline can still start the command "
        "after it closes [ack: patching-constructs:startTimeoutExceedsWindow]"
    ]


@pytest.mark.parametrize(
    "task",
    [
        WindowTask.update_ssm_agent(),
        WindowTask.create_image(),
    ],
)
def test_a_pinned_version_of_a_document_of_aws(stack: cdk.Stack, task: WindowTask) -> None:
    window(stack, task.with_options(document_version="42"))
    assert warnings(stack) == [
        "document_version '42' pins the AWS document to a version without updates; use '$DEFAULT' unless you track its "
        "versions [ack: patching-constructs:pinnedDocumentVersion]"
    ]


def test_a_pinned_version_of_another_document_is_no_warning(stack: cdk.Stack) -> None:
    window(stack, WindowTask.run_command("Check").with_options(document_version="42"))
    assert warnings(stack) == []


def test_a_command_on_resources_that_are_no_nodes(stack: cdk.Stack) -> None:
    volumes = PatchTarget.resource_group("volumes", "AWS::EC2::Volume")
    made = window(stack, WindowTask.scan().with_options(targets=[volumes]), WindowTask.create_snapshot("volumes"))
    warning = (
        "resource type 'AWS::EC2::Volume' is not supported: commands run only on AWS::EC2::Instance and "
        "AWS::SSM::ManagedInstance [ack: patching-constructs:targetNodeType]"
    )
    assert warnings(stack) == [warning]
    made.add_target(volumes)
    assert warnings(stack) == [warning]


def test_a_target_that_is_added_is_warned_of(stack: cdk.Stack) -> None:
    window(stack, WindowTask.scan()).add_target(PatchTarget.resource_group("volumes", "AWS::EC2::Volume"))
    assert len(warnings(stack)) == 1


def test_a_legacy_document(stack: cdk.Stack) -> None:
    window(stack, WindowTask.run_command("AWS-FindWindowsUpdates"))
    assert warnings(stack) == [
        "AWS-FindWindowsUpdates is no longer updated or supported by AWS; use AWS-InstallWindowsUpdates "
        "[ack: patching-constructs:legacyDocument]"
    ]


def test_more_tasks_than_the_quota(stack: cdk.Stack) -> None:
    made = window(stack)
    script = WindowTask.shell_script("date").with_options(service_linked_role=True)
    for place in range(20):
        made.add_task(f"Task{place}", script)
    assert warnings(stack) == []
    for place in (20, 21):
        made.add_task(f"Task{place}", script)
    assert warnings(stack) == [
        "the window has more than 20 tasks, which is the quota of Systems Manager; request an increase, or use a "
        "second window [ack: patching-constructs:taskQuota]"
    ]


def test_a_frozen_window_has_no_warning_of_its_tasks(stack: cdk.Stack) -> None:
    without_reboot(stack, enabled=False).add_task("Scan", WindowTask.scan(), priority=1)
    assert warnings(stack) == []
