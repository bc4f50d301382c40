"""``patching-constructs describe``: what a template's schedules do, in words."""

import json
import locale
import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from typer.testing import CliRunner

from patching_constructs.cli import _words, main
from patching_constructs.cli._app import app
from patching_constructs.template import TARGET, TASK, WINDOW, WindowRecord, read_windows
from tests.unit.schedule.test_cron_dialect import expressions

UNKNOWN = {"Ref": "Parameter"}

# --- Templates to describe ----------------------------------------------------------------------------

WEEKLY = {"Name": "weekly", "Schedule": "cron(0 4 ? * SUN *)", "Duration": 4, "Cutoff": 1}
WEB = [{"Key": "tag:Patch Group", "Values": ["web"]}]
INSTALL = {"Operation": ["Install"]}
CONTINUES = "1 h before the end no new task starts, and a task that has started continues on the remaining nodes"


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
            f"Target{place}": {"Type": TARGET, "Properties": window_id | {"Targets": each}}
            for place, each in enumerate(targets or [])
        }
        | (
            {}
            if parameters is None
            else {
                "Task": {
                    "Type": TASK,
                    "Properties": window_id | {"TaskArn": document, "TaskInvocationParameters": invocation},
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


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return tmp_path / "Patching.template.json"


def read(file: Path, window: dict[str, Any], **others: Any) -> WindowRecord:
    (record,) = read_windows(written(file, resources(window, **others)))
    return record


# --- The command --------------------------------------------------------------------------------------


def described(*arguments: str) -> tuple[int, list[str], str]:
    """Run the command; return its exit code, the lines that it prints, and its errors."""
    result = CliRunner().invoke(app, ["describe", *arguments], env={"COLUMNS": "200"})
    return result.exit_code, [line.rstrip() for line in result.stdout.splitlines() if line.strip()], result.stderr


def test_a_schedule_is_described_row_by_row(template: Path) -> None:
    window = WEEKLY | {"ScheduleTimezone": "Europe/Berlin"}
    written(template, resources(window, targets=[WEB], parameters=INSTALL | {"RebootOption": ["NoReboot"]}))
    assert described(str(template)) == (
        0,
        [
            "window     weekly (stack Patching)",
            "opens      At 04:00, only on Sunday",
            "time zone  Europe/Berlin",
            "length     4 h open",
            f"cutoff     {CONTINUES}",
            "targets    Patch Group = web",
            "operation  Install missing patches",
            "reboot     no; nodes stay non-compliant until a reboot and the next scan",
        ],
        "",
    )


def test_a_window_without_a_time_zone_is_in_utc_and_without_a_task_does_nothing(template: Path) -> None:
    written(template, resources(WEEKLY))
    assert described(str(template)) == (
        0,
        [
            "window     weekly (stack Patching)",
            "opens      At 04:00, only on Sunday",
            "time zone  UTC",
            "length     4 h open",
            "cutoff     1 h before the end no new task starts",
            "targets    none",
            "operation  none: the window has no task",
        ],
        "",
    )


def test_a_frozen_schedule_is_described_as_such(template: Path) -> None:
    content = resources(WEEKLY)
    content["Window"]["Metadata"] = {"PatchingConstructs": {"Frozen": True}}
    _, lines, _ = described(str(written(template, content)))
    assert lines[-1] == "operation  none: the schedule is frozen"


def test_a_construct_is_described_by_its_path(template: Path) -> None:
    content = resources(WEEKLY)
    content["Window"]["Metadata"] = {"aws:cdk:path": "Patching/Weekly/Resource"}
    _, lines, _ = described(str(written(template, content)))
    assert lines[1] == "construct  Patching/Weekly"


def test_what_only_the_deployment_knows_is_said_to_be_so(template: Path) -> None:
    written(template, resources(dict.fromkeys(["Name", "Schedule", "ScheduleTimezone"], UNKNOWN)))
    _, lines, _ = described(str(template))
    assert lines[:3] == [
        "window     not known before deployment (stack Patching)",
        "opens      not known before deployment",
        "time zone  not known before deployment",
    ]


def test_every_window_is_described(template: Path) -> None:
    monthly = {"Type": WINDOW, "Properties": WEEKLY | {"Name": "monthly"}}
    written(template, resources(WEEKLY) | {"Another": monthly})
    _, lines, _ = described(str(template))
    assert [line for line in lines if line.startswith("window")] == [
        "window     weekly (stack Patching)",
        "window     monthly (stack Patching)",
    ]


def test_a_template_without_a_window_is_said_to_have_none(template: Path) -> None:
    written(template, {})
    code, lines, errors = described(str(template))
    assert (code, "".join(lines), errors) == (0, f"{template}: no maintenance window", "")


def test_markup_in_a_name_is_no_markup(template: Path) -> None:
    written(template, resources(WEEKLY | {"Name": "[red]weekly[/red]"}))
    assert "window     [red]weekly[/red] (stack Patching)" in described(str(template))[1]


def test_without_a_path_cdk_out_is_described(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert described() == (2, [], "cdk.out: there is no such file or directory; run cdk synth first\n")


def test_what_is_no_template_is_one_line_and_exit_code_2(template: Path) -> None:
    template.write_text("[]", encoding="utf-8")
    message = f"{template}: that is no CloudFormation template: it has no Resources\n"
    assert described(str(template)) == (2, [], message)


def test_without_a_command_the_commands_are_listed() -> None:
    result = CliRunner().invoke(app, [])
    assert result.exit_code == 2
    assert "describe" in result.output


# --- The process --------------------------------------------------------------------------------------


def ran(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, env=os.environ | environment
    )


CLI = ("-m", "patching_constructs.cli")


def test_as_a_module_it_describes(template: Path) -> None:
    written(template, resources(WEEKLY))
    done = ran(*CLI, "describe", str(template))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("window     weekly (stack Patching)")


def test_as_a_module_a_missing_path_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    missing = tmp_path / "cdk.out"
    done = ran(*CLI, "describe", str(missing))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{missing}: there is no such file or directory; run cdk synth first\n"


def test_without_a_locale_there_is_no_warning(template: Path) -> None:
    written(template, resources(WEEKLY))
    assert ran("-W", "error", *CLI, "describe", str(template), LC_ALL="C").stderr == ""


BLOCKED = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name == {name!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Blocker())
from patching_constructs.cli import main
main()
"""


@pytest.mark.parametrize("name", ["typer", "rich", "cron_descriptor"])
def test_without_the_extra_it_says_what_to_install(template: Path, name: str) -> None:
    written(template, resources(WEEKLY))
    done = ran("-c", BLOCKED.format(name=name), "describe", str(template))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{name} is missing: the command line is an extra: pip install 'patching-constructs[cli]'\n"


def test_a_fault_of_our_own_is_not_blamed_on_the_extra() -> None:
    done = ran("-c", BLOCKED.format(name="patching_constructs.cli.describe"))
    assert done.returncode == 1
    assert done.stderr.endswith("ModuleNotFoundError: No module named 'patching_constructs.cli.describe'\n")


# The same once more within this process, where coverage sees it.


def forget_the_cli(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_app", "describe"):
        monkeypatch.delitem(sys.modules, f"patching_constructs.cli.{name}", raising=False)


def test_main_without_the_extra_exits_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_the_cli(monkeypatch)
    monkeypatch.setitem(sys.modules, "typer", None)
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == (
        "typer is missing: the command line is an extra: pip install 'patching-constructs[cli]'"
    )


def test_main_does_not_blame_a_fault_of_our_own_on_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_the_cli(monkeypatch)
    monkeypatch.setitem(sys.modules, "patching_constructs.cli.describe", None)
    with pytest.raises(ModuleNotFoundError) as caught:
        main()
    assert caught.value.name == "patching_constructs.cli.describe"


def test_main_runs_the_command(
    template: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written(template, resources(WEEKLY))
    monkeypatch.setattr(sys, "argv", ["patching-constructs", "describe", str(template)])
    with pytest.raises(SystemExit) as caught:
        runpy.run_module("patching_constructs.cli", run_name="__main__")
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith("window     weekly (stack Patching)")


# --- When a window opens, in words --------------------------------------------------------------------

SCHEDULES: dict[str, tuple[object, str]] = {
    "every day": ("cron(0 4 * * ? *)", "At 04:00, every day"),
    "every day by ? in day-of-month": ("cron(15 10 ? * * *)", "At 10:15, every day"),
    "every day with seconds": ("cron(30 0 4 * * ? *)", "At 04:00:30, every day"),
    "every day of a month": ("cron(0 4 * JAN ? *)", "At 04:00, only in January, every day"),
    "every day of every third month": ("cron(0 4 * 1/3 ? *)", "At 04:00, every 3 months, every day"),
    "every few minutes": ("cron(0/15 * * * ? *)", "Every 15 minutes"),
    "weekdays by name": ("cron(0 4 ? * MON-FRI *)", "At 04:00, Monday through Friday"),
    "weekdays by number": ("cron(0 4 ? * 2,7 *)", "At 04:00, only on Monday and Saturday"),
    "the last day of the week": ("cron(0 4 ? * L *)", "At 04:00, only on Saturday"),
    "the last such weekday": ("cron(0 4 ? * 6L *)", "At 04:00, on the last Friday of the month"),
    "the second such weekday by name": ("cron(30 2 ? * TUE#2 *)", "At 02:30, on the second Tuesday of the month"),
    "the second such weekday by number": ("cron(30 2 ? * 3#2 *)", "At 02:30, on the second Tuesday of the month"),
    "a day of the month": ("cron(0 4 15 * ? *)", "At 04:00, on day 15 of the month"),
    "the last day of the month": ("cron(0 4 L * ? *)", "At 04:00, on the last day of the month"),
    "the last workday of the month": ("cron(0 4 LW * ? *)", "At 04:00, on the last weekday of the month"),
    "the workday nearest to a day": (
        "cron(0 4 15W * ? *)",
        "At 04:00, on the weekday nearest day 15 of the month",
    ),
    "a year": ("cron(0 4 1 JAN ? 2026)", "At 04:00, on day 1 of the month, only in January, only in 2026"),
    "what the words' library does not know": ("cron(0 4 ? * SUN,*/6 *)", "cron(0 4 ? * SUN,*/6 *)"),
    "a rate of one": ("rate(1 day)", "Every day"),
    "a rate of more": ("rate(12 hours)", "Every 12 hours"),
    "a moment": ("at(2026-01-31T22:30:00)", "Once, on 2026-01-31 at 22:30:00 UTC"),
    "what is refused": (
        "every day",
        "every day: schedule must be cron(...), rate(...) or at(...), got 'every day'; put cron(...) around the fields",
    ),
    "a token that was never resolved": ("${Token[TOKEN.1]}", "not known before deployment"),
    "a parameter": (UNKNOWN, "not known before deployment"),
    "nothing": (None, "none"),
}


@pytest.mark.parametrize(("schedule", "words"), SCHEDULES.values(), ids=SCHEDULES.keys())
def test_a_schedule_in_words(template: Path, schedule: object, words: str) -> None:
    assert _words.schedule_in_words(read(template, {"Schedule": schedule})) == words


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (None, ""),
        (1, ", then 1 day later"),
        (5, ", then 5 days later"),
        (UNKNOWN, ", then a number of days later that is not known before deployment"),
    ],
    ids=["none", "one day", "days", "a parameter"],
)
def test_an_offset_in_words(template: Path, offset: object, words: str) -> None:
    record = read(template, {"Schedule": "cron(0 4 ? * TUE#2 *)", "ScheduleOffset": offset})
    assert _words.schedule_in_words(record) == f"At 04:00, on the second Tuesday of the month{words}"


@pytest.mark.parametrize("found", [("de_DE", "UTF-8"), (None, None)], ids=["German", "none"])
def test_the_words_are_english_whatever_the_locale(
    template: Path, monkeypatch: pytest.MonkeyPatch, found: tuple[str | None, str | None]
) -> None:
    monkeypatch.setattr(locale, "getlocale", lambda *_: found)
    assert _words.schedule_in_words(read(template, WEEKLY)) == "At 04:00, only on Sunday"


@given(expressions())
def test_every_expression_has_words(expression: str) -> None:
    record = WindowRecord(**dict.fromkeys(WindowRecord.__dataclass_fields__) | {"schedule": expression})  # type: ignore[arg-type]
    assert _words.schedule_in_words(record)


# --- The rest in words --------------------------------------------------------------------------------

LENGTHS: dict[str, tuple[dict[str, Any], str]] = {
    "known": ({"Duration": 4}, "4 h open"),
    "a parameter": ({"Duration": UNKNOWN}, "open for hours not known before deployment"),
}


@pytest.mark.parametrize(("window", "words"), LENGTHS.values(), ids=LENGTHS.keys())
def test_a_length_in_words(template: Path, window: dict[str, Any], words: str) -> None:
    assert _words.length_in_words(read(template, window)) == words


CUTOFFS: dict[str, tuple[object, list[dict[str, Any]], str]] = {
    "the service's default": (1, [{}], CONTINUES),
    "CONTINUE_TASK": (1, [{"CutoffBehavior": "CONTINUE_TASK", "TaskType": "RUN_COMMAND"}], CONTINUES),
    "CANCEL_TASK of a command": (
        2,
        [{"CutoffBehavior": "CANCEL_TASK", "TaskType": "RUN_COMMAND"}],
        "2 h before the end no new task starts, and running commands are cancelled where possible, "
        "so unfinished nodes wait for the next execution",
    ),
    "CANCEL_TASK of a runbook": (
        1,
        [{"CutoffBehavior": "CANCEL_TASK", "TaskType": "AUTOMATION"}],
        "1 h before the end no new task starts, and running invocations finish, "
        "and the remaining ones wait for the next execution",
    ),
    "a parameter for the behavior": (
        1,
        [{"CutoffBehavior": UNKNOWN}],
        "1 h before the end no new task starts, "
        "and whether a task that has started continues is not known before deployment",
    ),
    "a behavior that is none": (
        1,
        [{"CutoffBehavior": "STOP"}],
        "1 h before the end no new task starts, and CutoffBehavior is 'STOP', which Systems Manager does not accept",
    ),
    "tasks alike": (1, [{}, {"CutoffBehavior": "CONTINUE_TASK"}], CONTINUES),
    "tasks that differ": (
        1,
        [{}, {"CutoffBehavior": "CANCEL_TASK"}],
        "1 h before the end no new task starts, Task0: a task that has started continues on the remaining nodes, "
        "Task1: running commands are cancelled where possible, so unfinished nodes wait for the next execution",
    ),
    "no task": (1, [], "1 h before the end no new task starts"),
    "no cutoff": (
        0,
        [{}],
        "at the end no new task starts, and a task that has started continues on the remaining nodes",
    ),
    "a parameter for the cutoff": (
        UNKNOWN,
        [],
        "a number of hours, not known before deployment, before the end no new task starts",
    ),
}


@pytest.mark.parametrize(("cutoff", "tasks", "words"), CUTOFFS.values(), ids=CUTOFFS.keys())
def test_a_cutoff_in_words(template: Path, cutoff: object, tasks: list[dict[str, Any]], words: str) -> None:
    window_id = {"WindowId": {"Ref": "Window"}}
    content = resources(WEEKLY | {"Cutoff": cutoff}) | {
        f"Task{place}": {"Type": TASK, "Properties": window_id | task} for place, task in enumerate(tasks)
    }
    (record,) = read_windows(written(template, content))
    assert _words.cutoff_in_words(record) == words


TIMEOUTS: dict[str, tuple[object, object, list[str]]] = {
    "neither": (None, None, []),
    "the start": (600, None, ["timeouts   start within 10 min on each node"]),
    "the execution": (None, "7200", ["timeouts   patching runs for at most 2 h on each node"]),
    "both": (90, "5400", ["timeouts   start within 90 s, patching runs for at most 90 min on each node"]),
    "parameters": (UNKNOWN, None, ["timeouts   start within a time not known before deployment on each node"]),
    "texts": ("soon", "0", ["timeouts   start within soon s, patching runs for at most 0 s on each node"]),
}


@pytest.mark.parametrize(("start", "execution", "rows"), TIMEOUTS.values(), ids=TIMEOUTS.keys())
def test_timeouts_have_a_row_where_they_are_given(
    template: Path, start: object, execution: object, rows: list[str]
) -> None:
    content = resources(WEEKLY, parameters=INSTALL | ({} if execution is None else {"StepTimeoutSeconds": [execution]}))
    command = content["Task"]["Properties"]["TaskInvocationParameters"]["MaintenanceWindowRunCommandParameters"]
    command |= {} if start is None else {"TimeoutSeconds": start}
    _, lines, _ = described(str(written(template, content)))
    assert [line for line in lines if line.startswith("timeouts")] == rows


@pytest.mark.parametrize(
    ("invocation", "words"),
    [
        ({}, "Install missing patches"),
        ({"MaintenanceWindowRunCommandParameters": {"Comment": "weekly"}}, "AWS-RunPatchBaseline"),
    ],
    ids=["alone", "beside the others, which makes them ignored"],
)
def test_deprecated_parameters_count_alone(template: Path, invocation: dict[str, Any], words: str) -> None:
    content = resources(WEEKLY, parameters={})
    content["Task"]["Properties"] |= {
        "TaskParameters": {"Operation": {"Values": ["Install"]}},
        "TaskInvocationParameters": invocation,
    }
    (record,) = read_windows(written(template, content))
    assert _words.operations_in_words(record) == words.removesuffix(" missing patches")
    assert _words.operation_in_words(record.tasks[0]) == words


TARGETS: dict[str, tuple[list[list[dict[str, Any]]], str]] = {
    "none": ([], "none"),
    "a tag": ([WEB], "Patch Group = web"),
    "a tag of several values": ([[{"Key": "tag:Env", "Values": ["dev", "stage"]}]], "Env = dev | stage"),
    "a tag key": ([[{"Key": "tag-key", "Values": ["Patched"]}]], "has a tag Patched"),
    "ids": ([[{"Key": "InstanceIds", "Values": ["i-01234567"]}]], "InstanceIds = i-01234567"),
    "several tags": ([[*WEB, {"Key": "tag:Env", "Values": ["dev"]}]], "Patch Group = web and Env = dev"),
    "several targets": ([WEB, [{"Key": "tag-key", "Values": ["Db"]}]], "Patch Group = web or has a tag Db"),
    "a parameter for a value": (
        [[{"Key": "tag:Env", "Values": ["dev", UNKNOWN]}]],
        "Env = dev | not known before deployment",
    ),
    "a parameter for a key": ([[{"Key": UNKNOWN, "Values": ["dev"]}]], "not known before deployment = dev"),
}


@pytest.mark.parametrize(("targets", "words"), TARGETS.values(), ids=TARGETS.keys())
def test_targets_in_words(template: Path, targets: list[list[dict[str, Any]]], words: str) -> None:
    assert _words.targets_in_words(read(template, WEEKLY, targets=targets)) == words


TASKS: dict[str, tuple[dict[str, Any], str, str]] = {
    "scan": ({"Operation": ["Scan"]}, "Scan: report missing patches", "no"),
    "install": (INSTALL, "Install missing patches", "when a patch was installed"),
    "install and reboot": (
        INSTALL | {"RebootOption": ["RebootIfNeeded"]},
        "Install missing patches",
        "when a patch was installed",
    ),
    "install without a reboot": (
        INSTALL | {"RebootOption": ["NoReboot"]},
        "Install missing patches",
        "no; nodes stay non-compliant until a reboot and the next scan",
    ),
    "install with a parameter for the reboot": (
        INSTALL | {"RebootOption": [UNKNOWN]},
        "Install missing patches",
        "not known before deployment",
    ),
    "a parameter for the operation": (
        {"Operation": [UNKNOWN]},
        "not known before deployment",
        "not known before deployment",
    ),
    "what the document does not know": ({"Operation": ["Remove"]}, "Remove", "not known before deployment"),
}


@pytest.mark.parametrize(("parameters", "operation", "reboot"), TASKS.values(), ids=TASKS.keys())
def test_a_task_in_words(template: Path, parameters: dict[str, Any], operation: str, reboot: str) -> None:
    (task,) = read(template, WEEKLY, parameters=parameters).tasks
    assert _words.operation_in_words(task) == operation
    assert _words.reboot_in_words(task) == reboot


def test_a_task_of_another_document_is_called_by_it_and_not_said_to_reboot(template: Path) -> None:
    (task,) = read(template, WEEKLY, parameters={"commands": ["date"]}, document="AWS-RunShellScript").tasks
    assert _words.operation_in_words(task) == "AWS-RunShellScript"
    assert _words.reboot_in_words(task) == "as the document does"
