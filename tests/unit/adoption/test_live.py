"""Windows that were made by hand, or by Terraform modules, are read from the API and adopted."""

import json
from pathlib import Path

import pytest

from tests.unit.adoption.account import BASELINE, BY_HAND, INSTALL, ROLE, SCAN, TASKS, WINDOWS, target_id, task_id
from tests.unit.adoption.apps import adopt, synthesized, template
from tests.unit.cli.live.aws import FakeAws, paged
from tests.unit.cli.run_command.fakes import REGION


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
