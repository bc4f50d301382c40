"""Validate a request with a service model of botocore.

botocore itself validates types, required members, unknown members and minimums. The rest of the model, which only the
service enforces, is validated here: literals, patterns, maximums. A pattern must match the complete value, as
``String.matches`` of Java does: many have no anchors, and would match everything otherwise.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import botocore.session
import regex
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape
from botocore.validate import ParamValidator

from tests.api_model.unknown import Unknown


@dataclass(frozen=True)
class Request:
    """A request: the service and operation by their names in botocore, and the input."""

    service: str
    operation: str
    given: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.service}:{self.operation}"

    def model(self) -> OperationModel:
        return _service(self.service).operation_model(self.operation)


@cache
def _service(name: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(name)


def violations(request: Request) -> list[str]:
    """Return every requirement of the model that a request violates."""
    shape = request.model().input_shape
    assert shape is not None, f"{request.name} has no input"
    report = ParamValidator().validate(_with_examples(request.given, shape), shape)
    by_botocore = report.generate_report().splitlines()
    found = by_botocore or [*_violations(request.given, shape, "")]
    return [f"{request.name}: {each}" for each in found]


def unknown_values(value: Any) -> Iterator[str]:
    """Return the values in a request that are known only after deployment."""
    match value:
        case Unknown():
            yield str(value)
        case dict():
            for each in value.values():
                yield from unknown_values(each)
        case list():
            for each in value:
                yield from unknown_values(each)


def _parts(value: Any, shape: Shape, path: str) -> Iterator[tuple[Any, Shape, str]]:
    """Return the values in a structure, list or map, with their shapes; what has the wrong type has none."""
    match shape, value:
        case StructureShape(), dict():
            members = shape.members
            yield from ((each, members[name], f"{path}.{name}") for name, each in value.items() if name in members)
        case ListShape(), list():
            yield from ((each, shape.member, f"{path}[{place}]") for place, each in enumerate(value))
        case MapShape(), dict():
            yield from ((name, shape.key, f"{path} (key: {name})") for name in value)
            yield from ((each, shape.value, f"{path}.{name}") for name, each in value.items())


def _violations(value: Any, shape: Shape, path: str) -> Iterator[str]:
    if isinstance(value, Unknown):
        return
    yield from (f"{path.removeprefix('.')}: {problem}" for problem in _problems(value, shape.metadata))
    for part in _parts(value, shape, path):
        yield from _violations(*part)


def _problems(value: Any, rules: dict[str, Any]) -> Iterator[str]:
    if "enum" in rules and value not in rules["enum"]:
        yield f"{value!r} must be one of {', '.join(rules['enum'])}"
    if "pattern" in rules and not _pattern(rules["pattern"]).fullmatch(value):
        yield f"{value!r} must match {rules['pattern']}"
    size = len(value) if isinstance(value, str | bytes | list | dict) else value
    if "max" in rules and size > rules["max"]:
        yield f"{size} must be at most {rules['max']}"


@cache
def _pattern(text: str) -> Any:
    """Return a pattern of Java for Python, in which two surrogates are one character."""
    return regex.compile(_SURROGATES.sub(_one_character, text))


_SURROGATES = regex.compile(r"\\u(D[89AB]..)\\u(D[C-F]..)", regex.IGNORECASE)


def _one_character(pair: Any) -> str:
    units = "".join(pair.groups())
    return f"\\U{ord(bytes.fromhex(units).decode('utf-16-be')):08X}"


def _with_examples(value: Any, shape: Shape) -> Any:
    """Return a value with one of the right type in place of each unknown one, for the validator of botocore."""
    if isinstance(value, Unknown):
        return _example(shape)
    match shape, value:
        case StructureShape(), dict():
            members = shape.members
            return {
                name: _with_examples(each, members[name]) if name in members else each for name, each in value.items()
            }
        case ListShape(), list():
            return [_with_examples(each, shape.member) for each in value]
        case MapShape(), dict():
            return {name: _with_examples(each, shape.value) for name, each in value.items()}
        case _:
            return value


def _example(shape: Shape) -> Any:
    least = shape.metadata.get("min", 1)
    if isinstance(shape, ListShape):
        return [_example(shape.member)] * least
    match shape.type_name:
        case "integer" | "long" | "float" | "double":
            return least
        case "boolean":
            return True
        case "timestamp":
            return "2026-12-01T00:00:00Z"
        case _:
            return "x" * least
