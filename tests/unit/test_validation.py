"""Checks of types: valid values, and errors that name the right type."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from patching_constructs import ComplianceLevel, OperatingSystem, PatchGroup, PatchOperation, RateControl
from patching_constructs._validation import check_flag, check_list_of, check_literal, check_reference, check_type
from tests.refusals import refused, untyped

STACK = cdk.Stack(cdk.App(), "Stack")
BUCKET = s3.Bucket(STACK, "Bucket")
TEXT = cdk.Token.as_string({"Ref": "Text"})
NUMBER = cdk.Token.as_number({"Ref": "Number"})
LIST = cdk.Token.as_list({"Ref": "List"})

PASSING: dict[str, tuple[Any, Any]] = {
    "a string": ("text", str),
    "a string token": (TEXT, str),
    "an empty string": ("", str),
    "a literal of a set is a string": (ComplianceLevel.HIGH, str),
    "a whole number": (7, int),
    "a number token, which is a float": (NUMBER, int),
    "a string token for a number": (TEXT, int),
    "a number": (1.5, (int, float)),
    "True": (True, bool),
    "one of two types": (PatchGroup("web"), (PatchGroup, str)),
}


@pytest.mark.parametrize(("value", "kind"), PASSING.values(), ids=PASSING.keys())
def test_a_value_of_the_type_passes(value: object, kind: Any) -> None:
    check_type("it", value, kind)
    assert check_list_of("it", [value], kind) == (value,)


REFUSALS: dict[str, tuple[Callable[[], object], str]] = {
    "None is not a string": (lambda: check_type("name", None, str), "name must be a string, got None"),
    "bytes are not a string": (lambda: check_type("name", b"web", str), "name must be a string, got b'web'"),
    "a list token is not a string": (
        lambda: check_type("name", LIST, str),
        f"name must be a string, got {LIST!r}",
    ),
    "a number token is not a string": (
        lambda: check_type("name", NUMBER, str),
        f"name must be a string, got {NUMBER!r}",
    ),
    "True is not a number": (lambda: check_type("days", value=True, kind=int), "days must be a whole number, got True"),
    "a fraction is not a whole number": (
        lambda: check_type("days", 1.5, int),
        "days must be a whole number, got 1.5",
    ),
    "text is not a number": (
        lambda: check_type("days", "7", (int, float)),
        "days must be a whole number or a number, got '7'",
    ),
    "a class is not one of its values": (
        lambda: check_type("limit", RateControl, RateControl, "write RateControl.count(...)"),
        "limit must be a RateControl, got the class RateControl; write RateControl.count(...)",
    ),
    "a construct is named by its type": (
        lambda: check_type("system", BUCKET, OperatingSystem),
        "system must be an OperatingSystem, got an object of type Bucket",
    ),
    "a member of another set is named as it is written": (
        lambda: check_type("limit", ComplianceLevel.HIGH, RateControl),
        "limit must be a RateControl, got ComplianceLevel.HIGH",
    ),
    "text is not a flag": (lambda: check_flag("enabled", "false"), "enabled must be True or False, got 'false'"),
    "None is not a flag": (
        lambda: check_flag("enabled", None, "leave it out"),
        "enabled must be True or False, got None; leave it out",
    ),
    "1 is not a flag": (lambda: check_flag("enabled", 1), "enabled must be True or False, got 1"),
    "a list that is a token, with another item": (
        lambda: check_list_of("groups", [*LIST, "web"], str),
        "groups must not contain items of a list that is a token, got a token; pass the list alone, or use "
        "aws_cdk.Fn.select(0, list) for an item",
    ),
    "None is not a list": (
        lambda: check_list_of("groups", untyped(None), str),
        "groups must be a list of strings, got None",
    ),
    "a string is not a list of strings": (
        lambda: check_list_of("groups", "web", str),
        "groups must be a list of strings, got 'web'; wrap it in [...]",
    ),
    "bytes are not a list of numbers": (
        lambda: check_list_of("days", b"web", int),
        "days must be a list of whole numbers, got b'web'",
    ),
    "a single value is not a list": (
        lambda: check_list_of("groups", untyped(PatchGroup("web")), (PatchGroup, str)),
        "groups must be a list of PatchGroup or strings, "
        "got PatchGroup(name='web', instance_metadata_tags=False); wrap it in [...]",
    ),
    "a set has no order": (
        lambda: check_list_of("groups", untyped({"web"}), str),
        "groups must be a list of strings, got {'web'}",
    ),
    "a wrong item": (
        lambda: check_list_of("groups", ["web", 7], str, "put quotes around it"),
        "groups must be a list of strings, got 7; put quotes around it",
    ),
    "an item that is not one of the literals": (
        lambda: check_list_of("systems", [OperatingSystem.UBUNTU, "BEOS"], OperatingSystem),
        f"systems must be one of {', '.join(f'OperatingSystem.{each.name}' for each in OperatingSystem)}, got 'BEOS'",
    ),
    "a member of another set is not a literal": (
        lambda: check_literal("operation", ComplianceLevel.HIGH, PatchOperation),
        "operation must be one of PatchOperation.SCAN, PatchOperation.INSTALL, got ComplianceLevel.HIGH",
    ),
    "a list token is not a literal": (
        lambda: check_literal("operation", LIST, PatchOperation),
        f"operation must be one of PatchOperation.SCAN, PatchOperation.INSTALL, got {LIST!r}",
    ),
    "a name is not a bucket": (
        lambda: check_reference("bucket", "logs", "IBucketRef", "import it"),
        "bucket must be an IBucketRef, got 'logs'; import it",
    ),
    "a stack is not a log group": (
        lambda: check_reference("log_group", STACK, "ILogGroupRef", "import it"),
        "log_group must be an ILogGroupRef, got an object of type Stack; import it",
    ),
    "a class is not a bucket": (
        lambda: check_reference("bucket", s3.Bucket, "IBucketRef", "make one"),
        "bucket must be an IBucketRef, got the class Bucket; make one",
    ),
}


@pytest.mark.parametrize(("check", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refusal(check: Callable[[], object], message: str) -> None:
    assert refused(check) == message


@pytest.mark.parametrize("values", [["web"], ("web",), []], ids=["list", "tuple", "empty"])
def test_a_list_becomes_a_tuple(values: Any) -> None:
    assert check_list_of("groups", values, str) == tuple(values)


def test_a_list_token_passes_as_a_list() -> None:
    assert check_list_of("groups", LIST, str) == tuple(LIST)
    assert check_list_of("levels", untyped(LIST), ComplianceLevel) == tuple(LIST)


def test_a_reference_can_be_an_l1_or_l2_construct_or_imported() -> None:
    check_reference("bucket", BUCKET, "IBucketRef", "")
    check_reference("bucket", s3.CfnBucket(STACK, "L1"), "IBucketRef", "")
    check_reference("bucket", s3.Bucket.from_bucket_name(STACK, "Imported", "logs"), "IBucketRef", "")
    check_reference("role", iam.Role.from_role_name(STACK, "Role", "runner"), "IRoleRef", "")
