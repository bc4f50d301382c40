"""The validator itself: a request that violates one requirement of the model has exactly that violation."""

from pathlib import Path
from typing import Any

import pytest

from tests.api_model.validator import requests_named, validate

WINDOW = {
    "Name": "weekly",
    "Schedule": "cron(0 4 ? * SUN *)",
    "Duration": 4,
    "Cutoff": 1,
    "AllowUnassociatedTargets": False,
}
TARGET = {"WindowId": {"Ref": "Window"}, "ResourceType": "INSTANCE", "Targets": [{"Key": "tag:Env", "Values": ["web"]}]}
RUN_COMMAND = {"Parameters": {"Operation": ["Install"]}, "TimeoutSeconds": 600}
TASK = {
    "WindowId": {"Ref": "Window"},
    "TaskType": "RUN_COMMAND",
    "TaskArn": "AWS-RunPatchBaseline",
    "Targets": [{"Key": "WindowTargetIds", "Values": [{"Ref": "Target"}]}],
    "MaxConcurrency": "10%",
    "MaxErrors": "0",
    "TaskInvocationParameters": {"MaintenanceWindowRunCommandParameters": RUN_COMMAND},
}
RULE = {"PatchFilterGroup": {"PatchFilters": [{"Key": "SEVERITY", "Values": ["Critical"]}]}, "ApproveAfterDays": 7}
BASELINE = {"Name": "base", "OperatingSystem": "SUSE", "ApprovalRules": {"PatchRules": [RULE]}, "PatchGroups": ["web"]}
DESTINATION = {"BucketName": "bucket", "BucketRegion": "eu-central-1", "SyncFormat": "JsonSerDe"}
ALARM = {"ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1, "Threshold": 0}
TRUST = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "ssm.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
RESOURCES: dict[str, tuple[str, dict[str, Any]]] = {
    "Window": ("AWS::SSM::MaintenanceWindow", WINDOW),
    "Target": ("AWS::SSM::MaintenanceWindowTarget", TARGET),
    "Task": ("AWS::SSM::MaintenanceWindowTask", TASK),
    "Baseline": ("AWS::SSM::PatchBaseline", BASELINE),
    "Document": ("AWS::SSM::Document", {"Content": {"schemaVersion": "2.2"}, "DocumentType": "Command"}),
    "Association": ("AWS::SSM::Association", {"Name": "AWS-RunPatchBaseline", "ScheduleExpression": "rate(1 day)"}),
    "Sync": ("AWS::SSM::ResourceDataSync", {"SyncName": "sync", "S3Destination": DESTINATION}),
    "Rule": ("AWS::Events::Rule", {"EventPattern": {"source": ["aws.ssm"]}, "State": "ENABLED"}),
    "Alarm": ("AWS::CloudWatch::Alarm", ALARM),
    "Role": ("AWS::IAM::Role", {"AssumeRolePolicyDocument": TRUST}),
}


def template(**changed: dict[str, Any]) -> dict[str, Any]:
    """Return a template with all resources, some of which have other properties; None removes a property."""
    resources = {
        logical_id: {"Type": kind, "Properties": _without_none(properties | changed.get(logical_id, {}))}
        for logical_id, (kind, properties) in RESOURCES.items()
    }
    return {"Resources": resources}


def _without_none(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in properties.items() if each is not None}


def run_command(**changed: Any) -> dict[str, Any]:
    return {"TaskInvocationParameters": {"MaintenanceWindowRunCommandParameters": RUN_COMMAND | changed}}


def rule(**changed: Any) -> dict[str, Any]:
    return {"ApprovalRules": {"PatchRules": [RULE | changed]}}


def test_the_template_that_is_broken_below_is_valid() -> None:
    result = validate(template())
    assert result.problems == []
    assert {request.name for request in result.requests} == {
        "cloudwatch:PutMetricAlarm",
        "events:PutRule",
        "iam:CreateRole",
        "ssm:CreateAssociation",
        "ssm:CreateDocument",
        "ssm:CreateMaintenanceWindow",
        "ssm:CreatePatchBaseline",
        "ssm:CreateResourceDataSync",
        "ssm:RegisterPatchBaselineForPatchGroup",
        "ssm:RegisterTargetWithMaintenanceWindow",
        "ssm:RegisterTaskWithMaintenanceWindow",
        "ssm:SendCommand",
    }


BROKEN: dict[str, tuple[dict[str, Any], list[str]]] = {
    # By the validator of botocore.
    "a required property": (
        {"Window": {"Cutoff": None}},
        ['Window: ssm:CreateMaintenanceWindow: Missing required parameter in input: "Cutoff"'],
    ),
    "a type": (
        {"Window": {"Duration": "4"}},
        [
            "Window: ssm:CreateMaintenanceWindow: Invalid type for parameter Duration, value: 4, type: <class 'str'>,"
            " valid types: <class 'int'>"
        ],
    ),
    "a minimum": (
        {"Window": {"Duration": 0}},
        [
            "Window: ssm:CreateMaintenanceWindow: Invalid value for parameter Duration, value: 0, valid min value: 1",
        ],
    ),
    "an empty text": (
        {"Target": {"Description": ""}},
        [
            "Target: ssm:RegisterTargetWithMaintenanceWindow: Invalid length for parameter Description, value: 0,"
            " valid min length: 1"
        ],
    ),
    # By the model alone.
    "a maximum": (
        {"Window": {"Duration": 25}},
        ["Window: ssm:CreateMaintenanceWindow: Duration: 25 must be at most 24"],
    ),
    "a pattern": (
        {"Window": {"Name": "every week"}},
        ["Window: ssm:CreateMaintenanceWindow: Name: 'every week' must match ^[a-zA-Z0-9_\\-.]{3,128}$"],
    ),
    "a pattern, by a line end": (
        {"Window": {"Name": "weekly\n"}},
        ["Window: ssm:CreateMaintenanceWindow: Name: 'weekly\\n' must match ^[a-zA-Z0-9_\\-.]{3,128}$"],
    ),
    "a length": (
        {"Window": {"Description": "x" * 129}},
        ["Window: ssm:CreateMaintenanceWindow: Description: 129 must be at most 128"],
    ),
    "a literal": (
        {"Target": {"ResourceType": "NODE"}},
        [
            "Target: ssm:RegisterTargetWithMaintenanceWindow: ResourceType: 'NODE' must be one of INSTANCE,"
            " RESOURCE_GROUP"
        ],
    ),
    "the length of a list": (
        {"Target": {"Targets": [{"Key": f"tag:{number}", "Values": ["web"]} for number in range(6)]}},
        ["Target: ssm:RegisterTargetWithMaintenanceWindow: Targets: 6 must be at most 5"],
    ),
    "an item of a list": (
        {"Target": {"Targets": [{"Key": "tag:" + "x" * 160, "Values": ["web"]}]}},
        ["Target: ssm:RegisterTargetWithMaintenanceWindow: Targets[0].Key: 164 must be at most 163"],
    ),
    "the form of a reference": (
        {"Target": {"WindowId": {"Ref": "Baseline"}}},
        [
            "Target: ssm:RegisterTargetWithMaintenanceWindow: WindowId: 'pb-0123456789abcdef0' must match"
            " ^mw-[0-9a-f]{17}$"
        ],
    ),
    "a rate, also when the task runs": (
        {"Task": {"MaxConcurrency": "0"}},
        [
            "Task: ssm:RegisterTaskWithMaintenanceWindow: MaxConcurrency: '0' must match"
            " ^([1-9][0-9]*|[1-9][0-9]%|[1-9]%|100%)$",
            "Task: ssm:SendCommand: MaxConcurrency: '0' must match ^([1-9][0-9]*|[1-9][0-9]%|[1-9]%|100%)$",
        ],
    ),
    "a document, only when the task runs": (
        {"Task": {"TaskArn": "no document"}},
        ["Task: ssm:SendCommand: DocumentName: 'no document' must match ^[a-zA-Z0-9_\\-.:/]{3,128}$"],
    ),
    "a parameter of a command": (
        {"Task": run_command(TimeoutSeconds=2_592_001)},
        [
            "Task: ssm:RegisterTaskWithMaintenanceWindow: TaskInvocationParameters.RunCommand.TimeoutSeconds: 2592001"
            " must be at most 2592000",
            "Task: ssm:SendCommand: TimeoutSeconds: 2592001 must be at most 2592000",
        ],
    ),
    "a delay of an approval": (
        {"Baseline": rule(ApproveAfterDays=361)},
        ["Baseline: ssm:CreatePatchBaseline: ApprovalRules.PatchRules[0].ApproveAfterDays: 361 must be at most 360"],
    ),
    "a patch group": (
        {"Baseline": {"PatchGroups": ["web", "a,b"]}},
        [
            "Baseline: ssm:RegisterPatchBaselineForPatchGroup: PatchGroup: 'a,b' must match"
            " ^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$"
        ],
    ),
    "the key of a map": (
        {"Association": {"TargetMaps": [{"x" * 51: ["i-0123456789abcdef0"]}]}},
        [
            f"Association: ssm:CreateAssociation: TargetMaps[0] (key: {'x' * 51}): 51 must be at most 50",
        ],
    ),
    "a document type": (
        {"Document": {"DocumentFormat": "XML"}},
        ["Document: ssm:CreateDocument: DocumentFormat: 'XML' must be one of YAML, JSON, TEXT"],
    ),
    "a data sync": (
        {"Sync": {"S3Destination": {"BucketName": "bucket", "SyncFormat": "JsonSerDe"}}},
        ['Sync: ssm:CreateResourceDataSync: Missing required parameter in S3Destination: "Region"'],
    ),
    "an event rule": (
        {"Rule": {"State": "ON"}},
        [
            "Rule: events:PutRule: State: 'ON' must be one of ENABLED, DISABLED,"
            " ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
        ],
    ),
    "an alarm": (
        {"Alarm": {"EvaluationPeriods": 0}},
        [
            "Alarm: cloudwatch:PutMetricAlarm: Invalid value for parameter EvaluationPeriods, value: 0,"
            " valid min value: 1"
        ],
    ),
    "a role": (
        {"Role": {"Description": "\N{SNOWMAN}"}},
        [
            "Role: iam:CreateRole: Description: '\N{SNOWMAN}' must match"
            " [\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*"
        ],
    ),
}


@pytest.mark.parametrize(("changed", "expected"), BROKEN.values(), ids=BROKEN)
def test_one_broken_requirement_is_one_violation(changed: dict[str, Any], expected: list[str]) -> None:
    result = validate(template(**changed))
    assert result.violations == expected
    assert result.unmapped == []


@pytest.mark.parametrize("logical_id", RESOURCES)
def test_a_property_without_a_mapping_is_a_failure(logical_id: str) -> None:
    result = validate(template(**{logical_id: {"NewProperty": "value"}}))
    assert len(result.problems) >= 1
    assert all("NewProperty" in problem for problem in result.problems)


def test_a_nested_property_without_a_mapping_is_a_failure() -> None:
    result = validate(template(Sync={"S3Destination": DESTINATION | {"NewProperty": 1}}))
    (violation,) = result.violations
    assert violation.startswith('Sync: ssm:CreateResourceDataSync: Unknown parameter in S3Destination: "NewProperty"')


def test_a_type_without_a_mapping_is_a_failure() -> None:
    resources = {"Cluster": {"Type": "AWS::ECS::Cluster"}}
    assert validate({"Resources": resources}).unmapped == [
        "AWS::ECS::Cluster has no mapping, and is not in NOT_VALIDATED"
    ]


def test_a_type_that_no_request_is_made_for_is_listed() -> None:
    result = validate({"Resources": {"Host": {"Type": "AWS::EC2::Instance"}}})
    assert (result.problems, result.not_validated) == ([], {"Host": "AWS::EC2::Instance"})


def test_the_requests_of_a_task_have_the_values_of_the_template() -> None:
    (command,) = requests_named(validate(template()), "ssm:SendCommand")
    assert command == {
        "DocumentName": "AWS-RunPatchBaseline",
        "InstanceIds": ["i-0123456789abcdef0"],
        "MaxConcurrency": "10%",
        "MaxErrors": "0",
        "Parameters": {"Operation": ["Install"]},
        "TimeoutSeconds": 600,
    }


def test_the_validator_imports_nothing_of_the_library() -> None:
    files = [file for file in Path(__file__).parent.rglob("*.py") if not file.name.startswith("test_")]
    assert [file.name for file in files if "import patching_constructs" in file.read_text(encoding="utf-8")] == []
    assert [file.name for file in files if "from patching_constructs" in file.read_text(encoding="utf-8")] == []
