"""QuickSetupPatchPolicy: the parameters that Quick Setup documents, and what a patch policy cannot do."""

# ruff: noqa: E501 - a table of messages

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match, Template

from patching_constructs import (
    CommandOutput,
    DayOfWeek,
    OperatingSystem,
    PatchBaseline,
    PatchPolicyBaseline,
    PatchRule,
    PatchTarget,
    QuickSetupPatchPolicy,
    RateControl,
    RebootOption,
    ScheduleExpression,
)
from tests.refusals import refused

pytestmark = pytest.mark.proves("QuickSetupPatchPolicy", "unit")

SYSTEM = OperatingSystem.AMAZON_LINUX_2023
ARN = "arn:aws:ssm:us-east-1:075727635805:patchbaseline/pb-05c9c9bf778d4c4d0"
PREDEFINED = PatchPolicyBaseline.predefined(SYSTEM, ARN, "AWS-AmazonLinux2023DefaultPatchBaseline")
SCAN = ScheduleExpression.daily(hour=1)
INSTALL = ScheduleExpression.weekly(DayOfWeek.SUNDAY, hour=2)
UNIT = "ou-ab12-11112222"
TOKEN = cdk.Token.as_string({"Ref": "Parameter"})
BASELINE_FIX = "write PatchPolicyBaseline.from_patch_baseline(...) or PatchPolicyBaseline.predefined(...)"
RATE_FIX = "write RateControl.count(...) or RateControl.percentage(...)"
SCHEDULE_FIX = "write ScheduleExpression.daily(hour=...) or another factory"
UTC_FIX = "leave the time zone out and write the time in UTC, or use a window, a PatchSchedule"
TARGET_RULE = "target must be one value of one tag, instance ids, or a resource group in a patch policy"


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def policy(stack: cdk.Stack, **given: Any) -> QuickSetupPatchPolicy:
    defaults: dict[str, Any] = {
        "policy_name": "weekly",
        "baselines": [PREDEFINED],
        "scan": SCAN,
        "target": None,
        "regions": ["us-east-1"],
        "administration_role": iam.Role.from_role_name(stack, "Administration", "administration"),
        "execution_role": iam.Role.from_role_name(stack, "Execution", "execution"),
    }
    return QuickSetupPatchPolicy(stack, "Policy", **(defaults | given))


def properties(stack: cdk.Stack) -> Any:
    (resource,) = Template.from_stack(stack).find_resources("AWS::SSMQuickSetup::ConfigurationManager").values()
    return resource["Properties"]


def parameters(stack: cdk.Stack) -> dict[str, Any]:
    (definition,) = properties(stack)["ConfigurationDefinitions"]
    found: dict[str, Any] = definition["Parameters"]
    return found


# --- What is rendered ---------------------------------------------------------------------------------


def test_a_scan_of_every_node_of_the_account(stack: cdk.Stack) -> None:
    created = policy(stack)
    assert parameters(stack) == {
        "ConfigurationOptionsPatchOperation": "Scan",
        "ConfigurationOptionsScanNextInterval": "true",
        "ConfigurationOptionsScanValue": "cron(0 1 * * ? *)",
        "IsPolicyAttachAllowed": "false",
        "OutputLogEnableS3": "false",
        "PatchBaselineRegion": {"Ref": "AWS::Region"},
        "PatchBaselineUseDefault": "default",
        "PatchPolicyName": "weekly",
        "RateControlConcurrency": "10%",
        "RateControlErrorThreshold": "10%",
        "SelectedPatchBaselines": '{"AMAZON_LINUX_2023":{"value":"'
        + ARN
        + '","label":"AWS-AmazonLinux2023DefaultPatchBaseline","disabled":false}}',
        "TargetAccounts": {"Ref": "AWS::AccountId"},
        "TargetRegions": "us-east-1",
        "TargetType": "*",
    }
    assert stack.resolve(created.manager_arn) == {"Fn::GetAtt": ["Policy23B91518", "ManagerArn"]}
    assert created.configuration_manager.name == "weekly"


def test_the_definition_has_both_roles(stack: cdk.Stack) -> None:
    policy(stack, description="Weekly")
    rendered = properties(stack)
    (definition,) = rendered["ConfigurationDefinitions"]
    assert (rendered["Name"], rendered["Description"]) == ("weekly", "Weekly")
    assert definition["Type"] == "AWSQuickSetupType-PatchPolicy"
    assert definition["LocalDeploymentExecutionRoleName"] == "execution"
    arn = definition["LocalDeploymentAdministrationRoleArn"]["Fn::Join"][1]
    assert arn[-1] == ":role/administration"


def test_an_installation_in_organizational_units(stack: cdk.Stack) -> None:
    policy(stack, install=INSTALL, organizational_units=[UNIT, "r-ab12"], regions=["us-east-1", "eu-west-1"])
    found = parameters(stack)
    assert "TargetType" not in found
    assert "TargetAccounts" not in found
    given = {name: found[name] for name in found if name.startswith(("Target", "ConfigurationOptions", "Reboot"))}
    assert given == {
        "ConfigurationOptionsInstallNextInterval": "true",
        "ConfigurationOptionsInstallValue": "cron(0 2 ? * SUN *)",
        "ConfigurationOptionsPatchOperation": "ScanAndInstall",
        "ConfigurationOptionsScanNextInterval": "true",
        "ConfigurationOptionsScanValue": "cron(0 1 * * ? *)",
        "RebootOption": "RebootIfNeeded",
        "TargetOrganizationalUnits": f"{UNIT},r-ab12",
        "TargetRegions": "us-east-1,eu-west-1",
    }


def test_everything_else(stack: cdk.Stack) -> None:
    policy(
        stack,
        install=INSTALL,
        reboot_option=RebootOption.NO_REBOOT,
        wait_for_schedule=False,
        max_concurrency=RateControl.count(5),
        max_errors=RateControl.count(0),
        attach_node_policies=True,
        baseline_region="eu-west-1",
        output=CommandOutput(bucket=s3.Bucket.from_bucket_name(stack, "Bucket", "output"), key_prefix="patching"),
    )
    found = parameters(stack)
    expected = {
        "ConfigurationOptionsInstallNextInterval": "false",
        "ConfigurationOptionsScanNextInterval": "false",
        "IsPolicyAttachAllowed": "true",
        "OutputBucketRegion": {"Ref": "AWS::Region"},
        "OutputLogEnableS3": "true",
        "OutputS3BucketName": "output",
        "OutputS3KeyPrefix": "patching",
        "PatchBaselineRegion": "eu-west-1",
        "RateControlConcurrency": "5",
        "RateControlErrorThreshold": "0",
        "RebootOption": "NoReboot",
    }
    assert {name: found[name] for name in expected} == expected


def test_a_baseline_of_the_app(stack: cdk.Stack) -> None:
    rules = [PatchRule.security_patches(SYSTEM)]
    baseline = PatchBaseline(stack, "Baseline", operating_system=SYSTEM, rules=rules, baseline_name="security")
    policy(stack, baselines=[PatchPolicyBaseline.from_patch_baseline(baseline)])
    found = parameters(stack)
    assert found["PatchBaselineUseDefault"] == "custom"
    start, reference, end = found["SelectedPatchBaselines"]["Fn::Join"][1]
    assert (start, end) == ('{"AMAZON_LINUX_2023":{"value":"', '","label":"security","disabled":false}}')
    assert reference == {"Ref": "Baseline013357C7"}


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (PatchTarget.tag("Env", "prod"), {"TargetType": "Tags", "TargetTagKey": "Env", "TargetTagValue": "prod"}),
        (
            PatchTarget.instance_ids("i-0123456789abcdef0", "i-0123456789abcdef1"),
            {"TargetType": "InstanceIds", "TargetInstances": "i-0123456789abcdef0,i-0123456789abcdef1"},
        ),
        (PatchTarget.resource_group("web"), {"TargetType": "ResourceGroups", "ResourceGroupName": "web"}),
    ],
)
def test_targets(stack: cdk.Stack, target: PatchTarget, expected: dict[str, str]) -> None:
    policy(stack, target=target)
    found = parameters(stack)
    assert {name: found[name] for name in expected} == expected


def test_tokens_pass(stack: cdk.Stack) -> None:
    policy(
        stack,
        policy_name=TOKEN,
        scan=ScheduleExpression.expression(TOKEN),
        target=PatchTarget.tag("Env", TOKEN),
        regions=cdk.Token.as_list({"Ref": "Regions"}),
        baseline_region=TOKEN,
        baselines=[PatchPolicyBaseline.predefined(SYSTEM, TOKEN, TOKEN)],
        description=TOKEN,
    )
    found = parameters(stack)
    assert found["TargetRegions"] == {"Fn::Join": [",", {"Ref": "Regions"}]}
    assert found["ConfigurationOptionsScanValue"] == {"Ref": "Parameter"}


# --- Warnings -----------------------------------------------------------------------------------------


def warnings(stack: cdk.Stack) -> list[str]:
    found = Annotations.from_stack(stack).find_warning("*", Match.any_value())
    return [str(each.entry.data).partition(" [ack")[0] for each in found]


def test_a_target_in_organizational_units_is_a_warning(stack: cdk.Stack) -> None:
    policy(stack, target=PatchTarget.tag("Env", "prod"), organizational_units=[UNIT])
    assert parameters(stack)["TargetType"] == "Tags"
    assert warnings(stack) == [
        "target is used with organizational_units: AWS documents targets of a patch policy for the account of the stack "
        "only, and shows an example with organizational units"
    ]


def test_a_schedule_that_state_manager_may_not_support_is_a_warning(stack: cdk.Stack) -> None:
    policy(stack, scan=ScheduleExpression.cron(minute=0, hour=1, month=6))
    assert warnings(stack) == [
        "scan 'cron(0 1 * 6 ? *)' names months, which associations do not support; write * in month"
    ]


def test_a_region_that_the_cdk_does_not_know_is_a_warning(stack: cdk.Stack) -> None:
    policy(stack, regions=["us-east-1", "eu-center-1", TOKEN, "xx-nowhere-99"], baseline_region="eu-center-1")
    unknown = "which the installed version of aws-cdk-lib does not know"
    assert warnings(stack)[:3] == [
        f"regions has 'eu-center-1', {unknown}; did you mean 'eu-central-1'?",
        f"regions has 'xx-nowhere-99', {unknown}; check its code",
        f"baseline_region has 'eu-center-1', {unknown}; did you mean 'eu-central-1'?",
    ]


@pytest.mark.parametrize("given", [{"baseline_region": "eu-west-1"}, {}])
def test_a_baseline_of_another_region_is_a_warning(given: dict[str, str]) -> None:
    stack = cdk.Stack(cdk.App(), "Stack", env=cdk.Environment(region="eu-west-1"))
    policy(stack, **given)
    (warning,) = warnings(stack)
    assert warning == (
        f"baseline_region 'eu-west-1' is not the Region of '{ARN}', and AWS documents no baseline of another Region"
    )


@pytest.mark.parametrize(
    "given",
    [
        {"baseline_region": "us-east-1"},
        {"baseline_region": TOKEN},
        {"baseline_region": "eu-west-1", "baselines": [PatchPolicyBaseline.predefined(SYSTEM, "pb-05c9c9bf778d4c4d0", "a")]},
        {"baseline_region": "eu-west-1", "baselines": [PatchPolicyBaseline.predefined(SYSTEM, f"arn:aws:ssm:{TOKEN}:075727635805:patchbaseline/pb-0", "a")]},
    ],
)  # fmt: skip
def test_a_baseline_whose_region_may_be_right_is_no_warning(stack: cdk.Stack, given: dict[str, Any]) -> None:
    policy(stack, **given)
    assert warnings(stack) == []


# --- Refusals -----------------------------------------------------------------------------------------

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"policy_name": "a/b"}, "policy_name must have 1-120 letters, digits, spaces, '.', '_' and '-', got 'a/b'"),
    ({"baselines": []}, f"baselines must have at least one item, got none; {BASELINE_FIX}"),
    ({"baselines": [1]}, f"baselines must be a list of PatchPolicyBaseline, got 1; {BASELINE_FIX}"),
    ({"baselines": [PREDEFINED, PREDEFINED]}, "baselines must have one baseline for each operating system, got two for AMAZON_LINUX_2023"),
    ({"scan": "cron(0 1 * * ? *)"}, f"scan must be a ScheduleExpression, got 'cron(0 1 * * ? *)'; {SCHEDULE_FIX}"),
    ({"scan": ScheduleExpression.rate(days=1)}, f"scan must be a cron in a patch policy, got 'rate(1 day)'; {SCHEDULE_FIX}"),
    ({"install": ScheduleExpression.patch_tuesday(days_after=3, hour=2)}, "install cannot have an offset in a patch policy, got 3 days; use a window, a PatchSchedule"),
    ({"install": ScheduleExpression.daily(hour=2, time_zone="Europe/Berlin")}, f"install must be in UTC in a patch policy, got 'Europe/Berlin'; {UTC_FIX}"),
    ({"target": "web"}, "target must be a PatchTarget, got 'web'; write PatchTarget.tag(key, value), or None for every node"),
    ({"target": PatchTarget.tag("Env", "prod", "dev")}, f"{TARGET_RULE}, got tag:Env=prod,dev; use several patch policies"),
    ({"target": PatchTarget.tag_key("Env")}, f"{TARGET_RULE}, got tag-key=Env; use several patch policies"),
    ({"target": PatchTarget.tag("Env", "prod").and_tag("Role", "web")}, f"{TARGET_RULE}, got tag:Env=prod and tag:Role=web; use several patch policies"),
    ({"target": PatchTarget.tag("Env", TOKEN, "dev")}, f"{TARGET_RULE}, got a token; use several patch policies"),
    ({"regions": []}, "regions must have at least one item, got none; write codes such as 'eu-central-1'"),
    ({"regions": ["Frankfurt"]}, "regions must be the code of a Region, got 'Frankfurt'; write a code such as 'eu-central-1'"),
    ({"regions": ["eu-west-1", "us-east-1", "eu-west-1"]}, "regions must not contain an item twice, got 'eu-west-1'; remove one of them"),
    ({"regions": ["us-gov-west-1", "us-east-1"]}, "regions must be in one partition, got 'us-gov-west-1' of aws-us-gov and 'us-east-1' of aws; create a construct in an account of each partition"),
    ({"baseline_region": "Frankfurt"}, "baseline_region must be the code of a Region, got 'Frankfurt'; write a code such as 'eu-central-1'"),
    ({"organizational_units": ["prod"]}, "organizational_units must be ids of organizational units, got 'prod'; write an id such as 'ou-ab12-11112222', or 'r-ab12' for the whole organization"),
    ({"administration_role": "arn"}, "administration_role must be an IRoleRef, got 'arn'; pass a Role of aws_cdk.aws_iam"),
    ({"execution_role": "name"}, "execution_role must be an IRoleRef, got 'name'; pass a Role of aws_cdk.aws_iam"),
    ({"reboot_option": RebootOption.NO_REBOOT}, "reboot_option requires install, got reboot_option alone; leave it out"),
    ({"reboot_option": "never", "install": INSTALL}, "reboot_option must be one of RebootOption.REBOOT_IF_NEEDED, RebootOption.NO_REBOOT, got 'never'"),
    ({"max_concurrency": 5}, f"max_concurrency must be a RateControl, got 5; {RATE_FIX}"),
    ({"max_concurrency": RateControl.count(0)}, "max_concurrency must be at least 1, got '0'"),
    ({"max_concurrency": RateControl.percentage(0)}, "max_concurrency must be at least 1, got '0%'"),
    ({"max_errors": 5}, f"max_errors must be a RateControl, got 5; {RATE_FIX}"),
    ({"wait_for_schedule": 1}, "wait_for_schedule must be True or False, got 1"),
    ({"attach_node_policies": 1}, "attach_node_policies must be True or False, got 1"),
    ({"output": "bucket"}, "output must be a CommandOutput, got 'bucket'"),
    ({"description": ""}, "description must have 1-512 characters, got 0; for no description, leave it out"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "message"), REFUSED)
def test_invalid_properties(stack: cdk.Stack, given: dict[str, Any], message: str) -> None:
    assert refused(lambda: policy(stack, **given)) == f"{message} [Stack/Policy]"


@pytest.mark.parametrize("with_bucket", [True, False])
def test_output_in_a_log_group(stack: cdk.Stack, with_bucket: bool) -> None:  # noqa: FBT001
    group = logs.LogGroup.from_log_group_name(stack, "Logs", "patching")
    bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "output")
    message = "output must be a bucket in a patch policy, got a log group; use CommandOutput(bucket=...) [Stack/Policy]"
    output = CommandOutput(bucket=bucket, log_group=group) if with_bucket else CommandOutput(log_group=group)
    assert refused(lambda: policy(stack, output=output)) == message


def test_a_schedule_on_several_days_is_written_as_it_is(stack: cdk.Stack) -> None:
    schedule = ScheduleExpression.expression("cron(0 2 ? * MON-FRI *)")
    policy(stack, scan=schedule)
    assert parameters(stack)["ConfigurationOptionsScanValue"] == "cron(0 2 ? * MON-FRI *)"


BASELINES: list[tuple[dict[str, Any], str]] = [
    ({"operating_system": "AMAZON"}, "PatchPolicyBaseline operating_system must be one of "),
    ({"baseline_id": "baseline"}, "PatchPolicyBaseline baseline_id must be like pb-0123456789abcdef0, or an ARN, got 'baseline'; find it with: aws ssm describe-patch-baselines --filters Key=OWNER,Values=AWS"),
    ({"name": ""}, "PatchPolicyBaseline name must have 1-128 characters, got 0"),
    ({"is_predefined": 1}, "PatchPolicyBaseline is_predefined must be True or False, got 1"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "message"), BASELINES)
def test_invalid_baselines(given: dict[str, Any], message: str) -> None:
    valid: dict[str, Any] = {"operating_system": SYSTEM, "baseline_id": ARN, "name": "security"}
    assert refused(lambda: PatchPolicyBaseline(**(valid | given))).startswith(message)


def test_a_baseline_that_is_not_of_the_app() -> None:
    fix = "for a baseline that AWS provides, use PatchPolicyBaseline.predefined(...)"
    message = f"PatchPolicyBaseline baseline must be a PatchBaseline, got 'pb-1'; {fix}"
    given: Any = "pb-1"
    assert refused(lambda: PatchPolicyBaseline.from_patch_baseline(given)) == message
