"""What the corpus does not reach: values of the wrong kind, and results that depend on something else."""

from pathlib import Path
from typing import Any

import pytest

from patching_constructs.checks.engine import check_paths
from patching_constructs.checks.finding import Status
from tests.unit.checks.test_engine import TODAY, baseline, ids, window, written


def found(folder: Path, resources: dict[str, Any], rule: str) -> list[Status]:
    findings = check_paths([written(folder / "a.json", resources)], now=TODAY)
    return [each.status for each in findings if each.rule.id == f"Patching-{rule}"]


NO, UNKNOWN = Status.FAIL, Status.UNKNOWN


def changed(resource: str, **properties: Any) -> dict[str, Any]:
    resources = window("web")
    resources[resource]["Properties"] |= properties
    return resources


def command(**parameters: Any) -> dict[str, Any]:
    given = {"Parameters": {"Operation": ["Install"]} | parameters}
    return changed("Task", TaskInvocationParameters={"MaintenanceWindowRunCommandParameters": given})


def association(**properties: Any) -> dict[str, Any]:
    usual = {"Name": "AWS-RunPatchBaseline", "Parameters": {"Operation": ["Scan"]}}
    return {"Association": {"Type": "AWS::SSM::Association", "Properties": usual | properties}}


def role(*statements: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """Write a task with a role that has these statements."""
    trust = {
        "Statement": {"Effect": "Allow", "Principal": {"Service": "ssm.amazonaws.com"}, "Action": "sts:AssumeRole"}
    }
    policies = [{"PolicyName": "p", "PolicyDocument": {"Statement": list(statements)}}]
    given = {"AssumeRolePolicyDocument": trust, "Policies": policies} | properties
    resources = changed("Task", ServiceRoleArn={"Fn::GetAtt": ["Role", "Arn"]})
    return resources | {"Role": {"Type": "AWS::IAM::Role", "Properties": given}}


def runbook(assume_role: object) -> dict[str, Any]:
    """Return the properties of a task that runs a runbook with a pattern for its role."""
    given = {"Parameters": {"InstanceId": ["{{RESOURCE_ID}}"], "AutomationAssumeRole": [assume_role]}}
    invocation = {"MaintenanceWindowAutomationParameters": given}
    return {
        "TaskType": "AUTOMATION",
        "TaskArn": "AWSEC2-PatchLoadBalancerInstance",
        "TaskInvocationParameters": invocation,
    }


def function(arn: object) -> dict[str, Any]:
    """Return the properties of a task that invokes a function."""
    parameters = {"MaintenanceWindowLambdaParameters": {"Payload": "e30="}}
    return {"TaskType": "LAMBDA", "TaskArn": arn, "TaskInvocationParameters": parameters}


def hook(document: object) -> dict[str, Any]:
    """Return the properties of a task that runs a document after a reboot."""
    parameters = {"MaintenanceWindowRunCommandParameters": {"Parameters": {"PostRebootHookDocName": [document]}}}
    return {"TaskArn": "AWS-InstanceRebootWithHooks", "TaskInvocationParameters": parameters}


def endpoint(**words: Any) -> dict[str, Any]:
    """Write an endpoint for Amazon S3 whose policy has one statement."""
    statement = {"Effect": "Allow", "Principal": "*", "Resource": "*"} | words
    given = {"ServiceName": "com.amazonaws.eu-west-1.s3", "PolicyDocument": {"Statement": [statement]}}
    return {"Endpoint": {"Type": "AWS::EC2::VPCEndpoint", "Properties": given}}


def allow(**words: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Resource": "*"} | words


def frozen(metadata: object) -> dict[str, Any]:
    """Write a window without a task, and what its metadata says."""
    resources = window("web")
    del resources["Task"]
    resources["Window"]["Metadata"] = metadata
    return resources


CASES: dict[str, tuple[dict[str, Any], str, list[Status]]] = {
    "a schedule that is a list": (changed("Window", Schedule=["rate(1 day)"]), "ScheduleExpression", [NO]),
    "a frozen window": (frozen({"PatchingConstructs": {"Frozen": True}}), "WindowWithoutTask", []),
    "a window that is not frozen": (frozen({"PatchingConstructs": {"Frozen": False}}), "WindowWithoutTask", [NO]),
    "a window that is frozen by a text": (
        frozen({"PatchingConstructs": {"Frozen": "true"}}),
        "WindowWithoutTask",
        [NO],
    ),
    "a window with other metadata": (frozen({"PatchingConstructs": ["Frozen"]}), "WindowWithoutTask", [NO]),
    "a window with metadata that are none": (frozen("Frozen"), "WindowWithoutTask", [NO]),
    "a window whose id is a part of a text": (
        window("web")
        | {
            "Task": {"Type": "Custom::Task", "Properties": {"Window": {"Fn::Sub": "arn:${Window}"}}},
        },
        "WindowWithoutTask",
        [UNKNOWN],
    ),
    "an install by deprecated parameters": (
        changed(
            "Task", TaskInvocationParameters=None, TaskParameters={"Operation": {"Values": ["Install"]}}, MaxErrors="1"
        ),
        "InstallWithoutScan",
        [NO],
    ),
    "a scan by deprecated parameters that are unknown": (
        changed("Task", TaskInvocationParameters=None, TaskParameters={"Fn::Transform": {"Name": "Parameters"}}),
        "InstallWithoutScan",
        [UNKNOWN],
    ),
    "a role that is a list": (
        changed("Task", ServiceRoleArn=["arn:aws:iam::123456789012:role/a"]),
        "RoleArn",
        [],
    ),
    "an override in the bucket of assets": (
        command(InstallOverrideList=[{"Fn::Sub": "s3://cdk-assets-${AWS::AccountId}-${AWS::Region}/0123abcd.yaml"}]),
        "OverrideUrl",
        [],
    ),
    "an override by every pseudo parameter": (
        command(
            BaselineOverride=[
                {
                    "Fn::Join": [
                        "",
                        [
                            "https://s3.",
                            {"Ref": "AWS::Region"},
                            ".",
                            {"Ref": "AWS::URLSuffix"},
                            {"Fn::Sub": "/${AWS::Partition}/${AWS::StackName}"},
                        ],
                    ]
                }
            ]
        ),
        "OverrideUrl",
        [],
    ),
    "an override that is no URL, whatever the account is": (
        command(InstallOverrideList=[{"Fn::Sub": "s3:/assets-${AWS::AccountId}/list"}]),
        "OverrideUrl",
        [NO],
    ),
    "an override by https, whatever the Region is": (
        command(InstallOverrideList=[{"Fn::Sub": "https://s3.${AWS::Region}.amazonaws.com/assets/list"}]),
        "OverrideBucketUrl",
        [NO],
    ),
    "an override by a parameter beside a pseudo parameter": (
        command(InstallOverrideList=[{"Fn::Sub": "s3://${Bucket}-${AWS::AccountId}/list"}]),
        "OverrideUrl",
        [UNKNOWN],
    ),
    "an override in a bucket of the stack": (
        command(InstallOverrideList=[{"Fn::Sub": "s3://${Target}/list"}]),
        "OverrideUrl",
        [],
    ),
    "targets that are missing": (changed("Target", Targets=None), "TargetFilterCount", []),
    "a parameter that is a list of mappings": (command(RebootOption=[{"a": 1, "b": 2}]), "ParameterList", [NO]),
    "a patch group that is a mapping": ({"B": baseline(PatchGroups=[{"a": 1, "b": 2}])}, "PatchGroupName", []),
    "an association with a document that is not known": (
        association(Name={"Ref": "Document"}, Targets=[{"Key": "Patch Group", "Values": ["web"]}]),
        "TargetKey",
        [UNKNOWN],
    ),
    "an association that patches nothing": (
        association(Name="AWS-UpdateSSMAgent", Targets=[{"Key": "Patch Group", "Values": ["web"]}]),
        "TargetKey",
        [],
    ),
    "an association by a group of resources": (
        association(Targets=[{"Key": "resource-groups:Name", "Values": ["web"]}]),
        "TargetKey",
        [],
    ),
    "a source without a list of products": (
        {
            "B": baseline(
                OperatingSystem="UBUNTU", Sources=[{"Name": "abc", "Configuration": "deb", "Products": {"Ref": "P"}}]
            )
        },
        "PatchSource",
        [UNKNOWN],
    ),
    "an event of another service": (
        {
            "R": {
                "Type": "AWS::Events::Rule",
                "Properties": {"EventPattern": {"source": ["aws.ssm"], "detail-type": ["Parameter Store Change"]}},
            }
        },
        "EventPattern",
        [],
    ),
    "a role that may do everything but one thing": (role(allow(NotAction="iam:*")), "SendCommandPermission", []),
    "a role that may do everything but that": (role(allow(NotAction=["ssm:Send*"])), "SendCommandPermission", [NO]),
    "a role that is denied": (
        role({"Effect": "Deny", "Action": "ssm:*", "Resource": "*"}),
        "SendCommandPermission",
        [NO],
    ),
    "a role that may by a pattern": (role(allow(Action="SSM:send?ommand")), "SendCommandPermission", []),
    "a role with brackets in a pattern": (role(allow(Action="ssm:[S]endCommand")), "SendCommandPermission", [NO]),
    "a role with a pattern as long as a book": (role(allow(Action="*" * 300)), "SendCommandPermission", [NO]),
    "a role with a managed policy": (
        role(ManagedPolicyArns=["arn:aws:iam::123456789012:policy/patching"]),
        "SendCommandPermission",
        [UNKNOWN],
    ),
    "an install that every node is scanned beside": (
        command() | association(Targets=[{"Key": "InstanceIds", "Values": ["*"]}]),
        "InstallWithoutScan",
        [],
    ),
    "an install beside a scan that is chosen by another key": (
        command() | association(Targets=[{"Key": "tag:Stage", "Values": ["dev"]}]),
        "InstallWithoutScan",
        [UNKNOWN],
    ),
    "an install beside a document that is not known": (
        command() | association(Name={"Ref": "D"}, Targets=[{"Key": "tag:Patch Group", "Values": ["other"]}]),
        "InstallWithoutScan",
        [UNKNOWN, UNKNOWN],
    ),
    "an ARN with parts that are unknown": (
        changed("Task", **function({"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":lambda:", {"Ref": "F"}]]})),
        "RequiredProperty",
        [],
    ),
    "the timeout of a function that is unknown": (
        changed("Task", **function({"Ref": "F"})),
        "ExecutionTimeoutBeyondWindow",
        [],
    ),
    "a function that is unknown and continues": (
        changed("Task", **function({"Ref": "F"})),
        "InstallAfterCutoff",
        [],
    ),
    "a hook that the template creates": (
        changed("Task", **hook({"Ref": "Drain"})) | {"Drain": {"Type": "AWS::SSM::Document"}},
        "ParameterValue",
        [],
    ),
    "an override in a bucket by name of the host": (
        command(BaselineOverride=["https://lists.s3.eu-central-1.amazonaws.com/a.json"]),
        "OverrideBucketUrl",
        [NO],
    ),
    "an override of a host that only looks like it": (
        command(BaselineOverride=["https://mys3files.example.com/a.json"]),
        "OverrideBucketUrl",
        [],
    ),
    "a document of the template's own": (
        changed("Task", TaskArn={"Ref": "Document"}) | {"Document": {"Type": "AWS::SSM::Document"}},
        "Operation",
        [],
    ),
    "a document of AWS's own of another kind": (
        changed("Task", TaskArn="AWS-JoinDirectoryServiceDomain"),
        "DocumentName",
        [],
    ),
    "the ARN of a role of the template, which a pattern accepts": (
        role() | changed("Task", **runbook({"Fn::GetAtt": ["Role", "Arn"]})),
        "ParameterValue",
        [],
    ),
    "the name of a role of the template, which a pattern does not accept": (
        role() | changed("Task", **runbook({"Ref": "Role"})),
        "ParameterValue",
        [UNKNOWN],
    ),
    "a role that is a parameter": (changed("Task", **runbook({"Ref": "P"})), "ParameterValue", [UNKNOWN]),
    "a value that is filled in when the command is sent": (
        command(StepTimeoutSeconds=["{{ssm:/patching/seconds}}"]),
        "ParameterValue",
        [],
    ),
    "a type of nodes in no window of the template": (
        changed(
            "Target",
            WindowId="mw-0123456789abcdef0",
            ResourceType="RESOURCE_GROUP",
            Targets=[
                {"Key": "resource-groups:Name", "Values": ["web"]},
                {"Key": "resource-groups:ResourceTypeFilters", "Values": ["AWS::EC2::VPC"]},
            ],
        ),
        "TargetNodeType",
        [],
    ),
    "a document by an ARN that is put together": (
        changed("Task", TaskArn={"Fn::Sub": "arn:${AWS::Partition}:ssm:${AWS::Region}::document/AWS-RunPatchBaselin"}),
        "DocumentName",
        [NO],
    ),
    "a key that is put together": (
        changed("Target", Targets=[{"Key": {"Fn::Sub": "tag:${Key}"}, "Values": ["web"]}]),
        "TargetKey",
        [],
    ),
    "a target with a key that is missing": (changed("Target", Targets=[{"Values": ["web"]}]), "TargetKey", []),
    "an offset of a schedule that is invalid": (
        changed("Window", Schedule="daily", ScheduleOffset=2),
        "ScheduleOffset",
        [],
    ),
    "an endpoint that allows only writing": (command() | endpoint(Action="s3:PutObject"), "EndpointPolicy", [NO]),
    "an endpoint that denies only a part": (
        command() | endpoint(Effect="Deny", Action="s3:*", Resource="arn:aws:s3:::own/*"),
        "EndpointPolicy",
        [NO],
    ),
    "a type that is no text": ({"R": {"Type": {"a": 1}, "Properties": {}}} | window("web"), "WindowWithoutTask", []),
}


@pytest.mark.parametrize(("resources", "rule", "expected"), CASES.values(), ids=CASES.keys())
def test_status(tmp_path: Path, resources: dict[str, Any], rule: str, expected: list[Status]) -> None:
    assert found(tmp_path, resources, rule) == expected


def test_a_notification_to_what_is_no_topic(tmp_path: Path) -> None:
    config = {"NotificationArn": {"Ref": "Queue"}, "NotificationEvents": ["All"], "NotificationType": "Command"}
    resources = changed(
        "Task",
        TaskInvocationParameters={
            "MaintenanceWindowRunCommandParameters": {
                "Parameters": {"Operation": ["Scan"]},
                "NotificationConfig": config,
            }
        },
    )
    resources["Queue"] = {"Type": "AWS::SQS::Queue"}
    assert found(tmp_path, resources, "NotificationValues") == [NO]


def test_a_window_that_opens_again_and_again_is_one_window(tmp_path: Path) -> None:
    many: dict[str, Any] = {}
    for place in range(60):
        own = window(f"group-{place}", Schedule="rate(5 minutes)", Duration=1, Cutoff=0)
        many |= {f"{name}{place}": resource for name, resource in own.items()}
    for place in range(60):
        many[f"Target{place}"]["Properties"]["WindowId"] = {"Ref": f"Window{place}"}
        many[f"Task{place}"]["Properties"]["WindowId"] = {"Ref": f"Window{place}"}
        many[f"Task{place}"]["Properties"]["Targets"][0]["Values"] = [{"Ref": f"Target{place}"}]
    findings = check_paths([written(tmp_path / "a.json", many)], now=TODAY)
    assert ids(findings).count("Patching-ConcurrentWindows") == 55
    assert not [each for each in findings if "not computed beyond" in each.problem]


def test_windows_that_are_told_together_overlap_too(tmp_path: Path) -> None:
    one, other = window("web"), window("web")
    resources = one | {"Other": other["Window"], "OtherTarget": other["Target"], "OtherTask": other["Task"]}
    other["Target"]["Properties"]["WindowId"] = {"Ref": "Other"}
    other["Task"]["Properties"]["WindowId"] = {"Ref": "Other"}
    other["Task"]["Properties"]["Targets"][0]["Values"] = [{"Ref": "OtherTarget"}]
    assert found(tmp_path, resources, "OverlappingWindows") == [NO]


def test_every_target_of_a_window_counts(tmp_path: Path) -> None:
    resources: dict[str, Any] = {}
    for name, roles in (("One", ["db", "cache"]), ("Other", ["web", "db"])):
        own = window("all")
        resources[name] = own["Window"]
        for role_ in roles:
            entries = [{"Key": "tag:Stage", "Values": ["dev"]}, {"Key": "tag:Role", "Values": [role_]}]
            properties = {"WindowId": {"Ref": name}, "ResourceType": "INSTANCE", "Targets": entries}
            resources[f"{name}{role_}"] = {"Type": "AWS::SSM::MaintenanceWindowTarget", "Properties": properties}
    assert found(tmp_path, resources, "OverlappingWindows") == [NO]


def test_a_document_that_is_unknown_does_not_require_an_endpoint(tmp_path: Path) -> None:
    resources = {
        "Run": {"Type": "AWS::SSM::Association", "Properties": {"Name": {"Ref": "Document"}}},
        **endpoint(Action="s3:GetObject", Resource="arn:aws:s3:::own/*"),
    }
    file = written(tmp_path / "a.json", resources, Parameters={"Document": {"Type": "String"}})
    found = check_paths([file], now=TODAY)
    assert "Patching-EndpointPolicy" not in {each.rule.id for each in found}
