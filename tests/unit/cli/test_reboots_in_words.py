"""One answer to whether nodes reboot, for commands that patch nothing themselves."""

from typing import Any

import pytest

from patching_constructs.cli import descriptions
from patching_constructs.cli.labels import Effect, effect_of_window
from tests.unit.cli.test_labels import UNKNOWN, task, window_with


def document(*steps: dict[str, Any]) -> dict[str, Any]:
    return {"Type": "AWS::SSM::Document", "Properties": {"Content": {"mainSteps": list(steps)}}}


def script(line: str) -> dict[str, Any]:
    return {"action": "aws:runShellScript", "inputs": {"runCommand": [line]}}


def install(**parameters: str) -> dict[str, Any]:
    given = {"Operation": "Install"} | parameters
    return {
        "action": "aws:runCommand",
        "inputs": {"DocumentName": "AWS-RunPatchBaseline", "Parameters": given},
    }


OWN = task({"Ref": "Document"})
FUNCTION = {
    "Type": "AWS::SSM::MaintenanceWindowTask",
    "Properties": {"WindowId": {"Ref": "Window"}, "TaskType": "LAMBDA", "TaskArn": "arn:aws:lambda:::function:F"},
}
ANSWERS: dict[str, tuple[dict[str, Any], Effect, str]] = {
    "a document of AWS": (
        {"Task": task("AWS-InstanceRebootWithHooks")},
        Effect.REBOOT_ONLY,
        "yes: AWS-InstanceRebootWithHooks",
    ),
    "a document that is named like it": (
        {"Task": task("Acme-Reboot")},
        Effect.REBOOT_ONLY,
        "possible: Acme-Reboot",
    ),
    "a document of the template": (
        {"Task": OWN, "Document": document(script("systemctl reboot"))},
        Effect.REBOOT_ONLY,
        "yes, at least under some conditions: Document",
    ),
    "a document of the template that installs": (
        {"Task": OWN, "Document": document(install())},
        Effect.REBOOT,
        "if a patch was installed",
    ),
    "a document of the template that installs without a reboot": (
        {"Task": OWN, "Document": document(install(RebootOption="NoReboot"))},
        Effect.INSTALL,
        "no, and nodes stay non-compliant until a reboot and the next scan",
    ),
    "a script": ({"Task": task("AWS-RunShellScript")}, Effect.OTHER, "depends on the document"),
    "an unknown document": ({"Task": task(UNKNOWN)}, Effect.OTHER, "unknown until deployment"),
    "a function": ({"Task": FUNCTION}, Effect.OTHER, "no"),
    "an install and a reboot": (
        {
            "Backup": FUNCTION,
            "Install": task(Operation="Install", RebootOption="NoReboot"),
            "Reboot": task("AWS-InstanceRebootWithHooks"),
            "Rescan": task(Operation="Scan"),
        },
        Effect.REBOOT,
        "Install: no, and nodes stay non-compliant until a reboot and the next scan; "
        "Reboot: yes: AWS-InstanceRebootWithHooks; Rescan: no",
    ),
}


@pytest.mark.parametrize(("resources", "effect", "words"), ANSWERS.values(), ids=ANSWERS)
def test_whether_nodes_reboot(resources: dict[str, Any], effect: Effect, words: str) -> None:
    window = window_with(**resources)
    assert effect_of_window(window) is effect
    assert descriptions.reboots_in_words(window) == words


def test_a_function_reboots_no_nodes() -> None:
    (function,) = window_with(Task=FUNCTION).tasks
    assert descriptions.reboot_in_words(function) == "no, because it does not run on nodes"
