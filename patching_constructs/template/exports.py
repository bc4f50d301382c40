"""Values that stacks pass to each other: exports, and outputs that another stack reads.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
"""

from collections.abc import Mapping
from typing import Any, Final, Protocol

from patching_constructs.template.content import mapping


class Resolver(Protocol):
    """Resolves the functions of the exporting stack."""

    def resolve(self, value: object) -> object:
        """Return a value as far as it is known."""


class Exports:
    """The exports of the stacks of one account and Region."""

    def __init__(self) -> None:
        """Create it without any stack."""
        self._by_name: dict[str, tuple[Resolver, object]] = {}
        self._outputs: dict[tuple[str, str], tuple[Resolver, object]] = {}
        self._regions: dict[str, str] = {}
        self._nested: dict[tuple[object, str], dict[str, tuple[Resolver, object]]] = {}

    def add(self, stack: str, region: str, outputs: Mapping[str, Any], resolver: Resolver) -> None:
        """Add the outputs of a stack; its Region is empty where it is unknown until deployment."""
        self._regions.setdefault(stack, region)
        for name, output in outputs.items():
            found = resolver, mapping(output).get("Value")
            self._outputs.setdefault((stack, str(name)), found)
            export = resolver.resolve(mapping(mapping(output).get("Export")).get("Name"))
            if isinstance(export, str):
                self._by_name.setdefault(export, found)

    def add_nested(self, resource: tuple[object, str], outputs: Mapping[str, Any], resolver: Resolver) -> None:
        """Add the outputs of a nested stack, by what stands for the outer template and the logical ID in it."""
        self._nested[resource] = {
            str(name): (resolver, mapping(output).get("Value")) for name, output in outputs.items()
        }

    def value_of(self, name: str) -> object:
        """Return the value of an export; None if there is no export of that name."""
        return _resolved(self._by_name.get(name))

    def output_of(self, stack: str, name: str, region: str | None) -> object:
        """Return an output of a stack; None if there is none, or if the stack is in another Region."""
        own = self._regions.get(stack)
        return None if own and region and own != region else _resolved(self._outputs.get((stack, name)))

    def nested_output(self, resource: tuple[object, str], name: str) -> object:
        """Return an output of the nested stack of a resource; None if there is none, or if it was not read."""
        return _resolved(self._nested.get(resource, {}).get(name))


def _resolved(found: tuple[Resolver, object] | None) -> object:
    if found is None:
        return None
    resolver, value = found
    return resolver.resolve(value)


NO_EXPORTS: Final = Exports()
