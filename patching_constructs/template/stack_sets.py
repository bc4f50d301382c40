"""The Regions that a StackSet deploys its template to, and what it gives for parameters there.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stackset.html
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from patching_constructs.template.document import Document
from patching_constructs.template.resource import Resource
from patching_constructs.template.sources import Source, Template, template_of
from patching_constructs.template.value import UnknownError, Value

STACK_SET: Final = "AWS::CloudFormation::StackSet"


class StackSet(Resource):
    """A StackSet, which deploys a template to accounts and Regions."""


@dataclass(frozen=True, slots=True)
class StackSetRegion:
    """What a StackSet deploys to one Region: the same to all accounts of it."""

    name: str
    """The Region, and a number if accounts in it get different parameters."""
    region: str
    parameters: Mapping[str, object] | None
    """What it gives for parameters, known or not, by name. None where that is unknown."""

    def template(self, source: Source, document: Document, *, use_defaults: bool) -> Template:
        """Return the template in the Region.

        Raises:
            PatchingError: the document is not a template.
        """
        stack, deployment = f"{source.stack}/{self.name}", f"{source.deployment} in {self.name}"
        here = replace(source, stack=stack, deployment=deployment, set_region=self.region)
        return template_of(here, document, use_defaults=use_defaults, arguments=self.parameters)


def regions_of(stack_set: Resource) -> list[StackSetRegion]:
    """Return the Regions of a StackSet in their order; none where they are unknown until deployment, or not given."""
    try:
        found = dict.fromkeys(_groups(stack_set))
    except UnknownError:
        return []
    seen: Counter[str] = Counter()
    regions = []
    for region, given in found:
        seen[region] += 1
        name = region if seen[region] == 1 else f"{region} ({seen[region]})"
        regions.append(StackSetRegion(name, region, None if given is None else dict(given)))
    return regions


_Parameters = tuple[tuple[str, object], ...]


def _groups(stack_set: Resource) -> Iterator[tuple[str, _Parameters | None]]:
    """Return the Regions of every group of accounts, with the parameters that it gets."""
    common = _parameters(stack_set["Parameters"])
    for group in stack_set["StackInstancesGroup"].items():
        own = _parameters(group["ParameterOverrides"])
        given = None if common is None or own is None else tuple(sorted((common | own).items()))
        for region in group["Regions"].items():
            text = region.text()
            if text:
                yield text, given


def _parameters(listed: Value) -> dict[str, object] | None:
    """Return parameters by name; None where it is unknown until deployment which are given, or a value is no text."""
    try:
        found = {each["ParameterKey"].text() or "": each.at("ParameterValue").content for each in listed.items()}
    except UnknownError:
        return None
    return None if any(isinstance(each, dict | list) for each in found.values()) else found
