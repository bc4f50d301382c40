"""The requests of each type of resource, by functions that take its properties.

A mapping removes what it uses from the properties. What is left is a property that the mapping does not know.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from tests.api_model.model import Request

Properties = dict[str, Any]


@dataclass(frozen=True)
class Created:
    """A resource whose requests are wanted: its properties, its name, and what ``Ref`` of it returns."""

    properties: Properties
    name: str
    ref: str

    def take(self, name: str, default: Any = None) -> Any:
        """Remove a property and return it."""
        return self.properties.pop(name, default)

    def take_some(self, *names: str) -> Properties:
        """Remove properties and return those that are there."""
        return {name: self.properties.pop(name) for name in names if name in self.properties}

    def rest(self, **renamed: str) -> Properties:
        """Remove all properties and return them, with the names of the API; an unknown one is not valid there."""
        taken: Properties = rename(self.properties, **renamed)
        self.properties.clear()
        return taken


Mapping = Callable[[Created], Iterator[Request]]
MAPPINGS: Final[dict[str, Mapping]] = {}


def requests_of(kind: str) -> Callable[[Mapping], Mapping]:
    """Register the mapping of a type of resource."""

    def register(mapping: Mapping) -> Mapping:
        assert kind not in MAPPINGS, kind
        MAPPINGS[kind] = mapping
        return mapping

    return register


def rename(given: Any, **renamed: str) -> Any:
    """Return a structure with other names of members."""
    return {renamed.get(name, name): each for name, each in given.items()} if isinstance(given, dict) else given


def as_map(tags: Any) -> Any:
    """Return a list of tags as the map that some services take."""
    return {tag["Key"]: tag["Value"] for tag in tags} if isinstance(tags, list) else tags
