"""Templates by someone who means harm: whatever stands where, every rule answers, in few steps."""

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from junitparser import JUnitXml
from typer.testing import CliRunner, Result

from patching_constructs.checks.engine import check_paths
from patching_constructs.checks.finding import Finding, Status
from patching_constructs.checks.rules import RULES
from patching_constructs.cli.app import app
from patching_constructs.template.reading import read_templates
from tests.unit.template.bounded import STEPS, TODAY, Outcome, bounded, linux_only

pytestmark = pytest.mark.sweep

CORPUS = Path(__file__).parents[2] / "corpus"
LONGEST_TEXT = 1_000

Template = dict[str, Any]
Place = tuple[str | int, ...]


# --- A template with all that the rules look at -------------------------------------------------------


def resource(kind: str, **properties: Any) -> Template:
    return {"Type": kind, "Properties": properties, "Metadata": {"aws:cdk:path": "Stack/Fleet/Resource"}}


WINDOW, TARGET, TASK = (f"AWS::SSM::MaintenanceWindow{part}" for part in ("", "Target", "Task"))
ALLOWED = {"Effect": "Allow", "Action": ["ssm:SendCommand"], "Resource": "*"}
TRUST = {"Effect": "Allow", "Principal": {"Service": "ssm.amazonaws.com"}, "Action": "sts:AssumeRole"}
INSTALL = {
    "Operation": ["Install"],
    "RebootOption": ["NoReboot"],
    "BaselineOverride": ["s3://bucket/key"],
    "PreInstallHookDocName": ["AWS-Noop"],
}
FLEET: Template = {
    "Window": resource(
        WINDOW,
        Name="weekly",
        Description="text",
        Schedule="cron(0 4 ? * TUE#2 *)",
        ScheduleTimezone="Europe/Berlin",
        ScheduleOffset=2,
        StartDate="2026-12-01T00:00:00Z",
        EndDate="2030-12-01T00:00:00+01:00",
        Duration=4,
        Cutoff=1,
        AllowUnassociatedTargets=False,
    ),
    "Rate": resource(
        WINDOW, Name="rate", Schedule="rate(7 days)", Duration=4, Cutoff=1, AllowUnassociatedTargets=False
    ),
    "Target": resource(
        TARGET,
        Name="web",
        Description="text",
        OwnerInformation="us",
        WindowId={"Ref": "Window"},
        ResourceType="INSTANCE",
        Targets=[{"Key": "tag:Patch Group", "Values": ["prod", "web"]}, {"Key": "tag-key", "Values": ["Env"]}],
    ),
    "Nodes": resource(
        TARGET,
        WindowId={"Ref": "Window"},
        ResourceType="INSTANCE",
        Targets=[{"Key": "InstanceIds", "Values": ["i-0123456789abcdef0"]}],
    ),
    "Group": resource(
        TARGET,
        WindowId={"Ref": "Rate"},
        ResourceType="RESOURCE_GROUP",
        Targets=[
            {"Key": "resource-groups:Name", "Values": ["fleet"]},
            {"Key": "resource-groups:ResourceTypeFilters", "Values": ["AWS::EC2::Instance"]},
        ],
    ),
    "Task": resource(
        TASK,
        Name="install",
        Description="text",
        WindowId={"Ref": "Window"},
        TaskType="RUN_COMMAND",
        TaskArn="AWS-RunPatchBaselineWithHooks",
        Priority=1,
        MaxConcurrency="10%",
        MaxErrors="1",
        CutoffBehavior="CANCEL_TASK",
        ServiceRoleArn={"Fn::GetAtt": ["Role", "Arn"]},
        Targets=[{"Key": "WindowTargetIds", "Values": [{"Ref": "Target"}]}],
        TaskInvocationParameters={
            "MaintenanceWindowRunCommandParameters": {
                "Parameters": INSTALL,
                "Comment": "text",
                "DocumentVersion": "$LATEST",
                "TimeoutSeconds": 600,
                "OutputS3BucketName": "bucket",
                "OutputS3KeyPrefix": "prefix",
                "CloudWatchOutputConfig": {"CloudWatchLogGroupName": "group", "CloudWatchOutputEnabled": True},
                "ServiceRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                "NotificationConfig": {
                    "NotificationArn": "arn:aws:sns:eu-central-1:111111111111:topic",
                    "NotificationEvents": ["Failed"],
                    "NotificationType": "Command",
                },
            }
        },
    ),
    "ById": resource(
        TASK,
        WindowId={"Ref": "Window"},
        TaskType="RUN_COMMAND",
        TaskArn="arn:aws:ssm:eu-central-1::document/AWS-RunPatchBaseline",
        Priority=1,
        MaxConcurrency="1",
        MaxErrors="0",
        Targets=[{"Key": "InstanceIds", "Values": ["i-0123456789abcdef0"]}],
        TaskParameters={"Operation": {"Values": ["Scan"]}},
        LoggingInfo={"S3Bucket": "bucket", "Region": "eu-central-1"},
        TaskInvocationParameters={
            "MaintenanceWindowRunCommandParameters": {
                "Parameters": {"Operation": ["Scan"], "SnapshotId": [""], "InstallOverrideList": ["https://host/path"]}
            }
        },
    ),
    "Association": resource(
        "AWS::SSM::Association",
        Name="AWS-RunPatchBaseline",
        DocumentVersion="1",
        ApplyOnlyAtCronInterval=True,
        MaxConcurrency="10%",
        MaxErrors="10%",
        Parameters={"Operation": ["Install"]},
        Targets=[{"Key": "tag:PatchGroup", "Values": ["prod"]}],
    ),
    "Windows": resource(
        "AWS::SSM::PatchBaseline",
        Name="windows",
        Description="text",
        OperatingSystem="WINDOWS",
        PatchGroups=["prod"],
        DefaultBaseline=True,
        ApprovedPatches=["KB1"],
        ApprovedPatchesComplianceLevel="HIGH",
        ApprovedPatchesEnableNonSecurity=False,
        RejectedPatches=["KB2"],
        RejectedPatchesAction="BLOCK",
        AvailableSecurityUpdatesComplianceStatus="COMPLIANT",
        GlobalFilters={"PatchFilters": [{"Key": "PRODUCT", "Values": ["WindowsServer2022"]}]},
        ApprovalRules={
            "PatchRules": [
                {
                    "ApproveAfterDays": 7,
                    "ComplianceLevel": "HIGH",
                    "EnableNonSecurity": False,
                    "PatchFilterGroup": {"PatchFilters": [{"Key": "CLASSIFICATION", "Values": ["SecurityUpdates"]}]},
                }
            ]
        },
    ),
    "Ubuntu": resource(
        "AWS::SSM::PatchBaseline",
        Name="ubuntu",
        OperatingSystem="UBUNTU",
        PatchGroups=["web"],
        Sources=[{"Name": "main", "Products": ["Ubuntu22.04"], "Configuration": "deb http://host/ jammy main"}],
        ApprovalRules={
            "PatchRules": [
                {
                    "ApproveUntilDate": "2026-11-01",
                    "PatchFilterGroup": {"PatchFilters": [{"Key": "PRIORITY", "Values": ["Required"]}]},
                }
            ]
        },
    ),
    "Role": resource(
        "AWS::IAM::Role",
        AssumeRolePolicyDocument={"Statement": [TRUST]},
        ManagedPolicyArns=["arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"],
        Policies=[{"PolicyName": "run", "PolicyDocument": {"Statement": ALLOWED}}],
    ),
    "Policy": resource("AWS::IAM::Policy", Roles=[{"Ref": "Role"}], PolicyDocument={"Statement": [ALLOWED]}),
    "Instance": resource(
        "AWS::EC2::Instance",
        Tags=[{"Key": "Patch Group", "Value": "web"}, {"Key": "PatchGroup", "Value": "web"}],
        IamInstanceProfile={"Ref": "Profile"},
        MetadataOptions={"InstanceMetadataTags": "enabled"},
    ),
    "Profile": resource("AWS::IAM::InstanceProfile", Roles=[{"Ref": "Role"}]),
    "Launch": resource(
        "AWS::EC2::LaunchTemplate",
        LaunchTemplateData={
            "MetadataOptions": {"InstanceMetadataTags": "enabled"},
            "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "Patch Group", "Value": "web"}]}],
        },
    ),
    "Near": resource(
        "AWS::EC2::Instance",
        Tags=[{"Key": "Patch Group", "Value": "Web"}, {"Key": "Env", "Value": "prod"}],
        LaunchTemplate={"LaunchTemplateName": "launch", "Version": "1"},
    ),
    "Far": resource("AWS::EC2::Instance", Tags=[{"Key": "Patch Group", "Value": "database"}]),
    "Scaling": resource(
        "AWS::AutoScaling::AutoScalingGroup",
        MixedInstancesPolicy={"LaunchTemplate": {"LaunchTemplateSpecification": {"LaunchTemplateId": "lt-1"}}},
        Tags=[{"Key": "Patch Group", "Value": "web", "PropagateAtLaunch": False}],
    ),
    "Provider": resource("AWS::ECS::CapacityProvider", AutoScalingGroupProvider={"AutoScalingGroupArn": "arn"}),
    "Eks": resource("AWS::EKS::Nodegroup", LaunchTemplate={"Id": {"Ref": "Launch"}, "Version": 1}),
    "Upper": resource("AWS::SSM::PatchBaseline", Name="upper", PatchGroups=["Prod", "DATABASE"]),
    "Logs": resource(
        "AWS::SSM::Association",
        Name="AWS-RunPatchBaseline",
        Parameters={"Operation": ["Scan"]},
        OutputLocation={"S3Location": {"OutputS3BucketName": "logs"}},
        Targets=[{"Key": "tag:PatchGroup", "Values": ["web"]}],
    ),
    "Bucket": resource("AWS::S3::BucketPolicy", Bucket={"Ref": "Elsewhere"}),
    "Stack": resource("AWS::CloudFormation::Stack", TemplateURL="https://host/template.yaml"),
    "Set": resource("AWS::CloudFormation::StackSet", TemplateBody='{"Resources": {"Topic": {"Type": "Topic"}}}'),
    "Application": resource("AWS::Serverless::Application", Location={"ApplicationId": "arn"}),
    "Product": resource(
        "AWS::ServiceCatalog::CloudFormationProduct",
        ProvisioningArtifactParameters=[{"Info": {"LoadTemplateFromURL": "https://host/template.yaml"}}],
        SourceConnection={"Type": "CODESTAR"},
    ),
    "Provisioned": resource("AWS::ServiceCatalog::CloudFormationProvisionedProduct", ProductId="prod-1"),
    "Event": resource(
        "AWS::Events::Rule",
        EventPattern={
            "source": ["aws.ssm"],
            "detail-type": ["Maintenance Window Execution State-change Notification"],
            "detail": {"status": ["FAILED"]},
        },
    ),
    "Weekly": resource(
        "AWS::SSM::Association",
        Name="AWS-RunPatchBaseline",
        ScheduleExpression="cron(0 3 ? * SAT *)",
        ScheduleOffset=1,
        ApplyOnlyAtCronInterval=True,
        Parameters={"Operation": ["Install"]},
        Targets=[{"Key": "tag:Patch Group", "Values": ["web"]}],
    ),
    "Sunday": resource(
        "AWS::Events::Rule",
        ScheduleExpression="cron(0 3 ? * SUN *)",
        State="ENABLED",
        Targets=[
            {
                "Id": "patch",
                "Arn": "arn:aws:ssm:eu-central-1::document/AWS-RunPatchBaseline",
                "Input": '{"Operation": ["Install"]}',
                "RunCommandParameters": {"RunCommandTargets": [{"Key": "tag:Patch Group", "Values": ["web"]}]},
            }
        ],
    ),
    "Nightly": resource(
        "AWS::Scheduler::Schedule",
        ScheduleExpression="cron(0 3 * * ? *)",
        ScheduleExpressionTimezone="Europe/Berlin",
        StartDate="2026-12-01T00:00:00Z",
        Target={
            "Arn": "arn:aws:scheduler:::aws-sdk:ssm:sendCommand",
            "Input": (
                '{"DocumentName": "AWS-RunPatchBaseline", "Parameters": {"Operation": ["Scan"]}, '
                '"InstanceIds": ["i-0123456789abcdef0"]}'
            ),
        },
    ),
    "Runbook": resource(
        "AWS::SSM::Document",
        DocumentType="Automation",
        DocumentFormat="JSON",
        Content={
            "mainSteps": [
                {
                    "name": "patch",
                    "action": "aws:runCommand",
                    "inputs": {
                        "DocumentName": "AWS-RunPatchBaseline",
                        "InstanceIds": ["{{ Node }}"],
                        "Parameters": {"Operation": "Install", "RebootOption": "{{ Reboot }}"},
                    },
                },
                {
                    "name": "configure",
                    "action": "aws:executeAwsApi",
                    "inputs": {
                        "Service": "ssm",
                        "Api": "SendCommand",
                        "DocumentName": "AWS-RunShellScript",
                        "Targets": [{"Key": "tag:Patch Group", "Values": ["web"]}],
                        "Parameters": {"commands": ["uptime"]},
                    },
                },
                {
                    "name": "loop",
                    "action": "aws:loop",
                    "inputs": {
                        "Steps": [
                            {
                                "action": "aws:executeAutomation",
                                "inputs": {"DocumentName": "AWS-StopEC2Instance", "RuntimeParameters": {}},
                            }
                        ]
                    },
                },
            ]
        },
    ),
    "Started": resource(
        "AWS::SSM::Association", Name={"Ref": "Runbook"}, ScheduleExpression="rate(1 day)", Targets=[], Parameters={}
    ),
    "Configuration": resource(
        "AWS::SSMQuickSetup::ConfigurationManager",
        ConfigurationDefinitions=[
            {
                "Type": "AWSQuickSetupType-PatchPolicy",
                "Parameters": {
                    "PatchPolicyName": "policy",
                    "SelectedPatchBaselines": "{}",
                    "ConfigurationOptionsPatchOperation": "ScanAndInstall",
                    "ConfigurationOptionsScanValue": "cron(0 1 * * ? *)",
                    "ConfigurationOptionsInstallValue": "cron(0 3 ? * SUN *)",
                    "RebootOption": "RebootIfNeeded",
                    "TargetType": "Tags",
                    "TargetTagKey": "Patch Group",
                    "TargetTagValue": "web",
                    "TargetAccounts": "123456789012",
                    "TargetRegions": "eu-central-1",
                },
            }
        ],
    ),
    "Reboot": resource(
        TASK,
        WindowId={"Ref": "Window"},
        TaskType="AUTOMATION",
        TaskArn="AWS-RestartEC2Instance",
        Priority=1,
        Targets=[{"Key": "InstanceIds", "Values": ["i-0123456789abcdef0"]}],
    ),
    "Alarm": resource(
        "AWS::CloudWatch::Alarm",
        Namespace="AWS/SSM-RunCommand",
        MetricName="CommandsFailed",
        Dimensions=[],
        Metrics=[{"Id": "a", "MetricStat": {"Metric": {"Namespace": "AWS/EC2", "MetricName": "CPUUtilization"}}}],
    ),
    "Endpoint": resource(
        "AWS::EC2::VPCEndpoint",
        ServiceName={"Fn::Sub": "com.amazonaws.${AWS::Region}.s3"},
        PolicyDocument={
            "Statement": [
                ALLOWED | {"Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::aws-ssm-*"]},
                {
                    "Effect": "Deny",
                    "Principal": {"AWS": ["*"]},
                    "Action": ["s3:*"],
                    "NotResource": ["arn:aws:s3:::a"],
                    "Condition": {"StringNotEquals": {"aws:ResourceAccount": "111111111111"}},
                },
            ]
        },
    ),
}
SECTIONS: Template = {
    "Transform": ["AWS::Serverless-2016-10-31", {"Name": "AWS::Include"}],
    "Parameters": {"Hours": {"Type": "Number", "Default": 4}},
    "Mappings": {"Hours": {"web": {"open": 4}}},
    "Conditions": {"Always": {"Fn::Equals": [1, 1]}},
    "Outputs": {"Window": {"Value": {"Ref": "Window"}}},
    "Resources": FLEET,
}


def places(value: object, place: Place = ()) -> Iterator[Place]:
    """Return where a template has values."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in inside:
        yield (*place, step)
        yield from places(inner, (*place, step))


def at(value: Any, place: Place) -> Any:
    for step in place:
        value = value[step]
    return value


def planted(template: Template, place: Place, value: object) -> Template:
    """Return the template with another value at a place; all the rest is shared."""
    root: Template = dict(template)
    holder: Any = root
    for step in place[:-1]:
        holder[step] = copy.copy(holder[step])
        holder = holder[step]
    holder[place[-1]] = value
    return root


def checked(file: Path, template: Template, *, use_defaults: bool = False) -> list[Finding]:
    """Check a template, and see that every finding can be shown in a line."""
    # Python writes a number without an end in a word that JSON does not have.
    file.write_text(json.dumps(template).replace("Infinity", "1e999"), encoding="utf-8")
    findings = check_paths([file], now=TODAY, use_defaults=use_defaults)
    for each in findings:
        assert each.status in Status
        assert each.line == 1
        for words in (each.problem, each.fix):
            assert words.isprintable(), each.rule.id
            assert 0 < len(words) <= LONGEST_TEXT, each.rule.id
    return findings


# --- Anything, anywhere -------------------------------------------------------------------------------

FAMILIES = (
    ("Window", "Target", "Task", "Role"),
    ("Window", "Rate", "Nodes", "Group", "ById", "Reboot", "Association"),
    ("Windows", "Ubuntu", "Event", "Alarm", "Endpoint"),
    ("Role", "Policy", "Task", "Instance", "Profile", "Launch"),
    ("Weekly", "Sunday", "Nightly", "Runbook", "Started", "Configuration"),
    ("Window", "Target", "Task", "Near", "Far", "Scaling", "Provider", "Eks", "Launch", "Upper"),
    ("Logs", "Instance", "Profile", "Role", "Bucket"),
    ("Stack", "Set", "Application", "Product", "Provisioned"),
    ("Association", "Endpoint"),
)
WRONG: dict[str, object] = {
    "nothing": None,
    "an endless number": 1e999,
    "no list": [],
    "lists of lists": [[{}, []], [[]]],
    "a mapping of two keys": {"a": 1, "b": [2]},
    "a reference to no name": {"Ref": ["Nowhere"]},
    "a reference to a task": {"Fn::Sub": "${Task}"},
    "characters that break lines": "a\n\x1b[2J\u2028\0\ud800b",
}
LEAKED = "cron(0 4 ${Token[TOKEN.7]} * ? *)"


def sweep(file: Path, wrong: object) -> set[str]:
    """Put a value into every place, one after the other, and return the rules that say something of it."""
    found = set()
    for family in FAMILIES:
        template = SECTIONS | {"Resources": {name: FLEET[name] for name in family}}
        for place in places(template):
            if len(place) > 1 and place[0] == "Resources":
                found |= {each.rule.id for each in checked(file, planted(template, place, wrong))}
    return found


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_every_rule_survives_any_value_in_any_place(tmp_path: Path, wrong: object) -> None:
    assert sweep(tmp_path / "a.json", wrong)


def test_every_rule_that_does_not_count_is_asked_by_the_sweep(tmp_path: Path) -> None:
    found = sweep(tmp_path / "a.json", LEAKED)
    counts = ("WindowQuota", "ConcurrentWindows", "TaskQuota", "TargetQuota", "BaselineQuota")
    compares = (
        "ParallelPatchTasks",
        "RebootDuringInstall",
        "RebootBeforeInstall",
        "ScanAfterReboot",
        "CommandOnStoppedNodes",
        "PreparationAfterInstall",
    )
    assert {each.id for each in RULES} - found == {f"Patching-{name}" for name in (*counts, *compares)}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_the_other_sections_may_hold_anything(tmp_path: Path, wrong: object) -> None:
    for place in places(SECTIONS):
        if place[0] != "Resources":
            checked(tmp_path / "a.json", planted(SECTIONS, place, wrong), use_defaults=True)


def readable(kind: str) -> list[Template]:
    """Return the templates of the corpus, as JSON can hold them."""
    files = sorted(each for each in (CORPUS / kind).rglob("*") if each.suffix in {".yaml", ".json"})
    return [template.content for file in files for template in read_templates(file)]


TEMPLATES = st.sampled_from([*readable("good"), *readable("violating")])
SCALARS = st.sampled_from(
    ["", "*", "web", "Install", "AWS::NoValue", "${Token[TOKEN.7]}", "\0", 0, 4, -1, 1.5, True, None]
)
INTRINSICS = st.sampled_from(
    [
        "Ref",
        "Condition",
        "Fn::GetAtt",
        "Fn::Sub",
        "Fn::Join",
        "Fn::If",
        "Fn::FindInMap",
        "Fn::ForEach::Each",
        "Fn::Transform",
    ]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["Key", "Values", "Type"]) | INTRINSICS, inner, max_size=3)
    ),
    max_leaves=5,
)


@st.composite
def mutated(draw: st.DrawFn) -> Template:
    """Return a template of the corpus with some of its values replaced, wrapped, repeated, moved or taken away."""
    template: Template = json.loads(json.dumps(draw(TEMPLATES)))
    for _ in range(draw(st.integers(1, 5))):
        found = [place for place in places(template) if len(place) > 1]
        if found:
            place, other = (found[draw(st.integers(0, len(found) - 1))] for _ in range(2))
            value = at(template, place)
            choices = (
                draw(VALUES),
                [value],
                [value] * draw(st.integers(2, 30)),
                {draw(INTRINSICS): value},
                {"Ref": draw(st.sampled_from([*map(str, template["Resources"]), "Nowhere"]))},
                copy.deepcopy(at(template, other)),
                None,
            )
            at(template, place[:-1])[place[-1]] = choices[draw(st.integers(0, len(choices) - 1))]
    return template


@given(mutated(), st.booleans())
def test_every_rule_survives_mutations_of_the_corpus(tmp_path: Path, template: Template, use_defaults: bool) -> None:  # noqa: FBT001
    checked(tmp_path / "a.json", template, use_defaults=use_defaults)


# --- Long and many ------------------------------------------------------------------------------------

# What a pattern could try in ever new ways; long enough to take minutes where it does.
FILLERS = ("a", "*", " 0", "s3.")
LONG = 100_000


def longer(value: object, filler: str, *, in_front: bool) -> object:
    """Return the value with every text of it made longer, but for types and what refers to other resources."""
    filling = filler * (LONG // len(filler))
    match value:
        case {"Ref": _} | {"Fn::GetAtt": _}:
            return value
        case dict():
            return {
                key: inner if key == "Type" else longer(inner, filler, in_front=in_front)
                for key, inner in value.items()
            }
        case list():
            return [longer(inner, filler, in_front=in_front) for inner in value]
        case str():
            return filling + value if in_front else value + filling
        case _:
            return value


@linux_only
@pytest.mark.parametrize("filler", FILLERS)
@pytest.mark.parametrize("in_front", [True, False], ids=["in front", "behind"])
@pytest.mark.parametrize("family", FAMILIES[:3], ids="-".join)
def test_long_texts_take_few_steps(tmp_path: Path, family: tuple[str, ...], in_front: bool, filler: str) -> None:  # noqa: FBT001
    resources = {name: longer(FLEET[name], filler, in_front=in_front) for name in family}
    outcome = outcome_of(tmp_path / "a.json", {"Resources": resources})
    assert outcome.findings
    assert max(map(len, outcome.findings)) <= 2 * LONGEST_TEXT


def outcome_of(file: Path, template: Template) -> Outcome:
    """Check a template in a process of its own, and see that it took few steps."""
    file.write_text(json.dumps(template), encoding="utf-8")
    outcome = bounded(file)
    assert outcome.refusal is None
    assert outcome.steps < STEPS
    return outcome


def fleet(count: int, **properties: Callable[[int], object]) -> Template:
    """Return so many windows, each with a target and a task of its own; some properties depend on the number."""
    resources = {}
    for number in range(count):
        given = {name: make(number) for name, make in properties.items()}
        filters = given.pop("Targets", [{"Key": "tag:Env", "Values": [f"env{number}"]}])
        ref = {"WindowId": {"Ref": f"W{number}"}}
        resources[f"W{number}"] = changed("Window", **given)
        resources[f"T{number}"] = changed("Target", **ref, Targets=filters)
        aims = [{"Key": "WindowTargetIds", "Values": [{"Ref": f"T{number}"}]}]
        resources[f"K{number}"] = changed("Task", **ref, Targets=aims)
    return {"Resources": resources}


def changed(name: str, **properties: object) -> Template:
    resource: Template = FLEET[name]
    return resource | {"Properties": resource["Properties"] | properties}


def one_window(**resources: Template) -> Template:
    return {"Resources": {name: FLEET[name] for name in ("Window", "Target", "Task", "Role")} | resources}


def numbered(count: int, make: Callable[[int], Template]) -> Template:
    return {f"N{number}": make(number) for number in range(count)}


def by_id(name: str) -> Callable[[int], Template]:
    return lambda number: changed(name, Targets=[{"Key": "InstanceIds", "Values": [f"i-{number:08x}"]}])


def role(action: object) -> Template:
    statement = {"Effect": "Allow", "Action": action}
    return changed("Role", Policies=[{"PolicyDocument": {"Statement": statement}}], ManagedPolicyArns=None)


def policy(number: int) -> Template:
    return changed(
        "Policy", Roles=[{"Ref": "Role"}], PolicyDocument={"Statement": [ALLOWED | {"Action": f"s3:{number}"}]}
    )


MANY: dict[str, Callable[[], Template]] = {
    "a text of gigabytes, joined": lambda: one_window(
        Window=changed("Window", Name={"Fn::Join": ["x" * 100_000, ["a"] * 100_000]})
    ),
    "a text of gigabytes, mapped and joined": lambda: {
        "Mappings": {"M": {"a": {"b": "x" * 1_000_000}}},
        **one_window(Window=changed("Window", Name={"Fn::Join": ["", [{"Fn::FindInMap": ["M", "a", "b"]}] * 20_000]})),
    },
    "a text of gigabytes, of defaults": lambda: {
        "Parameters": {"A": {"Type": "String", "Default": "x" * 1_000_000}},
        **one_window(Window=changed("Window", Name={"Fn::Sub": "${A}b" * 100_000})),
    },
    "a list without an end": lambda: one_window(
        Target=changed("Target", Targets=[{"Key": "tag:Env", "Values": ["v"] * 400_000}])
    ),
    "an action of stars": lambda: one_window(Role=role("*" * 40 + "x")),
    "an action of letters and stars": lambda: one_window(Role=role(["*s*s*m*:*" * 20 + "x"] * 100)),
    "windows open all the time": lambda: fleet(
        500, Schedule=lambda _: "cron(* * * * ? *)", ScheduleOffset=lambda _: None, Duration=lambda _: 24
    ),
    "windows that open every second": lambda: fleet(
        500, Schedule=lambda at: f"cron({at % 60}/{1 + at // 60} * * * * ? *)", ScheduleOffset=lambda _: None
    ),
    "windows of a zone that there is not": lambda: fleet(500, ScheduleTimezone=lambda _: "Europe/Berln"),
    "windows of another such zone each": lambda: fleet(100, ScheduleTimezone=lambda at: f"Europe/Berl{at}"),
    "targets with a common filter": lambda: fleet(
        500,
        Targets=lambda at: [{"Key": "tag:Env", "Values": ["prod"]}, {"Key": "tag:Role", "Values": [f"role{at}"]}],
    ),
    "targets and tasks of one window": lambda: one_window(
        **numbered(1000, lambda _: FLEET["Target"]), **{f"K{at}": FLEET["Task"] for at in range(1000)}
    ),
    "nodes and tasks of one window": lambda: one_window(
        **numbered(1000, by_id("Nodes")), **{f"K{at}": by_id("ById")(at) for at in range(1000)}
    ),
    "policies and tasks of one role": lambda: one_window(
        **numbered(1000, policy), **{f"K{at}": FLEET["Task"] for at in range(1000)}
    ),
    "baselines of one patch group": lambda: {"Resources": numbered(2000, lambda _: FLEET["Windows"])},
}


@linux_only
@pytest.mark.parametrize("template", MANY.values(), ids=MANY.keys())
def test_many_things_take_few_steps(tmp_path: Path, template: Callable[[], Template]) -> None:
    assert outcome_of(tmp_path / "a.json", template()).findings


# --- The command line ---------------------------------------------------------------------------------

NAMES = {
    "a line break": "a\nb",
    "a carriage return": "a\rb",
    "a line break of Unicode": "a\u2028b",
    "an order to a terminal": "a\x1b[2Jb",
    "a null character": "a\0b",
    "half a character": "a\ud800b",
    "the other way round": "a\u202eb",
    "an order to GitHub": "a\n::error::b%0A::error::",
    "the end of XML": "]]></failure>&",
    "markup": "[red]a[/red]",
    "a long name": "a" * 5_000,
}


def read_github(text: str) -> None:
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in text.splitlines())


READERS: dict[str, Callable[[str], object]] = {
    "text": str,
    "json": json.loads,
    "sarif": json.loads,
    "junit": JUnitXml.fromstring,
    "github": read_github,
}


def check(file: Path, format_: str) -> Result:
    """Run the command, away from what a build server says of its terminal."""
    runner = CliRunner(env={"FORCE_COLOR": None, "TTY_COMPATIBLE": None})
    return runner.invoke(app, ["check", str(file), "--format", format_, "--severity", "note"])


@pytest.mark.parametrize("format_", READERS)
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_no_name_breaks_what_the_command_writes(tmp_path: Path, name: str, format_: str) -> None:
    parameters = {"MaintenanceWindowRunCommandParameters": {"Parameters": {name: [name], "Operation": name}}}
    resources = {
        name: changed("Window", Name=name, Cutoff=40),
        "Task": changed("Task", TaskInvocationParameters=parameters),
        "Baseline": changed("Windows", PatchGroups=[name]) | {"Metadata": {"aws:cdk:path": name}},
        "Other": changed("Windows", PatchGroups=[name]) | {"Metadata": {"aws:cdk:path": [name]}},
    }
    file = tmp_path / "a.json"
    file.write_text(json.dumps({"Resources": resources}), encoding="utf-8")
    result = check(file, format_)
    assert result.exit_code == 1
    assert result.stdout.replace("\n", "").isprintable()
    READERS[format_](result.stdout)


UNREADABLE = {
    "a bomb": ("a.yaml", "a: &a [x]\nb: &b [*a, *a]\nc: &c [*c]"),
    "brackets": ("a.json", '{"a":' + "[" * 100_000),
    "a tag": ("a.yaml", "!!python/object/apply:os.getcwd []"),
    "a null character": ("a.yaml", "\0"),
    "nothing": ("a.json", ""),
    "a line break in its name": ("a\nb.json", "{}"),
}


@pytest.mark.parametrize("format_", READERS)
@pytest.mark.parametrize(("name", "text"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_is_one_line_and_exit_2(tmp_path: Path, name: str, text: str, format_: str) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    result = check(file, format_)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.removesuffix("\n").isprintable()
