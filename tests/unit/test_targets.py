"""PatchTarget: which nodes a schedule patches."""

import unicodedata
from collections.abc import Callable

import aws_cdk as cdk
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from patching_constructs import PatchingError, PatchTarget
from patching_constructs.patch_group import PatchGroup
from tests.refusals import refused

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
    "and_tag behind tag_key": (
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


# --- What is refused ----------------------------------------------------------------------------------

COMMA = "must have no comma, which the service takes for a list"
WILDCARD = "is compared as it is, * is no wildcard"
ONE_BY_ONE = "give every value as an argument of its own"

REFUSALS_OF_A_KEY = {
    "empty": ("", "tag key must have 1-128 characters, got ''"),
    "blank": ("  ", "tag key must have 1-128 characters, got '  '"),
    "too long": ("k" * 129, f"tag key must have 1-128 characters, got '{'k' * 129}'"),
    "with tag: in front": ("tag:Env", "tag key must be the bare key, got 'tag:Env'; leave 'tag:' out"),
    "tag-key": ("tag-key", "tag key must be the bare key, got 'tag-key'; leave 'tag-key' out"),
    "with a *": ("Env*", f"tag key {WILDCARD}, got 'Env*'; write the key out"),
}


@pytest.mark.parametrize(("key", "message"), REFUSALS_OF_A_KEY.values(), ids=REFUSALS_OF_A_KEY.keys())
def test_refusal_of_a_key(key: str, message: str) -> None:
    assert refused(lambda: PatchTarget.tag(key, "dev")) == message
    assert refused(lambda: PatchTarget.tag_key(key)) == message
    assert refused(lambda: PatchTarget.tag_key("Patched").and_tag(key, "dev")) == message


FIVE_KEYS = PatchTarget.tag("A", "1").and_tag("B", "2").and_tag("C", "3").and_tag("D", "4").and_tag("E", "5")

REFUSALS: dict[str, tuple[Callable[[], PatchTarget], str]] = {
    "tag: a key with a + in it, which EC2 takes and Systems Manager does not": (
        lambda: PatchTarget.tag("a+b", "dev"),
        "tag key must have letters, numbers, spaces and _.:/=-@ only, got 'a+b'",
    ),
    "tag: a key with a comma in it": (
        lambda: PatchTarget.tag_key("Patched").and_tag("a,b", "dev"),
        "tag key must have letters, numbers, spaces and _.:/=-@ only, got 'a,b'",
    ),
    "tag: no value": (
        lambda: PatchTarget.tag("Env"),
        "tag 'Env' values must be 1-50, got 0; for any value use PatchTarget.tag_key('Env')",
    ),
    "tag: too many values": (
        lambda: PatchTarget.tag("Env", *FIFTY, "one more"),
        "tag 'Env' values must be 1-50, got 51; split it into several targets",
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
        f"tag 'Env' value {WILDCARD}, got '*'; for any value use PatchTarget.tag_key('Env')",
    ),
    "tag: a wildcard in a value": (
        lambda: PatchTarget.tag("Env", "dev-*"),
        f"tag 'Env' value {WILDCARD}, got 'dev-*'; write every value out",
    ),
    "patch_group: none": (
        PatchTarget.patch_group,
        "tag 'Patch Group' values must be 1-50, got 0; for any value use PatchTarget.tag_key('Patch Group')",
    ),
    "patch_group: none, where tags are instance metadata": (
        lambda: PatchTarget.patch_group(instance_metadata_tags=True),
        "tag 'PatchGroup' values must be 1-50, got 0; for any value use PatchTarget.tag_key('PatchGroup')",
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
        "patch_group needs groups that are all under one tag, got Patch Group and PatchGroup; "
        "make a target for each tag",
    ),
    "patch_group: a shared group and a name under two tags": (
        lambda: PatchTarget.patch_group(PatchGroup("web"), "db", instance_metadata_tags=True),
        "patch_group needs groups that are all under one tag, got Patch Group and PatchGroup; "
        "make a target for each tag",
    ),
    "patch_group: a shared group under another tag than is said": (
        lambda: PatchTarget.patch_group(PatchGroup("web"), instance_metadata_tags=True),
        "patch_group needs groups that are all under one tag, got Patch Group and PatchGroup; "
        "make a target for each tag",
    ),
    "instance_ids: none": (
        PatchTarget.instance_ids,
        "instance_ids must be 1-50, got 0; choose the nodes by a tag",
    ),
    "instance_ids: too many": (
        lambda: PatchTarget.instance_ids(*[NODE] * 51),
        "instance_ids must be 1-50, got 51; choose the nodes by a tag",
    ),
    "instance_ids: a name": (
        lambda: PatchTarget.instance_ids(NODE, "web-1"),
        "instance_ids must be like i-0123456789abcdef0 or mi-0123456789abcdef0, got 'web-1'",
    ),
    "instance_ids: something behind an id": (
        lambda: PatchTarget.instance_ids(f"{NODE}\n"),
        "instance_ids must be like i-0123456789abcdef0 or mi-0123456789abcdef0, got 'i-0123456789abcdef0\\n'",
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
        f"resource_group {COMMA}, got 'web,db'; give every group a target of its own",
    ),
    "resource_group: no such type": (
        lambda: PatchTarget.resource_group("web", "AWS::EC2::Instance", "ec2:instance"),
        "resource_group resource_types must be like AWS::EC2::Instance, got 'ec2:instance'",
    ),
    "resource_group: too many types": (
        lambda: PatchTarget.resource_group("web", *["AWS::EC2::Instance"] * 51),
        "resource_group resource_types must be 1-50, got 51; for every type, leave them out",
    ),
    "and_tag: no value": (
        lambda: PatchTarget.tag_key("Patched").and_tag("Env"),
        "tag 'Env' values must be 1-50, got 0; for any value use PatchTarget.tag_key('Env')",
    ),
    "and_tag: behind ids": (
        lambda: PatchTarget.instance_ids(NODE).and_tag("Env", "dev"),
        "and_tag narrows targets that are chosen by tags, got a target by InstanceIds",
    ),
    "and_tag: behind a resource group": (
        lambda: PatchTarget.resource_group("web").and_tag("Env", "dev"),
        "and_tag narrows targets that are chosen by tags, got a target by resource-groups:Name",
    ),
    "and_tag: a key again": (
        lambda: PatchTarget.tag("Env", "dev").and_tag("Env", "stage"),
        "and_tag takes a key once, as no node has two values of a tag, got 'Env'; "
        "give all its values to one call: any of them is enough",
    ),
    "and_tag: a sixth key": (
        lambda: FIVE_KEYS.and_tag("F", "6"),
        "and_tag allows at most 5 keys on a target, got 'F' as one more",
    ),
}


@pytest.mark.parametrize(("make", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refusal(make: Callable[[], PatchTarget], message: str) -> None:
    assert refused(make) == message


# --- What the service takes ---------------------------------------------------------------------------


def is_target_key(key: str) -> bool:
    r"""Read botocore's TargetKey: 1-163 characters, ``^[\p{L}\p{Z}\p{N}_.:/=\-@]*$``."""
    return 1 <= len(key) <= 163 and all(
        unicodedata.category(character)[0] in "LZN" or character in "_.:/=-@" for character in key
    )


@given(st.text(max_size=140) | st.text("aß٣ _.:/=-@+,!\t\n", max_size=140))
@example("a+b")
@example("a,b")
@example("a\nb")
def test_every_key_that_is_taken_is_one_that_the_service_takes(key: str) -> None:
    try:
        target = PatchTarget.tag(key, "dev")
    except PatchingError:
        return
    assert all(is_target_key(each.key) for each in target.filters)
