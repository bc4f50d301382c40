"""The requests to Systems Manager that tasks of a template stand for, validated against the model of the service."""

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import botocore.session
from botocore.model import OperationModel
from botocore.validate import ParamValidator

_TYPES = {
    "MaintenanceWindowRunCommandParameters": "RunCommand",
    "MaintenanceWindowAutomationParameters": "Automation",
    "MaintenanceWindowLambdaParameters": "Lambda",
    "MaintenanceWindowStepFunctionsParameters": "StepFunctions",
}
WINDOW_ID = "mw-0123456789abcdef0"
TARGET_ID = "0123abcd-0123-0123-0123-0123456789ab"


@cache
def operation(name: str) -> OperationModel:
    return botocore.session.get_session().get_service_model("ssm").operation_model(name)


def request_of(task: Mapping[str, Any]) -> dict[str, Any]:
    """Return the input of RegisterTaskWithMaintenanceWindow for the properties of a task in a template."""
    request = {name: _known(value) for name, value in task.items()}
    request["WindowId"] = WINDOW_ID
    for target in request.get("Targets", ()):
        target["Values"] = [TARGET_ID for _ in target["Values"]]
    given = request.pop("TaskInvocationParameters", {})
    invocation = {_TYPES[name]: value for name, value in given.items()}
    if "Payload" in invocation.get("Lambda", {}):
        invocation["Lambda"]["Payload"] = b64decode(invocation["Lambda"]["Payload"])
    return request | ({"TaskInvocationParameters": invocation} if invocation else {})


def _known(value: Any) -> Any:
    """Return a value of a template with a text in place of every function."""
    match value:
        case {"Ref": str()} | {"Fn::GetAtt": _} | {"Fn::Join": _} | {"Fn::Base64": _}:
            return "arn:aws:iam::111111111111:role/known-after-deployment"
        case dict():
            return {name: _known(item) for name, item in value.items()}
        case list():
            return [_known(item) for item in value]
        case _:
            return value


def problems_with(request: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a request: its types, and the patterns, lengths and literals that botocore ignores."""
    shape = operation("RegisterTaskWithMaintenanceWindow").input_shape
    assert shape is not None
    report = ParamValidator().validate(request, shape)
    return [report.generate_report()] if report.has_errors() else [*_violations(request, shape, "request")]


def _violations(value: Any, shape: Any, path: str) -> Iterator[str]:
    if shape.type_name == "structure":
        parts = [(item, shape.members[name], f"{path}.{name}") for name, item in value.items()]
    elif shape.type_name == "list":
        parts = [(item, shape.member, path) for item in value]
    elif shape.type_name == "map":
        parts = [(item, shape.value, path) for item in value.values()]
    else:
        yield from (f"{path}: {problem}" for problem in _problems(value, shape.metadata))
        return
    for part in parts:
        yield from _violations(*part)


def _problems(value: Any, rules: Mapping[str, Any]) -> Iterator[str]:
    if "enum" in rules and value not in rules["enum"]:
        yield f"{value!r} is not in {rules['enum']}"
    if "pattern" in rules and re.search(_in_python(rules["pattern"]), value) is None:
        yield f"{value!r} does not match {rules['pattern']}"
    size = value if isinstance(value, int) else len(value)
    if not rules.get("min", 0) <= size <= rules.get("max", size):
        yield f"{size} is not in {rules}"


def _in_python(pattern: str) -> str:
    """Return a Java pattern whose classes of letters, spaces and numbers are those of ASCII."""
    return pattern.replace(r"\p{L}", "a-zA-Z").replace(r"\p{Z}", " ").replace(r"\p{N}", "0-9")
