"""Functions and transforms that create resources at deployment: ``Fn::ForEach`` and ``AWS::Include``.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from patching_constructs.template.content import mapping, sequence
from patching_constructs.template.loops import LOOP
from patching_constructs.template.sources import Template
from patching_constructs.template.value import Value

_OF_OTHERS: Final = "AWS::"
_OF_PATCHING: Final = ("AWS::SSM", "AWS::CloudFormation::", "AWS::Serverless::Application")


@dataclass(frozen=True, slots=True)
class Transform:
    """A function or transform that creates resources at deployment."""

    name: str
    value: Value


def transforms(template: Template) -> Iterator[Transform]:
    """Return the functions and transforms of a template that may create resources for patching at deployment."""
    for name, content in template.content["Resources"].items():
        if str(name).startswith("Fn::") and _may_patch(str(name), content):
            yield Transform(str(name), Value(template, ("Resources", name), content))
    for place, content in enumerate(sequence(template.content.get("Transform"))):
        if isinstance(content, dict) and content.get("Name") == "AWS::Include":
            yield Transform("AWS::Include", Value(template, ("Transform", place), content))


def _may_patch(name: str, content: object) -> bool:
    """Return whether a function or transform may create resources for patching; a loop lists their types."""
    match content:
        case [_, _, dict() as made] if name.startswith(LOOP):
            return not made or any(_may_patch(str(inner), each) for inner, each in made.items())
        case dict() if not name.startswith("Fn::"):
            kind = mapping(content).get("Type")
            return not isinstance(kind, str) or not kind.startswith(_OF_OTHERS) or kind.startswith(_OF_PATCHING)
        case _:
            return True
