"""Which parameters a value depends on that is unknown until deployment."""

import json
import re
from typing import Final

from patching_constructs.template.declarations import Declarations
from patching_constructs.template.value import Value

_VARIABLE: Final = re.compile(r"\$\{([A-Za-z0-9]+)\}")


def parameters_of(value: Value) -> frozenset[str]:
    """Return the parameters of the template that an unknown value depends on; none of a known one."""
    try:
        function = json.loads(value.function)
    except ValueError:
        # A dynamic reference, or a CDK token.
        return frozenset()
    declarations = value.template.intrinsics.declarations
    return frozenset(_names(function, declarations) & declarations.parameters.keys())


def _names(function: object, declarations: Declarations) -> set[str]:
    """Return what the functions in a value refer to, and the conditions that they depend on."""
    found, conditions = set[str](), set[str]()
    level = [function]
    for each in level:
        match each:
            case {"Ref": str(name)}:
                found.add(name)
            case {"Condition": str(name)} | {"Fn::If": [str(name), *_]} if name not in conditions:
                conditions.add(name)
                level.append(declarations.conditions.get(name))
            case {"Fn::Sub": str(text)} | {"Fn::Sub": [str(text), *_]}:
                found |= set(_VARIABLE.findall(text))
        match each:
            case dict():
                level += each.values()
            case list():
                level += each
    return found
