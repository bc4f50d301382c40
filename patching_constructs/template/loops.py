"""Loops of a template: ``Fn::ForEach`` over a literal list is expanded.

A loop over a list that is unknown until deployment stays as it is.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from patching_constructs.template.content import mapping, scalar_text, sequence
from patching_constructs.template.document import DocumentPath
from patching_constructs.template.parameters import Parameter

LOOP: Final = "Fn::ForEach::"
_TRANSFORM: Final = "AWS::LanguageExtensions"
# Loops within loops can make billions of values of a few lines, and of a long text of each.
_MOST_VALUES: Final = 150_000
_MOST_CHARACTERS: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class Expansion:
    """A template without the loops that could be expanded."""

    content: dict[str, Any]
    origins: Mapping[str, DocumentPath] = field(default_factory=dict)
    """Where the resources of loops are written, by their logical ids."""


class _TooMuchError(Exception):
    """The expanded loops exceed the size of a template."""


def expanded(content: dict[str, Any], *, use_defaults: bool) -> Expansion:
    """Expand the loops of a template; return it unchanged if the result would be too large."""
    has_loops = _TRANSFORM in sequence(content.get("Transform")) or any(map(_is_loop, mapping(content["Resources"])))
    if not has_loops:
        return Expansion(content)
    parameters = mapping(content.get("Parameters")) if use_defaults else {}
    expander = _Expander({name: Parameter.of(mapping(each)).default for name, each in parameters.items()})
    try:
        found = {str(name): expander.value(value, {}) for name, value in content.items() if name != "Resources"}
        return Expansion(found | {"Resources": expander.resources(content["Resources"])}, expander.origins)
    except _TooMuchError:
        return Expansion(content)


def _is_loop(key: object) -> bool:
    return str(key).startswith(LOOP)


_Variables = Mapping[str, str]


class _Expander:
    """Expands loops within limits."""

    def __init__(self, defaults: Mapping[str, object]) -> None:
        self.origins: dict[str, DocumentPath] = {}
        self._defaults = defaults
        self._values = 0
        self._characters = 0

    def resources(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Expand the resources, and record where each is defined."""
        return self._entries(content, {}, ("Resources",), self._remember)

    def value(self, value: object, variables: _Variables) -> object:
        """Expand the loops below a value, with the variables of the surrounding loops replaced."""
        self._count(1)
        match value:
            case {"Ref": str(name), **others} if not others and name in variables:
                return variables[name]
            case dict():
                return self._entries(value, variables, (), lambda *_: None)
            case list():
                return [self.value(each, variables) for each in value]
            case str() if variables:
                return self._text(value, variables)
            case _:
                return value

    def _entries(
        self,
        content: Mapping[str, Any],
        variables: _Variables,
        path: DocumentPath,
        remember: Callable[[str, DocumentPath], None],
    ) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in content.items():
            items = self._items(key, value, variables)
            if items is None:
                name = self._text(str(key), variables)
                remember(name, (*path, key))
                found[name] = self.value(value, variables)
                continue
            variable, _, made = value
            for item in items:
                self._count(1)
                found |= self._entries(made, {**variables, variable: item}, (*path, key, 2), remember)
        return found

    def _items(self, key: object, loop: object, variables: _Variables) -> list[str] | None:
        """Return the list of a loop; None if it is not a loop, or if the list is unknown until deployment."""
        match loop:
            case [str(), collection, dict()] if _is_loop(key):
                pass
            case _:
                return None
        match collection:
            case {"Ref": str(name), **others} if not others:
                collection = self._defaults.get(name)
        if not isinstance(collection, list):
            return None
        texts = [scalar_text(self.value(item, variables)) for item in collection]
        known = [text for text in texts if text is not None]
        return known if len(known) == len(texts) else None

    def _text(self, text: str, variables: _Variables) -> str:
        for name, value in variables.items():
            bare = re.sub("[^A-Za-z0-9]", "", value)
            for written, meant in ((f"${{{name}}}", value), (f"&{{{name}}}", bare)):
                self._count(0, len(text) + text.count(written) * len(meant))
                text = text.replace(written, meant)
        self._count(1)
        return text

    def _count(self, values: int, characters: int = 0) -> None:
        self._values += values
        self._characters += characters
        if self._values > _MOST_VALUES or self._characters > _MOST_CHARACTERS:
            raise _TooMuchError

    def _remember(self, name: str, path: DocumentPath) -> None:
        if len(path) > len(("Resources", name)):
            self.origins[name] = path
