"""``now --from-template`` sends what the schedule says: all of it, or it says what it leaves out, or it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from patching_constructs.cli.app import app
from patching_constructs.properties.command import PatchOperation
from patching_constructs.template import WINDOW
from tests.refusals import refused
from tests.unit.cli.run_command.fakes import FIRST, SECOND, ran
from tests.unit.cli.run_command.requests import HOOKS, WEB, from_template, resources, sent_with

UNKNOWN = {"Ref": "Bucket"}
TOPIC, ROLE = "arn:aws:sns:eu-central-1:111122223333:patching", "arn:aws:iam::111122223333:role/publish"
NAME_THEM = "omit --from-template, and select the nodes with --tag, --patch-group or --instance-ids"


def task(**settings: Any) -> dict[str, Any]:
    """Write a schedule whose task gives settings to Run Command."""
    content = resources({"Operation": "Scan"})
    invocation = content["Task"]["Properties"]["TaskInvocationParameters"]["MaintenanceWindowRunCommandParameters"]
    invocation.update(settings)
    return content


def with_parameters(parameters: object, **task: Any) -> dict[str, Any]:
    """Write a schedule whose parameters are as they are."""
    command = {"MaintenanceWindowRunCommandParameters": {"Parameters": parameters}}
    return resources(TaskInvocationParameters=command, **task)


# --- Which task ---------------------------------------------------------------------------------------


def test_the_operation_selects_a_task_of_a_window(template: Path) -> None:
    content = resources({"Operation": "Install"}) | {"Again": resources({"Operation": "Scan"})["Task"]}
    asked = from_template(template, content, operation=PatchOperation.SCAN)
    assert asked.request.arguments == sent_with(Operation="Scan")
    assert asked.left_out == ("the other tasks of the window are not run: Task",)


# --- Settings -----------------------------------------------------------------------------------------

SETTINGS: dict[str, Any] = {
    "Comment": "nightly",
    "TimeoutSeconds": 600,
    "DocumentVersion": "$LATEST",
    "DocumentHash": "ab12",
    "DocumentHashType": "Sha256",
    "OutputS3BucketName": "logs",
    "OutputS3KeyPrefix": "patching",
    "CloudWatchOutputConfig": {"CloudWatchOutputEnabled": True, "CloudWatchLogGroupName": "/patching"},
    "NotificationConfig": {
        "NotificationArn": TOPIC,
        "NotificationEvents": ["Failed", "TimedOut"],
        "NotificationType": "Invocation",
    },
    "ServiceRoleArn": ROLE,
}


def test_output_notification_comment_and_timeout_are_sent(template: Path) -> None:
    asked = from_template(template, task(**SETTINGS))
    assert asked.request.arguments == sent_with(Operation="Scan") | SETTINGS
    assert asked.left_out == ()


def test_a_comment_of_the_option_goes_first(template: Path) -> None:
    assert from_template(template, task(**SETTINGS), comment="mine").request.arguments["Comment"] == "mine"


def test_the_shortest_settings_are_sent(template: Path) -> None:
    few = {"NotificationConfig": {"NotificationArn": TOPIC}, "ServiceRoleArn": ROLE}
    few |= {"CloudWatchOutputConfig": {"CloudWatchOutputEnabled": False}, "Comment": ""}
    expected = sent_with(Operation="Scan") | few
    del expected["Comment"]
    assert from_template(template, task(**few)).request.arguments == expected


def test_the_bucket_of_the_deprecated_logging_info_is_sent(template: Path) -> None:
    legacy: dict[str, Any] = {
        "TaskParameters": {"Operation": {"Values": ["Scan"]}},
        "LoggingInfo": {"S3Bucket": "logs", "S3Prefix": "patching", "Region": "eu-central-1"},
    }
    output = {"OutputS3BucketName": "logs", "OutputS3KeyPrefix": "patching", "OutputS3Region": "eu-central-1"}
    asked = from_template(template, resources(TaskInvocationParameters={}, **legacy))
    assert asked.request.arguments == sent_with(Operation="Scan") | output


def test_what_is_unknown_is_left_out_and_said(template: Path) -> None:
    settings = {"OutputS3BucketName": UNKNOWN, "OutputS3KeyPrefix": "p", "ServiceRoleArn": UNKNOWN}
    asked = from_template(template, task(**settings, NotificationConfig={"NotificationArn": TOPIC}))
    assert asked.request.arguments == sent_with(Operation="Scan")
    got = 'is unknown until deployment, got {"Ref":"Bucket"}'
    assert asked.left_out == (
        f"OutputS3BucketName is left out: OutputS3BucketName {got}",
        f"ServiceRoleArn is left out: ServiceRoleArn {got}",
        "OutputS3KeyPrefix is left out: it requires OutputS3BucketName",
        "NotificationConfig is left out: it requires ServiceRoleArn",
    )


def test_what_is_left_out_is_a_note_and_in_the_json(template: Path) -> None:
    template.write_text(json.dumps({"Resources": task(OutputS3BucketName=UNKNOWN)}), encoding="utf-8")
    done = ran("--from-template", str(template), "--schedule", "weekly", "--dry-run")
    note = 'OutputS3BucketName is left out: OutputS3BucketName is unknown until deployment, got {"Ref":"Bucket"}'
    assert done.err.startswith(f"note: {note}\n")
    assert json.loads(done.out)["notes"] == [note]


INVALID: dict[str, tuple[dict[str, Any], str]] = {
    "a start timeout": ({"TimeoutSeconds": 5}, "TimeoutSeconds must be 30-2592000 whole seconds, got 5"),
    "a comment": ({"Comment": "x" * 101}, f"Comment must have 1-100 characters, got {'x' * 101!r}"),
    "a bucket": ({"OutputS3BucketName": ["a"]}, "OutputS3BucketName must have 3-63 characters, got ['a']"),
    "a version": ({"DocumentVersion": "new"}, "DocumentVersion must be $DEFAULT, $LATEST or a number, got 'new'"),
    "an unknown version": (
        {"DocumentVersion": UNKNOWN},
        'schedule \'weekly\': DocumentVersion is unknown until deployment, got {"Ref":"Bucket"}; ' + NAME_THEM,
    ),
    "an event": (
        {"NotificationConfig": {"NotificationArn": TOPIC, "NotificationEvents": ["Ended"]}},
        "NotificationEvents must be All, InProgress, Success, TimedOut, Cancelled or Failed, got 'Ended'",
    ),
}


@pytest.mark.parametrize(("settings", "message"), INVALID.values(), ids=INVALID.keys())
def test_an_invalid_setting_is_refused(template: Path, settings: dict[str, Any], message: str) -> None:
    assert refused(lambda: from_template(template, task(**settings))) == f"{template}:1: {message}"


# --- Parameters ---------------------------------------------------------------------------------------

LIST = "must be a list with one string"
PARAMETERS: dict[str, tuple[dict[str, Any], str]] = {
    "a text": ({"Operation": "Install"}, f"Operation {LIST}, got 'Install'; write Operation: [...]"),
    "no item": ({"Operation": []}, f"Operation {LIST}, got []; write Operation: [...]"),
    "two items": (
        {"Operation": ["Scan", "Install"]},
        f"Operation {LIST}, got ['Scan', 'Install']; write Operation: [...]",
    ),
    "a mapping": (
        {"Operation": [{"a": 1, "b": 2}]},
        f"Operation {LIST}, got [{{'a': 1, 'b': 2}}]; write Operation: [...]",
    ),
    "a hook of another document": (
        {"Operation": ["Install"], "OnExitHookDocName": ["Rejoin"]},
        "schedule 'weekly' must have only the parameters BaselineOverride, InstallOverrideList, Operation, "
        f"RebootOption, SnapshotId, StepTimeoutSeconds of AWS-RunPatchBaseline, got OnExitHookDocName; {NAME_THEM}",
    ),
}


@pytest.mark.parametrize(("parameters", "message"), PARAMETERS.values(), ids=PARAMETERS.keys())
def test_a_parameter_is_not_repaired(template: Path, parameters: dict[str, Any], message: str) -> None:
    assert refused(lambda: from_template(template, with_parameters(parameters))) == f"{template}:1: {message}"


def test_an_empty_parameter_counts_as_none(template: Path) -> None:
    content = with_parameters({"Operation": ["Scan"], "BaselineOverride": [""], "RebootOption": [""]})
    asked = from_template(template, content)
    assert (asked.request.arguments, asked.left_out) == (sent_with(Operation="Scan"), ())


def test_what_a_scan_does_not_use_is_said(template: Path) -> None:
    content = with_parameters({"Operation": ["Scan"], "RebootOption": ["NoReboot"], "SnapshotId": ["1"]})
    assert from_template(template, content).left_out == (
        "RebootOption is left out: a scan installs nothing",
        "SnapshotId is replaced by a new one, so that the nodes get the patches approved today",
    )


def test_a_scan_runs_no_hooks(template: Path) -> None:
    content = with_parameters({"Operation": ["Install"], "OnExitHookDocName": ["Rejoin"]}, document=HOOKS)
    asked = from_template(template, content, operation=PatchOperation.SCAN)
    assert asked.left_out == (
        "OnExitHookDocName is left out: a scan installs nothing",
        f"AWS-RunPatchBaseline is run instead of {HOOKS}: there are no hooks to run",
    )


def test_a_parameter_with_one_allowed_value_is_that_value(template: Path) -> None:
    content = {
        "Parameters": {"Operation": {"Type": "String", "AllowedValues": ["Scan"]}},
        "Resources": with_parameters({"Operation": [{"Ref": "Operation"}]}),
    }
    template.write_text(json.dumps(content), encoding="utf-8")
    done = ran("--from-template", str(template), "--schedule", "weekly", "--dry-run")
    assert json.loads(done.out)["sendCommand"]["Parameters"]["Operation"] == ["Scan"]


def test_a_rate_that_is_none_is_refused(template: Path) -> None:
    message = f"{template}:1: MaxErrors must be a number of nodes such as 10, or a percentage of 0%-100%, got 'many'"
    assert refused(lambda: from_template(template, resources({"Operation": "Scan"}, MaxErrors="many"))) == message


def test_nodes_that_the_task_names_itself_are_sent(template: Path) -> None:
    content = resources({"Operation": "Scan"}, Targets=[{"Key": "InstanceIds", "Values": [FIRST, SECOND]}])
    assert from_template(template, content).request.arguments == sent_with(Operation="Scan", ids=[FIRST, SECOND])


# --- What runs outside of maintenance windows ---------------------------------------------------------

PATCH = {"DocumentName": "AWS-RunPatchBaseline", "Parameters": {"Operation": ["Scan"]}}


def association(**properties: Any) -> dict[str, Any]:
    own = {"Name": "AWS-RunPatchBaseline", "AssociationName": "weekly", "Parameters": {"Operation": ["Scan"]}}
    return {"Own": {"Type": "AWS::SSM::Association", "Properties": own | {"Targets": WEB} | properties}}


def scheduler(action: str = "sendCommand", **request: Any) -> dict[str, Any]:
    target = {"Arn": f"arn:aws:scheduler:::aws-sdk:ssm:{action}", "Input": json.dumps(PATCH | request)}
    properties = {"Name": "weekly", "ScheduleExpression": "rate(7 days)", "State": "DISABLED", "Target": target}
    return {"Own": {"Type": "AWS::Scheduler::Schedule", "Properties": properties}}


def event_rule() -> dict[str, Any]:
    target = {
        "Arn": "arn:aws:ssm:eu-central-1::document/AWS-RunPatchBaseline",
        "Input": json.dumps({"Operation": ["Scan"]}),
        "RunCommandParameters": {"RunCommandTargets": WEB},
    }
    properties = {"Name": "weekly", "ScheduleExpression": "rate(7 days)", "Targets": [target]}
    return {"Own": {"Type": "AWS::Events::Rule", "Properties": properties}}


def test_an_association_is_run(template: Path) -> None:
    output = {"S3Location": {"OutputS3BucketName": "logs", "OutputS3KeyPrefix": "p"}}
    content = association(MaxErrors="1", OutputLocation=output, CalendarNames=["Closed"])
    asked = from_template(template, content)
    expected = sent_with(Operation="Scan", MaxErrors="1") | output["S3Location"]
    assert asked.request.arguments == expected
    assert asked.left_out == ("CalendarNames is ignored: the command runs even if a change calendar is closed",)


def test_a_schedule_of_event_bridge_is_run(template: Path) -> None:
    asked = from_template(template, scheduler(InstanceIds=[FIRST], TimeoutSeconds=60))
    assert asked.request.arguments == sent_with(Operation="Scan", ids=[FIRST]) | {"TimeoutSeconds": 60}
    assert asked.left_out == ("the schedule is disabled in the template",)


def test_a_rule_of_event_bridge_is_run(template: Path) -> None:
    asked = from_template(template, event_rule())
    assert (asked.request.arguments, asked.left_out) == (sent_with(Operation="Scan"), ())


def patch_policy(**parameters: str) -> dict[str, Any]:
    own = {"ConfigurationOptionsScanValue": "rate(1 day)", **parameters}
    definitions = [{"Type": "AWSQuickSetupType-PatchPolicy", "Parameters": own}]
    properties = {"Name": "weekly", "ConfigurationDefinitions": definitions}
    return {"Own": {"Type": "AWS::SSMQuickSetup::ConfigurationManager", "Properties": properties}}


A_POLICY = (
    "schedule 'weekly' is a patch policy, whose patch baselines Quick Setup passes to the nodes at run time; "
    f"{NAME_THEM}"
)
ONE = "must have exactly one task that runs AWS-RunPatchBaseline or AWS-RunPatchBaselineWithHooks"
RUNS: dict[str, tuple[dict[str, Any], str]] = {
    "another document": (
        association(Name="AWS-RunPatchBaselineAssociation"),
        f"schedule 'weekly' {ONE}, got Own (AWS-RunPatchBaselineAssociation); {NAME_THEM}",
    ),
    "a patch policy that scans": (patch_policy(), A_POLICY),
    # Its two schedules have the same name.
    "a patch policy that scans and installs": (
        patch_policy(
            ConfigurationOptionsPatchOperation="ScanAndInstall",
            ConfigurationOptionsInstallValue="cron(0 2 ? * SUN *)",
        ),
        A_POLICY,
    ),
}


def test_a_patch_policy_is_listed_once(template: Path) -> None:
    content = patch_policy(
        ConfigurationOptionsPatchOperation="ScanAndInstall", ConfigurationOptionsInstallValue="cron(0 2 ? * SUN *)"
    )
    template.write_text(json.dumps({"Resources": content}), encoding="utf-8")
    result = CliRunner().invoke(app, ["describe", str(template), "--schedule", "monthly"])
    assert result.stderr == (
        "--schedule must name a schedule in the template, got 'monthly'; the template has Patching/Own "
        "(patch policy weekly, stack Patching)\n"
    )


@pytest.mark.parametrize(("content", "message"), RUNS.values(), ids=RUNS.keys())
def test_a_run_that_cannot_be_sent_is_refused(template: Path, content: dict[str, Any], message: str) -> None:
    assert refused(lambda: from_template(template, content)) == f"{template}:1: {message}"


def runbook(**inputs: Any) -> dict[str, Any]:
    step = {"name": "patch", "action": "aws:runCommand", "inputs": PATCH | inputs}
    document = {"schemaVersion": "0.3", "mainSteps": [step]}
    properties = {"Content": document, "DocumentType": "Automation"}
    run = association(Name={"Ref": "Runbook"}, Parameters={})
    return {"Runbook": {"Type": "AWS::SSM::Document", "Properties": properties}, **run}


def test_a_runbook_of_the_template_is_run(template: Path) -> None:
    content = runbook(Targets=WEB, Parameters={"Operation": "Scan"})
    assert from_template(template, content).request.arguments == sent_with(Operation="Scan")


def test_a_parameter_of_a_runbook_is_refused(template: Path) -> None:
    content = runbook(Targets=WEB, Parameters={"Operation": "{{ Operation }}"})
    message = f"{template}:1: schedule 'weekly': Operation is known only when its runbook runs; {NAME_THEM}"
    assert refused(lambda: from_template(template, content)) == message


def test_nodes_of_a_runbook_are_refused(template: Path) -> None:
    content = runbook(InstanceIds="{{ Nodes }}")
    message = f"{template}:1: schedule 'weekly': its nodes are known only when its runbook runs; {NAME_THEM}"
    assert refused(lambda: from_template(template, content)) == message


def test_a_window_and_an_association_of_one_name_are_two(template: Path) -> None:
    both = association() | {"Window": {"Type": WINDOW, "Properties": {"Name": "weekly"}}}
    assert refused(lambda: from_template(template, both)) == (
        "--schedule must name one schedule, got 'weekly', which matches 2 schedules; specify one of "
        "Patching/Window (window weekly, stack Patching), Patching/Own (association weekly, stack Patching)"
    )
