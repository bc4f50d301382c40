"""What a function, a state machine and EventBridge get, and what is assumed of the starts, as `describe` shows it."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.commands.test_describe import ON_TARGET, WEB, WEEKLY, described, resources, written

FUNCTION = {"Type": "AWS::Lambda::Function", "Properties": {}}
SCHEDULE = "AWS::Scheduler::Schedule"
SEND = "arn:aws:scheduler:::aws-sdk:ssm:sendCommand"


def rows(template: Path, content: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what is described, without the width of the table."""
    written(template, content)
    _, lines, _ = described(str(template), "--format", "json")
    read = json.loads("\n".join(lines))
    parts = [*read["windows"], *(task for window in read["windows"] for task in window["tasks"]), *read["runs"]]
    return [(each["property"], each["description"]) for part in parts for each in part["settings"]]


def words(template: Path, content: dict[str, Any]) -> list[str]:
    """Return the rows of the text, in one space each."""
    written(template, content)
    _, lines, _ = described(str(template))
    return [" ".join(line.split()) for line in lines]


def task(**properties: Any) -> dict[str, Any]:
    content = resources(WEEKLY, targets=[WEB], parameters={})
    given = ON_TARGET | {"WindowId": {"Ref": "Window"}} | properties
    content["Task"] = {"Type": content["Task"]["Type"], "Properties": given}
    return content


# --- Functions and state machines ---------------------------------------------------------------------

PAYLOADS = {
    "JSON in base64": (base64.b64encode(b'{"state": "start"}').decode(), '{"state":"start"}'),
    "JSON": ('{"state": "start"}', '{"state":"start"}'),
    "a number in base64": ("MTIz", "MTIz"),
    "another text": ("no base64", "no base64"),
}


@pytest.mark.parametrize(("payload", "expected"), PAYLOADS.values(), ids=PAYLOADS.keys())
def test_the_payload_of_a_function(template: Path, payload: str, expected: str) -> None:
    invocation = {"MaintenanceWindowLambdaParameters": {"Payload": payload}}
    content = task(TaskType="LAMBDA", TaskArn={"Fn::GetAtt": ["Fn", "Arn"]}, TaskInvocationParameters=invocation) | {
        "Fn": FUNCTION
    }
    assert ("TaskInvocationParameters.MaintenanceWindowLambdaParameters.Payload", expected) in rows(template, content)
    found = words(template, content)
    assert "task Task: Fn, priority 1" in found
    assert not [each for each in found if each.startswith("unknown")]


def test_the_input_of_a_state_machine(template: Path) -> None:
    invocation = {"MaintenanceWindowStepFunctionsParameters": {"Input": '{"node": "{{RESOURCE_ID}}", "dry": true}'}}
    content = task(TaskType="STEP_FUNCTIONS", TaskArn={"Ref": "Machine"}, TaskInvocationParameters=invocation)
    content["Machine"] = {"Type": "AWS::StepFunctions::StateMachine", "Properties": {}}
    found = words(template, content)
    assert "task Task: Machine, priority 1" in found
    assert {"Input.node {{RESOURCE_ID}}", "Input.dry true"} <= set(found)


REBOOTS = {
    "AWS-StopEC2Instance": "no, but the nodes are stopped",
    "AWS-StartEC2Instance": "no, but stopped nodes are started",
    "AWS-CreateImage": "yes: AWS-CreateImage",
    "AWS-UpdateSSMAgent": "no",
    "AWS-RunDocument": "depends on the document",
}


@pytest.mark.parametrize(("document", "expected"), REBOOTS.items())
def test_whether_the_nodes_reboot_after_a_document_of_aws(template: Path, document: str, expected: str) -> None:
    assert f"reboot {expected}" in words(template, task(TaskArn=document))


# --- EventBridge --------------------------------------------------------------------------------------


def scheduled(given: object, expression: str = "cron(0 3 ? * SUN *)") -> dict[str, Any]:
    target = {"Arn": SEND, "RoleArn": "arn:aws:iam::111122223333:role/send", "Input": given}
    properties = {"ScheduleExpression": expression, "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target}
    return {"Weekly": {"Type": SCHEDULE, "Properties": properties}}


COMMAND = {
    "DocumentName": "AWS-RunPatchBaseline",
    "Parameters": {"Operation": ["Install"], "RebootOption": ["NoReboot"], "SnapshotId": ["abc"]},
    "Targets": [{"Key": "tag:Role", "Values": ["web"]}],
    "MaxConcurrency": "10%",
}


def test_the_input_of_a_schedule_is_described_as_a_command(template: Path) -> None:
    found = words(template, scheduled(json.dumps(COMMAND)))
    assert found[found.index("operation Install: install missing patches") :][:7] == [
        "operation Install: install missing patches",
        "reboot no, and nodes stay non-compliant until a reboot and the next scan",
        f"target {SEND}",
        "role arn:aws:iam::111122223333:role/send",
        "document AWS-RunPatchBaseline",
        "snapshot abc",
        "concurrency 10%",
    ]


def test_what_is_unknown_of_an_input_is_named(template: Path) -> None:
    text = json.dumps(COMMAND).replace("web", "${Role}")
    content = scheduled({"Fn::Sub": text})
    content["Role"] = {"Type": "AWS::IAM::Role", "Properties": {}}
    assert "targets Role = unknown until deployment" in words(template, content)


@pytest.mark.parametrize("given", ["no JSON", "[1]"])
def test_an_input_that_is_no_mapping_is_shown_as_it_is(template: Path, given: str) -> None:
    rule = {"ScheduleExpression": "rate(7 days)", "Targets": [{"Id": "a", "Arn": "b", "Input": given}]}
    scan = {
        "Id": "scan",
        "Arn": "arn:aws:ssm:eu-west-1::document/AWS-RunPatchBaseline",
        "RunCommandParameters": {"RunCommandTargets": [{"Key": "tag:Role", "Values": ["web"]}]},
        "Input": '{"Operation": ["Scan"]}',
    }
    rule["Targets"] = [scan, {"Id": "other", "Arn": "arn:aws:sns:eu-west-1:111122223333:topic", "Input": given}]
    found = words(template, {"Rule": {"Type": "AWS::Events::Rule", "Properties": rule}})
    assert {"operation Scan: report missing patches", "nodes of target 1 Role = web", "ID of target 2 other"} <= set(
        found
    )
    assert [each for each in found if each.startswith("Input of target 2")] == [
        f"Input of target 2 {'1' if given == '[1]' else given}"
    ]


def policy(baselines: str) -> dict[str, Any]:
    parameters = {
        "PatchPolicyName": "weekly",
        "SelectedPatchBaselines": baselines,
        "ConfigurationOptionsPatchOperation": "Scan",
        "ConfigurationOptionsScanValue": "cron(0 1 * * ? *)",
    }
    definition = {"Type": "AWSQuickSetupType-PatchPolicy", "Parameters": parameters}
    properties = {"Name": "org", "ConfigurationDefinitions": [definition]}
    return {"Policy": {"Type": "AWS::SSMQuickSetup::ConfigurationManager", "Properties": properties}}


BASELINES = {
    "of AWS": (
        {"UBUNTU": {"value": "pb-1", "label": "Default", "disabled": False}},
        "UBUNTU: Default (pb-1)",
    ),
    "with more": (
        {"UBUNTU": {"value": "pb-1", "label": "Own", "description": "d", "disabled": True}},
        "UBUNTU: Own (pb-1), description: d, disabled: true",
    ),
    "of another form": (["a"], "a"),
}


@pytest.mark.parametrize(("baselines", "expected"), BASELINES.values(), ids=BASELINES.keys())
def test_the_baselines_of_a_patch_policy(template: Path, baselines: object, expected: str) -> None:
    found = words(template, policy(json.dumps(baselines)))
    assert f"baselines of definition 1 {expected}" in found
    assert "scan schedule of definition 1 cron(0 1 * * ? *)" in found


# --- Assumptions --------------------------------------------------------------------------------------


def assumptions(template: Path, content: dict[str, Any]) -> list[str]:
    written(template, content)
    _, lines, _ = described(str(template), "--format", "json")
    read = json.loads("\n".join(lines))
    (found,) = [each["assumptions"] for each in (*read["windows"], *read["runs"])]
    in_text = [each.removeprefix("assumption ") for each in words(template, content) if each.startswith("assumption ")]
    assert len(in_text) == len(found)
    return [str(each) for each in found]


def test_the_first_start_of_a_rate_is_assumed(template: Path) -> None:
    window = WEEKLY | {"Schedule": "rate(7 days)"}
    assert assumptions(template, resources(window, targets=[WEB])) == [
        "a rate counts from the creation of the window, which is unknown until deployment; assumed to be created now"
    ]
    assert assumptions(template, scheduled(json.dumps(COMMAND), "rate(7 days)")) == [
        "a rate counts from the deployment, which is not known here; assumed to be deployed now"
    ]


def test_a_time_that_a_clock_change_skips_or_repeats_is_assumed(template: Path) -> None:
    window = WEEKLY | {"Schedule": "cron(30 2 ? * SUN *)", "ScheduleTimezone": "Europe/Berlin"}
    found = assumptions(template, resources(window, targets=[WEB]))
    assert sorted(each.partition(": ")[2] for each in found) == [
        "02:30 does not exist on this day (daylight saving time); assumed to start at 03:30",
        "02:30 occurs twice on this day (daylight saving time); assumed to start at the first",
    ]


def test_nothing_is_assumed_of_a_cron_at_another_time(template: Path) -> None:
    assert assumptions(template, resources(WEEKLY, targets=[WEB])) == []
