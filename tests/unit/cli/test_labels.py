"""Short labels of what a schedule does and where."""

from typing import Any

import pytest

from patching_constructs.cli.labels import (
    Effect,
    effect_of_run,
    effect_of_window,
    operation_of_run,
    operation_of_window,
    targets_of_run,
    targets_of_window,
)
from patching_constructs.template import MaintenanceWindow
from tests.in_memory import read_resources
from tests.unit.cli.fleet import runs_of
from tests.unit.template.test_upcoming_runs import association, policy, rule

UNKNOWN = {"Ref": "Parameter"}
WINDOW = {"Type": "AWS::SSM::MaintenanceWindow", "Properties": {"Name": "w", "Schedule": "rate(7 days)"}}
WINDOW_ID = {"WindowId": {"Ref": "Window"}}


def task(document: object = "AWS-RunPatchBaseline", **parameters: object) -> dict[str, Any]:
    given = {name: [value] for name, value in parameters.items()}
    properties = WINDOW_ID | {
        "TaskArn": document,
        "TaskType": "RUN_COMMAND",
        "TaskInvocationParameters": {"MaintenanceWindowRunCommandParameters": {"Parameters": given}},
    }
    return {"Type": "AWS::SSM::MaintenanceWindowTask", "Properties": properties}


def window_with(**registrations: dict[str, Any]) -> MaintenanceWindow:
    (window,) = read_resources({"Window": WINDOW, **registrations})
    return window


EFFECTS: dict[str, tuple[dict[str, Any], Effect]] = {
    "a scan": (task(Operation="Scan"), Effect.SCAN),
    "an install": (task(Operation="Install"), Effect.REBOOT),
    "an install without a reboot": (task(Operation="Install", RebootOption="NoReboot"), Effect.INSTALL),
    "an unknown reboot option": (task(Operation="Install", RebootOption=UNKNOWN), Effect.REBOOT),
    "an unknown operation": (task(Operation=UNKNOWN), Effect.OTHER),
    "an unknown document": (task(UNKNOWN, Operation="Install"), Effect.OTHER),
    "a reboot": (task("AWS-InstanceRebootWithHooks"), Effect.REBOOT_ONLY),
    "what is called a reboot": (task("Acme-Reboot"), Effect.REBOOT_ONLY),
    "a script": (task("AWS-RunShellScript"), Effect.OTHER),
}


@pytest.mark.parametrize(("properties", "effect"), EFFECTS.values(), ids=EFFECTS)
def test_the_effect_of_a_task(properties: dict[str, Any], effect: Effect) -> None:
    assert effect_of_window(window_with(Task=properties)) is effect


def test_the_greatest_effect_counts() -> None:
    tasks = {"Scan": task(Operation="Scan"), "Script": task("AWS-RunShellScript")}
    assert effect_of_window(window_with(**tasks)) is Effect.OTHER
    assert effect_of_window(window_with(**tasks, Install=task(Operation="Install"))) is Effect.REBOOT


def test_a_window_without_a_task_has_another_effect() -> None:
    assert effect_of_window(window_with()) is Effect.OTHER


def test_the_effect_of_a_run_outside_of_windows() -> None:
    runs = runs_of(A=association(), B=rule())
    assert [effect_of_run(run) for run in runs] == [Effect.SCAN, Effect.REBOOT]


def target(*entries: tuple[object, list[object]]) -> dict[str, Any]:
    targets = [{"Key": key, "Values": values} for key, values in entries]
    return {
        "Type": "AWS::SSM::MaintenanceWindowTarget",
        "Properties": WINDOW_ID | {"ResourceType": "INSTANCE", "Targets": targets},
    }


TARGETS: dict[str, tuple[list[dict[str, Any]], str]] = {
    "a tag": ([target(("tag:Env", ["prod"]))], "prod"),
    "two tags": ([target(("tag:Env", ["prod"]), ("tag:Role", ["web", "db"]))], "prod web | db"),
    "a key": ([target(("tag-key", ["Role"]))], "tag Role"),
    "many values": ([target(("tag:Role", ["a", "b", "c", "d", "e"]))], "a | b | c | 2 more"),
    "a node": ([target(("InstanceIds", ["i-0123"]))], "i-0123"),
    "nodes": ([target(("InstanceIds", ["i-0123", "i-4567"]))], "2 nodes"),
    "a group": (
        [target(("resource-groups:Name", ["web"]), ("resource-groups:ResourceTypeFilters", ["AWS::EC2::Instance"]))],
        "web",
    ),
    "an unknown value": ([target(("tag:Role", [UNKNOWN]))], "unknown until deployment"),
    "two targets": ([target(("tag:Role", ["web"])), target(("tag:Role", ["db"]))], "web, db"),
    "equal targets": ([target(("tag:Role", ["web"])), target(("tag:Group", ["web"]))], "web"),
    "no entries": ([target()], "targets unknown"),
    "no targets": ([], "w (no targets)"),
}


@pytest.mark.parametrize(("targets", "label"), TARGETS.values(), ids=TARGETS)
def test_the_targets_of_a_window(targets: list[dict[str, Any]], label: str) -> None:
    registered = {f"Target{place}": each for place, each in enumerate(targets)}
    assert targets_of_window(window_with(**registered)) == label


def test_the_targets_of_runs_outside_of_windows() -> None:
    entries = [{"Key": "tag:Role", "Values": ["web", UNKNOWN]}]
    runs = runs_of(
        A=association(),
        B=association(Targets=entries),
        C=association(Targets=[]),
        D=association(Targets=UNKNOWN),
        E=policy(TargetOrganizationalUnits="ou-1"),
    )
    assert [targets_of_run(run) for run in runs] == [
        "web",
        "unknown | web",
        "C (no targets)",
        "targets unknown",
        "targets unknown",
    ]


FUNCTION = "arn:aws:lambda:eu-west-3:111122223333:function:Backup"
OPERATIONS: dict[str, tuple[dict[str, Any], str]] = {
    "no task": ({}, "no task"),
    "one task": ({"A": task(Operation="Install")}, "Install"),
    "the name of an ARN": ({"A": task(FUNCTION)}, "Backup"),
    "a document of its own": ({"A": task("AWS-RunShellScript")}, "AWS-RunShellScript"),
    "what patches or reboots is first": (
        {
            "A": task(FUNCTION),
            "B": task(Operation="Install", RebootOption="NoReboot"),
            "C": task("AWS-InstanceRebootWithHooks"),
            "D": task(Operation="Scan"),
        },
        "Install, Reboot, Scan, 1 more",
    ),
}


@pytest.mark.parametrize(("tasks", "words"), OPERATIONS.values(), ids=OPERATIONS)
def test_the_operation_of_a_window_in_few_words(tasks: dict[str, Any], words: str) -> None:
    assert operation_of_window(window_with(**tasks)) == words


def test_the_operation_of_a_run_in_few_words() -> None:
    assert [operation_of_run(run) for run in runs_of(A=association(), B=rule())] == ["Scan", "Install"]
