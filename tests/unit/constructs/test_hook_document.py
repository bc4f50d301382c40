"""HookDocument: Command documents with one script, as hooks and as tasks."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Template

from patching_constructs import (
    HookDocument,
    MaintenanceWindow,
    PatchHooks,
    PatchOperation,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
    WindowTask,
)
from tests.refusals import refused, untyped

pytestmark = pytest.mark.proves("HookDocument", "unit")

DAILY = ScheduleExpression.daily(hour=2)
WEB = PatchTarget.tag("Role", "web")
TASK = "AWS::SSM::MaintenanceWindowTask"


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def document_of(stack: cdk.Stack) -> dict[str, Any]:
    (resource,) = Template.from_stack(stack).find_resources("AWS::SSM::Document").values()
    properties: dict[str, Any] = resource["Properties"]
    return properties


def script_of(stack: cdk.Stack) -> list[Any]:
    script: list[Any] = document_of(stack)["Content"]["mainSteps"][0]["inputs"]["runCommand"]
    return script


def test_a_shell_script(stack: cdk.Stack) -> None:
    made = HookDocument.shell(stack, "Drain", ["set -e", "drain"])
    assert document_of(stack) == {
        "Content": {
            "mainSteps": [
                {
                    "action": "aws:runShellScript",
                    "inputs": {"runCommand": ["set -e", "drain"], "timeoutSeconds": "3600"},
                    "name": "script",
                }
            ],
            "schemaVersion": "2.2",
        },
        "DocumentType": "Command",
        "UpdateMethod": "NewVersion",
    }
    assert stack.resolve(made.document_name) == {"Ref": stack.get_logical_id(made.document)}
    assert made.env.region == stack.region
    assert [child.node.id for child in made.node.children] == ["Resource"]


def test_a_powershell_script_with_a_timeout(stack: cdk.Stack) -> None:
    HookDocument.powershell(stack, "Drain", ["Get-Date"], timeout=timedelta(minutes=5))
    (step,) = document_of(stack)["Content"]["mainSteps"]
    assert (step["action"], step["inputs"]["timeoutSeconds"]) == ("aws:runPowerShellScript", "300")


def test_environment_variables_are_quoted_and_follow_the_interpreter(stack: cdk.Stack) -> None:
    HookDocument.shell(stack, "Drain", ["#!/bin/sh", "drain"], environment={"NAME": "it's", "CLUSTER": "web"})
    assert script_of(stack) == ["#!/bin/sh", "export NAME='it'\\''s'", "export CLUSTER='web'", "drain"]


def test_environment_variables_of_powershell(stack: cdk.Stack) -> None:
    HookDocument.powershell(stack, "Drain", ["drain"], environment={"NAME": "it's"})
    assert script_of(stack) == ["$env:NAME = 'it''s'", "drain"]


def test_a_token_in_the_environment(stack: cdk.Stack) -> None:
    topic = sns.Topic(stack, "Topic")
    HookDocument.shell(stack, "Drain", ["drain"], environment={"TOPIC": topic.topic_arn})
    assert script_of(stack)[0] == {"Fn::Join": ["", ["export TOPIC='", stack.resolve(topic.topic_arn), "'"]]}


@pytest.mark.parametrize(("suffix", "action"), [(".sh", "aws:runShellScript"), (".ps1", "aws:runPowerShellScript")])
def test_a_script_in_a_file(stack: cdk.Stack, tmp_path: Path, suffix: str, action: str) -> None:
    file = tmp_path / f"drain{suffix}"
    file.write_text("first\n\nlast\n", encoding="utf-8")
    HookDocument.from_file(stack, "Drain", str(file))
    assert document_of(stack)["Content"]["mainSteps"][0]["action"] == action
    assert script_of(stack) == ["first", "", "last"]


# --- As a hook, and as a task -------------------------------------------------------------------------


def test_a_hook_of_a_schedule(stack: cdk.Stack) -> None:
    drain = HookDocument.shell(stack, "Drain", ["drain"])
    PatchSchedule(
        stack,
        "Install",
        schedule=DAILY,
        targets=[WEB],
        operation=PatchOperation.INSTALL,
        hooks=PatchHooks(pre_install=drain, on_exit="Rejoin-Node"),
    )
    (task,) = Template.from_stack(stack).find_resources(TASK).values()
    command = task["Properties"]["TaskInvocationParameters"]["MaintenanceWindowRunCommandParameters"]
    assert command["Parameters"] == {
        "OnExitHookDocName": ["Rejoin-Node"],
        "Operation": ["Install"],
        "PreInstallHookDocName": [{"Ref": stack.get_logical_id(drain.document)}],
    }


def test_a_hook_of_a_reboot_and_a_task_of_its_own(stack: cdk.Stack) -> None:
    rejoin = HookDocument.shell(stack, "Rejoin", ["rejoin"])
    tasks = [WindowTask.reboot(post_reboot_hook=rejoin), WindowTask.run_command(rejoin)]
    MaintenanceWindow(stack, "Window", schedule=DAILY, targets=[WEB], tasks=tasks)
    reboot, own = (task["Properties"] for task in Template.from_stack(stack).find_resources(TASK).values())
    name = {"Ref": stack.get_logical_id(rejoin.document)}
    command = reboot["TaskInvocationParameters"]["MaintenanceWindowRunCommandParameters"]
    assert command["Parameters"] == {"PostRebootHookDocName": [name]}
    assert own["TaskArn"] == name


LEVEL = {
    "schemaVersion": "2.2",
    "parameters": {"Level": {"type": "String", "allowedValues": ["low", "high"]}},
    "mainSteps": [
        {"action": "aws:runShellScript", "name": "check", "inputs": {"runCommand": ["check {{Level}} {{ Level }}"]}}
    ],
}


def test_the_parameters_of_a_document_with_content_of_its_own(stack: cdk.Stack) -> None:
    check = HookDocument(stack, "Check", content=LEVEL)
    task = WindowTask.run_command(check, parameters={"Level": "low"})
    MaintenanceWindow(stack, "Window", schedule=DAILY, targets=[WEB], tasks=[task])
    (found,) = Template.from_stack(stack).find_resources(TASK).values()
    command = found["Properties"]["TaskInvocationParameters"]["MaintenanceWindowRunCommandParameters"]
    assert command["Parameters"] == {"Level": ["low"]}
    assert check.content == LEVEL


def test_parameters_that_are_not_known_are_not_checked(stack: cdk.Stack) -> None:
    content = LEVEL | {"parameters": cdk.Token.as_any({})}
    task = WindowTask.run_command(HookDocument(stack, "Check", content=content), parameters={"Name": "web"})
    assert task.id == "RunCommand"


@pytest.mark.parametrize("line", ["docker ps --format '{{.Names}}'", "echo '{''{ Name }''}'", "echo ${A}{ Name }"])
def test_other_braces_are_no_reference_to_a_parameter(stack: cdk.Stack, line: str) -> None:
    HookDocument.shell(stack, "Drain", [line])
    assert script_of(stack) == [line]


# --- Refusals -----------------------------------------------------------------------------------------

REFUSALS: dict[str, tuple[Callable[[cdk.Stack], object], str]] = {
    "no line": (lambda stack: HookDocument.shell(stack, "Drain", []), "lines must have at least 1 item, got 0"),
    "a text": (
        lambda stack: HookDocument.shell(stack, "Drain", "drain"),
        "lines must be a list of strings, got 'drain'; wrap it in [...]",
    ),
    "a document that is too long": (
        lambda stack: HookDocument.shell(stack, "Drain", ["x" * 65536]),
        "lines must have at most 65536 bytes, got 65537; download the script in a short one",
    ),
    "no time": (
        lambda stack: HookDocument.shell(stack, "Drain", ["drain"], timeout=timedelta(0)),
        "timeout must be 1-172800 whole seconds, got 0 seconds",
    ),
    "a variable with a hyphen": (
        lambda stack: HookDocument.shell(stack, "Drain", ["drain"], environment={"MY-NAME": "web"}),
        "environment names must be letters, digits and _, not beginning with a digit, got 'MY-NAME'",
    ),
    "a number in the environment": (
        lambda stack: HookDocument.shell(stack, "Drain", ["drain"], environment=untyped({"PORT": 80})),
        "environment 'PORT' must be a string, got 80",
    ),
    "a number as a variable": (
        lambda stack: HookDocument.shell(stack, "Drain", ["drain"], environment=untyped({80: "PORT"})),
        "environment names must be a string, got 80",
    ),
    "a parameter in a line": (
        lambda stack: HookDocument.shell(stack, "Drain", ["set -e", "drain {{ Cluster }}"]),
        "lines must not refer to a parameter, because Systems Manager replaces it and the document declares none, got "
        "'{{ Cluster }}'; pass a value with environment=..., or write the braces apart, as in '{''{'",
    ),
    "a parameter in a line of PowerShell": (
        lambda stack: HookDocument.powershell(stack, "Drain", ["drain {{Cluster}}"]),
        "lines must not refer to a parameter, because Systems Manager replaces it and the document declares none, got "
        "'{{Cluster}}'; pass a value with environment=..., or write the braces apart, as in '{''{'",
    ),
    "a parameter in the environment": (
        lambda stack: HookDocument.shell(stack, "Drain", ["drain"], environment={"CLUSTER": "{{CLUSTER_NAME}}"}),
        "environment 'CLUSTER' must not refer to a parameter, because Systems Manager replaces it and the document "
        "declares none, got '{{CLUSTER_NAME}}'; pass a value with environment=..., or write the braces apart, as in "
        "'{''{'",
    ),
    "a parameter that the content does not declare": (
        lambda stack: HookDocument(stack, "Drain", content=LEVEL | {"parameters": {}}),
        "content must declare the parameters that it refers to, got '{{Level}}'; add 'Level' to the parameters",
    ),
    "another suffix": (
        lambda stack: HookDocument.from_file(stack, "Drain", "drain.py"),
        "path must have the suffix .sh or .ps1, got 'drain.py'",
    ),
}


@pytest.mark.parametrize(("make", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refusal(stack: cdk.Stack, make: Callable[[cdk.Stack], object], message: str) -> None:
    assert refused(lambda: make(stack)) == f"{message} [Stack/Drain]"
    assert stack.node.children == []


def test_refusal_of_a_file_that_cannot_be_read(stack: cdk.Stack, tmp_path: Path) -> None:
    missing, binary = tmp_path / "missing.sh", tmp_path / "binary.sh"
    binary.write_bytes(b"\xff")
    assert refused(lambda: HookDocument.from_file(stack, "Drain", missing)) == (
        f"path must be a text file that can be read, got '{missing}': [Errno 2] No such file or directory: "
        f"'{missing}' [Stack/Drain]"
    )
    assert refused(lambda: HookDocument.from_file(stack, "Drain", binary)).startswith(
        f"path must be a text file that can be read, got '{binary}': 'utf-8' codec can't decode"
    )


def test_refusal_of_a_parameter_in_a_file(stack: cdk.Stack, tmp_path: Path) -> None:
    file = tmp_path / "drain.sh"
    file.write_text("drain {{ Cluster }}\n", encoding="utf-8")
    assert refused(lambda: HookDocument.from_file(stack, "Drain", file)) == (
        "lines must not refer to a parameter, because Systems Manager replaces it and the document declares none, got "
        "'{{ Cluster }}'; pass a value with environment=..., or write the braces apart, as in '{''{' [Stack/Drain]"
    )


USES: dict[str, tuple[Callable[[HookDocument], object], str]] = {
    "as a runbook": (
        WindowTask.automation,
        "document must be a document of type Automation, got the document of type Command; use "
        "WindowTask.run_command(...)",
    ),
    "with an unknown parameter": (
        lambda check: WindowTask.run_command(check, parameters={"Lvel": "low"}),
        "parameters must be parameters of the document: Level, got 'Lvel'; did you mean 'Level'?",
    ),
    "without a required parameter": (
        WindowTask.run_command,
        "parameters must contain 'Level', which the document requires, got none; add {'Level': ...}",
    ),
    "with another value": (
        lambda check: WindowTask.run_command(check, parameters={"Level": "medium"}),
        "parameters 'Level' must be one of 'low', 'high', as the document requires, got 'medium'",
    ),
    "as a hook of an install": (
        lambda check: PatchHooks(on_exit=check),
        "PatchHooks on_exit must not require parameters, got the document, which requires 'Level'; give it a default",
    ),
    "as a hook of a reboot": (
        lambda check: WindowTask.reboot(post_reboot_hook=check),
        "post_reboot_hook must not require parameters, got the document, which requires 'Level'; give it a default",
    ),
}


@pytest.mark.parametrize(("use", "message"), USES.values(), ids=USES.keys())
def test_refusal_of_a_use(stack: cdk.Stack, use: Callable[[HookDocument], object], message: str) -> None:
    check = HookDocument(stack, "Check", content=LEVEL)
    assert refused(lambda: use(check)) == message


def test_refusal_of_a_parameter_of_a_script(stack: cdk.Stack) -> None:
    drain = HookDocument.shell(stack, "Drain", ["drain"])
    assert refused(lambda: WindowTask.run_command(drain, parameters={"Level": "low"})) == (
        "parameters cannot be used with the document, which has no parameters, got 'Level'; leave it out"
    )
