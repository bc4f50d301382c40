"""PatchNodes: the nodes' tag, and what their instance profile may do, seen through the template."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from patching_constructs import CommandOutput
from patching_constructs.override_content import OverridePatch
from patching_constructs.override_list import InstallOverrideList
from patching_constructs.patch_group import PatchGroup
from patching_constructs.patch_nodes import PatchNodes
from tests.refusals import refused

INSTANCE, AUTO_SCALING_GROUP = "AWS::EC2::Instance", "AWS::AutoScaling::AutoScalingGroup"
WEB = PatchGroup("web")


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


@pytest.fixture
def vpc(stack: cdk.Stack) -> ec2.IVpc:
    return ec2.Vpc.from_vpc_attributes(
        stack,
        "Vpc",
        vpc_id="vpc-0123456789abcdef0",
        availability_zones=["eu-central-1a"],
        private_subnet_ids=["subnet-0123456789abcdef0"],
    )


@pytest.fixture
def instance(stack: cdk.Stack, vpc: ec2.IVpc) -> ec2.Instance:
    return ec2.Instance(
        stack,
        "Instance",
        vpc=vpc,
        instance_type=ec2.InstanceType("t3.micro"),
        machine_image=ec2.MachineImage.latest_amazon_linux2023(),
    )


@pytest.fixture
def auto_scaling_group(stack: cdk.Stack, vpc: ec2.IVpc) -> autoscaling.AutoScalingGroup:
    role = iam.Role(stack, "FleetRole", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"))
    template = ec2.LaunchTemplate(
        stack,
        "Template",
        role=role,
        instance_type=ec2.InstanceType("t3.micro"),
        machine_image=ec2.MachineImage.latest_amazon_linux2023(),
    )
    return autoscaling.AutoScalingGroup(stack, "Fleet", vpc=vpc, launch_template=template)


def properties_of(stack: cdk.Stack, kind: str) -> dict[str, Any]:
    (resource,) = Template.from_stack(stack).find_resources(kind).values()
    properties: dict[str, Any] = resource["Properties"]
    return properties


def statements_of(stack: cdk.Stack) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = properties_of(stack, "AWS::IAM::Policy")["PolicyDocument"]["Statement"]
    return statements


# --- The group ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", [WEB, PatchGroup("web", instance_metadata_tags=True)])
def test_an_instance_joins_by_its_tag(stack: cdk.Stack, instance: ec2.Instance, group: PatchGroup) -> None:
    PatchNodes.of(instance).join(group)
    assert {"Key": group.tag_key, "Value": "web"} in properties_of(stack, INSTANCE)["Tags"]


def test_what_an_auto_scaling_group_launches_joins_too(
    stack: cdk.Stack, auto_scaling_group: autoscaling.AutoScalingGroup
) -> None:
    PatchNodes.of(auto_scaling_group).join(WEB)
    tag = {"Key": "Patch Group", "PropagateAtLaunch": True, "Value": "web"}
    assert tag in properties_of(stack, AUTO_SCALING_GROUP)["Tags"]


def test_only_the_nodes_are_tagged(stack: cdk.Stack, instance: ec2.Instance) -> None:
    PatchNodes.of(instance).join(WEB)
    resources = Template.from_stack(stack).to_json()["Resources"].values()
    assert [each["Type"] for each in resources if "Patch Group" in str(each)] == [INSTANCE]


def test_a_group_may_have_a_token_for_its_name(stack: cdk.Stack, instance: ec2.Instance) -> None:
    parameter = cdk.CfnParameter(stack, "Group")
    PatchNodes.of(instance).join(PatchGroup(parameter.value_as_string))
    assert {"Key": "Patch Group", "Value": {"Ref": "Group"}} in properties_of(stack, INSTANCE)["Tags"]


def test_joining_the_same_group_again_changes_nothing(stack: cdk.Stack, instance: ec2.Instance) -> None:
    PatchNodes.of(instance).join(WEB).join("web")
    assert str(properties_of(stack, INSTANCE)).count("Patch Group") == 1


@pytest.mark.parametrize(
    ("second", "joins"),
    [
        (PatchGroup("db"), "Patch Group=db"),
        (PatchGroup("web", instance_metadata_tags=True), "PatchGroup=web"),
    ],
)
def test_refusal_of_a_second_group(instance: ec2.Instance, second: PatchGroup, joins: str) -> None:
    PatchNodes.of(instance).join(WEB)
    message = f"join allows a node in one patch group, got {joins} where Stack/Instance has Patch Group=web"
    assert refused(lambda: PatchNodes.of(instance).join(second)) == message


def test_refusal_of_a_name(instance: ec2.Instance) -> None:
    said = refused(lambda: PatchNodes.of(instance).join("web,db"))
    assert said == (
        "PatchGroup name must have no comma, which the service takes for a list, got 'web,db'; "
        "make every group a PatchGroup of its own"
    )


# --- The grant ----------------------------------------------------------------------------------------

MANAGED = [{"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::aws:policy/AmazonSSMManagedInstanceCore"]]}]


def test_the_minimal_grant_is_the_policy_that_aws_documents(stack: cdk.Stack, instance: ec2.Instance) -> None:
    PatchNodes.of(instance).grant_patching()
    assert properties_of(stack, "AWS::IAM::Role")["ManagedPolicyArns"] == MANAGED
    Template.from_stack(stack).resource_count_is("AWS::IAM::Policy", 0)


def test_granting_twice_grants_once(stack: cdk.Stack, auto_scaling_group: autoscaling.AutoScalingGroup) -> None:
    output = CommandOutput(log_group=logs.LogGroup(stack, "Log"))
    nodes = PatchNodes.of(auto_scaling_group).grant_patching(output=output)
    once = statements_of(stack)
    nodes.grant_patching(output=output)
    assert properties_of(stack, "AWS::IAM::Role")["ManagedPolicyArns"] == MANAGED
    assert statements_of(stack) == once


def test_a_role_imported_as_immutable_is_left_alone(stack: cdk.Stack, vpc: ec2.IVpc) -> None:
    arn = "arn:aws:iam::123456789012:role/web"
    instance = ec2.Instance(
        stack,
        "Instance",
        vpc=vpc,
        role=iam.Role.from_role_arn(stack, "Role", arn, mutable=False),
        instance_type=ec2.InstanceType("t3.micro"),
        machine_image=ec2.MachineImage.latest_amazon_linux2023(),
    )
    PatchNodes.of(instance).grant_patching(output=CommandOutput(log_group=logs.LogGroup(stack, "Log")))
    Template.from_stack(stack).resource_count_is("AWS::IAM::Policy", 0)


@pytest.mark.parametrize(("prefix", "keys"), [("web", "/web/*"), (None, "/*")])
def test_output_may_be_written_below_its_prefix(
    stack: cdk.Stack, instance: ec2.Instance, prefix: str | None, keys: str
) -> None:
    bucket = s3.Bucket(stack, "Bucket")
    PatchNodes.of(instance).grant_patching(output=CommandOutput(bucket=bucket, key_prefix=prefix))
    resource = {"Fn::Join": ["", [stack.resolve(bucket.bucket_arn), keys]]}
    assert statements_of(stack) == [{"Action": "s3:PutObject", "Effect": "Allow", "Resource": resource}]


def test_the_key_of_an_encrypted_bucket_may_be_used(stack: cdk.Stack, instance: ec2.Instance) -> None:
    key = kms.Key(stack, "Key")
    PatchNodes.of(instance).grant_patching(output=CommandOutput(bucket=s3.Bucket(stack, "Bucket", encryption_key=key)))
    assert statements_of(stack)[1] == {
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Effect": "Allow",
        "Resource": stack.resolve(key.key_arn),
    }


def test_a_bucket_that_is_only_a_reference_is_enough(stack: cdk.Stack, instance: ec2.Instance) -> None:
    bucket = s3.CfnBucket(stack, "Bucket")
    PatchNodes.of(instance).grant_patching(output=CommandOutput(bucket=bucket))
    assert [each["Action"] for each in statements_of(stack)] == ["s3:PutObject"]


def test_the_log_group_may_be_written_and_found(stack: cdk.Stack, instance: ec2.Instance) -> None:
    log_group = logs.LogGroup(stack, "Log")
    PatchNodes.of(instance).grant_patching(output=CommandOutput(log_group=log_group))
    groups = f"arn:{cdk.Aws.PARTITION}:logs:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}:log-group:*"
    assert statements_of(stack) == [
        {
            "Action": ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            "Effect": "Allow",
            "Resource": stack.resolve(log_group.log_group_arn),
        },
        {"Action": "logs:DescribeLogGroups", "Effect": "Allow", "Resource": stack.resolve(groups)},
    ]


def test_overrides_may_be_read(stack: cdk.Stack, instance: ec2.Instance) -> None:
    overrides = [InstallOverrideList.from_patches(stack, id_, [OverridePatch(id=id_)]) for id_ in ("kernel", "openssl")]
    PatchNodes.of(instance).grant_patching(overrides=overrides)
    statements = statements_of(stack)
    assert [each["Action"] for each in statements] == ["s3:GetObject", "s3:GetObject"]
    assert [each["Resource"]["Fn::Join"][1][-1] for each in statements] == [
        f"/{each.asset.s3_object_key}" for each in overrides
    ]
