"""What the intrinsic functions of a template return before deployment: a value, or `Unknown`.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from patching_constructs._tokens import is_unresolved

# A private character of Unicode. A template that has it is taken for less known than it is, and no more.
UNKNOWN: Final = "\ue000"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is unknown until deployment, and what is known of it. Equal ones certainly are one value."""

    function: str
    """The intrinsic function that returns it, as JSON."""
    reference: str | None = field(default=None, compare=False)
    """The logical id of the template's resource that it refers to, if it is a plain reference."""
    attribute: str | None = field(default=None, compare=False)
    """The attribute of that resource; None for a plain ``Ref``."""
    shape: str = field(default=UNKNOWN, compare=False)
    """The text as far as it is known, with `UNKNOWN` for every part that is not."""
    example: str | None = field(default=None, compare=False)
    """The text with a possible value for each pseudo parameter; None where more than these is unknown."""
    scope: object = field(default=None, repr=False)
    """Stands for the template that the function belongs to: a parameter of one template is not the parameter of the
    same name of another. None for a function that returns the same in every template of an account and Region."""


Text = str | Unknown | None

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
_PSEUDO_PARAMETERS: Final = {
    "AWS::AccountId": "111122223333",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::StackName": "Stack",
    "AWS::URLSuffix": "amazonaws.com",
}
_OF_ACCOUNT_AND_REGION: Final = set(_PSEUDO_PARAMETERS) - {"AWS::StackName"}

# A few lines can join one text to billions of characters.
_LONGEST_TEXT: Final = 100_000
_MOST_PARTS: Final = 10_000
_SINGLE_REFERENCE: Final = re.compile(r"\$\{([A-Za-z0-9]+)(\.[A-Za-z0-9.]+)?\}")
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
_DYNAMIC_REFERENCE: Final = "{{resolve:"


class Intrinsics:
    """What the functions of one template come to."""

    def __init__(self, document: Mapping[str, Any], *, use_defaults: bool) -> None:
        """Take the resources, mappings and, when asked for, the parameters' defaults of a template."""
        resources = mapping(document.get("Resources"))
        self._resources = {name for name, resource in resources.items() if isinstance(resource, dict)}
        self._mappings = mapping(document.get("Mappings"))
        self._known: dict[int, object] = {}
        self._scope = object()
        parameters = mapping(document.get("Parameters")) if use_defaults else {}
        self._defaults = {
            name: _default(parameter)
            for name, parameter in parameters.items()
            if isinstance(parameter, dict) and isinstance(parameter.get("Default"), str | int | float)
        }

    def resolve(self, value: object) -> object:
        """Return a value as far as it is known: None for no value, an `Unknown` for one that is unknown."""
        match value:
            case str() if _DYNAMIC_REFERENCE in value or is_unresolved(value):
                return self._unknown(value)
            case dict() if len(value) == 1:
                # The values of a template live as long as this, so that one is known by its identity.
                if id(value) not in self._known:
                    self._known[id(value)] = self._function(value)
                return self._known[id(value)]
            case _:
                return value

    def _text(self, value: object) -> Text:
        """Return a value as text, an `Unknown` where it is unknown or no text."""
        return self._as_text(value, self.resolve(value))

    def _as_text(self, value: object, resolved: object) -> Text:
        match resolved:
            case None:
                return None
            case bool() as known:
                return str(known).lower()
            case str() | int() | float() as known:
                return str(known)
            case Unknown() as unknown:
                return unknown
            case _:
                return self._unknown(value)

    def _named(self, name: str) -> Text:
        reference = {"Ref": name}
        return self._as_text(reference, self._function(reference))

    def _function(self, value: dict[str, Any]) -> object:
        match value:
            case {"Ref": "AWS::NoValue"}:
                return None
            case {"Ref": str(name)} if name in self._defaults:
                return self._defaults[name]
            case {"Ref": str(name)}:
                return self._reference(value, name)
            case {"Fn::GetAtt": [str(name), *attribute]}:
                return self._reference(value, name, ".".join(map(str, attribute)))
            case {"Fn::Join": [str(separator), [*parts]]} if len(parts) <= _MOST_PARTS:
                return self._joined(value, separator, [self._text(part) for part in parts])
            case {"Fn::Sub": str(text)} if len(text) <= _LONGEST_TEXT:
                return self._substituted(value, text)
            case {"Fn::FindInMap": [str(name), str(first), str(second)]}:
                found = mapping(mapping(self._mappings.get(name)).get(first)).get(second)
                return self._unknown(value) if found is None else found
        (name,) = value
        return self._unknown(value) if str(name).startswith("Fn::") or name in {"Ref", "Condition"} else value

    def _reference(self, value: object, name: str, attribute: str | None = None) -> Unknown:
        if name in self._resources:
            return self._unknown(value, reference=name, attribute=attribute)
        return self._unknown(value, example=_PSEUDO_PARAMETERS.get(name))

    def _joined(self, value: object, separator: str, parts: list[Text]) -> Text:
        known = [part for part in parts if isinstance(part, str)]
        if sum(map(len, known)) + len(separator) * len(parts) > _LONGEST_TEXT:
            return self._unknown(value)
        if len(known) == len(parts):
            return separator.join(known)
        pieces = [part.shape if isinstance(part, Unknown) else part or "" for part in parts]
        examples = [part.example if isinstance(part, Unknown) else part or "" for part in parts]
        known_examples = [example for example in examples if example is not None]
        return self._unknown(
            value,
            shape=separator.join(pieces),
            example=separator.join(known_examples) if len(known_examples) == len(parts) else None,
        )

    def _substituted(self, value: object, text: str) -> Text:
        if found := _SINGLE_REFERENCE.fullmatch(text):
            known = None if found[2] else self._named(found[1])
            attribute = found[2] and found[2][1:]
            return known if isinstance(known, str) else self._reference(value, found[1], attribute)
        pieces = re.split(r"\$\{([^}]*)\}", text)
        parts: list[Text] = list(pieces)
        for place in range(1, len(pieces), 2):
            name = pieces[place]
            parts[place] = f"${{{name[1:]}}}" if name.startswith("!") else self._named(name)
        return self._joined(value, "", parts)

    def _unknown(
        self,
        value: object,
        *,
        reference: str | None = None,
        attribute: str | None = None,
        shape: str = UNKNOWN,
        example: str | None = None,
    ) -> Unknown:
        scope = None if _is_the_same_everywhere(value) else self._scope
        return Unknown(_shown(value), reference, attribute, shape, example, scope)


def mapping(value: object) -> dict[str, Any]:
    """Return the value if it is a mapping, an empty one otherwise."""
    return value if isinstance(value, dict) else {}


def sequence(value: object) -> list[Any]:
    """Return the value if it is a list, otherwise one with the value in it, if there is any."""
    return value if isinstance(value, list) else [value] if value is not None else []


def _default(parameter: dict[str, Any]) -> object:
    default, kind = parameter["Default"], str(parameter.get("Type"))
    listed = kind == "CommaDelimitedList" or kind.startswith(("List<", "AWS::SSM::Parameter::Value<List<"))
    if kind.startswith("AWS::SSM::Parameter::Value"):
        # The default is the name of a parameter of the Parameter Store, not its value.
        return Unknown(_shown({"Ref": default}))
    return [item.strip() for item in str(default).split(",")] if listed else default


def _is_the_same_everywhere(value: object) -> bool:
    """Return whether a function returns the same in every template of one account and Region."""
    match value:
        case str():
            return not is_unresolved(value)
        case {"Ref": str(name)}:
            return name in _OF_ACCOUNT_AND_REGION
        case {"Fn::ImportValue": str()}:
            return True
        case _:
            return False


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str, separators=(",", ":"))
