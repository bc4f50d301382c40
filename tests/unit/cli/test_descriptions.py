"""Windows, tasks and targets in words."""

import locale
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from patching_constructs import ScheduleExpression
from patching_constructs.cli import descriptions
from patching_constructs.cli.schedule_words import rule_in_words
from patching_constructs.schedule._cron import CronExpression
from patching_constructs.template import TASK, read_windows
from tests.unit.cli.commands.test_describe import (
    CONTINUES,
    INSTALL,
    UNKNOWN,
    WEB,
    WEEKLY,
    described,
    read,
    resources,
    written,
)
from tests.unit.cli.fleet import window as window_of_schedule
from tests.unit.schedule.test_cron_dialect import expressions

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
    "an undocumented form": (
        "cron(0 2 L-3 * ? *)",
        "cron(0 2 L-3 * ? *) (not documented by AWS: schedule day-of-month must not count back from the last day, "
        "because AWS documents only L and LW, got 'L-3'; use L or the number of a day)",
    ),
    "invalid input": (
        "every day",
        "every day (invalid: schedule must be cron(...), rate(...) or at(...), got 'every day'; "
        "wrap the fields in cron(...))",
    ),
    "a token that was never resolved": ("${Token[TOKEN.1]}", "unknown until deployment"),
    "a parameter": (UNKNOWN, "unknown until deployment"),
    "nothing": (None, "none"),
}


@pytest.mark.parametrize(("schedule", "words"), SCHEDULES.values(), ids=SCHEDULES.keys())
def test_a_schedule_in_words(template: Path, schedule: object, words: str) -> None:
    assert descriptions.schedule_in_words(read(template, {"Schedule": schedule})) == words


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (None, "on the second Tuesday of the month"),
        (1, "1 day after the second Tuesday of the month"),
        (5, "5 days after the second Tuesday of the month"),
        (UNKNOWN, "on the second Tuesday of the month, plus an offset in days that is unknown until deployment"),
    ],
    ids=["none", "one day", "days", "a parameter"],
)
def test_an_offset_in_words(template: Path, offset: object, words: str) -> None:
    record = read(template, {"Schedule": "cron(0 4 ? * TUE#2 *)", "ScheduleOffset": offset})
    assert descriptions.schedule_in_words(record) == f"At 04:00, {words}"


DELAYED: dict[str, tuple[str, int | None, str]] = {
    "a week after Patch Tuesday": ("TUE#3", None, "on the third Tuesday of the month (7 days after Patch Tuesday)"),
    "two weeks after it": ("3#4", None, "on the fourth Tuesday of the month (14 days after Patch Tuesday)"),
    "two weeks and days after it": ("TUE#4", 2, "16 days after Patch Tuesday"),
    "less than a week after it": ("TUE#2", 3, "3 days after the second Tuesday of the month"),
    "before it": ("TUE#1", 2, "2 days after the first Tuesday of the month"),
    "the last such weekday": ("6L", 1, "1 day after the last Friday of the month"),
    "every week": ("SUN", 2, "2 days after every Sunday"),
    "several days a week": ("SAT,SUN", 2, "only on Saturday and Sunday, plus 2 days"),
}


@pytest.mark.parametrize(("weekday", "offset", "words"), DELAYED.values(), ids=DELAYED.keys())
def test_a_delayed_schedule_in_words(template: Path, weekday: str, offset: int | None, words: str) -> None:
    record = read(template, {"Schedule": f"cron(0 4 ? * {weekday} *)", "ScheduleOffset": offset})
    assert descriptions.schedule_in_words(record) == f"At 04:00, {words}"


@pytest.mark.parametrize("days_after", range(21))
def test_patch_tuesday_is_described_as_it_was_written(days_after: int) -> None:
    schedule = ScheduleExpression.patch_tuesday(hour=4, days_after=days_after)
    offset = None if schedule.schedule_offset is None else f"{schedule.schedule_offset:g}"
    assert isinstance(schedule.rule, CronExpression)
    words = rule_in_words(schedule.rule, offset)
    if days_after == 0:
        assert words == "At 04:00, on the second Tuesday of the month"
    elif days_after < 7:
        days = "1 day" if days_after == 1 else f"{days_after} days"
        assert words == f"At 04:00, {days} after the second Tuesday of the month"
    else:
        assert f"{days_after} days after Patch Tuesday" in words


@pytest.mark.parametrize("found", [("de_DE", "UTF-8"), (None, None)], ids=["German", "none"])
def test_the_words_are_english_in_every_locale(
    template: Path, monkeypatch: pytest.MonkeyPatch, found: tuple[str | None, str | None]
) -> None:
    monkeypatch.setattr(locale, "getlocale", lambda *_: found)
    assert descriptions.schedule_in_words(read(template, WEEKLY)) == "At 04:00, only on Sunday"


@given(expressions())
def test_every_expression_has_words(expression: str) -> None:
    assert descriptions.schedule_in_words(window_of_schedule("w", expression))


# --- The rest in words --------------------------------------------------------------------------------

LENGTHS: dict[str, tuple[dict[str, Any], str]] = {
    "known": ({"Duration": 4}, "4 h"),
    "a parameter": ({"Duration": UNKNOWN}, "unknown until deployment"),
}


@pytest.mark.parametrize(("window", "words"), LENGTHS.values(), ids=LENGTHS.keys())
def test_a_duration_in_words(template: Path, window: dict[str, Any], words: str) -> None:
    assert descriptions.duration_in_words(read(template, window)) == words


CUTOFFS: dict[str, tuple[object, list[dict[str, Any]], str]] = {
    "the service's default": (1, [{}], CONTINUES),
    "CONTINUE_TASK": (1, [{"CutoffBehavior": "CONTINUE_TASK", "TaskType": "RUN_COMMAND"}], CONTINUES),
    "CANCEL_TASK of a command": (
        2,
        [{"CutoffBehavior": "CANCEL_TASK", "TaskType": "RUN_COMMAND"}],
        "2 h before the end: no new tasks start, and running commands are canceled if possible, "
        "and unfinished nodes wait for the next execution",
    ),
    "CANCEL_TASK of a runbook": (
        1,
        [{"CutoffBehavior": "CANCEL_TASK", "TaskType": "AUTOMATION", "Targets": WEB}],
        "1 h before the end: no new tasks start, and running invocations finish, "
        "and the remaining nodes wait for the next execution",
    ),
    "a parameter for the behavior": (
        1,
        [{"CutoffBehavior": UNKNOWN}],
        "1 h before the end: no new tasks start, "
        "and whether a task that has started continues is unknown until deployment",
    ),
    "a behavior that is none": (
        1,
        [{"CutoffBehavior": "STOP"}],
        "1 h before the end: no new tasks start, and CutoffBehavior is 'STOP', which is invalid",
    ),
    "tasks alike": (1, [{}, {"CutoffBehavior": "CONTINUE_TASK"}], CONTINUES),
    "tasks that differ": (
        1,
        [{}, {"CutoffBehavior": "CANCEL_TASK"}],
        "1 h before the end: no new tasks start; Task0: a task that has started continues on the remaining nodes; "
        "Task1: running commands are canceled if possible, and unfinished nodes wait for the next execution",
    ),
    "no task": (1, [], "1 h before the end: no new tasks start"),
    "no cutoff": (
        0,
        [{}],
        "at the end: no new tasks start, and a task that has started continues on the remaining nodes",
    ),
    "a parameter for the cutoff": (
        UNKNOWN,
        [],
        "at a time that is unknown until deployment: no new tasks start",
    ),
}


@pytest.mark.parametrize(("cutoff", "tasks", "words"), CUTOFFS.values(), ids=CUTOFFS.keys())
def test_a_cutoff_in_words(template: Path, cutoff: object, tasks: list[dict[str, Any]], words: str) -> None:
    window_id = {"WindowId": {"Ref": "Window"}}
    content = resources(WEEKLY | {"Cutoff": cutoff}) | {
        f"Task{place}": {"Type": TASK, "Properties": window_id | task} for place, task in enumerate(tasks)
    }
    (record,) = read_windows(written(template, content))
    assert descriptions.cutoff_in_words(record) == words


TIMEOUTS: dict[str, tuple[object, object, list[str]]] = {
    "neither": (None, None, []),
    "the start": (600, None, ["timeouts   on each node, start within 10 min"]),
    "the execution": (None, "7200", ["timeouts   on each node, run for at most 2 h"]),
    "both": (90, "5400", ["timeouts   on each node, start within 90 s, run for at most 90 min"]),
    "parameters": (UNKNOWN, None, ["timeouts   on each node, start within a time that is unknown until deployment"]),
    "texts": ("soon", "0", ["timeouts   on each node, start within soon s, run for at most 0 s"]),
}


@pytest.mark.parametrize(("start", "execution", "rows"), TIMEOUTS.values(), ids=TIMEOUTS.keys())
def test_timeouts_have_a_row_where_they_are_given(
    template: Path, start: object, execution: object, rows: list[str]
) -> None:
    content = resources(WEEKLY, parameters=INSTALL | ({} if execution is None else {"StepTimeoutSeconds": [execution]}))
    command = content["Task"]["Properties"]["TaskInvocationParameters"]["MaintenanceWindowRunCommandParameters"]
    command |= {} if start is None else {"TimeoutSeconds": start}
    _, lines, _ = described(str(written(template, content)))
    assert [re.sub(" {2,}", "   ", line) for line in lines if line.startswith("timeouts")] == rows


@pytest.mark.parametrize(
    ("invocation", "words"),
    [
        ({}, "Install: install missing patches"),
        ({"MaintenanceWindowRunCommandParameters": {"Comment": "weekly"}}, "AWS-RunPatchBaseline (invalid)"),
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
    assert descriptions.operations_in_words(record) == words.removesuffix(": install missing patches")
    assert descriptions.operation_in_words(record.tasks[0]) == words


TARGETS: dict[str, tuple[list[list[dict[str, Any]]], str]] = {
    "none": ([], "none"),
    "a tag": ([WEB], "Patch Group = web"),
    "a tag of several values": ([[{"Key": "tag:Env", "Values": ["dev", "stage"]}]], "Env = dev | stage"),
    "a tag key": ([[{"Key": "tag-key", "Values": ["Patched"]}]], "has the tag Patched"),
    "ids": ([[{"Key": "InstanceIds", "Values": ["i-01234567"]}]], "InstanceIds = i-01234567"),
    "several tags": ([[*WEB, {"Key": "tag:Env", "Values": ["dev"]}]], "Patch Group = web and Env = dev"),
    "several targets": ([WEB, [{"Key": "tag-key", "Values": ["Db"]}]], "Patch Group = web or has the tag Db"),
    "a parameter for a value": (
        [[{"Key": "tag:Env", "Values": ["dev", UNKNOWN]}]],
        "Env = dev | unknown until deployment",
    ),
    "a parameter for a key": ([[{"Key": UNKNOWN, "Values": ["dev"]}]], "unknown until deployment = dev"),
    "an invalid key": ([[{"Key": "Env", "Values": ["dev"]}]], "Env (invalid) = dev"),
    "a prefix alone": ([[{"Key": "tag:", "Values": ["dev"]}]], "tag: (invalid) = dev"),
}


@pytest.mark.parametrize(("targets", "words"), TARGETS.values(), ids=TARGETS.keys())
def test_targets_in_words(template: Path, targets: list[list[dict[str, Any]]], words: str) -> None:
    assert descriptions.targets_in_words(read(template, WEEKLY, targets=targets)) == words


TASKS: dict[str, tuple[dict[str, Any], str, str]] = {
    "scan": ({"Operation": ["Scan"]}, "Scan: report missing patches", "no"),
    "install": (INSTALL, "Install: install missing patches", "if a patch was installed"),
    "install and reboot": (
        INSTALL | {"RebootOption": ["RebootIfNeeded"]},
        "Install: install missing patches",
        "if a patch was installed",
    ),
    "install without a reboot": (
        INSTALL | {"RebootOption": ["NoReboot"]},
        "Install: install missing patches",
        "no, and nodes stay non-compliant until a reboot and the next scan",
    ),
    "install with a parameter for the reboot": (
        INSTALL | {"RebootOption": [UNKNOWN]},
        "Install: install missing patches",
        "unknown until deployment",
    ),
    "a parameter for the operation": (
        {"Operation": [UNKNOWN]},
        "unknown until deployment",
        "unknown until deployment",
    ),
    "an invalid operation": (
        {"Operation": ["Remove"]},
        "Remove (invalid)",
        "no, because the operation is invalid",
    ),
    "two operations": (
        {"Operation": ["Scan", "Install"]},
        "Scan | Install (invalid)",
        "no, because the operation is invalid",
    ),
    "no operation": ({"Operation": []}, "AWS-RunPatchBaseline (invalid)", "no, because the operation is invalid"),
    "an invalid reboot option": (
        INSTALL | {"RebootOption": ["Never"]},
        "Install: install missing patches",
        "Never (invalid)",
    ),
}


@pytest.mark.parametrize(("parameters", "operation", "reboot"), TASKS.values(), ids=TASKS.keys())
def test_a_task_in_words(template: Path, parameters: dict[str, Any], operation: str, reboot: str) -> None:
    (task,) = read(template, WEEKLY, parameters=parameters).tasks
    assert descriptions.operation_in_words(task) == operation
    assert descriptions.reboot_in_words(task) == reboot


def test_a_task_of_another_document_is_described_by_its_name(template: Path) -> None:
    (task,) = read(template, WEEKLY, parameters={"commands": ["date"]}, document="AWS-RunShellScript").tasks
    assert descriptions.operation_in_words(task) == "AWS-RunShellScript"
    assert descriptions.reboot_in_words(task) == "depends on the document"
