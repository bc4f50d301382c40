"""PatchTarget: which nodes a schedule patches."""

import unicodedata
from collections.abc import Callable

import aws_cdk as cdk
import pytest
from aws_cdk import aws_connect as connect
from aws_cdk import aws_ec2 as ec2
from hypothesis import example, given
from hypothesis import strategies as st

from patching_constructs import PatchingError, PatchTarget
from patching_constructs.properties.patch_group import PatchGroup
from patching_constructs.properties.targets import TargetFilter, TargetResourceType
from tests.refusals import refused, untyped

TEXT = cdk.Token.as_string({"Ref": "Text"})
LIST = cdk.Token.as_list({"Ref": "List"})

# What a target renders: its resource type, then every key with its values.
Rendered = tuple[str, dict[str, tuple[str, ...]]]


def rendered(target: PatchTarget) -> Rendered:
    return target.resource_type.value, {each.key: each.values for each in target.filters}


# --- Factories ----------------------------------------------------------------------------------------

NODE, MANAGED_NODE = "i-0123456789abcdef0", "mi-0123456789abcdef0"
FIFTY = [f"v{number}" for number in range(50)]

MINIMAL: dict[str, tuple[PatchTarget, Rendered]] = {
    "tag": (PatchTarget.tag("Env", "dev"), ("INSTANCE", {"tag:Env": ("dev",)})),
    "a key that begins like another": (PatchTarget.tag("tag-keyed", "a"), ("INSTANCE", {"tag:tag-keyed": ("a",)})),
    "tag_key": (PatchTarget.tag_key("Patched"), ("INSTANCE", {"tag-key": ("Patched",)})),
    "patch_group": (PatchTarget.patch_group("web"), ("INSTANCE", {"tag:Patch Group": ("web",)})),
    "instance_ids": (PatchTarget.instance_ids(NODE), ("INSTANCE", {"InstanceIds": (NODE,)})),
    "resource_group": (PatchTarget.resource_group("web"), ("RESOURCE_GROUP", {"resource-groups:Name": ("web",)})),
}

MAXIMAL: dict[str, tuple[PatchTarget, Rendered]] = {
    "tag": (PatchTarget.tag("k" * 128, *FIFTY), ("INSTANCE", {f"tag:{'k' * 128}": tuple(FIFTY)})),
    "tag with a value as long as can be": (
        PatchTarget.tag("Env", "v" * 256),
        ("INSTANCE", {"tag:Env": ("v" * 256,)}),
    ),
    "tag with every kind of character": (
        PatchTarget.tag("Größe_.:/=-@ 1", "a+b ü!"),
        ("INSTANCE", {"tag:Größe_.:/=-@ 1": ("a+b ü!",)}),
    ),
    "tag_key": (PatchTarget.tag_key("k" * 128), ("INSTANCE", {"tag-key": ("k" * 128,)})),
    "patch_group where tags are instance metadata": (
        PatchTarget.patch_group("web", "db", instance_metadata_tags=True),
        ("INSTANCE", {"tag:PatchGroup": ("web", "db")}),
    ),
    "patch_group by a shared group and a name": (
        PatchTarget.patch_group(PatchGroup("web"), "db"),
        ("INSTANCE", {"tag:Patch Group": ("web", "db")}),
    ),
    "patch_group by a shared group where tags are instance metadata": (
        PatchTarget.patch_group(PatchGroup("web", instance_metadata_tags=True)),
        ("INSTANCE", {"tag:PatchGroup": ("web",)}),
    ),
    "instance_ids": (
        PatchTarget.instance_ids("i-01234567", MANAGED_NODE, *[NODE] * 48),
        ("INSTANCE", {"InstanceIds": ("i-01234567", MANAGED_NODE, *[NODE] * 48)}),
    ),
    "resource_group": (
        PatchTarget.resource_group("web", "AWS::EC2::Instance", "AWS::SSM::ManagedInstance"),
        (
            "RESOURCE_GROUP",
            {
                "resource-groups:Name": ("web",),
                "resource-groups:ResourceTypeFilters": ("AWS::EC2::Instance", "AWS::SSM::ManagedInstance"),
            },
        ),
    ),
    "and_tag, five keys": (
        PatchTarget.patch_group("web").and_tag("A", "1").and_tag("B", "2", "3").and_tag("C", "4").and_tag("D", "5"),
        (
            "INSTANCE",
            {"tag:Patch Group": ("web",), "tag:A": ("1",), "tag:B": ("2", "3"), "tag:C": ("4",), "tag:D": ("5",)},
        ),
    ),
    "and_tag after tag_key": (
        PatchTarget.tag_key("Env").and_tag("Env", "dev"),
        ("INSTANCE", {"tag-key": ("Env",), "tag:Env": ("dev",)}),
    ),
}


@pytest.mark.parametrize(("target", "expected"), MINIMAL.values(), ids=MINIMAL.keys())
def test_minimal(target: PatchTarget, expected: Rendered) -> None:
    assert rendered(target) == expected


@pytest.mark.parametrize(("target", "expected"), MAXIMAL.values(), ids=MAXIMAL.keys())
def test_maximal(target: PatchTarget, expected: Rendered) -> None:
    assert rendered(target) == expected


WEB = PatchTarget.patch_group("web")


def test_instances_of_the_app_are_chosen_by_their_ids() -> None:
    stack = cdk.Stack(cdk.App(), "Stack")
    image = ec2.MachineImage.latest_amazon_linux2023()
    vpc = ec2.Vpc.from_vpc_attributes(
        stack, "Vpc", vpc_id="vpc-1", availability_zones=["eu-central-1a"], private_subnet_ids=["subnet-1"]
    )
    made = ec2.Instance(stack, "Made", instance_type=ec2.InstanceType("t3.micro"), machine_image=image, vpc=vpc)
    written = ec2.CfnInstance(stack, "Written")
    target = PatchTarget.instances(made, written)
    made_id = stack.get_logical_id(untyped(made.node.default_child))
    assert target.filters[0].key == "InstanceIds"
    assert stack.resolve(list(target.filters[0].values)) == [{"Ref": made_id}, {"Ref": "Written"}]


def test_a_target_with_a_name_and_owner_information() -> None:
    target = WEB.with_name("web-servers").with_owner_information("team-web")
    assert (target.name, target.owner_information) == ("web-servers", "team-web")
    assert target == PatchTarget(WEB.filters, name="web-servers", owner_information="team-web")
    assert target.and_tag("Env", "prod").name == "web-servers"
    assert (WEB.name, WEB.owner_information) == (None, None)


def test_a_token_passes_as_name_and_owner_information() -> None:
    target = WEB.with_name(TEXT).with_owner_information(TEXT)
    assert (target.name, target.owner_information) == (TEXT, TEXT)


def test_a_token_passes_as_key_and_type_of_a_target() -> None:
    filters = (TargetFilter(TEXT, (TEXT,)), TargetFilter("InstanceIds", (TEXT,)))
    assert PatchTarget(filters, untyped(TEXT)).filters == filters


def test_and_tag_leaves_the_target_that_it_narrows_as_it_is() -> None:
    web = PatchTarget.patch_group("web")
    assert web.and_tag("Env", "dev") != web
    assert web == PatchTarget.patch_group("web")


def test_equal_targets_are_one() -> None:
    assert len({PatchTarget.patch_group("web"), PatchTarget.tag("Patch Group", "web")}) == 1


# --- Tokens -------------------------------------------------------------------------------------------

TOKENS: dict[str, tuple[Callable[[], PatchTarget], Rendered]] = {
    "tag": (lambda: PatchTarget.tag(TEXT, TEXT), ("INSTANCE", {f"tag:{TEXT}": (TEXT,)})),
    "tag by a list": (lambda: PatchTarget.tag("Env", *LIST), ("INSTANCE", {"tag:Env": tuple(LIST)})),
    "tag in part, with what would be refused": (
        lambda: PatchTarget.tag("Env", f"*,{TEXT}"),
        ("INSTANCE", {"tag:Env": (f"*,{TEXT}",)}),
    ),
    "tag_key": (lambda: PatchTarget.tag_key(TEXT), ("INSTANCE", {"tag-key": (TEXT,)})),
    "patch_group": (lambda: PatchTarget.patch_group(TEXT), ("INSTANCE", {"tag:Patch Group": (TEXT,)})),
    "patch_group, shared": (
        lambda: PatchTarget.patch_group(PatchGroup(TEXT)),
        ("INSTANCE", {"tag:Patch Group": (TEXT,)}),
    ),
    "instance_ids": (lambda: PatchTarget.instance_ids(TEXT, NODE), ("INSTANCE", {"InstanceIds": (TEXT, NODE)})),
    "resource_group": (
        lambda: PatchTarget.resource_group(TEXT, TEXT),
        (
            "RESOURCE_GROUP",
            {"resource-groups:Name": (TEXT,), "resource-groups:ResourceTypeFilters": (TEXT,)},
        ),
    ),
    "and_tag": (
        lambda: PatchTarget.tag(TEXT, "a").and_tag("Env", TEXT),
        ("INSTANCE", {f"tag:{TEXT}": ("a",), "tag:Env": (TEXT,)}),
    ),
}


@pytest.mark.parametrize(("make", "expected"), TOKENS.values(), ids=TOKENS.keys())
def test_a_token_passes(make: Callable[[], PatchTarget], expected: Rendered) -> None:
    assert rendered(make()) == expected


# --- Invalid values -----------------------------------------------------------------------------------

COMMA = "must not contain commas, which the service interprets as a list"
WILDCARD = "must not contain wildcards"
INSTEAD_OF_INSTANCES = "for ids, use PatchTarget.instance_ids(...); for an auto scaling group, use PatchTarget.tag(...)"
ONE_BY_ONE = "pass each value as a separate argument"

REFUSALS_OF_A_KEY = {
    "empty": ("", "tag key must have 1-128 characters, got ''"),
    "blank": ("  ", "tag key must have 1-128 characters, got '  '"),
    "too long": ("k" * 129, f"tag key must have 1-128 characters, got '{'k' * 129}'"),
    "with the prefix tag:": ("tag:Env", "tag key must not begin with 'tag:', got 'tag:Env'; write 'Env'"),
    "tag-key": ("tag-key", "tag key must not be 'tag-key', got 'tag-key'; use PatchTarget.tag_key(key)"),
    "with a *": ("Env*", f"tag key {WILDCARD}, got 'Env*'; write the complete key"),
}


@pytest.mark.parametrize(("key", "message"), REFUSALS_OF_A_KEY.values(), ids=REFUSALS_OF_A_KEY.keys())
def test_refusal_of_a_key(key: str, message: str) -> None:
    assert refused(lambda: PatchTarget.tag(key, "dev")) == message
    assert refused(lambda: PatchTarget.tag_key(key)) == message
    assert refused(lambda: PatchTarget.tag_key("Patched").and_tag(key, "dev")) == message


def connect_instance() -> object:
    attributes = connect.CfnInstance.AttributesProperty(inbound_calls=True, outbound_calls=True)
    return connect.CfnInstance(cdk.Stack(), "I", attributes=attributes, identity_management_type="SAML")


FIVE_KEYS = PatchTarget.tag("A", "1").and_tag("B", "2").and_tag("C", "3").and_tag("D", "4").and_tag("E", "5")

REFUSALS: dict[str, tuple[Callable[[], PatchTarget], str]] = {
    "tag: a key with a + in it, which EC2 takes and Systems Manager does not": (
        lambda: PatchTarget.tag("a+b", "dev"),
        "tag key must contain only letters, numbers, spaces and _.:/=-@, got 'a+b'",
    ),
    "tag: a key with a comma in it": (
        lambda: PatchTarget.tag_key("Patched").and_tag("a,b", "dev"),
        "tag key must contain only letters, numbers, spaces and _.:/=-@, got 'a,b'",
    ),
    "tag: no value": (
        lambda: PatchTarget.tag("Env"),
        "tag 'Env' values must have 1-50 items, got 0; for any value, use PatchTarget.tag_key('Env')",
    ),
    "tag: too many values": (
        lambda: PatchTarget.tag("Env", *FIFTY, "one more"),
        "tag 'Env' values must have 1-50 items, got 51; create several targets",
    ),
    "tag: an empty value": (
        lambda: PatchTarget.tag("Env", "dev", ""),
        "tag 'Env' value must have 1-256 characters, got ''",
    ),
    "tag: a blank value": (
        lambda: PatchTarget.tag("Env", "   "),
        "tag 'Env' value must have 1-256 characters, got '   '",
    ),
    "tag: a value that is too long": (
        lambda: PatchTarget.tag("Env", "v" * 257),
        f"tag 'Env' value must have 1-256 characters, got '{'v' * 257}'",
    ),
    "tag: a list in a value": (
        lambda: PatchTarget.tag("Env", "dev,stage"),
        f"tag 'Env' value {COMMA}, got 'dev,stage'; {ONE_BY_ONE}",
    ),
    "tag: any value": (
        lambda: PatchTarget.tag("Env", "*"),
        f"tag 'Env' value {WILDCARD}, got '*'; for any value, use PatchTarget.tag_key('Env')",
    ),
    "tag: a wildcard in a value": (
        lambda: PatchTarget.tag("Env", "dev-*"),
        f"tag 'Env' value {WILDCARD}, got 'dev-*'; list every value",
    ),
    "tag: a key that is not a string": (
        lambda: PatchTarget.tag(untyped(None), "dev"),
        "tag key must be a string, got None",
    ),
    "tag: a list for a value": (
        lambda: PatchTarget.tag("Env", untyped(["dev", "stage"])),
        "tag 'Env' value must be a string, got ['dev', 'stage']",
    ),
    "patch_group: None": (
        lambda: PatchTarget.patch_group(untyped(None)),
        "patch_group groups must be a PatchGroup or a string, got None",
    ),
    "patch_group: text for a flag": (
        lambda: PatchTarget.patch_group("web", instance_metadata_tags=untyped("yes")),
        "patch_group instance_metadata_tags must be True or False, got 'yes'",
    ),
    "patch_group: none": (
        PatchTarget.patch_group,
        "tag 'Patch Group' values must have 1-50 items, got 0; for any value, use PatchTarget.tag_key('Patch Group')",
    ),
    "patch_group: none, where tags are instance metadata": (
        lambda: PatchTarget.patch_group(instance_metadata_tags=True),
        "tag 'PatchGroup' values must have 1-50 items, got 0; for any value, use PatchTarget.tag_key('PatchGroup')",
    ),
    "patch_group: an empty name": (
        lambda: PatchTarget.patch_group(""),
        "tag 'Patch Group' value must have 1-256 characters, got ''",
    ),
    "patch_group: a list in a name": (
        lambda: PatchTarget.patch_group("web,db"),
        f"tag 'Patch Group' value {COMMA}, got 'web,db'; {ONE_BY_ONE}",
    ),
    "patch_group: shared groups under two tags": (
        lambda: PatchTarget.patch_group(PatchGroup("web"), PatchGroup("db", instance_metadata_tags=True)),
        "patch_group groups must have the same tag key, got 'Patch Group' and 'PatchGroup'; "
        "create one target per tag key",
    ),
    "patch_group: a shared group and a name under two tags": (
        lambda: PatchTarget.patch_group(PatchGroup("web"), "db", instance_metadata_tags=True),
        "patch_group groups must have the same tag key, got 'Patch Group' and 'PatchGroup'; "
        "create one target per tag key",
    ),
    "patch_group: a shared group under another tag than specified": (
        lambda: PatchTarget.patch_group(PatchGroup("web"), instance_metadata_tags=True),
        "patch_group groups must have the same tag key, got 'Patch Group' and 'PatchGroup'; "
        "create one target per tag key",
    ),
    "instance_ids: none": (
        PatchTarget.instance_ids,
        "instance_ids must have 1-50 items, got 0; select the nodes by a tag",
    ),
    "instance_ids: too many": (
        lambda: PatchTarget.instance_ids(*[NODE] * 51),
        "instance_ids must have 1-50 items, got 51; select the nodes by a tag",
    ),
    "instance_ids: a name": (
        lambda: PatchTarget.instance_ids(NODE, "web-1"),
        "instance_ids must be like i-0123456789abcdef0 or mi-0123456789abcdef0, got 'web-1'",
    ),
    "instance_ids: something after an id": (
        lambda: PatchTarget.instance_ids(f"{NODE}\n"),
        "instance_ids must be like i-0123456789abcdef0 or mi-0123456789abcdef0, got 'i-0123456789abcdef0\\n'",
    ),
    "instances: an id": (
        lambda: PatchTarget.instances(untyped(NODE)),
        f"instances must be an IInstanceRef, got {NODE!r}; {INSTEAD_OF_INSTANCES}",
    ),
    "instances: a stack": (
        lambda: PatchTarget.instances(untyped(cdk.Stack())),
        f"instances must be an IInstanceRef, got an object of type Stack; {INSTEAD_OF_INSTANCES}",
    ),
    "instances: one of Amazon Connect": (
        lambda: PatchTarget.instances(untyped(connect_instance())),
        f"instances must be from aws_ec2, got an object of type CfnInstance; {INSTEAD_OF_INSTANCES}",
    ),
    "instances: none": (
        PatchTarget.instances,
        "instance_ids must have 1-50 items, got 0; select the nodes by a tag",
    ),
    "with_name: too short": (
        lambda: WEB.with_name("db"),
        "PatchTarget name must be 3-128 letters, digits, _, - and ., got 'db'",
    ),
    "with_name: None": (lambda: WEB.with_name(untyped(None)), "PatchTarget name must be a string, got None"),
    "with_owner_information: empty": (
        lambda: WEB.with_owner_information(""),
        "PatchTarget owner_information must have 1-128 characters, got 0; for no owner information, leave it out",
    ),
    "with_owner_information: too long": (
        lambda: WEB.with_owner_information("o" * 129),
        "PatchTarget owner_information must have 1-128 characters, got 129",
    ),
    "with_owner_information: None": (
        lambda: WEB.with_owner_information(untyped(None)),
        "PatchTarget owner_information must be a string, got None",
    ),
    "constructed directly: nothing": (
        lambda: PatchTarget(()),
        "PatchTarget filters must have 1-5 items, got 0; use a factory such as PatchTarget.tag(key, value)",
    ),
    "constructed directly: text": (
        lambda: PatchTarget(untyped("tag:Env")),
        "PatchTarget filters must be a list of TargetFilter, got 'tag:Env'; "
        "use a factory such as PatchTarget.tag(key, value)",
    ),
    "constructed directly: another type": (
        lambda: PatchTarget(WEB.filters, untyped("FLEET")),
        "PatchTarget resource_type must be one of TargetResourceType.INSTANCE, TargetResourceType.RESOURCE_GROUP, "
        "got 'FLEET'",
    ),
    "constructed directly: a resource group of tags": (
        lambda: PatchTarget(WEB.filters, TargetResourceType.RESOURCE_GROUP),
        "PatchTarget filters must be resource-groups:Name, optionally followed by resource-groups:ResourceTypeFilters, "
        "in a target of type RESOURCE_GROUP, got tag:Patch Group",
    ),
    "a filter constructed directly: a bare tag": (
        lambda: untyped(TargetFilter("Env", ("dev",))),
        "TargetFilter key must be one of tag:<key>, tag-key, InstanceIds, resource-groups:Name, "
        "resource-groups:ResourceTypeFilters, got 'Env'; use a factory such as PatchTarget.tag(key, value)",
    ),
    "a filter constructed directly: two groups": (
        lambda: untyped(TargetFilter("resource-groups:Name", ("web", "db"))),
        "resource_group must have exactly 1 item, got 2; create one target per group",
    ),
    "a filter constructed directly: no key": (
        lambda: untyped(TargetFilter("tag-key", ())),
        "tag keys must have 1-50 items, got 0; use PatchTarget.tag_key(key)",
    ),
    "a filter constructed directly: values that are not a list": (
        lambda: untyped(TargetFilter("tag:Env", untyped("dev"))),
        "tag 'Env' values must be a list of strings, got 'dev'; wrap it in [...]",
    ),
    "a filter constructed directly: a key that is not a string": (
        lambda: untyped(TargetFilter(untyped(7), ("dev",))),
        "TargetFilter key must be a string, got 7",
    ),
    "resource_group: an empty name": (
        lambda: PatchTarget.resource_group(""),
        "resource_group must have 1-256 characters, got ''",
    ),
    "resource_group: a name that is too long": (
        lambda: PatchTarget.resource_group("g" * 257),
        f"resource_group must have 1-256 characters, got '{'g' * 257}'",
    ),
    "resource_group: a list in a name": (
        lambda: PatchTarget.resource_group("web,db"),
        f"resource_group {COMMA}, got 'web,db'; create one target per group",
    ),
    "resource_group: an invalid type": (
        lambda: PatchTarget.resource_group("web", "AWS::EC2::Instance", "ec2:instance"),
        "resource_group resource_types must be like AWS::EC2::Instance, got 'ec2:instance'",
    ),
    "tag_key: a list in a key": (
        lambda: PatchTarget.tag_key("Env,Role"),
        f"tag key {COMMA}, got 'Env,Role'; create one target per key",
    ),
    "resource_group: a type of nodes in upper case": (
        lambda: PatchTarget.resource_group("web", "AWS::EC2::INSTANCE"),
        "resource_group resource_types are case-sensitive, got 'AWS::EC2::INSTANCE'; "
        "did you mean 'AWS::EC2::Instance'?",
    ),
    "resource_group: another type of nodes in another case": (
        lambda: PatchTarget.resource_group("web", "AWS::SSM::managedInstance"),
        "resource_group resource_types are case-sensitive, got 'AWS::SSM::managedInstance'; "
        "did you mean 'AWS::SSM::ManagedInstance'?",
    ),
    "resource_group: too many types": (
        lambda: PatchTarget.resource_group("web", *["AWS::EC2::Instance"] * 51),
        "resource_group resource_types must have 1-50 items, got 51; for all types, leave it out",
    ),
    "and_tag: no value": (
        lambda: PatchTarget.tag_key("Patched").and_tag("Env"),
        "tag 'Env' values must have 1-50 items, got 0; for any value, use PatchTarget.tag_key('Env')",
    ),
    "and_tag: after ids": (
        lambda: PatchTarget.instance_ids(NODE).and_tag("Env", "dev"),
        "PatchTarget filters must be only tags or only InstanceIds in a target of type INSTANCE, "
        "got InstanceIds and tag:Env",
    ),
    "and_tag: after a resource group": (
        lambda: PatchTarget.resource_group("web").and_tag("Env", "dev"),
        "PatchTarget filters must be resource-groups:Name, optionally followed by resource-groups:ResourceTypeFilters, "
        "in a target of type RESOURCE_GROUP, got resource-groups:Name and tag:Env",
    ),
    "and_tag: a key again": (
        lambda: PatchTarget.tag("Env", "dev").and_tag("Env", "stage"),
        "PatchTarget filters must not repeat a key, because a node has one value per tag, got 'tag:Env' twice; "
        "specify all its values in one call",
    ),
    "and_tag: a sixth key": (
        lambda: FIVE_KEYS.and_tag("F", "6"),
        "PatchTarget filters must have 1-5 items, got 6",
    ),
}


@pytest.mark.parametrize(("make", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refusal(make: Callable[[], PatchTarget], message: str) -> None:
    assert refused(make) == message


# --- Patterns of the service --------------------------------------------------------------------------


def is_target_key(key: str) -> bool:
    r"""Read botocore's TargetKey: 1-163 characters, ``^[\p{L}\p{Z}\p{N}_.:/=\-@]*$``."""
    return 1 <= len(key) <= 163 and all(
        unicodedata.category(character)[0] in "LZN" or character in "_.:/=-@" for character in key
    )


@given(st.text(max_size=140) | st.text("aß٣ _.:/=-@+,!\t\n", max_size=140))
@example("a+b")
@example("a,b")
@example("a\nb")
def test_every_accepted_key_is_valid_for_the_service(key: str) -> None:
    try:
        target = PatchTarget.tag(key, "dev")
    except PatchingError:
        return
    assert all(is_target_key(each.key) for each in target.filters)
