"""Templates without functions: ``Ref``, ``Fn::GetAtt`` and all others are replaced by values of the right form."""

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from tests.api_model.forms import PSEUDO_PARAMETERS, REGION, attribute, ref
from tests.api_model.unknown import Unknown, joined

_NO_VALUE: Final = object()
# Two to the power of this number of combinations are validated.
_MOST_CONDITIONS = 6
_REGION: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")


class UnsupportedError(Exception):
    """A template has a function, or a number of conditions, that is not supported here."""


@dataclass(frozen=True)
class Scenario:
    """One deployment of a template: the values of its parameters, and which of its conditions hold."""

    template: Mapping[str, Any]
    parameters: Mapping[str, Any]
    conditions: Mapping[str, bool]

    def resources(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Return the logical ID, the type and the properties of each resource of this deployment."""
        for logical_id, resource in self.template.get("Resources", {}).items():
            if self.conditions.get(resource.get("Condition"), True):
                yield logical_id, resource["Type"], self.value(resource.get("Properties", {}))

    def value(self, value: Any) -> Any:
        """Return a value without functions."""
        match value:
            case {"Ref": str(name)} if len(value) == 1:
                return self._ref(name)
            case dict() if len(value) == 1 and (name := next(iter(value))).startswith("Fn::"):
                return self._function(name, value[name])
            case dict():
                values = {key: self.value(each) for key, each in value.items()}
                return {key: each for key, each in values.items() if each is not _NO_VALUE}
            case list():
                return [each for each in map(self.value, value) if each is not _NO_VALUE]
            case str() if "{{resolve:" in value:
                return Unknown(value)
            case _:
                return value

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return _NO_VALUE
        if name in self.parameters:
            return self.parameters[name]
        return ref(name, *self._resource(name))

    def _resource(self, logical_id: str) -> tuple[str, dict[str, Any]]:
        try:
            resource = self.template["Resources"][logical_id]
        except KeyError:
            raise UnsupportedError(f"{logical_id} is neither a parameter nor a resource") from None
        # A name can be a function; a reference from one name to the other would be circular in the template too.
        return resource["Type"], self.value(resource.get("Properties", {}))

    def _function(self, name: str, given: Any) -> Any:
        match name, given:
            case "Fn::If", [condition, if_true, if_false]:
                return self.value(if_true if self.conditions[condition] else if_false)
            case "Fn::GetAtt", [str(logical_id), str(path)]:
                return attribute(logical_id, *self._resource(logical_id), path)
            case "Fn::GetAtt", str():
                return self._function(name, given.split(".", 1))
            case "Fn::Sub", str():
                return self._sub(given, {})
            case "Fn::Sub", [str(text), dict(values)]:
                return self._sub(text, values)
            case (("Fn::ImportValue" | "Fn::GetStackOutput"), _):
                return Unknown(f"{name} {given}")
        return self._of_known(name, self.value(given))

    def _of_known(self, name: str, given: Any) -> Any:
        """Return the result of a function whose arguments are values."""
        if isinstance(given, Unknown):
            return given
        match name, given:
            case "Fn::Join", [str(separator), list(parts)]:
                return joined(separator, [each if isinstance(each, str) else str(each) for each in parts])
            case "Fn::Join", [str(), Unknown() as unknown]:
                return unknown
            case "Fn::Base64", str():
                return b64encode(given.encode()).decode()
            case "Fn::Split", [str(), Unknown() as unknown]:
                return [unknown]
            case "Fn::Split", [str(separator), str(text)]:
                return text.split(separator)
            case "Fn::Select", [place, list(items)]:
                return items[0] if isinstance(items[0], Unknown) else items[int(place)]
            case "Fn::FindInMap", [str(mapping), str(first), str(second)]:
                return self._find_in_map(mapping, first, second)
            case "Fn::GetAZs", _:
                return [f"{REGION}{letter}" for letter in "abc"]
        raise UnsupportedError(f"{name} of {given!r}")

    def _find_in_map(self, mapping: str, first: str, second: str) -> Any:
        if isinstance(first, Unknown) or isinstance(second, Unknown):
            return Unknown(f"Fn::FindInMap {mapping}")
        return self.template["Mappings"][mapping][first][second]

    def _sub(self, text: str, values: Mapping[str, Any]) -> str:
        parts = re.split(r"\$\{([^!{}]+)\}", text)
        parts[1::2] = [
            str(found) if not isinstance(found, str) else found for found in self._named(parts[1::2], values)
        ]
        return joined("", [each if isinstance(each, Unknown) else each.replace("${!", "${") for each in parts])

    def _named(self, names: list[str], values: Mapping[str, Any]) -> Iterator[Any]:
        for name in names:
            if name in values:
                yield self.value(values[name])
            else:
                yield self._function("Fn::GetAtt", name) if "." in name else self._ref(name)


def scenarios(template: Mapping[str, Any]) -> Iterator[Scenario]:
    """Return each combination of conditions, with each allowed value of a parameter, in each Region of a mapping."""
    conditions = sorted(template.get("Conditions", {}))
    if len(conditions) > _MOST_CONDITIONS:
        raise UnsupportedError(f"{len(conditions)} conditions")
    for values in product([True, False], repeat=len(conditions)):
        holding = dict(zip(conditions, values, strict=True))
        for parameters in _parameters(template.get("Parameters", {}), _regions(template)):
            yield Scenario(template, parameters, holding)


def _parameters(parameters: Mapping[str, Any], regions: list[str]) -> Iterator[dict[str, Any]]:
    usual = PSEUDO_PARAMETERS | {name: _value_of(name, parameter) for name, parameter in parameters.items()}
    for region in regions:
        yield usual | {"AWS::Region": region}
    for name, parameter in parameters.items():
        for allowed in parameter.get("AllowedValues", ()):
            yield usual | {"AWS::Region": regions[0], name: _typed(parameter, allowed)}


def _regions(template: Mapping[str, Any]) -> list[str]:
    """Return the Regions that the mappings of a template list, or the usual one."""
    keys = {key for mapping in template.get("Mappings", {}).values() for key in mapping}
    return sorted(filter(_REGION.fullmatch, keys)) or [REGION]


def _value_of(name: str, parameter: Mapping[str, Any]) -> Any:
    """Return the default of a parameter; without one, and for one that names another value, the value is unknown."""
    if "Default" not in parameter or parameter["Type"].startswith("AWS::SSM::Parameter::Value"):
        return [Unknown(f"parameter {name}")] if _is_list(parameter) else Unknown(f"parameter {name}")
    return _typed(parameter, parameter["Default"])


def _typed(parameter: Mapping[str, Any], value: Any) -> Any:
    if _is_list(parameter):
        return str(value).split(",")
    if parameter["Type"] == "Number":
        return int(value) if float(value).is_integer() else float(value)
    return str(value)


def _is_list(parameter: Mapping[str, Any]) -> bool:
    return parameter["Type"] == "CommaDelimitedList" or "List<" in parameter["Type"]
