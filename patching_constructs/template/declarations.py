"""The declarations of a template that its functions use: parameters, mappings, conditions and resources.

A parameter of any text still makes a difference only where a condition compares it, or a mapping has a key for it. So
it is one of these texts or any other one, and the template means at most that many things.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

from patching_constructs.template.content import mapping, mappings_within, scalar_text
from patching_constructs.template.parameters import MOST_VALUES, Parameter
from patching_constructs.template.unknown import AnyOther, Choice, Unknown

REGION: Final = "AWS::Region"
"""The pseudo parameter that is known where a StackSet deploys a template."""
NOTHING_KNOWN: Final[Mapping[str, object]] = MappingProxyType({})
IMPORTS: Final = frozenset({"Fn::ImportValue", "Fn::GetStackOutput"})


class Declarations:
    """The declarations of one template."""

    def __init__(
        self,
        content: Mapping[str, Any],
        known: Mapping[str, object] = NOTHING_KNOWN,
        arguments: Mapping[str, object] | None = None,
    ) -> None:
        """Read the declarations of a template.

        Args:
            content: the template.
            known: the pseudo parameters that are known. Default: none.
            arguments: what is given for the parameters, of which the others have their defaults. Default: unknown.
        """
        self.scope = object()
        """Stands for the template in whatever belongs to it."""
        self.resources = {
            str(name): resource
            for name, resource in mapping(content.get("Resources")).items()
            if isinstance(resource, dict)
        }
        self.mappings = mapping(content.get("Mappings"))
        self.conditions = mapping(content.get("Conditions"))
        self.outputs = mapping(content.get("Outputs"))
        self.parameters = {
            str(name): Parameter.of(each)
            for name, each in mapping(content.get("Parameters")).items()
            if isinstance(each, dict)
        }
        self.known = {**known, **self._known_of(arguments)}
        """The parameters and pseudo parameters with a known value."""
        self._content = content
        self._choices: dict[str, Choice | None] = {}

    def choice(self, name: str) -> Choice | None:
        """Return the possible values of a parameter or pseudo parameter; None if nothing is known about it."""
        if name not in self._choices:
            values = self._values(name)
            self._choices[name] = Choice(self.scope, name, values) if values else None
        return self._choices[name]

    def _known_of(self, arguments: Mapping[str, object] | None) -> dict[str, object]:
        """Return the parameters that have the same value in every account."""
        if arguments is None:
            return {}
        values = {
            name: parameter.value_of(arguments[name]) if name in arguments else parameter.default
            for name, parameter in self.parameters.items()
        }
        return {name: value for name, value in values.items() if value is not None and not isinstance(value, Unknown)}

    def choice_of_condition(self, name: str) -> Choice:
        """Return the choice between true and false, for a condition that no parameter decides."""
        return Choice(self.scope, name, (True, False), is_condition=True)

    def choice_of_comparison(self, one: object, other: object) -> Choice:
        """Return the choice of an ``Fn::Equals`` that nothing else decides.

        It is one choice wherever the template compares the two values, in whatever order, and the choice of the
        condition that is nothing but this comparison.
        """
        key = _comparison(one, other)
        return self.choice_of_condition(self._named_comparisons.get(key, key))

    @cached_property
    def _named_comparisons(self) -> dict[str, str]:
        """The conditions that are nothing but a comparison: the first name of each."""
        found: dict[str, str] = {}
        for name, condition in self.conditions.items():
            match condition:
                case {"Fn::Equals": [one, other]}:
                    found.setdefault(_comparison(one, other), str(name))
        return found

    def is_key(self, name: str) -> bool:
        """Return whether a parameter's value is used as a key of a mapping, so that it must be one of the keys."""
        return name in self._uses.keyed

    @property
    def has_imports(self) -> bool:
        """Whether it uses what other stacks export."""
        return self._uses.has_imports

    def _values(self, name: str) -> tuple[object, ...]:
        parameter = self.parameters.get(name)
        if parameter is not None and parameter.values is not None:
            return parameter.values
        texts = self._uses.compared.get(name, {})
        return (*texts, AnyOther(frozenset(texts))) if 0 < len(texts) <= MOST_VALUES else ()

    @cached_property
    def _uses(self) -> "_Uses":
        return _Uses(self._content, self.mappings)


def _comparison(one: object, other: object) -> str:
    """Return a comparison in a form that does not depend on the order of the two values."""
    sides = sorted(json.dumps(side, default=str, separators=(",", ":")) for side in (one, other))
    return f"{{Fn::Equals:[{','.join(sides)}]}}"


class _Uses:
    """The values that a template compares its parameters with, and whether it imports from other stacks."""

    def __init__(self, content: Mapping[str, Any], mappings: Mapping[str, Any]) -> None:
        self.compared: dict[str, dict[str, None]] = {}
        self.keyed: set[str] = set()
        self.has_imports = False
        self._mappings = mappings
        self._looked_up: set[tuple[str, str, int]] = set()
        for function, arguments in _functions(content):
            if function in IMPORTS:
                self.has_imports = True
            elif function == "Fn::Equals" and isinstance(arguments, list):
                self._compare(arguments)
            elif function == "Fn::FindInMap" and isinstance(arguments, list):
                self._look_up(arguments)

    def _compare(self, arguments: list[Any]) -> None:
        match arguments:
            case [{"Ref": str(name)}, other] | [other, {"Ref": str(name)}] if (text := scalar_text(other)) is not None:
                self.compared.setdefault(name, {})[text] = None

    def _look_up(self, arguments: list[Any]) -> None:
        match arguments:
            case [str(held), *keys]:
                for place, key in enumerate(keys[:2]):
                    match key:
                        case {"Ref": str(name)} if (held, name, place) not in self._looked_up:
                            self._looked_up.add((held, name, place))
                            self._add_keys(name, mapping(self._mappings.get(held)), place)

    def _add_keys(self, name: str, held: Mapping[str, Any], place: int) -> None:
        self.keyed.add(name)
        known = self.compared.setdefault(name, {})
        for inner in [held] if place == 0 else held.values():
            for key in mapping(inner):
                # Where there are too many, nothing is claimed, and none is counted further.
                if len(known) > MOST_VALUES:
                    return
                known[str(key)] = None


def _functions(content: object) -> Iterator[tuple[str, object]]:
    """Return the functions of a template, with their arguments."""
    for each in mappings_within(content):
        if len(each) == 1:
            ((name, arguments),) = each.items()
            yield str(name), arguments
