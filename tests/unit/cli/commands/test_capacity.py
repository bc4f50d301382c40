"""``patching-constructs capacity``: whether the nodes of a window fit, from a template or from options."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner, Result

from patching_constructs.cli.app import app
from tests.unit.cli.formats.schemas import validated
from tests.unit.nodes import REF, Resources, association, window, written

IN_WEB = {"tag:Patch Group": ["web"]}
ONE_WINDOW = ("--nodes", "400", "--minutes-per-node", "12", "--duration", "4")
ASSUMED = "no node fails or is offline", "a node starts as soon as another one has finished"
ROUNDED = "a percentage is rounded down, which AWS does not document"
CANCELED = "the cutoff stops running commands, which AWS does not guarantee"


def ran(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["capacity", *map(str, arguments)], env={"COLUMNS": "160"})


def text(*arguments: str | Path, exit_code: int = 0) -> str:
    result = ran(*arguments)
    assert (result.exit_code, result.stderr) == (exit_code, ""), result.output
    return "\n".join(line.rstrip() for line in result.stdout.splitlines())


def refusal(*arguments: str | Path) -> str:
    result = ran(*arguments)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    (line,) = result.stderr.splitlines()
    return line


def windows(*arguments: str | Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = validated("capacity", "capacity", *arguments, "--format", "json")["windows"]
    return found


def with_capacity(resources: Resources, name: str, capacity: object, **properties: object) -> Resources:
    """Write the capacity of a window into its metadata, and change properties of its task."""
    changed = resources[name] | {"Metadata": {"PatchingConstructs": {"Capacity": capacity}}}
    task = resources[f"{name}Task"]
    return resources | {name: changed, f"{name}Task": task | {"Properties": task["Properties"] | properties}}


def fleet_resources(capacity: object, **properties: object) -> Resources:
    return with_capacity(window("Sunday", IN_WEB), "Sunday", capacity, **properties)


def fleet(folder: Path, capacity: object, **properties: object) -> Path:
    return written(folder, fleet_resources(capacity, **properties))


# --- A window without a template ----------------------------------------------------------------------


def test_a_window_in_which_all_nodes_fit() -> None:
    assert text(*ONE_WINDOW) == "\n".join(
        [
            "window  nodes  min each   at once  waves  last start  last end  limit         left  fits",
            "window    400        12  40 (10%)     10  1 h 48 min  2 h       3 h (cutoff)     -  yes",
            "",
            "assumptions",
            *(f"  {each}" for each in (*ASSUMED, ROUNDED, CANCELED)),
        ]
    )


def test_a_window_in_which_they_do_not() -> None:
    options = ("--max-concurrency", "5%", "--cutoff", "2", "--targets", "2")
    assert text(*ONE_WINDOW, *options, exit_code=1).splitlines()[:6] == [
        "window  nodes  min each  at once  waves  last start  last end  limit         left  fits",
        "window    400        12  10 (5%)     40  7 h 48 min  8 h       2 h (cutoff)   300  no",
        "",
        "to make all nodes fit",
        "  window: With 400 nodes, 10 at the same time, and 12 min each, patching takes 8 h (40 waves), but the "
        "cutoff is 2 h after the window opens: 300 nodes have not",
        "  started then; set MaxConcurrency to 20% or Duration to 10",
    ]


def test_a_task_that_continues_has_until_the_end() -> None:
    behavior = ("--cutoff-behavior", "CONTINUE_TASK", "--max-concurrency", "24")
    assert text(*ONE_WINDOW, *behavior) == "\n".join(
        [
            "window  nodes  min each  at once  waves  last start  last end    limit      left  fits",
            "window    400        12  24 (24)     17  3 h 12 min  3 h 24 min  4 h (end)     -  yes",
            "",
            "assumptions",
            *(f"  {each}" for each in ASSUMED),
        ]
    )


def test_nodes_that_fit_with_no_concurrency() -> None:
    found = text("--nodes=400", "--minutes-per-node=1440", "--duration=1", exit_code=1)
    assert (
        "400 nodes have not finished then, of which 360 have not started; set MaxConcurrency to 100% and Duration to 24"
    ) in " ".join(found.split())


def test_nodes_of_targets_that_need_several_windows() -> None:
    found = text("--nodes=2", "--minutes-per-node=720", "--targets=2", "--duration=4", exit_code=1)
    assert "of which 1 has not started; divide the nodes between several windows " in " ".join(found.split())


def test_a_spread_is_simulated() -> None:
    lines = text(*ONE_WINDOW, "--minutes-per-node-p95", "30", exit_code=1).splitlines()
    assert [lines[0], lines[1], *lines[7:9]] == [
        "window  nodes     min each   at once  waves  last start  last end    limit         left  fits",
        "window    400  12 (p95 30)  40 (10%)     10  2 h 18 min  3 h 12 min  3 h (cutoff)     1  no",
        "simulated executions",
        "  window: last end in 200 executions: p50 2 h 46 min, p90 3 h 4 min, p95 3 h 12 min, p99 3 h 30 min",
    ]


def test_a_window_of_an_hour_has_no_cutoff_by_default() -> None:
    options = ("--nodes", "1", "--minutes-per-node", "12")
    found = {hours: windows(*options, "--duration", str(hours))[0]["forecast"]["cutoffHours"] for hours in (1, 2, 24)}
    assert found == {1: 0, 2: 1, 24: 1}


def test_the_forecast_as_json() -> None:
    assert windows(*ONE_WINDOW, "--max-concurrency", "20", "--targets", "3") == [
        {
            "stack": None,
            "logicalId": None,
            "constructPath": None,
            "windowName": None,
            "status": "exceeds",
            "reason": None,
            "forecast": {
                "nodes": 400,
                "minutesPerNode": 12,
                "minutesPerNodeP95": None,
                "maxConcurrency": "20",
                "targets": [
                    {"nodes": 134, "concurrentNodes": 20},
                    {"nodes": 133, "concurrentNodes": 20},
                    {"nodes": 133, "concurrentNodes": 20},
                ],
                "durationHours": 4,
                "cutoffHours": 1,
                "cutoffBehavior": "CANCEL_TASK",
                "deadlineMinutes": 180,
                "simulatedExecutions": 0,
                "waves": 21,
                "lastStartMinutes": same(240.0),
                "lastEndMinutes": same(252.0),
                "notStartedAtCutoff": same(113),
                "notFinishedAtCutoff": same(113),
                "notStartedAtEnd": same(113),
                "notFinishedAtEnd": same(113),
                "smallestMaxConcurrency": "27",
                "smallestDurationHours": 6,
                "assumptions": [*ASSUMED, "the 3 targets have equally many nodes and run one after another", CANCELED],
            },
        }
    ]


def same(number: float) -> dict[str, float]:
    return dict.fromkeys(("p50", "p90", "p95", "p99"), number)


def test_a_task_that_continues_is_forecast_at_the_cutoff_and_at_the_end() -> None:
    options = ("--cutoff-behavior", "CONTINUE_TASK", "--max-concurrency", "16")
    (found,) = windows(*ONE_WINDOW, *options)
    forecast = found["forecast"]
    assert (forecast["notStartedAtCutoff"], forecast["notStartedAtEnd"]) == (same(160), same(80))
    assert (forecast["notFinishedAtCutoff"], forecast["notFinishedAtEnd"]) == (same(160), same(80))


def test_percentiles_of_a_simulation_are_in_order() -> None:
    (found,) = windows(*ONE_WINDOW, "--minutes-per-node-p95", "30")
    forecast = found["forecast"]
    assert forecast["simulatedExecutions"] == 200
    ends = list(forecast["lastEndMinutes"].values())
    assert ends == sorted(ends)
    assert ends[0] < ends[-1]
    assert windows(*ONE_WINDOW, "--minutes-per-node-p95", "30") == [found]


# --- Windows of templates -----------------------------------------------------------------------------


def test_the_capacity_of_a_template(tmp_path: Path) -> None:
    file = fleet(tmp_path, {"Nodes": 4, "MinutesPerNode": "12.5"})
    (found,) = windows(file)
    assert (found["stack"], found["logicalId"], found["windowName"]) == ("fleet", "Sunday", "sunday")
    assert (found["status"], found["forecast"]["minutesPerNode"]) == ("fits", 12.5)
    assert text(file).splitlines()[1] == (
        "sunday      4      12.5    1 (1)      4  38 min      50 min    2 h (end)     -  yes"
    )


def test_options_replace_the_capacity_of_a_template(tmp_path: Path) -> None:
    file = fleet(tmp_path, {"Nodes": 4, "MinutesPerNode": 12, "MinutesPerNodeP95": 20})

    def numbers(*options: str) -> list[object]:
        (found,) = windows(file, *options)
        return [found["forecast"][name] for name in ("nodes", "minutesPerNode", "minutesPerNodeP95")]

    assert numbers() == [4, 12, 20]
    assert numbers("--nodes", "5") == [5, 12, 20]
    assert numbers("--minutes-per-node", "25") == [4, 25, None]
    assert numbers("--minutes-per-node", "25", "--minutes-per-node-p95", "30") == [4, 25, 30]
    assert numbers("--nodes", "5", "--minutes-per-node", "25") == [5, 25, None]


def test_options_replace_numbers_that_are_unknown_or_invalid(tmp_path: Path) -> None:
    file = fleet(tmp_path, {"Nodes": REF, "MinutesPerNode": "long"})

    def statuses(*options: str) -> list[str]:
        return [each["status"] for each in windows(file, *options)]

    assert statuses() == ["unknown"]
    assert statuses("--nodes", "4") == ["invalid"]
    assert statuses("--minutes-per-node", "12") == ["unknown"]
    assert statuses("--nodes", "4", "--minutes-per-node", "12") == ["fits"]


WITHOUT: dict[str, tuple[tuple[str, ...], str]] = {
    "nothing": ((), "give --nodes and --minutes-per-node"),
    "nodes": (("--nodes", "4"), "give --minutes-per-node"),
    "minutes": (("--minutes-per-node", "12"), "give --nodes"),
}


@pytest.mark.parametrize(("options", "missing"), WITHOUT.values(), ids=WITHOUT)
def test_what_is_missing_is_named(tmp_path: Path, options: tuple[str, ...], missing: str) -> None:
    file = written(tmp_path, window("Sunday", IN_WEB))
    assert text(file, *options) == (f"without a forecast\n  sunday (unknown): the template has no capacity; {missing}")
    (found,) = windows(file, *options)
    assert (found["status"], found["forecast"]) == ("unknown", None)


def test_a_window_without_a_capacity_takes_that_of_the_options(tmp_path: Path) -> None:
    file = written(tmp_path, window("Sunday", IN_WEB), window("Monday", IN_WEB, "Scan"))
    found = windows(file, "--nodes", "9", "--minutes-per-node", "12")
    assert [(each["windowName"], each["status"]) for each in found] == [("sunday", "fits"), ("monday", "fits")]
    (only,) = windows(file, "--nodes", "9", "--minutes-per-node", "12", "--schedule", "monday")
    assert only["windowName"] == "monday"


UNKNOWN: dict[str, tuple[object, dict[str, object], str, str]] = {
    "nodes": (
        {"Nodes": REF, "MinutesPerNode": 12},
        {},
        "unknown",
        'Nodes is unknown until deployment: \'{"Ref":"Parameter"}\'',
    ),
    "a token": (
        {"Nodes": -1.8881545897087626e289, "MinutesPerNode": 12},
        {},
        "unknown",
        "Capacity is unknown until deployment: {'MinutesPerNode': 12, 'Nodes': -1.8881545897087626e+289}",
    ),
    "concurrency": (
        {"Nodes": 4, "MinutesPerNode": 12},
        {"MaxConcurrency": REF},
        "unknown",
        'MaxConcurrency is unknown until deployment: \'{"Ref":"Parameter"}\'',
    ),
    "invalid nodes": (
        {"Nodes": 0, "MinutesPerNode": 12},
        {},
        "invalid",
        "Nodes must be a whole number from 1 to 100000, got 0.0",
    ),
    "no minutes": (
        {"Nodes": 4},
        {},
        "invalid",
        "MinutesPerNode must be a number of minutes from 0.1 to 1440, got None",
    ),
    "a spread in the wrong order": (
        {"Nodes": 4, "MinutesPerNode": 25, "MinutesPerNodeP95": 8},
        {},
        "invalid",
        "MinutesPerNodeP95 must be at least MinutesPerNode (25), got 8",
    ),
    "a list": ([400], {}, "invalid", "Capacity must have Nodes and MinutesPerNode, got [400]"),
    "no concurrency": (
        {"Nodes": 4, "MinutesPerNode": 12},
        {"MaxConcurrency": "0"},
        "invalid",
        "MaxConcurrency must be a number of nodes or a percentage, got '0'",
    ),
    "another behavior": (
        {"Nodes": 4, "MinutesPerNode": 12},
        {"CutoffBehavior": "STOP"},
        "invalid",
        "CutoffBehavior must be one of CONTINUE_TASK, CANCEL_TASK, got 'STOP'",
    ),
    "another document": (
        {"Nodes": 4, "MinutesPerNode": 12},
        {"TaskArn": "AWS-UpdateSSMAgent"},
        "idle",
        "no task of the window runs a patch document on nodes",
    ),
}


@pytest.mark.parametrize(("capacity", "properties", "status", "reason"), UNKNOWN.values(), ids=UNKNOWN)
def test_a_window_without_a_forecast_has_a_reason(
    tmp_path: Path, capacity: object, properties: dict[str, object], status: str, reason: str
) -> None:
    file = fleet(tmp_path, capacity, **properties)
    (found,) = windows(file)
    assert (found["status"], found["reason"], found["forecast"]) == (status, reason, None)
    assert text(file) == f"without a forecast\n  sunday ({status}): {reason}"


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"Cutoff": None}, "Cutoff is required"),
        ({"Duration": 25}, "Duration must be 1-24 whole hours, got 25"),
        ({"Cutoff": 2}, "Cutoff must be shorter than Duration, got Cutoff=2 h, Duration=2 h"),
    ],
)
def test_an_invalid_window_has_no_forecast(tmp_path: Path, properties: dict[str, object], reason: str) -> None:
    resources = window("Sunday", IN_WEB)
    resources["Sunday"]["Properties"] |= properties
    (found,) = windows(written(tmp_path, resources), "--nodes", "4", "--minutes-per-node", "12")
    assert (found["status"], found["reason"]) == ("invalid", reason)


def test_a_frozen_window_has_no_forecast(tmp_path: Path) -> None:
    resources = fleet_resources({"Nodes": 4, "MinutesPerNode": 12})
    resources["Sunday"]["Metadata"]["PatchingConstructs"]["Frozen"] = True
    del resources["SundayTask"]
    (found,) = windows(written(tmp_path, resources))
    assert (found["status"], found["reason"]) == ("idle", "the schedule is frozen")


def test_a_window_that_does_not_patch_is_left_out(tmp_path: Path) -> None:
    resources = window("Sunday", IN_WEB)
    resources["SundayTask"]["Properties"]["TaskArn"] = "AWS-UpdateSSMAgent"
    file = written(tmp_path, resources, association("Daily", IN_WEB))
    assert text(file) == f"{file}: no maintenance window patches nodes"
    assert windows(file) == []


def test_the_install_counts_and_earlier_tasks_are_an_assumption(tmp_path: Path) -> None:
    resources = fleet_resources({"Nodes": 4, "MinutesPerNode": 12})
    scan = window("Sunday", IN_WEB, "Scan")["SundayTask"]
    scan["Properties"] |= {"Priority": 0, "MaxConcurrency": "4"}
    file = written(tmp_path, {"Scan": scan}, resources)
    (found,) = windows(file)
    assert found["forecast"]["maxConcurrency"] == "1"
    assert found["forecast"]["assumptions"] == [*ASSUMED, "earlier tasks of the window take no time"]


def test_every_target_of_the_task_counts(tmp_path: Path) -> None:
    targets = [
        {"Key": "WindowTargetIds", "Values": [{"Ref": "SundayTarget"}, "01234567-89ab-cdef-0123-456789abcdef"]},
        {"Key": "InstanceIds", "Values": ["i-0123456789abcdef0"]},
    ]
    file = fleet(tmp_path, {"Nodes": 5, "MinutesPerNode": 12}, Targets=targets)
    assert [each["nodes"] for each in windows(file)[0]["forecast"]["targets"]] == [2, 2, 1]


@pytest.mark.parametrize(("timeout", "deadline"), [({}, 120), ({"timeoutSeconds": 2700}, 45)])
def test_the_command_of_a_runbook_counts(tmp_path: Path, timeout: dict[str, int], deadline: int) -> None:
    command = {
        "DocumentName": "AWS-RunPatchBaseline",
        "Parameters": {"Operation": ["Install"]},
        "Targets": [{"Key": "tag:Patch Group", "Values": ["web"]}],
        "MaxConcurrency": "2",
    }
    step = {"name": "Patch", "action": "aws:runCommand", "inputs": command} | timeout
    content = {"schemaVersion": "0.3", "mainSteps": [step]}
    properties = {"DocumentType": "Automation", "Content": content}
    runbook = {"Runbook": {"Type": "AWS::SSM::Document", "Properties": properties}}
    resources = fleet_resources({"Nodes": 4, "MinutesPerNode": 12})
    # A runbook that has started is not canceled at the cutoff.
    task = {"TaskType": "AUTOMATION", "TaskArn": {"Ref": "Runbook"}, "Priority": 1, "CutoffBehavior": "CANCEL_TASK"}
    resources["SundayTask"]["Properties"] = {"WindowId": {"Ref": "Sunday"}} | task
    (found,) = windows(written(tmp_path, resources, runbook))
    forecast = found["forecast"]
    assert (forecast["maxConcurrency"], forecast["waves"], forecast["deadlineMinutes"]) == ("2", 2, deadline)
    assert forecast["targets"] == [{"nodes": 4, "concurrentNodes": 2}]


def test_a_template_that_is_not_read_is_named(tmp_path: Path) -> None:
    nested = {"Inner": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://a.b/x.yaml"}}}
    file = written(tmp_path, nested, window("Sunday", IN_WEB))
    found = text(file, "--nodes", "4", "--minutes-per-node", "12")
    assert "\ntemplates that are not read\n  Inner: " in found


# --- The chart ----------------------------------------------------------------------------------------


def chart(*arguments: str | Path, exit_code: int = 0) -> ET.Element:
    return ET.fromstring(text(*arguments, "--format", "svg", exit_code=exit_code))  # noqa: S314 - our own output


def labels(svg: ET.Element) -> list[str]:
    return [each.text or "" for each in svg.iter("{http://www.w3.org/2000/svg}text")]


def test_the_chart_shows_when_nodes_start_and_finish() -> None:
    svg = chart(*ONE_WINDOW)
    assert labels(svg) == [
        "window",
        "With 400 nodes, 40 at the same time, and 12 min each, patching takes 2 h (10 waves), and the cutoff",
        "is 3 h after the window opens: all nodes fit",
        *("0", "100", "200", "300", "400"),
        *("0", "1", "2", "3", "4"),
        *("cutoff", "end"),
        *("started", "finished", "nodes by hours after the window opens"),
    ]
    started, finished = (each.attrib["d"] for each in svg.iter("{http://www.w3.org/2000/svg}path"))
    assert started.startswith("M64 232 H64.0 V232.0 H66.8 V218.0 H69.6 ")
    assert finished.endswith(" H736.0 V92.0 V232 Z")


def test_the_chart_of_a_task_that_continues_is_longer_than_its_window() -> None:
    options = ("--cutoff-behavior", "CONTINUE_TASK", "--cutoff", "0", "--max-concurrency", "4")
    assert labels(chart(*ONE_WINDOW, *options, exit_code=1))[-15:] == [
        *("0", "2", "4", "6", "8", "10", "12", "14", "16", "18", "20"),
        *("end", "started", "finished", "nodes by hours after the window opens"),
    ]


def test_the_chart_has_every_window_and_no_markup_of_its_own(tmp_path: Path) -> None:
    resources = fleet_resources({"Nodes": 1, "MinutesPerNode": 12})
    resources["Sunday"]["Properties"]["Name"] = "<b>&\u2028"
    other = window("Monday", IN_WEB)
    svg = chart(written(tmp_path, resources, other), "--nodes", "2", "--minutes-per-node", "12")
    assert [each for each in labels(svg) if each in ("<b>&\\u2028", "monday")] == ["<b>&\\u2028", "monday"]


def test_a_chart_needs_a_forecast(tmp_path: Path) -> None:
    file = written(tmp_path, window("Sunday", IN_WEB))
    assert refusal(file, "--format", "svg") == (
        "--format svg requires a window with a forecast; sunday: the template has no capacity; give --nodes and "
        "--minutes-per-node"
    )
    file = written(tmp_path)
    assert refusal(file, "--format", "svg") == "--format svg requires a window with a forecast"


# --- Options ------------------------------------------------------------------------------------------

REFUSED = {
    ("--duration", "4"): (
        "--duration requires --nodes and --minutes-per-node; add --nodes and --minutes-per-node, or leave --duration "
        "out"
    ),
    ("--duration", "4", "--nodes", "4"): (
        "--duration requires --minutes-per-node; add --minutes-per-node, or leave --duration out"
    ),
    ("--cutoff", "1"): "--cutoff requires --duration; add --duration, or leave --cutoff out",
    ("--max-concurrency", "10%"): (
        "--max-concurrency requires --duration; add --duration, or leave --max-concurrency out"
    ),
    ("--targets", "2"): "--targets requires --duration; add --duration, or leave --targets out",
    ("--cutoff-behavior", "CANCEL_TASK"): (
        "--cutoff-behavior requires --duration; add --duration, or leave --cutoff-behavior out"
    ),
    ("--minutes-per-node-p95", "20"): (
        "--minutes-per-node-p95 requires --minutes-per-node; add --minutes-per-node, or leave --minutes-per-node-p95 "
        "out"
    ),
    ("cdk.out", *ONE_WINDOW): (
        "PATH cannot be used with --duration, which describes a window without a template; leave PATH out"
    ),
    (*ONE_WINDOW, "--schedule", "web"): (
        "--schedule cannot be used with --duration, which describes a window without a template; leave --schedule out"
    ),
    (*ONE_WINDOW, "--use-defaults"): (
        "--use-defaults cannot be used with --duration, which describes a window without a template; "
        "leave --use-defaults out"
    ),
    (*ONE_WINDOW, "--cutoff", "4"): "--cutoff must be shorter than --duration, got --cutoff=4 h, --duration=4 h",
    (*ONE_WINDOW, "--minutes-per-node-p95", "8"): (
        "--minutes-per-node-p95 must be at least --minutes-per-node (12), got 8"
    ),
    ("--nodes", "0"): "--nodes must be a whole number from 1 to 100000, got '0'",
    ("--minutes-per-node", "12m"): "--minutes-per-node must be a number of minutes from 0.1 to 1440, got '12m'",
    ("--minutes-per-node", "1441"): "--minutes-per-node must be a number of minutes from 0.1 to 1440, got '1441'",
    ("--max-concurrency", "0"): (
        "--max-concurrency must be a number of nodes such as 10, or a percentage such as 10%, got '0'"
    ),
    ("--max-concurrency", "101%"): (
        "--max-concurrency must be a number of nodes such as 10, or a percentage such as 10%, got '101%'"
    ),
    ("--duration", "25"): "--duration must be a whole number from 1 to 24, got '25'",
    ("--cutoff-behavior", "CANCEL"): (
        "--cutoff-behavior must be CONTINUE_TASK or CANCEL_TASK, got 'CANCEL'; did you mean CANCEL_TASK?"
    ),
    ("--format", "png"): "--format must be table, json or svg, got 'png'",
    ("nowhere.yaml",): "nowhere.yaml: no such file or directory",
}


@pytest.mark.parametrize(("arguments", "message"), REFUSED.items(), ids=" ".join)
def test_an_invalid_option_is_one_line(
    arguments: tuple[str, ...], message: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert refusal(*arguments) == message


def test_the_output_is_written_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "capacity.json"
    assert text(*ONE_WINDOW, "--format", "json", "-o", file) == ""
    assert json.loads(file.read_text(encoding="utf-8"))["windows"][0]["status"] == "fits"


def test_a_narrow_terminal_has_the_columns_below_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    result = CliRunner().invoke(app, ["capacity", *ONE_WINDOW], env={"COLUMNS": "40", "TERM": "dumb"})
    plain = re.sub(r"\x1b\[[0-9;]*m", "", result.stdout)
    assert [line.rstrip() for line in plain.splitlines()][:4] == [
        "window",
        "  nodes       400",
        "  min each    12",
        "  at once     40 (10%)",
    ]


# --- The other commands -------------------------------------------------------------------------------


def other(command: str, *arguments: str | Path) -> str:
    result = CliRunner().invoke(app, [command, *map(str, arguments)])
    assert result.exit_code in (0, 1), result.output
    return result.stdout


def rows(file: Path) -> list[str]:
    return [line.split("  ", 1)[1].strip() for line in other("describe", file).splitlines() if line[:8] == "capacity"]


def test_describe_shows_the_forecast(tmp_path: Path) -> None:
    file = fleet(tmp_path, {"Nodes": 4, "MinutesPerNode": 12})
    words = (
        "With 4 nodes, 1 at the same time, and 12 min each, patching takes 48 min (4 waves), and the window is open "
        "for 2 h: all nodes fit"
    )
    assert rows(file) == [words]
    (found,) = validated("describe", "describe", file, "--format", "json")["windows"]
    assert found["capacityDescription"] == words
    expected = {"Nodes": "4", "MinutesPerNode": "12"}
    assert {"property": "Capacity", "value": expected, "description": "4 nodes, 12 min each"} in found["settings"]


@pytest.mark.parametrize(
    ("capacity", "properties", "words"),
    [
        ({"Nodes": 0, "MinutesPerNode": 12}, {}, "invalid: Nodes must be a whole number from 1 to 100000, got 0.0"),
        (REF, {}, 'unknown: Capacity is unknown until deployment: \'{"Ref":"Parameter"}\''),
        (
            {"Nodes": 4, "MinutesPerNode": 12, "MinutesPerNodeP95": 20},
            {"TaskArn": "AWS-UpdateSSMAgent"},
            "4 nodes, 12 min each, p95 20 min",
        ),
        ("many", {"TaskArn": "AWS-UpdateSSMAgent"}, "many"),
    ],
)
def test_describe_shows_a_capacity_without_a_forecast(
    tmp_path: Path, capacity: object, properties: dict[str, object], words: str
) -> None:
    assert rows(fleet(tmp_path, capacity, **properties)) == [words]


def test_describe_shows_metadata_that_is_unknown(tmp_path: Path) -> None:
    resources = window("Sunday", IN_WEB)
    resources["Sunday"]["Metadata"] = REF
    assert rows(written(tmp_path, resources)) == [
        'unknown: Metadata is unknown until deployment: \'{"Ref":"Parameter"}\''
    ]


def test_describe_shows_none_without_one(tmp_path: Path) -> None:
    file = written(tmp_path, window("Sunday", IN_WEB))
    assert rows(file) == []
    assert validated("describe", "describe", file, "--format", "json")["windows"][0]["capacityDescription"] is None


def test_diff_shows_a_change(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    old = fleet(tmp_path / "old", {"Nodes": 4, "MinutesPerNode": 12})
    new = fleet(tmp_path, {"Nodes": 5, "MinutesPerNode": 12})
    assert "\n  capacity: 4 nodes, 12 min each -> 5 nodes, 12 min each\n" in other("diff", old, new)


def test_the_page_shows_the_forecast(tmp_path: Path) -> None:
    page = other("calendar", fleet(tmp_path, {"Nodes": 4, "MinutesPerNode": 12}), "--format", "html")
    assert '"Capacity":"With 4 nodes, 1 at the same time, and 12 min each, patching takes 48 min (4 waves), ' in page
