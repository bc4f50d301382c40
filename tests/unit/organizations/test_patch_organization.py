"""PatchOrganization: the StackSet, the time zones of its Regions, and what synthesis refuses."""

# ruff: noqa: E501 - a table of messages

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Annotations, Match, Template

from patching_constructs import (
    DayOfWeek,
    InstallOverrideList,
    OverridePatch,
    PatchFreeze,
    PatchingError,
    PatchMonitoring,
    PatchOperation,
    PatchOrganization,
    PatchSchedule,
    PatchTarget,
    RateControl,
    ScheduleExpression,
)
from patching_constructs.template import WINDOW, read_windows
from tests.refusals import refused, untyped

pytestmark = pytest.mark.proves("PatchOrganization", "unit")

UNITS = ["ou-ab12-11112222"]
REGIONS = {"eu-central-1": "Europe/Berlin", "us-east-1": "America/New_York"}
UNIT_FIX = "write an id such as 'ou-ab12-11112222', or 'r-ab12' for the whole organization"
REGIONS_FIX = "write a mapping such as {'eu-central-1': 'Europe/Berlin'}"
ACCOUNT_FIX = "write the 12 digits as a string, such as '111122223333'"
TOKEN = cdk.Token.as_string({"Ref": "Parameter"})


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def organization(stack: cdk.Stack, **given: Any) -> PatchOrganization:
    """Return an organization with a resource."""
    created = PatchOrganization(stack, "Patching", **({"organizational_units": UNITS, "regions": REGIONS} | given))
    cdk.CfnResource(created, "Handle", type="AWS::CloudFormation::WaitConditionHandle")
    return created


def weekly(of: PatchOrganization) -> PatchSchedule:
    return PatchSchedule(
        of,
        "Weekly",
        schedule=ScheduleExpression.weekly(DayOfWeek.SUNDAY, hour=3, time_zone=of.time_zone),
        targets=[PatchTarget.tag("Env", "prod")],
        operation=PatchOperation.INSTALL,
    )


def properties(stack: cdk.Stack) -> dict[str, Any]:
    (resource,) = Template.from_stack(stack).find_resources("AWS::CloudFormation::StackSet").values()
    found: dict[str, Any] = resource["Properties"]
    return found


def preferences(stack: cdk.Stack) -> dict[str, Any]:
    found: dict[str, Any] = properties(stack)["OperationPreferences"]
    return found


def written(created: PatchOrganization) -> Any:
    """Return the template of the StackSet, which is no stack of its own in the ``cdk.out``."""
    app = created.node.root
    assert isinstance(app, cdk.App)
    return json.loads((Path(app.synth().directory) / created.template_file).read_text(encoding="utf-8"))


# --- The StackSet -------------------------------------------------------------------------------------


def test_the_defaults(stack: cdk.Stack) -> None:
    organization(stack)
    rendered = properties(stack)
    del rendered["TemplateURL"], rendered["StackSetName"]
    assert rendered == {
        "AutoDeployment": {"Enabled": True, "RetainStacksOnAccountRemoval": False},
        "CallAs": "SELF",
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "ManagedExecution": {"Active": True},
        "OperationPreferences": {
            "FailureToleranceCount": 0,
            "MaxConcurrentCount": 1,
            "RegionConcurrencyType": "SEQUENTIAL",
            "RegionOrder": ["eu-central-1", "us-east-1"],
        },
        "PermissionModel": "SERVICE_MANAGED",
        "StackInstancesGroup": [
            {
                "DeploymentTargets": {"AccountFilterType": "NONE", "OrganizationalUnitIds": UNITS},
                "Regions": ["eu-central-1", "us-east-1"],
            }
        ],
    }


def test_excluded_accounts(stack: cdk.Stack) -> None:
    organization(stack, excluded_accounts=["111122223333"])
    (group,) = properties(stack)["StackInstancesGroup"]
    assert group["DeploymentTargets"] == {
        "AccountFilterType": "DIFFERENCE",
        "Accounts": ["111122223333"],
        "OrganizationalUnitIds": UNITS,
    }


def test_percentages(stack: cdk.Stack) -> None:
    organization(stack, max_concurrency=RateControl.percentage(20), failure_tolerance=RateControl.percentage(10))
    assert preferences(stack) == {
        "FailureTolerancePercentage": 10,
        "MaxConcurrentPercentage": 20,
        "RegionConcurrencyType": "SEQUENTIAL",
        "RegionOrder": ["eu-central-1", "us-east-1"],
    }


def test_soft_failure_tolerance(stack: cdk.Stack) -> None:
    organization(stack, max_concurrency=RateControl.count(20), soft_failure_tolerance=True)
    found = preferences(stack)
    assert (found["ConcurrencyMode"], found["MaxConcurrentCount"]) == ("SOFT_FAILURE_TOLERANCE", 20)


def test_parallel_regions_have_no_order(stack: cdk.Stack) -> None:
    organization(stack, parallel_regions=True)
    assert preferences(stack) == {
        "FailureToleranceCount": 0,
        "MaxConcurrentCount": 1,
        "RegionConcurrencyType": "PARALLEL",
    }


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"auto_deployment": False}, {"Enabled": False}),
        ({"retain_stacks": True}, {"Enabled": True, "RetainStacksOnAccountRemoval": True}),
    ],
)
def test_auto_deployment(stack: cdk.Stack, given: dict[str, bool], expected: dict[str, bool]) -> None:
    organization(stack, **given)
    assert properties(stack)["AutoDeployment"] == expected


def test_names_and_administrators(stack: cdk.Stack) -> None:
    organization(stack, stack_set_name="patching", description="Weekly", delegated_administrator=True)
    rendered = properties(stack)
    found = rendered["StackSetName"], rendered["Description"], rendered["CallAs"]
    assert found == ("patching", "Weekly", "DELEGATED_ADMIN")


def test_the_logical_id_is_a_contract(stack: cdk.Stack) -> None:
    created = organization(stack)
    assert created.stack_set.node.path == "Stack/Patching.StackSet"
    assert stack.resolve(created.stack_set_resource.ref) == {"Ref": "PatchingStackSet7DBD4539"}


# --- The template -------------------------------------------------------------------------------------


def test_the_template_looks_up_the_time_zone(stack: cdk.Stack) -> None:
    created = organization(stack)
    schedule = weekly(created)
    template = written(created)
    assert template["Mappings"] == {
        "TimeZones": {"eu-central-1": {"TimeZone": "Europe/Berlin"}, "us-east-1": {"TimeZone": "America/New_York"}}
    }
    (window,) = (each for each in template["Resources"].values() if each["Type"] == WINDOW)
    found = {"Fn::FindInMap": ["TimeZones", {"Ref": "AWS::Region"}, "TimeZone"]}
    assert window["Properties"]["ScheduleTimezone"] == found
    assert window["Metadata"] == {"aws:cdk:path": f"{schedule.node.path}/Resource"}


def test_time_zones_in_any_form(stack: cdk.Stack) -> None:
    zones = {"eu-central-1": ZoneInfo("Europe/Berlin"), "us-east-1": cdk.TimeZone.AMERICA_NEW_YORK}
    created = organization(stack, regions=zones)
    weekly(created)
    found = written(created)["Mappings"]["TimeZones"]
    assert {region: each["TimeZone"] for region, each in found.items()} == REGIONS


def test_a_template_that_uses_no_time_zone_has_none(stack: cdk.Stack) -> None:
    assert "Mappings" not in written(organization(stack))


def test_warnings_are_shown_at_the_stack_set(stack: cdk.Stack) -> None:
    created = organization(stack, regions={"us-east-1": "EST"})
    schedule = PatchSchedule(
        created,
        "Often",
        schedule=ScheduleExpression.rate(minutes=1),
        targets=[PatchTarget.tag("Env", "prod")],
        operation=PatchOperation.SCAN,
    )
    Annotations.from_stack(stack)
    found = Annotations.from_stack(stack).find_warning(f"/{created.stack_set.node.path}", Match.any_value())
    texts = [str(each.entry.data) for each in found]
    zone = "regions['us-east-1'] 'EST' is an abbreviation with a fixed offset and no daylight saving time; "
    assert texts[0].startswith(zone)
    assert [each.rpartition(" [")[2] for each in texts] == [f"{created.node.path}]", f"{schedule.node.path}]"]


def test_a_region_that_the_cdk_does_not_know_is_a_warning(stack: cdk.Stack) -> None:
    created = organization(stack, regions={"eu-central-1": "Europe/Berlin", "eu-center-1": "Europe/Berlin"})
    found = Annotations.from_stack(stack).find_warning(f"/{created.stack_set.node.path}", Match.any_value())
    (text,) = [str(each.entry.data) for each in found]
    problem = "which the installed version of aws-cdk-lib does not know; did you mean 'eu-central-1'?"
    assert text.startswith(f"regions has 'eu-center-1', {problem}")


def test_the_command_line_reads_the_template_for_each_region(tmp_path: Path) -> None:
    app = cdk.App(outdir=str(tmp_path))
    weekly(organization(cdk.Stack(app, "Stack")))
    app.synth()
    windows = read_windows(tmp_path)
    assert [each.time_zone.text() for each in windows] == list(REGIONS.values())
    assert {each.schedule_path for each in windows} == {"Stack/Patching/Weekly"}
    set_id = "Stack/PatchingStackSet7DBD4539"
    assert [each.stack for each in windows] == [f"{set_id}/eu-central-1", f"{set_id}/us-east-1"]


def test_tokens_pass(stack: cdk.Stack) -> None:
    organization(
        stack,
        organizational_units=[TOKEN, *UNITS],
        excluded_accounts=cdk.Token.as_list({"Ref": "Accounts"}),
        max_concurrency=RateControl.count(cdk.Token.as_number({"Ref": "Most"})),
        stack_set_name=TOKEN,
        description=TOKEN,
    )
    rendered = properties(stack)
    assert rendered["StackInstancesGroup"][0]["DeploymentTargets"]["Accounts"] == {"Ref": "Accounts"}
    assert rendered["OperationPreferences"]["MaxConcurrentCount"] == {"Ref": "Most"}


def test_files_come_from_a_bucket_in_each_region(tmp_path: Path) -> None:
    app = cdk.App(outdir=str(tmp_path))
    stack = cdk.Stack(app, "Stack")
    buckets = [s3.Bucket.from_bucket_name(stack, region, f"assets-{region}") for region in REGIONS]
    created = organization(stack, asset_buckets=buckets, asset_bucket_prefix="assets")
    override = InstallOverrideList.from_patches(created, "Override", [OverridePatch(id="bash")])
    PatchMonitoring(created, "Monitoring", schedules=[weekly(created)])
    assert stack.resolve(override.asset.s3_bucket_name) == {"Fn::Join": ["-", ["assets", {"Ref": "AWS::Region"}]]}
    functions = [each for each in written(created)["Resources"].values() if each["Type"] == "AWS::Lambda::Function"]
    found = {json.dumps(each["Properties"]["Code"]["S3Bucket"]) for each in functions}
    assert found == {'{"Fn::Join": ["-", ["assets", {"Ref": "AWS::Region"}]]}'}


@pytest.mark.parametrize("regions", [["eu-central-1"], list(REGIONS)], ids=len)
def test_the_stack_set_waits_for_its_files(stack: cdk.Stack, regions: list[str]) -> None:
    zones = {region: REGIONS[region] for region in regions}
    buckets = [s3.Bucket.from_bucket_name(stack, region, f"assets-{region}") for region in regions]
    created = organization(stack, regions=zones, asset_buckets=buckets, asset_bucket_prefix="assets")
    PatchMonitoring(created, "Monitoring", schedules=[weekly(created)])
    template = Template.from_stack(stack)
    (resource,) = template.find_resources("AWS::CloudFormation::StackSet").values()
    files = [name for name in template.find_resources("Custom::CDKBucketDeployment") if name in resource["DependsOn"]]
    assert len(files) == len(regions)


def test_buckets_without_files_are_not_waited_for(stack: cdk.Stack) -> None:
    buckets = [s3.Bucket.from_bucket_name(stack, region, f"assets-{region}") for region in REGIONS]
    organization(stack, asset_buckets=buckets, asset_bucket_prefix="assets")
    (resource,) = Template.from_stack(stack).find_resources("AWS::CloudFormation::StackSet").values()
    assert "DependsOn" not in resource


def test_the_names_of_buckets_can_be_tokens(stack: cdk.Stack) -> None:
    buckets = [s3.Bucket(stack, region) for region in REGIONS]
    organization(stack, asset_buckets=buckets, asset_bucket_prefix="assets")
    organization(cdk.Stack(cdk.App(), "Other"), asset_buckets=buckets, asset_bucket_prefix=TOKEN)


# --- Refusals -----------------------------------------------------------------------------------------

_ELSEWHERE = cdk.Stack(cdk.App(), "Elsewhere")
BUCKETS = {region: s3.Bucket.from_bucket_name(_ELSEWHERE, region, f"assets-{region}") for region in REGIONS}
OF_TOKEN = s3.Bucket.from_bucket_name(_ELSEWHERE, "Token", TOKEN)
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"organizational_units": "ou-ab12-11112222"}, "organizational_units must be a list of strings, got 'ou-ab12-11112222'; wrap it in [...]"),
    ({"organizational_units": []}, f"organizational_units must have at least one item, got none; {UNIT_FIX}"),
    ({"organizational_units": ["prod"]}, f"organizational_units must be ids of organizational units, got 'prod'; {UNIT_FIX}"),
    ({"organizational_units": UNITS * 2}, "organizational_units must not contain an item twice, got 'ou-ab12-11112222'; remove one of them"),
    ({"excluded_accounts": [1]}, f"excluded_accounts must be a list of strings, got 1; {ACCOUNT_FIX}"),
    ({"excluded_accounts": ["123"]}, f"excluded_accounts must be ids of accounts, of 12 digits, got '123'; {ACCOUNT_FIX}"),
    ({"regions": ["eu-central-1"]}, f"regions must be a mapping from Regions to time zones, got ['eu-central-1']; {REGIONS_FIX}"),
    ({"regions": {}}, f"regions must have at least one item, got none; {REGIONS_FIX}"),
    ({"regions": {1: "UTC"}}, f"regions key must be a string, got 1; {REGIONS_FIX}"),
    ({"regions": {"Frankfurt": "UTC"}}, f"regions key must be the code of a Region, got 'Frankfurt'; {REGIONS_FIX}"),
    ({"regions": {"us-east-1": "UTC", "eu-west-1": "UTC", "cn-north-1": "UTC"}}, "regions must be in one partition, got 'us-east-1' of aws and 'cn-north-1' of aws-cn; create a construct in an account of each partition"),
    ({"regions": {TOKEN: "UTC"}}, f"regions key must be a literal, because a mapping of a template cannot contain a token, got a token; {REGIONS_FIX}"),
    ({"regions": {"eu-central-1": TOKEN}}, f"regions['eu-central-1'] must be a literal, because a mapping of a template cannot contain a token, got a token; {REGIONS_FIX}"),
    ({"regions": {"eu-central-1": None}}, f"regions['eu-central-1'] must be a time zone, got None; {REGIONS_FIX}"),
    ({"regions": {"eu-central-1": ""}}, f"regions['eu-central-1'] must be a time zone, got ''; {REGIONS_FIX}"),
    ({"regions": {"eu-central-1": 1}}, "regions['eu-central-1'] must be an IANA name, a ZoneInfo or an aws_cdk.TimeZone, got 1; write its name, such as 'UTC' or 'Europe/Berlin'"),
    ({"regions": {"eu-central-1": "Europe/Berlim"}}, "regions['eu-central-1'] must be a name in the IANA time zone database, got 'Europe/Berlim'; did you mean 'Europe/Berlin'?"),
    ({"max_concurrency": 5}, "max_concurrency must be a RateControl, got 5; write RateControl.count(...) or RateControl.percentage(...)"),
    ({"failure_tolerance": 5}, "failure_tolerance must be a RateControl, got 5; write RateControl.count(...) or RateControl.percentage(...)"),
    ({"max_concurrency": RateControl.count(0)}, "max_concurrency must be at least 1, got '0'"),
    ({"max_concurrency": RateControl.count(3), "failure_tolerance": RateControl.count(1)}, "max_concurrency must be at most failure_tolerance + 1, got max_concurrency=3, failure_tolerance=1; increase failure_tolerance, or set soft_failure_tolerance=True"),
    ({"max_concurrency": RateControl.percentage(25)}, "max_concurrency must be at most failure_tolerance + 1, got max_concurrency=25%, failure_tolerance=0; increase failure_tolerance, or set soft_failure_tolerance=True"),
    ({"soft_failure_tolerance": 1}, "soft_failure_tolerance must be True or False, got 1"),
    ({"parallel_regions": 1}, "parallel_regions must be True or False, got 1"),
    ({"delegated_administrator": 1}, "delegated_administrator must be True or False, got 1"),
    ({"auto_deployment": 1}, "auto_deployment must be True or False, got 1"),
    ({"retain_stacks": 1}, "retain_stacks must be True or False, got 1"),
    ({"auto_deployment": False, "retain_stacks": True}, "retain_stacks requires auto_deployment, got auto_deployment=False, retain_stacks=True; leave one of them out"),
    ({"stack_set_name": 1}, "stack_set_name must be a string, got 1"),
    ({"stack_set_name": "1st"}, "stack_set_name must have 1-128 letters, digits and '-', and start with a letter, got '1st'"),
    ({"description": ""}, "description must have 1-1024 characters, got 0; for no description, leave it out"),
    ({"asset_bucket_prefix": "assets"}, "asset_bucket_prefix requires asset_buckets, got asset_bucket_prefix alone; specify both, or leave both out"),
    ({"asset_bucket_prefix": 1}, "asset_bucket_prefix must be a string, got 1"),
    ({"asset_buckets": [BUCKETS["eu-central-1"]], "asset_bucket_prefix": "assets"}, "asset_buckets must have the bucket assets-us-east-1, because the name is asset_bucket_prefix, '-' and the Region, got assets-eu-central-1"),
    ({"asset_buckets": list(BUCKETS.values()), "asset_bucket_prefix": "files"}, "asset_buckets must have the bucket files-eu-central-1, because the name is asset_bucket_prefix, '-' and the Region, got assets-eu-central-1, assets-us-east-1"),
    ({"asset_buckets": [OF_TOKEN], "asset_bucket_prefix": "assets"}, "asset_buckets must have the bucket assets-eu-central-1, because the name is asset_bucket_prefix, '-' and the Region, got a token"),
    ({"asset_buckets": 1}, "asset_buckets must be a list of IBucket, got 1; wrap it in [...]"),
    ({"asset_buckets": [1]}, "asset_buckets must be a list of IBucket, got 1; use aws_cdk.aws_s3.Bucket"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "message"), REFUSED)
def test_invalid_properties(stack: cdk.Stack, given: dict[str, Any], message: str) -> None:
    assert refused(lambda: organization(stack, **given)) == f"{message} [Stack/Patching]"
    assert stack.node.children == []


@pytest.mark.parametrize("add", [lambda of, _: InstallOverrideList.from_patches(of, "Files", [OverridePatch(id="bash")]), lambda of, schedule: PatchMonitoring(of, "Files", schedules=[schedule])])  # fmt: skip
def test_files_require_buckets(stack: cdk.Stack, add: Callable[[PatchOrganization, PatchSchedule], object]) -> None:
    created = organization(stack)
    schedule = weekly(created)
    message = "scope must have buckets for files, got a PatchOrganization without asset_buckets; "
    fix = "set asset_buckets and asset_bucket_prefix of the PatchOrganization"
    assert refused(lambda: add(created, schedule)) == f"{message}{fix} [Stack/Patching/Files]"


def test_a_freeze_cannot_have_the_time_zone_of_the_region(stack: cdk.Stack) -> None:
    created = organization(stack)
    message = "time_zone of a freeze must be known when the app is synthesized, got a token; write a name such as 'Europe/Berlin'"
    assert (
        refused(lambda: PatchFreeze(date(2026, 12, 18), date(2027, 1, 4), "Freeze", time_zone=created.time_zone))
        == message
    )


def test_buckets_without_the_prefix_of_their_names(stack: cdk.Stack) -> None:
    buckets = [s3.Bucket.from_bucket_name(stack, "Assets", "assets-eu-central-1")]
    message = "asset_buckets requires asset_bucket_prefix, got asset_buckets alone; specify both, or leave both out"
    assert refused(lambda: organization(stack, asset_buckets=buckets)) == f"{message} [Stack/Patching]"


def test_a_stack_set_is_not_in_a_stack_set(stack: cdk.Stack) -> None:
    outer = organization(stack)
    message = "scope must not be in the stack of a StackSet, got an object of type PatchOrganization; "
    fix = "create a StackSet in the stack of the administrator account [Stack/Patching/Patching]"
    assert refused(lambda: organization(untyped(outer))) == message + fix


def test_an_app_is_no_scope() -> None:
    with pytest.raises(PatchingError, match=r"^scope must be a stack or a construct in one, got the app itself"):
        organization(untyped(cdk.App()))


# --- What a StackSet cannot deploy --------------------------------------------------------------------


def role(scope: cdk.Stack, name: str | None) -> None:
    iam.Role(scope, "Role", role_name=name, assumed_by=iam.ServicePrincipal("ssm.amazonaws.com"))


def reference(scope: cdk.Stack) -> None:
    topic = sns.Topic(cdk.Stack.of(scope.node.scope), "Topic")  # type: ignore[arg-type]
    cdk.CfnOutput(scope, "Output", value=topic.topic_arn)


def referred_to(scope: cdk.Stack) -> None:
    outer = cdk.Stack.of(scope.node.scope)  # type: ignore[arg-type]
    cdk.CfnOutput(outer, "Output", value=sns.Topic(scope, "Topic").topic_arn)


def many(scope: cdk.Stack) -> None:
    for number in range(500):
        cdk.CfnResource(scope, f"Handle{number}", type="AWS::CloudFormation::WaitConditionHandle")


def with_transform(scope: cdk.Stack) -> None:
    scope.template_options.transforms = ["AWS::Serverless-2016-10-31"]


def nested(scope: cdk.Stack) -> None:
    cdk.CfnStack(scope, "Nested", template_url="https://example.com/template.json")


FIXED_ROLE = "must not contain a fixed name of an IAM resource, which only one Region of an account can have, got"
ADD_REGION = "leave the name out, or include the token aws_cdk.Aws.REGION"
FIXED_BUCKET = "must not contain a fixed bucket name, which only one account and Region can have, got"
ADD_BOTH = "leave the name out, or include the tokens aws_cdk.Aws.ACCOUNT_ID and aws_cdk.Aws.REGION"
NOT_DEPLOYED: list[tuple[Callable[[PatchOrganization], object], str]] = [
    (with_transform, "must not have transforms, which StackSets with service-managed permissions do not support, got AWS::Serverless-2016-10-31"),
    (nested, "must not contain nested stacks, which StackSets with service-managed permissions do not support, got Stack/Patching/Nested"),
    (reference, "must not refer to other stacks, because their exports do not exist in other accounts and Regions, got Stack; create the resource in the PatchOrganization, or import it by its name or ARN"),
    (referred_to, "must not be referred to by the stack of the StackSet, because its resources are in other accounts, got Stack"),
    (lambda scope: scope.node.try_remove_child("Handle"), "must have at least one resource, got none; create the schedules in the PatchOrganization, not in the stack around it"),
    (many, "must have at most 500 resources, got 501; use several of them"),
    (lambda scope: role(scope, "runner"), f"{FIXED_ROLE} 'runner' at Stack/Patching/Role/Resource; {ADD_REGION}"),
    (lambda scope: role(scope, f"runner-{cdk.Aws.ACCOUNT_ID}"), f"{FIXED_ROLE} 'runner-${{AWS::AccountId}}' at Stack/Patching/Role/Resource; {ADD_REGION}"),
    (lambda scope: role(scope, cdk.Aws.ACCOUNT_ID), f"{FIXED_ROLE} ${{AWS::AccountId}} at Stack/Patching/Role/Resource; {ADD_REGION}"),
    (lambda scope: s3.CfnBucket(scope, "Bucket", bucket_name="logs"), f"{FIXED_BUCKET} 'logs' at Stack/Patching/Bucket; {ADD_BOTH}"),
    (lambda scope: s3.CfnBucket(scope, "Bucket", bucket_name=f"logs-{cdk.Aws.REGION}"), f"{FIXED_BUCKET} 'logs-${{AWS::Region}}' at Stack/Patching/Bucket; {ADD_BOTH}"),
    (lambda scope: cdk.Stack(scope, "Inner"), "must not contain stacks, which the CDK deploys to the account of the StackSet, got Stack/Patching/Inner; create their resources in the PatchOrganization"),
]  # fmt: skip


@pytest.mark.parametrize(("add", "message"), NOT_DEPLOYED)
def test_what_cannot_be_deployed_fails_the_synthesis(add: Callable[[PatchOrganization], object], message: str) -> None:
    app = cdk.App()
    add(organization(cdk.Stack(app, "Stack")))
    with pytest.raises(RuntimeError) as caught:
        app.synth()
    assert str(caught.value).splitlines()[1:] == [f"  [Stack/Patching] PatchOrganization {message}"]


def test_one_region_can_have_a_fixed_role() -> None:
    app = cdk.App()
    role(organization(cdk.Stack(app, "Stack"), regions={"eu-central-1": "UTC"}), "runner")
    app.synth()


NOT_FIXED: list[Callable[[PatchOrganization], object]] = [
    lambda scope: role(scope, f"runner-{cdk.Aws.REGION}"),
    lambda scope: role(scope, f"runner-{cdk.Aws.STACK_NAME}"),
    lambda scope: role(scope, scope.time_zone),
    lambda scope: s3.CfnBucket(scope, "Bucket", bucket_name=f"logs-{cdk.Aws.ACCOUNT_ID}-{cdk.Aws.REGION}"),
    lambda scope: s3.CfnBucket(scope, "Bucket", bucket_name=cdk.Fn.sub("logs-${AWS::AccountId}-${AWS::Region}")),
]


@pytest.mark.parametrize("add", NOT_FIXED)
def test_a_name_that_differs_is_not_fixed(add: Callable[[PatchOrganization], object]) -> None:
    app = cdk.App()
    add(organization(cdk.Stack(app, "Stack")))
    app.synth()


def test_a_bucket_in_one_region_requires_only_the_account() -> None:
    app = cdk.App()
    of = organization(cdk.Stack(app, "Stack"), regions={"eu-central-1": "UTC"})
    s3.CfnBucket(of, "Bucket", bucket_name=f"logs-{cdk.Aws.ACCOUNT_ID}")
    app.synth()
    s3.CfnBucket(of, "Other", bucket_name="logs")
    fix = "leave the name out, or include the token aws_cdk.Aws.ACCOUNT_ID"
    with pytest.raises(RuntimeError, match=re.escape(f"{FIXED_BUCKET} 'logs' at Stack/Patching/Other; {fix}")):
        app.synth(force=True)


def test_a_nested_stack_is_named_before_the_bucket_that_it_would_need() -> None:
    app = cdk.App()
    sns.Topic(cdk.NestedStack(organization(cdk.Stack(app, "Stack")), "Nested"), "Topic")
    rule = "must not contain nested stacks, which StackSets with service-managed permissions do not support"
    message = f"PatchOrganization {rule}, got Stack/Patching/Nested [Stack/Patching]"
    with pytest.raises(RuntimeError, match=rf"^{re.escape(message)}$"):
        app.synth()


SAME_NAME = "PatchOrganization must have a stack_set_name that no other StackSet of its account and Region has, got"


def named(stack: cdk.Stack, id_: str, name: str = "patching") -> None:
    of = PatchOrganization(stack, id_, organizational_units=UNITS, regions=REGIONS, stack_set_name=name)
    weekly(of)


def test_two_stack_sets_of_a_stack_have_two_names() -> None:
    app = cdk.App()
    stack = cdk.Stack(app, "Stack")
    named(stack, "A")
    named(stack, "B")
    with pytest.raises(RuntimeError) as caught:
        app.synth()
    assert str(caught.value).splitlines()[1:] == [
        f"  [Stack/A] {SAME_NAME} 'patching', which is the name of Stack/B too",
        f"  [Stack/B] {SAME_NAME} 'patching', which is the name of Stack/A too",
    ]


def test_so_have_those_of_two_stacks_of_an_account_and_region() -> None:
    app = cdk.App()
    home = cdk.Environment(account="111122223333", region="eu-central-1")
    named(cdk.Stack(app, "One", env=home), "Patching")
    named(cdk.Stack(app, "Two", env=home), "Patching")
    cfn = cdk.aws_cloudformation.CfnStackSet
    cfn(cdk.Stack(app, "Three", env=home), "Set", permission_model="SELF_MANAGED", stack_set_name="patching")
    with pytest.raises(RuntimeError) as caught:
        app.synth()
    assert str(caught.value).splitlines()[1:] == [
        f"  [One/Patching] {SAME_NAME} 'patching', which is the name of Two/Patching too",
        f"  [One/Patching] {SAME_NAME} 'patching', which is the name of Three/Set too",
        f"  [Two/Patching] {SAME_NAME} 'patching', which is the name of One/Patching too",
        f"  [Two/Patching] {SAME_NAME} 'patching', which is the name of Three/Set too",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (None, None),
        (cdk.Environment(region="eu-central-1"), cdk.Environment(region="eu-central-1")),
        (
            cdk.Environment(account="111122223333", region="eu-central-1"),
            cdk.Environment(account="111122223333", region="us-east-1"),
        ),
    ],
    ids=["unknown", "known by half", "other Regions"],
)
def test_other_stacks_can_have_the_same_name(one: cdk.Environment | None, other: cdk.Environment | None) -> None:
    app = cdk.App()
    named(cdk.Stack(app, "One", env=one), "Patching")
    named(cdk.Stack(app, "Two", env=other), "Patching")
    app.synth()


# --- What the template shows when it has been written -------------------------------------------------


def messages_with_size(size: int, *, checks: bool = True) -> list[tuple[str, object]]:
    """Return the messages at a StackSet whose template has this size."""
    app = cdk.App()
    stack = cdk.Stack(app, "Stack")
    created = organization(stack)
    created.template_options.description = "x"
    app.synth()
    template = Path(app.outdir, created.template_file)
    created.template_options.description = "x" * (1 + size - template.stat().st_size)
    read = app.synth(force=True, skip_validation=not checks).get_stack_artifact(stack.artifact_id).messages
    assert template.stat().st_size == size
    path = f"/{created.stack_set_resource.node.path}"
    return [(each.level.name, each.entry.data) for each in read if each.id == path]


LARGE = (
    "The template might be rejected, because AWS documented a limit of 460,800 bytes before 1,048,576, got {} bytes; "
    "use several of them [ack: patching-constructs:largeTemplate]"
)
TOO_LARGE = (
    "PatchOrganization must have a template of at most 1,048,576 bytes, got 1,048,577 bytes; use several of them"
)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (460_800, []),
        (460_801, [("WARNING", LARGE.format("460,801"))]),
        (1_048_576, [("WARNING", LARGE.format("1,048,576"))]),
        (1_048_577, [("ERROR", TOO_LARGE)]),
    ],
)
def test_the_size_of_the_template(size: int, expected: list[tuple[str, object]]) -> None:
    assert messages_with_size(size) == expected


def test_without_checks_the_size_is_not_checked() -> None:
    assert messages_with_size(1_048_577, checks=False) == []


def test_the_size_of_an_earlier_template_does_not_count() -> None:
    app = cdk.App()
    stack = cdk.Stack(app, "Stack")
    created = organization(stack)
    Path(app.outdir).mkdir(exist_ok=True)
    Path(app.outdir, created.template_file).write_bytes(b" " * 2_000_000)
    assert app.synth().get_stack_artifact(stack.artifact_id).messages == []


def test_the_check_of_the_size_leaves_no_trace_in_the_template(stack: cdk.Stack) -> None:
    organization(stack)
    (resource,) = Template.from_stack(stack).find_resources("AWS::CloudFormation::StackSet").values()
    assert "Metadata" not in resource


def test_a_transform_of_a_resource() -> None:
    app = cdk.App()
    stack = cdk.Stack(app, "Stack")
    created = organization(stack)
    include = {"Name": "AWS::Include", "Parameters": {"Location": "s3://bucket/part.json"}}
    cdk.CfnResource(created, "Parameter", type="AWS::SSM::Parameter", properties={"Fn::Transform": include})
    (message,) = app.synth().get_stack_artifact(stack.artifact_id).messages
    rule = "must not have transforms, which StackSets with service-managed permissions do not support"
    assert message.entry.data == f"PatchOrganization {rule}, got Fn::Transform"
    assert message.level.name == "ERROR"


def test_a_text_about_transforms_is_none() -> None:
    app = cdk.App()
    stack = cdk.Stack(app, "Stack")
    organization(stack).template_options.description = '"Fn::Transform": {}'
    assert app.synth().get_stack_artifact(stack.artifact_id).messages == []
