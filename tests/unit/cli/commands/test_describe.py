"""``patching-constructs describe``: what a template's schedules do, in words."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from patching_constructs.cli.app import app
from patching_constructs.template import TARGET, TASK, WINDOW, MaintenanceWindow, read_windows

UNKNOWN = {"Ref": "Parameter"}

# --- Templates to describe ----------------------------------------------------------------------------

WEEKLY = {
    "Name": "weekly",
    "Schedule": "cron(0 4 ? * SUN *)",
    "Duration": 4,
    "Cutoff": 1,
    "AllowUnassociatedTargets": False,
}
ON_TARGET = {
    "Targets": [{"Key": "WindowTargetIds", "Values": [{"Ref": "Target0"}]}],
    "TaskType": "RUN_COMMAND",
    "Priority": 1,
    "MaxConcurrency": "10%",
    "MaxErrors": "0",
}
WEB = [{"Key": "tag:Patch Group", "Values": ["web"]}]
INSTALL = {"Operation": ["Install"]}
CONTINUES = "1 h before the end: no new tasks start, and a task that has started continues on the remaining nodes"


def resources(
    window: dict[str, Any],
    targets: list[list[dict[str, Any]]] | None = None,
    parameters: dict[str, Any] | None = None,
    document: object = "AWS-RunPatchBaseline",
) -> dict[str, Any]:
    """Write a window, its targets, and, where it has parameters, its task."""
    invocation = {"MaintenanceWindowRunCommandParameters": {"Parameters": parameters}}
    window_id = {"WindowId": {"Ref": "Window"}}
    return (
        {"Window": {"Type": WINDOW, "Properties": window}}
        | {
            f"Target{place}": {
                "Type": TARGET,
                "Properties": window_id | {"ResourceType": "INSTANCE", "Targets": each},
            }
            for place, each in enumerate(targets or [])
        }
        | (
            {}
            if parameters is None
            else {
                "Task": {
                    "Type": TASK,
                    "Properties": window_id | ON_TARGET | {"TaskArn": document, "TaskInvocationParameters": invocation},
                }
            }
        )
    )


def written(file: Path, content: dict[str, Any]) -> Path:
    file.write_text(json.dumps({"Resources": content}), encoding="utf-8")
    return file


@pytest.fixture(autouse=True)
def plain_output(monkeypatch: pytest.MonkeyPatch) -> None:
    # A build server may ask for colours, and what is read here is text.
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)


def read(file: Path, window: dict[str, Any], **others: Any) -> MaintenanceWindow:
    (record,) = read_windows(written(file, resources(window, **others)))
    return record


# --- The command --------------------------------------------------------------------------------------


def described(*arguments: str) -> tuple[int, list[str], str]:
    """Run the command; return its exit code, the lines that it prints, and its errors."""
    result = CliRunner().invoke(app, ["describe", *arguments], env={"COLUMNS": "200"})
    return result.exit_code, [line.rstrip() for line in result.stdout.splitlines() if line.strip()], result.stderr


def rows(*arguments: str) -> list[tuple[str, str]]:
    """Return the name and the words of every row."""
    code, lines, errors = described(*arguments)
    assert (code, errors) == (0, "")
    return [(name, words) for name, words in (re.split(" {2,}", line, maxsplit=1) for line in lines)]


def test_a_schedule_is_described_row_by_row(template: Path) -> None:
    window = WEEKLY | {"ScheduleTimezone": "Europe/Berlin"}
    written(template, resources(window, targets=[WEB], parameters=INSTALL | {"RebootOption": ["NoReboot"]}))
    assert rows(str(template)) == [
        ("window", "weekly (stack Patching)"),
        ("schedule", "At 04:00, only on Sunday"),
        ("time zone", "Europe/Berlin"),
        ("duration", "4 h"),
        ("cutoff", CONTINUES),
        ("monitored", "not in these templates"),
        ("targets", "Patch Group = web"),
        ("task", "Task: AWS-RunPatchBaseline, priority 1"),
        ("operation", "Install: install missing patches"),
        ("reboot", "no, and nodes stay non-compliant until a reboot and the next scan"),
        ("concurrency", "10%"),
        ("error threshold", "0"),
    ]


def test_a_window_without_a_time_zone_is_in_utc_and_without_a_task_does_nothing(template: Path) -> None:
    written(template, resources(WEEKLY))
    assert described(str(template)) == (
        0,
        [
            "window     weekly (stack Patching)",
            "schedule   At 04:00, only on Sunday",
            "time zone  UTC",
            "duration   4 h",
            "cutoff     1 h before the end: no new tasks start",
            "monitored  not in these templates",
            "targets    none",
            "operation  none: the window has no task",
        ],
        "",
    )


def test_a_document_has_a_line_for_each_line_of_its_script(template: Path) -> None:
    step = {"action": "aws:runShellScript", "name": "drain", "inputs": {"runCommand": ["set -e", "drain"]}}
    content = {"schemaVersion": "2.2", "mainSteps": [step]}
    written(template, {"Drain": {"Type": "AWS::SSM::Document", "Properties": {"Content": content}}})
    _, lines, _ = described(str(template))
    indent = " " * lines[2].index("{")
    assert lines[2] == f"Content{indent[7:]}{{"
    start = lines.index(f'{indent}      "inputs": {{')
    assert lines[start + 1 : start + 5] == [
        f'{indent}        "runCommand": [',
        f'{indent}          "set -e",',
        f'{indent}          "drain"',
        f"{indent}        ]",
    ]


def test_tasks_that_differ_at_the_cutoff_have_a_row_each(template: Path) -> None:
    window = resources(WEEKLY, targets=[WEB], parameters=INSTALL)
    window["Task"]["Properties"]["CutoffBehavior"] = "CANCEL_TASK"
    function = {"WindowId": {"Ref": "Window"}, "TaskType": "LAMBDA", "TaskArn": "arn:aws:lambda:x", "Priority": 2}
    behaviors = {"Report": {}, "Smoke": {"CutoffBehavior": "CANCEL_TASK"}}
    others = {name: {"Type": TASK, "Properties": function | each} for name, each in behaviors.items()}
    written(template, window | others)
    assert [words for name, words in rows(str(template)) if name == "cutoff"] == [
        "1 h before the end: no new tasks start",
        "running commands are canceled if possible, and unfinished nodes wait for the next execution",
        "a task that has started continues",
        "running invocations finish",
    ]


def test_a_content_that_is_unknown_is_one_line(template: Path) -> None:
    written(template, {"Drain": {"Type": "AWS::SSM::Document", "Properties": {"Content": {"Fn::ImportValue": "x"}}}})
    assert described(str(template))[1][2:] == ["Content    export x"]


def test_a_frozen_schedule_is_described_as_such(template: Path) -> None:
    content = resources(WEEKLY)
    content["Window"]["Metadata"] = {"PatchingConstructs": {"Frozen": True}}
    _, lines, _ = described(str(written(template, content)))
    assert lines[-1] == "frozen     no task"


def test_a_construct_is_described_by_its_path(template: Path) -> None:
    content = resources(WEEKLY)
    content["Window"]["Metadata"] = {"aws:cdk:path": "Patching/Weekly/Resource"}
    _, lines, _ = described(str(written(template, content)))
    assert lines[1] == "construct  Patching/Weekly"


def test_unknown_values_are_described_as_unknown(template: Path) -> None:
    written(template, resources(dict.fromkeys(["Name", "Schedule", "ScheduleTimezone"], UNKNOWN)))
    _, lines, _ = described(str(template))
    assert lines[:3] == [
        "window     unknown until deployment (stack Patching)",
        "schedule   unknown until deployment",
        "time zone  unknown until deployment",
    ]


def test_a_key_of_a_target_that_is_unknown(template: Path) -> None:
    content = resources(WEEKLY, [WEB], INSTALL)
    task = next(each for each in content.values() if each["Type"] == TASK)
    task["Properties"] = task["Properties"] | {"Targets": [{"Key": UNKNOWN, "Values": ["web"]}]}
    written(template, content)
    assert [words for name, words in rows(str(template)) if name == "targets"] == [
        "Patch Group = web",
        "Parameter = web",
    ]


def test_every_window_is_described(template: Path) -> None:
    monthly = {"Type": WINDOW, "Properties": WEEKLY | {"Name": "monthly"}}
    written(template, resources(WEEKLY) | {"Another": monthly})
    _, lines, _ = described(str(template))
    assert [line for line in lines if line.startswith("window")] == [
        "window     weekly (stack Patching)",
        "window     monthly (stack Patching)",
    ]


def test_a_template_without_windows(template: Path) -> None:
    written(template, {})
    code, lines, errors = described(str(template))
    assert (code, "".join(lines), errors) == (0, f"{template}: no maintenance windows", "")


def test_markup_in_a_name_is_text(template: Path) -> None:
    written(template, resources(WEEKLY | {"Name": "[red]weekly[/red]"}))
    assert "window     [red]weekly[/red] (stack Patching)" in described(str(template))[1]


def test_without_a_path_cdk_out_is_described(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert described() == (2, [], "cdk.out: no such file or directory; run cdk synth first\n")


def test_a_file_that_is_not_a_template_is_one_line_and_exit_code_2(template: Path) -> None:
    template.write_text("[]", encoding="utf-8")
    message = f"{template}: it is not a CloudFormation template: it is a list\n"
    assert described(str(template)) == (2, [], message)


def test_without_a_command_the_commands_are_listed() -> None:
    result = CliRunner().invoke(app, [])
    assert result.exit_code == 2
    assert "describe" in result.output


# --- Templates that are not read ----------------------------------------------------------------------

INNER = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://host/inner.yaml"}}


def test_templates_that_are_not_read_are_listed(tmp_path: Path) -> None:
    file = written(tmp_path / "a.json", {"Inner": INNER})
    _, lines, _ = described(str(file))
    assert lines == [
        f"{file}: no maintenance windows",
        "templates that are not read",
        "  Inner: 'https://host/inner.yaml' is not a file beside the template",
    ]


def test_the_windows_of_an_inline_template_are_described(tmp_path: Path) -> None:
    body = {"Resources": {"Window": {"Type": WINDOW, "Properties": WEEKLY}}}
    stack_set = {"Type": "AWS::CloudFormation::StackSet", "Properties": {"TemplateBody": json.dumps(body)}}
    file = written(tmp_path / "a.json", {"Set": stack_set, "Inner": INNER})
    _, lines, _ = described(str(file))
    assert lines[0].endswith("weekly (stack a/Set)")
    assert lines[-2] == "templates that are not read"


# --- Errors of the linter -----------------------------------------------------------------------------


def test_an_error_is_shown_unless_it_is_ignored(template: Path) -> None:
    message = ("invalid", "Cutoff must be shorter than Duration, got Cutoff: 4, Duration: 4.")
    content = resources(WEEKLY | {"Cutoff": 4})
    assert message in rows(str(written(template, content)))
    ignore = {"rule": "Patching-CutoffBelowDuration", "reason": "An example."}
    content["Window"]["Metadata"] = {"PatchingConstructs": {"Ignore": [ignore]}}
    assert message not in rows(str(written(template, content)))
