"""What no construct can create stays in the template, with the reason; what can be kept is kept value by value."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.unit.adoption.apps import adopt, diff, differences, normalized, synthesized, template

Json = dict[str, Any]
COMMAND = "TaskInvocationParameters.MaintenanceWindowRunCommandParameters"
ROLE = "arn:aws:iam::123456789012:role/patching"
TEMPLATE: Json = {
    "Resources": {
        "Baseline": {
            "Type": "AWS::SSM::PatchBaseline",
            "Properties": {
                "Name": "web-linux",
                "OperatingSystem": "AMAZON_LINUX_2023",
                "ApprovalRules": {
                    "PatchRules": [
                        {
                            "ApproveAfterDays": 7,
                            "PatchFilterGroup": {"PatchFilters": [{"Key": "SEVERITY", "Values": ["Critical"]}]},
                        }
                    ]
                },
            },
        },
        "Window": {
            "Type": "AWS::SSM::MaintenanceWindow",
            "Properties": {
                "Name": "web-install",
                "Schedule": "cron(0 3 ? * SUN *)",
                "Duration": 3,
                "Cutoff": 1,
                "AllowUnassociatedTargets": False,
            },
        },
        "Target": {
            "Type": "AWS::SSM::MaintenanceWindowTarget",
            "Properties": {
                "WindowId": {"Ref": "Window"},
                "ResourceType": "INSTANCE",
                "Targets": [{"Key": "tag:Role", "Values": ["web"]}],
            },
        },
        "Install": {
            "Type": "AWS::SSM::MaintenanceWindowTask",
            "Properties": {
                "WindowId": {"Ref": "Window"},
                "TaskType": "RUN_COMMAND",
                "TaskArn": "AWS-RunPatchBaseline",
                "Priority": 1,
                "MaxConcurrency": "10%",
                "MaxErrors": "10%",
                "CutoffBehavior": "CANCEL_TASK",
                "Targets": [{"Key": "WindowTargetIds", "Values": [{"Ref": "Target"}]}],
                "TaskInvocationParameters": {
                    "MaintenanceWindowRunCommandParameters": {"Parameters": {"Operation": ["Install"]}}
                },
            },
        },
    }
}


def changed(path: str, value: object) -> Json:
    """Return the template with another value at a path below its resources; None removes it."""
    found = deepcopy(TEMPLATE)
    level: Any = found["Resources"]
    first, _, rest = path.partition(".")
    level = level[first]
    *steps, last = rest.split(".")
    if steps or last not in ("Condition", "DeletionPolicy", "DependsOn", "CreationPolicy", "UpdateReplacePolicy"):
        level = level["Properties"]
    for step in steps:
        level = level[int(step)] if isinstance(level, list) else level[step]
    if value is None:
        del level[last]
    elif isinstance(level, list):
        level[int(last)] = value
    else:
        level[last] = value
    return found


def of_type(kind: str, document: object, invocation: Json, **others: object) -> Json:
    """Return the template with a second task."""
    found = deepcopy(TEMPLATE)
    properties = deepcopy(found["Resources"]["Install"]["Properties"])
    properties |= {"TaskType": kind, "TaskArn": document, "Priority": 2, "TaskInvocationParameters": invocation}
    properties |= {"ServiceRoleArn": ROLE} | others
    found["Resources"]["Second"] = {
        "Type": "AWS::SSM::MaintenanceWindowTask",
        "Properties": {name: each for name, each in properties.items() if each is not None},
    }
    return found


def legacy(content: Json, task: str, **parameters: str) -> Json:
    """Return a template with the deprecated parameters of a task."""
    deprecated = {name: {"Values": [value]} for name, value in parameters.items()}
    content["Resources"][task]["Properties"]["TaskParameters"] = deprecated
    return content


def with_more(**resources: Json) -> Json:
    found = deepcopy(TEMPLATE)
    found["Resources"] |= resources
    return found


def runbook(role: object) -> Json:
    parameters = {"InstanceId": ["{{RESOURCE_ID}}"]} | ({} if role is None else {"AutomationAssumeRole": role})
    return {"MaintenanceWindowAutomationParameters": {"Parameters": parameters}}


def dated(start: str, end: str) -> Json:
    found = changed("Window.StartDate", start)
    found["Resources"]["Window"]["Properties"]["EndDate"] = end
    return found


def without_targets(content: Json) -> Json:
    for name in ("Target", "Install"):
        del content["Resources"][name]
    return content


NOTIFICATION = {
    "NotificationArn": "arn:aws:sns:eu-central-1:123456789012:patching",
    "NotificationEvents": ["Failed"],
    "NotificationType": "Command",
}
RULE: Json = {"Type": "AWS::Events::Rule", "Properties": {"EventPattern": {"source": ["aws.ssm"]}}}
FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function:SSM-drain"
STATE_MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:SSM-drain"
STAYS: list[tuple[Json, str]] = [
    (changed("Install.TaskType", {"Ref": "Type"}), 'TaskType must be known, got {"Ref": "Type"}'),
    (changed("Install.TaskInvocationParameters", {"Fn::If": ["A", {}, {}]}), "TaskInvocationParameters is unknown"),
    (changed(f"Install.{COMMAND}.NotificationConfig", NOTIFICATION), "a notification without a role for it"),
    (changed(f"Install.{COMMAND}.NotificationConfig", {"NotificationArn": "a"}), "NotificationConfig requires"),
    (
        changed(
            f"Install.{COMMAND}",
            {
                "Parameters": {"Operation": ["Install"]},
                "NotificationConfig": NOTIFICATION,
                "ServiceRoleArn": ROLE,
            },
        ),
        "the task has no ServiceRoleArn: the constructs would create a role",
    ),
    (changed(f"Install.{COMMAND}.Parameters", {"RebootOption": ["NoReboot"]}), "the parameter Operation is missing"),
    (changed(f"Install.{COMMAND}.Parameters.Operation", ["Scan", "Install"]), "a parameter of a patch document has"),
    (changed(f"Install.{COMMAND}.Parameters.Operation", "install"), "PatchOperation must be one of Scan, Install"),
    (changed(f"Install.{COMMAND}.Parameters.Operation", [{"A": "b"}]), "PatchOperation must be one of Scan, Install"),
    (
        legacy(changed("Install.TaskInvocationParameters", None), "Install", Operation="Install"),
        "TaskParameters of Install is deprecated, and no construct has it; move its parameters to "
        "TaskInvocationParameters.MaintenanceWindowRunCommandParameters.Parameters",
    ),
    (
        legacy(of_type("RUN_COMMAND", "AWS-RunShellScript", {}), "Second", commands="date"),
        "TaskParameters of Second is deprecated, and no construct has it; move its parameters to "
        "TaskInvocationParameters.MaintenanceWindowRunCommandParameters.Parameters",
    ),
    (
        legacy(of_type("AUTOMATION", "AWS-StopEC2Instance", {}), "Second", InstanceId="{{TARGET_ID}}"),
        "TaskParameters of Second is deprecated, and no construct has it; move its parameters to "
        "TaskInvocationParameters.MaintenanceWindowAutomationParameters.Parameters",
    ),
    (changed("Install.TaskArn", "AWS-RunPatchBaselineWithHooks"), "AWS-RunPatchBaselineWithHooks has no hook"),
    (changed("Install.MaxErrors", None), "MaxErrors is missing, which a task with targets requires"),
    (changed("Install.MaxErrors", "many"), "'many' is no rate control"),
    (changed("Install.Priority", None), "Priority is missing"),
    (changed("Install.Priority", 1.5), "1.5 is no whole number"),
    (changed("Install.Priority", "first"), "'first' is no whole number"),
    (changed("Install.Targets.0.Values", ["e32eecb2"]), "it runs on a target of another template"),
    (changed("Install.Targets.0.Values", [{"Ref": "Elsewhere"}]), "runs on Elsewhere, which is no target of its"),
    (
        changed("Install.Targets.0.Values", [{"Fn::If": ["IsWeb", {"Ref": "Target"}, {"Ref": "Other"}]}]),
        'the target that it runs on is unknown until deployment: {"Fn::If": ["IsWeb", {"Ref": "Target"}, {"Ref":',
    ),
    (changed("Install.Targets.0.Values", {"Ref": "Target"}), 'Values is unknown until deployment: {"Ref": "Target"}'),
    (changed("Install.Targets.0.Values", "e32eecb2"), "Targets.0.Values must be a list, got 'e32eecb2'"),
    (changed("Target.Targets.0.Values", "web"), "'web' is no list"),
    (changed("Target.Targets.0.Values", None), "Targets.0.Values is missing"),
    (changed("Baseline.ApprovedPatches", "KB1"), "'KB1' is no list"),
    (changed("Window.Tags", {"Team": "ops"}), 'Tags must be a list, got {"Team": "ops"}'),
    (changed("Window.Tags", ["ops"]), "Tags.0 must be a mapping, got 'ops'"),
    (changed("Target.Targets.0.Key", {"Fn::Sub": "tag:${Env}"}), 'of targets with {"Fn::Sub": "tag:${Env}"}'),
    (changed("Install.Name", ["a", "b"]), '["a", "b"] is no string'),
    (changed("Target.ResourceType", "NODE"), "ResourceType must be known, got 'NODE'"),
    (changed("Target.Targets", {"Ref": "Targets"}), "Targets is unknown until deployment"),
    (changed("Target.Targets", []), "there are no Targets"),
    (changed("Target.Targets.0.Values", ["*"]), "must not contain wildcards"),
    (changed("Window.Schedule", "cron(0 3 30 2 ? *)"), "never has an execution"),
    (changed("Window.Cutoff", 3), "cutoff must be shorter than duration"),
    (changed("Window.StartDate", "2027-01-01"), "'2027-01-01' is no date with a time zone"),
    (changed("Window.EndDate", "later"), "'later' is no date with a time zone"),
    (
        dated("2027-01-05T00:00:00Z", "2027-01-01T00:00:00Z"),
        "end_date must be after start_date, got start_date=2027-01-05T00:00:00+00:00, end_date=2027-01-01T00:00:00",
    ),
    (
        dated("2027-01-04T00:00:00Z", "2027-01-06T00:00:00Z"),
        "schedule must have an execution between start_date and end_date, got 'cron(0 3 ? * SUN *)' with",
    ),
    (changed("Window.EndDate", "1970-01-02T00:00:00Z"), "schedule must have an execution before end_date"),
    (changed("Window.AllowUnassociatedTargets", {"Ref": "Allow"}), "is not true or false"),
    (changed("Window.DeletionPolicy", "Snapshot"), "DeletionPolicy must be one of Delete, Retain"),
    (changed("Window.DeletionPolicy", {"Ref": "Policy"}), "DeletionPolicy must be one of Delete, Retain"),
    (
        changed("Window.DeletionPolicy", {"Fn::If": ["Keep", "Retain", "Delete"]}),
        'DeletionPolicy must be one of Delete, Retain, RetainExceptOnCreate, got {"Fn::If": ["Keep", "Retain"',
    ),
    (changed("Window.DependsOn", [["Target"]]), 'DependsOn must have the logical IDs of resources, got ["Target"]'),
    (changed("Window.CreationPolicy", {"ResourceSignal": {}}), "the constructs have no such CreationPolicy"),
    (changed("Baseline.Name", None), "Name is missing"),
    (changed("Baseline.OperatingSystem", "WINDOWS"), "rules must filter by PATCH_SET"),
    (changed("Baseline.ApprovalRules.PatchRules.0.ApproveAfterDays", None), "a rule must have either ApproveAfterDays"),
    (
        changed(
            "Baseline.ApprovalRules.PatchRules.0",
            {"ApproveUntilDate": "2027-1-31", "PatchFilterGroup": {"PatchFilters": []}},
        ),
        "ApproveUntilDate must be like 2027-01-31",
    ),
    (
        changed("Baseline.ApprovalRules.PatchRules.0.PatchFilterGroup.PatchFilters.0.Key", {"Ref": "Key"}),
        "the key of a filter must be known",
    ),
    (of_type("AUTOMATION", "Drain", runbook(["patching"])), "AutomationAssumeRole must be an ARN such as arn:aws"),
    (changed("Install.ServiceRoleArn", "patching"), "ServiceRoleArn must be an ARN such as arn:aws:...:role/..., got"),
    (changed("Install.ServiceRoleArn", "arn:aws:iam::123456789012:role/"), "ServiceRoleArn must be an ARN such as"),
    (of_type("LAMBDA", "SSM-drain", {}), "TaskArn must be an ARN such as arn:aws:...:function:..., got 'SSM-drain'"),
    (of_type("STEP_FUNCTIONS", FUNCTION, {}), "TaskArn must be an ARN such as arn:aws:...:stateMachine:..., got"),
    (of_type("AUTOMATION", "Drain", runbook({"Ref": "Roles"})), "AutomationAssumeRole must be one role"),
    (of_type("AUTOMATION", "Drain", runbook([ROLE, ROLE])), "AutomationAssumeRole must be one role"),
    (of_type("AUTOMATION", "Drain", {}, ServiceRoleArn=None), "the task has no ServiceRoleArn: the constructs"),
    (
        without_targets(of_type("LAMBDA", FUNCTION, {}, Targets=None)),
        "max_concurrency requires a task with targets, got '10%'; leave it out, or set targets",
    ),
    (
        of_type("AUTOMATION", "AWS-StartEC2Instance", runbook(ROLE)),
        "targets must be instance IDs or a resource group for AWS-StartEC2Instance",
    ),
    (
        of_type("AUTOMATION", "AWS-StopEC2Instance", runbook(None)),
        "AutomationAssumeRole is missing: the constructs would create a role for AWS-StopEC2Instance",
    ),
    (
        of_type("AUTOMATION", "arn:aws:ssm:eu-central-1::automation-definition/AWS-StopEC2Instance", runbook(None)),
        "AutomationAssumeRole is missing: the constructs would create a role for AWS-StopEC2Instance",
    ),
    (with_more(Rule=RULE | {"Properties": {"Name": {"Fn::GetAtt": "Baseline.Id"}}}), "template depends on Baseline"),
    (changed("Window.Duration", -1e289), "-1e+289 hours is no duration"),
    (changed(f"Install.{COMMAND}.Parameters.Operation", [""]), "the parameter Operation is missing"),
    (with_more(Rule=RULE | {"DependsOn": ["Window"]}), "what stays in the template depends on Window"),
    (
        with_more(Rule=RULE | {"Properties": {"Description": {"Fn::Sub": "${Baseline.Id}"}}}),
        "what stays in the template depends on Baseline, or uses an attribute of it",
    ),
    (
        with_more(
            **{
                f"Target{number}": deepcopy(TEMPLATE["Resources"]["Target"])
                for number in range(10)
            }
        ),
        "it has more than 10 targets",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("content", "reason"), STAYS, ids=[reason for _, reason in STAYS])
def test_it_stays_with_the_reason(content: Json, reason: str, tmp_path: Path) -> None:
    file = tmp_path / "web.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    result = adopt(file)
    assert reason in result.output.partition("Stays in the template:")[2]


def with_two_targets(*entries: Json) -> Json:
    """Return the template with a second target; the targets of the task are as given."""
    found = deepcopy(TEMPLATE)
    found["Resources"]["Other"] = deepcopy(found["Resources"]["Target"])
    if entries:
        found["Resources"]["Install"]["Properties"]["Targets"] = list(entries)
    return found


def run_on(*targets: str) -> Json:
    return {"Key": "WindowTargetIds", "Values": [{"Ref": each} for each in targets]}


KEPT: dict[str, Json] = {
    "retained": changed("Window.DeletionPolicy", "Retain"),
    "replaced": changed("Window.UpdateReplacePolicy", "RetainExceptOnCreate"),
    "dates": changed("Window.StartDate", "2027-01-01T00:00:00Z"),
    "date-token": {**changed("Window.EndDate", {"Ref": "End"}), "Parameters": {"End": {"Type": "String"}}},
    "lower-case": changed("Window.Schedule", "cron(0 3 ? * sun *)"),
    "unassociated": changed("Window.AllowUnassociatedTargets", "true"),
    "document-hash": changed(f"Install.{COMMAND}.DocumentHashType", "Sha256"),
    "role-of-no-notification": changed(f"Install.{COMMAND}.ServiceRoleArn", ROLE),
    "timeout": changed(f"Install.{COMMAND}.Parameters.StepTimeoutSeconds", "7200"),
    "text-parameter": changed(f"Install.{COMMAND}.Parameters.Operation", [{"Ref": "AWS::Region"}]),
    "list-of-values": {
        **changed("Target.Targets.0.Values", {"Ref": "Roles"}),
        "Parameters": {"Roles": {"Type": "CommaDelimitedList"}},
    },
    "deprecated-parameters-of-an-own-document": legacy(of_type("RUN_COMMAND", "Drain", {}), "Second", Force="true"),
    "deprecated-parameters-beside-others": legacy(deepcopy(TEMPLATE), "Install", Operation="Scan"),
    "deprecated-parameters-that-are-not-required": legacy(
        of_type("RUN_COMMAND", "AWS-UpdateSSMAgent", {}), "Second", allowDowngrade="true"
    ),
    "half-a-surrogate-pair": with_more(Topic={"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "a\ud800ü"}}),
    "truth": changed(f"Install.{COMMAND}.Parameters.Operation", ["Install"])
    | {"Outputs": {"Id": {"Value": {"Ref": "Baseline"}}}},
    "attribute": {
        **changed("Install.ServiceRoleArn", {"Fn::GetAtt": "Role.Arn"}),
        "Resources": changed("Install.ServiceRoleArn", {"Fn::GetAtt": "Role.Arn"})["Resources"]
        | {"Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17"}}}},
    },
    "parameter-without-list": of_type(
        "RUN_COMMAND", "Drain", {"MaintenanceWindowRunCommandParameters": {"Parameters": {"Force": "true"}}}
    ),
    "flag-parameter": of_type(
        "RUN_COMMAND",
        "Drain",
        {"MaintenanceWindowRunCommandParameters": {"Parameters": {"Force": [True]}}},
    ),
    "long-list-of-values": {
        **changed(
            "Target.Targets.0.Values",
            {"Fn::Split": [",", {"Ref": "TheRolesOfTheNodesThatThisWindowInstallsPatchesOn"}]},
        ),
        "Parameters": {"TheRolesOfTheNodesThatThisWindowInstallsPatchesOn": {"Type": "String"}},
    },
    "tags": changed("Window.Tags", [{"Key": "a", "Value": "1"}, {"Key": "B", "Value": {"Ref": "AWS::StackName"}}]),
    "tag-without-value": changed("Window.Tags", [{"Key": "z", "Value": ""}, {"Key": "a", "Value": "1"}]),
    "tag-without-value-in-order": changed("Baseline.Tags", [{"Key": "a", "Value": ""}, {"Key": "z", "Value": "1"}]),
    "tags-in-another-order": changed("Window.Tags", [{"Key": "z", "Value": "2"}, {"Key": "a", "Value": "1"}]),
    "same-tag-twice": changed(
        "Window.Tags", [{"Key": "a", "Value": {"Ref": "AWS::StackName"}}, {"Key": "a", "Value": "b"}]
    ),
    "tag-with-an-unknown-key": changed("Window.Tags", [{"Key": {"Ref": "AWS::Region"}, "Value": "1"}]),
    "import": changed("Install.ServiceRoleArn", {"Fn::ImportValue": "role"}),
    "subset-of-targets": with_two_targets(),
    "targets-in-several-entries": with_two_targets(run_on("Target"), run_on("Other")),
    "targets-in-another-order": with_two_targets(run_on("Other", "Target")),
    "same-target-twice": with_two_targets(run_on("Target", "Target", "Other")),
    "rule-that-refers": with_more(
        Rule={
            "Type": "AWS::Events::Rule",
            "Properties": {"EventPattern": {"source": ["aws.ssm"], "detail": {"window-id": [{"Ref": "Window"}]}}},
        }
    ),
    "depends": with_more(Rule=RULE) | {"Outputs": {"Id": {"Value": {"Ref": "Window"}}}},
    "lambda": of_type(
        "LAMBDA",
        FUNCTION,
        {"MaintenanceWindowLambdaParameters": {"Payload": "bm8ganNvbg==", "Qualifier": "live"}},
    ),
    "state-machine": of_type(
        "STEP_FUNCTIONS",
        STATE_MACHINE,
        {"MaintenanceWindowStepFunctionsParameters": {"Input": '{"a":1}', "Name": "{{INVOCATION_ID}}"}},
    ),
    "state-machine-without-name": of_type(
        "STEP_FUNCTIONS", STATE_MACHINE, {"MaintenanceWindowStepFunctionsParameters": {"Input": '{"a": 1}'}}
    ),
    "runbook-role-of-aws": of_type("AUTOMATION", "AWS-StopEC2Instance", runbook([ROLE])),
    "runbook-without-role": of_type("AUTOMATION", "Drain", runbook(None)),
    "runbook-role": of_type("AUTOMATION", "Drain", runbook(ROLE)),
    "approved-until": changed(
        "Baseline.ApprovalRules.PatchRules.0",
        {
            "ApproveUntilDate": {"Fn::Sub": "2027-01-31"},
            "PatchFilterGroup": {"PatchFilters": [{"Key": "SEVERITY", "Values": ["Critical"]}]},
        },
    ),
    "list-of-patches": {
        **changed("Baseline.ApprovedPatches", {"Ref": "Patches"}),
        "Parameters": {"Patches": {"Type": "CommaDelimitedList"}},
    },
}


@pytest.mark.parametrize("name", KEPT)
def test_it_is_kept_value_by_value(name: str, tmp_path: Path) -> None:
    file = tmp_path / f"{name}.json"
    file.write_text(json.dumps(KEPT[name]), encoding="utf-8")
    result = adopt(file, "--into", tmp_path / "app")
    assert "Stays in the template" not in result.output
    cdk_out = synthesized(tmp_path / "app")
    assert list(differences(normalized(KEPT[name]), normalized(template(cdk_out)))) == []
    assert diff(file, cdk_out).output == "no differences\n"


def test_parameters_that_are_no_mapping_are_no_parameters(tmp_path: Path) -> None:
    file = tmp_path / "web.json"
    file.write_text(json.dumps(KEPT["rule-that-refers"] | {"Parameters": 0}), encoding="utf-8")
    assert adopt(file).exit_code == 0


def test_a_target_of_another_stack(tmp_path: Path) -> None:
    target = deepcopy(TEMPLATE["Resources"]["Target"])
    target["Properties"]["WindowId"] = {"Fn::ImportValue": "web-window"}
    web = deepcopy(TEMPLATE) | {"Outputs": {"Id": {"Value": {"Ref": "Window"}, "Export": {"Name": "web-window"}}}}
    stacks = {"web": web, "more": {"Resources": {"More": target}}}
    artifacts = {
        name: {
            "type": "aws:cloudformation:stack",
            "environment": "aws://123456789012/eu-central-1",
            "properties": {"templateFile": f"{name}.template.json"},
        }
        for name in stacks
    }
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": artifacts}), encoding="utf-8")
    for name, content in stacks.items():
        (tmp_path / f"{name}.template.json").write_text(json.dumps(content), encoding="utf-8")
    output = adopt(tmp_path).output
    assert "    Window, Target, Install: more/More belongs to another stack\n" in output
    assert "    More: its window is not in the template\n" in output


Directory = Callable[[Path], Path]


def with_a_file(path: Path) -> Path:
    (path / "notes.txt").touch()
    return path


@pytest.mark.parametrize("directory", [with_a_file, lambda path: Path("/dev/null"), lambda path: path / ("x" * 300)])  # noqa: ARG005
def test_no_file_is_replaced(directory: Directory, tmp_path: Path) -> None:
    into = directory(tmp_path)
    result = adopt("template.yaml", "--into", into)
    message = f"--into must be a new or empty directory, got {into}; specify another one\n"
    assert (result.exit_code, result.stderr) == (2, message)


def test_a_directory_that_cannot_be_written(tmp_path: Path) -> None:
    file = tmp_path / "web.json"
    file.write_text(json.dumps(TEMPLATE), encoding="utf-8")
    into = file / "app"
    result = adopt(file, "--into", into)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{into}: cannot be written: ")
