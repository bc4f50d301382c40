"""Warnings of the tasks of a window: their order, their documents and their targets."""

from datetime import timedelta
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_

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
NODE = PatchTarget.instance_ids("i-0123456789abcdef0")
TWO_NODES = PatchTarget.instance_ids("i-0123456789abcdef0", "i-0123456789abcdef1")
WEB, DB = PatchTarget.tag("Role", "web"), PatchTarget.tag("Role", "db")
NO_REBOOT = (
    "with RebootOption.NO_REBOOT, nodes stay non-compliant until they are rebooted and scanned again; schedule both "
    "[ack: patching-constructs:noReboot]"
)
PARALLEL = "so both can patch the same nodes at the same time [ack: patching-constructs:parallelPatchTasks]"
NO_SCAN = (
    "Reboot reboots the nodes after Task installs patches without a reboot, but no later task scans them, so they stay "
    "non-compliant until the next scan; add WindowTask.scan() after the reboot "
    "[ack: patching-constructs:noScanAfterReboot]"
)
DURING = "so a reboot can interrupt an install [ack: patching-constructs:rebootDuringInstall]"


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def warnings(stack: cdk.Stack) -> list[str]:
    # Without a synthesis, after which no task can be added.
    entries = [entry for each in stack.node.find_all() for entry in each.node.metadata]
    return [str(entry.data) for entry in entries if entry.type == "aws:cdk:warning"]


def install(stack: cdk.Stack, **properties: Any) -> PatchSchedule:
    minimal: dict[str, Any] = {"schedule": MONTHLY, "targets": [WEB], "operation": PatchOperation.INSTALL}
    return PatchSchedule(stack, "Install", **minimal | properties)


def without_reboot(stack: cdk.Stack, **properties: Any) -> PatchSchedule:
    return install(stack, reboot_option=RebootOption.NO_REBOOT, **properties)


# --- Reboots ------------------------------------------------------------------------------------------


SEVERAL = PatchTarget.tag("Role", "web", "db")
UPDATES = WindowTask.windows_updates(PatchOperation.INSTALL)
RESTART = WindowTask.automation("AWS-RestartEC2Instance", parameters={"InstanceId": PseudoParameter.RESOURCE_ID})
REBOOTS = {
    "by a command": WindowTask.reboot(),
    "by an automation": RESTART,
    "by an image": WindowTask.create_image(no_reboot=False),
    "by Windows updates": WindowTask.windows_updates(PatchOperation.INSTALL, allow_reboot=True),
    "by a script": WindowTask.shell_script("uptime", "sudo reboot"),
    "by an ARN": WindowTask.run_command("arn:aws:ssm:us-east-1::document/AWS-InstanceRebootWithHooks"),
    "of nodes with any value": WindowTask.reboot().with_options(targets=[PatchTarget.tag_key("Role")]),
    "of more nodes": WindowTask.reboot().with_options(targets=[SEVERAL]),
    "of every part of the nodes": WindowTask.reboot().with_options(
        targets=[WEB.and_tag("Zone", "a"), WEB.and_tag("Zone", "b")]
    ),
}


@pytest.mark.parametrize("reboot", REBOOTS.values(), ids=REBOOTS.keys())
def test_a_reboot_after_an_install_without_one_is_no_warning(stack: cdk.Stack, reboot: WindowTask) -> None:
    without_reboot(stack, after=[reboot, WindowTask.scan()])
    assert warnings(stack) == []


def test_a_reboot_that_is_added_later_removes_the_warning(stack: cdk.Stack) -> None:
    schedule = without_reboot(stack)
    assert warnings(stack) == [NO_REBOOT]
    schedule.add_task("Reboot", WindowTask.reboot())
    assert warnings(stack) == [NO_SCAN]
    schedule.add_task("Scan", WindowTask.scan())
    assert warnings(stack) == []


INCOMPLETE: dict[str, dict[str, Any]] = {
    "before it": {"before": [WindowTask.reboot()], "after": [WindowTask.scan()]},
    "of other nodes": {"after": [WindowTask.reboot().with_options(targets=[DB])]},
    "of some of the nodes": {"targets": [SEVERAL], "after": [WindowTask.reboot().with_options(targets=[WEB])]},
    "of one of two targets": {"targets": [WEB, DB], "after": [WindowTask.reboot().with_options(targets=[DB])]},
    "of nodes with a further tag": {"after": [WindowTask.reboot().with_options(targets=[WEB.and_tag("Env", "dev")])]},
    "of one value of a tag": {
        "targets": [PatchTarget.tag_key("Role")],
        "after": [WindowTask.reboot().with_options(targets=[WEB])],
    },
    "by an image without one": {"after": [WindowTask.create_image()]},
    "by updates without one": {"after": [UPDATES]},
    "by an agent update": {"after": [WindowTask.update_ssm_agent(), WindowTask.scan()]},
    "by what is printed": {"after": [WindowTask.shell_script("echo reboot"), WindowTask.scan()]},
    "by a stop": {"after": [WindowTask.stop_instances(WEB)]},
    "by a start of nodes of which some were stopped": {
        "targets": [TWO_NODES],
        "after": [WindowTask.stop_instances(NODE), WindowTask.start_stopped_instances(TWO_NODES)],
    },
    "by a stop that follows the start": {
        "targets": [NODE],
        "after": [WindowTask.start_stopped_instances(NODE), WindowTask.stop_instances(NODE)],
    },
}


@pytest.mark.parametrize("properties", INCOMPLETE.values(), ids=INCOMPLETE.keys())
def test_another_reboot_does_not_complete_the_install(stack: cdk.Stack, properties: dict[str, Any]) -> None:
    without_reboot(stack, **properties)
    assert warnings(stack) == [NO_REBOOT]


def test_a_stop_and_a_start_complete_the_install(stack: cdk.Stack) -> None:
    nodes = PatchTarget.instance_ids("i-0123456789abcdef0")
    stop, start = WindowTask.stop_instances(nodes), WindowTask.start_stopped_instances(nodes)
    without_reboot(stack, targets=[nodes], before=[start], after=[stop, start.with_options(id="Again")])
    assert [each.rpartition("ack: ")[2] for each in warnings(stack)] == ["patching-constructs:noScanAfterReboot]"]


OTHER_NODE = PatchTarget.instance_ids("i-0123456789abcdef1")
STARTS: dict[str, tuple[PatchTarget, list[WindowTask]]] = {
    "of more nodes than were stopped": (
        NODE,
        [WindowTask.stop_instances(NODE), WindowTask.start_stopped_instances(TWO_NODES)],
    ),
    "of nodes that two tasks stopped": (
        TWO_NODES,
        [
            WindowTask.stop_instances(NODE),
            WindowTask.stop_instances(OTHER_NODE).with_options(id="StopOther"),
            WindowTask.start_stopped_instances(TWO_NODES),
        ],
    ),
    "and a reboot of the other nodes": (
        TWO_NODES,
        [
            WindowTask.stop_instances(NODE),
            WindowTask.start_stopped_instances(TWO_NODES),
            WindowTask.reboot().with_options(targets=[OTHER_NODE]),
        ],
    ),
}


@pytest.mark.parametrize(("nodes", "after"), STARTS.values(), ids=STARTS.keys())
def test_a_start_completes_the_install_on_the_nodes_that_were_stopped(
    stack: cdk.Stack, nodes: PatchTarget, after: list[WindowTask]
) -> None:
    without_reboot(stack, targets=[nodes], after=[*after, WindowTask.scan()])
    assert warnings(stack) == []


@pytest.mark.parametrize("document", ["AWS-RunPatchBaseline", "AWS-RunPatchBaselineAssociation"])
def test_every_patch_document_is_warned_of_and_each_until_its_own_reboot(stack: cdk.Stack, document: str) -> None:
    given = {"Operation": "Install", "RebootOption": "NoReboot"}
    given |= {} if document == "AWS-RunPatchBaseline" else {"AssociationId": "0" * 8 + "-0000-0000-0000-" + "0" * 12}
    patch = WindowTask.run_command(document, parameters=given)
    window = MaintenanceWindow(stack, "Window", schedule=MONTHLY, targets=[WEB], tasks=[patch])
    assert warnings(stack) == [NO_REBOOT]
    window.add_task("Reboot", WindowTask.reboot())
    window.add_task("Scan", WindowTask.scan())
    assert warnings(stack) == []
    window.add_task("Again", patch)
    assert warnings(stack) == [NO_REBOOT]


def test_a_target_that_is_added_is_not_rebooted_by_a_task_with_other_targets(stack: cdk.Stack) -> None:
    reboot, scan = (task.with_options(targets=[WEB]) for task in (WindowTask.reboot(), WindowTask.scan()))
    schedule = without_reboot(stack, after=[reboot, scan])
    assert warnings(stack) == []
    schedule.add_target(DB)
    assert warnings(stack) == [NO_REBOOT]


def test_the_warning_can_be_acknowledged_for_the_schedule(stack: cdk.Stack) -> None:
    schedule = without_reboot(stack)
    cdk.Annotations.of(schedule).acknowledge_warning("patching-constructs:noReboot")
    schedule.add_task("Again", WindowTask.update_ssm_agent())
    assert warnings(stack) == []


NOT_RECORDED: dict[str, list[WindowTask]] = {
    "none": [WindowTask.reboot()],
    "before the reboot": [WindowTask.scan(), WindowTask.reboot()],
    "of other nodes": [WindowTask.reboot(), WindowTask.scan().with_options(targets=[DB])],
    "of Windows updates": [WindowTask.reboot(), WindowTask.windows_updates(PatchOperation.SCAN)],
    "with an override": [
        WindowTask.reboot(),
        WindowTask.run_command(
            "AWS-RunPatchBaseline", parameters={"Operation": "Scan", "BaselineOverride": "s3://bucket/key"}
        ),
    ],
}


@pytest.mark.parametrize("after", NOT_RECORDED.values(), ids=NOT_RECORDED.keys())
def test_a_reboot_without_a_later_scan(stack: cdk.Stack, after: list[WindowTask]) -> None:
    without_reboot(stack, after=after)
    assert NO_SCAN in warnings(stack)
    assert NO_REBOOT not in warnings(stack)


def test_a_reboot_by_a_second_install_needs_no_scan(stack: cdk.Stack) -> None:
    install_again = WindowTask.run_command("AWS-RunPatchBaseline", parameters={"Operation": "Install"})
    without_reboot(stack, after=[install_again])
    assert warnings(stack) == []


def test_a_reboot_before_windows_updates_without_one(stack: cdk.Stack) -> None:
    made = window(stack, WindowTask.reboot(), UPDATES)
    assert warnings(stack) == [
        "Reboot reboots the nodes before WindowsUpdates installs updates without a reboot, so the updates wait for a "
        "later reboot; reboot the nodes after the install [ack: patching-constructs:rebootBeforeInstall]"
    ]
    made.add_task("RebootAgain", WindowTask.reboot())
    assert warnings(stack) == []


def test_a_reboot_that_is_only_possible_is_no_warning(stack: cdk.Stack) -> None:
    window(stack, WindowTask.shell_script("bash -c 'reboot'"), UPDATES)
    made = window(stack, UPDATES, id="Another")
    made.add_task("Script", WindowTask.shell_script("bash -c 'reboot'"), priority=1)
    assert warnings(stack) == []


@pytest.mark.parametrize("tasks", [[UPDATES], [WindowTask.start_stopped_instances(NODE), UPDATES]])
def test_windows_updates_without_a_reboot_are_no_warning(stack: cdk.Stack, tasks: list[WindowTask]) -> None:
    MaintenanceWindow(stack, "Window", schedule=MONTHLY, targets=[NODE], tasks=tasks)
    assert not [each for each in warnings(stack) if "commandOnStoppedNodes" in each]


# --- Stopped nodes ------------------------------------------------------------------------------------


def test_a_command_on_nodes_that_were_stopped(stack: cdk.Stack) -> None:
    install(stack, before=[WindowTask.stop_instances(WEB)])
    assert warnings(stack) == [
        "StopInstances stops nodes before Task starts on them, and a command runs only on running nodes; stop them "
        "after it [ack: patching-constructs:commandOnStoppedNodes]"
    ]


RUNNING: dict[str, list[WindowTask]] = {
    "stopped at the end": [WindowTask.scan(), WindowTask.stop_instances(NODE)],
    "started again": [WindowTask.stop_instances(NODE), WindowTask.start_stopped_instances(NODE), WindowTask.scan()],
    "restarted": [
        WindowTask.stop_instances(NODE),
        RESTART,
        WindowTask.scan(),
    ],
    "started by an own runbook": [WindowTask.stop_instances(NODE), WindowTask.automation("Start"), WindowTask.scan()],
    "started by a function": [
        WindowTask.stop_instances(NODE),
        WindowTask.lambda_function(
            lambda_.Function.from_function_arn(
                cdk.Stack(), "Fn", "arn:aws:lambda:eu-central-1:111111111111:function:SSMStart"
            )
        ),
        WindowTask.scan(),
    ],
    "other nodes": [WindowTask.stop_instances(PatchTarget.instance_ids("i-00000000000000000")), WindowTask.scan()],
    "an automation": [WindowTask.stop_instances(NODE), WindowTask.create_image()],
}


@pytest.mark.parametrize("tasks", RUNNING.values(), ids=RUNNING.keys())
def test_commands_on_running_nodes_are_no_warning(stack: cdk.Stack, tasks: list[WindowTask]) -> None:
    MaintenanceWindow(stack, "Window", schedule=MONTHLY, targets=[NODE], tasks=tasks)
    assert not [each for each in warnings(stack) if "commandOnStoppedNodes" in each]


# --- Tasks at the same time ---------------------------------------------------------------------------


def test_two_tasks_that_patch_the_same_nodes_at_the_same_time(stack: cdk.Stack) -> None:
    install(stack).add_task("Scan", WindowTask.scan(), priority=1)
    assert warnings(stack) == [f"Scan and Task have the same priority 1, {PARALLEL}"]


def test_a_reboot_at_the_same_time_as_an_install(stack: cdk.Stack) -> None:
    install(stack).add_task("Reboot", WindowTask.reboot(), priority=1)
    assert warnings(stack) == [f"Reboot and Task have the same priority 1, {DURING}"]


def test_a_stop_at_the_same_time_as_an_install(stack: cdk.Stack) -> None:
    install(stack).add_task("Stop", WindowTask.stop_instances(WEB), priority=1)
    assert warnings(stack) == [
        "Stop and Task have the same priority 1, so a stop can interrupt an install "
        "[ack: patching-constructs:rebootDuringInstall]"
    ]


INSTALLERS = {
    "Windows updates": UPDATES,
    "with rollback": WindowTask.automation(
        "AWS-PatchInstanceWithRollback", parameters={"InstanceId": PseudoParameter.RESOURCE_ID}
    ),
    "of an association": WindowTask.run_command(
        "AWS-RunPatchBaselineAssociation",
        parameters={"Operation": "Install", "AssociationId": "00000000-0000-0000-0000-000000000000"},
    ),
}


@pytest.mark.parametrize("other", INSTALLERS.values(), ids=INSTALLERS.keys())
def test_every_document_that_installs_patches_at_the_same_time(stack: cdk.Stack, other: WindowTask) -> None:
    install(stack).add_task("Other", other, priority=1)
    assert f"Other and Task have the same priority 1, {PARALLEL}" in warnings(stack)


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


def window(stack: cdk.Stack, *tasks: WindowTask, id: str = "Window") -> MaintenanceWindow:  # noqa: A002
    return MaintenanceWindow(stack, id, schedule=MONTHLY, targets=[WEB], tasks=tasks)


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
