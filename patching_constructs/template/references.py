"""The resources of a template that are referenced elsewhere, so that their uses may not be visible in the template."""

import re
from collections.abc import Iterator

from patching_constructs.template.content import mapping, mappings_within
from patching_constructs.template.maintenance_windows import TARGET, TASK
from patching_constructs.template.sources import Template


def handed_on(template: Template) -> Iterator[str]:
    """Return the logical ids that a template refers to elsewhere than as the window of a target or task."""
    yield from _references(template.content.get("Outputs"))
    for _, resource in template.resources():
        content = dict(mapping(resource.get("Properties")))
        if str(resource.get("Type")) in {TARGET, TASK}:
            content.pop("WindowId", None)
        yield from _references(content)


def _references(content: object) -> Iterator[str]:
    for each in mappings_within(content):
        match each:
            case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
                yield name
            case {"Fn::Sub": str(text)} | {"Fn::Sub": [str(text), *_]}:
                yield from re.findall(r"\$\{([A-Za-z0-9]+)", text)
