"""The intrinsic functions of a template, evaluated before deployment: a value, or `Unknown`.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

import json
import re
from collections.abc import Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Any, Final

from patching_constructs._tokens import is_unresolved
from patching_constructs.template.conditions import CERTAIN, Conditions, Truth
from patching_constructs.template.content import mapping, scalar_text
from patching_constructs.template.declarations import Declarations
from patching_constructs.template.exports import NO_EXPORTS, Exports
from patching_constructs.template.json_text import json_parts
from patching_constructs.template.parameters import Parameter
from patching_constructs.template.pseudo_parameters import PSEUDO_PARAMETERS, is_the_same_everywhere
from patching_constructs.template.resource_values import example_of, returns_any_value
from patching_constructs.template.unknown import (
    NO_CHOICES,
    UNKNOWN,
    AnyOther,
    Assumed,
    Bounds,
    Choice,
    Unknown,
    choices_of,
)

Text = str | Unknown | None
NO_ARGUMENTS: Final[Mapping[str, object]] = MappingProxyType({})

# A few lines can join one text to billions of characters.
_LONGEST_TEXT: Final = 100_000
_MOST_PARTS: Final = 10_000
_DEEPEST: Final = 50
_SINGLE_REFERENCE: Final = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.([A-Za-z0-9.]+))?\}")
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
_DYNAMIC_REFERENCE: Final = "{{resolve:"
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html
_OUTPUTS: Final = "Outputs."
_NO_VALUE: Final = '"AWS::NoValue"'


class Intrinsics:
    """Evaluates the functions of one template under assumed values."""

    def __init__(
        self,
        declarations: Declarations,
        *,
        use_defaults: bool,
        assumed: Assumed | None = None,
        exports: Exports = NO_EXPORTS,
        outer: "Intrinsics | None" = None,
        arguments: Mapping[str, object] = NO_ARGUMENTS,
    ) -> None:
        """Create the evaluator of a template.

        Args:
            declarations: the parameters, mappings, conditions and resources.
            use_defaults: take a parameter's default for its value.
            assumed: the values of choices. Default: nothing is assumed.
            exports: what other stacks export. Default: that is not seen.
            outer: the evaluator of the template that the stack is nested in. Default: that is not seen.
            arguments: what that template gives for the parameters.
        """
        self.declarations = declarations
        self.scope = declarations.scope
        """Identifies the template in references to its resources."""
        self._use_defaults = use_defaults
        self._exports = exports
        self._outer = outer
        self._arguments = arguments
        own = {choice: value for choice, value in (assumed or {}).items() if choice.scope is self.scope}
        self._assumed = {choice.name: value for choice, value in own.items() if not choice.is_condition}
        conditions = {choice.name: value is True for choice, value in own.items() if choice.is_condition}
        self._conditions = Conditions(declarations, conditions, self._compared)
        self._known: dict[int, object] = {}
        self._depth = 0

    def assuming(
        self,
        assumed: Assumed,
        exports: Exports,
        outer: "Intrinsics | None" = None,
        arguments: Mapping[str, object] = NO_ARGUMENTS,
    ) -> "Intrinsics":
        """Return the evaluator with other assumed values."""
        return Intrinsics(
            self.declarations,
            use_defaults=self._use_defaults,
            assumed=assumed,
            exports=exports,
            outer=outer,
            arguments=arguments,
        )

    def truth(self, condition: str | None) -> Truth:
        """Return whether a condition holds; no condition always holds."""
        return CERTAIN if condition is None else self._conditions.truth(condition)

    def resolve(self, value: object) -> object:
        """Evaluate a value as far as possible: None for no value, `Unknown` for an unknown one."""
        match value:
            case str() if _DYNAMIC_REFERENCE in value or is_unresolved(value):
                return self._unknown(value)
            case dict() if len(value) == 1:
                # The values of a template live as long as this, so that one is known by its identity.
                if id(value) not in self._known:
                    self._known[id(value)] = self._bounded(value)
                return self._known[id(value)]
            case _:
                return value

    def _bounded(self, value: dict[str, Any]) -> object:
        """Evaluate a function; stacks that import from each other in a cycle stay unknown."""
        if self._depth > _DEEPEST:
            return self._unknown(value)
        self._depth += 1
        try:
            return self._function(value)
        finally:
            self._depth -= 1

    def _function(self, value: dict[str, Any]) -> object:
        match value:
            case {"Ref": "AWS::NoValue"}:
                return None
            case {"Ref": str(name)}:
                return self._named(value, name)
            case {"Fn::GetAtt": [str(name), *attribute]}:
                return self._reference(value, name, ".".join(map(str, attribute)))
            case {"Fn::GetAtt": str(text)} if "." in text:
                resource, _, path = text.partition(".")
                return self._reference({"Fn::GetAtt": [resource, path]}, resource, path)
            case {"Fn::If": [str(name), one, other]}:
                return self._chosen(value, name, one, other)
            case {"Fn::FindInMap": [name, first, second, *options]}:
                return self._found(value, [name, first, second], options)
            case {"Fn::ImportValue": export}:
                return self._imported(value, self._text(export))
            case {"Fn::GetStackOutput": {"StackName": stack, "OutputName": output, **where}}:
                return self._output(value, self._text(stack), self._text(output), where)
            case _:
                return self._function_of_texts(value)

    def _function_of_texts(self, value: dict[str, Any]) -> object:
        match value:
            case {"Fn::Join": [str(separator), parts]}:
                return self._joined_list(value, separator, parts)
            case {"Fn::Sub": str(text)} if len(text) <= _LONGEST_TEXT:
                return self._substituted(value, text, {})
            case {"Fn::Sub": [str(text), dict() as variables]} if len(text) <= _LONGEST_TEXT:
                return self._substituted(value, text, variables)
            case {"Fn::Select": [index, items]}:
                return self._selected(value, index, items)
            case {"Fn::Split": [str(separator), text]} if separator:
                return self._split(value, separator, text)
            case {"Fn::ToJsonString": (dict() | list()) as content}:
                return self._joined(value, "", list(islice(json_parts(content, self.resolve), _MOST_PARTS)))
        (name,) = value
        return self._unknown(value) if str(name).startswith("Fn::") or name in {"Ref", "Condition"} else value

    # --- Texts ----------------------------------------------------------------------------------------

    def _text(self, value: object) -> Text:
        """Return a value as a string; `Unknown` if it is unknown or not a string."""
        resolved = self.resolve(value)
        if resolved is None or isinstance(resolved, Unknown):
            return resolved
        text = scalar_text(resolved)
        return self._unknown(value) if text is None else text

    def _compared(self, value: object) -> object:
        """Return an operand of a condition."""
        match value:
            case {"Ref": str(name)} if isinstance(self._assumed.get(name), AnyOther):
                return self._assumed[name]
            case _:
                return self._text(value)

    # --- References -----------------------------------------------------------------------------------

    def _named(self, value: object, name: str) -> object:
        if name in self.declarations.known:
            return self.declarations.known[name]
        assumed = self._assumed.get(name)
        if assumed is not None and not isinstance(assumed, AnyOther):
            return assumed
        parameter = self.declarations.parameters.get(name)
        if parameter is not None and (given := self._given(name, parameter)) is not None:
            return given
        if parameter is not None and self._use_defaults and parameter.default is not None:
            return parameter.default
        if parameter is not None and parameter.values is not None and len(parameter.values) == 1:
            return parameter.values[0]
        if parameter is None and name in self.declarations.resources:
            return self._reference(value, name)
        choice = self.declarations.choice(name) if assumed is None else None
        example, lengths = PSEUDO_PARAMETERS.get(name, (None, None))
        return self._unknown(
            value,
            example=example,
            choices=NO_CHOICES if choice is None else frozenset({choice}),
            lengths=parameter.lengths if parameter else lengths,
            numbers=parameter.numbers if parameter else None,
            is_list=parameter is not None and parameter.is_list,
        )

    def _given(self, name: str, parameter: Parameter) -> object:
        """Return the value that the outer template gives a parameter; None where that is not known."""
        if self._outer is None:
            return None
        if name not in self._arguments:
            return parameter.default
        given = parameter.value_of(self._outer.resolve(self._arguments[name]))
        # What the declaration allows says more than a value of which nothing is known.
        is_open = isinstance(given, Unknown) and given.reference is None and not given.choices
        return None if is_open and self.declarations.choice(name) else given

    def _reference(self, value: object, name: str, attribute: str | None = None) -> str | Unknown:
        resource = self.declarations.resources.get(name)
        if resource is None:
            return self._unknown(value)
        if attribute is not None and attribute.startswith(_OUTPUTS):
            output = self._exports.nested_output((self.scope, name), attribute.removeprefix(_OUTPUTS))
            return output if isinstance(output, str | Unknown) else self._unknown(value)
        if returns_any_value(resource, attribute):
            return self._unknown(value)
        return self._unknown(value, reference=name, attribute=attribute, example=example_of(resource, attribute))

    def _imported(self, value: object, name: Text) -> object:
        exported = self._exports.value_of(name) if isinstance(name, str) else None
        return exported if isinstance(exported, str | Unknown) else self._unknown(value, of=[name])

    def _output(self, value: object, stack: Text, name: Text, options: Mapping[Any, Any]) -> object:
        if not isinstance(stack, str) or not isinstance(name, str) or options.keys() - {"Region"}:
            # With a role it is an output of another account.
            return self._unknown(value, of=[stack, name])
        region = options.get("Region")
        exported = self._exports.output_of(stack, name, region if isinstance(region, str) else None)
        return exported if isinstance(exported, str | Unknown) else self._unknown(value)

    # --- Choices --------------------------------------------------------------------------------------

    def _chosen(self, value: object, condition: str, one: object, other: object) -> object:
        truth = self._conditions.truth(condition)
        if truth.holds is None:
            return self._unknown(value, choices=truth.choices)
        return self.resolve(one if truth.holds else other)

    def _found(self, value: object, names: list[Any], options: list[Any]) -> object:
        texts = [self._text(name) for name in names]
        default = next((mapping(each)["DefaultValue"] for each in options if "DefaultValue" in mapping(each)), None)
        if any(isinstance(text, Unknown) for text in texts):
            # What is no key of a mapping cannot be deployed, if there is no default.
            is_no_key = any(self._is_no_key(name) for name in names[1:])
            if is_no_key and default is not None:
                return self.resolve(default)
            return self._unknown(value, of=texts, is_impossible=is_no_key)
        held, first, second = map(str, texts)
        one = mapping(self.declarations.mappings.get(held))
        entries = mapping(one.get(first))
        if (found := entries.get(second)) is not None:
            return found
        if any("Fn::Transform" in level for level in (self.declarations.mappings, one, entries)):
            # AWS::Include can add the key.
            return self._unknown(value)
        return self.resolve(default) if default is not None else self._unknown(value, is_impossible=True)

    def _is_no_key(self, name: object) -> bool:
        match name:
            case {"Ref": str(parameter)}:
                return isinstance(self._assumed.get(parameter), AnyOther) and self.declarations.is_key(parameter)
            case _:
                return False

    # --- Texts and lists of parts ---------------------------------------------------------------------

    def _joined_list(self, value: object, separator: str, parts: object) -> Text:
        items = self.resolve(parts)
        if not isinstance(items, list) or len(items) > _MOST_PARTS or None in items:
            return self._unknown(value, of=[items])
        texts = [self._text(part) for part in items]
        return self._joined(value, separator, [text for text in texts if text is not None])

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
            of=parts,
            lengths=_lengths(separator, parts),
        )

    def _substituted(self, value: object, text: str, variables: Mapping[str, Any]) -> object:
        found = _SINGLE_REFERENCE.fullmatch(text)
        if found and found[1] not in variables:
            single = self._reference(value, found[1], found[2]) if found[2] else self._named(value, found[1])
            return single if isinstance(single, Unknown) else self._as_text(value, single)
        pieces = re.split(r"\$\{([^}]*)\}", text)
        parts: list[Text] = list(pieces)
        for place in range(1, len(pieces), 2):
            parts[place] = self._variable(pieces[place].strip(), variables)
        return self._joined(value, "", parts)

    def _variable(self, name: str, variables: Mapping[str, Any]) -> Text:
        if name.startswith("!"):
            return f"${{{name[1:]}}}"
        if name in variables:
            return self._text(variables[name])
        resource, _, attribute = name.partition(".")
        if attribute:
            return self._reference({"Fn::GetAtt": [resource, attribute]}, resource, attribute)
        reference = {"Ref": name}
        return self._as_text(reference, self._named(reference, name))

    def _as_text(self, value: object, resolved: object) -> Text:
        if resolved is None or isinstance(resolved, Unknown):
            return resolved
        text = scalar_text(resolved)
        return self._unknown(value) if text is None else text

    def _selected(self, value: object, index: object, items: object) -> object:
        place, known = self._text(index), self.resolve(items)
        if not isinstance(place, str) or not isinstance(known, list):
            return self._unknown(value, of=[place, known])
        if not place.isdecimal() or len(place) > len(str(_MOST_PARTS)) or int(place) >= len(known):
            return self._unknown(value, is_impossible=True)
        return self.resolve(known[int(place)])

    def _split(self, value: object, separator: str, text: object) -> object:
        known = self._text(text)
        if not isinstance(known, str):
            return self._unknown(value, of=[known], is_list=True)
        return known.split(separator)

    # --- Unknown values -------------------------------------------------------------------------------

    def _unknown(
        self,
        value: object,
        *,
        reference: str | None = None,
        attribute: str | None = None,
        shape: str = UNKNOWN,
        example: str | None = None,
        choices: frozenset[Choice] = NO_CHOICES,
        of: Sequence[object] = (),
        lengths: Bounds | None = None,
        numbers: Bounds | None = None,
        is_list: bool = False,
        is_impossible: bool = False,
    ) -> Unknown:
        """Return what is known of a function, `of` being the values that it is computed from."""
        function = _shown(value)
        return Unknown(
            function,
            reference=reference,
            attribute=attribute,
            shape=shape,
            example=example,
            scope=None if is_the_same_everywhere(value) else self.scope,
            choices=choices | choices_of(of),
            lengths=lengths,
            numbers=numbers,
            is_list=is_list,
            parts=tuple(part for each in of if isinstance(each, Unknown) for part in (each.parts or [each])),
            is_optional=_NO_VALUE in function,
            is_impossible=is_impossible or any(isinstance(each, Unknown) and each.is_impossible for each in of),
        )


def _lengths(separator: str, parts: list[Text]) -> Bounds | None:
    least = most = float(len(separator) * max(0, len(parts) - 1))
    for part in parts:
        bounds = part.lengths if isinstance(part, Unknown) else (len(part or ""), len(part or ""))
        if bounds is None:
            return None
        least, most = least + bounds[0], most + bounds[1]
    return least, most


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str, separators=(",", ":"))
