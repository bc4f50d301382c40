"""Values that parameters and conditions decide, in words."""

import json
from pathlib import Path
from typing import Any

import pytest

from patching_constructs.cli import descriptions
from patching_constructs.template import MaintenanceWindow, read_windows
from tests.unit.cli.commands.test_describe import INSTALL, WEB, WEEKLY, described, resources

PARAMETERS = {
    "Operation": {"Type": "String", "AllowedValues": ["Scan", "Install"]},
    "Mistyped": {"Type": "String", "AllowedValues": ["Scan", "Instal"]},
    "Reboot": {"Type": "String", "AllowedValues": ["RebootIfNeeded", "NoReboot"]},
    "Install": {"Type": "String", "AllowedValues": ["Install"]},
    "Hours": {"Type": "Number", "MinValue": 3, "MaxValue": 10},
    "Few": {"Type": "Number", "AllowedValues": [2, 4]},
    "Stage": {"Type": "String"},
    "Key": {"Type": "String", "AllowedValues": ["tag:Env", "Env"]},
}
CONDITIONS = {
    "IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
    "IsEurope": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-central-1"]},
    "IsOdd": {"Fn::Equals": [{"Fn::GetAtt": ["Stage", "Odd"]}, "yes"]},
}


def ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def chosen(condition: str, one: object, other: object) -> dict[str, Any]:
    return {"Fn::If": [condition, one, other]}


def read(file: Path, window: dict[str, Any], **others: Any) -> MaintenanceWindow:
    content = {
        "Parameters": PARAMETERS,
        "Conditions": CONDITIONS,
        "Resources": resources(WEEKLY | window, **others),
    }
    file.write_text(json.dumps(content), encoding="utf-8")
    (record,) = read_windows(file)
    return record


OPERATIONS: dict[str, tuple[dict[str, Any], str, str]] = {
    "a single allowed value": (
        {"Operation": [ref("Install")]},
        "Install: install missing patches",
        "if a patch was installed",
    ),
    "several allowed values": (
        {"Operation": [ref("Operation")]},
        "one of Scan, Install (depends on parameter Operation)",
        "one of no, if a patch was installed (depends on parameter Operation)",
    ),
    "an invalid one among them": (
        {"Operation": [ref("Mistyped")]},
        "one of Scan, Instal (invalid) (depends on parameter Mistyped)",
        "one of no; no, because the operation is invalid (depends on parameter Mistyped)",
    ),
    "both": (
        {"Operation": [ref("Operation")], "RebootOption": [ref("Reboot")]},
        "one of Scan, Install (depends on parameter Operation)",
        "one of no; if a patch was installed; no, and nodes stay non-compliant until a reboot and the next scan "
        "(depends on parameter Operation and parameter Reboot)",
    ),
    "a condition on a parameter": (
        {"Operation": [chosen("IsProd", "Install", "Scan")]},
        "one of Install, Scan (depends on parameter Stage)",
        "one of if a patch was installed, no (depends on parameter Stage)",
    ),
    "a condition on the Region": (
        {"Operation": chosen("IsEurope", ["Install"], ["Scan"])},
        "one of Install, Scan (depends on AWS::Region)",
        "one of if a patch was installed, no (depends on AWS::Region)",
    ),
    "a condition that nothing decides": (
        INSTALL | {"RebootOption": chosen("IsOdd", ["NoReboot"], ref("AWS::NoValue"))},
        "Install: install missing patches",
        "one of no, and nodes stay non-compliant until a reboot and the next scan; if a patch was installed "
        "(depends on condition IsOdd)",
    ),
    "the same in both cases": (
        {"Operation": [chosen("IsProd", "Scan", "Scan")]},
        "Scan: report missing patches",
        "no",
    ),
    "a value and any other": (
        {"Operation": [ref("Stage")]},
        "one of prod (invalid), a value that is unknown until deployment (depends on parameter Stage)",
        "one of no, because the operation is invalid; a value that is unknown until deployment "
        "(depends on parameter Stage)",
    ),
}


@pytest.mark.parametrize(("parameters", "operation", "reboot"), OPERATIONS.values(), ids=OPERATIONS.keys())
def test_an_operation_that_the_deployment_decides(
    template: Path, parameters: dict[str, Any], operation: str, reboot: str
) -> None:
    (task,) = read(template, {}, parameters=parameters).tasks
    assert descriptions.operation_in_words(task) == operation
    assert descriptions.reboot_in_words(task) == reboot


def test_the_calendar_shows_the_same_operation(template: Path) -> None:
    window = read(template, {}, parameters={"Operation": [ref("Mistyped")]})
    words = "one of Scan, Instal (invalid) (depends on parameter Mistyped)"
    assert descriptions.operations_in_words(window) == words


WINDOWS: dict[str, tuple[dict[str, Any], str]] = {
    "few hours": ({"Duration": ref("Few")}, "duration   one of 2 h, 4 h (depends on parameter Few)"),
    "many hours": (
        {"Duration": ref("Hours")},
        "duration   one of 3 h, 4 h, 5 h, 6 h, 7 h, 3 more (depends on parameter Hours)",
    ),
    "a cutoff": (
        {"Cutoff": chosen("IsProd", 0, 1)},
        "cutoff     one of at the end, 1 h before the end (depends on parameter Stage): no new tasks start",
    ),
    "a time zone": (
        {"ScheduleTimezone": chosen("IsProd", "Europe/Berlin", ref("AWS::NoValue"))},
        "time zone  one of Europe/Berlin, UTC (depends on parameter Stage)",
    ),
    "a schedule": (
        {"Schedule": chosen("IsProd", "cron(0 4 ? * SUN *)", "rate(1 day)")},
        "schedule   one of At 04:00, only on Sunday; Every day (depends on parameter Stage)",
    ),
}


@pytest.mark.parametrize(("window", "line"), WINDOWS.values(), ids=WINDOWS.keys())
def test_a_window_that_the_deployment_decides(template: Path, window: dict[str, Any], line: str) -> None:
    read(template, window)
    assert line in described(str(template))[1]


def test_a_key_that_the_deployment_decides(template: Path) -> None:
    window = read(template, {}, targets=[[{"Key": ref("Key"), "Values": ["dev"]}], WEB])
    words = "one of Env, Env (invalid) (depends on parameter Key) = dev or Patch Group = web"
    assert descriptions.targets_in_words(window) == words


def test_too_many_values_are_unknown_until_deployment(template: Path) -> None:
    several = [{"Fn::Sub": "${Hours}${Operation}${Few}${Reboot}"}]
    (task,) = read(template, {}, parameters={"Operation": several}).tasks
    assert descriptions.operation_in_words(task) == "unknown until deployment"


def test_a_timeout_that_the_deployment_decides(template: Path) -> None:
    content = resources(WEEKLY, parameters=INSTALL)
    command = {"MaintenanceWindowRunCommandParameters": {"TimeoutSeconds": 600}}
    content["Task"]["Properties"]["TaskInvocationParameters"] = chosen("IsProd", ref("AWS::NoValue"), command)
    written = {"Parameters": PARAMETERS, "Conditions": CONDITIONS, "Resources": content}
    template.write_text(json.dumps(written), encoding="utf-8")
    (window,) = read_windows(template)
    words = "on each node, start within one of the default, 10 min (depends on parameter Stage)"
    assert descriptions.timeouts_in_words(window.tasks[0]) == words
