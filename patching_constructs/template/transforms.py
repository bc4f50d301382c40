"""What makes resources of a template only when it is deployed: ``Fn::ForEach`` and the transform ``AWS::Include``.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

from collections.abc import Iterator
from dataclasses import dataclass

from patching_constructs.template.intrinsics import sequence
from patching_constructs.template.sources import Template
from patching_constructs.template.value import Value


@dataclass(frozen=True, slots=True)
class Transform:
    """A function or transform that makes resources when the template is deployed."""

    name: str
    value: Value


def transforms(template: Template) -> Iterator[Transform]:
    """Return what makes resources of a template that cannot be seen in it."""
    for name, content in template.content["Resources"].items():
        if str(name).startswith("Fn::"):
            yield Transform(str(name), Value(template, ("Resources", name), content))
    for place, content in enumerate(sequence(template.content.get("Transform"))):
        if isinstance(content, dict) and content.get("Name") == "AWS::Include":
            yield Transform("AWS::Include", Value(template, ("Transform", place), content))
