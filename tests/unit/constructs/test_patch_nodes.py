"""PatchNodes: the nodes' tag, and what their instance profile may do, seen through the template."""

import json
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks as eks
from aws_cdk import aws_eks_v2 as eks_v2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match, Template

from patching_constructs import CommandOutput
from patching_constructs.constructs.overrides import InstallOverrideList
from patching_constructs.constructs.patch_nodes import PatchNodes
from patching_constructs.properties.override_files import OverridePatch
from patching_constructs.properties.patch_group import PatchGroup
from tests.refusals import refused, untyped

pytestmark = pytest.mark.proves("PatchNodes", "unit")

INSTANCE, AUTO_SCALING_GROUP = "AWS::EC2::Instance", "AWS::AutoScaling::AutoScalingGroup"
LAUNCH_TEMPLATE, POLICY = "AWS::EC2::LaunchTemplate", "AWS::IAM::Policy"
WEB = PatchGroup("web")
WEB_IN_METADATA = PatchGroup("web", instance_metadata_tags=True)
IMAGE = ec2.MachineImage.latest_amazon_linux2023()
SMALL = ec2.InstanceType("t3.micro")


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def network(stack: cdk.Stack) -> ec2.IVpc:
    found = stack.node.try_find_child("Vpc")
    return found or ec2.Vpc.from_vpc_attributes(  # type: ignore[return-value]
        stack,
        "Vpc",
        vpc_id="vpc-0123456789abcdef0",
        availability_zones=["eu-central-1a"],
        private_subnet_ids=["subnet-0123456789abcdef0"],
    )


def instance_in(stack: cdk.Stack, name: str = "Instance", **properties: Any) -> ec2.Instance:
    return ec2.Instance(stack, name, vpc=network(stack), instance_type=SMALL, machine_image=IMAGE, **properties)


def template_in(stack: cdk.Stack, name: str = "Template", **properties: Any) -> ec2.LaunchTemplate:
    return ec2.LaunchTemplate(stack, name, instance_type=SMALL, machine_image=IMAGE, **properties)


def group_in(stack: cdk.Stack, name: str = "Fleet", **properties: Any) -> autoscaling.AutoScalingGroup:
    return autoscaling.AutoScalingGroup(stack, name, vpc=network(stack), **properties)


def mixed_group_in(
    stack: cdk.Stack, template: ec2.ILaunchTemplate, *others: ec2.ILaunchTemplate
) -> autoscaling.AutoScalingGroup:
    overrides = [autoscaling.LaunchTemplateOverrides(instance_type=SMALL, launch_template=each) for each in others]
    policy = autoscaling.MixedInstancesPolicy(launch_template=template, launch_template_overrides=overrides or None)
    return group_in(stack, mixed_instances_policy=policy)


def node_group_in(
    stack: cdk.Stack, name: str = "Nodes", template: ec2.LaunchTemplate | None = None, template_id: str = ""
) -> eks.Nodegroup:
    found = stack.node.try_find_child("Cluster")
    cluster = found or eks.Cluster.from_cluster_attributes(stack, "Cluster", cluster_name="c", vpc=network(stack))
    known = (template.launch_template_id if template else None) or template_id
    specification = eks.LaunchTemplateSpec(id=known) if known else None
    return eks.Nodegroup(stack, name, cluster=untyped(cluster), launch_template_spec=specification)


def role_in(stack: cdk.Stack, name: str = "Role") -> iam.Role:
    return iam.Role(stack, name, assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"))


@pytest.fixture
def instance(stack: cdk.Stack) -> ec2.Instance:
    return instance_in(stack)


@pytest.fixture
def auto_scaling_group(stack: cdk.Stack) -> autoscaling.AutoScalingGroup:
    return group_in(stack, launch_template=template_in(stack, role=role_in(stack)))


def properties_of(stack: cdk.Stack, kind: str) -> dict[str, Any]:
    (resource,) = Template.from_stack(stack).find_resources(kind).values()
    properties: dict[str, Any] = resource["Properties"]
    return properties


def statements_of(stack: cdk.Stack) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = properties_of(stack, POLICY)["PolicyDocument"]["Statement"]
    return statements


def warnings(stack: cdk.Stack) -> list[str]:
    """Return every warning but that of the network, which has no route tables here."""
    found = Annotations.from_stack(stack).find_warning("*", untyped(Match.any_value()))
    return [text for text in (str(each.entry.data) for each in found) if "noSubnetRouteTableId" not in text]


def group_tags(stack: cdk.Stack) -> list[tuple[str, Any]]:
    """Return the tags of the instance that could name its patch group."""
    tags = properties_of(stack, INSTANCE)["Tags"]
    return [(each["Key"], each["Value"]) for each in tags if each["Key"].startswith("Patch")]


def tagged_in(stack: cdk.Stack, key: str = "Patch Group") -> list[str]:
    """Return the types of the resources with a tag."""
    resources = Template.from_stack(stack).to_json()["Resources"].values()
    return [each["Type"] for each in resources if f'"{key}"' in json.dumps(each)]


# --- The host -----------------------------------------------------------------------------------------

HOST = (
    "host must be an aws_ec2.Instance, an aws_ec2.LaunchTemplate, an aws_autoscaling.AutoScalingGroup or an "
    "aws_eks.Nodegroup created in this app, got "
)
IMPORTED = "; use PatchNodes in the app that creates it, because an app cannot tag imported resources"
ROLE = "; pass the construct that creates the nodes; grant_patching finds its role"
OTHER_HOSTS: dict[str, tuple[Callable[[cdk.Stack], object], str]] = {
    "a string": (lambda _: "web", "'web'; pass the construct itself, not its id or name"),
    "an id that is a token": (
        lambda stack: instance_in(stack).instance_id,
        "'<token>'; pass the construct itself, not its id or name",
    ),
    "nothing": (lambda _: None, "None"),
    "a class": (lambda _: ec2.Instance, "the class Instance"),
    "a patch group": (lambda _: WEB, "PatchGroup(name='web', instance_metadata_tags=False)"),
    "a role": (role_in, f"the role Stack/Role{ROLE}"),
    "the L1 construct of a role": (
        lambda stack: role_in(stack).node.default_child,
        f"the role Stack/Role/Resource{ROLE}",
    ),
    "an imported role": (
        lambda stack: iam.Role.from_role_name(stack, "Role", "web"),
        f"the role Stack/Role{ROLE}",
    ),
    "a role without policy updates": (
        lambda stack: role_in(stack).without_policy_updates(),
        f"the role Stack/ImmutableRoleRole{ROLE}",
    ),
    "an imported bucket": (lambda stack: s3.Bucket.from_bucket_name(stack, "Bucket", "web"), "Stack/Bucket"),
    "a stack": (lambda stack: stack, "Stack"),
    "a node": (lambda stack: stack.node, "an object of type Node"),
    "an imported auto scaling group": (
        lambda stack: autoscaling.AutoScalingGroup.from_auto_scaling_group_name(stack, "Fleet", "web"),
        f"the imported Stack/Fleet{IMPORTED}",
    ),
    "an imported launch template": (
        lambda stack: ec2.LaunchTemplate.from_launch_template_attributes(stack, "Fleet", launch_template_name="web"),
        f"the imported Stack/Fleet{IMPORTED}",
    ),
    "an imported node group": (
        lambda stack: eks.Nodegroup.from_nodegroup_name(stack, "Fleet", "web"),
        f"the imported Stack/Fleet{IMPORTED}",
    ),
    "the L1 construct of a launch template": (
        lambda stack: ec2.CfnLaunchTemplate(stack, "Template", launch_template_data={}),
        "the L1 construct Stack/Template; use an aws_ec2.LaunchTemplate, which propagates its tags to the instances",
    ),
}


@pytest.mark.parametrize(("host", "got"), OTHER_HOSTS.values(), ids=OTHER_HOSTS.keys())
def test_refusal_of_another_host(stack: cdk.Stack, host: Callable[[cdk.Stack], Any], got: str) -> None:
    made = host(stack)
    assert refused(lambda: PatchNodes.of(made)) == HOST + got
    assert refused(lambda: PatchNodes(made)) == HOST + got


# --- The group ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", [WEB, WEB_IN_METADATA])
def test_an_instance_joins_by_its_tag(stack: cdk.Stack, instance: ec2.Instance, group: PatchGroup) -> None:
    PatchNodes.of(instance).join(group)
    assert {"Key": group.tag_key, "Value": "web"} in properties_of(stack, INSTANCE)["Tags"]


def test_a_bastion_host_joins_as_the_instance_that_it_is(stack: cdk.Stack) -> None:
    PatchNodes.of(ec2.BastionHostLinux(stack, "Bastion", vpc=network(stack))).join(WEB)
    assert {"Key": "Patch Group", "Value": "web"} in properties_of(stack, INSTANCE)["Tags"]


def test_the_l1_construct_of_an_instance_joins(stack: cdk.Stack) -> None:
    PatchNodes.of(ec2.CfnInstance(stack, "Instance")).join(WEB)
    assert properties_of(stack, INSTANCE)["Tags"] == [{"Key": "Patch Group", "Value": "web"}]


@pytest.mark.parametrize("flag", [False, True], ids=["launch configuration", "launch template"])
def test_an_auto_scaling_group_propagates_the_tag(*, flag: bool) -> None:
    app = cdk.App(context={"@aws-cdk/aws-autoscaling:generateLaunchTemplateInsteadOfLaunchConfig": flag})
    stack = cdk.Stack(app, "Stack")
    PatchNodes.of(group_in(stack, instance_type=SMALL, machine_image=IMAGE)).join(WEB)
    tag = {"Key": "Patch Group", "PropagateAtLaunch": True, "Value": "web"}
    assert tag in properties_of(stack, AUTO_SCALING_GROUP)["Tags"]
    assert tagged_in(stack) == [AUTO_SCALING_GROUP]


def test_a_group_with_a_given_launch_template_propagates_the_tag(
    stack: cdk.Stack, auto_scaling_group: autoscaling.AutoScalingGroup
) -> None:
    PatchNodes.of(auto_scaling_group).join(WEB)
    tag = {"Key": "Patch Group", "PropagateAtLaunch": True, "Value": "web"}
    assert tag in properties_of(stack, AUTO_SCALING_GROUP)["Tags"]
    assert tagged_in(stack) == [AUTO_SCALING_GROUP]


def test_a_launch_template_propagates_the_tag(stack: cdk.Stack) -> None:
    PatchNodes.of(template_in(stack, role=role_in(stack))).join(WEB)
    specifications = properties_of(stack, LAUNCH_TEMPLATE)["LaunchTemplateData"]["TagSpecifications"]
    (tags,) = (each["Tags"] for each in specifications if each["ResourceType"] == "instance")
    assert {"Key": "Patch Group", "Value": "web"} in tags
    assert tagged_in(stack) == [LAUNCH_TEMPLATE]


def test_the_nodes_of_a_node_group_join_by_its_launch_template(stack: cdk.Stack) -> None:
    template = template_in(stack)
    PatchNodes.of(node_group_in(stack, template=template)).join(WEB)
    specifications = properties_of(stack, LAUNCH_TEMPLATE)["LaunchTemplateData"]["TagSpecifications"]
    (tags,) = (each["Tags"] for each in specifications if each["ResourceType"] == "instance")
    assert {"Key": "Patch Group", "Value": "web"} in tags
    assert tagged_in(stack) == [LAUNCH_TEMPLATE]


def test_node_groups_of_both_modules_are_hosts(stack: cdk.Stack) -> None:
    cluster = eks_v2.Cluster.from_cluster_attributes(stack, "Cluster", cluster_name="c", vpc=network(stack))
    specification = eks_v2.LaunchTemplateSpec(id=untyped(template_in(stack).launch_template_id))
    PatchNodes.of(eks_v2.Nodegroup(stack, "Nodes", cluster=cluster, launch_template_spec=specification)).join(WEB)
    assert tagged_in(stack) == [LAUNCH_TEMPLATE]


NODE_GROUP = (
    "join requires a node group with a launch template created in this app, because EKS does not propagate the "
    "tags of a node "
    "group to its nodes, got {}; pass an aws_ec2.LaunchTemplate as launch_template_spec [Stack/Nodes]"
)


@pytest.mark.parametrize(
    ("template_id", "got"),
    [
        (lambda _: "", "none"),
        (lambda _: "lt-0123456789abcdef0", "a launch template that is not created in this app"),
        (
            lambda stack: cdk.CfnParameter(stack, "Parameter").value_as_string,
            "a launch template that is not created in this app",
        ),
        (
            lambda stack: ec2.CfnLaunchTemplate(stack, "Template", launch_template_data={}).ref,
            "the L1 construct Stack/Template",
        ),
    ],
    ids=["none", "an id", "a parameter", "an L1 construct"],
)
def test_refusal_of_a_node_group_whose_nodes_cannot_be_tagged(
    stack: cdk.Stack, template_id: Callable[[cdk.Stack], str], got: str
) -> None:
    node_group = node_group_in(stack, template_id=template_id(stack))
    assert refused(lambda: PatchNodes.of(node_group).join(WEB)) == NODE_GROUP.format(got)
    assert tagged_in(stack) == []


def test_only_the_nodes_are_tagged(stack: cdk.Stack, instance: ec2.Instance) -> None:
    PatchNodes.of(instance).join(WEB)
    assert tagged_in(stack) == [INSTANCE]


def test_the_name_of_a_group_can_be_a_token(stack: cdk.Stack, instance: ec2.Instance) -> None:
    parameter = cdk.CfnParameter(stack, "Group")
    PatchNodes.of(instance).join(PatchGroup(parameter.value_as_string))
    assert {"Key": "Patch Group", "Value": {"Ref": "Group"}} in properties_of(stack, INSTANCE)["Tags"]


def test_joining_the_same_group_again_changes_nothing(stack: cdk.Stack, instance: ec2.Instance) -> None:
    PatchNodes.of(instance).join(WEB)
    PatchNodes.of(instance).join("web")
    assert str(properties_of(stack, INSTANCE)).count("Patch Group") == 1


def second_group(first: str, second: str, path: str) -> str:
    return f"group must be {first}, because the nodes are already in this patch group, got {second} [Stack/{path}]"


@pytest.mark.parametrize(
    ("second", "joins"),
    [
        (PatchGroup("db"), "Patch Group=db"),
        (PatchGroup("db", instance_metadata_tags=True), "PatchGroup=db"),
        (PatchGroup("a=web"), "Patch Group=a=web"),
    ],
)
def test_refusal_of_a_second_group(instance: ec2.Instance, second: PatchGroup, joins: str) -> None:
    PatchNodes.of(instance).join(WEB)
    actual = refused(lambda: PatchNodes.of(instance).join(second))
    assert actual == second_group("Patch Group=web", joins, "Instance")


def test_one_name_under_both_keys_is_one_group(stack: cdk.Stack, instance: ec2.Instance) -> None:
    for group in (WEB, WEB_IN_METADATA, WEB):
        PatchNodes.of(instance).join(group)
    assert group_tags(stack) == [("Patch Group", "web"), ("PatchGroup", "web")]
    assert warnings(stack) == []


def test_a_group_with_a_token_for_its_name_is_joined_once(stack: cdk.Stack, instance: ec2.Instance) -> None:
    group = PatchGroup(cdk.CfnParameter(stack, "Group").value_as_string)
    PatchNodes.of(instance).join(group)
    PatchNodes.of(instance).join(group)
    assert warnings(stack) == []


@pytest.mark.parametrize("names", [("web", "One"), ("One", "web"), ("One", "Other")])
def test_warning_of_a_second_group_that_is_unknown_until_deployment(
    stack: cdk.Stack, instance: ec2.Instance, names: tuple[str, str]
) -> None:
    for name in names:
        known = name == "web"
        PatchNodes.of(instance).join(name if known else cdk.CfnParameter(stack, name).value_as_string)
    last = names[-1]
    assert group_tags(stack) == [("Patch Group", last if last == "web" else {"Ref": last})]
    assert warnings(stack) == [
        "the nodes join a second patch group, and one of the two names is unknown until deployment; make sure that "
        "the names are equal, because a node can be in only one patch group "
        "[ack: patching-constructs:possibleSecondPatchGroup]"
    ]


@pytest.mark.parametrize("first", ["the tag", "the group"])
@pytest.mark.parametrize("scope", ["the nodes", "their stack"])
def test_the_tag_of_the_group_overrides_other_tags(
    stack: cdk.Stack, instance: ec2.Instance, first: str, scope: str
) -> None:
    tags = cdk.Tags.of(instance if scope == "the nodes" else stack)
    if first == "the tag":
        tags.add("Patch Group", "other")
    PatchNodes.of(instance).join(WEB)
    if first == "the group":
        tags.add("Patch Group", "other")
        tags.remove("Patch Group")
    assert group_tags(stack) == [("Patch Group", "web")]


def test_refusal_of_another_group_than_that_of_the_launch_template(stack: cdk.Stack) -> None:
    template = template_in(stack)
    fleet = group_in(stack, launch_template=template)
    PatchNodes.of(template).join(WEB)
    PatchNodes.of(fleet).join(WEB)
    other = group_in(stack, "Other", launch_template=template)
    actual = refused(lambda: PatchNodes.of(other).join("db"))
    assert actual == second_group("Patch Group=web", "Patch Group=db", "Other")


def test_refusal_of_another_group_than_that_of_the_auto_scaling_group(stack: cdk.Stack) -> None:
    template = template_in(stack)
    PatchNodes.of(group_in(stack, launch_template=template)).join(WEB)
    actual = refused(lambda: PatchNodes.of(template).join("db"))
    assert actual == second_group("Patch Group=web", "Patch Group=db", "Template")


def test_auto_scaling_groups_can_share_a_launch_template(stack: cdk.Stack) -> None:
    template = template_in(stack)
    for name in ("web", "db"):
        PatchNodes.of(group_in(stack, name, launch_template=template)).join(name)
    assert tagged_in(stack) == [AUTO_SCALING_GROUP, AUTO_SCALING_GROUP]


def test_refusal_of_a_second_group_for_node_groups_that_share_a_launch_template(stack: cdk.Stack) -> None:
    template = template_in(stack)
    PatchNodes.of(node_group_in(stack, "One", template)).join(WEB)
    other = node_group_in(stack, "Other", template)
    actual = refused(lambda: PatchNodes.of(other).join("db"))
    assert actual == second_group("Patch Group=web", "Patch Group=db", "Other")


def test_refusal_of_a_name(instance: ec2.Instance) -> None:
    actual = refused(lambda: PatchNodes.of(instance).join("web,db"))
    assert actual == (
        "PatchGroup name must not contain commas, which the service interprets as a list, got 'web,db'; "
        "create one PatchGroup per group [Stack/Instance]"
    )


def test_refusal_of_another_type(instance: ec2.Instance) -> None:
    actual = refused(lambda: PatchNodes.of(instance).join(untyped(None)))
    assert actual == "group must be a PatchGroup or a string, got None [Stack/Instance]"


# --- Tags in instance metadata ------------------------------------------------------------------------


def l1_template(stack: cdk.Stack, data: Any) -> ec2.CfnLaunchTemplate:
    return ec2.CfnLaunchTemplate(stack, "Template", launch_template_data=data)


def l1_group(stack: cdk.Stack, template: ec2.CfnLaunchTemplate) -> autoscaling.CfnAutoScalingGroup:
    specification = autoscaling.CfnAutoScalingGroup.LaunchTemplateSpecificationProperty(
        launch_template_id=template.ref, version=template.attr_latest_version_number
    )
    return autoscaling.CfnAutoScalingGroup(stack, "Fleet", min_size="0", max_size="1", launch_template=specification)


def l1_instance(
    stack: cdk.Stack, instance_metadata_tags: str | None, template: ec2.CfnLaunchTemplate | None = None
) -> ec2.CfnInstance:
    options = ec2.CfnInstance.MetadataOptionsProperty(instance_metadata_tags=instance_metadata_tags)
    return ec2.CfnInstance(
        stack,
        "Instance",
        metadata_options=options,
        launch_template=specification_of(template.ref, "1") if template else None,
    )


def launched_in(stack: cdk.Stack, template: ec2.LaunchTemplate) -> ec2.Instance:
    instance = instance_in(stack)
    instance.instance.launch_template = specification_of(
        untyped(template.launch_template_id), template.latest_version_number
    )
    return instance


def specification_of(template_id: str, version: str) -> ec2.CfnInstance.LaunchTemplateSpecificationProperty:
    return ec2.CfnInstance.LaunchTemplateSpecificationProperty(launch_template_id=template_id, version=version)


EXPOSED = {"metadataOptions": {"instanceMetadataTags": "enabled"}}
EXPOSING: dict[str, tuple[Callable[[cdk.Stack], Any], str, str]] = {
    "an instance": (
        lambda stack: instance_in(stack, instance_metadata_tags=True),
        "the instance Stack/Instance",
        "Instance",
    ),
    "the L1 construct of an instance": (
        lambda stack: l1_instance(stack, "enabled"),
        "the instance Stack/Instance",
        "Instance",
    ),
    "a launch template": (
        lambda stack: template_in(stack, instance_metadata_tags=True),
        "the launch template Stack/Template",
        "Template",
    ),
    "the launch template of an instance": (
        lambda stack: launched_in(stack, template_in(stack, instance_metadata_tags=True)),
        "the launch template Stack/Template",
        "Instance",
    ),
    "the launch template of the L1 construct of an instance": (
        lambda stack: l1_instance(stack, None, l1_template(stack, EXPOSED)),
        "the L1 construct Stack/Template",
        "Instance",
    ),
    "an auto scaling group": (
        lambda stack: group_in(stack, launch_template=template_in(stack, instance_metadata_tags=True)),
        "the launch template Stack/Template",
        "Fleet",
    ),
    "the L1 construct of an auto scaling group": (
        lambda stack: l1_group(stack, l1_template(stack, EXPOSED)),
        "the L1 construct Stack/Template",
        "Fleet",
    ),
    "a mixed-instances group": (
        lambda stack: mixed_group_in(stack, template_in(stack, instance_metadata_tags=True)),
        "the launch template Stack/Template",
        "Fleet",
    ),
    "an override of a mixed-instances group": (
        lambda stack: mixed_group_in(
            stack, template_in(stack), template_in(stack, "Other", instance_metadata_tags=True)
        ),
        "the launch template Stack/Other",
        "Fleet",
    ),
    "a node group": (
        lambda stack: node_group_in(stack, template=template_in(stack, instance_metadata_tags=True)),
        "the launch template Stack/Template",
        "Nodes",
    ),
}


@pytest.mark.parametrize(("host", "exposing", "path"), EXPOSING.values(), ids=EXPOSING.keys())
def test_refusal_of_a_key_with_a_space_in_instance_metadata(
    stack: cdk.Stack, host: Callable[[cdk.Stack], Any], exposing: str, path: str
) -> None:
    nodes = PatchNodes.of(host(stack))
    assert refused(lambda: nodes.join("web")) == (
        f"group must have a tag key without a space, because {exposing} exposes tags in instance metadata and the "
        "launch would fail, got 'Patch Group'; use PatchGroup(..., instance_metadata_tags=True) "
        f"[Stack/{path}]"
    )
    nodes.join(WEB_IN_METADATA)
    assert len(tagged_in(stack, "PatchGroup")) == 1
    assert tagged_in(stack) == []


MIXED = {"launchTemplateSpecification": {"version": "1"}}
NOT_EXPOSING: dict[str, Callable[[cdk.Stack], Any]] = {
    "not specified": template_in,
    "disabled": lambda stack: template_in(stack, instance_metadata_tags=False),
    "an instance": instance_in,
    "data that is a token": lambda stack: l1_group(stack, l1_template(stack, cdk.Token.as_any({}))),
    "a setting that is a parameter": lambda stack: l1_instance(
        stack, cdk.CfnParameter(stack, "Parameter").value_as_string
    ),
    "an instance that hides what its launch template exposes": lambda stack: l1_instance(
        stack, "disabled", l1_template(stack, EXPOSED)
    ),
    "the launch template of an instance that is a token": lambda stack: ec2.CfnInstance(
        stack, "Instance", launch_template=cdk.Token.as_any({"version": "1"})
    ),
    "a launch template by name": lambda stack: group_in(
        stack,
        launch_template=ec2.LaunchTemplate.from_launch_template_attributes(stack, "T", launch_template_name="web"),
    ),
    "a launch template that is a token": lambda stack: autoscaling.CfnAutoScalingGroup(
        stack, "Fleet", min_size="0", max_size="1", launch_template=cdk.Token.as_any({"version": "1"})
    ),
    "a policy that is a token": lambda stack: autoscaling.CfnAutoScalingGroup(
        stack, "Fleet", min_size="0", max_size="1", mixed_instances_policy=cdk.Token.as_any({"launchTemplate": MIXED})
    ),
}


@pytest.mark.parametrize("host", NOT_EXPOSING.values(), ids=NOT_EXPOSING.keys())
def test_a_host_not_known_to_expose_tags_can_join(stack: cdk.Stack, host: Callable[[cdk.Stack], Any]) -> None:
    PatchNodes.of(host(stack)).join(WEB)
    assert len(tagged_in(stack)) == 1


# --- The role -----------------------------------------------------------------------------------------

MANAGED = [{"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::aws:policy/AmazonSSMManagedInstanceCore"]]}]


def test_the_minimal_grant_is_the_policy_that_aws_documents(stack: cdk.Stack, instance: ec2.Instance) -> None:
    grant = PatchNodes.of(instance).grant_patching()
    grant.assert_success()
    grant.apply_before(s3.Bucket(stack, "Bucket"))
    assert properties_of(stack, "AWS::IAM::Role")["ManagedPolicyArns"] == MANAGED
    template = Template.from_stack(stack)
    template.resource_count_is(POLICY, 0)
    role_id = stack.get_logical_id(instance.role.node.default_child)  # type: ignore[arg-type]
    (bucket,) = template.find_resources("AWS::S3::Bucket").values()
    assert role_id in bucket["DependsOn"]


@pytest.mark.parametrize("flag", [False, True], ids=["launch configuration", "launch template"])
def test_the_role_that_an_auto_scaling_group_creates_is_granted(*, flag: bool) -> None:
    app = cdk.App(context={"@aws-cdk/aws-autoscaling:generateLaunchTemplateInsteadOfLaunchConfig": flag})
    stack = cdk.Stack(app, "Stack")
    PatchNodes.of(group_in(stack, instance_type=SMALL, machine_image=IMAGE)).grant_patching()
    assert properties_of(stack, "AWS::IAM::Role")["ManagedPolicyArns"] == MANAGED


def test_the_role_of_a_launch_template_is_granted(stack: cdk.Stack) -> None:
    PatchNodes.of(template_in(stack, role=role_in(stack))).grant_patching()
    assert properties_of(stack, "AWS::IAM::Role")["ManagedPolicyArns"] == MANAGED


def test_the_role_of_a_node_group_is_granted(stack: cdk.Stack) -> None:
    PatchNodes.of(node_group_in(stack)).grant_patching()
    assert MANAGED[0] in properties_of(stack, "AWS::IAM::Role")["ManagedPolicyArns"]


def test_every_role_of_a_mixed_instances_group_is_granted(stack: cdk.Stack) -> None:
    roles = [role_in(stack, "One"), role_in(stack, "Other")]
    templates = [template_in(stack, f"{each.node.id}Template", role=each) for each in roles]
    output = CommandOutput(bucket=s3.Bucket(stack, "Bucket"))
    PatchNodes.of(mixed_group_in(stack, *templates)).grant_patching(output=output)
    template = Template.from_stack(stack)
    found = template.find_resources("AWS::IAM::Role").values()
    assert [each["Properties"]["ManagedPolicyArns"] for each in found] == [MANAGED, MANAGED]
    template.resource_count_is(POLICY, 2)


def test_the_l1_construct_of_a_group_has_the_role_of_its_launch_template(stack: cdk.Stack) -> None:
    template = template_in(stack, role=role_in(stack))
    l1 = template.node.default_child
    PatchNodes.of(l1_group(stack, untyped(l1))).grant_patching()
    assert properties_of(stack, "AWS::IAM::Role")["ManagedPolicyArns"] == MANAGED


WITHOUT_ROLE: dict[str, tuple[Callable[[cdk.Stack], Any], str]] = {
    "a launch template": (
        template_in,
        "the launch template Stack/Template without a role; set its role=... [Stack/Template]",
    ),
    "a mixed-instances group": (
        lambda stack: mixed_group_in(stack, template_in(stack)),
        "the launch template Stack/Template without a role; set its role=... [Stack/Fleet]",
    ),
    "an override of a mixed-instances group": (
        lambda stack: mixed_group_in(stack, template_in(stack, role=role_in(stack)), template_in(stack, "Other")),
        "the launch template Stack/Other without a role; set its role=... [Stack/Fleet]",
    ),
    "an imported launch template": (
        lambda stack: group_in(
            stack,
            launch_template=ec2.LaunchTemplate.from_launch_template_attributes(stack, "T", launch_template_id="lt-0"),
        ),
        "a launch template that is not created in this app; use an aws_ec2.LaunchTemplate with role=... [Stack/Fleet]",
    ),
    "the L1 construct of a launch template": (
        lambda stack: l1_group(stack, l1_template(stack, {})),
        "the L1 construct Stack/Template; use an aws_ec2.LaunchTemplate with role=... [Stack/Fleet]",
    ),
    "the L1 construct of an instance": (
        lambda stack: ec2.CfnInstance(stack, "Instance"),
        "the L1 construct Stack/Instance; use an aws_ec2.Instance [Stack/Instance]",
    ),
}


@pytest.mark.parametrize(("host", "got"), WITHOUT_ROLE.values(), ids=WITHOUT_ROLE.keys())
def test_refusal_of_a_grant_without_a_role(stack: cdk.Stack, host: Callable[[cdk.Stack], Any], got: str) -> None:
    nodes = PatchNodes.of(host(stack))
    output = CommandOutput(bucket=s3.Bucket(stack, "Bucket"))
    actual = refused(lambda: nodes.grant_patching(output=output))
    assert actual == f"grant_patching requires the role of the nodes' instance profile, got {got}"
    Template.from_stack(stack).resource_count_is(POLICY, 0)


def test_granting_twice_grants_once(stack: cdk.Stack, auto_scaling_group: autoscaling.AutoScalingGroup) -> None:
    output = CommandOutput(log_group=logs.LogGroup(stack, "Log"))
    nodes = PatchNodes.of(auto_scaling_group)
    nodes.grant_patching(output=output)
    once = statements_of(stack)
    nodes.grant_patching(output=output)
    assert properties_of(stack, "AWS::IAM::Role")["ManagedPolicyArns"] == MANAGED
    assert statements_of(stack) == once


def test_an_immutable_role_is_not_changed(stack: cdk.Stack) -> None:
    arn = "arn:aws:iam::123456789012:role/web"
    instance = instance_in(stack, role=iam.Role.from_role_arn(stack, "Role", arn, mutable=False))
    grant = PatchNodes.of(instance).grant_patching(output=CommandOutput(log_group=logs.LogGroup(stack, "Log")))
    grant.assert_success()
    Template.from_stack(stack).resource_count_is(POLICY, 0)
    assert warnings(stack) == []


def test_a_role_without_policy_updates_is_not_changed(stack: cdk.Stack) -> None:
    instance = instance_in(stack, role=role_in(stack).without_policy_updates())
    PatchNodes.of(instance).grant_patching(output=CommandOutput(log_group=logs.LogGroup(stack, "Log")))
    Template.from_stack(stack).resource_count_is(POLICY, 0)
    assert "ManagedPolicyArns" not in properties_of(stack, "AWS::IAM::Role")


def test_a_role_of_another_stack_gets_a_policy_in_the_stack_of_the_nodes() -> None:
    app = cdk.App()
    role = role_in(cdk.Stack(app, "Roles"))
    stack = cdk.Stack(app, "Fleet")
    instance = instance_in(stack, role=role)
    bucket = s3.Bucket(stack, "Bucket", encryption_key=kms.Key(stack, "Key"))
    override = InstallOverrideList.from_patches(stack, "List", [OverridePatch(id="kernel")])
    PatchNodes.of(instance).grant_patching(output=CommandOutput(bucket=bucket), overrides=[override])
    app.synth()
    assert [each["Action"] for each in statements_of(stack)] == [
        "s3:GetObject",
        ["s3:PutObject", "s3:PutObjectAcl"],
        ["kms:Decrypt", "kms:GenerateDataKey"],
        "s3:GetEncryptionConfiguration",
    ]


def test_policies_of_an_imported_role_do_not_overwrite_each_other() -> None:
    names = []
    for region in ("eu-central-1", "us-east-1"):
        stack = cdk.Stack(cdk.App(), "Stack", env=cdk.Environment(account="123456789012", region=region))
        role = iam.Role.from_role_name(stack, "Role", "web")
        output = CommandOutput(log_group=logs.LogGroup(stack, "Log"))
        nodes = PatchNodes.of(instance_in(stack, role=role))
        nodes.grant_patching(output=output)
        nodes.grant_patching(output=output)
        policy = properties_of(stack, POLICY)
        assert policy["Roles"] == ["web"]
        names.append(policy["PolicyName"])
    stack_guid = {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}
    assert names == [{"Fn::Join": ["", ["Stack-Instance-0EFCE349-", stack_guid]]}] * 2


NOT_ATTACHED = (
    "the CDK cannot attach a managed policy to the imported role Stack/Role; attach AmazonSSMManagedInstanceCore "
    "where the role is created, unless the nodes use Default Host Management Configuration "
    "[ack: patching-constructs:managedPolicyNotAttached]"
)


def test_warning_of_an_imported_role_without_the_managed_policy(stack: cdk.Stack) -> None:
    nodes = PatchNodes.of(instance_in(stack, role=iam.Role.from_role_name(stack, "Role", "web")))
    assert not nodes.grant_patching().success
    assert nodes.grant_patching(output=CommandOutput(log_group=logs.LogGroup(stack, "Log"))).success
    assert warnings(stack) == [NOT_ATTACHED]


def test_the_warning_of_an_imported_role_can_be_acknowledged(stack: cdk.Stack) -> None:
    instance = instance_in(stack, role=iam.Role.from_role_name(stack, "Role", "web"))
    PatchNodes.of(instance).grant_patching()
    cdk.Annotations.of(instance).acknowledge_warning("patching-constructs:managedPolicyNotAttached", "it is attached")
    assert warnings(stack) == []


NODES_ACCOUNT, BUCKET_ACCOUNT = "111111111111", "222222222222"
ROLE_ARN = f"arn:aws:iam::{NODES_ACCOUNT}:role/nodes"
UPLOAD = ["s3:PutObject", "s3:PutObjectAcl"]
USE_KEY = ["kms:Decrypt", "kms:GenerateDataKey"]
CROSS_ACCOUNT_ROLES: dict[str, Callable[[cdk.Stack], iam.IRole]] = {
    "imported": lambda stack: iam.Role.from_role_arn(stack, "Role", ROLE_ARN),
    "of another stack": lambda stack: iam.Role(
        stack_in(stack.node.root, "Roles", NODES_ACCOUNT),
        "Role",
        role_name="nodes",
        assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"),
    ),
}


def stack_in(app: Any, name: str, account: str) -> cdk.Stack:
    return cdk.Stack(app, name, env=cdk.Environment(account=account, region="eu-central-1"))


def output_in(stack: cdk.Stack, *, encrypted: bool) -> CommandOutput:
    key = kms.Key(stack, "Key", alias="output") if encrypted else None
    return CommandOutput(bucket=s3.Bucket(stack, "Bucket", bucket_name="output", encryption_key=key))


@pytest.mark.parametrize(
    "encrypted",
    [
        pytest.param(False, id="without a key"),
        pytest.param(
            True,
            id="with a key",
            marks=pytest.mark.skipif(
                not hasattr(cdk.Fn, "get_stack_output"),
                reason="an older CDK cannot refer to a key in another account, not even in its own grants",
            ),
        ),
    ],
)
@pytest.mark.parametrize("role", CROSS_ACCOUNT_ROLES.values(), ids=CROSS_ACCOUNT_ROLES.keys())
def test_grant_of_uploads_to_another_account(role: Callable[[cdk.Stack], iam.IRole], *, encrypted: bool) -> None:
    app = cdk.App()
    nodes, buckets = stack_in(app, "Nodes", NODES_ACCOUNT), stack_in(app, "Buckets", BUCKET_ACCOUNT)
    instance = instance_in(nodes, role=role(nodes))
    PatchNodes.of(instance).grant_patching(output=output_in(buckets, encrypted=encrypted)).assert_success()
    app.synth()
    key = [USE_KEY] if encrypted else []
    assert [each["Action"] for each in statements_of(nodes)] == [UPLOAD, *key, "s3:GetEncryptionConfiguration"]
    (allowed,) = properties_of(buckets, "AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
    assert allowed["Action"] == UPLOAD
    assert "role/nodes" in str(allowed["Principal"])
    if encrypted:
        allowed = properties_of(buckets, "AWS::KMS::Key")["KeyPolicy"]["Statement"][-1]
        assert allowed["Action"] == USE_KEY
        assert "role/nodes" in str(allowed["Principal"])


def test_an_imported_role_requires_no_bucket_policy_in_its_account() -> None:
    app = cdk.App()
    nodes, buckets = stack_in(app, "Nodes", NODES_ACCOUNT), stack_in(app, "Buckets", NODES_ACCOUNT)
    instance = instance_in(nodes, role=iam.Role.from_role_arn(nodes, "Role", ROLE_ARN))
    PatchNodes.of(instance).grant_patching(output=output_in(buckets, encrypted=True))
    app.synth()
    Template.from_stack(buckets).resource_count_is("AWS::S3::BucketPolicy", 0)


def test_the_resource_grants_what_an_immutable_role_leaves_to_it(stack: cdk.Stack) -> None:
    role = iam.Role.from_role_arn(stack, "Role", ROLE_ARN, mutable=False, add_grants_to_resources=True)
    nodes = PatchNodes.of(instance_in(stack, role=role))
    assert not nodes.grant_patching().success
    assert nodes.grant_patching(output=output_in(stack, encrypted=True)).success
    Template.from_stack(stack).resource_count_is(POLICY, 0)
    (allowed,) = properties_of(stack, "AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
    assert allowed["Action"] == UPLOAD
    assert allowed["Principal"] == {"AWS": ROLE_ARN}
    assert properties_of(stack, "AWS::KMS::Key")["KeyPolicy"]["Statement"][-1]["Principal"] == {"AWS": ROLE_ARN}


def test_of_two_roles_each_is_granted_as_it_allows(stack: cdk.Stack) -> None:
    mutable = iam.Role.from_role_name(stack, "Role", "web")
    immutable = iam.Role.from_role_arn(stack, "Other", ROLE_ARN, mutable=False)
    templates = [template_in(stack, f"{each.node.id}Template", role=each) for each in (mutable, immutable)]
    output = CommandOutput(log_group=logs.LogGroup(stack, "Log"))
    PatchNodes.of(mixed_group_in(stack, *templates)).grant_patching(output=output)
    assert properties_of(stack, POLICY)["Roles"] == ["web"]


# --- The output ---------------------------------------------------------------------------------------

PREFIXES = {
    "none": (None, "/*"),
    "plain": ("web", "/web/*"),
    "folders": ("a/b", "/a/b/*"),
    "a slash at the end": ("web/", "/web/*"),
    "a slash at the start": ("/web", "/web/*"),
    "an empty folder": ("//a//b//", "/a/b/*"),
    "only a slash": ("/", "/*"),
    "dots": ("./a/../b", "/b/*"),
    "what IAM would take for a wildcard or a variable": ("a*b?c$d", "/a${*}b${?}c${$}d/*"),
}


@pytest.mark.parametrize(("prefix", "keys"), PREFIXES.values(), ids=PREFIXES.keys())
def test_grant_of_uploads_below_a_prefix(
    stack: cdk.Stack, instance: ec2.Instance, prefix: str | None, keys: str
) -> None:
    bucket = s3.Bucket(stack, "Bucket")
    PatchNodes.of(instance).grant_patching(output=CommandOutput(bucket=bucket, key_prefix=prefix)).assert_success()
    arn = stack.resolve(bucket.bucket_arn)
    objects = {"Fn::Join": ["", [arn, keys]]}
    assert statements_of(stack) == [
        {"Action": ["s3:PutObject", "s3:PutObjectAcl"], "Effect": "Allow", "Resource": objects},
        {"Action": "s3:GetEncryptionConfiguration", "Effect": "Allow", "Resource": arn},
    ]


@pytest.mark.parametrize(
    ("prefix", "before", "after"),
    [
        ("{}", "/", "/*"),
        ("{}/", "/", "/*"),
        ("//{}//", "/", "/*"),
        ("a//{}/./b*/", "/a/", "/b${{*}}/*"),
    ],
)
def test_a_prefix_can_contain_a_token(
    stack: cdk.Stack, instance: ec2.Instance, prefix: str, before: str, after: str
) -> None:
    bucket, token = s3.Bucket(stack, "Bucket"), cdk.CfnParameter(stack, "Prefix").value_as_string
    PatchNodes.of(instance).grant_patching(output=CommandOutput(bucket=bucket, key_prefix=prefix.format(token)))
    resource = [stack.resolve(bucket.bucket_arn), before, {"Ref": "Prefix"}, after.format()]
    assert statements_of(stack)[0]["Resource"] == {"Fn::Join": ["", resource]}


def test_grant_of_the_key_of_an_encrypted_bucket(stack: cdk.Stack, instance: ec2.Instance) -> None:
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
    actions = [each["Action"] for each in statements_of(stack)]
    assert actions == [["s3:PutObject", "s3:PutObjectAcl"], "s3:GetEncryptionConfiguration"]


def test_grant_of_a_log_group(stack: cdk.Stack, instance: ec2.Instance) -> None:
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


def test_refusal_of_another_output(stack: cdk.Stack, instance: ec2.Instance) -> None:
    bucket = s3.Bucket(stack, "Bucket")
    actual = refused(lambda: PatchNodes.of(instance).grant_patching(output=untyped(bucket)))
    assert actual == (
        "output must be a CommandOutput, got an object of type Bucket; write CommandOutput(...) [Stack/Instance]"
    )


# --- The overrides ------------------------------------------------------------------------------------


def test_grant_of_reading_overrides(stack: cdk.Stack, instance: ec2.Instance) -> None:
    overrides = [InstallOverrideList.from_patches(stack, id_, [OverridePatch(id=id_)]) for id_ in ("kernel", "openssl")]
    PatchNodes.of(instance).grant_patching(overrides=overrides).assert_success()
    statements = statements_of(stack)
    assert [each["Action"] for each in statements] == ["s3:GetObject", "s3:GetObject"]
    assert [each["Resource"]["Fn::Join"][1][-1] for each in statements] == [
        f"/{each.asset.s3_object_key}" for each in overrides
    ]


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("s3://bucket/a/list.yaml", ["bucket/a/list.yaml"]),
        ("s3://bucket/a*b?.yaml", ["bucket/a${*}b${?}.yaml"]),
        (
            f"s3://{cdk.Token.as_string({'Ref': 'Bucket'})}/list.yaml",
            [{"Ref": "Bucket"}, "/list.yaml"],
        ),
    ],
    ids=["plain", "wildcards", "a token"],
)
def test_read_permission_for_an_override_url(
    stack: cdk.Stack, instance: ec2.Instance, url: str, place: list[Any]
) -> None:
    PatchNodes.of(instance).grant_patching(overrides=[url]).assert_success()
    head = ["arn:", {"Ref": "AWS::Partition"}]
    joined = [*head, ":s3:::" + place[0]] if isinstance(place[0], str) else [*head, ":s3:::", *place]
    assert statements_of(stack) == [
        {"Action": "s3:GetObject", "Effect": "Allow", "Resource": {"Fn::Join": ["", joined]}}
    ]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/list.yaml",
        "https://s3.example.com/list.yaml",
        "https://fleet.elb.eu-central-1.amazonaws.com/list.yaml",
        f"https://example.com/{cdk.Token.as_string({'Ref': 'Path'})}",
    ],
    ids=["a host", "a host called s3", "a load balancer", "a path that is a token"],
)
def test_a_public_file_requires_no_permission(stack: cdk.Stack, instance: ec2.Instance, url: str) -> None:
    PatchNodes.of(instance).grant_patching(overrides=[url]).assert_success()
    Template.from_stack(stack).resource_count_is(POLICY, 0)
    assert warnings(stack) == []


KNOWN_URLS = {
    "by path": "https://s3.eu-central-1.amazonaws.com/bucket/list.yaml",
    "by path, without a Region": "https://s3.amazonaws.com/public/list.yaml",
    "by host": "https://my.bucket.s3.amazonaws.com/list.yaml",
    "of old": "https://s3-eu-west-1.amazonaws.com/bucket/list.yaml",
    "in China": "https://bucket.s3.cn-north-1.amazonaws.com.cn/list.yaml",
}


def always(url: str) -> Callable[[cdk.Stack], str]:
    return lambda _: url


BY_FORM, BY_CDK = "the s3://<bucket>/<key> form", "bucket.s3_url_for_object(key)"
IN_S3: dict[str, tuple[Callable[[cdk.Stack], str], str, str]] = {
    **{what: (always(url), url, BY_FORM) for what, url in KNOWN_URLS.items()},
    "the URL of an object": (
        lambda stack: s3.Bucket(stack, "Bucket").url_for_object("list.yaml"),
        "https://s3.<token>.<token>/<token>/list.yaml",
        BY_CDK,
    ),
    "the URL of an object in a known Region": (
        lambda stack: s3.Bucket(stack_in(stack.node.root, "Other", BUCKET_ACCOUNT), "Bucket").url_for_object("k"),
        "https://s3.eu-central-1.<token>/<token>/k",
        BY_CDK,
    ),
    "the virtual-hosted URL of an object": (
        lambda stack: s3.Bucket(stack, "Bucket").virtual_hosted_url_for_object("list.yaml"),
        "https://<token>/list.yaml",
        BY_CDK,
    ),
    "the virtual-hosted URL of an object in an imported bucket": (
        lambda stack: s3.Bucket.from_bucket_name(stack, "Bucket", "web").virtual_hosted_url_for_object("list.yaml"),
        "https://web.s3.<token>.<token>/list.yaml",
        BY_CDK,
    ),
}


@pytest.mark.parametrize(("url", "seen", "form"), IN_S3.values(), ids=IN_S3.keys())
def test_warning_of_an_override_in_s3_by_https(
    stack: cdk.Stack, instance: ec2.Instance, url: Callable[[cdk.Stack], str], seen: str, form: str
) -> None:
    PatchNodes.of(instance).grant_patching(overrides=[url(stack)])
    assert warnings(stack) == [
        f"overrides '{seen}' is read without credentials, which a private bucket denies; use {form} "
        "[ack: patching-constructs:overrideWithoutCredentials]"
    ]
    Template.from_stack(stack).resource_count_is(POLICY, 0)


@pytest.mark.parametrize("url", ["https://{}/list.yaml", "https://files.{}/list.yaml"])
def test_warning_of_an_override_at_an_unknown_host(stack: cdk.Stack, instance: ec2.Instance, url: str) -> None:
    host = cdk.CfnParameter(stack, "Host").value_as_string
    PatchNodes.of(instance).grant_patching(overrides=[url.format(host)])
    assert warnings(stack) == [
        f"overrides '{url.format('<token>')}' has a host that is unknown until deployment, and no permission is "
        "granted for an https:// URL; for a private bucket, use bucket.s3_url_for_object(key) "
        "[ack: patching-constructs:overrideHostUnknown]"
    ]


OTHER_OVERRIDES: dict[str, tuple[object, str]] = {
    "no list": (
        "s3://bucket/list.yaml",
        "overrides must be a list of InstallOverrideList or BaselineOverride or strings, got 's3://bucket/list.yaml'; "
        "wrap it in [...] [Stack/Instance]",
    ),
    "another type": (
        [7],
        "overrides must be a list of InstallOverrideList or BaselineOverride or strings, got 7 [Stack/Instance]",
    ),
    "no URL": (
        ["bucket/list.yaml"],
        "overrides must be https://<host>/<path> or s3://<bucket>/<key>, got 'bucket/list.yaml' [Stack/Instance]",
    ),
    "a token": (
        [cdk.Token.as_string({"Ref": "Url"})],
        "overrides must begin with s3:// or https://, got a token; pass the InstallOverrideList or BaselineOverride "
        "itself, not its s3_url [Stack/Instance]",
    ),
}


@pytest.mark.parametrize(("overrides", "message"), OTHER_OVERRIDES.values(), ids=OTHER_OVERRIDES.keys())
def test_refusal_of_another_override(stack: cdk.Stack, instance: ec2.Instance, overrides: object, message: str) -> None:
    assert refused(lambda: PatchNodes.of(instance).grant_patching(overrides=untyped(overrides))) == message
    Template.from_stack(stack).resource_count_is(POLICY, 0)
