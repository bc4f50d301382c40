"""What installs outside of maintenance windows while something else installs on the same nodes."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from patching_constructs.checks.engine import check_paths
from patching_constructs.checks.finding import Status

TODAY = datetime(2026, 11, 23, tzinfo=UTC)
SATURDAY = "cron(0 3 ? * SAT *)"
WEB = [{"Key": "tag:Patch Group", "Values": ["web"]}]
UNKNOWN = {"Fn::ImportValue": "Unknown"}


def association(**own: Any) -> dict[str, Any]:
    properties = {
        "Name": "AWS-RunPatchBaseline",
        "ScheduleExpression": SATURDAY,
        "ApplyOnlyAtCronInterval": True,
        "Targets": WEB,
        "Parameters": {"Operation": ["Install"]},
    }
    return {"Type": "AWS::SSM::Association", "Properties": properties | own}


def window(operation: object = "Install", **own: Any) -> dict[str, Any]:
    """Return the resources of a window that is open from 2 to 5 on Saturdays."""
    properties = {"Schedule": "cron(0 2 ? * SAT *)", "Duration": 3, "Cutoff": 1} | own
    invocation = {"MaintenanceWindowRunCommandParameters": {"Parameters": {"Operation": [operation]}}}
    task = {
        "WindowId": {"Ref": "Window"},
        "TaskType": "RUN_COMMAND",
        "TaskArn": "AWS-RunPatchBaseline",
        "Targets": [{"Key": "WindowTargetIds", "Values": [{"Ref": "Target"}]}],
        "TaskInvocationParameters": invocation,
    }
    return {
        "Window": {"Type": "AWS::SSM::MaintenanceWindow", "Properties": properties},
        "Target": {
            "Type": "AWS::SSM::MaintenanceWindowTarget",
            "Properties": {"WindowId": {"Ref": "Window"}, "ResourceType": "INSTANCE", "Targets": WEB},
        },
        "Task": {"Type": "AWS::SSM::MaintenanceWindowTask", "Properties": task},
    }


CLASH = ["A and Window both install patches on 2026-11-28 at 03:00 UTC, and can select the same nodes."]
CASES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "in a window": (window() | {"A": association()}, CLASH),
    "while a window scans": (window("Scan") | {"A": association()}, []),
    "before a window": (window() | {"A": association(ScheduleExpression="cron(0 1 ? * SAT *)")}, []),
    "on the day of an offset": (
        window() | {"A": association(ScheduleExpression="cron(0 3 ? * FRI *)", ScheduleOffset=1)},
        CLASH,
    ),
    "as often as a rate": (window() | {"A": association(ScheduleExpression="rate(1 hour)")}, []),
    "without a schedule": (window() | {"A": association(ScheduleExpression=None)}, []),
    "by a schedule that is invalid": (window() | {"A": association(ScheduleExpression="cron(0 3 * * SAT)")}, []),
    "by a schedule that is unknown": (window() | {"A": association(ScheduleExpression=UNKNOWN)}, []),
    "on other nodes": (
        window() | {"A": association(Targets=[{"Key": "tag:Patch Group", "Values": ["mail"]}])},
        [],
    ),
    "in a window that is unknown": (window(Duration=UNKNOWN) | {"A": association()}, []),
    "in a window whose operation is unknown": (window(UNKNOWN) | {"A": association()}, []),
    "in a window without tasks": ({"Window": window()["Window"], "A": association()}, []),
    "beside another association": (
        {"B": association(), "A": association(AssociationName="a")},
        ["a and B both install patches on 2026-11-28 at 03:00 UTC, and can select the same nodes."],
    ),
}


def findings(folder: Path, resources: dict[str, Any]) -> list[tuple[Status, str]]:
    file = folder / "template.json"
    file.write_text(json.dumps({"Resources": resources}), encoding="utf-8")
    found = check_paths([file], now=TODAY)
    return [(each.status, each.problem) for each in found if each.rule.id == "Patching-InstallsAtOnce"]


@pytest.mark.parametrize(("resources", "problems"), CASES.values(), ids=CASES.keys())
def test_an_install(tmp_path: Path, resources: dict[str, Any], problems: list[str]) -> None:
    assert findings(tmp_path, resources) == [(Status.FAIL, problem) for problem in problems]


def test_an_install_that_only_a_condition_creates(tmp_path: Path) -> None:
    created = association() | {"Condition": "IsProduction"}
    ((status, problem),) = findings(tmp_path, window() | {"A": created})
    assert status is Status.UNKNOWN
    assert "Window and A have different conditions, so they might not be created together" in problem
