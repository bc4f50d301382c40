"""MaintenanceWindow, and the tasks before and after the patching of a PatchSchedule."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from patching_constructs import (
    MaintenanceWindow,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    PseudoParameter,
    RateControl,
    ScheduleExpression,
    TaskType,
    WindowTask,
)
from tests.refusals import refused, untyped

pytestmark = pytest.mark.proves("MaintenanceWindow", "unit")

WINDOW, TARGET, TASK = (f"AWS::SSM::MaintenanceWindow{part}" for part in ("", "Target", "Task"))
NIGHTLY = ScheduleExpression.daily(hour=2)
WEB, DB = PatchTarget.tag("Role", "web"), PatchTarget.tag("Role", "db")
NODE = PatchTarget.instance_ids("i-0123456789abcdef0")


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def window(stack: cdk.Stack, *tasks: WindowTask, **properties: Any) -> MaintenanceWindow:
    minimal: dict[str, Any] = {"schedule": NIGHTLY, "targets": [WEB]}
    return MaintenanceWindow(stack, "Window", tasks=tasks, **minimal | properties)


def patch_schedule(stack: cdk.Stack, **properties: Any) -> PatchSchedule:
    minimal: dict[str, Any] = {"schedule": NIGHTLY, "targets": [WEB], "operation": PatchOperation.INSTALL}
    return PatchSchedule(stack, "Window", **minimal | properties)


def tasks_of(stack: cdk.Stack) -> dict[str, dict[str, Any]]:
    """Return the properties of every task by its id."""
    found = Template.from_stack(stack).find_resources(TASK)
    return {name[len("Window") : -8]: task["Properties"] for name, task in found.items()}


# --- The window ---------------------------------------------------------------------------------------


def test_a_window_without_tasks_is_only_a_window(stack: cdk.Stack) -> None:
    made = MaintenanceWindow(stack, "Window", schedule=NIGHTLY)
    template = Template.from_stack(stack)
    assert [each["Type"] for each in template.to_json()["Resources"].values()] == [WINDOW]
    assert (dict(made.tasks), dict(made.task_roles), dict(made.runbook_roles)) == ({}, {}, {})
    assert made.maintenance_window_target_ids == ()


def test_a_window_has_the_properties_of_a_schedule(stack: cdk.Stack) -> None:
    made = window(
        stack,
        duration=timedelta(hours=3),
        cutoff=timedelta(0),
        window_name="nightly",
        description="Every night",
        start_date=datetime(2027, 1, 1, tzinfo=UTC),
        end_date=datetime(2030, 1, 1, tzinfo=UTC),
    )
    (resource,) = Template.from_stack(stack).find_resources(WINDOW).values()
    assert resource["Properties"] == {
        "AllowUnassociatedTargets": False,
        "Cutoff": 0,
        "Description": "Every night",
        "Duration": 3,
        "EndDate": "2030-01-01T00:00:00+00:00",
        "Name": "nightly",
        "Schedule": "cron(0 2 * * ? *)",
        "StartDate": "2027-01-01T00:00:00+00:00",
    }
    (first,) = made.next_executions(after=datetime(2027, 1, 1, tzinfo=UTC), count=1)
    assert first.start == datetime(2027, 1, 1, 2, tzinfo=UTC)
    assert stack.resolve(made.maintenance_window_ref.window_id) == stack.resolve(made.maintenance_window_id)
    assert made.env.region == stack.region


def test_children_have_the_ids_that_are_the_contract(stack: cdk.Stack) -> None:
    made = window(
        stack, WindowTask.scan(), WindowTask.create_image(), WindowTask.reboot().with_options(targets=[DB, NODE])
    )
    assert [child.node.id for child in made.node.children] == [
        "Resource",
        "Target",
        "TaskRole",
        "Scan",
        "AWS-CreateImage-Role",
        "AutomationRole",
        "CreateImage",
        "RebootTarget",
        "RebootTarget2",
        "Reboot",
    ]
    assert list(made.tasks) == ["Scan", "CreateImage", "Reboot"]
    assert list(made.task_roles) == [TaskType.RUN_COMMAND, TaskType.AUTOMATION]
    assert list(made.runbook_roles) == ["AWS-CreateImage"]
    assert made.window_targets == (made.node.find_child("Target"),)


def test_imported_windows_have_an_id(stack: cdk.Stack) -> None:
    imported = MaintenanceWindow.from_maintenance_window_id(stack, "Imported", "mw-0123456789abcdef0")
    assert imported.maintenance_window_ref.window_id == imported.maintenance_window_id == "mw-0123456789abcdef0"


# --- Order --------------------------------------------------------------------------------------------


def test_tasks_of_a_window_have_priorities_in_order(stack: cdk.Stack) -> None:
    made = window(stack, WindowTask.update_ssm_agent(), WindowTask.scan())
    made.add_task("Last", WindowTask.shell_script("date"))
    made.add_task("First", WindowTask.shell_script("date"), priority=0)
    assert {name: task["Priority"] for name, task in tasks_of(stack).items()} == {
        "UpdateSsmAgent": 1,
        "Scan": 2,
        "Last": 3,
        "First": 0,
    }


def test_the_patching_is_between_the_tasks_before_and_after(stack: cdk.Stack) -> None:
    schedule = patch_schedule(
        stack,
        before=[WindowTask.update_ssm_agent(), WindowTask.create_image()],
        after=[WindowTask.scan(), WindowTask.shell_script("date")],
    )
    schedule.add_task("Report", WindowTask.shell_script("date"))
    assert [(name, task["Priority"]) for name, task in tasks_of(stack).items()] == [
        ("UpdateSsmAgent", 1),
        ("CreateImage", 2),
        ("Task", 3),
        ("Scan", 4),
        ("ShellScript", 5),
        ("Report", 6),
    ]
    assert schedule.tasks["Task"] is schedule.task


def test_a_window_without_tasks_gives_the_first_one_priority_one(stack: cdk.Stack) -> None:
    window(stack).add_task("Scan", WindowTask.scan())
    assert tasks_of(stack)["Scan"]["Priority"] == 1


def test_tasks_before_and_after_change_only_the_priority_of_the_patching(stack: cdk.Stack) -> None:
    patch_schedule(stack, before=[WindowTask.update_ssm_agent()], after=[WindowTask.scan()])
    plain = cdk.Stack(cdk.App(), "Stack")
    patch_schedule(plain)
    assert tasks_of(stack)["Task"] == tasks_of(plain)["Task"] | {"Priority": 2}


# --- Targets ------------------------------------------------------------------------------------------


def target_names(stack: cdk.Stack, task: str) -> list[str]:
    """Return the ids of the targets of a task."""
    targets = tasks_of(stack)[task].get("Targets", [{"Values": []}])
    return [value["Ref"][len("Window") : -8] for value in targets[0]["Values"]]


def test_a_task_runs_on_the_targets_of_the_window_on_its_own_or_on_none(stack: cdk.Stack) -> None:
    window(
        stack,
        WindowTask.scan(),
        WindowTask.reboot().with_options(targets=[DB]),
        WindowTask.automation("Notify").with_options(targets=[]),
        targets=[WEB, NODE],
    )
    assert target_names(stack, "Scan") == ["Target", "Target2"]
    assert target_names(stack, "Reboot") == ["RebootTarget"]
    assert target_names(stack, "Notify") == []


def test_rate_control_is_rendered_only_with_targets(stack: cdk.Stack) -> None:
    window(
        stack,
        WindowTask.scan(),
        WindowTask.reboot().with_options(max_concurrency=RateControl.count(1), max_errors=RateControl.count(0)),
        WindowTask.automation("Notify").with_options(targets=[]),
    )
    rates = {name: (task.get("MaxConcurrency"), task.get("MaxErrors")) for name, task in tasks_of(stack).items()}
    assert rates == {"Scan": ("10%", "10%"), "Reboot": ("1", "0"), "Notify": (None, None)}


def test_a_target_added_later_is_one_of_every_task_without_its_own(stack: cdk.Stack) -> None:
    made = window(stack, WindowTask.scan(), WindowTask.reboot().with_options(targets=[NODE]))
    made.add_target(DB)
    assert target_names(stack, "Scan") == ["Target", "Target2"]
    assert target_names(stack, "Reboot") == ["RebootTarget"]


def test_the_first_target_of_a_window_adds_rate_control(stack: cdk.Stack) -> None:
    made = window(stack, WindowTask.automation("Notify"), targets=[])
    made.add_target(DB)
    assert target_names(stack, "Notify") == ["Target"]
    assert (tasks_of(stack)["Notify"]["MaxConcurrency"], tasks_of(stack)["Notify"]["MaxErrors"]) == ("10%", "10%")


# --- A freeze -----------------------------------------------------------------------------------------


def frozen(stack: cdk.Stack, *, enabled: bool) -> dict[str, Any]:
    schedule = patch_schedule(stack, before=[WindowTask.create_image()], after=[WindowTask.scan()], enabled=enabled)
    schedule.add_task("Report", WindowTask.shell_script("date"))
    schedule.add_target(DB)
    resources: dict[str, Any] = Template.from_stack(stack).to_json()["Resources"]
    return resources


def test_a_freeze_removes_every_task_and_keeps_the_rest(stack: cdk.Stack) -> None:
    active = frozen(stack, enabled=True)
    paused = frozen(cdk.Stack(cdk.App(), "Stack"), enabled=False)
    (name,) = (name for name, each in paused.items() if each["Type"] == WINDOW)
    assert paused[name].pop("Metadata") == {"PatchingConstructs": {"Frozen": True}}
    assert paused == {name: each for name, each in active.items() if each["Type"] != TASK}


def test_a_frozen_window_has_no_task_to_return(stack: cdk.Stack) -> None:
    schedule = patch_schedule(stack, enabled=False, after=[WindowTask.scan()])
    assert dict(schedule.tasks) == {}
    assert list(schedule.task_roles) == [TaskType.RUN_COMMAND]


# --- Refusals -----------------------------------------------------------------------------------------

IMAGE = WindowTask.create_image()
REFUSALS: dict[str, tuple[Callable[[cdk.Stack], object], str]] = {
    "a document for a task": (
        lambda stack: window(stack, untyped("AWS-UpdateSSMAgent")),
        "tasks must be a list of WindowTask, got 'AWS-UpdateSSMAgent'; use a factory such as "
        "WindowTask.run_command(document)",
    ),
    "a command without targets": (
        lambda stack: window(stack, WindowTask.scan(), targets=[]),
        "targets must have 1-10 items, because task Scan runs a command on them, got 0; add PatchTarget.tag(key, "
        "value)",
    ),
    "eleven targets": (
        lambda stack: window(stack, targets=[WEB] * 11),
        "targets must have at most 10 items, got 11; split the schedule, or select more nodes by one tag",
    ),
    "two tasks with one id": (
        lambda stack: window(stack, WindowTask.scan(), WindowTask.scan()),
        "id of a task must be unique in the window, got 'Scan'; set another one with .with_options(id=...)",
    ),
    "the id of the window": (
        lambda stack: window(stack, WindowTask.scan().with_options(id="Resource")),
        "id of a task must not be that of another construct of the window, got 'Resource'; set another one with "
        ".with_options(id=...)",
    ),
    "the id of a target": (
        lambda stack: window(stack, WindowTask.scan().with_options(id="Target2")),
        "id of a task must not be that of another construct of the window, got 'Target2'; set another one with "
        ".with_options(id=...)",
    ),
    "the id of the patching": (
        lambda stack: patch_schedule(stack, after=[WindowTask.scan().with_options(id="Task")]),
        "id of a task must be unique in the window, got 'Task'; set another one with .with_options(id=...)",
    ),
    "a string before the patching": (
        lambda stack: patch_schedule(stack, before=["AWS-UpdateSSMAgent"]),
        "before must be a list of WindowTask, got 'AWS-UpdateSSMAgent'; use a factory such as "
        "WindowTask.run_command(document)",
    ),
    "rate control in a window without targets": (
        lambda stack: window(
            stack, WindowTask.automation("Notify").with_options(max_errors=RateControl.count(1)), targets=[]
        ),
        "max_errors requires a task with targets, got '1'; leave it out, or set targets",
    ),
    "a pseudo parameter in a window without targets": (
        lambda stack: window(stack, IMAGE, targets=[]),
        "parameters 'InstanceId' must not contain {{RESOURCE_ID}} in a task without targets, got '{{RESOURCE_ID}}'; "
        "set targets, or leave it out",
    ),
    "stopped instances by the tag of the window": (
        lambda stack: window(
            stack,
            WindowTask.automation("AWS-StartEC2Instance", parameters={"InstanceId": PseudoParameter.RESOURCE_ID}),
        ),
        "targets must be instance IDs or a resource group for AWS-StartEC2Instance, which finds no stopped nodes by "
        "tag, got 'tag:Role'; use PatchTarget.instance_ids(...), .instances(...) or .resource_group(...)",
    ),
}


@pytest.mark.parametrize(("make", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refusal(stack: cdk.Stack, make: Callable[[cdk.Stack], object], message: str) -> None:
    assert refused(lambda: make(stack)) == f"{message} [Stack/Window]"
    assert stack.node.children == [], "a refusal leaves nothing behind"


ADDED: dict[str, tuple[Callable[[MaintenanceWindow], object], str]] = {
    "an id that is in use": (
        lambda made: made.add_task("Scan", WindowTask.scan()),
        "id of a task must be unique in the window, got 'Scan'; pass another one",
    ),
    "an empty id": (
        lambda made: made.add_task("", WindowTask.scan()),
        "id must be a nonempty string without slashes, got ''",
    ),
    "a negative priority": (
        lambda made: made.add_task("Other", WindowTask.scan(), priority=-1),
        "priority must be a whole number of at least 0, got -1",
    ),
    "a document": (
        lambda made: made.add_task("Other", untyped("AWS-UpdateSSMAgent")),
        "task must be a WindowTask, got 'AWS-UpdateSSMAgent'; use a factory such as WindowTask.run_command(document)",
    ),
    "an eleventh target": (
        lambda made: [untyped(made).add_target(WEB) for _ in range(10)],
        "targets must have 1-10 items, got 11; split the schedule, or select more nodes by one tag",
    ),
}


@pytest.mark.parametrize(("add", "message"), ADDED.values(), ids=ADDED.keys())
def test_refusal_of_what_is_added(stack: cdk.Stack, add: Callable[[MaintenanceWindow], object], message: str) -> None:
    made = window(stack, WindowTask.scan())
    assert refused(lambda: add(made)) == f"{message} [Stack/Window]"


def test_a_tag_cannot_be_added_to_a_window_that_starts_instances(stack: cdk.Stack) -> None:
    start = WindowTask.automation("AWS-StartEC2Instance", parameters={"InstanceId": PseudoParameter.RESOURCE_ID})
    made = window(stack, start, targets=[NODE])
    assert refused(lambda: made.add_target(WEB)).startswith("targets must be instance IDs or a resource group")
    assert len(made.window_targets) == 1
