"""The rest of a template: everything but the resources that constructs create.

The CDK includes it as it is. A resource that a construct creates, and that the rest refers to, is a parameter of the
rest, for which the CDK inserts the reference.
"""

import re
from collections.abc import Collection, Iterator
from typing import Any, Final

from patching_constructs.template.content import mapping, mappings_within

_IN_TEXT: Final = re.compile(r"\$\{([A-Za-z0-9]+)(\.[A-Za-z0-9.]+)?\}")


def without(content: dict[str, Any], logical_ids: Collection[str]) -> tuple[dict[str, Any], list[str]]:
    """Return a template without some resources, and those of them that it refers to.

    Args:
        content: the template.
        logical_ids: the logical ids of the resources.
    """
    left = {name: each for name, each in content["Resources"].items() if name not in logical_ids}
    found = {name: each for name, each in content.items() if name != "Resources"} | {"Resources": left}
    used = {name for name, _ in _references(found)}
    referenced = [each for each in logical_ids if each in used]
    if referenced:
        parameters = {each: {"Type": "String"} for each in referenced}
        found["Parameters"] = {**mapping(found.get("Parameters")), **parameters}
    return found, referenced


def is_empty(content: dict[str, Any]) -> bool:
    """Return whether a template has nothing left that would be deployed."""
    return not any(each for name, each in content.items() if name != "AWSTemplateFormatVersion")


def attributes_used(content: dict[str, Any]) -> set[str]:
    """Return the resources of which a template uses more than a ``Ref``, which a parameter cannot stand for."""
    return {name for name, has_attribute in _references(content) if has_attribute}


def _references(content: object) -> Iterator[tuple[str, bool]]:
    for each in mappings_within(content):
        match each:
            case {"Ref": str(name)}:
                yield name, False
            case {"Fn::GetAtt": [str(name), *_]}:
                yield name, True
            case {"Fn::GetAtt": str(path)}:
                yield path.partition(".")[0], True
            case {"Fn::Sub": str(text)} | {"Fn::Sub": [str(text), *_]}:
                yield from ((name, bool(attribute)) for name, attribute in _IN_TEXT.findall(text))
        depends = each.get("DependsOn", ())
        for name in depends if isinstance(depends, list | tuple) else [depends]:
            yield str(name), True
