"""What to call a resource: the property that names it, or its logical id."""

from typing import Final

from patching_constructs.template.associations import ASSOCIATION
from patching_constructs.template.resource import Resource
from patching_constructs.template.stack_sets import STACK_SET
from patching_constructs.template.value import Value

_PROPERTIES: Final = {ASSOCIATION: "AssociationName", STACK_SET: "StackSetName"}
"""The property with the name, by resource type, where it is not ``Name``."""


def name_property(resource: Resource) -> str:
    """Return the property that names a resource."""
    return _PROPERTIES.get(resource.type, "Name")


def name_of(resource: Resource) -> Value:
    """Return the name of a resource."""
    return resource.at(name_property(resource))


def name_or_id(resource: Resource) -> str:
    """Return the name of a resource; its logical id where it has none, or where that is unknown until deployment."""
    name = name_of(resource)
    return resource.logical_id if name.is_unknown else name.written() or resource.logical_id
