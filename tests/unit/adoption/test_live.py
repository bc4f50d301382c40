"""Windows that were made by hand, or by Terraform modules, are read from the API and adopted."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.adoption.apps import adopt, synthesized, template
from tests.unit.cli.live.aws import FakeAws, paged, serving
from tests.unit.cli.run_command.fakes import REGION, alone_with

SCAN, INSTALL, BY_HAND = (f"mw-{number:017x}" for number in (1, 2, 3))
ROLE = "arn:aws:iam::123456789012:role/patching"
# As the public modules make them: one window each to scan and to install, whose targets are patch groups.
WINDOWS: dict[str, dict[str, Any]] = {
    SCAN: {
        "WindowId": SCAN,
        "Name": "ops-prod-scan",
        "Schedule": "cron(0 0 18 ? * WED *)",
        "Duration": 3,
        "Cutoff": 1,
        "AllowUnassociatedTargets": False,
        "Enabled": True,
    },
    INSTALL: {
        "WindowId": INSTALL,
        "Name": "ops-prod-install",
        "Schedule": "cron(0 0 21 ? * WED *)",
        "ScheduleTimezone": "Europe/Berlin",
        "Duration": 3,
        "Cutoff": 1,
        "AllowUnassociatedTargets": False,
        "Enabled": True,
    },
    BY_HAND: {
        "WindowId": BY_HAND,
        "Name": "drain",
        "Description": "Before the release",
        "Schedule": "rate(7 days)",
        "Duration": 2,
        "Cutoff": 0,
        "AllowUnassociatedTargets": True,
        "Enabled": False,
    },
}
TARGETS: dict[str, list[tuple[str, list[str], str | None]]] = {
    SCAN: [("a1", ["web", "db"], None)],
    INSTALL: [("b1", ["web"], "web-nodes"), ("b2", ["db"], "db-nodes")],
    BY_HAND: [("c1", ["web"], None)],
}


def task_id(letter: str) -> str:
    return f"{letter * 8}-0000-0000-0000-{letter * 12}"


def target_id(name: str) -> str:
    return f"{name * 4}-0000-0000-0000-{name * 6}"


def patch_task(window: str, letter: str, targets: list[str], **parameters: str) -> dict[str, Any]:
    return {
        "WindowId": window,
        "WindowTaskId": task_id(letter),
        "Targets": [{"Key": "WindowTargetIds", "Values": [target_id(each) for each in targets]}],
        "TaskArn": "AWS-RunPatchBaseline",
        "TaskType": "RUN_COMMAND",
        "TaskParameters": {},
        "Priority": 1,
        "MaxConcurrency": "20",
        "MaxErrors": "50",
        "ServiceRoleArn": ROLE,
        "TaskInvocationParameters": {
            "RunCommand": {
                "Comment": "patching",
                "DocumentVersion": "$DEFAULT",
                "OutputS3BucketName": "ops-prod-patch-log",
                "OutputS3KeyPrefix": "prod",
                "CloudWatchOutputConfig": {"CloudWatchOutputEnabled": True},
                "Parameters": {name: [value] for name, value in parameters.items()},
                "TimeoutSeconds": 600,
            }
        },
    }


TASKS: dict[str, dict[str, Any]] = {
    task_id("a"): patch_task(SCAN, "a", ["a1"], Operation="Scan", RebootOption="NoReboot"),
    task_id("b"): patch_task(INSTALL, "b", ["b1", "b2"], Operation="Install", RebootOption="RebootIfNeeded"),
    task_id("c"): {
        "WindowId": BY_HAND,
        "WindowTaskId": task_id("c"),
        "TaskArn": "arn:aws:lambda:eu-central-1:123456789012:function:SSM-drain",
        "TaskType": "LAMBDA",
        "Priority": 3,
        "MaxConcurrency": "1",
        "MaxErrors": "1",
        "Name": "drain",
        "CutoffBehavior": "CANCEL_TASK",
        "ServiceRoleArn": ROLE,
        "Targets": [{"Key": "WindowTargetIds", "Values": [target_id("c1")]}],
        "TaskInvocationParameters": {"Lambda": {"Payload": "eyJncm91cCI6IndlYiJ9"}},
        "AlarmConfiguration": {"IgnorePollAlarmFailure": False, "Alarms": [{"Name": "errors"}]},
    },
}
BASELINE: dict[str, Any] = {
    "BaselineId": "pb-00000000000000001",
    "Name": "ops-prod-linux",
    "OperatingSystem": "AMAZON_LINUX_2",
    "GlobalFilters": {"PatchFilters": []},
    "ApprovalRules": {
        "PatchRules": [
            {
                "PatchFilterGroup": {"PatchFilters": [{"Key": "PRODUCT", "Values": ["AmazonLinux2"]}]},
                "ComplianceLevel": "HIGH",
                "ApproveAfterDays": 7,
                "EnableNonSecurity": False,
            }
        ]
    },
    "ApprovedPatches": [],
    "ApprovedPatchesComplianceLevel": "UNSPECIFIED",
    "ApprovedPatchesEnableNonSecurity": False,
    "RejectedPatches": [],
    "RejectedPatchesAction": "ALLOW_AS_DEPENDENCY",
    "PatchGroups": ["web", "db"],
    "Sources": [],
}
TAGS: dict[str, dict[str, str]] = {SCAN: {"Namespace": "ops"}, BASELINE["BaselineId"]: {"Namespace": "ops"}}


def target(window: str, name: str, groups: list[str], given: str | None) -> dict[str, Any]:
    named = {"Name": given} if given else {}
    return named | {
        "WindowId": window,
        "WindowTargetId": target_id(name),
        "ResourceType": "INSTANCE",
        "Targets": [{"Key": "tag:Patch Group", "Values": groups}],
    }


def tags_of(given: Any) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in TAGS.get(given["ResourceId"], {}).items()]


def account() -> FakeAws:
    identity = {"BaselineId": BASELINE["BaselineId"], "BaselineName": "ops-prod-linux", "DefaultBaseline": True}
    return FakeAws(
        {
            "DescribeMaintenanceWindows": lambda given: paged(
                "WindowIdentities", [{"WindowId": each} for each in (BY_HAND, SCAN, INSTALL)], given
            ),
            "GetMaintenanceWindow": lambda given: WINDOWS[given["WindowId"]],
            "DescribeMaintenanceWindowTargets": lambda given: paged(
                "Targets", [target(given["WindowId"], *each) for each in TARGETS[given["WindowId"]]], given
            ),
            "DescribeMaintenanceWindowTasks": lambda given: paged(
                "Tasks",
                [{"WindowTaskId": key} for key, each in TASKS.items() if each["WindowId"] == given["WindowId"]],
                given,
            ),
            "GetMaintenanceWindowTask": lambda given: TASKS[given["WindowTaskId"]],
            "DescribePatchBaselines": lambda given: paged("BaselineIdentities", [identity], given),
            "GetPatchBaseline": lambda _: BASELINE,
            "ListTagsForResource": lambda given: {"TagList": tags_of(given)},
        }
    )


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeAws]:
    fake = account()
    with serving(fake) as url:
        alone_with(url, monkeypatch, tmp_path)
        monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
        yield fake


@pytest.mark.usefixtures("aws")
def test_windows_of_terraform_modules_come_over(tmp_path: Path) -> None:
    directory = tmp_path / "app"
    result = adopt("--live", "--region", REGION, "--into", directory)
    assert (result.exit_code, result.output) == (
        0,
        f"""Stack Patching
  PatchBaseline OpsProdLinuxBaseline
  PatchSchedule OpsProdScanWindow, with OpsProdScanTarget, OpsProdScanTask
  PatchSchedule OpsProdInstallWindow, with OpsProdInstallTarget, OpsProdInstallTarget2, OpsProdInstallTask
  MaintenanceWindow DrainWindow, with DrainTarget, DrainDrain
  Different, with the same effect:
    OpsProdInstallTask: CutoffBehavior CONTINUE_TASK, the default of the service, is written out

CloudFormation cannot keep:
  DrainWindow: it is disabled, which CloudFormation has no property for
  DrainDrain: it has an AlarmConfiguration, which CloudFormation has no property for

The app is in {directory}. To import the resources into a new stack:
  cd {directory} && cdk import --resource-mapping import.json
""",
    )
    found = template(synthesized(directory))["Resources"]
    scan = found["OpsProdScanWindow"]["Properties"]
    expected = {name: each for name, each in WINDOWS[SCAN].items() if name not in ("WindowId", "Enabled")}
    assert scan == {**expected, "Tags": [{"Key": "Namespace", "Value": "ops"}]}
    task = found["OpsProdScanTask"]["Properties"]
    parameters = task["TaskInvocationParameters"]["MaintenanceWindowRunCommandParameters"]
    # A scan has no reboot option in the constructs, and the log group is the default one.
    assert parameters["Parameters"] == {"Operation": ["Scan"], "RebootOption": ["NoReboot"]}
    assert parameters["CloudWatchOutputConfig"] == {"CloudWatchOutputEnabled": True}
    assert task["ServiceRoleArn"] == ROLE
    drain = found["DrainDrain"]["Properties"]
    assert (drain["Priority"], drain["TaskInvocationParameters"]) == (
        3,
        {"MaintenanceWindowLambdaParameters": {"Payload": "eyJncm91cCI6IndlYiJ9"}},
    )
    assert found["DrainWindow"]["Properties"]["AllowUnassociatedTargets"] is True
    baseline = found["OpsProdLinuxBaseline"]["Properties"]
    assert baseline["DefaultBaseline"] is True
    assert "RejectedPatchesAction" not in baseline
    assert not any(each["Type"].startswith("AWS::IAM") for each in found.values())


def test_the_file_for_the_import_has_the_identifiers_of_the_schemas(aws: FakeAws, tmp_path: Path) -> None:
    directory = tmp_path / "app"
    assert adopt("--live", "--region", REGION, "--window", SCAN, "--into", directory).exit_code == 0
    assert json.loads((directory / "import.json").read_text(encoding="utf-8")) == {
        "OpsProdScanWindow": {"WindowId": SCAN},
        "OpsProdScanTarget": {"WindowId": SCAN, "WindowTargetId": target_id("a1")},
        "OpsProdScanTask": {"WindowId": SCAN, "WindowTaskId": task_id("a")},
    }
    assert aws.requests("DescribePatchBaselines") == []


def test_only_requests_that_read_are_sent(aws: FakeAws) -> None:
    assert adopt("--live", "--region", REGION).exit_code == 0
    assert {name for name, _ in aws.asked if not name.startswith(("Describe", "Get", "List"))} == set()


def test_windows_of_a_stack_are_left_to_it(aws: FakeAws) -> None:
    tags = [{"Key": "aws:cloudformation:stack-name", "Value": "patching-prod"}]
    aws.operations["ListTagsForResource"] = lambda _: {"TagList": tags}
    result = adopt("--live", "--region", REGION)
    assert (result.exit_code, result.output) == (
        1,
        f"""Belongs to a stack already; adopt its template:
  pb-00000000000000001: stack patching-prod
  {SCAN}: stack patching-prod
  {INSTALL}: stack patching-prod
  {BY_HAND}: stack patching-prod

There are no other maintenance windows or patch baselines.
""",
    )


def test_a_task_that_runs_on_instances_stays(aws: FakeAws) -> None:
    task = TASKS[task_id("a")] | {"Targets": [{"Key": "InstanceIds", "Values": ["i-00000000000000001"]}]}
    aws.operations["GetMaintenanceWindowTask"] = lambda _: task
    aws.operations["DescribePatchBaselines"] = lambda given: paged("BaselineIdentities", [], given)
    result = adopt("--live", "--region", REGION, "--window", SCAN)
    assert result.exit_code == 1
    assert "it runs on nodes that are no target of the window" in result.output


def test_a_baseline_that_is_no_default_and_has_empty_parameters(aws: FakeAws) -> None:
    identity = {"BaselineId": BASELINE["BaselineId"], "DefaultBaseline": False}
    aws.operations["DescribePatchBaselines"] = lambda given: paged("BaselineIdentities", [identity], given)
    command = {"RunCommand": {"Comment": "", "Parameters": {"Operation": ["Scan"]}}}
    aws.operations["GetMaintenanceWindowTask"] = lambda given: (
        TASKS[given["WindowTaskId"]] | ({"TaskInvocationParameters": command} if given["WindowId"] == SCAN else {})
    )
    result = adopt("--live", "--region", REGION)
    assert (result.exit_code, "PatchBaseline OpsProdLinuxBaseline" in result.output) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--region", REGION), "--region requires --live; add --live, or leave --region out\n"),
        (("--window", SCAN), "--window requires --live; add --live, or leave --window out\n"),
        (
            ("template.yaml", "--live"),
            "PATH cannot be used with --live, which reads no templates; leave PATH out\n",
        ),
    ],
)
def test_an_option_without_effect_is_an_error(arguments: tuple[str, ...], message: str) -> None:
    result = adopt(*arguments)
    assert (result.exit_code, result.stderr) == (2, message)
