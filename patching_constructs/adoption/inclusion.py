"""What ``CfnInclude`` of the CDK cannot include, found without the CDK.

The CDK reads the properties of the resource types that it has: https://docs.aws.amazon.com/cdk/v2/guide/use-cfn-template.html
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from patching_constructs.adoption.given import NO_VALUE, is_token, shown
from patching_constructs.template.content import mapping, mappings_within
from patching_constructs.template.property_types import (
    PROPERTY_TYPES,
    TAGS,
    ListOf,
    Properties,
    PropertyType,
    Scalar,
)

_PROCESSED: Final = "adopt the processed template: aws cloudformation get-template --template-stage Processed"
_INCLUDED: Final = frozenset(
    f"Fn::{name}"
    for name in (
        "And",
        "Base64",
        "Cidr",
        "Equals",
        "FindInMap",
        "GetAtt",
        "GetAZs",
        "If",
        "ImportValue",
        "Join",
        "Not",
        "Or",
        "Select",
        "Split",
        "Sub",
        "Transform",
        # In rules.
        "Contains",
        "EachMemberEquals",
        "EachMemberIn",
        "RefAll",
        "ValueOf",
        "ValueOfAll",
    )
)
"""The functions that it reads."""


def why_not_included(content: dict[str, Any]) -> str | None:
    """Return why the CDK cannot include a template as it is, None if it can as far as is known."""
    functions = sorted({name for each in mappings_within(content) for name in _functions_not_read(each)})
    if functions:
        return f"the CDK cannot include {functions[0]}; {_PROCESSED}"
    for logical_id, resource in content["Resources"].items():
        for problem in _problems(resource):
            return f"the CDK cannot include {logical_id}, whose {problem}"
    return None


def _functions_not_read(found: dict[str, Any]) -> Iterator[str]:
    yield from (key for key in map(str, found) if key.startswith("Fn::") and key not in _INCLUDED)
    match found:
        case {"Fn::FindInMap": [_, _, _, _, *_]}:
            # It reads the first three, and would leave the default out.
            yield "Fn::FindInMap with a default"


def _problems(resource: object) -> Iterator[str]:
    match resource:
        case {"Type": str(kind), **others}:
            properties = others.get("Properties")
            yield from _of_policies(others)
            if any("Fn::Transform" in each and len(each) > 1 for each in mappings_within(properties)):
                yield f"Properties have Fn::Transform beside other keys; {_PROCESSED}"
            if kind in PROPERTY_TYPES:
                yield from _of_properties(mapping(properties), PROPERTY_TYPES[kind], ())
        case _:
            yield "Type is missing"


def _of_policies(resource: Mapping[Any, Any]) -> Iterator[str]:
    """Return the policies that are functions, which it would replace with the parts of its own objects."""
    for name in ("CreationPolicy", "UpdatePolicy"):
        policy = resource.get(name)
        parts = {name: policy} | {f"{name}.{key}": each for key, each in mapping(policy).items()}
        yield from (f"{path} must be known, got {shown(each)}" for path, each in parts.items() if is_token(each))


# --- Values of another type ---------------------------------------------------------------------------


def _of_properties(given: dict[str, Any], types: Properties, path: tuple[str, ...]) -> Iterator[str]:
    yield from (f"{'.'.join((*path, name))} is missing" for name in types.required if given.get(name) is None)
    for name, kind in types.types.items():
        if (value := given.get(name)) is not None:
            yield from _of_value(value, kind, (*path, name))


def _of_value(value: object, kind: PropertyType, path: tuple[str, ...]) -> Iterator[str]:
    if _is_unknown(value, kind):
        return
    match kind, value:
        case ListOf(), list():
            for place, each in enumerate(value):
                # Other items that are null are left out; CloudFormation does not accept them.
                if each is not None or isinstance(kind.item, Properties):
                    yield from _of_value(each, kind.item, (*path, str(place)))
        case Properties(), dict():
            yield from _of_properties(value, kind, path)
        case Scalar(), _ if _is_scalar(value, kind):
            return
        case _:
            yield f"{'.'.join(path)} must be {_described(kind)}, got {shown(value)}"


def _described(kind: PropertyType) -> str:
    match kind:
        case ListOf():
            return "a list"
        case Properties():
            return Scalar.JSON
        case _:
            return kind


_NUMBER: Final = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*", re.IGNORECASE | re.ASCII)


def _is_scalar(value: object, kind: Scalar) -> bool:
    match kind:
        case Scalar.TEXT:
            # A date of YAML is written as a string.
            return isinstance(value, str | bool | int | float | date)
        case Scalar.NUMBER if isinstance(value, str):
            return _NUMBER.fullmatch(value) is not None
        case Scalar.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case Scalar.TRUTH:
            return isinstance(value, bool) or value in ("true", "false")
        case _:
            return isinstance(value, dict | list)


# --- Values that are unknown until deployment ---------------------------------------------------------


_READ_AT_ONCE: Final = (Scalar.TRUTH, TAGS, TAGS.item)
"""What the CDK reads while it includes a template. It knows then that some functions return a string."""


def _is_unknown(value: object, kind: PropertyType) -> bool:
    """Return whether a value is unknown until deployment, so that the CDK includes it as it is."""
    if kind in _READ_AT_ONCE and _is_unknown_text(value):
        return False
    return is_token(value) or _is_dynamic_reference(value)


def _is_unknown_text(value: object) -> bool:
    match value:
        case {"Ref": str(name)}:
            return name.startswith("AWS::") and value != NO_VALUE
        case {"Fn::Base64": _} | {"Fn::ImportValue": _} | {"Fn::Join": _} | {"Fn::Sub": _}:
            return True
        case {"Fn::Select": [_, listed]}:
            return not isinstance(listed, list)
        case _:
            return _is_dynamic_reference(value)


def _is_dynamic_reference(value: object) -> bool:
    return isinstance(value, str) and value.startswith("{{resolve:") and value.endswith("}}")
